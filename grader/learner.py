"""`check("task")`: the learner's side. The learner's function runs in this process: a self-check, and no mark."""

import ast
import contextlib
import difflib
import inspect
import io
import linecache
import secrets
import sys
import textwrap
import traceback
import warnings
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from grader.exercises import all_tasks
from grader.judge import Call, Failure, Reply, copy_of, judge
from grader.show import Note, Result
from grader.task import Task

READY_MADE = {
    "scaled_dot_product_attention",
    "MultiheadAttention",
    "multi_head_attention_forward",
    "MultiHeadAttention",
}


def check(task: str, *, seed: int | None = 0) -> None:
    """Say at once whether your function is right, or which mistake is in it.

    Args:
        task: the task's name, as it stands in the notebook.
        seed: which random inputs to try; the same number gives the same inputs, `None` fresh ones each time.
    """
    show(look(task, learners_names(), seed))


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
    if not verdict.passed:
        return Result(verdict, tuple(f"PyTorch warns: {message}" for message in list(dict.fromkeys(heard))[:2]))
    if uses_ready_made(names.get(tasks[task].function), names):
        sentence = "The answers are right, but you used ready-made attention. Write the steps yourself."
        return Result(verdict, (sentence,))
    return Result(verdict)


def uses_ready_made(function: Any, names: Mapping[str, Any]) -> bool:
    """Whether the function's source names PyTorch's attention or this book's; where there is no source, no."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        return False
    for node in ast.walk(tree):
        name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        imported = [alias.name for alias in node.names] if isinstance(node, ast.ImportFrom) else []
        if name in READY_MADE or READY_MADE.intersection(imported) or "attention" in imported:
            return True
        thing = names.get(name)
        if isinstance(node, ast.Attribute):
            thing = getattr(names.get(node.value.id), name, None) if isinstance(node.value, ast.Name) else None
        if is_ready_made(thing):
            return True
    return False


def is_ready_made(thing: Any) -> bool:
    """Whether that is the attention that somebody else has written, by whatever name it was imported."""
    ours = getattr(thing, "__module__", None) == "transformer_lib.attention"
    return ours or getattr(thing, "__name__", "") in READY_MADE


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


def in_process(task: Task, names: Mapping[str, Any], heard: list[str] | None = None) -> Call:
    """Run the learner's function here and now: nothing protects this process from it.

    What it prints is shown for its first input only; the warnings it raises go into `heard`.
    """
    calls = 0

    def call(name: str, args: tuple[Any, ...]) -> Reply:
        nonlocal calls
        function = names.get(name)
        if function is None:
            sentence = (
                f"There is no function {name} yet. Run the cell that defines it (Shift+Enter in it), then check again."
            )
            return Reply(Failure("missing", sentence))
        if not callable(function):
            sentence = f"{name} is no function but a {type(function).__name__}. Run the cell that defines it again."
            return Reply(Failure("signature", sentence))
        try:
            signature = inspect.signature(function)
            signature.bind(*args)
        except TypeError:
            sentence = f"It should be called as {task.signature}, but yours is {name}{signature}."
            return Reply(Failure("signature", sentence))
        except ValueError:  # a builtin that does not tell its parameters
            pass
        try:
            calls += 1
            shown = contextlib.nullcontext() if calls == 1 else contextlib.redirect_stdout(io.StringIO())
            with torch.enable_grad(), shown, warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                answer = function(*args)
            if heard is not None:
                heard.extend(str(warning.message).strip() for warning in caught)
        except Exception as error:
            return Reply(Failure(type(error).__name__, str(error), learners_line(error, function)))
        return Reply(plain_tensor(name, answer), copy_of(args))

    return call


def plain_tensor(name: str, answer: Any) -> Tensor | Failure:
    """The answer as an ordinary tensor of its own, or a sentence that says what it is instead."""
    if isinstance(answer, Tensor):
        plain = answer.detach().as_subclass(Tensor)
        return (plain.to_dense() if plain.layout != torch.strided else plain).cpu().clone()
    if answer is None:
        what = "returns nothing (None). Does its last line say `return`?"
    elif isinstance(answer, tuple | list) and len(answer) > 1 and all(map(is_single, answer)):
        kind = type(answer).__name__
        what = f"returns {len(answer)} things (a {kind}). Put them into one tensor: `torch.tensor([...])`."
    elif isinstance(answer, tuple):
        what = f"returns {len(answer)} things (a tuple). Return only the tensor that is asked for."
    elif type(answer).__module__ == "numpy":
        what = "returns a NumPy array. Return a torch tensor: stay in torch all the way, or end with torch.from_numpy."
    else:
        what = f"returns a {type(answer).__name__}. Return a torch tensor."
    return Failure("returned", f"{name} {what}")


def is_single(thing: Any) -> bool:
    """Whether it is one number or one True or False."""
    return isinstance(thing, bool | int | float) or (isinstance(thing, Tensor) and thing.ndim == 0)


def learners_line(error: Exception, function: Any) -> str:
    """The last line of the traceback that the learner wrote, as "line 3: scores = q @ k"."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    if code is None:
        return ""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == code.co_filename]
    if not frames or frames[-1].lineno is None:
        return ""
    text = linecache.getline(frames[-1].filename, frames[-1].lineno).strip()
    return f"line {frames[-1].lineno}" + (f" ({text})" if text else "")
