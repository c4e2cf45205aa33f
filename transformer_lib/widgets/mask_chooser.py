"""One small network under every mask from causal to full: which input moves which output, and what follows from it."""

from collections.abc import Sequence
from typing import Any

import torch
import traitlets
from jaxtyping import Bool, Float
from torch import Tensor

from transformer_lib.architectures import prefix_mask
from transformer_lib.config import Config
from transformer_lib.layers import Stack
from transformer_lib.widgets.base import Whole, Widget, text_table

LONGEST = 10


class MaskChooser(Widget):
    """Choose how many words are read both ways, click an output, and see which words it depends on.

    A row for each output, a column for each word. The network has two layers and random weights, which stay the same;
    PyTorch measured how far each output moves when a word's vector is replaced.

    Args:
        words: 2 to 10 of them, as a list or as a sentence.
        prefix: how many of them are read both ways: 0 is the causal mask, all of them the full one.
        output: whose row is told in words.
        stacks: whether the cells are named as the parts of an encoder-decoder.
        influences: what was measured, for each prefix, output and word; measured if left out.

    Raises:
        ValueError: an argument of the wrong kind or out of its range.
    """

    words = traitlets.List(traitlets.Unicode()).tag(sync=True)
    prefix = Whole(0, 0).tag(sync=True)
    output = Whole(0, 0).tag(sync=True)
    stacks = traitlets.Bool(False).tag(sync=True)
    influences: traitlets.List[Any] = traitlets.List().tag(sync=True)

    def __init__(
        self,
        words: str | Sequence[str] = "how do birds sing they use a syrinx",
        prefix: int = 4,
        output: int = 1,
        *,
        stacks: bool = False,
        influences: list[list[list[float]]] | None = None,
    ) -> None:
        given = words.split() if isinstance(words, str) else list(words)
        n = len(given)
        if not 2 <= n <= LONGEST:
            raise ValueError(f"words must be 2 to {LONGEST}, but were {words!r}")
        for name, value, highest in (("prefix", prefix, n), ("output", output, n - 1)):
            if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= highest:
                raise ValueError(f"{name} must be from 0 to {highest}, but was {value!r}")
        if influences is None:
            influences = [[[round(x, 2) for x in row] for row in each] for each in measured(n).tolist()]
        super().__init__(words=given, prefix=prefix, output=output, stacks=stacks, influences=influences)

    def mask(self) -> Bool[Tensor, "n n"]:
        """Return who sees whom under the chosen prefix."""
        return prefix_mask(torch.tensor([self.prefix]), len(self.words))[0]

    def askable(self) -> list[bool]:
        """Return which outputs but the last may be asked for their next word: those that have not seen it."""
        return (~self.mask().diagonal(1)).tolist()

    def staying(self) -> int:
        """Return how many vectors stay as they are when a word is added, so that a cache may keep them."""
        n = len(self.words)
        return 0 if self.prefix == n else n  # where all is read both ways, the new word is, too

    def __repr__(self) -> str:
        n, ask = len(self.words), self.askable()
        rows = [
            [word, "".join(".#"[may] for may in row), "yes" if i < n - 1 and ask[i] else "no" if i < n - 1 else ""]
            for i, (word, row) in enumerate(zip(self.words, self.mask().int().tolist(), strict=True))
        ]
        head = (
            f"MaskChooser: the first {self.prefix} of {n} words are read both ways; {sum(ask)} of {n - 1} next words "
            f"can be asked for; {self.staying()} of {n} vectors stay when a word is added"
        )
        return "\n".join([head, text_table(["output", "depends on", "may be asked for the next"], rows)])


@torch.no_grad()
def measured(n: int) -> Float[Tensor, "prefixes n n"]:
    """Return, for each prefix, how far each output moves when each word's vector is replaced; at most 1."""
    with torch.random.fork_rng(devices=[]):  # whoever shows a figure does not want other random numbers after it
        torch.manual_seed(0)
        stack = Stack(Config(1, d_model=16, n_heads=4, n_layers=2, d_ff=32, dropout=0.0, pre_norm=True)).eval()
        x, other = torch.randn(2, n, 16)
    maps = []
    for prefix in range(n + 1):
        mask = prefix_mask(torch.tensor([prefix]), n)
        changed = x.repeat(n, 1, 1)
        changed[torch.arange(n), torch.arange(n)] = other
        moved = stack(changed, mask) - stack(x[None], mask)
        maps.append(moved.norm(dim=-1).T)
    moves = torch.stack(maps)
    return moves / moves.max()
