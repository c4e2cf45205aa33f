"""From a submitted file to the cells that answer a task. Nothing of a submission is run here."""

import ast
import functools
import io
import logging
import re
import tokenize
import warnings
from dataclasses import dataclass

import nbformat

from grader.inside.program import Cell
from grader.task import Task

MOST_CELLS = 2000
MOST_SOURCE = 100_000  # characters of code in one file: much more than a person writes, and parsed in a second
MAGIC = re.compile(r"\s*(%{1,2}[A-Za-z]|!|\?|[\w.]+\s*=\s*(%[A-Za-z]|!)|[\w.*]+\?{1,2}\s*$)")
TIMING = re.compile(r"^%%(time|timeit|capture|prun)\b")  # cell magics below which Python follows


class Unreadable(Exception):
    """A file that cannot be graded; the message says why, to its student."""


@dataclass(frozen=True)
class Piece:
    """A code cell of a submission.

    Args:
        label: for tracebacks: "cell 7 of attention.ipynb".
        source: Python, its magics taken out.
        task: the grade_id of a cell to be filled in; "" for any other.
        defines: the names that it gives to functions and variables at its top level.
        empty: the names of functions that are still to be written.
    """

    label: str
    source: str
    task: str
    defines: frozenset[str]
    empty: frozenset[str]


def pieces_of(name: str, blob: bytes, notes: list[str]) -> list[Piece]:
    """The code of a notebook or Python file; `notes` gets a sentence for each line that is left out.

    Raises:
        Unreadable: for what is neither.
    """
    if name.lower().endswith(".py"):
        return [piece(name, python_text(blob), "", notes)]
    pieces = []
    for number, cell in enumerate(notebook_cells(blob), start=1):
        own = cell.metadata.get("nbgrader") if isinstance(cell.get("metadata"), dict) else None
        own = own if isinstance(own, dict) else {}
        if cell.get("cell_type") != "code" or (own.get("locked") and not own.get("solution")):
            continue
        if not isinstance(cell.get("source"), str):
            raise Unreadable(f"Cell {number} of {name} is no text.")
        task = own.get("grade_id") if own.get("solution") else ""
        label = f"cell {number}" if not task else f"cell {str(task)[:40]!r}"
        pieces.append(piece(label, cell.source, task if isinstance(task, str) else "", notes))
    if sum(len(each.source) for each in pieces) > MOST_SOURCE:
        raise Unreadable(f"{name} holds more than {MOST_SOURCE:,} characters of code.")
    return pieces


def python_text(blob: bytes) -> str:
    """A Python file as text, in the encoding that it declares."""
    if len(blob) > MOST_SOURCE:
        raise Unreadable(f"The file is larger than {MOST_SOURCE:,} bytes.")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(blob).readline)
        return io.TextIOWrapper(io.BytesIO(blob), encoding).read()
    except (SyntaxError, UnicodeDecodeError, LookupError, ValueError) as error:
        raise Unreadable(f"The file is not text in UTF-8: {error}.") from error


def notebook_cells(blob: bytes) -> list[nbformat.NotebookNode]:
    """The cells of a notebook of any version that nbformat reads."""
    try:
        text = blob.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"The notebook is not text in UTF-8: {error}.") from error
    log = logging.getLogger("traitlets")  # nbformat complains there; the student is told here
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            log.disabled = True
            cells = nbformat.reads(text, as_version=4).get("cells")
    except (Exception, RecursionError) as error:
        raise Unreadable(f"The notebook cannot be read: {type(error).__name__}: {str(error)[:200]}.") from error
    finally:
        log.disabled = False
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise Unreadable("The notebook has no list of cells.")
    if len(cells) > MOST_CELLS:
        raise Unreadable(f"The notebook has more than {MOST_CELLS} cells.")
    return cells


def piece(label: str, source: str, task: str, notes: list[str]) -> Piece:
    """A cell without its magics, and the names that it defines."""
    source, defines, empty, left_out = read(source)
    notes += [f"{label}{sentence}" for sentence in left_out]
    return Piece(label, source, task, defines, empty)


@functools.lru_cache(maxsize=1024)  # most cells are the same in every notebook of a class
def read(source: str) -> tuple[str, frozenset[str], frozenset[str], tuple[str, ...]]:
    """A cell's source without its magics, the rest of its Piece, and a sentence for each line that is left out."""
    left_out: list[str] = []
    tree = parsed(source)
    if tree is None:
        source, left_out = without_magics(source)
        tree = parsed(source)
    names, empty = set[str](), set[str]()
    for node in tree.body if tree else []:  # if there is none, the sandbox will say what is wrong with it
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            unwritten = isinstance(node.body[-1], ast.Raise) and len(node.body) <= 2  # a docstring may be there
            (empty if unwritten else names).add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.Import | ast.ImportFrom):
            names |= {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
            names |= (
                {a.asname or a.name for a in node.names} if isinstance(node, ast.Import | ast.ImportFrom) else set()
            )
        elif isinstance(node, ast.If | ast.Try | ast.With):
            names |= {n.name for n in ast.walk(node) if isinstance(n, ast.FunctionDef)}
    return source, frozenset(names), frozenset(empty), tuple(left_out)


def parsed(source: str) -> ast.Module | None:
    """The syntax tree, if it is Python."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def without_magics(source: str) -> tuple[str, list[str]]:
    """IPython's magics and shell lines replaced by `pass`; the numbers of the other lines stay.

    Only a cell that is no Python as it stands is changed: "%" can also begin a line of an expression. What looks like
    a magic in a text of several lines is none.
    """
    lines = source.split("\n")
    if source.lstrip().startswith("%%") and not TIMING.match(source.lstrip()):
        return "", [f" was not run: {lines[0][:60]!r} is for a notebook only."]
    magics = {i: line for i, line in enumerate(lines) if MAGIC.match(line) and not re.search("\"{3}|'{3}", line)}
    for i, line in magics.items():
        lines[i] = line[: len(line) - len(line.lstrip())] + "pass"
    tree = parsed("\n".join(lines))
    texts = [node for node in ast.walk(tree) if isinstance(node, ast.Constant | ast.JoinedStr)] if tree else []
    for first, last in {(text.lineno, text.end_lineno or 0) for text in texts}:
        for i in magics.keys() & set(range(first, last)):
            lines[i] = magics.pop(i)
    said = [f", line {i + 1} was not run: {line.strip()[:60]!r} is for a notebook only." for i, line in magics.items()]
    return "\n".join(lines), said


def program_for(task: Task, files: list[list[Piece]]) -> list[Cell]:
    """The cells that answer a task, those that hold its answer to be run whole; empty if no file answers it.

    The file is one in which the function is written, and not left empty; one with the task's own cell; the last.
    """

    def holds(piece: Piece) -> bool:
        return piece.task == task.name or task.function in piece.defines | piece.empty

    def rank(pieces: list[Piece]) -> tuple[bool, bool, bool]:
        written = any(task.function in piece.defines for piece in pieces)
        return written, any(piece.task == task.name for piece in pieces), any(map(holds, pieces))

    best = max(reversed(files), key=rank, default=[])
    return [Cell(each.label, each.source, holds(each)) for each in best] if any(map(holds, best)) else []
