"""One token at a time: what `Decoder.hidden` computes for a single new token, with nothing around the arithmetic.

So small a step is short: in a model of a few layers most of it goes into calling modules and checking shapes that
are known. Here a block is a dozen calls of torch, and W^Q, W^K and W^V are read as the one matrix they can be.
"""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from transformer_lib.attention import MultiHeadAttention
from transformer_lib.cache import Cache, KVCache
from transformer_lib.decoder import Decoder
from transformer_lib.fused import addend
from transformer_lib.layers import Block, FeedForward
from transformer_lib.position import rotate

Rows = Float[Tensor, "rows d_model"]


class LeanStep:
    """A `Decoder` for one new token in each row.

    Some weights are copied: a step knows nothing of later changes to the model.
    """

    @torch.no_grad()
    def __init__(self, decoder: Decoder) -> None:
        self.decoder = decoder
        self.blocks = [lean_block(block) for block in decoder.stack.blocks]  # type: ignore[arg-type]
        self.norm = lean_norm(decoder.stack.norm)

    @torch.inference_mode()
    def __call__(
        self,
        tokens: Int[Tensor, "rows 1"],
        positions: Int[Tensor, "rows 1"] | None,
        words: Bool[Tensor, "rows len"] | None,
        cache: Cache,
    ) -> Float[Tensor, "rows vocab_size"]:
        """Read on and return the logits of the next token; `words` are those of the cache and the new ones."""
        if positions is None:
            positions = torch.tensor([[cache.length]], device=tokens.device)
        x = self.decoder.embed(tokens, positions)[:, 0]
        told = self.decoder.relative(positions, cache.extend(positions))
        mask = None if words is None else words[:, None, None]
        mask = addend(x, mask, told["bias"], hidden=-torch.inf) if "bias" in told else mask
        for block, (own, _) in zip(self.blocks, cache.layers, strict=True):
            x = block(x, own, mask, told.get("rotation"))
        return self.decoder.to_logits(self.norm(x))


def serves(decoder: Decoder) -> bool:
    """Tell whether `LeanStep` computes what the decoder does: attention alone, no dropout, and nobody listening."""
    plain = not decoder.training and all(
        type(block) is Block and type(block.attention) is MultiHeadAttention and block.cross_attention is None
        for block in decoder.stack.blocks
    )
    return plain and not any(m._forward_hooks or m._forward_pre_hooks for m in decoder.stack.modules())


def lean_block(block: Block) -> Callable[[Rows, KVCache, Tensor | None, Tensor | None], Rows]:
    """Return `Block.forward` for one token in each row."""
    attention, pre_norm = block.attention, block.attention_residual.pre_norm
    assert isinstance(attention, MultiHeadAttention)
    n_heads, w_o = attention.n_heads, lean_linear(attention.w_o)
    w_qkv = lean_linear(attention.w_q, attention.w_k, attention.w_v)
    feed_forward = lean_feed_forward(block.feed_forward)
    norm_1, norm_2 = lean_norm(block.attention_residual.norm), lean_norm(block.feed_forward_residual.norm)

    def run(x: Rows, own: KVCache, mask: Tensor | None, rotation: Tensor | None) -> Rows:
        q, k, v = w_qkv(norm_1(x) if pre_norm else x).view(len(x), 3, n_heads, 1, -1).unbind(1)
        keys_values = own.append(rotate(k, rotation), v)
        out = F.scaled_dot_product_attention(rotate(q, rotation), *keys_values, attn_mask=mask)
        x = x + w_o(out.reshape(x.shape))
        if pre_norm:
            return x + feed_forward(norm_2(x))
        x = norm_1(x)
        return norm_2(x + feed_forward(x))

    return run


def lean_linear(*layers: nn.Linear) -> Callable[[Tensor], Tensor]:
    """Return the layers' outputs side by side, as one product with a matrix that is stored along its longer side.

    One vector times a matrix takes as long as reading the matrix, which is fastest in long rows.
    """
    weight = torch.cat([layer.weight for layer in layers]).T if len(layers) > 1 else layers[0].weight.T
    if weight.shape[1] > weight.shape[0]:
        weight = weight.contiguous()
    if layers[0].bias is None:
        return lambda x: x @ weight
    bias = torch.cat([layer.bias for layer in layers])
    return lambda x: torch.addmm(bias, x, weight)


def lean_norm(norm: nn.Module) -> Callable[[Rows], Rows]:
    """Return the norm as one call."""
    if isinstance(norm, nn.LayerNorm):
        shape, weight, bias, eps = norm.normalized_shape, norm.weight, norm.bias, norm.eps
        return lambda x: torch.layer_norm(x, shape, weight, bias, eps)
    return norm.forward


def lean_feed_forward(layer: FeedForward) -> Callable[[Rows], Rows]:
    """Return `FeedForward.forward` as calls of functions."""
    activation, w_1, w_2 = layer.activation, lean_linear(layer.w_1), lean_linear(layer.w_2)
    if layer.w_gate is not None:
        w_gate = lean_linear(layer.w_gate)
        return lambda x: w_2(activation(w_gate(x)) * w_1(x))
    return lambda x: w_2(activation(w_1(x)))
