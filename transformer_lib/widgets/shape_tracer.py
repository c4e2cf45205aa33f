"""The shapes inside one layer: predict each, then see it."""

from collections.abc import Iterator
from typing import Any

import torch
import traitlets

from transformer_lib.attention import MultiHeadAttention, attention, merge_heads
from transformer_lib.config import Config
from transformer_lib.layers import Block
from transformer_lib.widgets.base import Whole, Widget, text_table

N_STEPS = 12


class ShapeTracer(Widget):
    """One layer (attention, feed-forward, both with add & norm) as a list of steps; the reader predicts each shape.

    The feed-forward network is four times as wide inside as the layer, as in the paper.

    Args:
        batch: sentences, 1 to 3.
        length: words in each, 1 to 7.
        n_heads: attention heads, 1 to 4.
        d_head: width of a head, 1 to 5; d_model is n_heads times that.
        step: the step that is looked at, 0 to 11.
        revealed: the steps whose shape is shown without being asked for.

    Raises:
        ValueError: an argument that is not an integer, or out of its range.
    """

    batch = Whole(2, 1, 3).tag(sync=True)
    length = Whole(5, 1, 7).tag(sync=True)
    n_heads = Whole(3, 1, 4).tag(sync=True)
    d_head = Whole(4, 1, 5).tag(sync=True)
    step = Whole(0, 0, N_STEPS - 1).tag(sync=True)
    revealed = traitlets.List(traitlets.Int(min=0, max=N_STEPS - 1)).tag(sync=True)

    def __init__(self, batch: int = 2, length: int = 5, n_heads: int = 3, d_head: int = 4, **more: Any) -> None:
        super().__init__(batch=batch, length=length, n_heads=n_heads, d_head=d_head, **more)

    def __repr__(self) -> str:
        d_model = self.n_heads * self.d_head
        rows = [
            [name, "(" + ", ".join(map(str, shape)) + ")"]
            for name, shape in layer_shapes(self.batch, self.length, self.n_heads, self.d_head)
        ]
        return "\n".join(
            [
                f"ShapeTracer: {self.batch} sentences of {self.length} words, d_model {d_model}, "
                f"{self.n_heads} heads of width {self.d_head}",
                text_table(["step", "shape"], rows),
            ]
        )


@torch.no_grad()
def layer_shapes(batch: int, length: int, n_heads: int, d_head: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Run a real block, part by part, and yield each step's name and the shape that comes out of it."""
    d_model = n_heads * d_head
    block = Block(Config(1, d_model=d_model, n_heads=n_heads, d_ff=4 * d_model)).eval()
    layer, x = block.attention, torch.zeros(batch, length, d_model)
    assert isinstance(layer, MultiHeadAttention)
    yield "x, the layer's input", x.shape
    projected = [w(x) for w in (layer.w_q, layer.w_k, layer.w_v)]
    yield "queries, keys, values", projected[0].shape
    q, k, v = map(layer.split_heads, projected)
    yield "split into heads", q.shape
    yield "scores", (q @ k.mT).shape
    heads, weights = attention(q, k, v)
    yield "weights", weights.shape
    yield "what each head found", heads.shape
    yield "heads side by side", merge_heads(heads).shape
    out = layer.w_o(merge_heads(heads))
    yield "joined by W_O", out.shape
    x = block.attention_residual.after(x, out)
    yield "add & norm", x.shape
    inner = block.feed_forward.w_1(x)
    yield "inside the feed-forward", inner.shape
    out = block.feed_forward.w_2(inner.relu())
    yield "feed-forward", out.shape
    yield "add & norm, the layer's output", block.feed_forward_residual.after(x, out).shape
