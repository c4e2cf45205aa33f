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


BY_HAND = """
import torch
def my_layer_norm(x, gain, shift, eps=1e-5):
    def of_one(word):
        return gain * (word - word.mean()) / (word.var(correction=0) + eps).sqrt() + shift
    return torch.vmap(of_one)(x.reshape(-1, x.shape[-1])).view_as(x)
"""


def verdict(task, source, sandbox):
    question = Question(sandbox, [Cell("your cell", source, True)], task)
    try:
        return judge(task, question, seed=20261122)
    finally:
        question.close()


@pytest.mark.parametrize(("task", "source"), PROGRAMS)
def test_a_ready_made_answer_earns_nothing(task, source, sandbox):
    refused = verdict(task, source, sandbox)
    assert refused.points == 0
    assert "not accepted here" in refused.problem.sentence


def test_what_pytorch_does_with_its_own_insides_still_works(sandbox):
    assert verdict(TASKS["layer_norm"], BY_HAND, sandbox).passed
