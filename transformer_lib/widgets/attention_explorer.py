"""A viewer of a trained model's attention weights, every layer and head."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
import traitlets
from torch import Tensor

from transformer_lib.widgets.base import Whole, Widget, check_labels, check_whole, fixed, text_table

DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"  # base64's
VIEWS = ("lines", "matrix")


class AttentionExplorer(Widget):
    """Choose a sentence, a head among all of them, and a query; see where it looks.

    The page must stay light, so weights are carried as thousandths, each written as two base64 digits
    (64 * first + second) in the order layer, head, query, key: 2 characters a weight, about 28 KB for
    6 layers x 12 heads of a 14-token sentence, where JSON numbers took 37 to 41 KB.

    Args:
        sentences: [{"tokens": [...], "weights": tensor of shape (layers, heads, tokens, tokens)}, ...];
            `weights` may also be the packed string itself.
        layer, head: which one is large at first, counted from 0.
        query: which token's row is shown at first, -1 for all.
        sentence: which sentence is shown at first.
        view: "lines" or "matrix".
        n_layers, n_heads: needed only where every sentence's weights are packed strings.

    Raises:
        ValueError: weights of the wrong shape or that are no distributions, or an index out of range.
    """

    sentences = traitlets.List(traitlets.Dict()).tag(sync=True)
    n_layers = Whole(1, 1).tag(sync=True)
    n_heads = Whole(1, 1).tag(sync=True)
    sentence = Whole(0, 0).tag(sync=True)
    layer = Whole(0, 0).tag(sync=True)
    head = Whole(0, 0).tag(sync=True)
    query = Whole(-1, -1).tag(sync=True)
    view = traitlets.Enum(VIEWS, "lines").tag(sync=True)

    def __init__(
        self,
        sentences: Sequence[Mapping[str, Any]],
        layer: int = 0,
        head: int = 0,
        query: int = -1,
        *,
        sentence: int = 0,
        view: str = "lines",
        n_layers: int | None = None,
        n_heads: int | None = None,
    ) -> None:
        if not isinstance(sentences, Sequence) or not sentences:
            raise ValueError(
                f'sentences must be a list of {{"tokens": ..., "weights": ...}}, but was {sentences!r:.80}'
            )
        for i, given in enumerate(sentences):
            weights = given.get("weights") if isinstance(given, Mapping) else None
            if isinstance(weights, Tensor) and weights.ndim == 4:
                n_layers, n_heads = n_layers or weights.shape[0], n_heads or weights.shape[1]
            elif not isinstance(weights, str):
                shape = tuple(weights.shape) if isinstance(weights, Tensor) else weights
                raise ValueError(
                    f"sentences[{i}]['weights'] must be a tensor (layers, heads, tokens, tokens), but was {shape!r:.80}"
                )
        if n_layers is None or n_heads is None:
            raise ValueError("n_layers and n_heads must be given where every sentence's weights are packed strings")
        packed = [pack_sentence(f"sentences[{i}]", s, n_layers, n_heads) for i, s in enumerate(sentences)]
        check_whole("sentence", sentence, 0, len(packed) - 1)
        check_whole("layer", layer, 0, n_layers - 1)
        check_whole("head", head, 0, n_heads - 1)
        check_whole("query", query, -1, len(packed[sentence]["tokens"]) - 1)
        if view not in VIEWS:
            raise ValueError(f'view must be "lines" or "matrix", but was {view!r}')
        super().__init__(
            sentences=packed,
            n_layers=n_layers,
            n_heads=n_heads,
            sentence=sentence,
            layer=layer,
            head=head,
            query=query,
            view=view,
        )

    def head_weights(self) -> Tensor:
        """Return the weights of the head that is shown, (tokens, tokens), in whole thousandths."""
        shown = self.sentences[self.sentence]
        n = len(shown["tokens"])
        return unpack(shown["weights"]).view(self.n_layers, self.n_heads, n, n)[self.layer, self.head] / 1000

    def __repr__(self) -> str:
        tokens, weights = self.sentences[self.sentence]["tokens"], self.head_weights()
        best, at = weights.max(-1)
        chosen = range(len(tokens)) if self.query < 0 else [self.query]
        return "\n".join(
            [
                f"AttentionExplorer: {self.n_layers} layers x {self.n_heads} heads; "
                f"layer {self.layer}, head {self.head} of: {' '.join(tokens)}",
                text_table(
                    ["query", "looks most at", "weight"],
                    [[tokens[q], tokens[at[q]], fixed(best[q], 3)] for q in chosen],
                ),
            ]
        )


def pack_sentence(name: str, sentence: Mapping[str, Any], n_layers: int, n_heads: int) -> dict[str, Any]:
    """Return the sentence with its weights checked and packed."""
    tokens, weights = sentence.get("tokens"), sentence["weights"]
    if not isinstance(tokens, list | tuple) or not tokens:
        raise ValueError(f"{name}['tokens'] must be a list of words, but was {tokens!r}")
    tokens = check_labels(f"{name}['tokens']", tokens, len(tokens))
    shape = (n_layers, n_heads, len(tokens), len(tokens))
    if isinstance(weights, str):
        if len(weights) != 2 * torch.Size(shape).numel() or not set(weights) <= set(DIGITS):
            raise ValueError(
                f"{name}['weights'] must be {2 * torch.Size(shape).numel()} base64 digits for {shape} weights, "
                f"but was {len(weights)} characters"
            )
        return {"tokens": tokens, "weights": weights}
    if tuple(weights.shape) != shape:
        raise ValueError(f"{name}['weights'] must have shape {shape}, but was {tuple(weights.shape)}")
    sums = weights.detach().double().sum(-1)
    if not (weights.min() >= 0 and ((sums - 1).abs().min(sums.abs()) < 1e-2).all()):
        raise ValueError(f"{name}['weights'] must be softmax's: not negative, each row summing to 1 (or all 0)")
    return {"tokens": tokens, "weights": pack(weights)}


def pack(weights: Tensor) -> str:
    """Return weights from 0 to 1 as thousandths of two base64 digits each, whatever the tensor's shape."""
    thousandths = (weights.detach().double() * 1000).round().clamp(0, 1000).int().flatten().tolist()
    return "".join(DIGITS[w >> 6] + DIGITS[w & 63] for w in thousandths)


def unpack(text: str) -> Tensor:
    """Return `pack`'s thousandths, in one row."""
    value = {digit: i for i, digit in enumerate(DIGITS)}
    return torch.tensor([64 * value[high] + value[low] for high, low in zip(text[::2], text[1::2], strict=True)])
