"""The causal mask: a triangle, and the five other triangles."""

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task
from transformer_lib import causal_mask


def draw_lengths(generator: Generator) -> list[Case]:
    """One word, two, three, a few, none."""
    some = int(torch.randint(4, 8, (), generator=generator))
    more = int(torch.randint(8, 12, (), generator=generator))
    return [Case((n,), f"n = {n}", "the mask") for n in (1, 2, 3, some, more, 0)]


def positions(n: int) -> tuple[Tensor, Tensor]:
    i = torch.arange(n)
    return i[:, None], i[None, :]


TASK = Task(
    name="causal_mask",
    title="The causal mask",
    function="my_causal_mask",
    parameters=("n",),
    parts={"the mask": 4},
    draw=draw_lengths,
    solution=lambda n: causal_mask(n),
    mistakes=(
        Mistake(
            "a position does not see itself",
            "The diagonal is False. A position may attend to itself; else the first one would see nothing at all.",
            (lambda n: torch.ones(n, n).tril(-1).bool(),),
        ),
        Mistake(
            "sees the future, not the past",
            "Your mask is the other triangle: each position sees what comes after it. Rows are queries, columns "
            "are keys.",
            (lambda n: torch.ones(n, n).triu().bool(),),
        ),
        Mistake(
            "inverted",
            "True and False have changed places. In this book True means *may attend*.",
            (lambda n: torch.ones(n, n).triu(1).bool(),),
        ),
        Mistake(
            "sees one position ahead",
            "The diagonal just above the main one is True as well. Position 0 would see position 1: the word it "
            "should predict.",
            (lambda n: torch.ones(n, n).tril(1).bool(),),
        ),
        Mistake(
            "sees only itself",
            "Only the diagonal is True. What came before may be seen, too.",
            (lambda n: torch.eye(n).bool(),),
        ),
        Mistake(
            "sees only the position before",
            "Only the neighbour to the left is visible. All that came before may be seen.",
            (
                lambda n: positions(n)[1] == positions(n)[0] - 1,
                lambda n: (positions(n)[1] == positions(n)[0] - 1) | (positions(n)[1] == positions(n)[0]),
            ),
        ),
        Mistake(
            "hides nothing",
            "Everything is True. What comes after a position should be hidden from it.",
            (lambda n: torch.ones(n, n).bool(),),
        ),
        Mistake(
            "numbers instead of booleans",
            "The triangle is right, but it is made of ones and zeros. A mask is boolean: it can be asked with `~` "
            "and `&`.",
            tuple(
                lambda n, dtype=dtype: torch.ones(n, n).tril().to(dtype)
                for dtype in (torch.float32, torch.float64, torch.int64, torch.int32, torch.uint8)
            ),
        ),
        Mistake(
            "0 and -inf instead of booleans",
            "That is a mask to be *added* to scores. This book's masks are boolean, True = may attend.",
            (
                lambda n: torch.full((n, n), float("-inf")).triu(1),
                lambda n: torch.zeros(n, n).masked_fill(~causal_mask(n), -1e9),
            ),
        ),
        Mistake(
            "one axis too many",
            "The mask has a batch axis in front. Leave it out: an (n, n) mask serves every batch.",
            (lambda n: causal_mask(n)[None], lambda n: causal_mask(n)[None, None]),
        ),
    ),
)
