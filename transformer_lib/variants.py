"""Attention that costs less than the square of the length: by looking at fewer keys, or by never writing the weights.

Masks for `MultiHeadAttention` (exact attention to fewer keys), and layers called as it is (an approximation).
"""

import math
from collections.abc import Iterable
from typing import Literal

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor, nn

from transformer_lib.alternatives import refuse, words_of
from transformer_lib.attention import MultiHeadAttention, merge_heads


def sliding_window_mask(length: int, window: int) -> Bool[Tensor, "length length"]:
    """Each position sees those at most `window` away (Child et al. 2019; Beltagy et al. 2020, section 3.1).

    Of T^2 weights (2 window + 1) T remain; n layers see n * window far, as convolutions do.

    Raises:
        ValueError: the window is negative.
    """
    refuse(window < 0, "window", "not be negative", window)
    positions = torch.arange(length)
    return (positions[:, None] - positions).abs() <= window


def longformer_mask(length: int, window: int, global_positions: Iterable[int] = (0,)) -> Bool[Tensor, "length length"]:
    """A sliding window, and some positions that see all and are seen by all (Beltagy et al. 2020, section 3.1).

    Through [CLS], or a question's words, any two words are two steps apart.

    Raises:
        ValueError: a global position outside the sequence.
    """
    mask = sliding_window_mask(length, window)
    for position in global_positions:
        refuse(not 0 <= position < length, "global_positions", f"lie between 0 and {length - 1}", position)
        mask[position, :] = True
        mask[:, position] = True
    return mask


def bigbird_mask(
    length: int, window: int, *, n_global: int = 1, n_random: int = 3, seed: int = 0
) -> Bool[Tensor, "length length"]:
    """A window, global positions, and a few random keys for each query (Zaheer et al. 2020, section 2).

    Random links make any two words few steps apart, as in small-world graphs.

    Raises:
        ValueError: more global positions or random keys than positions.
    """
    refuse(not 0 <= n_global <= length, "n_global", f"lie between 0 and {length}", n_global)
    refuse(not 0 <= n_random <= length, "n_random", f"lie between 0 and {length}", n_random)
    mask = longformer_mask(length, window, range(n_global))
    chosen = torch.rand(length, length, generator=torch.Generator().manual_seed(seed)).argsort(dim=1)[:, :n_random]
    return mask.scatter(1, chosen, True)


def linear_attention(
    q: Float[Tensor, "*batch q_len d_feature"],
    k: Float[Tensor, "*batch k_len d_feature"],
    v: Float[Tensor, "*batch k_len d_value"],
    *,
    causal: bool = False,
) -> Float[Tensor, "*batch q_len d_value"]:
    r"""Attention whose weights are q . k, normalised, for positive q and k (Katharopoulos et al. 2020, section 3.2).

        out_i = sum_j (q_i . k_j) v_j / sum_j (q_i . k_j) = q_i (sum_j k_j v_j^T) / (q_i . sum_j k_j)

    The sums are the same for all queries (or grow by one term each, if causal): no T x T weights. A
    query that all keys are orthogonal to, or without keys, gets zero.
    """
    if causal:
        memory = (k.unsqueeze(-1) * v.unsqueeze(-2)).cumsum(-3)  # (*batch, len, d_feature, d_value)
        out, total = (q.unsqueeze(-2) @ memory).squeeze(-2), k.cumsum(-2)
    else:
        out, total = q @ (k.mT @ v), k.sum(-2, keepdim=True)
    return out / (q * total).sum(-1, keepdim=True).clamp(min=1e-9)


def performer_features(
    x: Float[Tensor, "*batch len d_head"], directions: Float[Tensor, "n_features d_head"]
) -> Float[Tensor, "*batch len n_features"]:
    r"""Positive features whose dot products estimate exp(q . k) (FAVOR+, Choromanski et al. 2021, lemma 1).

    phi(x) = exp(w . x - |x|^2 / 2) / sqrt(n_features)   for random directions w ~ N(0, 1)
    """
    return (x @ directions.T - x.square().sum(-1, keepdim=True) / 2).exp() / math.sqrt(len(directions))


def orthogonal_directions(n: int, d: int, *, seed: int = 0) -> Float[Tensor, "n d"]:
    """Return normal random directions, orthogonal in groups of d: a better estimate by as many (section 2.4)."""
    generator = torch.Generator().manual_seed(seed)
    q, r = torch.linalg.qr(torch.randn(math.ceil(n / d), d, d, generator=generator))
    q = q * r.diagonal(dim1=-2, dim2=-1).sign().unsqueeze(-2)  # without this, q's signs are not random
    lengths = torch.randn(n, d, generator=generator).norm(dim=1, keepdim=True)
    return q.flatten(0, 1)[:n] * lengths


