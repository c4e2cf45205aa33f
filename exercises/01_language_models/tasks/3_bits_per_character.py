"""Bits per character: what makes models with different tokens comparable."""

import math

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task

ONE, SEVERAL = "one text", "several texts"


def texts(n: int, generator: Generator, dtype: torch.dtype = torch.float32) -> tuple[Tensor, Tensor]:
    """Log-likelihoods in nats and numbers of characters: short texts are dear, long ones cheap."""
    while True:
        characters = torch.randint(4, 100, (n,), generator=generator)
        each = torch.randint(2, 13, (n,), generator=generator) / 4
        if n == 1 or (characters.double().std() > 15 and each.std() > 0.4):
            return -(characters * each).to(dtype), characters


def draw_texts(generator: Generator) -> list[Case]:
    """One text, and several of unequal length."""
    g = generator
    return [
        Case(texts(1, g), "1 text", ONE),
        Case(texts(1, g, torch.float64), "1 text, in float64", ONE),
        Case(texts(2, g), "2 texts", SEVERAL),
        Case(texts(5, g), "5 texts", SEVERAL),
        Case(texts(7, g, torch.float64), "7 texts, in float64", SEVERAL),
    ]


def right(log_likelihoods: Tensor, characters: Tensor) -> Tensor:
    return -log_likelihoods.sum() / math.log(2) / characters.sum()


LN2 = math.log(2)
TASK = Task(
    name="bits_per_character",
    title="Bits per character",
    function="my_bits_per_character",
    parameters=("log_likelihoods", "characters"),
    parts={ONE: 2, SEVERAL: 2},
    draw=draw_texts,
    solution=right,
    mistakes=(
        Mistake(
            "in nats",
            "You divide by the characters, but the log-likelihoods are in nats. A bit is ln 2 = 0.693 nats.",
            (lambda ll, c: -ll.sum() / c.sum(),),
        ),
        Mistake(
            "multiplied by ln 2",
            "You multiply by ln 2. A bit is smaller than a nat, so there are *more* bits than nats.",
            (lambda ll, c: -ll.sum() * LN2 / c.sum(),),
        ),
        Mistake(
            "below 0",
            "Bits per character say how much it costs, so they are not negative. Turn the sign round.",
            (lambda ll, c: ll.sum() / LN2 / c.sum(), lambda ll, c: ll.sum() / c.sum()),
        ),
        Mistake(
            "the perplexity per character",
            "You undo the logarithm at the end. That gives a perplexity (per character); the bits were asked for.",
            (
                lambda ll, c: 2 ** right(ll, c),
                lambda ll, c: right(ll, c).exp(),
                lambda ll, c: (-ll.sum() / c.sum()).exp(),
            ),
        ),
        Mistake(
            "the logarithm of a logarithm",
            "You take the base-2 logarithm of the log-likelihood. It is a logarithm already; only its base changes, "
            "by division.",
            (
                lambda ll, c: ll.sum().log2() / c.sum(),
                lambda ll, c: (-ll.sum()).log2() / c.sum(),
                lambda ll, c: (-ll.sum() / c.sum()).log2(),
                lambda ll, c: -ll.log2().sum() / c.sum(),
            ),
        ),
        Mistake(
            "characters per bit",
            "The fraction is upside down. It is bits for each character.",
            (lambda ll, c: 1 / right(ll, c), lambda ll, c: c.sum() / -ll.sum()),
        ),
        Mistake(
            "not divided",
            "That is the surprise of the whole text in bits. Divide it by the number of characters.",
            (lambda ll, c: -ll.sum() / LN2,),
        ),
        Mistake(
            "one number for each text",
            "You return a number for each text. All the texts together have one.",
            (lambda ll, c: -ll / LN2 / c,),
        ),
        Mistake(
            "mean of the texts",
            "Each text has the same say in your answer, however short. Add up all bits and all characters first, and "
            "divide once.",
            (lambda ll, c: (-ll / LN2 / c).mean(), lambda ll, c: -ll.mean() / LN2 / c.sum()),
        ),
        Mistake(
            "sum of the texts",
            "You add up the texts' bits per character. Add up their bits and their characters first.",
            (lambda ll, c: (-ll / LN2 / c).sum(),),
        ),
    ),
)
