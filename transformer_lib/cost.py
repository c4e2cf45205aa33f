"""What a computation costs, counted while it runs: its multiplications, and the most memory it holds at one time.

Seconds depend on the machine and on who else uses it. These two counts do not, so exponents fitted to them are exact.
"""

import math
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Bool
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import FlopCounterMode

from transformer_lib.alternatives import refuse


@dataclass(frozen=True)
class Cost:
    """What a call took.

    Args:
        multiplications: in matrix products (PyTorch counts two operations for each: a product and a sum).
        peak: bytes of all tensors that it made and that were alive at the same time, at most.
    """

    multiplications: int
    peak: int


@torch.no_grad()
def cost(function: Callable[..., Any], *args: Any, **options: Any) -> Cost:
    """Call the function, without gradients, and return what it took.

    A compiled routine is one operation here: its products are counted only where PyTorch's counter knows it (the
    CPU's fused attention it does not), and what it holds inside is not seen.
    """
    given = [x for x in tree_leaves((args, options)) if isinstance(x, Tensor)]
    memory = PeakMemory(given)
    with FlopCounterMode(display=False) as counter, memory:
        function(*args, **options)
    return Cost(counter.get_total_flops() // 2, memory.peak)


class PeakMemory(TorchDispatchMode):
    """Within the block, follow all tensors that PyTorch makes; `peak` is the most bytes they held together.

    Args:
        given: tensors made before, which do not count, nor do views of them.
    """

    def __init__(self, given: Sequence[Tensor] = ()) -> None:
        super().__init__()
        self.given = {x.untyped_storage().data_ptr() for x in given}
        self.alive: list[weakref.ref[Tensor]] = []
        self.peak = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        self.alive += [weakref.ref(x) for x in tree_leaves(result) if isinstance(x, Tensor)]
        self.alive = [reference for reference in self.alive if reference() is not None]
        held = [x.untyped_storage() for x in (reference() for reference in self.alive) if x is not None]
        sizes = {storage.data_ptr(): storage.nbytes() for storage in held}
        self.peak = max(self.peak, sum(size for place, size in sizes.items() if place not in self.given))
        return result


def exponent(lengths: Sequence[int] | Sequence[float], amounts: Sequence[int] | Sequence[float]) -> float:
    """Return p of the curve amount = c * length^p that fits best: the slope of a line through the logarithms.

    Raises:
        ValueError: fewer than two lengths, as many amounts as lengths not given, or one that is not positive.
    """
    refuse(len(lengths) < 2, "lengths", "hold at least two", list(lengths))
    refuse(len(amounts) != len(lengths), "amounts", f"be as many as the lengths, {len(lengths)}", len(amounts))
    refuse(min(*lengths, *amounts) <= 0, "lengths and amounts", "be positive", [list(lengths), list(amounts)])
    x, y = ([math.log(value) for value in values] for values in (lengths, amounts))
    x_mean = sum(x) / len(x)
    spread = sum((a - x_mean) ** 2 for a in x)
    refuse(spread == 0, "lengths", "differ", list(lengths))
    return sum((a - x_mean) * b for a, b in zip(x, y, strict=True)) / spread


def layers_until_all_seen(mask: Bool[Tensor, "q_len k_len"]) -> int | None:
    """Return how many layers with this mask it takes until each position has seen all; None if they never do.

    A layer hands on what the positions it sees have seen. Each position keeps its own (the residual connection).

    Raises:
        ValueError: a mask that is not square.
    """
    refuse(mask.ndim != 2 or mask.shape[0] != mask.shape[1], "mask", "be square", tuple(mask.shape))
    step = (mask | torch.eye(len(mask), dtype=torch.bool)).float()
    seen, layers = step, 1
    while not (seen > 0).all():
        further = ((step @ seen) > 0).float()
        if torch.equal(further, seen):
            return None
        seen, layers = further, layers + 1
    return layers
