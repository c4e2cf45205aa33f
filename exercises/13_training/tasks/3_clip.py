"""Clipping: one length for all parameters together, and never longer than before."""

from collections.abc import Callable

import torch
from torch import Generator, Tensor

from grader.task import Case, Function, Mistake, Task

SHORT, LONG, ZERO = "gradients within the limit", "gradients over the limit", "no gradient at all"


def draw(g: Generator) -> list[Case]:
    """A matrix and a shift: shorter than the limit, longer, and zero."""

    def case(rows: int, columns: int, factor: float, what: str, part: str) -> Case:
        matrix = (1 + torch.randint(0, 7, (rows, columns), generator=g)) / 2
        shift = 2 + torch.randint(0, 9, (columns,), generator=g) / 2
        matrix[::2] *= -1
        length = float(torch.cat([matrix.flatten(), shift]).norm())
        return Case((matrix, shift, round(length * factor, 3)), what, part)

    rows, columns = (int(torch.randint(2, 6, (), generator=g)) for _ in range(2))
    first = Case((torch.tensor([[3.0, -4.0]]), torch.tensor([12.0, 0.0]), 1.0), "3, -4 and 12, 0; limit 1", LONG)
    return [
        Case((torch.tensor([[3.0, -4.0]]), torch.tensor([12.0, 0.0]), 20.0), "3, -4 and 12, 0; limit 20", SHORT),
        case(2, 3, 1.02, "a matrix of 2 x 3, just within the limit", SHORT),
        case(5, 2, 6.0, "a matrix of 5 x 2, far below the limit", SHORT),
        first,
        case(1, 1, 0.8, "two numbers, a little too long", LONG),
        case(2, 3, 0.9, "a matrix of 2 x 3, a little too long", LONG),
        case(3, 2, 0.25, "a matrix of 3 x 2, four times too long", LONG),
        case(7, 5, 0.01, "a matrix of 7 x 5, a hundred times too long", LONG),
        Case((torch.zeros(rows, columns), torch.zeros(columns), 1.0), f"{rows + 1} x {columns} zeros; limit 1", ZERO),
    ]


def joined(matrix: Tensor, shift: Tensor) -> Tensor:
    return torch.cat([matrix, shift[None]])


def scaled(
    length: Callable[[Tensor], Tensor],
    *,
    always: bool = False,
    factor: Callable[[float, Tensor], Tensor] = lambda limit, n: limit / n,
) -> Function:
    """Clip by what `length` says of all numbers."""

    def wrong(matrix: Tensor, shift: Tensor, limit: float) -> Tensor:
        both = joined(matrix, shift)
        n = length(both)
        by = factor(limit, n.clamp(min=1e-12))
        return both * (by if always else torch.where(n > limit, by, torch.ones(())))

    return wrong


def euclidean(x: Tensor) -> Tensor:
    return x.square().sum().sqrt()


def zero_by_zero(matrix: Tensor, shift: Tensor, limit: float) -> Tensor:
    both = joined(matrix, shift)
    n = euclidean(both)
    return both if 0 < n <= limit else both * limit / n


def each_number(matrix: Tensor, shift: Tensor, limit: float) -> Tensor:
    return joined(matrix, shift).clamp(-limit, limit)


def each_tensor(matrix: Tensor, shift: Tensor, limit: float) -> Tensor:
    parts = [x * (limit / euclidean(x).clamp(min=1e-12)).clamp(max=1) for x in (matrix, shift)]
    return joined(*parts)


def each_row(matrix: Tensor, shift: Tensor, limit: float) -> Tensor:
    both = joined(matrix, shift)
    return both * (limit / both.norm(dim=1, keepdim=True).clamp(min=1e-12)).clamp(max=1)


def matrix_only(matrix: Tensor, shift: Tensor, limit: float) -> Tensor:
    return joined(matrix * (limit / euclidean(matrix).clamp(min=1e-12)).clamp(max=1), shift)


def lengths_added(matrix: Tensor, shift: Tensor, limit: float) -> Tensor:
    n = (euclidean(matrix) + euclidean(shift)).clamp(min=1e-12)
    return joined(matrix, shift) * (limit / n).clamp(max=1)


TASK = Task(
    name="clip",
    title="Clipping by length",
    function="my_clip",
    parameters=("matrix", "shift", "limit"),
    parts={SHORT: 1, LONG: 2, ZERO: 1},
    draw=draw,
    solution=scaled(euclidean),
    banned=("clip",),
    mistakes=(
        Mistake(
            "each number is cut by itself",
            "You cut every number to the limit. That turns the gradient's direction; all numbers should shrink by one "
            "factor.",
            (each_number,),
        ),
        Mistake(
            "matrix and shift are clipped apart",
            "The matrix and the shift each have their own length in your answer. The limit is on the length of all "
            "numbers together.",
            (each_tensor,),
        ),
        Mistake(
            "every row is clipped by itself",
            "Each row shrinks by its own factor. There is one length, of all numbers together.",
            (each_row,),
        ),
        Mistake(
            "the shift is left out",
            "The shift is not shortened in your answer. It belongs to the gradient like the matrix.",
            (matrix_only,),
        ),
        Mistake(
            "always brought to the limit",
            "You also lengthen gradients that were short enough. What is within the limit stays as it is.",
            (scaled(euclidean, always=True),),
        ),
        Mistake(
            "short ones shrink, long ones stay",
            "You multiply by the length over the limit. A gradient twice too long should be halved, not doubled.",
            (scaled(euclidean, factor=lambda limit, n: n / limit),),
        ),
        Mistake(
            "brought to length 1",
            "Too long gradients get the length 1 in your answer, whatever the limit is.",
            (scaled(euclidean, factor=lambda limit, n: 1 / n),),
        ),
        Mistake(
            "no root",
            "You add up the squares and compare that with the limit. The length is the root of the sum.",
            (scaled(lambda x: x.square().sum()),),
        ),
        Mistake(
            "the root of the mean",
            "You take the root of the *mean* of the squares. A length adds the squares up; it grows with the number of "
            "parameters.",
            (scaled(lambda x: x.square().mean().sqrt()),),
        ),
        Mistake(
            "the sum of the sizes",
            "You add up the sizes of the numbers. The length of 3 and 4 is 5, not 7.",
            (scaled(lambda x: x.abs().sum()),),
        ),
        Mistake(
            "the largest number",
            "You compare the largest number with the limit. The length is the root of the sum of all squares.",
            (scaled(lambda x: x.abs().max()),),
        ),
        Mistake(
            "the lengths are added",
            "You add the matrix's length and the shift's. Add their squares, and take the root once: lengths of parts "
            "do not add up.",
            (lengths_added,),
        ),
        Mistake(
            "zero divided by zero",
            "A gradient of zeros has length 0, and limit / 0 times 0 is no number. There is nothing to shorten.",
            (zero_by_zero,),
        ),
    ),
)
