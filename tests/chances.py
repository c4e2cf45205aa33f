"""How often a grammar says what, computed from its rules instead of counted."""

from collections.abc import Callable
from math import prod

from transformer_lib.transduction import Choice, Node, Sequence


def chance(node: Node, wanted: Callable[[Node], bool]) -> float:
    """How likely it is that what is drawn has a wanted rule in it."""
    if wanted(node):
        return 1.0
    if isinstance(node, Sequence):
        return 1 - prod(1 - chance(part, wanted) for part in node.parts)
    if isinstance(node, Choice):
        sums, nodes = node.options
        weights = [high - low for low, high in zip([0.0, *sums], sums, strict=False)]
        return sum(w * chance(each, wanted) for w, each in zip(weights, nodes, strict=True)) / sums[-1]
    return 0.0


def says(*words: str) -> Callable[[Node], bool]:
    """Whether a rule is one of these words of the source."""
    return lambda node: getattr(node, "source", None) in words
