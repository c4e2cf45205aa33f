"""One sandbox for every test in this folder. A machine that allows none fails them: a skip would pass for safe."""

import pytest

from grader.inside.lockdown import Limits
from grader.inside.program import Cell
from grader.question import Question
from grader.sandbox import Sandbox
from tests.sandbox.tasks import DOUBLE

LIMITS = Limits(wall=4.0, cpu=3, memory=512, disk=8, output=2, threads=32)


@pytest.fixture(scope="session")
def sandbox():
    with Sandbox(LIMITS) as started:
        yield started


@pytest.fixture
def ask(sandbox):
    """ask(source) -> the Question, to be called; its children end with the test."""
    asked = []

    def start(source, task=DOUBLE, **limits):
        question = Question(sandbox, [Cell("your cell", source, True)], task, Limits(**(LIMITS.as_dict() | limits)))
        asked.append(question)
        return question

    yield start
    for question in asked:
        question.close()
