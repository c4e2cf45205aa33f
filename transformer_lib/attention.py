"""Scaled dot-product attention, and the multi-head layer around it (Vaswani et al. 2017, section 3.2)."""

import math

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor, nn

from transformer_lib.cache import ContextCache, KVCache
from transformer_lib.fused import fused
from transformer_lib.masks import causal_mask, check_is_boolean, combine_masks
from transformer_lib.position import rotate


def attention(
    q: Float[Tensor, "*batch q_len d_head"],
    k: Float[Tensor, "*batch k_len d_head"],
    v: Float[Tensor, "*batch k_len d_value"],
    mask: Bool[Tensor, "..."] | None = None,
    bias: Float[Tensor, "..."] | None = None,
) -> tuple[
    Float[Tensor, "*batch q_len d_value"],
    Float[Tensor, "*batch q_len k_len"],
]:
    r"""Return each query's weighted average of the values, and the weights.

        out = softmax(q k^T / sqrt(d_head)) v                    (equation 1)

    A query weighs the keys by how well they match it, and takes that mixture
    of their values. A dot product of d_head terms grows like sqrt(d_head);
    the division keeps the softmax out of its flat ends, where gradients
    vanish (section 3.2.1, footnote 4).

    Args:
        q, k, v: the paper's Q, K and V, with the same leading axes.
        mask: boolean, `True` = may attend; broadcasts to (*batch, q_len,
            k_len). A query that may attend to nothing gets weights and an
            output of zero, and finite gradients.
        bias: added to the scores, for what a key is worth by where it stands
            (see `position.py`); broadcasts like the mask.

    Raises:
        ValueError: shapes that do not fit, or a mask that is not boolean.
    """
    check_attention_shapes(q, k, v, mask, bias)
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if bias is not None:
        scores = scores + bias.to(scores.dtype)
    if mask is not None:
        scores = scores.masked_fill(~mask, torch.finfo(scores.dtype).min)
    weights = scores.softmax(dim=-1)
    if mask is not None:  # a row with no key left is uniform by now: zero it
        weights = weights.masked_fill(~mask, 0.0)
    return weights @ v, weights


class MultiHeadAttention(nn.Module):
    r"""h attentions side by side, each in its own d_model / h directions (section 3.2.2).

        MultiHead(Q, K, V) = Concat(head_1, ..., head_h) W^O,   head_i = attention(Q W_i^Q, K W_i^K, V W_i^V)

    One average blends everything a position looks at; several heads can look at several things.

    Args:
        d_model: width of the input and of the output; a multiple of n_heads.
        n_heads: h.
        d_context: width of the sequence attended to, where it differs from d_model (cross-attention).
        bias: whether the four projections have a bias (the paper's have none, BERT's and GPT-2's do).

    Raises:
        ValueError: d_model is not divisible by n_heads.
    """

    def __init__(self, d_model: int, n_heads: int, *, d_context: int | None = None, bias: bool = True) -> None:
        super().__init__()
        if n_heads < 1 or d_model < 1 or d_model % n_heads:
            raise ValueError(
                f"d_model must be a positive multiple of n_heads, but d_model was {d_model} and n_heads {n_heads}"
            )
        self.n_heads = n_heads
        d_context = d_model if d_context is None else d_context
        self.w_q = nn.Linear(d_model, d_model, bias=bias)
        self.w_k = nn.Linear(d_context, d_model, bias=bias)
        self.w_v = nn.Linear(d_context, d_model, bias=bias)
        self.w_o = nn.Linear(d_model, d_model, bias=bias)

    def forward(
        self,
        x: Float[Tensor, "batch q_len d_model"],
        context: Float[Tensor, "batch k_len d_context"] | None = None,
        mask: Bool[Tensor, "..."] | None = None,
        *,
        causal: bool = False,
        bias: Float[Tensor, "..."] | None = None,
        rotation: Float[Tensor, "2 #batch q_len half"] | None = None,
        cache: KVCache | ContextCache | None = None,
        return_weights: bool = False,
    ) -> (
        Float[Tensor, "batch q_len d_model"]
        | tuple[Float[Tensor, "batch q_len d_model"], Float[Tensor, "batch heads q_len k_len"]]
    ):
        """Attend from `x` to `context`, or to `x` itself (self-attention) when there is none.

        Args:
            mask: boolean, `True` = may attend: (q_len, k_len), (batch, q_len or 1, k_len) for all
                heads alike, or (batch, n_heads or 1, q_len or 1, k_len).
            causal: each of x's positions, the last q_len of the k_len, sees nothing that comes after it.
            bias: added to the scores, broadcasting to (batch, n_heads, q_len, k_len).
            rotation: how far to turn queries and keys, from `rotary`.
            cache: adds the keys and values of earlier calls to this one's.
            return_weights: return (out, weights). Without it PyTorch's fused kernel runs, which
                never writes the weights down: same out, less time and memory.

        Raises:
            ValueError: an input of the wrong width, or a mask that is not boolean or does not fit.
        """
        alone = context is None and cache is None and all(map(is_plain, (self.w_q, self.w_k, self.w_v)))
        context = x if context is None else context
        for name, given, width in (("x", x, self.w_q.in_features), ("context", context, self.w_k.in_features)):
            if given.ndim != 3 or given.shape[-1] != width:
                raise ValueError(f"{name} must have shape (batch, length, {width}), but was {tuple(given.shape)}")
        if alone:
            q, k, v = (self.split_heads(each) for each in together(x, self.w_q, self.w_k, self.w_v))
            q, k = rotate(q, rotation), rotate(k, rotation)
        else:
            q = rotate(self.split_heads(self.w_q(x)), rotation)
            k, v = self.keys_and_values(context, rotation, cache)
        mask = mask.unsqueeze(1) if mask is not None and mask.ndim == 3 else mask  # the same for every head
        if not return_weights:
            return self.w_o(merge_heads(fused_attention(q, k, v, mask, bias, causal=causal)))
        if causal:
            mask = combine_masks(causal_mask(q.shape[-2], k.shape[-2], device=q.device), mask)
        out, weights = attention(q, k, v, mask, bias)
        return self.w_o(merge_heads(out)), weights

    def keys_and_values(
        self,
        context: Float[Tensor, "batch new_len d_context"],
        rotation: Float[Tensor, "2 #batch new_len half"] | None = None,
        cache: KVCache | ContextCache | None = None,
    ) -> tuple[Float[Tensor, "batch heads k_len d_head"], Float[Tensor, "batch heads k_len d_head"]]:
        """Return what `context` offers to be looked at, after what the cache holds from earlier calls."""

        def project() -> tuple[Tensor, Tensor]:
            return rotate(self.split_heads(self.w_k(context)), rotation), self.split_heads(self.w_v(context))

        return project() if cache is None else cache.update(project)

    def split_heads(self, x: Float[Tensor, "batch len d_model"]) -> Float[Tensor, "batch heads len d_head"]:
        """Head i gets channels i * d_head to (i + 1) * d_head of every position."""
        return x.unflatten(-1, (self.n_heads, -1)).transpose(1, 2)


