"""Each named mistake is called by its name on twenty seeds."""

import pytest

from grader.exercises import all_tasks
from tests.verdicts import misnamed


@pytest.mark.parametrize("task", [pytest.param(task, id=name) for name, task in all_tasks().items()])
def test_each_mistake_is_called_by_its_name_on_twenty_seeds(task):
    assert misnamed(task, range(1000, 1020)) == []
