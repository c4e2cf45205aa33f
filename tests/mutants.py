"""Small wrong variants of right code, made one change at a time: a check that lets one pass has a hole."""

import ast
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
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
NAMES = {"any": "all", "all": "any", "softmax": "log_softmax", "sqrt": "exp"}


def mutants(source: str) -> Iterator[tuple[str, str]]:
    """(the first changed line, the whole changed source), for every single change."""
    tree = ast.parse(source)
    before = ast.unparse(tree)
    seen, old_lines = {before}, before.splitlines()
    for parent, field, index, parameters in list(places(tree, [])):
        siblings = getattr(parent, field)
        node = siblings if index is None else siblings[index]
        for changed in variants(node, parameters):
            put(parent, field, index, changed)
            text = ast.unparse(tree)
            put(parent, field, index, node)
            if text not in seen:
                seen.add(text)
                new_lines = text.splitlines()
                yield next(new.strip() for new, was in zip(new_lines, old_lines, strict=False) if new != was), text


def places(node: ast.AST, parameters: list[str]) -> Iterator[tuple[ast.AST, str, int | None, list[str]]]:
    """Where there is a node, as (parent, field, index in it or None), and the parameters of the function around it.

    Annotations are left out: nothing is computed there.
    """
    if isinstance(node, ast.FunctionDef):
        parameters = [a.arg for a in node.args.args]
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns"):
            continue
        for index, child in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(child, ast.AST):
                yield node, field, index if isinstance(value, list) else None, parameters
                yield from places(child, parameters)


def put(parent: ast.AST, field: str, index: int | None, node: ast.AST) -> None:
    """Set the node into its place."""
    if index is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[index] = node


def variants(node: ast.AST, parameters: list[str]) -> Iterator[ast.AST]:
    """One node with one thing changed."""
    if isinstance(node, ast.BinOp):
        for operator in OPERATORS:
            if not isinstance(node.op, operator):
                yield ast.BinOp(node.left, operator(), node.right)
        if not isinstance(node.op, ast.Add | ast.Mult):  # a sum is the same from both sides
            yield ast.BinOp(node.right, node.op, node.left)
        yield from (node.left, node.right)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        yield from node.values
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        for operator in COMPARISONS.get(type(node.ops[0]), ()):
            yield ast.Compare(node.left, [operator()], node.comparators)
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif isinstance(node, ast.IfExp):
        yield from (node.body, node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        for value in (node.value + 1, node.value - 1, -node.value, node.value * 10):
            if value != node.value:
                yield ast.Constant(value)
    elif isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute):
            yield node.func.value
        yield from (each for each in node.args if not isinstance(each, ast.Starred))
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


def run_source(source: str) -> dict:
    """The names that a cell defines."""
    names = {"torch": torch, "math": math}
    exec(source, names)
    return names
