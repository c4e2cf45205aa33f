"""A submission's code, run statement by statement: one line that fails costs no point that the rest deserves.

A program is a list of cells, in the notebook's order. Of the cell that holds the asked-for answer every statement is
run; of the others only what defines something: imports, functions, classes, and assignments that call
nothing but builtins and functions of imported modules. So another answer's endless loop does not stop this one.
"""

import __future__

import ast
import builtins
import linecache
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


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
    modules: set[str] = set()
    for cell in cells:
        linecache.cache[cell.label] = (len(cell.source), None, cell.source.splitlines(keepends=True), cell.label)
        try:
            statements = list(parsed(cell, modules))
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            line = getattr(error, "lineno", None)
            tell(f"{cell.label}: {type(error).__name__}{f' in line {line}' if line else ''}: {error}")
            continue
        for line, code in statements:
            try:
                exec(code, names)
            except (Exception, SystemExit) as error:
                if cell.whole:
                    last = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == cell.label]
                    tell(f"{cell.label}: {type(error).__name__} in line {last[-1] if last else line}: {error}")


def parsed(cell: Cell, modules: set[str]) -> Iterator[tuple[int, Any]]:
    """(line, code) of each statement that is to be run; `modules` learns the names that are imported."""
    flags = 0
    for node in ast.parse(cell.source, cell.label).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            modules.update((alias.asname or alias.name).partition(".")[0] for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            for alias in node.names:
                flags |= getattr(__future__, alias.name).compiler_flag if hasattr(__future__, alias.name) else 0
        elif cell.whole or defines(node, modules):
            code = compile(ast.Module([node], []), cell.label, "exec", flags=flags, dont_inherit=True)
            yield node.lineno, code


def defines(node: ast.stmt, modules: set[str]) -> bool:
    """Whether a statement only gives something a name."""
    if isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return True
    if isinstance(node, ast.Assign | ast.AnnAssign):
        return all(harmless(call.func, modules) for call in ast.walk(node) if isinstance(call, ast.Call))
    return False


def harmless(function: ast.expr, modules: set[str]) -> bool:
    """Whether a call is of a builtin or of an imported module's function."""
    while isinstance(function, ast.Attribute):
        function = function.value
    return isinstance(function, ast.Name) and (function.id in modules or hasattr(builtins, function.id))
