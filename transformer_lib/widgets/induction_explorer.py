"""Two heads set by hand that look up what came next the last times; and what is left when their routes freeze."""

from typing import Any

import torch
import torch.nn.functional as F
import traitlets

from transformer_lib.attention import attention
from transformer_lib.masks import causal_mask
from transformer_lib.widgets.base import Widget, fixed, plain, text_table

ALPHABET = "ABCD"
SHARP = 20.0


class InductionExplorer(Widget):
    """The first layer's head looks one letter back; the second's looks for where that was the letter it stands on.

    Args:
        letters: 3 to 12 letters of A, B, C and D.
        frozen: whether the weights stay those of the letters it was made with.

    Raises:
        ValueError: other letters, or too few or too many.
    """

    letters = traitlets.Any(list("ABCADBA")).tag(sync=True)
    frozen = traitlets.Bool(False).tag(sync=True)

    def __init__(self, letters: Any = "ABCADBA", *, frozen: bool = False) -> None:
        super().__init__(letters=list(letters) if isinstance(letters, str) else letters, frozen=frozen)

    @traitlets.validate("letters")
    def _of_the_alphabet(self, proposal: Any) -> list[str]:
        letters = plain(proposal["value"])
        if (
            not isinstance(letters, list)
            or not 3 <= len(letters) <= 12
            or any(x not in list(ALPHABET) for x in letters)
        ):
            raise ValueError(f"letters must be 3 to 12 letters of {ALPHABET}, but was {proposal['value']!r}")
        return letters

    def __repr__(self) -> str:
        before, weights, after = induction(self.letters)
        rows = [
            [str(i), letter, before[i], fixed(weight, 2)]
            for i, (letter, weight) in enumerate(zip(self.letters, weights, strict=True))
        ]
        chances = ", ".join(f"{letter} {fixed(p, 2)}" for letter, p in zip(ALPHABET, after, strict=True))
        return "\n".join(
            [
                f"InductionExplorer: {' '.join(self.letters)} ?",
                text_table(["position", "letter", "before it", "weight of the last"], rows),
                f"next: {chances}",
            ]
        )


def induction(letters: list[str]) -> tuple[list[str], list[float], list[float]]:
    """Return what the first layer found before each letter ("-" at the start), the second layer's weights of the last
    letter, and its output: how much of each letter of the alphabet comes next."""
    what = F.one_hot(torch.tensor([ALPHABET.index(letter) for letter in letters]), len(ALPHABET)).double()
    where = torch.eye(len(letters), dtype=torch.float64)
    ask = SHARP * len(letters) ** 0.5 * where.roll(1, 0)  # row i asks for position i - 1
    found, _ = attention(ask, where, what, causal_mask(len(letters)))
    found[0] = 0  # nothing stands before the first
    after, weights = attention(SHARP * len(ALPHABET) ** 0.5 * what[-1:], found, what)
    before = ["-", *(ALPHABET[i] for i in found[1:].argmax(-1).tolist())]
    return before, weights[0].tolist(), after[0].tolist()
