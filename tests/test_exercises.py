"""Every exercise found: its solution passes, each named mistake is called by its name, and no right answer is."""

import pytest

from grader.exercises import exercises
from grader.judge import Reply, judge, run
from grader.task import Case

TASKS = [pytest.param(exercise, task, id=task.name) for exercise in exercises() for task in exercise.tasks]
each_task = pytest.mark.parametrize(("exercise", "task"), TASKS)
UNUSUAL = [
    pytest.param(task, answer, id=f"{task.name}: {what}")
    for exercise in exercises()
    for task in exercise.tasks
    for what, answer in exercise.unusual()[task.name].items()
]
MISTAKES = 20  # seeds


def caller(function):
    """As a sandbox would answer: nothing but the tensor or the error comes back."""

    def call(name, args):
        return Reply(run(function, Case(args, "", "")))

    return call


@each_task
def test_solution_earns_all_points(exercise, task):
    for seed in range(MISTAKES):
        verdict = judge(task, caller(task.solution), seed)
        assert verdict.passed
        assert verdict.points == task.points


@each_task
def test_each_mistake_is_called_by_its_name(exercise, task):
    for mistake in task.mistakes:
        for wrong in mistake.solutions:
            for seed in range(1000, 1000 + MISTAKES):
                verdict = judge(task, caller(wrong), seed)
                assert not verdict.passed, f"{mistake.name} passes on seed {seed}"
                assert verdict.points < task.points
                named = verdict.problem.mistake and verdict.problem.mistake.name
                assert named == mistake.name, f"{mistake.name} is called {named} on seed {seed}"


@pytest.mark.parametrize(("task", "answer"), UNUSUAL)
def test_unusual_right_answer_passes(task, answer):
    for seed in range(5):
        verdict = judge(task, caller(answer), seed)
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
