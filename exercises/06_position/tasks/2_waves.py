"""The sinusoidal code: one formula, and the many ways to read its exponent."""

import math
from collections.abc import Callable

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task
from transformer_lib.position import sinusoidal

ROW, BATCH = "places in a row", "any places, in a batch"


def draw_places(generator: Generator) -> list[Case]:
    """A few places in order, then any, in no order and in batches."""

    def some(*shape: int) -> Tensor:
        return torch.randint(2, 150, shape, generator=generator)

    few, many = (int(torch.randint(low, 2 * low, (), generator=generator)) for low in (5, 25))
    narrow, wide = (2 * int(torch.randint(low, 2 * low, (), generator=generator)) for low in (3, 8))
    return [
        Case((torch.arange(2), 2), "places 0 and 1, 2 numbers each", ROW),
        Case((torch.arange(3), 4), "places 0 to 2, 4 numbers each", ROW),
        Case((torch.arange(few), narrow), f"places 0 to {few - 1}, {narrow} numbers each", ROW),
        Case((torch.arange(many), wide), f"places 0 to {many - 1}, {wide} numbers each", ROW),
        Case((some(3), 4), "three places in no order, 4 numbers each", BATCH),
        Case((some(2, 3), 8), "a batch of 2 texts of 3 words, 8 numbers each", BATCH),
        Case((torch.stack([torch.arange(5), some(5)]), 12), "a batch of 2 texts of 5 words, 12 numbers each", BATCH),
    ]


def waves(angles: Tensor) -> Tensor:
    return torch.stack([angles.sin(), angles.cos()], -1).flatten(-2)


def by_angles(angle: Callable[[Tensor, Tensor, int], Tensor]) -> Callable[[Tensor, int], Tensor]:
    """A code whose angles are those of another formula, of the place, the number of the wave and the width."""
    return lambda positions, d_model: waves(angle(positions[..., None].float(), torch.arange(d_model // 2), d_model))


def angles(positions: Tensor, d_model: int) -> Tensor:
    return positions[..., None] * 10_000.0 ** -(torch.arange(0, d_model, 2) / d_model)


def an_exponent_for_each_column(positions: Tensor, d_model: int) -> Tensor:
    each = positions[..., None] * 10_000.0 ** -(torch.arange(d_model) / d_model)
    return torch.stack([each[..., 0::2].sin(), each[..., 1::2].cos()], -1).flatten(-2)


def twice_the_column(positions: Tensor, d_model: int) -> Tensor:
    each = positions[..., None] * 10_000.0 ** -(2 * torch.arange(d_model) / d_model)
    return torch.stack([each[..., 0::2].sin(), each[..., 1::2].cos()], -1).flatten(-2)


TASK = Task(
    name="waves",
    title="The sinusoidal code",
    function="my_sinusoidal",
    parameters=("positions", "d_model"),
    parts={ROW: 3, BATCH: 2},
    draw=draw_places,
    solution=lambda positions, d_model: sinusoidal(positions, d_model),
    mistakes=(
        Mistake(
            "first all sines, then all cosines",
            "Your waves are right, but all sines come first and then all cosines. In the paper they alternate: sin, "
            "cos, sin, cos. (Some libraries do it your way; a trained model is bound to one of the two.)",
            (lambda p, d: torch.cat([angles(p, d).sin(), angles(p, d).cos()], -1),),
        ),
        Mistake(
            "cosine before sine",
            "Sine and cosine have changed places. Even columns are sines: place 0 begins with 0, 1.",
            (lambda p, d: torch.stack([angles(p, d).cos(), angles(p, d).sin()], -1).flatten(-2),),
        ),
        Mistake(
            "a wave of its own for each column",
            "A sine and the cosine beside it have different wavelengths in your code. They are the two coordinates of "
            "one turning hand: columns 2i and 2i + 1 share the exponent 2i / d_model.",
            (an_exponent_for_each_column, twice_the_column),
        ),
        Mistake(
            "half the exponent",
            "Your slow waves are too fast. In the exponent stands 2i / d_model, and i counts pairs: 0, 1, 2 ... "
            "It is the 2 that is missing.",
            (by_angles(lambda p, i, d: p / 10_000.0 ** (i / d)),),
        ),
        Mistake(
            "the exponent doubled",
            "Your slow waves are too slow. Did you count the columns 0, 2, 4 ... and then multiply by 2 once more?",
            (by_angles(lambda p, i, d: p / 10_000.0 ** (4 * i / d)),),
        ),
        Mistake(
            "the wavelengths reach 10000 too early",
            "You divide by one wave less, so that the slowest is exactly 10000 times the first. By the formula the "
            "last exponent is (d_model - 2) / d_model: not quite 1.",
            (by_angles(lambda p, i, d: p / 10_000.0 ** (i / max(1, d // 2 - 1))),),
        ),
        Mistake(
            "multiplied instead of divided",
            "You multiply the place by 10000^(2i / d_model), so the waves get faster and faster. It is divided.",
            (by_angles(lambda p, i, d: p * 10_000.0 ** (2 * i / d)),),
        ),
        Mistake(
            "another base",
            "Your wavelengths grow by another factor: the base is 10000, ten thousand.",
            tuple(
                by_angles(lambda p, i, d, base=base: p / base ** (2 * i / d)) for base in (1_000.0, 100_000.0, math.e)
            ),
        ),
        Mistake(
            "places counted from 1",
            "Each place has the code of the next. Place 0 has the angles 0: its code is 0, 1, 0, 1 ...",
            (lambda p, d: sinusoidal(p + 1, d),),
        ),
        Mistake(
            "2 pi in the angle",
            "The angle is the place itself, in radians, for the first wave. There is no 2 pi in the formula.",
            (by_angles(lambda p, i, d: 2 * math.pi * p / 10_000.0 ** (2 * i / d)),),
        ),
        Mistake(
            "only sines",
            "All your columns are sines. A sine alone does not say which way the wave is going: every second column is "
            "a cosine.",
            (lambda p, d: torch.stack([angles(p, d).sin(), angles(p, d).sin()], -1).flatten(-2),),
        ),
        Mistake(
            "counts the places itself",
            "You make the codes of places 0, 1, 2 ... and never look at the places that you are given. They may start "
            "anywhere, and come in any order: a left-padded batch needs that.",
            (
                lambda p, d: sinusoidal(torch.arange(p.shape[-1]), d).expand(*p.shape, d).clone(),
                lambda p, d: sinusoidal(torch.arange(p.shape[-1]), d),
            ),
        ),
        Mistake(
            "the first text's codes for all",
            "Every text of the batch gets the codes of the first one. Each has its own places.",
            (lambda p, d: sinusoidal(p if p.ndim == 1 else p[:1].expand(p.shape), d),),
        ),
    ),
)
