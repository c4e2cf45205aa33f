"""Switching heads off in a trained model, to measure what they are good for (Michel et al. 2019, section 3)."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from torch import Tensor, nn

from transformer_lib.attention import MultiHeadAttention


@contextmanager
def without_heads(model: nn.Module, heads: Iterable[tuple[int, int]]) -> Iterator[None]:
    r"""Inside the block, these heads of the model's self-attention add nothing to its output.

        layer(x) = b^O + sum over heads i of head_i W_i^O, without the terms of those switched off

    W^O's input holds the heads side by side; theirs are set to zero. Their weights are still computed
    and returned: a head that is off can be looked at. What was learned is not touched.

    Args:
        model: an `Encoder` or `Decoder` (anything with a `stack` of blocks), or a single `MultiHeadAttention`,
            which counts as layer 0.
        heads: (layer, head) of each, counted from 0.

    Raises:
        ValueError: a layer or head that the model does not have, or a model without multi-head attention.
    """
    layers = attention_layers(model)
    off: dict[int, list[int]] = {}
    for layer, head in heads:
        if not 0 <= layer < len(layers) or not 0 <= head < layers[layer].n_heads:
            sizes = f"{len(layers)} layers of {layers[0].n_heads} heads"
            raise ValueError(f"heads must be (layer, head) pairs within {sizes}, but one was ({layer}, {head})")
        off.setdefault(layer, []).append(head)
    with ExitStack() as hooks:
        for layer, switched_off in off.items():
            hooks.enter_context(silenced(layers[layer], switched_off))
        yield


def attention_layers(model: nn.Module) -> list[MultiHeadAttention]:
    """Return the model's self-attention layers from the first to the last.

    Raises:
        ValueError: there are none, or some layer mixes its positions in another way.
    """
    if isinstance(model, MultiHeadAttention):
        return [model]
    found = [block.attention for block in getattr(getattr(model, "stack", None), "blocks", ())]
    if not found or not all(isinstance(layer, MultiHeadAttention) for layer in found):
        kinds = sorted({type(layer).__name__ for layer in found}) or type(model).__name__
        raise ValueError(f"model must have a stack of blocks with multi-head attention, but was or had {kinds}")
    return found


@contextmanager
def silenced(layer: MultiHeadAttention, heads: list[int]) -> Iterator[None]:
    """Zero the slices of W^O's input that these heads fill."""

    def zero(_: nn.Module, inputs: tuple[Any, ...]) -> tuple[Tensor]:
        by_head = inputs[0].unflatten(-1, (layer.n_heads, -1)).clone()
        by_head[..., heads, :] = 0.0
        return (by_head.flatten(-2),)

    handle = layer.w_o.register_forward_pre_hook(zero)
    try:
        yield
    finally:
        handle.remove()
