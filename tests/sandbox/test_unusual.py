"""Right answers that nobody expects, graded in the real sandbox: none of them loses a point."""

import pytest

from grader.exercises import exercises
from grader.inside.program import Cell
from grader.judge import judge
from grader.question import Question

ANSWERS = [
    pytest.param(exercise, task, what, id=f"{task.name}: {what}")
    for exercise in exercises()
    for task in exercise.tasks
    for what in exercise.unusual()[task.name]
]


def program_of(exercise, task, what):
    """The whole file of unusual answers as one cell, and a line that gives one of them the asked-for name."""
    source = (exercise.folder / "unusual.py").read_text(encoding="utf-8")
    name = f"UNUSUAL[{task.name!r}][{what!r}]"
    return [Cell("unusual.py", f"{source}\n{task.function} = {name}\n", True)]


@pytest.mark.parametrize(("exercise", "task", "what"), ANSWERS)
def test_it_earns_all_points(exercise, task, what, sandbox):
    question = Question(sandbox, program_of(exercise, task, what), task)
    try:
        verdict = judge(task, question, seed=20261122)
    finally:
        question.close()
    assert verdict.points == task.points, (verdict.problem, question.notes)
