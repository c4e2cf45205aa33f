"""Attention that skips what its mask would hide, and attention in tiles: the same numbers, fewer of them at a time.

A mask given to `attention` saves nothing: all T x T scores are computed, and most are then thrown away. Here the
scores are computed in blocks, and only those that are wanted.
"""

import math
from typing import Any

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from transformer_lib.alternatives import refuse
from transformer_lib.attention import MultiHeadAttention, attention
from transformer_lib.masks import combine_masks
from transformer_lib.variants import sliding_window_mask


def block_sparse_attention(
    q: Float[Tensor, "*batch len d_head"],
    k: Float[Tensor, "*batch len d_head"],
    v: Float[Tensor, "*batch len d_value"],
    picks: Int[Tensor, "n_blocks n_picked"],
    *,
    window: int | None = None,
) -> Float[Tensor, "*batch len d_value"]:
    """Attention in which each block of queries scores only the blocks of keys picked for it (Zaheer et al. 2020, 2).

    Of T x T scores T x (n_picked * T / n_blocks) are computed.

    Args:
        picks: picks[i] are the blocks of keys that block i of the queries sees, each at most once; -1 picks nothing.
        window: of the keys in these blocks, those farther than this from their query are hidden.

    Raises:
        ValueError: a length that is no multiple of n_blocks; a pick outside the blocks, or picked twice; a query
            block without picks.
    """
    length, n_blocks = q.shape[-2], len(picks)
    refuse(n_blocks < 1 or length % n_blocks != 0, "picks", f"have a divisor of {length} as rows", n_blocks)
    refuse(bool(((picks < -1) | (picks >= n_blocks)).any()), "picks", f"be from -1 to {n_blocks - 1}", picks.tolist())
    ordered = picks.sort(dim=1).values
    twice = (ordered.diff(dim=1) == 0) & (ordered[:, 1:] >= 0)
    refuse(bool(twice.any()), "picks", "name each block once a row", picks.tolist())
    refuse(not bool((picks >= 0).any(1).all()), "picks", "give each row at least one block", picks.tolist())

    size = length // n_blocks
    places = torch.arange(length).view(n_blocks, size)
    seen = (picks >= 0).repeat_interleave(size, dim=1)[:, None]  # (n_blocks, 1, n_picked * size)
    keys_at = places[picks.clamp(min=0)].flatten(1)
    if window is not None:
        seen = seen & ((places[:, :, None] - keys_at[:, None]).abs() <= window)
    blocks = q.unflatten(-2, (n_blocks, size))
    scores = blocks @ k[..., keys_at, :].mT / math.sqrt(q.shape[-1])  # (*batch, n_blocks, size, n_picked * size)
    weights = scores.masked_fill(~seen, -torch.inf).softmax(-1)
    return (weights @ v[..., keys_at, :]).flatten(-3, -2)


