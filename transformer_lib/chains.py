"""How strongly an output answers to a word, and through how many operations: read off PyTorch's own record.

PyTorch writes down every operation it will need for the gradients. That record, followed backwards, says which
operations had to wait for one another, and how far a word is from an output. The chains are of what was really run:
use float64, since in float32 PyTorch hands a whole LSTM to one compiled routine, whose steps it does not record.
"""

from collections.abc import Callable, Iterator
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

# They only hand numbers on: no arithmetic, no waiting.
MOVES = {
    *("AccumulateGrad", "Alias", "AsStrided", "Cat", "Chunk", "Clone", "Contiguous", "CopySlices", "ConstantPadNd"),
    *("Expand", "Index", "IndexSelect", "MaskedFill", "PackPaddedSequence", "Permute", "ReshapeAlias", "Select"),
    *("Slice", "Split", "SplitWithSizes", "Squeeze", "Stack", "T", "ToCopy", "Transpose", "Unbind", "UnsafeSplit"),
    *("UnsafeView", "Unsqueeze", "View"),
}


def sensitivity(
    mix: Callable[[Tensor], Tensor], x: Float[Tensor, "len d_model"], position: int = -1
) -> Float[Tensor, " len"]:
    r"""How strongly the output at one position answers to each word.

        || d out_position / d x_j ||      for each j: the Frobenius norm of a (d_out, d_model) Jacobian

    Args:
        mix: maps (batch, len, d_model) to (batch, len, d_out), each sequence by itself.
        position: the output that is watched.

    Raises:
        ValueError: an x with a batch axis, or a position outside the sequence.
    """
    check_words(x)
    if not -len(x) <= position < len(x):
        raise ValueError(f"position must be from {-len(x)} to {len(x) - 1}, but was {position}")
    with torch.no_grad():
        width = mix(x[None]).shape[-1]
    words = x.detach().expand(width, -1, -1).requires_grad_()  # one copy for each row of the Jacobian
    mix(words)[:, position].diagonal().sum().backward()
    assert words.grad is not None
    return words.grad.square().sum((0, 2)).sqrt()


def longest_chain(out: Tensor) -> int:
    """How many operations behind `out` had to wait for one another.

    More processors do not shorten this chain.

    Raises:
        ValueError: a tensor that PyTorch keeps no record of.
    """
    longest: dict[Any, int] = {}
    for node in in_order(out):
        before = max((longest[parent] for parent in parents(node)), default=0)
        longest[node] = before + is_arithmetic(node)
    return longest[out.grad_fn]


def shortest_chain(out: Tensor, x: Tensor) -> int | None:
    """How few operations lie between a leaf `x` (`x.requires_grad`) and `out`; None if no chain joins them.

    Raises:
        ValueError: a tensor that PyTorch keeps no record of, or an x that was itself computed.
    """
    if not (x.is_leaf and x.requires_grad):
        raise ValueError("x must be a leaf that requires grad, but was computed, or is not recorded")
    shortest: dict[Any, int | None] = {}
    for node in in_order(out):
        if getattr(node, "variable", None) is x:
            shortest[node] = 0
            continue
        known = [n for n in (shortest[parent] for parent in parents(node)) if n is not None]
        shortest[node] = min(known) + is_arithmetic(node) if known else None
    return shortest[out.grad_fn]


def in_order(out: Tensor) -> Iterator[Any]:
    """Every recorded operation behind `out`, each after those it used."""
    if out.grad_fn is None:
        raise ValueError("out must be computed from something that requires grad, but PyTorch kept no record of it")
    seen, todo = set(), [(out.grad_fn, False)]
    while todo:
        node, ready = todo.pop()
        if ready:
            yield node
        elif node not in seen:
            seen.add(node)
            todo.append((node, True))
            todo += [(parent, False) for parent in parents(node)]


def parents(node: Any) -> list[Any]:
    """The operations whose results it used."""
    return [parent for parent, _ in node.next_functions if parent is not None]


def is_arithmetic(node: Any) -> bool:
    """Whether it computes, and does not only hand numbers on."""
    name = node.name().removeprefix("torch::autograd::").rstrip("0123456789").removesuffix("Backward")
    return name not in MOVES


def check_words(x: Tensor) -> None:
    """Raise a ValueError unless x is one sequence of vectors."""
    if x.ndim != 2 or not len(x):
        raise ValueError(f"x must be one sequence, of shape (len, d_model), but its shape was {tuple(x.shape)}")
