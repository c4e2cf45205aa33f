"""A window, and words that see all and are seen by all."""

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task
from transformer_lib.variants import longformer_mask, sliding_window_mask

WINDOW, GLOBAL = "the window", "global words"


def right(length: int, window: int, everywhere: Tensor) -> Tensor:
    return longformer_mask(length, window, everywhere.tolist())


def made(near=lambda far, window: far.abs() <= window, rows: bool = True, columns: bool = True, shift: int = 0):
    """The mask with its parts put wrong; far = key minus query."""

    def answer(length: int, window: int, everywhere: Tensor) -> Tensor:
        places = torch.arange(length)
        mask = near(places - places[:, None], window)
        at = (everywhere + shift) % length
        if rows:
            mask[at] = True
        if columns:
            mask[:, at] = True
        return mask

    return answer


def among_themselves(length: int, window: int, everywhere: Tensor) -> Tensor:
    mask = sliding_window_mask(length, window)
    mask[everywhere[:, None], everywhere] = True
    return mask


def draw(generator: Generator) -> list[Case]:
    """Without global words, with one, and with two."""
    cases = []
    for part, n, low in ((WINDOW, 0, 7), (WINDOW, 0, 11), (GLOBAL, 1, 8), (GLOBAL, 2, 11), (GLOBAL, 2, 14)):
        length = low + int(torch.randint(0, 3, (), generator=generator))
        window = 2 if low == 7 else 3 if n == 0 else 2 + int(torch.randint(0, 2, (), generator=generator))
        first = int(torch.randint(1, length - 6, (), generator=generator)) if n else 0
        everywhere = torch.tensor([first, first + 5][:n], dtype=torch.int64)
        counted = ("no global words", "1 global word", "2 global words")[n]
        cases.append(Case((length, window, everywhere), f"length {length}, window {window}, {counted}", part))
    return cases


TASK = Task(
    name="longformer_mask",
    title="Longformer's mask",
    function="my_longformer_mask",
    parameters=("length", "window", "global_positions"),
    parts={WINDOW: 2, GLOBAL: 3},
    draw=draw,
    solution=right,
    mistakes=(
        Mistake(
            "the window is one too narrow",
            "A word exactly `window` places away is hidden. At most that far: the last one counts.",
            (made(lambda far, window: far.abs() < window),),
        ),
        Mistake(
            "the window is one too wide",
            "A word `window` + 1 places away is visible. At most `window` away.",
            (made(lambda far, window: far.abs() <= window + 1),),
        ),
        Mistake(
            "the window counts both sides together",
            "Your window is `window` wide in all. Here it reaches that far to each side.",
            (made(lambda far, window: far.abs() <= window // 2),),
        ),
        Mistake(
            "the window looks back only",
            "Words to the right are hidden. This window looks to both sides: compare distances, not differences.",
            (
                made(lambda far, window: (far <= 0) & (far >= -window)),
                made(lambda far, window: far >= -window),
            ),
        ),
        Mistake(
            "the window looks ahead only",
            "Words to the left are hidden. This window looks to both sides: compare distances, not differences.",
            (
                made(lambda far, window: (far >= 0) & (far <= window)),
                made(lambda far, window: far <= window),
            ),
        ),
        Mistake(
            "global words see, and are not seen",
            "Your global words look at everything, and the others do not look at them. Both ways, please.",
            (made(columns=False),),
        ),
        Mistake(
            "global words are seen, and do not see",
            "Everybody looks at your global words, and those look no farther than others. Both ways, please.",
            (made(rows=False),),
        ),
        Mistake(
            "global words see only each other",
            "You open single entries where a global row meets a global column. Open row and column.",
            (among_themselves,),
        ),
        Mistake(
            "no global words",
            "The window is there and the global words are not. Each opens a row and a column.",
            (made(rows=False, columns=False),),
        ),
        Mistake(
            "positions from 1",
            "Your global words are one place too far to the left. Positions count from 0.",
            (made(shift=-1),),
        ),
        Mistake(
            "inverted",
            "True and False have changed places. In this book True means *may attend*.",
            (lambda *args: ~right(*args),),
        ),
        Mistake(
            "numbers instead of booleans",
            "Ones and zeros are in the right places. A mask is boolean.",
            (lambda *args: right(*args).long(), lambda *args: right(*args).float()),
        ),
    ),
)
