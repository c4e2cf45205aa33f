"""From an author's notebook to a learner's: the same cells without the solutions, and without outputs."""

import re
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

from grader.exercises import Exercise, exercises

SOLUTION = re.compile(r"^([ \t]*)### BEGIN SOLUTION\n.*?^[ \t]*### END SOLUTION$", re.DOTALL | re.MULTILINE)
STUB = 'raise NotImplementedError("write your code here, in place of this line")'


def release_all() -> list[Path]:
    """Write every learner's notebook that is not up to date; return those written.

    Raises:
        ValueError: somebody has answered in one of them.
    """
    texts = {exercise.notebook: released(exercise) for exercise in exercises()}
    old = [path for path, text in texts.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in old:
        if path.exists() and is_answered(nbformat.read(path, as_version=4)):
            raise ValueError(f"{path} has answers in it, which would be lost: move it out of the way first")
    for path in old:
        path.write_text(texts[path], encoding="utf-8")
    return old


def is_answered(notebook: NotebookNode) -> bool:
    """Whether a cell to be filled in has been."""
    return any("raise NotImplementedError(" not in cell.source for cell in notebook.cells if is_solution(cell))


def released(exercise: Exercise) -> str:
    """The learner's notebook as text."""
    notebook = with_solutions(exercise)
    for cell in notebook.cells:
        if is_solution(cell):
            cell.source, count = SOLUTION.subn(rf"\1{STUB}", cell.source)
            if count == 0:
                raise ValueError(f"{exercise.source}: cell {cell.id} is a solution without its two markers")
        if "SOLUTION" in cell.source:
            raise ValueError(f"{exercise.source}: cell {cell.id} has a marker of a solution outside a solution cell")
    return str(nbformat.writes(notebook)) + "\n"


def with_solutions(exercise: Exercise) -> NotebookNode:
    """The author's notebook, its cells named so that it comes out the same each time."""
    notebook = jupytext.read(exercise.source, fmt="md:myst")
    notebook.metadata = {"kernelspec": notebook.metadata["kernelspec"], "language_info": {"name": "python"}}
    for number, cell in enumerate(notebook.cells):
        cell.id = cell.metadata.get("nbgrader", {}).get("grade_id", f"cell-{number:02}")
    nbformat.validate(notebook)
    return notebook


def is_solution(cell: NotebookNode) -> bool:
    """Whether nbgrader, too, would take this cell for one that the learner fills in."""
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))
