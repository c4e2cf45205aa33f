"""One call of a student's function, and what it came back with. Used for self-checks and, in the sandbox, for marks."""

import inspect
import linecache
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor


@dataclass(frozen=True)
class Failure:
    """A call that gave no tensor.

    Args:
        kind: "NotImplementedError" or another exception's class, or "returned" for an answer that is no tensor,
            or "signature" for a function that cannot be called so, or "missing" for one that is not there at all,
            or "stopped" for a process that was ended before it answered.
        message: the exception's own message, or a sentence for the learner.
        where: the learner's line that raised, if there is one.
    """

    kind: str
    message: str
    where: str = ""


@dataclass(frozen=True)
class Reply:
    """What a call came back with: its answer, and the arguments as they are afterwards (None: nobody can tell)."""

    answer: Tensor | Failure
    args: tuple[Any, ...] | None = None


def ask(names: Mapping[str, Any], name: str, args: tuple[Any, ...], signature: str, missing: str) -> Reply:
    """Call the function `name` of a student's names, here and now. Nothing protects this process from it.

    Args:
        names: what the student's code has defined.
        name: the function's name; `signature` is how it should be called, for the message.
        args: handed over as they are: pass copies.
        missing: what to say if there is no such function.
    """
    function = names.get(name)
    if function is None:
        return Reply(Failure("missing", missing))
    if not callable(function):
        sentence = f"{name} is no function but a {type(function).__name__}. Run the cell that defines it again."
        return Reply(Failure("signature", sentence))
    try:
        with torch.enable_grad():
            answer = function(*args)
    except TypeError as error:
        if own := unfit(function, args):
            return Reply(Failure("signature", f"It should be called as {signature}, but yours is {name}{own}."))
        return Reply(Failure(type(error).__name__, str(error), learners_line(error, function)))
    except Exception as error:
        return Reply(Failure(type(error).__name__, str(error), learners_line(error, function)))
    return Reply(plain_tensor(name, answer), copy_of(args))


def unfit(function: Any, args: tuple[Any, ...]) -> str:
    """The parameters of a function that cannot be called with these arguments; "" if it can, or does not tell."""
    try:
        own = inspect.signature(function)
    except (TypeError, ValueError):
        return ""
    try:
        own.bind(*args)
    except TypeError:
        return str(own)
    return ""


def plain_tensor(name: str, answer: Any) -> Tensor | Failure:
    """The answer as an ordinary tensor of its own, or a sentence that says what it is instead."""
    if isinstance(answer, Tensor):
        try:
            plain = answer.detach().as_subclass(Tensor)
            dense = (plain.to_dense() if plain.layout != torch.strided else plain).cpu().clone()
        except Exception as error:
            return Failure("returned", f"{name} returns a tensor that cannot be read: {error}")
        return dense.resolve_conj().resolve_neg()
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


def learners_line(error: BaseException, function: Any) -> str:
    """The last line of the traceback that the learner wrote, as "line 3: scores = q @ k"."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    if code is None:
        return ""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == code.co_filename]
    if not frames or frames[-1].lineno is None:
        return ""
    text = linecache.getline(frames[-1].filename, frames[-1].lineno).strip()
    return f"line {frames[-1].lineno}" + (f" ({text})" if text else "")


def copy_of(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Fresh tensors, so that no call can reach the inputs of another."""
    return tuple(arg.clone() if isinstance(arg, Tensor) else arg for arg in args)


def same_argument(before: Any, after: Any) -> bool:
    """Whether an argument is what it was; NaN counts as a change."""
    if isinstance(before, Tensor):
        return isinstance(after, Tensor) and before.shape == after.shape and torch.equal(before, after)
    return bool(before == after)
