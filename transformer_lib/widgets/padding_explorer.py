"""A trained classifier's verdict on one text as padding is added, with and without each of its two masks."""

from collections.abc import Sequence
from typing import Any

import torch
import traitlets
from torch import Tensor, nn

from transformer_lib.attention import MultiHeadAttention
from transformer_lib.batching import PAD, UNKNOWN
from transformer_lib.classifier import Classifier
from transformer_lib.config import Config
from transformer_lib.layers import Block
from transformer_lib.widgets.base import Whole, Widget, check_labels, fixed, text_table

MAX_WORDS, MAX_PADS = 8, 24


class PaddingExplorer(Widget):
    """Type a text, add pads, take a mask away: see the probability move, and where each word's attention goes.

    The model's weights travel with the page, rounded to three decimals; the browser computes its forward pass.

    Args:
        model: a `Classifier` with a mean read-out and one post-norm layer, ReLU, sinusoidal positions; or the
            state that another PaddingExplorer made of one.
        vocabulary: the word of each id; id 0 is the pad, id 3 stands for unknown words.
        sentences: texts to choose from, of at most 8 words.
        classes: the names of the model's two classes; the second one's probability is shown.
        text: shown at first; the first of the sentences, if not given.
        pads: how many at first, up to 24.
        attend, read: whether the attention mask and the read-out mask are on at first.

    Raises:
        ValueError: a model of another kind, or an argument of the wrong kind or out of its range.
    """

    model = traitlets.Dict().tag(sync=True)
    vocabulary = traitlets.List(traitlets.Unicode()).tag(sync=True)
    sentences = traitlets.List(traitlets.Unicode()).tag(sync=True)
    classes = traitlets.List(traitlets.Unicode()).tag(sync=True)
    text = traitlets.Unicode().tag(sync=True)
    pads = Whole(0, 0, MAX_PADS).tag(sync=True)
    attend = traitlets.Bool(True).tag(sync=True)
    read = traitlets.Bool(True).tag(sync=True)

    def __init__(
        self,
        model: Classifier | dict[str, Any],
        vocabulary: Sequence[str],
        sentences: Sequence[str],
        *,
        classes: Sequence[str] = ("no", "yes"),
        text: str | None = None,
        pads: int = 0,
        attend: bool = True,
        read: bool = True,
    ) -> None:
        state = to_state(model) if isinstance(model, Classifier) else model
        if len(vocabulary) != len(state["embedding"]):
            raise ValueError(
                f"vocabulary must name the model's {len(state['embedding'])} tokens, but held {len(vocabulary)}"
            )
        for name, given in (("sentences", list(sentences)), ("text", [text] if text is not None else ["-"])):
            if not given or not all(1 <= len(s.split()) <= MAX_WORDS for s in given):
                raise ValueError(f"{name} must have 1 to {MAX_WORDS} words, but was {given}")
        super().__init__(
            model=state,
            vocabulary=list(vocabulary),
            sentences=list(sentences),
            classes=check_labels("classes", classes, 2),
            text=sentences[0] if text is None else text,
            pads=pads,
            attend=attend,
            read=read,
        )

    def forward(self, n_pads: int) -> tuple[float, Tensor]:
        """Return the probability of the second class, and each word's attention, (words, tokens), mean of the heads."""
        ids = [self.vocabulary.index(w) if w in self.vocabulary else UNKNOWN for w in self.text.split()]
        tokens = torch.tensor([ids + [PAD] * n_pads])
        words = (torch.arange(tokens.shape[1]) < len(ids))[None]
        model = from_state(self.model)
        mask = words[:, None] if self.attend else None
        with torch.no_grad():
            p = model(tokens, mask, words if self.read else None).softmax(-1)[0, 1].item()
            _, weights = model.encoder(tokens, mask, return_weights=True)
        return p, weights[0, 0].mean(0)[: len(ids)]

    def __repr__(self) -> str:
        p, weights = self.forward(self.pads)
        words = self.text.split()
        on_pads = weights[:, len(words) :].sum(-1).tolist()
        masks = [name for name, on in (("attention", self.attend), ("read-out", self.read)) if on]
        return "\n".join(
            [
                f"PaddingExplorer: {self.text} + {self.pads} pads, masks: {', '.join(masks) or 'none'}",
                f"P({self.classes[1]}) = {fixed(p, 2)}; with 24 pads {fixed(self.forward(MAX_PADS)[0], 2)}",
                text_table(["word", "weight on pads"], [[w, fixed(x, 2)] for w, x in zip(words, on_pads, strict=True)]),
            ]
        )


def to_state(model: Classifier) -> dict[str, Any]:
    """Return the model's weights as JSON values, by the names that `maths/tiny_encoder.js` reads."""
    config = model.encoder.config
    kind = (config.n_layers, config.pre_norm, config.activation, config.position, config.norm, model.read_out)
    if kind != (1, False, "relu", "sinusoidal", "layer", "mean") or not config.scale_embedding:
        raise ValueError(f"model must have one post-norm ReLU layer and a mean read-out, but was {config}")
    state: dict[str, Any] = {"heads": config.n_heads, "embedding": short(model.encoder.embed.tokens)}
    for name, layer in layers_of(model).items():
        state[name] = {part: short(getattr(layer, part)) for part in ("weight", "bias")}
    return state


def layers_of(model: Classifier) -> dict[str, nn.Module]:
    """Return the model's layers by their short names."""
    block = model.encoder.stack.blocks[0]
    assert isinstance(block, Block)
    assert isinstance(block.attention, MultiHeadAttention)
    return {
        "q": block.attention.w_q,
        "k": block.attention.w_k,
        "v": block.attention.w_v,
        "o": block.attention.w_o,
        "up": block.feed_forward.w_1,
        "down": block.feed_forward.w_2,
        "norm1": block.attention_residual.norm,
        "norm2": block.feed_forward_residual.norm,
        "classes": model.to_classes,
    }


def from_state(state: dict[str, Any]) -> Classifier:
    """Return the model whose state it is, in float64."""
    embedding = torch.tensor(state["embedding"], dtype=torch.float64)
    vocab_size, d_model = embedding.shape
    config = Config(vocab_size, d_model, state["heads"], n_layers=1, d_ff=len(state["up"]["bias"]), dropout=0.0)
    model = Classifier(config, len(state["classes"]["bias"])).double().eval()
    with torch.no_grad():
        model.encoder.embed.tokens.copy_(embedding)
        for name, module in layers_of(model).items():
            for part in ("weight", "bias"):
                getattr(module, part).copy_(torch.tensor(state[name][part], dtype=torch.float64))
    return model


def short(x: Tensor) -> Any:
    """Return the numbers as nested lists, with three decimals: what a page should carry."""
    return [short(row) if isinstance(row, Tensor) and row.ndim else round(float(row), 3) for row in x.detach()]
