"""Looking into a model while it runs: which shapes pass through it, and which part of its input moves which output."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Step:
    """One call of a submodule.

    Args:
        name: where it is in the model, as in `model.get_submodule(name)`; "" is the model itself.
        kind: its class.
        given, returned: the shapes of the tensors that went in by position, and that came out.
    """

    name: str
    kind: str
    given: tuple[Shape, ...]
    returned: tuple[Shape, ...]


def trace(model: nn.Module, *args: Any, **options: Any) -> list[Step]:
    """Call `model(*args, **options)` and return its submodules' calls in the order in which they end."""
    steps: list[Step] = []

    def hook(name: str) -> Callable[..., None]:
        def note(module: nn.Module, given: Any, returned: Any) -> None:
            steps.append(Step(name, type(module).__name__, shapes(given), shapes(returned)))

        return note

    handles = [module.register_forward_hook(hook(name)) for name, module in model.named_modules()]
    try:
        with torch.no_grad():
            model(*args, **options)
    finally:
        for handle in handles:
            handle.remove()
    return steps


def shapes(values: Any) -> tuple[Shape, ...]:
    """The shape of a tensor, or of each tensor in a tuple."""
    return tuple(tuple(x.shape) for x in (values if isinstance(values, tuple) else (values,)) if isinstance(x, Tensor))


@torch.no_grad()
def influence(
    function: Callable[[Tensor], Tensor], x: Float[Tensor, "..."], axis: int = 1, tolerance: float = 1e-6
) -> Bool[Tensor, "after before"]:
    """Return which slice of the input, along `axis`, can move which slice of the output.

    Each slice in turn is replaced by other numbers: it influences what then changes by more than `tolerance`.
    Task accuracy does not find a transposed axis or a mask that leaks; this does.

    Args:
        function: from a tensor to a tensor with the same number of axes; without dropout.
        x: an input to try it at.
        axis: 0 asks which example moves which, 1 which position, 2 which channel.

    Returns:
        `[i, j]` is True where slice j of the input moves slice i of the output.

    Raises:
        ValueError: an axis that x does not have, or an output of other axes.
    """
    if not -x.ndim <= axis < x.ndim:
        raise ValueError(f"axis must be one of x's {x.ndim} axes, but was {axis}")
    wanted = function(x)
    if wanted.ndim != x.ndim:
        raise ValueError(f"function must keep the {x.ndim} axes of x, but returned shape {tuple(wanted.shape)}")
    moved = []
    for j in range(x.shape[axis]):
        changed = x.clone()
        changed.select(axis, j).normal_(generator=torch.Generator().manual_seed(j)).add_(x.select(axis, j))
        difference = (function(changed) - wanted).abs() > tolerance
        moved.append(difference.movedim(axis, 0).flatten(1).any(1))
    return torch.stack(moved, dim=1)
