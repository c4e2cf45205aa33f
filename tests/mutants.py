"""Small wrong variants of a right function, made one change at a time: a check that lets one pass has a hole."""

import ast
import copy
import math
from collections.abc import Iterator

import torch

OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.MatMult)
COMPARISONS = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE, ast.Eq),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
NAMES = {"any": "all", "all": "any", "softmax": "log_softmax", "sqrt": "exp"}


def mutants(source: str) -> Iterator[tuple[str, str]]:
    """(the first changed line, the whole changed source), for every single change."""
    tree = ast.parse(source)
    parameters = [a.arg for a in tree.body[0].args.args]
    seen = {ast.unparse(tree)}
    for index, node in enumerate(ast.walk(tree)):
        for changed in variants(node, parameters):
            mutant = copy.deepcopy(tree)
            old = list(ast.walk(mutant))[index]
            Replace(old, changed).visit(mutant)
            text = ast.unparse(ast.fix_missing_locations(mutant))
            if text not in seen:
                seen.add(text)
                old_lines, new_lines = ast.unparse(tree).splitlines(), text.splitlines()
                yield next(new.strip() for new, was in zip(new_lines, old_lines, strict=False) if new != was), text


def variants(node: ast.AST, parameters: list[str]) -> Iterator[ast.AST]:
    """One node with one thing changed."""
    if isinstance(node, ast.BinOp):
        for operator in OPERATORS:
            if not isinstance(node.op, operator):
                yield ast.BinOp(node.left, operator(), node.right)
        if not isinstance(node.op, ast.Add | ast.Mult):  # a sum is the same from both sides
            yield ast.BinOp(node.right, node.op, node.left)
        yield from (node.left, node.right)
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        for operator in COMPARISONS.get(type(node.ops[0]), ()):
            yield ast.Compare(node.left, [operator()], node.comparators)
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        for value in (node.value + 1, node.value - 1, -node.value, node.value * 10):
            yield ast.Constant(value)
    elif isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute):
            yield node.func.value
        yield from node.args
        if len(node.args) == 2:
            yield ast.Call(node.func, node.args[::-1], node.keywords)
    elif isinstance(node, ast.Attribute) and node.attr in NAMES:
        yield ast.Attribute(node.value, NAMES[node.attr], node.ctx)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in parameters:
        for other in parameters:
            yield ast.Name(other, node.ctx)
    elif isinstance(node, ast.If):
        yield ast.If(ast.Constant(True), node.body, node.orelse)
        yield ast.If(ast.Constant(False), node.body, node.orelse)
    elif isinstance(node, ast.Assign | ast.AugAssign | ast.Return):
        yield ast.Pass()


class Replace(ast.NodeTransformer):
    """Put one node in the place of another."""

    def __init__(self, old: ast.AST, new: ast.AST):
        self.old, self.new = old, copy.deepcopy(new)

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else self.generic_visit(node)


def run_source(source: str) -> dict:
    """The names that a cell defines."""
    names = {"torch": torch, "math": math}
    exec(source, names)
    return names
