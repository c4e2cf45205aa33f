"""What `import grader` finds in the sandbox: a `check` that says nothing, so that a cell which calls it still runs."""

from typing import Any


def check(task: str = "", **settings: Any) -> None:
    """Do nothing: in the sandbox there is nothing to check with."""
