"""A layer of word windows: a one-dimensional convolution with zeros beyond the ends."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task

PLAIN, WIDE, CAUSAL = "windows of three, one number a word", "wider windows and words", "windows that see no later word"


def whole(shape: tuple[int, ...], generator: Generator, dtype: torch.dtype = torch.float32) -> Tensor:
    """Whole numbers from -3 to 3 without 0: every term of a sum shows."""
    drawn = torch.randint(1, 4, shape, generator=generator) * (2 * torch.randint(2, shape, generator=generator) - 1)
    return drawn.to(dtype)


def weight_of(d_out: int, d_in: int, window: int, g: Generator, dtype: torch.dtype = torch.float32) -> Tensor:
    """A weight that is not its own mirror image, nor of equal numbers."""
    while True:
        weight = whole((d_out, d_in, window), g, dtype)
        if window == 1 or (bool((weight != weight.flip(-1)).any()) and weight.std() > 0):
            return weight


def draw(g: Generator) -> list[Case]:
    """One number a word; then vectors, wider windows, a window wider than the text, float64; then causal ones."""

    def case(
        n: int, d_in: int, d_out: int, window: int, what: str, part: str, *more: bool, dtype=torch.float32
    ) -> Case:
        args = (whole((n, d_in), g, dtype), weight_of(d_out, d_in, window, g, dtype), whole((d_out,), g, dtype), *more)
        return Case(args, what, part)

    cases = [case(n, 1, 1, 3, f"{n} word{'s' * (n > 1)} of one number, a window of 3", PLAIN) for n in (1, 2, 4, 6)]
    cases += [
        case(5, 2, 3, 1, "5 words of length 2, a window of 1, outputs of length 3", WIDE),
        case(4, 2, 2, 3, "4 words of length 2, a window of 3", WIDE),
        case(7, 2, 3, 5, "7 words of length 2, a window of 5, outputs of length 3", WIDE),
        case(3, 3, 2, 7, "3 words, a window of 7: wider than the text", WIDE),
        case(5, 3, 2, 3, "5 words, a window of 3, in float64", WIDE, dtype=torch.float64),
        case(4, 2, 3, 3, "4 words, a window of 3, causal=False", WIDE, False),
    ]
    for n, d_in, d_out, window in ((3, 1, 1, 2), (4, 1, 1, 3), (6, 2, 3, 4), (2, 2, 2, 5)):
        cases.append(case(n, d_in, d_out, window, f"{n} words, a window of {window}, causal=True", CAUSAL, True))
    return cases


def convolved(x: Tensor, weight: Tensor, b: Tensor, before: int, after: int, mode: str = "constant") -> Tensor:
    return F.conv1d(F.pad(x.T[None], (before, after), mode=mode), weight, b)[0].T


def sides(weight: Tensor, causal: bool) -> tuple[int, int]:
    window = weight.shape[-1]
    return (window - 1, 0) if causal else (window // 2, window // 2)


def windows(x: Tensor, weight: Tensor, b: Tensor, causal: bool = False) -> Tensor:
    return convolved(x, weight, b, *sides(weight, causal))


def with_weight(change: Callable[[Tensor], Tensor]) -> Callable[..., Tensor]:
    return lambda x, weight, b, causal=False: windows(x, change(weight), b, causal)


def padded_by(choose: Callable[[int, bool], tuple[int, int]], mode: str = "constant") -> Callable[..., Tensor]:
    return lambda x, weight, b, causal=False: convolved(x, weight, b, *choose(weight.shape[-1], causal), mode=mode)


def at_each(padding: Callable[[Tensor, int], Tensor]) -> Callable[..., Tensor]:
    """A loop in which `padding(x, j)` is the word at a place j that may lie outside the text."""

    def run(x: Tensor, weight: Tensor, b: Tensor, causal: bool = False) -> Tensor:
        before, _ = sides(weight, causal)
        rows = []
        for i in range(len(x)):
            rows.append(b + sum(weight[:, :, k] @ padding(x, i + k - before) for k in range(weight.shape[-1])))
        return torch.stack(rows)

    return run


def or_zero(x: Tensor, j: int) -> Tensor:
    return x[j] if 0 <= j < len(x) else torch.zeros_like(x[0])


def python_index(x: Tensor, j: int) -> Tensor:
    """A negative index counts from the end; past the end there is zero."""
    return x[j] if -len(x) <= j < len(x) else torch.zeros_like(x[0])


def averaged(x, weight, b, causal=False):
    return (windows(x, weight, b, causal) - b) / weight.shape[-1] + b


def averaged_over_words(x, weight, b, causal=False):
    before, after = sides(weight, causal)
    ones = F.conv1d(F.pad(torch.ones(1, 1, len(x)).to(x), (before, after)), torch.ones(1, 1, weight.shape[-1]).to(x))
    return (windows(x, weight, b, causal) - b) * weight.shape[-1] / ones[0].T + b


def bias_for_each_weight(x, weight, b, causal=False):
    return windows(x, weight, b, causal) + (weight.shape[-1] - 1) * b


def centre_only(x, weight, b, causal=False):
    k = weight.shape[-1] - 1 if causal else weight.shape[-1] // 2
    return x @ weight[:, :, k].T + b


def same_sides(window: int, causal: bool) -> tuple[int, int]:
    return window // 2, window - 1 - window // 2


TASK = Task(
    name="windows",
    title="A layer of word windows",
    function="my_windows",
    parameters=("x", "weight", "b", "causal=False"),
    parts={PLAIN: 2, WIDE: 2, CAUSAL: 1},
    draw=draw,
    solution=windows,
    mistakes=(
        Mistake(
            "the window is turned round",
            "Your first weight meets the last word of the window. Here (and in PyTorch) the first weight is for the "
            "leftmost word; in mathematics a convolution runs the other way.",
            (with_weight(lambda weight: weight.flip(-1)),),
        ),
        Mistake(
            "no zeros beyond the ends",
            "There are too few rows: the windows that stick out at the ends are missing. Every word gets a row; what "
            "lies beyond the ends counts as zeros.",
            (padded_by(lambda window, causal: (0, 0)),),
        ),
        Mistake(
            "the end of the text is joined to its beginning",
            "The first word sees the last one (a negative index counts from the end; `roll` goes round). Beyond the "
            "ends there should be zeros.",
            (
                at_each(lambda x, j: x[j % len(x)]),
                at_each(python_index),
                lambda x, weight, b, causal=False: (
                    sum(x.roll(sides(weight, causal)[0] - k, 0) @ weight[:, :, k].T for k in range(weight.shape[-1]))
                    + b
                ),
            ),
        ),
        Mistake(
            "the first and last word are repeated beyond the ends",
            "Beyond the ends you go on with the first and the last word. There should be zeros.",
            (at_each(lambda x, j: x[min(max(j, 0), len(x) - 1)]),),
        ),
        Mistake(
            "all the zeros on the left",
            "Each window ends with its word. It should have the word in its middle (as long as `causal` is False).",
            (padded_by(lambda window, causal: (window - 1, 0)),),
        ),
        Mistake(
            "all the zeros on the right",
            "Each window begins with its word. It should have the word in its middle.",
            (
                padded_by(lambda window, causal: (0, window - 1)),
                padded_by(lambda window, causal: (window - 1, 0) if causal else (0, window - 1)),
            ),
        ),
        Mistake(
            "a zero more at each end",
            "There are too many rows: you put a whole window's width of zeros at each end, or one too many. With an "
            "odd window, half of it, rounded down, sticks out on each side.",
            (
                padded_by(lambda window, causal: (window - 1, window - 1)),
                padded_by(lambda window, causal: (window, window)),
                padded_by(lambda window, causal: (window // 2 + 1, window // 2 + 1)),
            ),
        ),
        Mistake(
            "always one zero at each end",
            "One zero at each end fits a window of three. A window of five sticks out by two.",
            (padded_by(lambda window, causal: (1, 1)), padded_by(lambda window, causal: (2, 0) if causal else (1, 1))),
        ),
        Mistake(
            "an average",
            "The sum is divided by the size of the window, or by the words in it. The weights already say how much "
            "each counts: only add up.",
            (averaged, averaged_over_words),
        ),
        Mistake(
            "no bias",
            "The bias b is missing.",
            (lambda x, weight, b, causal=False: windows(x, weight, torch.zeros_like(b), causal),),
        ),
        Mistake(
            "the bias once for every weight",
            "The bias is added inside the sum over the window, so it counts as often as the window is wide. Once for "
            "each output is enough.",
            (bias_for_each_weight,),
        ),
        Mistake(
            "only the word itself",
            "Only the middle weight is used. The neighbours belong to the window, too.",
            (centre_only,),
        ),
        Mistake(
            "one weight matrix for the whole window",
            "The same weights are used at every place of the window. There is a matrix for each: `weight[:, :, k]`.",
            (
                with_weight(lambda weight: weight[:, :, :1].expand_as(weight)),
                with_weight(lambda weight: weight.mean(-1, keepdim=True).expand_as(weight)),
                with_weight(lambda weight: weight.sum(-1, keepdim=True).expand_as(weight)),
            ),
        ),
        Mistake(
            "bent by a relu",
            "Negative numbers have become zeros. A window layer is a plain weighted sum.",
            (lambda x, weight, b, causal=False: windows(x, weight, b, causal).relu(),),
        ),
        Mistake(
            "rows and columns swapped",
            "The answer lies on its side: one row for each word, one column for each output number.",
            (lambda x, weight, b, causal=False: windows(x, weight, b, causal).T,),
        ),
        Mistake(
            "weight's first two axes swapped",
            "weight has shape (d_out, d_in, window): the first axis is the output's. With as many numbers in as "
            "out, no shape tells you.",
            (with_weight(lambda weight: weight.transpose(0, 1)),),
        ),
        Mistake(
            "causal ignored",
            "With causal=True your windows still look at later words, or have the wrong number of rows. The last "
            "weight is then the word's own, and the others are for the words before it.",
            (
                padded_by(same_sides),
                padded_by(lambda window, causal: (window // 2, window // 2)),
                padded_by(lambda window, causal: ((window - 1) // 2, (window - 1) // 2)),
            ),
        ),
        Mistake(
            "causal the wrong way round",
            "With causal=True your windows see the word and those *after* it. They should see those before it.",
            (padded_by(lambda window, causal: (0, window - 1) if causal else (window // 2, window // 2)),),
        ),
        Mistake(
            "causal windows do not see their own word",
            "With causal=True the window should end with the word itself, not just before it.",
            (
                lambda x, weight, b, causal=False: (
                    convolved(x, weight, b, weight.shape[-1], 0)[:-1] if causal else windows(x, weight, b)
                ),
            ),
        ),
    ),
)
