"""What a layer holds, and what it multiplies."""

import torch
from torch import Generator, Tensor

from grader.task import Case, Function, Mistake, Task

COUNT = "parameters and multiplications"


def draw(g: Generator) -> list[Case]:
    """The example by hand, then sizes of models."""
    d, f, n = (int(torch.randint(low, high, (), generator=g)) for low, high in ((3, 9), (10, 20), (21, 40)))
    sizes = [(2, 3, 5), (3, 12, 1), (d, f, n), (d, 4 * d, n), (64, 256, 100), (512, 2048, 3000)]
    return [Case(size, "width {}, {} inside, {} words".format(*size), COUNT) for size in sizes]


def cost(  # what is put wrong: how often each part is counted
    *,
    matrices: float = 4,
    biases: float = 4,
    inner: float = 2,
    inner_biases: bool = True,
    norms: float = 4,
    scores: float = 2,
    whole_text: bool = False,
    twice: bool = False,
    swap: bool = False,
    work_biases: bool = False,
) -> Function:
    def wrong(d_model: int, d_ff: int, length: int) -> Tensor:
        d, f = d_model, d_ff
        held = matrices * d * d + biases * d + inner * d * f + (f + d if inner_biases else 0) + norms * d
        work = 4 * d * d + scores * length * d + 2 * d * f + (5 * d + f if work_biases else 0)
        work *= (length if whole_text else 1) * (2 if twice else 1)
        return torch.tensor([work, held] if swap else [held, work]).long()

    return wrong


TASK = Task(
    name="layer_cost",
    title="What a layer costs",
    function="my_cost",
    parameters=("d_model", "d_ff", "length"),
    parts={COUNT: 3},
    draw=draw,
    solution=cost(),
    tolerance=0.0,
    mistakes=(
        Mistake(
            "no shifts",
            "Your parameters are the matrices alone. Each of the six has a shift for each number that comes out of it.",
            (cost(biases=0, inner_biases=False),),
        ),
        Mistake(
            "4 · d_model parameters are missing",
            "Did you count the shifts of attention's four matrices, d_model each, and the gain and shift of both "
            "norms? One of the two is missing.",
            (cost(biases=0), cost(norms=0)),
        ),
        Mistake(
            "the feed-forward network's shifts are missing",
            "The first of its matrices has d_ff shifts, the second d_model.",
            (cost(inner_biases=False),),
        ),
        Mistake(
            "one norm",
            "A layer has two norms: one after attention, one after the feed-forward network. Each has gain and shift.",
            (cost(norms=2),),
        ),
        Mistake(
            "three matrices of attention",
            "Queries, keys, values: and a fourth that joins the heads.",
            (cost(matrices=3, biases=3),),
        ),
        Mistake(
            "one matrix in the feed-forward network",
            "There are two: one to d_ff, and one back.",
            (cost(inner=1),),
        ),
        Mistake(
            "scores or mixing, not both",
            "A word's query meets the key of every word, and then it mixes the value of every word. Both take d_model "
            "multiplications for each.",
            (cost(scores=1),),
        ),
        Mistake(
            "scores and mixing are missing",
            "Your work does not depend on the length. Each word meets all the words.",
            (cost(scores=0),),
        ),
        Mistake(
            "the work of the whole text",
            "That is the work for all words together. It is asked for each word.",
            (cost(whole_text=True),),
        ),
        Mistake(
            "additions counted as well",
            "Your work is twice as much: a multiplication and an addition each. Only multiplications are asked for.",
            (cost(twice=True),),
        ),
        Mistake(
            "shifts counted as multiplications",
            "A shift is added. It is a parameter, but no multiplication.",
            (cost(work_biases=True),),
        ),
        Mistake(
            "the two numbers changed places", "First the parameters, then the multiplications.", (cost(swap=True),)
        ),
    ),
)
