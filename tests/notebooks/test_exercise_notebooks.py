"""The learner's notebooks run in a real kernel: as they are handed out, and with the solutions in them."""

import nbclient
import nbformat
import pytest

from grader.exercises import exercises
from grader.release import with_solutions

each_exercise = pytest.mark.parametrize("exercise", [pytest.param(e, id=e.name) for e in exercises()])


def run(notebook, folder):
    """What the cells of `check` showed, by grade_id."""
    nbclient.NotebookClient(notebook, timeout=60, resources={"metadata": {"path": str(folder)}}).execute()
    checks = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    assert all(len(cell.outputs) == 1 for cell in checks)
    return {cell.metadata.nbgrader.grade_id: cell.outputs[0].data for cell in checks}


@each_exercise
@pytest.mark.filterwarnings("ignore")  # of the kernel's client, which are not ours
def test_as_handed_out_every_check_says_kindly_that_nothing_is_written_yet(exercise):
    shown = run(nbformat.read(exercise.notebook, as_version=4), exercise.folder)
    assert len(shown) == len(exercise.tasks)
    for data in shown.values():
        assert "is not written yet. Replace its `raise NotImplementedError`" in data["text/plain"]
        assert "not written yet" in data["text/html"]


@each_exercise
@pytest.mark.filterwarnings("ignore")
def test_with_the_solutions_it_runs_to_its_end_and_every_check_passes(exercise):
    notebook = with_solutions(exercise)
    for cell in notebook.cells:
        cell.metadata.pop("tags", None)  # no cell may raise now
    for name, data in run(notebook, exercise.folder).items():
        assert data["text/plain"].startswith("✓ "), name
