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
    """Write every learner's notebook that is not up to date; return those written."""
    written = []
    for exercise in exercises():
        text = released(exercise)
        if not exercise.notebook.exists() or exercise.notebook.read_text(encoding="utf-8") != text:
            exercise.notebook.write_text(text, encoding="utf-8")
            written.append(exercise.notebook)
    return written


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
