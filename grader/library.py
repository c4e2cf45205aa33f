"""The book's library in an answer: a task names the parts that may be used, and they alone are in the sandbox.

`Task.allowed` names them as "transformer_lib.attention:attention". What such a part needs itself comes with it. The
sandbox holds no file of the library: it is sent the source of these parts, cut out of their modules.
"""

import ast
import functools
import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LIBRARY = "transformer_lib"


@dataclass(frozen=True)
class Allowance:
    """What one task allows of the library.

    Args:
        names: (module, name) of every function, class and constant that may be used.
        sources: module -> the source that defines them, in an order in which it can be run.
    """

    names: frozenset[tuple[str, str]]
    sources: dict[str, str]

    def as_dict(self) -> dict[str, Any]:
        """For a message to the sandbox: see grader/inside/shelf.py."""
        return {"modules": modules(), "exports": exports(), "sources": self.sources}


@functools.cache
def folder() -> Path:
    """Where the library is."""
    spec = importlib.util.find_spec(LIBRARY)
    if spec is None or spec.origin is None:
        raise ImportError(f"{LIBRARY} is not installed")
    return Path(spec.origin).parent


@functools.cache
def modules() -> tuple[str, ...]:
    """The names of all its modules."""
    found = [path.relative_to(folder().parent).with_suffix("").parts for path in sorted(folder().rglob("*.py"))]
    return tuple(".".join(parts).removesuffix(".__init__") for parts in found)


@functools.cache
def exports() -> dict[str, str]:
    """What `from transformer_lib import name` finds: name -> the module that defines it."""
    return {name: origin for name, statement in statements(LIBRARY).items() if (origin := origin_of(statement))}


@functools.cache
def statements(module: str) -> dict[str, ast.stmt]:
    """The top-level statements of a module by the names that they define. Annotations are left away."""
    path = folder().parent / Path(*module.split("."))
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    if not path.is_file():
        raise ValueError(f"{LIBRARY} has no module {module}")
    found: dict[str, ast.stmt] = {}
    for statement in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            for alias in statement.names:
                name = (alias.asname or alias.name).partition(".")[0]
                found[name] = (
                    ast.Import([alias])
                    if isinstance(statement, ast.Import)
                    else ast.ImportFrom(statement.module, [alias], statement.level)
                )
        elif isinstance(statement, ast.FunctionDef | ast.ClassDef):
            found[statement.name] = WithoutAnnotations().visit(statement)
        elif isinstance(statement, ast.Assign | ast.AnnAssign):
            found |= dict.fromkeys(names_in(statement, ast.Store), WithoutAnnotations().visit(statement))
    return found


class WithoutAnnotations(ast.NodeTransformer):
    """Shapes are for readers, and would need packages that no answer needs. A dataclass keeps its fields' types."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        """An argument."""
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """A function's result."""
        node.returns = None
        self.generic_visit(node)
        return node


def names_in(statement: ast.stmt, context: type[ast.expr_context]) -> set[str]:
    """The plain names that are read (ast.Load) or given (ast.Store) in a statement, its annotations left out."""
    annotations = [node.annotation for node in ast.walk(statement) if isinstance(node, ast.AnnAssign)]
    types = {id(node) for annotation in annotations for node in ast.walk(annotation)}
    named = (node for node in ast.walk(statement) if isinstance(node, ast.Name) and id(node) not in types)
    return {node.id for node in named if isinstance(node.ctx, context)}


def origin_of(statement: ast.stmt) -> str:
    """The module of the library that a statement imports from; "" if it does not."""
    module = statement.module if isinstance(statement, ast.ImportFrom) else None
    return module if module and module.partition(".")[0] == LIBRARY else ""


@functools.cache
def allowance(allowed: tuple[str, ...]) -> Allowance:
    """The allowance of a task, with all that these parts need themselves.

    Args:
        allowed: parts of the library as "module:name".

    Raises:
        ValueError: there is no such part.
    """
    names: set[tuple[str, str]] = set()

    def add(module: str, name: str) -> None:
        if (module, name) in names or name not in statements(module):
            return  # known, or a builtin
        names.add((module, name))
        statement = statements(module)[name]
        if isinstance(statement, ast.ImportFrom) and (origin := origin_of(statement)):
            add(origin, statement.names[0].name)
        for needed in names_in(statement, ast.Load):
            add(module, needed)

    for part in allowed:
        module, _, name = part.partition(":")
        if module.partition(".")[0] != LIBRARY or name not in statements(module):
            raise ValueError(f"allowed should name a part of {LIBRARY} as module:name, but has {part!r}")
        add(module, name)
    return Allowance(frozenset(names), {module: source_of(module, names) for module in ordered(names)})


def ordered(names: set[tuple[str, str]]) -> list[str]:
    """The modules of some names, each after those that it imports from."""
    order: list[str] = []

    def add(module: str) -> None:
        if module not in order:
            for origin in sorted({origin_of(statements(m)[name]) for m, name in names if m == module} - {"", module}):
                add(origin)
            order.append(module)

    for module in sorted({module for module, _ in names}):
        add(module)
    return order


def source_of(module: str, names: set[tuple[str, str]]) -> str:
    """The statements of a module that define the names, in its order."""
    kept = {id(each): each for name, each in statements(module).items() if (module, name) in names}
    return "\n".join(ast.unparse(ast.fix_missing_locations(each)) for each in kept.values())
