"""A batch of sentences of unequal length, and the three masks that follow from their lengths."""

from collections.abc import Sequence

import torch
import traitlets
from torch import Tensor

from transformer_lib.batching import pad
from transformer_lib.masks import causal_mask, combine_masks
from transformer_lib.widgets.base import Whole, Widget, text_table

PAD_TEXT = "[pad]"
READ_OUTS = ("mean", "last")
MAX_LENGTH = 8


class MaskBuilder(Widget):
    """Switch the padding mask and the causal mask, and choose the padding's side; see who may look at whom.

    Beside the attention mask, which has a row for each query and a column for each key, stand the other two: which
    outputs are read out, and which next words count in a language model's loss.

    Args:
        sentences: the batch: texts, split at spaces, or lists of words; at most 8 words each.
        sentence: whose masks are shown at first.
        padding, causal: whether these masks are on at first.
        side: of the padding, "right" or "left".
        read_out: what makes the sentence's one vector: the "mean" of its words, or the "last".

    Raises:
        ValueError: an argument of the wrong kind or out of its range.
    """

    sentences = traitlets.List(traitlets.List(traitlets.Unicode())).tag(sync=True)
    sentence = Whole(0, 0).tag(sync=True)
    padding = traitlets.Bool(True).tag(sync=True)
    causal = traitlets.Bool(False).tag(sync=True)
    side = traitlets.Enum(("right", "left"), "right").tag(sync=True)
    read_out = traitlets.Enum(READ_OUTS, "mean").tag(sync=True)

    def __init__(
        self,
        sentences: Sequence[str | Sequence[str]],
        sentence: int = 0,
        *,
        padding: bool = True,
        causal: bool = False,
        side: str = "right",
        read_out: str = "mean",
    ) -> None:
        split = [s.split() if isinstance(s, str) else list(s) for s in sentences]
        if not split or not all(1 <= len(s) <= MAX_LENGTH for s in split):
            raise ValueError(f"sentences must be one or more of 1 to {MAX_LENGTH} words each, but were {split}")
        if not 0 <= sentence < len(split):
            raise ValueError(f"sentence must be from 0 to {len(split) - 1}, but was {sentence}")
        for name, value, choices in (("side", side, ("right", "left")), ("read_out", read_out, READ_OUTS)):
            if value not in choices:
                raise ValueError(f"{name} must be one of {choices}, but was {value!r}")
        super().__init__(
            sentences=split, sentence=sentence, padding=padding, causal=causal, side=side, read_out=read_out
        )

    def masks(self) -> tuple[Tensor, Tensor, Tensor]:
        """Return which of the chosen row's tokens are words, its attention mask, and which next words count."""
        tokens, words = pad(
            [range(1, len(s) + 1) for s in self.sentences], side="left" if self.side == "left" else "right"
        )
        row = words[self.sentence]
        n = tokens.shape[1]
        everything = torch.ones(n, n, dtype=torch.bool)
        mask = combine_masks(everything, causal_mask(n) if self.causal else None, row[None] if self.padding else None)
        counts = torch.cat([row[:-1] & row[1:], torch.zeros(1, dtype=torch.bool)])
        assert mask is not None
        return row, mask, counts

    def __repr__(self) -> str:
        row, mask, counts = self.masks()
        words = iter(self.sentences[self.sentence])
        shown = [next(words) if word else PAD_TEXT for word in row.tolist()]
        read = row if self.read_out == "mean" else row & (row.flip(0).cumsum(0).flip(0) == 1)
        lines = []
        for i, token in enumerate(shown):
            sees = "".join("#" if key else "." for key in mask[i].tolist())
            target = shown[i + 1] if counts[i] else "-"
            lines.append([token, sees, "yes" if read[i] else "-", target])
        on = [name for name, given in (("padding", self.padding), ("causal", self.causal)) if given]
        return "\n".join(
            [
                f"MaskBuilder: {len(self.sentences)} sentences, padding on the {self.side}, "
                f"masks: {', '.join(on) or 'none'}",
                text_table(["query", "may look at", "read out", "loss: next word"], lines),
            ]
        )
