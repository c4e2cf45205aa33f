"""A task small enough that only the sandbox is tested with it: twice the input."""

import torch

from grader.task import Case, Task


def draw(generator):
    return [Case((torch.rand(n, generator=generator),), f"{n} numbers", "all") for n in (1, 2, 3)]


DOUBLE = Task("double", "Doubling", "double", ("x",), {"all": 2}, draw, lambda x: 2 * x)
ATTENTION_LIKE = Task("double", "Doubling", "double", ("x",), {"all": 2}, draw, lambda x: 2 * x, banned=("attention",))
