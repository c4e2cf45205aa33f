"""The judge's verdict on a function, and whether it calls each named mistake by its name."""

from collections.abc import Iterable

from grader.judge import Verdict, judge
from grader.learner import in_process
from grader.task import Function, Task


def verdict_on(task: Task, function: Function, seed: int, *, ours: bool = False) -> Verdict:
    """`ours`: the author's own solution or mistake, which may be made of what a learner may not use."""
    return judge(task, in_process(task, {task.function: function}, refuse=not ours), seed)


def misnamed(task: Task, seeds: Iterable[int]) -> list[str]:
    """Each mistake that passed, or that was given another name or none, with the seed."""
    wrong = []
    for mistake in task.mistakes:
        for function in mistake.solutions:
            for seed in seeds:
                verdict = verdict_on(task, function, seed, ours=True)
                named = verdict.problem and verdict.problem.mistake
                if named is not mistake or verdict.points == task.points:
                    said = "passes" if verdict.passed else f"is called {named.name if named else 'nothing'}"
                    wrong.append(f"{mistake.name} {said} on seed {seed}")
    return wrong
