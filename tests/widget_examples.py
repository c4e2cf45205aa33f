"""One or more of each widget, as the tests of all widgets see them: a line here, and a new widget is tested."""

from collections.abc import Callable
from dataclasses import dataclass

import torch

from transformer_lib.widgets import (
    AttentionExplorer,
    LayerBudget,
    PerplexityLadder,
    PoolingExplorer,
    PositionExplorer,
    QueryExplorer,
    ShapeTracer,
    SoftmaxExplorer,
    Widget,
    WordSwapper,
)

TOKENS = ["[CLS]", "the", "dogs", "chased", "the", "cat", "until", "they", "were", "too", "tired", "[SEP]"]
LAYERS, HEADS = 6, 12
SHORT = TOKENS[:5]


def random_weights(length: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(length)
    return (torch.randn(LAYERS, HEADS, length, length, generator=generator) * 2).softmax(-1)


WEIGHTS = {len(tokens): random_weights(len(tokens)) for tokens in (TOKENS, SHORT)}


@dataclass(frozen=True)
class Example:
    """A widget and how to change it.

    Args:
        make: returns the widget.
        roles: the kinds of control (ARIA role, or tag) that the Tab key must reach.
        change: (role, name, key): a control of the page, and the key that changes the widget when pressed on it.
    """

    make: Callable[[], Widget]
    roles: frozenset[str]
    change: tuple[str, str, str]


EXAMPLES = {
    "budget": Example(LayerBudget, frozenset({"BUTTON", "INPUT"}), ("slider", "words T", "ArrowUp")),
    "shapes": Example(ShapeTracer, frozenset({"radio", "BUTTON", "INPUT"}), ("radio", "scores", "End")),
    "query": Example(QueryExplorer, frozenset({"slider", "BUTTON", "INPUT"}), ("slider", "query", "ArrowUp")),
    "perplexity": Example(
        PerplexityLadder, frozenset({"BUTTON", "INPUT"}), ("slider", "probability of word 1", "ArrowUp")
    ),
    "pooling": Example(
        PoolingExplorer, frozenset({"radio", "BUTTON", "INPUT"}), ("slider", "easy: tokens", "ArrowDown")
    ),
    "softmax": Example(SoftmaxExplorer, frozenset({"BUTTON", "INPUT"}), ("slider", "width d", "ArrowUp")),
    "lines": Example(
        lambda: AttentionExplorer([{"tokens": t, "weights": WEIGHTS[len(t)]} for t in (TOKENS, SHORT)], query=7),
        frozenset({"radio", "BUTTON"}),
        ("radio", "layer 2, head 2", "End"),
    ),
    "matrix": Example(
        lambda: AttentionExplorer([{"tokens": TOKENS, "weights": WEIGHTS[len(TOKENS)]}], query=3, view="matrix"),
        frozenset({"radio", "BUTTON"}),
        ("radio", "layer 2, head 2", "End"),
    ),
    "position": Example(
        PositionExplorer, frozenset({"radio", "BUTTON", "INPUT"}), ("slider", "move both by", "ArrowUp")
    ),
    "swapper": Example(WordSwapper, frozenset({"BUTTON", "INPUT"}), ("button", "dog, place 1", "ArrowRight")),
}
