"""Two words, two places: what the score between them knows of where they stand, for four ways of telling it."""

import math
from typing import Any

import torch
import traitlets
from torch import Tensor

from transformer_lib.position import rotary, rotate, sinusoidal
from transformer_lib.widgets.base import Whole, Widget, check_labels, check_numbers, fixed, is_number, plain, text_table

KINDS = {"sinusoidal": "sinusoidal", "learned": "learned", "rope": "RoPE", "alibi": "ALiBi"}
REACH, LENGTH, WIDTH = 15, 64, 16  # the farthest place of a word, the longest text, the width of a vector


class PositionExplorer(Widget):
    """Set two words anywhere, then move both together: does the score between them change?

    Args:
        kind: "sinusoidal", "learned", "rope" or "alibi".
        query_at: where the word that looks stands, 0 to 15.
        key_at: where the word that is looked at stands, 0 to 15.
        shift: how far both are moved, 0 to 48.
        words: the two words, the one that looks first.
        query: its vector of 16 numbers; drawn if not given.
        key_vector: the other's. (A trait called `key` is easily taken for `keys`, which ipywidgets owns.)
        table: the learned code of each of the 64 positions, (64, 16); random, as before training, if not given.
        slope: by how much ALiBi lowers a score for each step of distance.

    Raises:
        ValueError: an argument of the wrong kind, shape or range.
    """

    kind = traitlets.Unicode("sinusoidal").tag(sync=True)
    query_at = Whole(4, 0, REACH).tag(sync=True)
    key_at = Whole(1, 0, REACH).tag(sync=True)
    shift = Whole(0, 0, LENGTH - REACH - 1).tag(sync=True)
    words = traitlets.List(traitlets.Unicode()).tag(sync=True)
    query = traitlets.List(traitlets.Any()).tag(sync=True)
    key_vector = traitlets.List(traitlets.Any()).tag(sync=True)
    table = traitlets.List(traitlets.Any()).tag(sync=True)
    slope = traitlets.Float(0.25).tag(sync=True)

    def __init__(
        self,
        kind: str = "sinusoidal",
        query_at: int = 4,
        key_at: int = 1,
        shift: int = 20,
        *,
        words: Any = ("bites", "dog"),
        query: Any = None,
        key_vector: Any = None,
        table: Any = None,
        slope: float = 0.25,
    ) -> None:
        drawn = torch.randn(2 + LENGTH, WIDTH, generator=torch.Generator().manual_seed(6))
        if not is_number(slope) or not 0 <= slope <= 1:
            raise ValueError(f"slope must be a number from 0 to 1, but was {slope!r}")
        rows = plain(drawn[2:] if table is None else table)
        if not isinstance(rows, list) or len(rows) != LENGTH:
            raise ValueError(f"table must hold {LENGTH} codes of {WIDTH} numbers, but was {rows!r:.80}")
        super().__init__(
            kind=kind,
            query_at=query_at,
            key_at=key_at,
            shift=shift,
            words=check_labels("words", words, 2),
            query=vector("query", drawn[0] if query is None else query),
            key_vector=vector("key_vector", drawn[0] * 0.6 + drawn[1] if key_vector is None else key_vector),
            table=[vector(f"table[{i}]", row) for i, row in enumerate(rows)],
            slope=float(slope),
        )

    @traitlets.validate("kind")
    def _one_of_the_four(self, proposal: Any) -> Any:
        if proposal["value"] not in KINDS:
            raise ValueError(f"kind must be one of {tuple(KINDS)}, but was {proposal['value']!r}")
        return proposal["value"]

    def parts(self, shift: int) -> dict[str, float]:
        """Return the score's parts by name, with both words moved by `shift`."""
        q, k, table = (torch.tensor(x, dtype=torch.float64) for x in (self.query, self.key_vector, self.table))
        return score_parts(self.kind, q, k, table, self.slope, self.query_at + shift, self.key_at + shift)

    def __repr__(self) -> str:
        here, there = self.parts(0), self.parts(self.shift)
        totals = sum(here.values()), sum(there.values())
        rows = [[name, fixed(value, 2), fixed(there[name], 2)] for name, value in here.items()]
        at = [f"({self.query_at + s}, {self.key_at + s})" for s in (0, self.shift)]
        stays = "stays the same" if abs(totals[0] - totals[1]) < 0.005 else "changes"
        return "\n".join(
            [
                f"PositionExplorer: {KINDS[self.kind]}; {self.words[0]} at {self.query_at} looks at "
                f"{self.words[1]} at {self.key_at}, then both {self.shift} later",
                text_table(["part of the score", *at], [*rows, ["score", *(fixed(total, 2) for total in totals)]]),
                f"moved together, the score {stays}",
            ]
        )


def vector(name: str, value: Any) -> list[float]:
    """Return 16 numbers, rounded to what a page can carry, or raise a ValueError that names the argument."""
    numbers = check_numbers(name, value)
    if len(numbers) != WIDTH:
        raise ValueError(f"{name} must hold {WIDTH} numbers, but held {len(numbers)}")
    return [round(x, 3) for x in numbers]


def score_parts(kind: str, q: Tensor, k: Tensor, table: Tensor, slope: float, i: int, j: int) -> dict[str, float]:
    """Return the score of key k at place j for query q at place i, divided by the root of their width, in its parts."""

    def scaled(a: Tensor, b: Tensor) -> float:
        return float(a @ b) / math.sqrt(len(q))

    at = torch.tensor([i, j])
    if kind == "alibi":
        return {"word · word": scaled(q, k), "− slope × distance": -slope * abs(i - j)}
    if kind == "rope":
        turned = rotate(torch.stack([q, k])[None, None], rotary(at[None], len(q)))[0, 0]
        return {"turned · turned": scaled(turned[0], turned[1])}
    p, r = table[at] if kind == "learned" else sinusoidal(at, len(q)).double()
    return {
        "word · word": scaled(q, k),
        "word · place": scaled(q, r),
        "place · word": scaled(p, k),
        "place · place": scaled(p, r),
    }
