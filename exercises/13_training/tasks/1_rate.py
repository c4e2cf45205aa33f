"""The paper's learning rate: up in a straight line, then down as one over the root of the step."""

from collections.abc import Callable

import torch
from torch import Generator, Tensor

from grader.task import Case, Function, Mistake, Task

RISE, FALL, ALL = "during the warm-up", "after it", "many steps at once"


def draw(g: Generator) -> list[Case]:
    """One step before, at and after the end of the warm-up; then many, in several shapes."""

    def number(low: int, high: int) -> int:
        return int(torch.randint(low, high, (), generator=g))

    d, w = number(2, 9), number(3, 8)
    wide, long = number(300, 600), number(40, 90)
    return [
        Case((torch.tensor([1]), 4, 4), "step 1 of a warm-up of 4, width 4", RISE),
        Case((torch.tensor([2]), d, w), f"step 2 of a warm-up of {w}, width {d}", RISE),
        Case((torch.tensor([long // 2]), wide, long), f"the middle of a warm-up of {long}, width {wide}", RISE),
        Case((torch.tensor([w]), d, w), f"the last step of a warm-up of {w}, width {d}", FALL),
        Case((torch.tensor([16]), 4, 4), "step 16 after a warm-up of 4, width 4", FALL),
        Case((torch.tensor([w + number(5, 50)]), d, w), f"some step after a warm-up of {w}, width {d}", FALL),
        Case((torch.tensor([9]), d, 1), f"step 9 with a warm-up of 1, width {d}", FALL),
        Case((torch.arange(1, 3 * w), d, w), f"steps 1 to {3 * w - 1}, warm-up {w}, width {d}", ALL),
        Case((torch.arange(1, 8 * long).unflatten(0, (1, -1)), wide, long), "a table of steps in one row", ALL),
        Case(
            (torch.randint(1, 4 * long, (3, 5), generator=g), wide, long),
            f"a table of 3 x 5 steps in no order, warm-up {long}",
            ALL,
        ),
    ]


def rate(
    rise: Callable[[Tensor, int], Tensor] = lambda s, w: s * w**-1.5,
    fall: Callable[[Tensor, int], Tensor] = lambda s, w: s**-0.5,
    join: Callable[[Tensor, Tensor], Tensor] = torch.minimum,
    width: Callable[[int], float] = lambda d: d**-0.5,
    count: int = 0,
) -> Function:
    """The curve with a part to be put wrong."""

    def wrong(step: Tensor, d_model: int, warmup: int) -> Tensor:
        s = step.float() + count
        return width(d_model) * join(rise(s, warmup), fall(s, warmup))

    return wrong


def ones(s: Tensor, w: int) -> Tensor:
    return torch.full_like(s, float("inf"))


TASK = Task(
    name="warm_up_rate",
    title="The learning rate's curve",
    function="my_rate",
    parameters=("step", "d_model", "warmup"),
    parts={RISE: 1, FALL: 1, ALL: 1},
    draw=draw,
    solution=rate(),
    mistakes=(
        Mistake(
            "the larger of the two, not the smaller",
            "You take the larger of the two terms: a rate that starts high, falls, and then rises for ever. Which of "
            "them should hold the other down, at step 1?",
            (rate(join=torch.maximum),),
        ),
        Mistake(
            "the width is missing",
            "Your curve has the right shape, but is the same for every width. Wider models get a smaller rate.",
            (rate(width=lambda d: 1.0),),
        ),
        Mistake(
            "multiplied by the root of the width",
            "You multiply by the root of the width. A wider model gets a smaller rate, not a larger one.",
            (rate(width=lambda d: d**0.5),),
        ),
        Mistake(
            "divided by the width itself",
            "You divide by the width, not by its root. What does an exponent of -0.5 say?",
            (rate(width=lambda d: 1 / d),),
        ),
        Mistake(
            "no warm-up",
            "Your rate is highest in the very first step. The first term of the minimum is missing.",
            (rate(rise=ones),),
        ),
        Mistake(
            "never falls",
            "After the warm-up your rate stays where it is, or goes on rising. It should fall as one over the root of "
            "the step.",
            (
                rate(fall=ones),
                rate(fall=lambda s, w: torch.full_like(s, w**-0.5)),
            ),
        ),
        Mistake(
            "falls too fast",
            "After the warm-up your rate falls as one over the step: four times the steps, a quarter of the rate. The "
            "root would make it half.",
            (rate(fall=lambda s, w: w**0.5 / s),),
        ),
        Mistake(
            "the two lines do not meet",
            "At the end of the warm-up your curve jumps, or its peak is elsewhere. Put step = warmup into both terms: "
            "they must give the same number.",
            (
                rate(rise=lambda s, w: s / w),
                rate(rise=lambda s, w: s * w**-0.5),
                rate(rise=lambda s, w: s * w**-1.0 * w**-1.0),
            ),
        ),
        Mistake(
            "steps counted from 0",
            "You add 1 to the step. Here steps are already counted from 1, as in the paper.",
            (rate(count=1),),
        ),
        Mistake(
            "one step too late",
            "You take 1 away from the step. Here steps are counted from 1, and the first has a rate above zero.",
            (rate(fall=lambda s, w: s.clamp(min=1e-9) ** -0.5, count=-1),),
        ),
    ),
    tolerance=1e-5,
)
