"""A submission's code, run statement by statement: one line that fails costs no point that the rest deserves.

A program is a list of cells, in the notebook's order. Of the cell that holds the asked-for answer every statement is
run; of the others only what gives something a name, and calls no function of the student's for it. So another
answer's endless loop does not stop this one.
"""

import __future__

import ast
import linecache
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import CodeType
from typing import Any

FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef
DEFINITIONS = ast.Import | ast.ImportFrom | FUNCTIONS | ast.ClassDef
ASSIGNMENTS = ast.Assign | ast.AnnAssign | ast.AugAssign
BLOCKS = ast.If | ast.Try | ast.With
HINTS_UNREAD = __future__.annotations.compiler_flag


@dataclass(frozen=True)
class Cell:
    """A piece of code: its name for tracebacks, its text, and whether every statement of it is run."""

    label: str
    source: str
    whole: bool


def run_program(cells: list[Cell], names: dict[str, Any], tell: Callable[[str], None]) -> None:
    """Run the cells in `names`; each statement that fails is told in a sentence, and the next one is run.

    Only Exception and SystemExit are caught: an interrupt stays one.
    """
    own: set[str] = set()  # names of the student's functions, and of what is made with them
    left_out: list[tuple[str, set[str]]] = []
    used: set[str] = set()
    for cell in cells:
        linecache.cache[cell.label] = (len(cell.source), None, cell.source.splitlines(keepends=True), cell.label)
        try:
            statements = ast.parse(cell.source, cell.label).body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            line = getattr(error, "lineno", None)
            tell(f"{cell.label}: {type(error).__name__}{f' in line {line}' if line else ''}: {error}")
            continue
        future = 0
        for node in split(statements):
            if isinstance(node, ast.ImportFrom) and node.module == "__future__":
                future |= getattr(getattr(__future__, node.names[0].name, None), "compiler_flag", 0)
                continue
            if not cell.whole and not defines(node, own):
                left_out.append((f"{cell.label}, line {node.lineno}", given(node)))
                continue
            learn(node, own)
            try:
                used |= run(node, cell.label, names, future)
            except (Exception, SystemExit) as error:
                if cell.whole:
                    last = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == cell.label]
                    line = last[-1] if last else node.lineno
                    tell(f"{cell.label}: {type(error).__name__} in line {line}: {error}")
    for place, gives in left_out:
        if gives & used:
            tell(f"{place} was not run: of the cells without the answer only definitions are, and what calls none.")


def split(statements: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements, an import of several names as several imports: a name that is not there takes no other along."""
    for node in statements:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (type(node)(**vars(node) | {"names": [alias]}) for alias in node.names)
        else:
            yield node


def run(node: ast.stmt, label: str, names: dict[str, Any], flags: int) -> set[str]:
    """Run one statement; return the names that it looks up, now or in the functions that it makes.

    A definition that fails may have hints of a package that is not here: it is run again, its hints unread.
    """
    try:
        code = compile(ast.Module([node], []), label, "exec", flags=flags, dont_inherit=True)
        exec(code, names)
    except Exception:
        if flags & HINTS_UNREAD or not isinstance(node, FUNCTIONS | ast.ClassDef | ast.AnnAssign):
            raise
        return run(node, label, names, flags | HINTS_UNREAD)
    return not_local(code) & {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def not_local(code: CodeType) -> set[str]:
    """The names of attributes and of all variables that are not local to the code."""
    return set(code.co_names).union(*(not_local(inner) for inner in code.co_consts if isinstance(inner, CodeType)))


def at_once(node: ast.AST) -> Iterator[ast.AST]:
    """A statement's parts that are run with it: all but the insides of functions and classes."""
    todo = [node]
    while todo:
        part = todo.pop()
        yield part
        if not isinstance(part, FUNCTIONS | ast.Lambda | ast.ClassDef):
            todo += ast.iter_child_nodes(part)


def given(node: ast.stmt) -> set[str]:
    """The variables that a statement assigns to."""
    return {part.id for part in at_once(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}


def defines(node: ast.stmt, own: set[str]) -> bool:
    """Whether a statement only gives something a name, and calls none of the student's `own` functions for it."""
    if isinstance(node, DEFINITIONS):
        return True
    plain = DEFINITIONS | ASSIGNMENTS | BLOCKS | (ast.Expr | ast.Pass)
    return isinstance(node, ASSIGNMENTS | BLOCKS) and not any(
        (isinstance(part, ast.stmt) and not isinstance(part, plain))
        or (isinstance(part, ast.Call) and root(part.func) in own)
        for part in at_once(node)
    )


def root(function: ast.expr) -> str:
    """The name at which a called expression begins."""
    while isinstance(function, ast.Attribute | ast.Subscript | ast.Call):
        function = function.func if isinstance(function, ast.Call) else function.value
    return function.id if isinstance(function, ast.Name) else ""


def learn(node: ast.stmt, own: set[str]) -> None:
    """Add to `own` the functions that a statement makes, and what it makes of a function."""
    parts = list(at_once(node))
    own.update(part.name for part in parts if isinstance(part, FUNCTIONS))
    if any(isinstance(part, ast.Lambda) or (isinstance(part, ast.Name) and part.id in own) for part in parts):
        own |= given(node)
