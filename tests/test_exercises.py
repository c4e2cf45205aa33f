"""Every exercise found: its solution passes, each named mistake is called by its name, and no right answer is."""

import pytest
import torch

from grader.exercises import exercises
from grader.release import is_solution, with_solutions
from tests.mutants import mutants, run_source
from tests.verdicts import verdict_on

TASKS = [pytest.param(exercise, task, id=task.name) for exercise in exercises() for task in exercise.tasks]
each_task = pytest.mark.parametrize(("exercise", "task"), TASKS)
UNUSUAL = [
    pytest.param(task, answer, id=f"{task.name}: {what}")
    for exercise in exercises()
    for task in exercise.tasks
    for what, answer in exercise.unusual()[task.name].items()
]


@each_task
def test_solution_earns_all_points(exercise, task):
    for seed in range(2):
        verdict = verdict_on(task, task.solution, seed, ours=True)
        assert verdict.passed
        assert verdict.points == task.points


@pytest.mark.slow
@pytest.mark.parametrize(("task", "answer"), UNUSUAL)
def test_unusual_right_answer_passes(task, answer):
    for seed in range(5):
        verdict = verdict_on(task, answer, seed)
        assert verdict.passed, verdict.problem


@each_task
def test_texts_of_the_mistakes_are_sentences(exercise, task):
    names = [mistake.name for mistake in task.mistakes]
    assert len(set(names)) == len(names)
    for mistake in task.mistakes:
        assert mistake.hint.endswith((".", "?", ".)"))
        assert not mistake.name.endswith(".")


@each_task
def test_every_part_has_cases_that_get_larger(exercise, task):
    cases = task.cases(3)
    assert {case.part for case in cases} == set(task.parts)
    again = task.cases(3)
    assert [case.what for case in again] == [case.what for case in cases]


def calls(task, part, seed):
    """What is asked for a part, as text."""
    return repr(
        [
            [(x.shape, x.dtype, x.tolist()) if isinstance(x, torch.Tensor) else x for x in case.args]
            for case in task.cases(seed)
            if case.part == part
        ]
    )


@pytest.mark.slow
@each_task
def test_no_part_can_be_answered_from_a_table(exercise, task):
    for part in task.parts:
        assert len({calls(task, part, seed) for seed in range(8)}) > 3, part


def authors_answer(exercise, task):
    """The source of the solution cell in which the task's function is defined."""
    cells = [c for c in with_solutions(exercise).cells if is_solution(c) and f"def {task.function}(" in c.source]
    assert len(cells) == 1, f"{task.function} should be defined in one solution cell"
    return cells[0].source


@each_task
def test_authors_answer_earns_all_points(exercise, task):
    verdict = verdict_on(task, run_source(authors_answer(exercise, task))[task.function], 0)
    assert verdict.passed, verdict.problem


@pytest.mark.slow
@each_task
def test_mutants_are_killed(exercise, task):
    alive, total = [], 0
    equivalent = exercise.equivalent().get(task.name, {})
    for change, source in mutants(authors_answer(exercise, task)):
        total += 1
        try:
            function = run_source(source)[task.function]
        except Exception:
            continue
        if verdict_on(task, function, 0).passed:
            alive.append(change)
    print(f"{task.name}: {total - len(alive)} of {total} mutants killed, {len(equivalent)} are equivalent")
    assert total > 5
    assert not set(alive) ^ set(equivalent)
