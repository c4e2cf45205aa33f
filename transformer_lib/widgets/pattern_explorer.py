"""Who sees whom in sparse attention, and how many layers it takes until everybody has heard from everybody."""

from typing import Any

import torch
import traitlets
from jaxtyping import Bool
from torch import Tensor

from transformer_lib.cost import layers_until_all_seen
from transformer_lib.masks import causal_mask
from transformer_lib.variants import bigbird_mask, longformer_mask, sliding_window_mask
from transformer_lib.widgets.base import Whole, Widget, text_table

PATTERNS = ("full", "causal", "window", "dilated", "Longformer", "BigBird")
LENGTH, N_RANDOM = 32, 2


class PatternExplorer(Widget):
    """Choose a pattern of attention and a number of layers; the picture shows who has heard from whom.

    Args:
        pattern: "full", "causal", "window", "dilated" (every second word), "Longformer" (a window and one word that
            sees all and is seen by all) or "BigBird" (and two random words for each).
        window: how many words to each side, 1 to 8.
        layers: 1 to 16.
        chosen: for each of the 32 words, those that BigBird lets it see by chance; drawn by PyTorch if left out.

    Raises:
        ValueError: an argument of the wrong kind or out of its range.
    """

    pattern = traitlets.Enum(PATTERNS, "window").tag(sync=True)
    window = Whole(3, 1, 8).tag(sync=True)
    layers = Whole(1, 1, 16).tag(sync=True)
    chosen: traitlets.List[Any] = traitlets.List().tag(sync=True)

    def __init__(
        self, pattern: str = "window", window: int = 3, layers: int = 1, chosen: list[list[int]] | None = None
    ) -> None:
        if pattern not in PATTERNS:
            raise ValueError(f"pattern must be one of {PATTERNS}, but was {pattern!r}")
        super().__init__(pattern=pattern, window=window, layers=layers, chosen=chosen or random_words())

    def __repr__(self) -> str:
        rows = []
        for name in PATTERNS:
            mask = pattern_mask(name, self.window)
            until = layers_until_all_seen(mask)
            rows.append([name, f"{int(mask.sum()):,}", f"{100 * mask.float().mean():.0f} %", str(until or "never")])
        return "\n".join(
            [
                f"PatternExplorer: {self.pattern}, {LENGTH} words, window of {self.window}, layers: {self.layers}",
                text_table(["pattern", "scores", "share", "layers until all is seen"], rows),
            ]
        )


def random_words() -> list[list[int]]:
    """Return, for each word, those that BigBird lets it see by chance alone."""
    alone = bigbird_mask(LENGTH, 0, n_global=0, n_random=N_RANDOM)
    return [row.nonzero().flatten().tolist() for row in alone]


def pattern_mask(pattern: str, window: int, length: int = LENGTH) -> Bool[Tensor, "length length"]:
    """Return one layer's mask."""
    places = torch.arange(length)
    even = (places[:, None] - places) % 2 == 0
    masks = {
        "full": lambda: torch.ones(length, length, dtype=torch.bool),
        "causal": lambda: causal_mask(length),
        "window": lambda: sliding_window_mask(length, window),
        "dilated": lambda: sliding_window_mask(length, 2 * window) & even,
        "Longformer": lambda: longformer_mask(length, window),
        "BigBird": lambda: bigbird_mask(length, window, n_random=N_RANDOM),
    }
    return masks[pattern]()
