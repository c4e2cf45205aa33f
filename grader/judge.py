"""The verdict on a learner's function, from its outputs alone.

Whoever runs the function (this process for a self-check, a sandbox for a mark) hands the judge a `call`; nothing of the
judge runs inside the learner's code, and the right answers are computed only after the last call has returned.
"""

import functools
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import torch
from torch import Tensor

from grader.compare import Trace, difference, same_answer, trace_of
from grader.inside.answer import Failure, Reply, copy_of, same_argument
from grader.task import Case, Function, Mistake, Task

__all__ = ["Call", "Failure", "Problem", "Reply", "Verdict", "copy_of", "judge"]

Call = Callable[[str, tuple[Any, ...]], Reply]


@runtime_checkable
class AtOnce(Protocol):
    """A `Call` that can also be given several calls of one function, and answers them in order."""

    def many(self, name: str, calls: list[tuple[Any, ...]]) -> list[Reply]:
        """One reply for each."""


@dataclass(frozen=True)
class Problem:
    """Why a task is not solved, shown on the smallest input on which it shows.

    Args:
        kind: "not written", "error", "changed input", "shape", "dtype", "not finite" or "values".
        sentence: what is wrong with this answer, in words.
        case: the input; `expected` and `given` are the answers to it (None where there is none).
        mistake: the named mistake that explains every answer up to here, if exactly one does.
    """

    kind: str
    sentence: str
    case: Case
    expected: Tensor
    given: Tensor | None
    mistake: Mistake | None = None


@dataclass(frozen=True)
class Verdict:
    """The points earned with each part, and the first thing to put right (None: all is right)."""

    task: Task
    seed: int
    earned: dict[str, int]
    problem: Problem | None

    @property
    def passed(self) -> bool:
        """Whether every case of every part is right."""
        return self.problem is None

    @property
    def points(self) -> int:
        """The sum over the parts."""
        return sum(self.earned.values())


def judge(task: Task, call: Call, seed: int) -> Verdict:
    """Call the learner's function on the seed's cases and say what its answers are worth, and which mistake they show.

    A mistake is named only if it would have given the learner's answer on every case up to the end of the first part
    that is wrong, and no other mistake would. (Later parts say nothing more about the first thing to put right: an
    unscaled score shows before there is a mask, whatever else is wrong once there is one.)
    """
    cases = cases_of(task, seed)
    asked = [copy_of(case.args) for case in cases]
    replies = call.many(task.function, asked) if isinstance(call, AtOnce) else [call(task.function, a) for a in asked]
    # From here on no code of the learner's runs.
    expected = right_answers(task, seed)
    problems = [
        find_problem(task, *each) for each in zip(cases, replies, expected, strict=True)
    ]  # None where the answer is right
    wrong_parts = {case.part for case, problem in zip(cases, problems, strict=True) if problem}
    earned = {part: 0 if part in wrong_parts else points for part, points in task.parts.items()}
    if not wrong_parts:
        return Verdict(task, seed, earned, None)

    first_wrong = next(part for part in task.parts if part in wrong_parts)
    worst = min(
        (p for p in problems if p and p.case.part == first_wrong), key=lambda p: (p.case.size == 0, p.case.size)
    )
    mistake = None
    if worst.kind not in ("not written", "changed input"):
        parts = list(task.parts)
        seen = parts[: parts.index(first_wrong) + 1]
        mistake = recognise(task, seed, [reply.answer for reply in replies], seen)
    problem = Problem(worst.kind, worst.sentence, worst.case, worst.expected, worst.given, mistake)
    return Verdict(task, seed, earned, problem)


def find_problem(task: Task, case: Case, reply: Reply, expected: Tensor) -> Problem | None:
    """What is wrong with one answer: first whether there is one, then its shape, its dtype, its values."""
    answer = reply.answer
    if isinstance(answer, Failure):
        kind = "not written" if is_stub(answer) or answer.kind == "missing" else "error"
        return Problem(kind, describe_failure(task, answer), case, expected, None)
    if reply.args is not None and not all(map(same_argument, case.args, reply.args)):
        changed = [
            name.partition("=")[0]
            for name, before, after in zip(task.parameters, case.args, reply.args, strict=False)
            if not same_argument(before, after)
        ]
        names, them = " and ".join(changed), "it" if len(changed) == 1 else "them"
        sentence = f"{task.function} changes its input {names}, which its caller still needs: work on a copy of {them}."
        return Problem("changed input", sentence, case, expected, answer)
    found = difference(answer, expected, task.tolerance)
    return found and Problem(*found, case, expected, answer)


def recognise(task: Task, seed: int, answers: list[Tensor | Failure], seen: list[str]) -> Mistake | None:
    """The one mistake that gives these answers in the parts `seen`; of several, the one that gives the rest, too."""
    cases, given = cases_of(task, seed), [trace_of(answer) for answer in answers]

    def gives_the_answers(mistake: Mistake, parts: list[str]) -> bool:
        here = [i for i, case in enumerate(cases) if case.part in parts]
        return any(
            all(same_answer(wrong[i], given[i], task.tolerance) for i in reversed(here))  # the largest tells most
            for wrong in (traces(solution, task, seed) for solution in mistake.solutions)
        )

    fits = [mistake for mistake in task.mistakes if gives_the_answers(mistake, seen)]
    if len(fits) > 1:
        fits = [mistake for mistake in fits if gives_the_answers(mistake, list(task.parts))]
    return fits[0] if len(fits) == 1 else None


@functools.lru_cache(maxsize=256)
def cases_of(task: Task, seed: int) -> list[Case]:
    """Drawn once for a class that is graded on one seed; every call gets copies."""
    return task.cases(seed)


@functools.lru_cache(maxsize=4096)
def outputs(function: Function, task: Task, seed: int) -> list[Tensor | Failure]:
    """What one of *our* functions (the solution or a mistake, never the learner's) answers to each case of a seed."""
    return [run(function, case) for case in cases_of(task, seed)]


@functools.lru_cache(maxsize=4096)
def traces(function: Function, task: Task, seed: int) -> list[Trace]:
    """The same, ready to be compared with many answers."""
    return [trace_of(answer) for answer in outputs(function, task, seed)]


def run(function: Function, case: Case) -> Tensor | Failure:
    """Its answer, or the exception it raised."""
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return function(*copy_of(case.args))
        except Exception as error:
            return Failure(type(error).__name__, str(error))


def right_answers(task: Task, seed: int) -> list[Tensor]:
    """The solution's answers; a solution that fails is our error, and loud."""
    answers = []
    for case, answer in zip(cases_of(task, seed), outputs(task.solution, task, seed), strict=True):
        if isinstance(answer, Failure):
            raise RuntimeError(f"the solution of {task.name} fails on {case.what}: {answer.kind}: {answer.message}")
        answers.append(answer)
    return answers


def is_stub(failure: Failure) -> bool:
    """Whether the function raised NotImplementedError itself. (PyTorch raises it for a dtype it cannot take.)"""
    return failure.kind == "NotImplementedError" and ("(" not in failure.where or "raise" in failure.where)


def describe_failure(task: Task, failure: Failure) -> str:
    """A call that gave no tensor, in a sentence or two."""
    if is_stub(failure):
        return (
            f"{task.function} is not written yet. Replace its `raise NotImplementedError` by your code, "
            "run that cell, and check again."
        )
    if failure.kind in ("missing", "signature", "returned", "stopped"):
        return failure.message
    where = f" in your {failure.where}" if failure.where else ""
    return f"{task.function} stops with {failure.kind}{where}: {failure.message}"
