"""What the three architectures are stacked from: embedding, feed-forward, block (Vaswani et al. 2017, section 3)."""

import math
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from transformer_lib.attention import MultiHeadAttention
from transformer_lib.cache import Cache, ContextCache, KVCache
from transformer_lib.config import Activation, Config
from transformer_lib.position import LearnedPosition, SinusoidalPosition, look_up

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": F.relu,
    "gelu": F.gelu,
    "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"),
    "silu": F.silu,
    "swiglu": F.silu,  # of the gate
    "relu_squared": lambda x: F.relu(x).square(),  # So et al. 2021
}


class FeedForward(nn.Module):
    r"""The same small network at every position: FFN(x) = max(0, x W_1 + b_1) W_2 + b_2 (equation 2).

    Attention moves information between positions but only averages it; here each position computes
    with what it got. GELU replaces max(0, .) in BERT and GPT-2; SwiGLU multiplies by a gate:
    (silu(x W_gate) * x W_1) W_2 (Shazeer 2020, equation 6).
    """

    def __init__(self, d_model: int, d_ff: int, *, activation: Activation = "relu", bias: bool = True) -> None:
        super().__init__()
        self.activation = ACTIVATIONS[activation]
        self.w_gate = nn.Linear(d_model, d_ff, bias=bias) if activation == "swiglu" else None
        self.w_1 = nn.Linear(d_model, d_ff, bias=bias)
        self.w_2 = nn.Linear(d_ff, d_model, bias=bias)

    def forward(self, x: Float[Tensor, "*batch d_model"]) -> Float[Tensor, "*batch d_model"]:
        """Transform each position by itself."""
        if self.w_gate is None:
            return self.w_2(self.activation(self.w_1(x)))
        return self.w_2(self.activation(self.w_gate(x)) * self.w_1(x))


def make_norm(config: Config) -> nn.Module:
    """Return the configured norm: each position's vector is brought to a common size, by its own statistics only."""
    if config.norm == "rms":
        return nn.RMSNorm(config.d_model, eps=config.norm_eps)
    return nn.LayerNorm(config.d_model, eps=config.norm_eps, bias=config.bias)


class Residual(nn.Module):
    r"""What surrounds each sublayer f: x + f(x), with a norm after it or before it.

        post-norm: norm(x + dropout(f(x)))      (section 3.1)
        pre-norm:  x + dropout(f(norm(x)))      (GPT-2; Xiong et al. 2020: trains without warm-up)

    The sum lets the gradient reach the lowest layer undiminished: f only has to learn a correction.
    """

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.pre_norm = config.pre_norm
        self.norm = make_norm(config)
        self.dropout = nn.Dropout(config.dropout)

    def before(self, x: Float[Tensor, "batch len d_model"]) -> Float[Tensor, "batch len d_model"]:
        """Return what the sublayer gets to see."""
        return self.norm(x) if self.pre_norm else x

    def after(
        self, x: Float[Tensor, "batch len d_model"], out: Float[Tensor, "batch len d_model"]
    ) -> Float[Tensor, "batch len d_model"]:
        """Add the sublayer's `out` to `x`."""
        x = x + self.dropout(out)
        return x if self.pre_norm else self.norm(x)


class Block(nn.Module):
    """One layer: attention, cross-attention if there is a context, feed-forward, each inside a `Residual`.

    Encoder, decoder and encoder-decoder differ in what they pass to it: the mask, and the context.

    Args:
        cross: whether there is a cross-attention, from x to a context (the encoder's output).
        mixer: what mixes the positions instead of self-attention, called in the same way:
            `alternatives.py` and `variants.py` have some.
    """

    def __init__(self, config: Config, *, cross: bool = False, mixer: nn.Module | None = None) -> None:
        super().__init__()
        d_model, n_heads, bias = config.d_model, config.n_heads, config.bias
        self.attention = MultiHeadAttention(d_model, n_heads, bias=bias) if mixer is None else mixer
        self.attention_residual = Residual(config)
        self.cross_attention = MultiHeadAttention(d_model, n_heads, bias=bias) if cross else None
        self.cross_residual = Residual(config) if cross else None
        self.feed_forward = FeedForward(d_model, config.d_ff, activation=config.activation, bias=bias)
        self.feed_forward_residual = Residual(config)

    def forward(
        self,
        x: Float[Tensor, "batch q_len d_model"],
        mask: Bool[Tensor, "..."] | None = None,
        context: Float[Tensor, "batch k_len d_model"] | None = None,
        context_mask: Bool[Tensor, "..."] | None = None,
        *,
        cache: tuple[KVCache, ContextCache] | None = None,
        return_weights: bool = False,
        **options: Any,
    ) -> Float[Tensor, "batch q_len d_model"] | tuple[Float[Tensor, "..."], ...]:
        """Map every position's vector to a new one of the same width.

        Args:
            mask: where self-attention may look, `True` = may attend.
            context, context_mask: what cross-attention looks at, and where in it it may look.
            cache: of the self-attention and of the cross-attention.
            return_weights: return (x, weights), or (x, weights, cross_weights) with a context.
            options: for the self-attention alone: causal, bias, rotation.

        Raises:
            ValueError: a context without cross-attention, or the other way round.
        """
        if (context is None) != (self.cross_attention is None):
            has, was = ("no", "given") if self.cross_attention is None else ("a", "None")
            raise ValueError(f"context must fit the block, which has {has} cross-attention, but was {was}")
        own, cross = (None, None) if cache is None else cache
        if own is not None:
            options["cache"] = own
        out = self.attention(self.attention_residual.before(x), mask=mask, return_weights=return_weights, **options)
        out, *weights = out if return_weights else (out,)
        x = self.attention_residual.after(x, out)
        if self.cross_attention is not None and self.cross_residual is not None:
            query = self.cross_residual.before(x)
            out = self.cross_attention(query, context, context_mask, cache=cross, return_weights=return_weights)
            out, *more = out if return_weights else (out,)
            x, weights = self.cross_residual.after(x, out), [*weights, *more]
        x = self.feed_forward_residual.after(x, self.feed_forward(self.feed_forward_residual.before(x)))
        return (x, *weights) if return_weights else x


