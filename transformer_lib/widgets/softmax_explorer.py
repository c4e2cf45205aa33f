"""How wide vectors make softmax a hard choice, and what the division by sqrt(d) saves."""

import math
from typing import Any

import torch
import traitlets

from transformer_lib.widgets.base import Numbers, Whole, Widget, fixed, is_number, text_table

N_KEYS = 8


class SoftmaxExplorer(Widget):
    """The weights of a few scores as the width d, the division by sqrt(d) and the temperature change.

    The dot product of two standard-normal vectors of width d has standard deviation sqrt(d). The widget keeps
    scores of standard deviation 1, and multiplies them by sqrt(d) unless they are divided by it again.
    It shows p (1 - p), how strongly each weight answers its own score, and their sum, the response: the trace of
    softmax's Jacobian, 0 where softmax has become a hard choice that no gradient can change.

    Args:
        scores: a fixed list of unit-variance scores; drawn with `seed` if not given.
        d: width of queries and keys, a power of two from 1 to 1024.
        scaled: whether the scores are divided by sqrt(d).
        temperature: what the scores are divided by besides, from 0.1 to 10.
        seed: of the drawn scores.

    Raises:
        ValueError: an argument of the wrong kind or out of its range.
    """

    scores = Numbers().tag(sync=True)
    d = Whole(4, 1, 1024).tag(sync=True)
    scaled = traitlets.Bool(False).tag(sync=True)
    temperature = traitlets.Float(1.0).tag(sync=True)

    def __init__(
        self, scores: Any = None, d: int = 4, *, scaled: bool = False, temperature: float = 1.0, seed: int = 0
    ) -> None:
        super().__init__(
            scores=unit_scores(seed) if scores is None else scores, d=d, scaled=scaled, temperature=temperature
        )

    @traitlets.validate("d")
    def _power_of_two(self, proposal: Any) -> Any:
        d = proposal["value"]
        if d & (d - 1):
            raise ValueError(f"d must be a power of two from 1 to 1024, but was {d}")
        return d

    @traitlets.validate("temperature")
    def _on_the_slider(self, proposal: Any) -> Any:
        temperature = proposal["value"]
        if not is_number(temperature) or not 0.1 <= temperature <= 10:
            raise ValueError(f"temperature must be a number from 0.1 to 10, but was {temperature!r}")
        return temperature

    def __repr__(self) -> str:
        scores = torch.tensor(self.scores, dtype=torch.float64) * math.sqrt(self.d)
        inputs = scores / self.temperature / (math.sqrt(self.d) if self.scaled else 1)
        p = inputs.softmax(-1)
        answer = torch.autograd.functional.jacobian(lambda x: x.softmax(-1), inputs).diagonal()
        bits = torch.special.entr(p).sum() / math.log(2)
        rows = zip(range(1, len(p) + 1), scores, inputs, p, answer, strict=True)
        return "\n".join(
            [
                f"SoftmaxExplorer: d = {self.d}, {'divided by √d' if self.scaled else 'not divided by √d'}, "
                f"temperature T {fixed(self.temperature, 2)}",
                text_table(
                    ["key", "score", "÷ √d ÷ T" if self.scaled else "÷ T", "weight p", "p(1 - p)"],
                    [[str(i), fixed(q, 1), fixed(x, 1), fixed(w, 3), fixed(g, 3)] for i, q, x, w, g in rows],
                ),
                f"largest weight {fixed(p.max(), 3)}, entropy {fixed(bits, 2)} bits "
                f"(as spread out as {fixed(2**bits, 1)} equal weights), "
                f"response {fixed(answer.sum(), 3)}",
            ]
        )


def unit_scores(seed: int, n_keys: int = N_KEYS) -> list[float]:
    """Return seeded standard-normal scores, rounded to what a page can carry."""
    drawn = torch.randn(n_keys, generator=torch.Generator().manual_seed(seed))
    return [round(x, 3) for x in drawn.tolist()]
