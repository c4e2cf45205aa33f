"""Two ways to let a decoder see, in training, the word it is to predict; and how to catch one that was trained so.

Generation has no later words to look at: such a model has a loss near zero and cannot write (chapter 9).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from torch import nn

from transformer_lib.batching import Batch
from transformer_lib.decoder import Decoder
from transformer_lib.seq2seq import Seq2Seq


def without_shift(batch: Batch) -> Batch:
    """Return the batch as it is if the targets are not shifted: each position reads the very token it is to predict."""
    return replace(batch, tokens=batch.targets)


@contextmanager
def without_causal_mask(model: Decoder | Seq2Seq) -> Iterator[None]:
    """Inside the block the decoder's self-attention looks at all positions, later ones too."""
    decoder = model.decoder if isinstance(model, Seq2Seq) else model

    def see_all(
        _: nn.Module, inputs: tuple[Any, ...], options: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return inputs, {**options, "causal": False}

    handles = [
        block.get_submodule("attention").register_forward_pre_hook(see_all, with_kwargs=True)
        for block in decoder.stack.blocks
    ]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
