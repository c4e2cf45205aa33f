"""`check("task")`: the learner's side. The learner's function runs in this process: a self-check, and no mark.

A course on nbgrader may autograde the released notebooks as they are. nbgrader takes a check's cell for right unless it
fails or shows a number, which are then its points: so there, and only there, `check` returns the points.
"""

import contextlib
import difflib
import io
import os
import secrets
import sys
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

from grader.exercises import all_tasks
from grader.inside.answer import Reply, ask
from grader.inside.bans import banned
from grader.inside.shelf import refused_but
from grader.judge import Call, judge
from grader.library import LIBRARY, allowance
from grader.show import Note, Result
from grader.task import Task


def check(task: str, *, seed: int | None = 0) -> int | None:
    """Say at once whether your function is right, or which mistake is in it.

    Args:
        task: the task's name, as it stands in the notebook.
        seed: which random inputs to try; the same number gives the same inputs, `None` fresh ones each time.

    Returns:
        None; the points, as the cell's last output, where nbgrader runs the notebook.
    """
    names = learners_names()
    if "NBGRADER_EXECUTION" not in os.environ:
        show(look(task, names, seed))
        return None
    with contextlib.redirect_stderr(io.StringIO()):  # nbgrader gives 0 to a cell with anything in it
        result = look(task, names, seed)
    show(result)
    return result.verdict.points if isinstance(result, Result) else 0


def look(task: str, names: Mapping[str, Any], seed: int | None = 0) -> Result | Note:
    """What `check` shows, for a function found in `names`."""
    tasks = all_tasks()
    if task not in tasks:
        near = difflib.get_close_matches(str(task), tasks, n=1, cutoff=0.5)
        meant = f" Did you mean {near[0]!r}?" if near else ""
        return Note(f"There is no task {task!r}.{meant} The tasks are: {', '.join(map(repr, tasks))}.")
    seed = secrets.randbelow(2**31) if seed is None else seed
    heard: list[str] = []
    verdict = judge(tasks[task], in_process(tasks[task], names, heard), seed)
    warned = [] if verdict.passed else list(dict.fromkeys(heard))[:2]
    return Result(verdict, remarks=tuple(f"PyTorch warns: {message}" for message in warned))


def learners_names() -> Mapping[str, Any]:
    """The notebook's variables; outside IPython, the globals of whoever called `check`."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is not None:
        names: Mapping[str, Any] = shell.user_ns
        return names
    return sys._getframe(2).f_globals


def show(result: Result | Note) -> None:
    """As HTML where there is a notebook, as text elsewhere."""
    ipython = sys.modules.get("IPython")
    if ipython and ipython.get_ipython() is not None:
        from IPython.display import display

        display(result)
    else:
        print(result)


def in_process(task: Task, names: Mapping[str, Any], heard: list[str] | None = None, *, refuse: bool = True) -> Call:
    """Run the learner's function here and now. Nothing protects this process from it.

    What it prints is shown for its first input only; the warnings it raises go into `heard`. What is ready-made is
    refused, but for an author's own answers (`refuse=False`).
    """
    calls = 0

    def call(name: str, args: tuple[Any, ...]) -> Reply:
        nonlocal calls
        calls += 1
        missing = (
            f"There is no function {name} yet. Run the cell that defines it (Shift+Enter in it), then check again."
        )
        shown = contextlib.nullcontext() if calls == 1 else contextlib.redirect_stdout(io.StringIO())
        with (
            not_accepted(task) if refuse else contextlib.nullcontext(),
            shown,
            warnings.catch_warnings(record=True) as caught,
        ):
            warnings.simplefilter("always")
            reply = ask(names, name, args, task.signature, missing)
        if heard is not None:
            heard.extend(str(warning.message) for warning in caught)
        return reply

    return call


@contextlib.contextmanager
def not_accepted(task: Task) -> Iterator[None]:
    """Refuse, for a while, what a task bans, and the parts of the library that it does not allow."""
    with banned(task.banned), refused_but(allowance(task.allowed).names, LIBRARY):
        yield
