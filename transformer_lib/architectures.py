"""What tells an encoder from a decoder: who sees whom, what follows from it after some layers, and what it costs.

`Reader` is one stack that runs under any of the masks, so that nothing else differs between what is compared.
"""

from typing import Any

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from transformer_lib.config import Config
from transformer_lib.encoder import Encoder


def prefix_mask(prefix_lengths: Int[Tensor, " batch"], max_len: int) -> Bool[Tensor, "batch max_len max_len"]:
    """The first `prefix_lengths[b]` positions see each other; after them each sees what comes before it, and itself.

    The third pattern between full and causal (Raffel et al. 2020, section 3.2.1): prefix 0 is causal, prefix
    `max_len` is full. True = may attend.

    Raises:
        ValueError: `prefix_lengths` is no integer vector, or a length lies outside 0..`max_len`.
    """
    if prefix_lengths.ndim != 1 or prefix_lengths.is_floating_point() or prefix_lengths.dtype == torch.bool:
        was = f"{prefix_lengths.dtype} of shape {tuple(prefix_lengths.shape)}"
        raise ValueError(f"prefix_lengths must be an integer tensor of shape (batch,), but was {was}")
    if ((prefix_lengths < 0) | (prefix_lengths > max_len)).any():
        given = prefix_lengths.tolist()
        raise ValueError(f"prefix_lengths must lie between 0 and max_len = {max_len}, but were {given}")
    positions = torch.arange(max_len, device=prefix_lengths.device)
    causal = positions <= positions[:, None]
    return causal | (positions < prefix_lengths[:, None])[:, None]


def encoder_decoder_mask(source_len: int, target_len: int) -> Bool[Tensor, "len len"]:
    """Who sees whom in an encoder-decoder, source and target written as one sequence.

    Three of its blocks are masks of their own: the encoder's self-attention (all ones), the decoder's (a triangle) and
    the cross-attention (all ones). The fourth is empty: no source position sees the target.

    Raises:
        ValueError: a negative length.
    """
    for name, length in (("source_len", source_len), ("target_len", target_len)):
        if length < 0:
            raise ValueError(f"{name} must not be negative, but was {length}")
    return prefix_mask(torch.tensor([source_len]), source_len + target_len)[0]


def reach(mask: Bool[Tensor, "len len"], n_layers: int) -> Bool[Tensor, "len len"]:
    """Return which input can move which output after some layers under one mask, each with its residual connection.

    A layer hands on what the positions it sees have got. Entry [i, j]: input j can move output i.

    Raises:
        ValueError: a mask that is not boolean and square, or fewer than 0 layers.
    """
    if mask.dtype != torch.bool or mask.ndim != 2 or mask.shape[0] != mask.shape[1]:
        raise ValueError(f"mask must be boolean and square, but was {mask.dtype} of shape {tuple(mask.shape)}")
    if n_layers < 0:
        raise ValueError(f"n_layers must not be negative, but was {n_layers}")
    own = torch.eye(len(mask), dtype=torch.bool, device=mask.device)
    step, seen = (mask | own).float(), own.float()
    for _ in range(n_layers):
        seen = (step @ seen > 0).float()
    return seen.bool()


class Reader(nn.Module):
    """One stack and one output layer, for any mask: with none it is an encoder, under the triangle a decoder.

    Args:
        config: of the stack.
        n_outputs: how many logits each position gives: kinds of tags, or the vocabulary.
    """

    def __init__(self, config: Config, n_outputs: int) -> None:
        super().__init__()
        self.config = config
        self.encoder = Encoder(config)
        self.to_outputs = nn.Linear(config.d_model, n_outputs)

    def forward(
        self, tokens: Int[Tensor, "batch len"], mask: Bool[Tensor, "..."] | None = None, **options: Any
    ) -> Float[Tensor, "batch len outputs"]:
        """Return each position's logits; the arguments are those of `Encoder.forward`."""
        return self.to_outputs(self.encoder(tokens, mask, **options))


def products(config: Config, new: int, kept: int = 0) -> int:
    """Return the multiplications of the stack's blocks that read `new` tokens after `kept` cached ones.

    A token goes through four d_model x d_model matrices of attention and two d_model x d_ff ones, and meets every
    position that is there (causal attention computes all scores, and hides some): twice, for its score and its value.

    Raises:
        ValueError: a negative number of tokens.
    """
    if new < 0 or kept < 0:
        raise ValueError(f"new and kept must not be negative, but were {new} and {kept}")
    d, matrices = config.d_model, 3 if config.activation == "swiglu" else 2
    each = 4 * d * d + matrices * d * config.d_ff + 2 * d * (kept + new)
    return config.n_layers * new * each


def products_to_write(config: Config, length: int, *, cached: bool) -> int:
    """Return the multiplications of writing `length` tokens one by one: each read once, or all read again each time.

    Only a stack in which no position sees a later one can be `cached`.

    Raises:
        ValueError: a negative length.
    """
    if length < 0:
        raise ValueError(f"length must not be negative, but was {length}")
    if cached:
        return sum(products(config, 1, kept) for kept in range(length))
    return sum(products(config, read) for read in range(1, length + 1))
