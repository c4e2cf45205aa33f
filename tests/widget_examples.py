"""One or more of each widget, as the tests of all widgets see them: a line here, and a new widget is tested."""

from collections.abc import Callable
from dataclasses import dataclass

import torch

from transformer_lib.widgets import (
    AttentionExplorer,
    HeadExplorer,
    LayerBudget,
    PathExplorer,
    PositionExplorer,
    QueryExplorer,
    ReachExplorer,
    ShapeTracer,
    SoftmaxExplorer,
    SplitTracer,
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
REACH = {  # three seeds, five distances
    "fading": torch.tensor([[1, 0.1, 0.01, 1e-3, 1e-4], [1, 0.2, 0.02, 2e-3, 2e-4], [1, 0.3, 0.04, 3e-3, 0]]),
    "level": torch.tensor([[0.5, 0.02, 0.03, 0.02, 0.02]] * 3),
    "cut off": torch.tensor([[0.9, 0.4, 0.2, 0.0, 0.0]] * 3),
}

EFFECTS = [  # a large and a small one, one of them negative here and there, and one of 0
    {
        "name": "how far the sentence moves",
        "values": torch.arange(LAYERS * HEADS).view(LAYERS, HEADS) % 17,
        "digits": 1,
    },
    {"name": "how the task suffers", "values": random_weights(12)[:, :, 0, 0] - 0.05, "digits": 3},
]


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
    "path": Example(PathExplorer, frozenset({"radio", "BUTTON", "INPUT"}), ("slider", "steps taken", "ArrowRight")),
    "reach": Example(
        lambda: ReachExplorer(REACH, distance=2), frozenset({"radio", "BUTTON", "INPUT"}), ("slider", "words", "End")
    ),
    "position": Example(
        PositionExplorer, frozenset({"radio", "BUTTON", "INPUT"}), ("slider", "move both by", "ArrowUp")
    ),
    "swapper": Example(WordSwapper, frozenset({"BUTTON", "INPUT"}), ("button", "dog, place 1", "ArrowRight")),
    "heads": Example(
        lambda: HeadExplorer(
            [{"tokens": t, "weights": WEIGHTS[len(t)]} for t in (TOKENS, SHORT)], EFFECTS, layer=3, head=1, query=7
        ),
        frozenset({"radio", "BUTTON"}),
        ("radio", "layer 3, head 1", "End"),
    ),
    "split": Example(SplitTracer, frozenset({"radio", "BUTTON"}), ("radio", "it, channel 5", "ArrowUp")),
}
