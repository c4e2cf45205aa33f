"""Which input reaches which output: nudge one position, and see what moves."""

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor


def influence(
    layer: Callable[[Float[Tensor, "batch len d_model"]], Float[Tensor, "batch len d_out"]],
    x: Float[Tensor, "len d_model"],
) -> Float[Tensor, "len len"]:
    """Return how far each output moves when each input is nudged: row i, column j is output i, input j.

    It asks nothing about the inside, so it finds what shapes cannot show: a mask that leaks, heads
    split along the wrong axis. Zero means: no path from j to i.

    Args:
        layer: maps (batch, len, d_model) to (batch, len, d_out); a module or any function.
        x: one sequence. Every position gets the same nudge, of length 1 per channel, in turn.

    Raises:
        ValueError: an x that is not (len, d_model), or a layer that changes the number of positions.
    """
    if x.ndim != 2:
        raise ValueError(f"x must have shape (len, d_model), but was {tuple(x.shape)}")
    n, width = x.shape
    signs = 1.0 - 2.0 * (torch.arange(width) % 3 == 1)  # a LayerNorm would not notice a sum
    nudged = x + torch.eye(n, dtype=x.dtype)[:, :, None] * signs.to(x.dtype)
    with torch.no_grad():
        before, *after = layer(torch.cat([x[None], nudged]))
    if len(before) != n:
        raise ValueError(f"layer must keep the {n} positions of its input, but returned {len(before)}")
    return (torch.stack(after) - before).norm(dim=-1).T