def window_attention(
    q: Float[Tensor, "*batch len d_head"],
    k: Float[Tensor, "*batch len d_head"],
    v: Float[Tensor, "*batch len d_value"],
    window: int,
) -> Float[Tensor, "*batch len d_value"]:
    """What `attention` gives with `sliding_window_mask`, from 3 * window scores a query (Beltagy et al. 2020, 3.1).

    Blocks of `window` queries see their own block and both neighbours; what is too far in these is hidden.

    Raises:
        ValueError: a window below 1, or a length that is no multiple of it.
    """
    length = q.shape[-2]
    refuse(window < 1 or length % window != 0, "window", f"divide the length {length}", window)
    return block_sparse_attention(q, k, v, neighbours(length // window, 1), window=window)


def neighbours(n_blocks: int, reach: int) -> Int[Tensor, "n_blocks n_picked"]:
    """Return picks: each block, and those at most `reach` away."""
    picks = torch.arange(n_blocks)[:, None] + torch.arange(-reach, reach + 1)
    return picks.where((picks >= 0) & (picks < n_blocks), torch.tensor(-1))


def with_random(picks: Int[Tensor, "n_blocks n_picked"], n: int, *, seed: int = 0) -> Int[Tensor, "n_blocks more"]:
    """Return picks with n more blocks for each row: random ones that the row does not have (BigBird's third part).

    Raises:
        ValueError: fewer than n blocks are left in some row.
    """
    n_blocks = len(picks)
    has = torch.zeros(n_blocks, n_blocks + 1, dtype=torch.bool).scatter(1, picks % (n_blocks + 1), True)[:, :n_blocks]
    left = (~has).sum(1).min()
    refuse(not 0 <= n <= left, "n", f"be from 0 to {left}, the blocks left", n)
    drawn = torch.rand(n_blocks, n_blocks, generator=torch.Generator().manual_seed(seed)).masked_fill(has, -1.0)
    return torch.cat([picks, drawn.topk(n, dim=1).indices], dim=1)


def bigbird_picks(n_blocks: int, *, n_global: int = 1, n_random: int = 2, seed: int = 0) -> Int[Tensor, "n_blocks n"]:
    """Return picks: the first n_global blocks, each block and its neighbours, and random ones (Zaheer et al. 2020)."""
    near, first = neighbours(n_blocks, 1), torch.arange(n_global).expand(n_blocks, -1)
    first = first.masked_fill((first[:, :, None] == near[:, None]).any(-1), -1)
    return with_random(torch.cat([first, near], dim=1), n_random, seed=seed)


def bigbird_attention(
    q: Float[Tensor, "*batch len d_head"],
    k: Float[Tensor, "*batch len d_head"],
    v: Float[Tensor, "*batch len d_value"],
    size: int,
    *,
    n_global: int = 1,
    n_random: int = 2,
    seed: int = 0,
) -> Float[Tensor, "*batch len d_value"]:
    """Attention by `bigbird_picks` in blocks of `size`; the first n_global blocks see all (Zaheer et al. 2020, 2).

    Raises:
        ValueError: a length that is no multiple of the size.
    """
    length = q.shape[-2]
    refuse(size < 1 or length % size != 0, "size", f"divide the length {length}", size)
    picks = bigbird_picks(length // size, n_global=n_global, n_random=n_random, seed=seed)
    rest, n = block_sparse_attention(q, k, v, picks), n_global * size
    return torch.cat([attention(q[..., :n, :], k, v)[0], rest[..., n:, :]], dim=-2)


def block_mask(picks: Int[Tensor, "n_blocks n_picked"], size: int) -> Bool[Tensor, "len len"]:
    """Return the mask that `attention` would need to give what `block_sparse_attention` gives."""
    n_blocks = len(picks)
    has = torch.zeros(n_blocks, n_blocks + 1, dtype=torch.bool).scatter(1, picks % (n_blocks + 1), True)[:, :n_blocks]
    return has.repeat_interleave(size, 0).repeat_interleave(size, 1)


def tiled_attention(
    q: Float[Tensor, "*batch q_len d_head"],
    k: Float[Tensor, "*batch k_len d_head"],
    v: Float[Tensor, "*batch k_len d_value"],
    size: int,
) -> Float[Tensor, "*batch q_len d_value"]:
    r"""What `attention` gives, reading the keys in tiles of `size` and keeping no weights (Dao et al. 2022, 3.1).

        top' = max(top, max s),   total' = e^{top - top'} total + sum e^{s - top'},   out' likewise with v

    The softmax of a whole row needs its largest score and its sum. Both can be kept up to date while the scores come
    in: whenever a larger one turns up, what was added up so far is scaled down (Milakov and Gimelshein 2018).

    Raises:
        ValueError: a size below 1, or no keys.
    """
    refuse(size < 1, "size", "be at least 1", size)
    refuse(k.shape[-2] < 1, "k", "hold at least one key", tuple(k.shape))
    top = q.new_full((*q.shape[:-1], 1), -torch.inf)
    total = torch.zeros_like(top)
    out = q.new_zeros(*q.shape[:-1], v.shape[-1])
    tiles = zip(k.split(size, dim=-2), v.split(size, dim=-2), strict=True)
    for keys, values in tiles:
        scores = q @ keys.mT / math.sqrt(q.shape[-1])
        larger = torch.maximum(top, scores.amax(-1, keepdim=True))
        shrink, share = (top - larger).exp(), (scores - larger).exp()
        total = total * shrink + share.sum(-1, keepdim=True)
        out = out * shrink + share @ values
        top = larger
    return out / total


class WindowedAttention(nn.Module):
    """Multi-head attention to those at most `window` away: a mixer for `Encoder` and `Decoder`.

    It gives what a windowed layer gives, at the cost of a full one: for questions about what windows can learn.

    Args:
        d_model, n_heads: as of `MultiHeadAttention`.
        window: how many positions away a query looks.
    """

    def __init__(self, d_model: int, n_heads: int, window: int) -> None:
        super().__init__()
        self.heads, self.window = MultiHeadAttention(d_model, n_heads), window

    def forward(
        self,
        x: Float[Tensor, "batch len d_model"],
        context: None = None,
        mask: Bool[Tensor, "..."] | None = None,
        **options: Any,
    ) -> Float[Tensor, "batch len d_model"] | tuple[Tensor, Tensor]:
        """Mix the words; the arguments are those of `MultiHeadAttention.forward`."""
        near = sliding_window_mask(x.shape[1], self.window)
        return self.heads(x, mask=combine_masks(near, mask), **options)
