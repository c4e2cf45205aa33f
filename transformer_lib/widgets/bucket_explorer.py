"""Sentences in batches, each filled up to its batch's longest: how much of the work is padding."""

from collections.abc import Sequence
from typing import Any

import traitlets

from transformer_lib.batching import padding_share
from transformer_lib.widgets.base import Whole, Widget, check_whole, fixed, plain, text_table


class BucketExplorer(Widget):
    """Choose how many sentences make a batch, and whether they are sorted by length first; see what is padding.

    Args:
        lengths: of the sentences, in tokens, 2 to 96 of them.
        batch_size: how many sentences make a batch at first.
        by_length: whether they are sorted by length first.

    Raises:
        ValueError: an argument of the wrong kind or out of its range.
    """

    lengths = traitlets.List(traitlets.Int()).tag(sync=True)
    batch_size = Whole(8, 1).tag(sync=True)
    by_length = traitlets.Bool(False).tag(sync=True)

    def __init__(self, lengths: Sequence[int], batch_size: int = 8, *, by_length: bool = False) -> None:
        given: Any = plain(lengths)
        if not isinstance(given, list) or not 2 <= len(given) <= 96:
            raise ValueError(f"lengths must be a list of 2 to 96 integers, but was {lengths!r:.80}")
        given = [check_whole(f"lengths[{i}]", n, 1, None) for i, n in enumerate(given)]
        check_whole("batch_size", batch_size, 1, len(given))
        super().__init__(lengths=given, batch_size=batch_size, by_length=by_length)

    def batches(self) -> list[list[int]]:
        """Return the indices of each batch's sentences."""
        order = list(range(len(self.lengths)))
        if self.by_length:
            order.sort(key=lambda i: self.lengths[i])
        return [order[i : i + self.batch_size] for i in range(0, len(order), self.batch_size)]

    def __repr__(self) -> str:
        batches = self.batches()
        share = padding_share(self.lengths, batches)
        rows = []
        for i, batch in enumerate(batches):
            longest = max(self.lengths[j] for j in batch)
            words = sum(self.lengths[j] for j in batch)
            rows.append([str(i + 1), f"{len(batch)} x {longest}", str(words), str(len(batch) * longest - words)])
        order = "sorted by length" if self.by_length else "as they come"
        return "\n".join(
            [
                f"BucketExplorer: {len(self.lengths)} sentences {order}, {self.batch_size} to a batch: "
                f"{fixed(100 * share, 1)} % padding",
                text_table(["batch", "box", "words", "pads"], rows),
            ]
        )
