"""The routes that attention weights are: replaced by others, followed through the layers, scored by what they do."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor

from transformer_lib.mine import use_mine

Weights = Float[Tensor, "layers batch heads len len"]


@contextmanager
def replay(weights: Weights) -> Iterator[None]:
    """Within the block a model's self-attention takes these weights, whatever its queries and keys say.

        _, weights = model(one_sentence, return_weights=True)
        with replay(weights):
            model(another)  # one sentence's routes, another's values

    For one call of an `Encoder` or a `Decoder`; both inputs must have the same number of tokens.

    Args:
        weights: of every layer, as `return_weights=True` gives them.

    Raises:
        ValueError: the model has another number of layers, or other heads or tokens than the weights are for.
    """
    layers = list(weights)

    def routed(q: Tensor, k: Tensor, v: Tensor, mask: Any = None, bias: Any = None) -> tuple[Tensor, Tensor]:
        if not layers:
            raise ValueError(f"weights must be for every layer of one call, but were for {len(weights)}")
        wanted = (*q.shape[:-1], k.shape[-2])
        if wanted != tuple(layers[0].shape):
            was = tuple(layers[0].shape)
            raise ValueError(f"weights must have shape {wanted} (batch, heads, queries, keys) here, but were {was}")
        kept = layers.pop(0)
        return kept @ v, kept

    with use_mine(attention=routed):
        yield
    if layers:
        raise ValueError(f"weights must be for every layer of one call, but {len(layers)} of {len(weights)} were left")


def rollout(weights: Weights) -> Float[Tensor, "batch len len"]:
    """Return how much of each input position is in each output position, if all that counts are the weights.

        A_l = (W_l + I) / 2,    rollout = A_n ... A_2 A_1

    W_l is the average of layer l's heads; I is the residual connection, taken to carry as much as they do
    (Abnar and Zuidema 2020, section 3). The values, the feed-forward networks and the norms are left out.
    """
    identity = torch.eye(weights.shape[-1], dtype=weights.dtype, device=weights.device)
    carried = identity.expand(weights.shape[1], -1, -1)
    for layer in weights.mean(2):
        carried = (layer + identity) / 2 @ carried
    return carried


def previous_token(weights: Weights) -> Float[Tensor, "layers heads"]:
    """Return how much weight each head puts on the token before, on average (Olsson et al. 2022)."""
    return weights.diagonal(-1, -2, -1).mean((1, 3))


def prefix_matching(weights: Weights, tokens: Int[Tensor, "batch len"]) -> Float[Tensor, "layers heads"]:
    """Return how much weight each head puts on what followed earlier occurrences of the token it stands on.

    The average is over the positions whose token was there before (Olsson et al. 2022, "prefix matching").

    Raises:
        ValueError: no token occurs twice.
    """
    same = (tokens[:, :, None] == tokens[:, None, :]).tril(-1)
    followed = torch.zeros_like(same)
    followed[..., 1:] = same[..., :-1]
    again = followed.any(-1)
    if not again.any():
        raise ValueError("tokens must hold one that occurs twice, but held none")
    on_them = weights.where(followed[None, :, None], 0.0).sum(-1)
    return on_them.movedim(1, 2)[:, :, again].mean(-1)
