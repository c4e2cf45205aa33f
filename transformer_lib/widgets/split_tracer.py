"""Where each number of a word's vector goes when the vector is split into heads."""

from typing import Any

import torch
import traitlets
from torch import Tensor

from transformer_lib.attention import MultiHeadAttention
from transformer_lib.widgets.base import Whole, Widget, check_labels, check_whole, text_table

WAYS = ("split", "scrambled")
WORDS = ("they", "left", "because", "it", "rained")


class SplitTracer(Widget):
    """Click a cell of a (length, d_model) matrix, and see where it lands in (heads, length, d_head).

    Args:
        words: one for each row; their initials should differ, for they are what the cells show.
        width: d_model.
        heads: into how many the width is split; one of its divisors.
        way: "split", or "scrambled": the reshape without the transpose.
        row, channel: the cell that is traced at first.

    Raises:
        ValueError: an argument of the wrong kind or out of range, or a width that is not divisible by heads.
    """

    words = traitlets.List(traitlets.Unicode()).tag(sync=True)
    width = Whole(12, 1, 24).tag(sync=True)
    heads = Whole(3, 1, 24).tag(sync=True)
    way = traitlets.Enum(WAYS, "split").tag(sync=True)
    row = Whole(0, 0).tag(sync=True)
    channel = Whole(0, 0).tag(sync=True)

    def __init__(
        self,
        words: Any = WORDS,
        width: int = 12,
        heads: int = 3,
        *,
        way: str = "split",
        row: int = 3,
        channel: int = 5,
    ) -> None:
        if not isinstance(words, list | tuple) or not words:
            raise ValueError(f"words must be a list of words, but was {words!r}")
        check_whole("width", width, 1, 24)
        check_whole("heads", heads, 1, width)
        if width % heads:
            raise ValueError(f"heads must divide width = {width}, but was {heads}")
        if way not in WAYS:
            raise ValueError(f'way must be "split" or "scrambled", but was {way!r}')
        check_whole("row", row, 0, len(words) - 1)
        check_whole("channel", channel, 0, width - 1)
        words = check_labels("words", words, len(words))
        super().__init__(words=words, width=width, heads=heads, way=way, row=row, channel=channel)

    def numbered(self) -> Tensor:
        """Return (heads, length, d_head): in each place the number (row * width + channel) of the cell it holds."""
        x = torch.arange(float(len(self.words) * self.width)).view(1, len(self.words), self.width)
        if self.way == "scrambled":
            return x.view(self.heads, len(self.words), -1).long()
        return MultiHeadAttention(self.width, self.heads).split_heads(x)[0].long()

    def __repr__(self) -> str:
        places, n = self.numbered(), self.row * self.width + self.channel
        head, row, channel = (int(i) for i in (places == n).nonzero()[0])
        rows = places // self.width
        pure = int((rows == torch.arange(len(self.words))[:, None]).all(-1).sum())
        held = [[self.words[i] for i in dict.fromkeys(rows[head, r].tolist())] for r in range(len(self.words))]
        return "\n".join(
            [
                f"SplitTracer: {len(self.words)} words of width {self.width}, {self.heads} heads, {self.way}; "
                f"{self.words[self.row]}'s channel {self.channel} lands in head {head}, row {row}, channel {channel}",
                text_table(
                    [f"head {head}", "its row holds numbers of"],
                    [[f"row {r} ({word})", " and ".join(held[r])] for r, word in enumerate(self.words)],
                ),
                f"rows with their own word's numbers only: {pure} of {self.heads * len(self.words)}",
            ]
        )
