"""The feed-forward network: a matrix, a kink, a matrix."""

from collections.abc import Callable

import torch
from torch import Generator, Tensor

from grader.task import Case, Function, Mistake, Task

ONE, BATCHES = "one word", "sentences and words"


def draw(g: Generator) -> list[Case]:
    """A word of two numbers, then sentences."""

    def case(shape: tuple[int, ...], d_ff: int, what: str, part: str) -> Case:
        d = shape[-1]
        while True:
            x, w_1, b_1, w_2, b_2 = (
                torch.randint(-4, 5, size, generator=g) / 2 for size in (shape, (d, d_ff), (d_ff,), (d_ff, d), (d,))
            )
            inner = x @ w_1 + b_1
            telling = (inner < -1).any() and (inner > 1).any() and b_1.abs().sum() > 1 and b_2.abs().amin() > 0
            out = inner.relu() @ w_2 + b_2
            if telling and (out < -0.5).any() and (out > 0.5).any() and (x < 0).any():
                return Case((x, w_1, b_1, w_2, b_2), what, part)

    return [
        case((2,), 3, "a word of 2 numbers, 3 inside", ONE),
        case((3,), 7, "a word of 3 numbers, 7 inside", ONE),
        case((3, 5), 11, "3 words of 5 numbers, 11 inside", BATCHES),
        case((2, 3, 5), 7, "2 sentences of 3 words of 5 numbers, 7 inside", BATCHES),
        case((2, 3, 4), 4, "2 sentences of 3 words of 4 numbers, 4 inside", BATCHES),
    ]


def network(
    kink: Callable[[Tensor], Tensor] = torch.relu,
    *,
    before: Callable[[Tensor], Tensor] = lambda x: x,
    after: Callable[[Tensor], Tensor] = lambda x: x,
    first: float = 1.0,
    second: float = 1.0,
) -> Function:
    """The network with a part to be put wrong; `first` and `second` are what the shifts are multiplied by."""

    def wrong(x: Tensor, w_1: Tensor, b_1: Tensor, w_2: Tensor, b_2: Tensor) -> Tensor:
        return after(kink(before(x) @ w_1 + first * b_1) @ w_2 + second * b_2)

    return wrong


TASK = Task(
    name="feed_forward",
    title="The feed-forward network",
    function="my_feed_forward",
    parameters=("x", "w_1", "b_1", "w_2", "b_2"),
    parts={ONE: 2, BATCHES: 2},
    draw=draw,
    solution=network(),
    mistakes=(
        Mistake(
            "no kink",
            "Two matrices with nothing between them are one matrix. What is negative inside must become 0.",
            (network(lambda inner: inner),),
        ),
        Mistake(
            "the kink is at the end",
            "What is negative became 0 after the second matrix. That belongs between the two; the output may be "
            "negative.",
            (network(lambda inner: inner, after=torch.relu),),
        ),
        Mistake(
            "a second kink at the end",
            "The kink between the matrices is right, but there is another after the second one. The output may be "
            "negative.",
            (network(after=torch.relu),),
        ),
        Mistake(
            "the kink is at the start",
            "What is negative in x became 0, before the first matrix. The kink comes after it.",
            (network(lambda inner: inner, before=torch.relu), network(before=torch.relu)),
        ),
        Mistake(
            "the first shift is missing",
            "b_1 is added before the kink. Without it every inner number switches at zero.",
            (network(first=0.0),),
        ),
        Mistake(
            "the second shift is missing",
            "b_2 is added at the end.",
            (network(second=0.0),),
        ),
        Mistake(
            "both shifts are missing",
            "The matrices and the kink are right. b_1 is added before the kink, b_2 at the end.",
            (network(first=0.0, second=0.0),),
        ),
        Mistake(
            "the first shift comes after the kink",
            "b_1 is added before the kink: it decides where each inner number switches on.",
            (lambda x, w_1, b_1, w_2, b_2: ((x @ w_1).relu() + b_1) @ w_2 + b_2,),
        ),
        Mistake(
            "another kink",
            "You used another function than the one that makes negative numbers 0 and leaves the others as they are.",
            (
                network(torch.nn.functional.gelu),
                network(lambda inner: torch.nn.functional.gelu(inner, approximate="tanh")),
                network(torch.sigmoid),
                network(torch.tanh),
                network(torch.nn.functional.silu),
                network(torch.abs),
                network(torch.nn.functional.leaky_relu),
                network(torch.nn.functional.elu),
                network(lambda inner: inner.softmax(-1)),
            ),
        ),
        Mistake(
            "the input is added",
            "That is the residual sum. It stands around this network, not in it: return what the network makes.",
            (lambda x, w_1, b_1, w_2, b_2: x + network()(x, w_1, b_1, w_2, b_2),),
        ),
    ),
)
