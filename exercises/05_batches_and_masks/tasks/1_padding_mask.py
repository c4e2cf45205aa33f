"""The padding mask from lengths: one comparison, and where its axes belong."""

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task
from transformer_lib import padding_mask

LONGEST, GIVEN, EMPTY = "as wide as the longest", "of a given width", "sentences without words"


def draw(generator: Generator) -> list[Case]:
    """Two sentences and more; wider than the longest; some of no words."""

    def lengths(n: int, low: int, high: int) -> Tensor:
        while True:
            drawn = torch.randint(low, high, (n,), generator=generator)
            if drawn.max() > drawn.min() and int(drawn.max()) not in (n, 1) and n not in drawn.tolist():
                return drawn

    some = [lengths(n, 1, high) for n, high in ((2, 5), (3, 8), (5, 12))]
    cases = [Case((x,), f"lengths {x.tolist()}", LONGEST) for x in some]
    for n, high, more in ((2, 5, 1), (3, 8, 2), (5, 12, 3)):
        x = lengths(n, 1, high)
        width = int(x.max()) + more
        width += width == n
        cases.append(Case((x, width), f"lengths {x.tolist()}, max_len {width}", GIVEN))
    for n in (2, 4):
        x = lengths(n, 1, 8)
        x[int(torch.randint(n, (), generator=generator))] = 0
        width = int(x.max()) + 1 + (int(x.max()) + 1 == n)
        cases.append(Case((x, width), f"lengths {x.tolist()}, max_len {width}", EMPTY))
    return cases


def rows(lengths: Tensor, max_len: int | None = None) -> Tensor:
    """(batch, len), True for words."""
    return padding_mask(lengths, max_len)[:, 0]


def compared(shift: int):
    """Which positions are below the length, moved by so many."""

    def answer(lengths: Tensor, max_len: int | None = None) -> Tensor:
        width = int(lengths.max()) if max_len is None else max_len
        return (torch.arange(width) < lengths[:, None] + shift)[:, None]

    return answer


def additive(low: float):
    return lambda lengths, max_len=None: torch.zeros(()).masked_fill(~padding_mask(lengths, max_len), low)


TASK = Task(
    name="padding_mask",
    title="The padding mask",
    function="my_padding_mask",
    parameters=("lengths", "max_len=None"),
    parts={LONGEST: 2, GIVEN: 1, EMPTY: 1},
    draw=draw,
    solution=lambda lengths, max_len=None: padding_mask(lengths, max_len),
    mistakes=(
        Mistake(
            "one position too many",
            "The first pad counts as a word. A sentence of 3 words has them at positions 0, 1 and 2.",
            (compared(1),),
        ),
        Mistake(
            "one position too few",
            "The last word counts as padding. Positions start at 0: which is the last position of 3 words?",
            (compared(-1),),
        ),
        Mistake(
            "inverted",
            "True and False have changed places: your mask allows the padding. In this book True means *may attend*.",
            (lambda lengths, max_len=None: ~padding_mask(lengths, max_len),),
        ),
        Mistake(
            "padding on the left",
            "Your words stand at the right end. Here the padding goes to the right, so the words come first.",
            (lambda lengths, max_len=None: padding_mask(lengths, max_len).flip(-1),),
        ),
        Mistake(
            "numbers instead of booleans",
            "Ones and zeros are in the right places. A mask is boolean: it can be asked with `~` and `&`.",
            tuple(
                lambda lengths, max_len=None, dtype=dtype: padding_mask(lengths, max_len).to(dtype)
                for dtype in (torch.int64, torch.int32, torch.uint8, torch.float32, torch.float64)
            ),
        ),
        Mistake(
            "0 and -inf instead of booleans",
            "That is a mask to be *added* to scores. This book's masks are boolean, True = may attend.",
            (additive(float("-inf")), additive(-1e9)),
        ),
        Mistake(
            "no axis for the queries",
            "Your mask says which tokens are words: (batch, len). Attention has an axis of queries between the two; "
            "as it is, the batch would be taken for queries. All queries share one row, so that axis has length 1.",
            (rows,),
        ),
        Mistake(
            "the query axis comes last",
            "Your middle axis and your last one have changed places. The last axis of a mask is the keys: those are "
            "what padding hides.",
            (lambda lengths, max_len=None: rows(lengths, max_len)[..., None],),
        ),
        Mistake(
            "a row for each query",
            "You repeat the same row for each query, or hide the queries as well. All queries see the same keys: one "
            "row, which broadcasts, is enough, and rows of pads need no hiding.",
            (
                lambda lengths, max_len=None: rows(lengths, max_len)[:, None] & rows(lengths, max_len)[..., None],
                lambda lengths, max_len=None: rows(lengths, max_len)[:, None].repeat(
                    1, rows(lengths, max_len).shape[1], 1
                ),
            ),
        ),
        Mistake(
            "an axis for the heads as well",
            "There is one axis too many. (batch, 1, len) is asked for; the layer adds the axis of the heads.",
            (lambda lengths, max_len=None: padding_mask(lengths, max_len)[:, None],),
        ),
        Mistake(
            "batch and length swapped",
            "A column for each sentence: compare `lengths`, standing upright, with the positions lying flat.",
            (
                lambda lengths, max_len=None: rows(lengths, max_len).T,
                lambda lengths, max_len=None: rows(lengths, max_len).T[:, None],
            ),
        ),
        Mistake(
            "max_len ignored",
            "Your mask is always as wide as the longest sentence. Where max_len is given, it is the width.",
            (lambda lengths, max_len=None: padding_mask(lengths),),
        ),
        Mistake(
            "as wide as the batch is long",
            "`len(lengths)` counts sentences. The width is how many words the longest has.",
            (lambda lengths, max_len=None: (torch.arange(len(lengths)) < lengths[:, None])[:, None],),
        ),
        Mistake(
            "hides nothing",
            "Everything is True. Positions from a sentence's length on are padding.",
            (lambda lengths, max_len=None: torch.ones_like(padding_mask(lengths, max_len)),),
        ),
    ),
)