class Stack(nn.Module):
    """n_layers blocks on top of each other; with pre-norm one more norm, for the sum that leaves them."""

    def __init__(self, config: Config, *, cross: bool = False, mixer: Callable[[], nn.Module] | None = None) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(
            Block(config, cross=cross, mixer=None if mixer is None else mixer()) for _ in range(config.n_layers)
        )
        self.norm = make_norm(config) if config.pre_norm else nn.Identity()

    def forward(
        self,
        x: Float[Tensor, "batch q_len d_model"],
        *args: Any,
        cache: Cache | None = None,
        return_weights: bool = False,
        **options: Any,
    ) -> Float[Tensor, "batch q_len d_model"] | tuple[Float[Tensor, "..."], ...]:
        """Call the blocks one after the other, each with the same further arguments (see `Block.forward`).

        With `return_weights`, every layer's weights come stacked: (layers, batch, heads, q_len, k_len).
        """
        collected: list[list[Tensor]] = []
        for i, block in enumerate(self.blocks):
            kept = None if cache is None else cache.layers[i]
            result = block(x, *args, cache=kept, return_weights=return_weights, **options)
            x, *weights = result if return_weights else (result,)
            collected.append(weights)
        x = self.norm(x)
        return (x, *map(torch.stack, zip(*collected, strict=True))) if return_weights else x


class Embedding(nn.Module):
    """Each token's vector: a row of a table, plus (where configured) its position's and its segment's.

    The sum keeps all of them: a few directions of d_model suffice for each.
    """

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.scale = math.sqrt(config.d_model) if config.scale_embedding else 1.0
        std = 1 / self.scale if config.scale_embedding else 0.02
        self.tokens = nn.Parameter(torch.empty(config.vocab_size, config.d_model).normal_(std=std))
        self.positions: nn.Module | None = None
        if config.position == "sinusoidal":
            self.positions = SinusoidalPosition(config.d_model)
        elif config.position == "learned":
            self.positions = LearnedPosition(config.max_len, config.d_model)
        self.segments = (
            nn.Parameter(torch.empty(config.n_segments, config.d_model).normal_(std=0.02))
            if config.n_segments
            else None
        )
        self.norm = make_norm(config) if config.embedding_norm else nn.Identity()
        self.dropout = nn.Dropout(config.dropout)

    def forward(
        self,
        tokens: Int[Tensor, "batch len"],
        positions: Int[Tensor, "#batch len"],
        segments: Int[Tensor, "#batch len"] | None = None,
    ) -> Float[Tensor, "batch len d_model"]:
        """Look the tokens up.

        Args:
            tokens: ids below vocab_size.
            positions: where each token stands, counted from 0.
            segments: each token's type; left out, all are of type 0.

        Raises:
            ValueError: ids of the wrong shape or dtype, or past the end of their table.
        """
        check_is_ids(tokens, "tokens")
        x = look_up(self.tokens, tokens, "tokens")
        x = x if self.scale == 1 else x * self.scale
        if self.positions is not None:
            x = x + self.positions(positions).to(x.dtype)
        if self.segments is not None:
            segments = torch.zeros_like(tokens) if segments is None else segments
            x = x + look_up(self.segments, segments, "segments")
        elif segments is not None:
            raise ValueError("segments must be None for a model with n_segments = 0, but were given")
        return self.dropout(self.norm(x))


def check_is_ids(tokens: Tensor, name: str) -> None:
    """Raise a ValueError unless `tokens` is an integer tensor of shape (batch, len)."""
    if tokens.ndim != 2 or tokens.dtype not in (torch.int64, torch.int32):
        was = f"{tokens.dtype} of shape {tuple(tokens.shape)}"
        raise ValueError(f"{name} must be an integer tensor of shape (batch, length), but was {was}")
