"""What an exercise's author writes down: a task, the inputs it is tried on, and the mistakes people make in it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

Function = Callable[..., Tensor]


@dataclass(frozen=True, eq=False)
class Case:
    """One call of the learner's function.

    Args:
        args: what it is called with: tensors and plain numbers. Trailing optional arguments may be left out.
        what: the input in words, for the learner: "2 queries, 3 keys, no mask".
        part: which of the task's parts it belongs to.
    """

    args: tuple[Any, ...]
    what: str
    part: str

    @property
    def size(self) -> int:
        """How many numbers go in: of several failures the smallest is shown."""
        return sum(arg.numel() if isinstance(arg, Tensor) else int(arg or 0) for arg in self.args)


@dataclass(frozen=True, eq=False)
class Mistake:
    """A wrong answer that people give, and what to say to them.

    Args:
        name: a few words, such as "no scaling".
        hint: one or two sentences to the learner: what was done, and the thought that corrects it; not the code.
        solutions: the wrong answer written out as a function; several where they deserve the same hint
            (or where no output could tell them apart).
    """

    name: str
    hint: str
    solutions: tuple[Function, ...]


@dataclass(frozen=True, eq=False)
class Task:
    """One function for a learner to write.

    Args:
        name: what `check` is called with.
        title: for reports: "Scaled dot-product attention".
        function: the name of the function that the learner defines.
        parameters: the names in its signature, in order; "mask=None" marks one that has a default.
        parts: part -> points, from simple to whole. All cases of a part must pass for its points.
        draw: fresh cases from a generator, each part's from small to large.
        solution: a right answer.
        mistakes: wrong ones.
        tolerance: how far a number may be from the right one: tolerance * (1 + its size).
        banned: ready-made answers of PyTorch's that are not accepted, by their names in grader/inside/bans.py.
        allowed: parts of the book's library that an answer may use, as "transformer_lib.attention:attention"; what they
            need themselves is allowed with them, and nothing else of the library is.
    """

    name: str
    title: str
    function: str
    parameters: tuple[str, ...]
    parts: dict[str, int]
    draw: Callable[[torch.Generator], list[Case]]
    solution: Function
    mistakes: tuple[Mistake, ...] = ()
    tolerance: float = 1e-4
    banned: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()

    @property
    def points(self) -> int:
        """What a right answer earns."""
        return sum(self.parts.values())

    @property
    def signature(self) -> str:
        """As it stands in the notebook: my_attention(q, k, v, mask=None)."""
        return f"{self.function}({', '.join(self.parameters)})"

    def cases(self, seed: int) -> list[Case]:
        """The cases of one seed: the same ones each time, whatever else draws random numbers."""
        return self.draw(torch.Generator().manual_seed(seed))
