"""Layer norm: over which axis, divided by what, and where epsilon stands."""

from collections.abc import Callable

import torch
from torch import Generator, Tensor

from grader.task import Case, Function, Mistake, Task

ONE, BATCHES, CONSTANT = "one word", "sentences and words", "words of equal numbers"


def draw(g: Generator) -> list[Case]:
    """One word, then words, sentences, and a word without any spread."""

    def case(shape: tuple[int, ...], what: str, part: str, eps: float, plain: bool = False) -> Case:
        d = shape[-1]
        x = torch.randint(-6, 7, shape, generator=g) / 2
        x[..., 0] += 4 + x.abs().amax()  # no word is all alike, and no mean is near zero
        gain = torch.ones(d) if plain else 1 + torch.randint(1, 5, (d,), generator=g) / 2
        shift = torch.zeros(d) if plain else torch.randint(1, 9, (d,), generator=g) / 4
        return Case((x, gain, shift, eps), what, part)

    cases = [
        case((2,), "a word of 2 numbers, gain 1, shift 0, eps 0.00001", ONE, 1e-5, plain=True),
        case((4,), "a word of 4 numbers, gain 1, shift 0, eps 0.00001", ONE, 1e-5, plain=True),
        case((3,), "a word of 3 numbers, eps 0.00001", ONE, 1e-5),
        case((5,), "a word of 5 numbers, eps 1", ONE, 1.0),
        case((3, 5), "3 words of 5 numbers", BATCHES, 1e-5),
        case((5, 5), "5 words of 5 numbers", BATCHES, 0.5),
        case((2, 3, 7), "2 sentences of 3 words of 7 numbers", BATCHES, 1e-5),
        case((2, 3, 5, 11), "3 axes before the numbers", BATCHES, 1e-5),
    ]
    gain, shift = 1 + torch.rand(4, generator=g), 1 + torch.rand(4, generator=g)
    equal = torch.full((4,), float(torch.randint(1, 6, (), generator=g)))
    return [
        *cases,
        Case((equal, gain, shift, 1e-5), "a word of 4 equal numbers", CONSTANT),
        Case((torch.zeros(2, 4), gain, shift, 1e-5), "2 words of zeros", CONSTANT),
        Case(
            (equal + torch.tensor([0.0, 0.0, 0.0, 0.01]), gain, shift),
            "a word with little spread, eps left out",
            CONSTANT,
        ),
    ]


def norm(
    *,
    axis: int | tuple[int, ...] | None = -1,
    spread: Callable[[Tensor, int | tuple[int, ...] | None, float], Tensor] | None = None,
    centre: bool = True,
    finish: Callable[[Tensor, Tensor, Tensor], Tensor] = lambda y, gain, shift: y * gain + shift,
) -> Function:
    """Layer norm with a part to be put wrong."""

    def wrong(x: Tensor, gain: Tensor, shift: Tensor, eps: float = 1e-5) -> Tensor:
        over = tuple(range(x.ndim)) if axis is None else axis
        centred = x - x.mean(over, keepdim=True) if centre else x
        of = x if spread is not None else centred
        divisor = (of.square().mean(over, keepdim=True) + eps).sqrt() if spread is None else spread(x, over, eps)
        return finish(centred / divisor, gain, shift)

    return wrong


def variance(x: Tensor, over: int | tuple[int, ...] | None, correction: int = 0) -> Tensor:
    return x.var(over, keepdim=True, correction=correction)


TASK = Task(
    name="layer_norm",
    title="Layer norm",
    function="my_layer_norm",
    parameters=("x", "gain", "shift", "eps=1e-5"),
    parts={ONE: 2, BATCHES: 2, CONSTANT: 1},
    draw=draw,
    solution=norm(),
    banned=("layer_norm",),
    mistakes=(
        Mistake(
            "the mean is not taken away",
            "Each word is divided by its size, but its mean is still in it. That is RMS norm; layer norm takes "
            "the mean away first.",
            (norm(centre=False), norm(centre=False, spread=lambda x, over, eps: (variance(x, over) + eps).sqrt())),
        ),
        Mistake(
            "the variance divides by D - 1",
            "PyTorch's var and std divide by D - 1 unless they are told otherwise. The formula takes the plain "
            "mean of the squares.",
            (
                norm(spread=lambda x, over, eps: (variance(x, over, 1) + eps).sqrt()),
                norm(spread=lambda x, over, eps: variance(x, over, 1).sqrt() + eps),
            ),
        ),
        Mistake(
            "epsilon outside the root",
            "Epsilon is added to the variance, under the root; you add it to the standard deviation.",
            (norm(spread=lambda x, over, eps: variance(x, over).sqrt() + eps),),
        ),
        Mistake(
            "no epsilon",
            "A word of equal numbers has variance 0, and 0 / 0 is no number. That is what epsilon is for.",
            (norm(spread=lambda x, over, eps: variance(x, over).sqrt()),),
        ),
        Mistake(
            "divided by the variance",
            "The square root is missing: divide by the standard deviation, which has the unit of the numbers.",
            (norm(spread=lambda x, over, eps: variance(x, over) + eps),),
        ),
        Mistake(
            "not divided at all",
            "The mean is gone, but the words keep their size. Divide by the standard deviation.",
            (norm(spread=lambda x, over, eps: torch.ones(())),),
        ),
        Mistake(
            "normalised over the words",
            "You took mean and variance over another axis: each channel over the words. Each word is normalised by "
            "itself, over its own numbers: the last axis.",
            (norm(axis=0), norm(axis=-2)),
        ),
        Mistake(
            "one mean for everything",
            "You took one mean and one variance of the whole tensor. Each word has its own: keep the other axes.",
            (norm(axis=None),),
        ),
        Mistake(
            "the shift is missing",
            "Normalised and multiplied by gain, but shift is never added.",
            (norm(finish=lambda y, gain, shift: y * gain),),
        ),
        Mistake(
            "the gain is missing",
            "Normalised and shifted, but never multiplied by gain.",
            (norm(finish=lambda y, gain, shift: y + shift),),
        ),
        Mistake(
            "neither gain nor shift",
            "The normalising is right. Now each channel is multiplied by its gain, and its shift is added.",
            (norm(finish=lambda y, gain, shift: y),),
        ),
        Mistake(
            "the shift is multiplied by the gain, too",
            "First multiply by gain, then add shift. You added it before multiplying.",
            (norm(finish=lambda y, gain, shift: (y + shift) * gain),),
        ),
    ),
)
