"""What one layer multiplies: what grows with the length, what grows with its square, and where the two meet."""

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task

USUAL, OTHER = "four times wider inside", "any inner width"


def counted(length: int, d: int, f: int, *, four: int = 4, two: int = 2, pair: int = 2) -> Tensor:
    """The right answer, with its three numbers of products to be put wrong."""
    per_word = four * d * d + two * d * f
    return torch.tensor([length * per_word, pair * length * length * d, per_word // (pair * d)])


def half_right(**wrong: int):
    """Wrong products, with the length that follows from them or with the right one."""

    def answer(length: int, d: int, f: int) -> Tensor:
        return torch.cat([counted(length, d, f, **wrong)[:2], counted(length, d, f)[2:]])

    return (lambda length, d, f: counted(length, d, f, **wrong), answer)


def scaled(first: int, second: int):
    return lambda length, d, f: counted(length, d, f) * torch.tensor([first, second, 1])


def draw(generator: Generator) -> list[Case]:
    """Lengths, even widths and inner widths that are not each other's small multiples."""

    def case(part: str) -> Case:
        while True:
            length, half, f = (
                int(torch.randint(low, high, (), generator=generator)) for low, high in ((5, 60), (2, 9), (3, 40))
            )
            d = 2 * half
            f = 4 * d if part == USUAL else 2 * f
            apart = len({length, d, f, 1}) == 4 and length not in (2 * d + f, 2 * d, 2 * f)
            if apart and (part == USUAL or f not in (d, 2 * d, 4 * d)):
                return Case((length, d, f), f"length {length}, d_model {d}, d_ff {f}", part)

    return [case(part) for part in (USUAL, OTHER) for _ in range(4)]


TASK = Task(
    name="cost_of_length",
    title="What a layer multiplies",
    function="my_cost_of_length",
    parameters=("length", "d_model", "d_ff"),
    parts={USUAL: 2, OTHER: 2},
    draw=draw,
    solution=lambda length, d_model, d_ff: counted(length, d_model, d_ff),
    mistakes=(
        Mistake(
            "only one word's multiplications",
            "Your first two numbers are what one word costs. Every one of the words pays that.",
            (lambda length, d, f: counted(length, d, f) // torch.tensor([length, length, 1]),),
        ),
        Mistake(
            "the mixing is left out",
            "You count the scores. The weights are multiplied with the values afterwards, which costs as much again.",
            half_right(pair=1),
        ),
        Mistake(
            "three projections",
            "Queries, keys and values are three matrices. A fourth one joins the heads' outputs.",
            half_right(four=3),
        ),
        Mistake(
            "one matrix in the feed-forward network",
            "The feed-forward network goes up to d_ff and comes down again: those are two matrices.",
            half_right(two=1),
        ),
        Mistake(
            "additions are counted as well",
            "Your first two numbers are twice too large: operations, where each product has its sum. Count products.",
            (scaled(2, 2),),
        ),
        Mistake(
            "the inner width is taken as 4 d_model",
            "Your answer does not change with d_ff. Four times is usual; here the inner width is given.",
            (lambda length, d, f: counted(length, d, 4 * d),),
        ),
        Mistake(
            "the scores forget the width",
            "You count the scores themselves. Each is a dot product: d_model numbers, over all heads.",
            (lambda length, d, f: counted(length, d, f) // torch.tensor([1, d, 1]),),
        ),
        Mistake(
            "the crossing is at 6 d_model",
            "The third number is 6 d_model only where d_ff is 4 d_model. Set the first two equal.",
            (lambda length, d, f: torch.cat([counted(length, d, f)[:2], torch.tensor([6 * d])]),),
        ),
        Mistake(
            "the first two are swapped",
            "Your first two numbers have changed places: first the matrices, then scores and mixing.",
            (lambda length, d, f: counted(length, d, f)[[1, 0, 2]],),
        ),
    ),
)
