"""A detector of leaks: what a stack of layers under one mask lets through, and should not."""

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task

ONE, SEVERAL = "one layer", "several layers"


def leaks(
    mask: Tensor,
    allowed: Tensor,
    n_layers: int,
    *,
    own: bool = True,
    layers=lambda n: n,
    step=lambda step, seen: (step @ seen > 0).float(),
    answer=lambda seen, allowed: seen & ~allowed,
) -> Tensor:
    """The right answer, with its steps to be put wrong one by one."""
    eye = torch.eye(len(mask))
    each = (mask.float() + eye * own > 0).float()
    seen = eye
    for _ in range(layers(n_layers)):
        seen = step(each, seen)
    return answer(seen.bool(), allowed)


CHANGES: dict[str, dict] = {
    "one layer": {"layers": lambda n: 1},
    "more": {"layers": lambda n: n + 1},
    "fewer": {"layers": lambda n: n - 1},
    "all": {"layers": lambda n: 40},
    "no residual": {"own": False},
    "transposed": {"answer": lambda seen, allowed: seen.T & ~allowed},
    "allowed": {"answer": lambda seen, allowed: seen & allowed},
    "missing": {"answer": lambda seen, allowed: ~seen & allowed},
    "reach": {"answer": lambda seen, allowed: seen},
    "neither": {"answer": lambda seen, allowed: ~seen & ~allowed},
    "differ": {"answer": lambda seen, allowed: seen ^ allowed},
}


def draw(generator: Generator) -> list[Case]:
    """Sparse masks and other sparse pictures of what is allowed, on which every mistake shows that can."""

    def case(length: int, n_layers: int, part: str) -> Case:
        while True:
            mask = torch.rand(length, length, generator=generator) < 0.2
            allowed = torch.rand(length, length, generator=generator) < 0.25
            right = leaks(mask, allowed, n_layers)
            same = {name for name, change in CHANGES.items() if leaks(mask, allowed, n_layers, **change).equal(right)}
            if same == ({"one layer"} if n_layers == 1 else set()):
                break
        return Case((mask, allowed, n_layers), f"{length} positions, {n_layers} layers", part)

    sizes = {ONE: [(4, 1), (5, 1), (7, 1)], SEVERAL: [(5, 2), (7, 2), (11, 3)]}
    return [case(*size, part) for part, list_of in sizes.items() for size in list_of]


def wrong(name):
    return lambda mask, allowed, n_layers: leaks(mask, allowed, n_layers, **CHANGES[name])


def only_the_mask(mask, allowed, n_layers):
    """Without the layers, and without the residual."""
    return mask & ~allowed


TASK = Task(
    name="stack_leaks",
    title="What leaks through a stack",
    function="my_stack_leaks",
    parameters=("mask", "allowed", "n_layers"),
    parts={ONE: 3, SEVERAL: 5},
    draw=draw,
    solution=leaks,
    mistakes=(
        Mistake(
            "one layer, however many there are",
            "You look at what one layer lets through. The next layer reads what this one has written: whom the seen "
            "ones have seen is seen, too.",
            (wrong("one layer"),),
        ),
        Mistake(
            "the mask alone",
            "You compare the mask itself with what is allowed. A position also keeps its own vector, by the residual "
            "connection; and the layers hand on what they see.",
            (only_the_mask,),
        ),
        Mistake(
            "one layer too many",
            "You count a layer too many. Before the first layer a position knows itself; after n_layers layers stop.",
            (wrong("more"),),
        ),
        Mistake(
            "one layer too few",
            "You count a layer too few. Before the first layer a position knows itself; then comes the first.",
            (wrong("fewer"),),
        ),
        Mistake(
            "as many layers as it takes",
            "You go on until nothing new is seen. This stack has n_layers layers, and ends there.",
            (wrong("all"),),
        ),
        Mistake(
            "no residual connection",
            "A layer adds to what a position already has. In yours a position forgets its own vector unless the mask "
            "lets it look at itself.",
            (wrong("no residual"),),
        ),
        Mistake(
            "rows and columns exchanged",
            "A row is an output, a column the input that moves it. You have them the other way round.",
            (wrong("transposed"),),
        ),
        Mistake(
            "what is allowed",
            "You mark what gets through and *may*. A leak is what gets through and may not.",
            (wrong("allowed"),),
        ),
        Mistake(
            "what does not get through",
            "You mark what is allowed and does not get through. That is a gap, not a leak.",
            (wrong("missing"),),
        ),
        Mistake(
            "everything that gets through",
            "You mark all that gets through, allowed or not.",
            (wrong("reach"),),
        ),
        Mistake(
            "every difference",
            "You mark every place where the two pictures differ. What is allowed and does not get through is no leak.",
            (wrong("differ"),),
        ),
    ),
)
