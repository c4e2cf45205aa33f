"""A head that does what an `if` does: is there a marked word, copy it; else take the average."""

from typing import Any

import torch
import traitlets

from transformer_lib.attention import attention
from transformer_lib.widgets.base import Numbers, Widget, check_labels, fixed, is_number, plain, text_table


class MarkerHead(Widget):
    """One head over words that each hold a number; some words are marked.

    The query asks for a mark: every marked word scores `sharpness`, every other 0. No mark, equal scores, the average.

    Args:
        labels: the words.
        numbers: each word's value.
        marked: for each word, 1 if it is marked and 0 if not.
        sharpness: a marked word's score, 0 to 20.

    Raises:
        ValueError: lists of different lengths, or an argument of the wrong kind or out of its range.
    """

    labels = traitlets.Any(["Anna", "Ben", "Carl", "Dora", "Emil"]).tag(sync=True)
    numbers = Numbers([8.0, 2.0, 5.0, 9.0, 1.0]).tag(sync=True)
    marked = traitlets.Any([0, 0, 0, 0, 0]).tag(sync=True)
    sharpness = traitlets.Float(2.0).tag(sync=True)

    def __init__(self, labels: Any = None, numbers: Any = None, marked: Any = None, *, sharpness: float = 2.0) -> None:
        given = {"labels": labels, "numbers": numbers, "marked": marked}
        super().__init__(sharpness=sharpness, **{name: x for name, x in given.items() if x is not None})
        check_labels("labels", self.labels, len(self.numbers))
        if len(self.marked) != len(self.numbers):
            raise ValueError(f"marked must hold {len(self.numbers)} zeros and ones, but was {self.marked!r}")

    @traitlets.validate("labels")
    def _words(self, proposal: Any) -> list[str]:
        return check_labels("labels", proposal["value"], len(plain(proposal["value"])))

    @traitlets.validate("marked")
    def _zeros_and_ones(self, proposal: Any) -> list[int]:
        marks = plain(proposal["value"])
        if not isinstance(marks, list) or any(mark not in (0, 1) for mark in marks):
            raise ValueError(f"marked must be a list of zeros and ones, but was {proposal['value']!r}")
        return [int(mark) for mark in marks]

    @traitlets.validate("sharpness")
    def _on_the_slider(self, proposal: Any) -> float:
        sharpness = proposal["value"]
        if not is_number(sharpness) or not 0 <= sharpness <= 20:
            raise ValueError(f"sharpness must be a number from 0 to 20, but was {sharpness!r}")
        return float(sharpness)

    def __repr__(self) -> str:
        weights, out = marker_head(self.numbers, self.marked, self.sharpness)
        rows = [
            [word, fixed(number, 0), "yes" if mark else "no", fixed(weight, 3)]
            for word, number, mark, weight in zip(self.labels, self.numbers, self.marked, weights, strict=True)
        ]
        return "\n".join(
            [
                f"MarkerHead: sharpness {fixed(self.sharpness, 1)}",
                text_table(["word", "number", "marked", "weight"], rows),
                f"the head {fixed(out, 2)}, the program {fixed(program(self.numbers, self.marked), 2)}",
            ]
        )


def marker_head(numbers: list[float], marked: list[int], sharpness: float) -> tuple[list[float], float]:
    """Return the head's weights, and its output."""
    q = torch.tensor([[sharpness]], dtype=torch.float64)  # a width of 1: the square root changes nothing
    k, v = (torch.tensor(x, dtype=torch.float64)[:, None] for x in (marked, numbers))
    out, weights = attention(q, k, v)
    return weights[0].tolist(), out.item()


def program(numbers: list[float], marked: list[int]) -> float:
    """If a word is marked: the marked words' average; else everybody's."""
    chosen = [number for number, mark in zip(numbers, marked, strict=True) if mark] or numbers
    return sum(chosen) / len(chosen)