def is_plain(layer: nn.Module) -> bool:
    """Tell whether a layer is its matrix and its bias: nothing put in its place, and no hook that listens to it."""
    return type(layer) is nn.Linear and not (layer._forward_hooks or layer._forward_pre_hooks or layer._backward_hooks)


def together(x: Float[Tensor, "*batch d_in"], *layers: nn.Linear) -> tuple[Float[Tensor, "*batch d_out"], ...]:
    """Return each layer's output, all from one product of `x` and the layers' matrices side by side.

    One wide product is faster than some narrow ones, and x's gradient is then one product, not a sum of some.
    """
    weight = torch.cat([layer.weight for layer in layers])
    bias = None if layers[0].bias is None else torch.cat([layer.bias for layer in layers])
    return F.linear(x, weight, bias).split([layer.out_features for layer in layers], dim=-1)


def merge_heads(x: Float[Tensor, "batch heads len d_head"]) -> Float[Tensor, "batch len d_model"]:
    """Undo `MultiHeadAttention.split_heads`: the heads' channels side by side again."""
    return x.transpose(1, 2).flatten(2)


def fused_attention(
    q: Float[Tensor, "*batch q_len d_head"],
    k: Float[Tensor, "*batch k_len d_head"],
    v: Float[Tensor, "*batch k_len d_value"],
    mask: Bool[Tensor, "..."] | None = None,
    bias: Float[Tensor, "..."] | None = None,
    *,
    causal: bool = False,
) -> Float[Tensor, "*batch q_len d_value"]:
    """`attention` without its weights, which fused kernels never write down: see `fused.py`."""
    check_attention_shapes(q, k, v, mask, bias)
    return fused(q, k, v, mask, bias, causal=causal)


def check_attention_shapes(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None, bias: Tensor | None) -> None:
    """Raise a ValueError that names the argument whose shape (or dtype) makes attention impossible."""
    for name, x in (("q", q), ("k", k), ("v", v)):
        if x.ndim < 2:
            raise ValueError(
                f"{name} must have at least two axes, (length, d_head), but its shape was {tuple(x.shape)}"
            )
    if q.shape[-1] != k.shape[-1]:
        raise ValueError(f"k must be as wide as q (d_head = {q.shape[-1]}), but its shape was {tuple(k.shape)}")
    if k.shape[-2] != v.shape[-2]:
        raise ValueError(
            f"v must hold one value for each of the {k.shape[-2]} keys, but its shape was {tuple(v.shape)}"
        )
    for name, x in (("k", k), ("v", v)):
        if x.shape[:-2] != q.shape[:-2]:
            raise ValueError(
                f"{name} must have q's leading axes {tuple(q.shape[:-2])}, but its shape was {tuple(x.shape)}"
            )
    if mask is not None:
        check_is_boolean(mask)
    wanted = (*q.shape[:-1], k.shape[-2])
    for name, given in (("mask", mask), ("bias", bias)):
        if given is not None and not broadcasts_to(given.shape, wanted):
            was = tuple(given.shape)
            raise ValueError(f"{name} must broadcast to (..., q_len, k_len) = {wanted}, but its shape was {was}")


def broadcasts_to(shape: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    """Tell whether repeating axes of length 1 turns `shape` into `wanted`."""
    ends = zip(reversed(shape), reversed(wanted), strict=False)
    return len(shape) <= len(wanted) and all(size in (1, want) for size, want in ends)