class LinearAttention(nn.Module):
    """Multi-head attention by `linear_attention`: time and memory grow with the length, not with its square.

    Args:
        d_model, n_heads: as of `MultiHeadAttention`.
        kind: "elu", features elu(x) + 1 (Katharopoulos et al. 2020); "performer", features that
            estimate softmax attention (Choromanski et al. 2021).
        n_features: for each head, of "performer".
        causal: each position sees only itself and what comes before.
        seed: of the random features.
    """

    def __init__(
        self,
        d_model: int,
        n_heads: int,
        *,
        kind: Literal["elu", "performer"] = "elu",
        n_features: int = 64,
        causal: bool = False,
        seed: int = 0,
    ) -> None:
        super().__init__()
        refuse(kind not in ("elu", "performer"), "kind", "be one of ('elu', 'performer')", repr(kind))
        self.heads, self.kind, self.causal = MultiHeadAttention(d_model, n_heads), kind, causal
        self.directions: Tensor
        self.register_buffer("directions", orthogonal_directions(n_features, d_model // n_heads, seed=seed))

    def forward(
        self,
        x: Float[Tensor, "batch len d_model"],
        context: None = None,
        mask: Bool[Tensor, "..."] | None = None,
        *,
        causal: bool = False,
        return_weights: bool = False,
    ) -> Float[Tensor, "batch len d_model"]:
        """Mix the words; `mask` is a padding mask, `causal` as the layer was made.

        Raises:
            ValueError: a mask of another kind, or weights asked for, of which there are none.
        """
        words = words_of(mask, x)
        refuse(causal != self.causal, "causal", f"be {self.causal}, as the layer was made", causal)
        refuse(return_weights, "return_weights", "be False: the weights are never computed", return_weights)
        q = self.heads.split_heads(self.heads.w_q(x))
        k, v = self.heads.keys_and_values(x)
        k = self.features(k).masked_fill(~words[:, None, :, None], 0.0)
        return self.heads.w_o(merge_heads(linear_attention(self.features(q), k, v, causal=self.causal)))

    def features(self, x: Float[Tensor, "*batch d_head"]) -> Float[Tensor, "*batch d_feature"]:
        """Return positive features of queries or keys."""
        if self.kind == "elu":
            return F.elu(x) + 1
        return performer_features(x / x.shape[-1] ** 0.25, self.directions)  # q . k / sqrt(d_head)


class Linformer(nn.Module):
    r"""Attention to n_summaries learned summaries of the sequence instead of its words (Wang et al. 2020, section 4).

        softmax(q (E k)^T / sqrt(d_head)) (F v),   E and F of shape (n_summaries, max_len)

    The weights are T x n_summaries. The summaries are sums over positions: there is no longer sequence
    than max_len, and no causal version.

    Args:
        d_model, n_heads: as of `MultiHeadAttention`.
        max_len: the longest sequence.
        n_summaries: k in the paper.
    """

    def __init__(self, d_model: int, n_heads: int, *, max_len: int, n_summaries: int) -> None:
        super().__init__()
        self.heads, self.max_len = MultiHeadAttention(d_model, n_heads), max_len
        self.summarise_k = nn.Parameter(torch.randn(n_summaries, max_len) / math.sqrt(max_len))
        self.summarise_v = nn.Parameter(torch.randn(n_summaries, max_len) / math.sqrt(max_len))

    def forward(
        self,
        x: Float[Tensor, "batch len d_model"],
        context: None = None,
        mask: Bool[Tensor, "..."] | None = None,
        *,
        causal: bool = False,
        return_weights: bool = False,
    ) -> Float[Tensor, "batch len d_model"]:
        """Mix the words; `mask` is a padding mask.

        Raises:
            ValueError: a sequence longer than max_len, a mask of another kind, or what there is not.
        """
        words, n = words_of(mask, x), x.shape[1]
        refuse(causal, "causal", "be False: a summary holds later words too", causal)
        refuse(return_weights, "return_weights", "be False: the weights are not those of words", return_weights)
        refuse(n > self.max_len, "x", f"be at most max_len = {self.max_len} long", f"{n} long")
        q = self.heads.split_heads(self.heads.w_q(x))
        k, v = (kept.masked_fill(~words[:, None, :, None], 0.0) for kept in self.heads.keys_and_values(x))
        summaries = self.summarise_k[:, :n] @ k, self.summarise_v[:, :n] @ v
        return self.heads.w_o(merge_heads(F.scaled_dot_product_attention(q, *summaries)))
