"""Ready-made answers in the sandbox, where more is refused than a self-check can reach."""

import pytest

from grader.exercises import exercises
from grader.inside.program import Cell
from grader.judge import judge
from grader.question import Question
from tests.ready_made import ANSWERS, ONLY_IN_THE_SANDBOX

TASKS = {task.name: task for exercise in exercises() for task in exercise.tasks}
PROGRAMS = [
    pytest.param(TASKS[name], source, id=f"{name} {i}")
    for name in ONLY_IN_THE_SANDBOX
    for i, source in enumerate([*ANSWERS.get(name, []), *ONLY_IN_THE_SANDBOX[name]])
]


@pytest.mark.parametrize(("task", "source"), PROGRAMS)
def test_a_ready_made_answer_earns_nothing(task, source, sandbox):
    question = Question(sandbox, [Cell("your cell", source, True)], task)
    try:
        verdict = judge(task, question, seed=20261122)
    finally:
        question.close()
    assert verdict.points == 0
    assert "not accepted here" in verdict.problem.sentence
