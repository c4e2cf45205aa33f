"""How a Transformer, to which a sentence is a set, is told the order of its tokens."""

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn


def sinusoidal(positions: Int[Tensor, "*batch len"], d_model: int) -> Float[Tensor, "*batch len d_model"]:
    r"""Waves of d_model / 2 wavelengths, from 2 pi to 10000 * 2 pi (Vaswani et al. 2017, section 3.5).

        PE(pos, 2i) = sin(pos / 10000^(2i / d_model)),   PE(pos, 2i + 1) = cos(pos / 10000^(2i / d_model))

    PE(pos + k) is a rotation of PE(pos) that depends on k alone, so that attending "k back" is linear.

    Raises:
        ValueError: d_model is odd or below 2: sines and cosines come in pairs.
    """
    if d_model < 2 or d_model % 2:
        raise ValueError(f"d_model must be even for sinusoidal positions, but was {d_model}")
    frequencies = 10_000.0 ** -(torch.arange(0, d_model, 2, device=positions.device) / d_model)
    angles = positions[..., None] * frequencies
    return torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(-2)  # interleaved: sin, cos, sin, cos ...


class SinusoidalPosition(nn.Module):
    """`sinusoidal` as a layer: nothing to learn, and no longest sequence."""

    def __init__(self, d_model: int) -> None:
        super().__init__()
        sinusoidal(torch.arange(1), d_model)  # refuses an odd width here, not at the first use
        self.d_model = d_model

    def forward(self, positions: Int[Tensor, "*batch len"]) -> Float[Tensor, "*batch len d_model"]:
        """One vector for each position."""
        return sinusoidal(positions, self.d_model)


class LearnedPosition(nn.Module):
    """One trained vector for each of `max_len` positions (BERT, GPT-2); there is none for a position beyond.

    The paper found it no better than `sinusoidal` (table 3, row E).
    """

    def __init__(self, max_len: int, d_model: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(max_len, d_model).normal_(std=0.02))

    def forward(self, positions: Int[Tensor, "*batch len"]) -> Float[Tensor, "*batch len d_model"]:
        """One vector for each position.

        Raises:
            ValueError: a position at or past max_len.
        """
        return look_up(self.weight, positions, "positions")


def look_up(table: Float[Tensor, "rows width"], indices: Int[Tensor, "*any"], name: str) -> Float[Tensor, "*any width"]:
    """Pick row `indices[...]` of the table; the ValueError for a row that is not there calls the indices `name`."""
    try:
        return nn.functional.embedding(indices, table)
    except IndexError:
        was = f"{int(indices.min())} to {int(indices.max())}"
        raise ValueError(f"{name} must lie between 0 and {len(table) - 1}, but were {was}") from None
