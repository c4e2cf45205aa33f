"""The learner's notebooks: made from their sources, free of solutions, and readable by Jupyter and by nbgrader."""

import json
import re
import shutil

import jupytext
import nbformat
import pytest
import torch

from grader import release
from grader.__main__ import main
from grader.exercises import Exercise, exercises
from grader.release import STUB, is_solution, released, with_solutions
from tests.mutants import run_source

each_exercise = pytest.mark.parametrize("exercise", [pytest.param(e, id=e.name) for e in exercises()])
NBGRADER_3 = {"grade": bool, "grade_id": str, "locked": bool, "schema_version": int, "solution": bool, "task": bool}


@each_exercise
def test_notebook_is_fresh(exercise):
    assert exercise.notebook.read_text(encoding="utf-8") == released(exercise), "run `python -m grader release`"


@each_exercise
def test_notebook_is_valid_and_was_never_run(exercise):
    notebook = nbformat.read(exercise.notebook, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.execution_count is None
            assert cell.outputs == []


@each_exercise
def test_notebook_holds_no_line_of_a_solution(exercise):
    text = "\n".join(cell.source for cell in nbformat.read(exercise.notebook, as_version=4).cells)
    assert "SOLUTION" not in text
    solutions = [cell.source for cell in with_solutions(exercise).cells if is_solution(cell)]
    assert len(solutions) == len(exercise.tasks)
    for source in solutions:
        inner = re.search(r"### BEGIN SOLUTION\n(.*)### END SOLUTION", source, re.DOTALL)[1]
        for line in inner.splitlines():
            assert not line.strip() or line.strip() not in text


@each_exercise
def test_metadata_is_nbgraders_third_schema(exercise):
    marked = [cell for cell in nbformat.read(exercise.notebook, as_version=4).cells if "nbgrader" in cell.metadata]
    names = [cell.metadata.nbgrader.grade_id for cell in marked]
    assert len(set(names)) == len(names)
    for cell in marked:
        meta = dict(cell.metadata.nbgrader)
        points = meta.pop("points", None)
        assert {key: type(value) for key, value in meta.items()} == NBGRADER_3
        assert meta["schema_version"] == 3
        assert re.fullmatch(r"[a-zA-Z0-9_\-]+", meta["grade_id"])
        assert meta["grade"] == meta["locked"] == (points is not None) == (not meta["solution"])


@each_exercise
def test_each_task_has_its_cell_its_check_and_its_points(exercise):
    cells = {c.metadata.nbgrader.grade_id: c for c in with_solutions(exercise).cells if "nbgrader" in c.metadata}
    assert list(cells) == [name for task in exercise.tasks for name in (task.name, f"{task.name}-check")]
    text = "\n".join(cell.source for cell in with_solutions(exercise).cells)
    for task in exercise.tasks:
        assert f"def {task.signature}:" in cells[task.name].source
        check = cells[f"{task.name}-check"]
        assert check.source == f'check("{task.name}")'
        assert check.metadata.nbgrader.points == task.points
        assert f"({task.points} points)" in text


def author(tmp_path, *cells):
    exercise = Exercise(tmp_path / "07_new", ())
    exercise.folder.mkdir(exist_ok=True)
    notebook = nbformat.v4.new_notebook(cells=list(cells))
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    jupytext.write(notebook, exercise.source, fmt="md:myst")
    return exercise


def cell(source, **nbgrader):
    return nbformat.v4.new_code_cell(source, metadata={"nbgrader": nbgrader} if nbgrader else {})


def test_solutions_become_stubs_of_the_same_depth(tmp_path):
    source = (
        "def f(x):\n    if x:\n        ### BEGIN SOLUTION\n        return 1\n        ### END SOLUTION\n    return 2"
    )
    text = released(author(tmp_path, cell(source, solution=True, grade_id="f")))
    stub = nbformat.reads(text, as_version=4).cells[-1].source
    assert stub.splitlines()[2].startswith("        raise NotImplementedError(")
    assert stub.splitlines()[3] == "    return 2"
    compile(stub, "stub", "exec")


def test_a_marker_in_the_wrong_place_stops_the_release(tmp_path):
    unmarked = cell("def f(x):\n    return 1", solution=True, grade_id="f")
    with pytest.raises(ValueError, match="cell f is a solution without its two markers"):
        released(author(tmp_path, unmarked))
    stray = cell("### BEGIN SOLUTION\n1\n### END SOLUTION")
    with pytest.raises(ValueError, match="a marker of a solution outside a solution cell"):
        released(author(tmp_path, stray))


def test_release_writes_only_what_changed(tmp_path, capsys, monkeypatch):
    exercise = author(tmp_path, cell("1 + 1"))
    monkeypatch.setattr("grader.release.exercises", lambda: (exercise,))
    monkeypatch.setattr("sys.argv", ["grader", "release"])
    main()
    assert capsys.readouterr().out == "wrote 07_new/new.ipynb\n"
    main()
    assert capsys.readouterr().out == "every learner's notebook is up to date\n"


def names_after_attention():
    """The variables of exercise 03's notebook, solved, run up to its end."""
    exercise = next(e for e in exercises() if e.name == "attention")
    source = "\n".join(c.source for c in with_solutions(exercise).cells if c.cell_type == "code")
    return run_source(re.sub(r"^(from grader.*|check\(.*)$", "", source, flags=re.MULTILINE))


def test_what_exercise_03_says_of_its_numbers_is_so():
    names = names_after_attention()
    attend, wrong_lines = names["my_attention"], names["wrong_lines"]
    assert f"{attend(*(names[f'example_{name}'] for name in 'qkv')).item():.1f}" == "12.0"
    slide = [names[f"slide_{name}"] for name in ("q", "k", "v", "scores", "scaled", "weights", "out")]
    assert wrong_lines(*slide).tolist() == [False, True, False, False]
    assert (slide[3] / slide[4] - 3).abs().max() < 0.01  # divided by the number of keys

    q, k, v = slide[:3]
    by_three = (q @ k.T / 3).softmax(-1) @ v
    assert (attend(q, k, v)[1] - by_three[1]).abs().max() < 0.005
    assert 0.01 < (attend(q, k, v)[0] - by_three[0]).abs().max() < 0.25
    assert (attend(q / 10, k, v)[1] - ((q / 10) @ k.T / 3).softmax(-1)[1] @ v).abs().max() > 0.25

    last = [names[f"last_{name}"] for name in ("scores", "scaled", "weights", "out")]
    words = names["words"]
    assert wrong_lines(words[-1:], words, words, *last).tolist() == [False, True, True, False]
    assert (last[0] / last[1] - 4).abs().max() < 0.01  # divided by the number of keys, once more
    assert (last[0].softmax(-1) - last[2]).abs().max() < 1e-4  # and the weights come from the scores

    small = [torch.tensor([x]) for x in ([2.0, 0.0], [3.0, 0.0], [2.12, 0.0], [0.89, 0.10])]
    lines = wrong_lines(small[0], names["example_k"], names["example_v"], *small[1:], small[3] @ names["example_v"])
    assert lines.tolist() == [True, False, False, False]


def test_a_notebook_with_answers_is_not_written_over(tmp_path, monkeypatch):
    exercise = exercises()[2]
    copy = Exercise(shutil.copytree(exercise.folder, tmp_path / exercise.folder.name), exercise.tasks)
    monkeypatch.setattr(release, "exercises", lambda: (copy,))
    untouched = copy.notebook.read_text(encoding="utf-8")
    answered = untouched.replace(json.dumps(STUB)[1:-1], "return q", 1)
    assert answered != untouched
    copy.notebook.write_text(answered, encoding="utf-8")
    with pytest.raises(ValueError, match=f"{copy.notebook.name} has answers in it"):
        release.release_all()
    assert copy.notebook.read_text(encoding="utf-8") == answered
    copy.notebook.write_text(untouched.replace("Work", "work"), encoding="utf-8")
    assert release.release_all() == [copy.notebook]
    assert copy.notebook.read_text(encoding="utf-8") == untouched
