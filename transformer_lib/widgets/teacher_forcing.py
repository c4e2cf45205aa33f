"""Teacher forcing, position by position: what the decoder reads, what it may see, and which word it is to say."""

import torch
import traitlets
from torch import Tensor

from transformer_lib.batching import END, START, Batch, next_token_batch
from transformer_lib.leaks import without_shift
from transformer_lib.masks import causal_mask
from transformer_lib.widgets.base import Whole, Widget, text_table

START_TEXT, END_TEXT = "[START]", "[END]"
MAX_WORDS = 8


class TeacherForcing(Widget):
    """Type a target sentence, switch the shift and the causal mask; see at which positions the answer leaks.

    A row for each position of the decoder, a column for each token it reads. A cell that a position may look at and
    that holds the very word it is to say is a leak: there is nothing to learn but copying.

    Args:
        sentence: the target: 1 to 8 words.
        position: whose row is told in words at first.
        shift: whether the decoder reads the target one place late, behind a start token.
        causal: whether a position is kept from seeing later ones.

    Raises:
        ValueError: an argument of the wrong kind or out of its range.
    """

    sentence = traitlets.Unicode().tag(sync=True)
    position = Whole(0, 0).tag(sync=True)
    shift = traitlets.Bool(True).tag(sync=True)
    causal = traitlets.Bool(True).tag(sync=True)

    def __init__(
        self, sentence: str = "die Katze tanzte", position: int = 2, *, shift: bool = True, causal: bool = True
    ) -> None:
        words = sentence.split() if isinstance(sentence, str) else []
        if not 1 <= len(words) <= MAX_WORDS:
            raise ValueError(f"sentence must be a text of 1 to {MAX_WORDS} words, but was {sentence!r}")
        if not isinstance(position, int) or isinstance(position, bool) or not 0 <= position <= len(words):
            raise ValueError(f"position must be from 0 to {len(words)}, but was {position!r}")
        super().__init__(sentence=" ".join(words), position=position, shift=shift, causal=causal)

    def batch(self) -> Batch:
        """Return the decoder's input and targets, as `Seq2Seq` is trained on them; a word's id tells its place."""
        n = len(self.sentence.split())
        batch = next_token_batch([[START, *range(5, 5 + n), END]])
        return batch if self.shift else without_shift(batch)

    def seen(self) -> tuple[Tensor, Tensor]:
        """Return which positions may look at which inputs, and which of these hold the word that is to be said."""
        batch = self.batch()
        n = batch.tokens.shape[1]
        mask = causal_mask(n) if self.causal else torch.ones(n, n, dtype=torch.bool)
        return mask, mask & (batch.targets[0, :, None] == batch.tokens[0])

    def __repr__(self) -> str:
        batch, (mask, leaks) = self.batch(), self.seen()
        names = {START: START_TEXT, END: END_TEXT} | dict(enumerate(self.sentence.split(), 5))
        lines = []
        for i, (read, target) in enumerate(zip(batch.tokens[0].tolist(), batch.targets[0].tolist(), strict=True)):
            sees = "".join("!" if bad else "#" if may else "." for may, bad in zip(mask[i], leaks[i], strict=True))
            lines.append([str(i), names[read], sees, names[target]])
        on = [name for name, given in (("shift", self.shift), ("causal mask", self.causal)) if given]
        where = int(leaks.any(-1).sum())
        head = f"TeacherForcing: {' and '.join(on) or 'neither'}; the answer leaks at {where} of {len(mask)} positions"
        return "\n".join([head, text_table(["position", "reads", "may see", "is to say"], lines)])
