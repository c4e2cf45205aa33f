"""One or more of each widget, as the tests of all widgets see them: a line here, and a new widget is tested."""

from collections.abc import Callable
from dataclasses import dataclass

import torch

from transformer_lib.widgets import (
    AttentionExplorer,
    InductionExplorer,
    LayerBudget,
    MarkerHead,
    QueryExplorer,
    ShapeTracer,
    SoftmaxExplorer,
    Widget,
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
    "marker": Example(MarkerHead, frozenset({"BUTTON", "INPUT"}), ("button", "Ben", "Enter")),
    "induction": Example(InductionExplorer, frozenset({"BUTTON", "INPUT"}), ("button", "position 2", "ArrowUp")),
    "budget": Example(LayerBudget, frozenset({"BUTTON", "INPUT"}), ("slider", "words T", "ArrowUp")),
    "shapes": Example(ShapeTracer, frozenset({"radio", "BUTTON", "INPUT"}), ("radio", "scores", "End")),
    "query": Example(QueryExplorer, frozenset({"slider", "BUTTON", "INPUT"}), ("slider", "query", "ArrowUp")),
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
}
