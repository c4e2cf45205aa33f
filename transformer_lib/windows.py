"""A long text without sentences: cut into stretches to learn from, and measured in bits per character."""

import math
from collections.abc import Callable

import torch
from jaxtyping import Int
from torch import Tensor

from transformer_lib.batching import Batch
from transformer_lib.metrics import log_likelihood


def windows(ids: Int[Tensor, " text_len"], *, length: int, batch: int, steps: int, seed: int = 0) -> list[Batch]:
    """Return `steps` batches of stretches drawn anywhere in the text, to predict the next token at each position.

    Nothing is padded: every stretch has `length` tokens, and its targets are the same stretch one token later.

    Raises:
        ValueError: a number below 1, or a text that is no longer than one stretch.
    """
    for name, value in (("length", length), ("batch", batch), ("steps", steps)):
        if value < 1:
            raise ValueError(f"{name} must be at least 1, but was {value}")
    if len(ids) <= length:
        raise ValueError(f"ids must be longer than one stretch of length = {length}, but were {len(ids)}")
    generator = torch.Generator().manual_seed(seed)
    whole = torch.ones(batch, length, dtype=torch.bool)
    batches = []
    for _ in range(steps):
        starts = torch.randint(len(ids) - length, (batch, 1), generator=generator)
        both = ids[starts + torch.arange(length + 1)]
        batches.append(Batch(both[:, :-1].contiguous(), both[:, 1:].contiguous(), whole, whole))
    return batches


def bits_per_character(
    model: Callable[[Tensor], Tensor], ids: Int[Tensor, " text_len"], *, length: int, stretches: int = 50
) -> float:
    """Return the mean surprise of a character in bits, over stretches that stand evenly over the text.

    Of each stretch the second half is predicted; the first is context, so that no character is guessed from nothing.

    Args:
        model: tokens -> logits, such as a `Decoder` or an `NGram`; one token must be one character.
        length: of a stretch. A model that was trained on shorter ones is asked for what it never did.

    Raises:
        ValueError: a length below 2, no stretches, or a text that is no longer than one stretch.
    """
    if length < 2 or stretches < 1:
        raise ValueError(f"length must be at least 2 and stretches at least 1, but were {length} and {stretches}")
    if len(ids) <= length:
        raise ValueError(f"ids must be longer than one stretch of length = {length}, but were {len(ids)}")
    starts = torch.linspace(0, len(ids) - length - 1, stretches, dtype=torch.float64).long()
    half, nats = length // 2, 0.0
    for chunk in starts.split(25):
        both = ids[chunk[:, None] + torch.arange(length + 1)]
        with torch.no_grad():
            logits = model(both[:, :-1])[:, half:].double()
        nats -= float(log_likelihood(logits, both[:, 1 + half :]).sum())
    return nats / math.log(2) / (stretches * (length - half))
