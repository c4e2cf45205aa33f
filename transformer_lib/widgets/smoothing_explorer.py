"""How sure a model should be: label smoothing's target, and the gap between logits that makes the loss least."""

from typing import Any

import torch
import traitlets

from transformer_lib.metrics import cross_entropy
from transformer_lib.widgets.base import Whole, Widget, fixed, is_number, text_table


class SmoothingExplorer(Widget):
    """The loss of one prediction, where the right word's logit is `gap` above all the others, which are equal.

    Args:
        smoothing: the share of the target's probability that is spread over all words, 0 to 0.5.
        gap: how far the right word's logit is above the others, 0 to 12.
        words: how many words there are, 2 to 1000.

    Raises:
        ValueError: a number out of its range.
    """

    smoothing = traitlets.Float(0.0).tag(sync=True)
    gap = traitlets.Float(2.0).tag(sync=True)
    words = Whole(10, 2, 1000).tag(sync=True)

    def __init__(self, smoothing: float = 0.0, gap: float = 2.0, words: int = 10) -> None:
        super().__init__(smoothing=smoothing, gap=gap, words=words)

    @traitlets.validate("smoothing", "gap")
    def _in_range(self, proposal: Any) -> Any:
        name, value = proposal["trait"].name, proposal["value"]
        high = {"smoothing": 0.5, "gap": 12.0}[name]
        if not is_number(value) or not 0 <= value <= high:
            raise ValueError(f"{name} must be a number from 0 to {high:g}, but was {value!r}")
        return value

    def __repr__(self) -> str:
        target, p, loss, slope = smoothed(self.smoothing, self.gap, self.words)
        best = "none: a larger gap always pays" if self.smoothing == 0 else fixed((target[0] / target[1]).log(), 2)
        return "\n".join(
            [
                f"SmoothingExplorer: {self.words} words, smoothing {fixed(self.smoothing, 2)}, "
                f"gap {fixed(self.gap, 2)}",
                text_table(
                    ["", "right word", "each other"],
                    [[name, *(fixed(x, 4) for x in row[:2])] for name, row in (("target", target), ("p", p))],
                ),
                f"loss {fixed(loss, 3)} nats, slope {fixed(slope, 3)}; best gap {best}",
            ]
        )


def smoothed(smoothing: float, gap: float, words: int) -> tuple[torch.Tensor, torch.Tensor, float, float]:
    """Return the target's and the model's distribution (the right word first), the loss, and its slope in the gap."""
    logits = torch.zeros(words, dtype=torch.float64)
    right = torch.tensor(gap, dtype=torch.float64, requires_grad=True)
    loss = cross_entropy(torch.cat([right[None], logits[1:]])[None], torch.tensor([0]), label_smoothing=smoothing)
    loss.backward()
    target = torch.full((words,), smoothing / words, dtype=torch.float64)
    target[0] += 1 - smoothing
    logits[0] = gap
    assert right.grad is not None
    return target, logits.softmax(-1), loss.item(), right.grad.item()
