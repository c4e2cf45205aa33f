"""A ready-made answer earns nothing in a self-check, whatever it is called by; and all works again afterwards."""

import pytest
import torch

from grader.exercises import exercises
from grader.inside.bans import BANS, banned, kernels, refusal
from tests.mutants import run_source
from tests.ready_made import ANSWERS
from tests.verdicts import verdict_on

TASKS = {task.name: task for exercise in exercises() for task in exercise.tasks}
READY_MADE = [
    pytest.param(TASKS[name], source, id=f"{name} {i}")
    for name, all_ in ANSWERS.items()
    for i, source in enumerate(all_)
]


@pytest.mark.slow
@pytest.mark.parametrize(("task", "source"), READY_MADE)
def test_a_ready_made_answer_earns_nothing(task, source):
    answer = run_source(source)[task.function]
    assert verdict_on(task, answer, 0, ours=True).points > 0, "it would earn nothing anyway"
    verdict = verdict_on(task, answer, 0)
    assert verdict.points == 0
    assert "not accepted here" in verdict.problem.sentence


def test_what_is_refused_for_a_while_works_again():
    def step():
        p = torch.nn.Parameter(torch.ones(3))
        torch.nn.functional.cross_entropy(p[None], torch.tensor([1])).backward()
        length = torch.nn.utils.clip_grad_norm_([p], 0.1)
        torch.optim.AdamW([p], foreach=False).step()
        return torch.cat([length[None], p.detach(), p.detach()[None].renorm(2, 0, 0.5)[0]])

    before = step()
    with banned(tuple(BANS)), pytest.raises(RuntimeError, match="not accepted here"):
        step()
    assert torch.equal(step(), before)


@pytest.mark.parametrize("name", sorted(BANS))
def test_every_name_of_a_ban_exists(name):
    """A name that PyTorch has moved would be banned in vain."""
    for place in (*BANS[name].functions, *BANS[name].builtins):
        module, _, path = place.partition(":")
        target = __import__(module, fromlist=["_"])
        for each in path.split("."):
            target = getattr(target, each)
    refused = {operator.partition(".")[0] for operator, _ in kernels(BANS[name])}
    assert refused == set(BANS[name].operators)


def test_a_refusal_says_why():
    def anything(x):
        return x

    anything.__code__ = refusal("write it yourself")
    with pytest.raises(RuntimeError, match="write it yourself"):
        anything(1, more=2)
