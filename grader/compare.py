"""Two tensors side by side: whether they agree, and in which way they do not."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from grader.inside.answer import Failure

NUMBERS = 8  # of a tensor that are looked at before all of them are


def difference(given: Tensor, expected: Tensor, tolerance: float) -> tuple[str, str] | None:
    """The first way in which two tensors differ: (kind, sentence). None if they agree."""
    if given.shape != expected.shape:
        return "shape", f"The shape should be {tuple(expected.shape)}, but is {tuple(given.shape)}."
    if given.dtype != expected.dtype:
        values_agree = not wrong_elements(given, expected, tolerance).any()
        but = " The values are right." if values_agree else ""
        return "dtype", f"The dtype should be {expected.dtype}, but is {given.dtype}.{but}"
    for name, has in (("NaN (not a number)", torch.isnan), ("inf", torch.isinf)):
        if has(given).any() and not has(expected).any():
            return "not finite", f"There is {name} in the answer."
    wrong = wrong_elements(given, expected, tolerance)
    if wrong.any():
        count, total = int(wrong.sum()), wrong.numel()
        entries = "The entry is" if total == 1 else f"{count} of {total} entries {'is' if count == 1 else 'are'}"
        return "values", f"The shape is right. {entries} wrong."
    return None


def wrong_elements(given: Tensor, expected: Tensor, tolerance: float) -> Tensor:
    """Where two tensors of one shape differ by more than tolerance * (1 + |expected|); inf and NaN equal themselves."""
    wide = torch.complex128 if given.is_complex() or expected.is_complex() else torch.float64
    a, b = given.to(wide), expected.to(wide)
    close = b.isfinite() & ((a - b).abs() <= tolerance * (1 + b.abs()))
    return ~(close | (a == b) | (a.isnan() & b.isnan()))


@dataclass(frozen=True)
class Trace:
    """An answer, and what tells most others from it at once: its kind, and a few of its numbers.

    Args:
        answer: the answer itself.
        kind: a tensor's shape and dtype, or a failure's kind and message.
        numbers: some of a tensor's numbers, always from the same places.
    """

    answer: Tensor | Failure
    kind: tuple[Any, ...]
    numbers: tuple[complex, ...]


def trace_of(answer: Tensor | Failure) -> Trace:
    """The trace of one answer."""
    if isinstance(answer, Failure):
        return Trace(answer, (answer.kind, answer.message), ())
    step = max(answer.numel() // NUMBERS, 1)
    numbers = tuple(answer.reshape(-1)[::step][:NUMBERS].tolist())
    return Trace(answer, (answer.shape, answer.dtype), numbers)


def same_answer(ours: Trace, given: Trace, tolerance: float) -> bool:
    """Tensors that agree in shape, dtype and values, or the same exception with the same message."""
    if ours.kind != given.kind:
        return False
    for a, b in zip(ours.numbers, given.numbers, strict=True):
        if abs(a - b) > tolerance * (1 + abs(b)):  # not for NaN, nor for equal infinities: they are compared below
            return False
    if isinstance(ours.answer, Failure) or isinstance(given.answer, Failure):
        return True
    return torch.equal(ours.answer, given.answer) or not wrong_elements(ours.answer, given.answer, tolerance).any()
