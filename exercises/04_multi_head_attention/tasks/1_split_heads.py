"""Splitting a matrix into heads: one cut, one swap of axes, and the reshapes that look like it."""

import torch
from torch import Generator, Tensor

from grader.task import Case, Function, Mistake, Task

ONE, MORE = "one sentence", "batches"


def numbered(*shape: int, start: int) -> Tensor:
    """A tensor whose every entry is another whole number: each can be followed."""
    return torch.arange(start, start + torch.Size(shape).numel(), dtype=torch.float32).view(shape)


def draw(generator: Generator) -> list[Case]:
    """No two axes of one length, and as many heads as neither words nor channels of a head; then batches."""
    start = int(torch.randint(0, 50, (), generator=generator))
    sizes = [
        ((2, 6), 3, "2 words, width 6, 3 heads", ONE),
        ((5, 12), 3, "5 words, width 12, 3 heads", ONE),
        ((3, 8), 2, "3 words, width 8, 2 heads", ONE),
        ((4, 6), 1, "4 words, width 6, 1 head", ONE),
        ((3, 5), 5, "3 words, width 5, 5 heads", ONE),
        ((2, 3, 8), 4, "a batch of 2: 3 words, width 8, 4 heads", MORE),
        ((5, 7, 6), 2, "a batch of 5: 7 words, width 6, 2 heads", MORE),
        ((2, 3, 5, 12), 4, "batch axes of 2 and 3: 5 words, width 12, 4 heads", MORE),
    ]
    return [Case((numbered(*shape, start=start), heads), what, part) for shape, heads, what, part in sizes]


def split_heads(x: Tensor, n_heads: int) -> Tensor:
    return x.unflatten(-1, (n_heads, -1)).transpose(-3, -2)


def sizes(x: Tensor, n_heads: int) -> tuple[tuple[int, ...], int, int]:
    return x.shape[:-2], x.shape[-2], x.shape[-1] // n_heads


def reshape_only(x: Tensor, n_heads: int) -> Tensor:
    batch, length, d_head = sizes(x, n_heads)
    return x.reshape(*batch, n_heads, length, d_head)


def with_a_true_division(way: str) -> Function:
    def wrong(x: Tensor, n_heads: int) -> Tensor:
        shape = (n_heads, x.shape[-1] / n_heads)
        if way == "unflatten":
            return x.unflatten(-1, shape).transpose(-3, -2)
        return getattr(x, way)(*x.shape[:-1], *shape).transpose(-3, -2)

    return wrong


TASK = Task(
    name="split_heads",
    title="Splitting heads",
    function="my_split_heads",
    parameters=("x", "n_heads"),
    parts={ONE: 2, MORE: 1},
    draw=draw,
    solution=split_heads,
    mistakes=(
        Mistake(
            "reshaped without swapping axes",
            "The shape is right, but numbers of other words stand in a word's row: the numbers were poured into the "
            "new shape in the order in which they lie in memory. First cut the last axis only; then bring the heads "
            "to the front.",
            (reshape_only,),
        ),
        Mistake(
            "the heads are not brought to the front",
            "You cut each word's numbers into heads, and stop there. The heads should stand in front of the words, "
            "so that each head is a matrix of (length, d_head).",
            (lambda x, n_heads: x.unflatten(-1, (n_heads, -1)),),
        ),
        Mistake(
            "neighbouring channels go to different heads",
            "Head 0 gets every n-th channel. It should get the first d_head of them, head 1 the next, and so on: "
            "which of the two new axes comes first?",
            (lambda x, n_heads: x.unflatten(-1, (-1, n_heads)).movedim(-1, -3),),
        ),
        Mistake(
            "number and width of heads exchanged",
            "You get as many heads as a head should have channels. The number of heads is given, and the width of a "
            "head is what is left.",
            (
                lambda x, n_heads: x.unflatten(-1, (-1, n_heads)).transpose(-3, -2),
                lambda x, n_heads: x.reshape(*x.shape[:-1], -1, n_heads).movedim(-2, -3),
            ),
        ),
        Mistake(
            "words and channels exchanged within each head",
            "Each head is (d_head, length), lying on its side. Only one swap is needed: heads with words.",
            (lambda x, n_heads: split_heads(x, n_heads).mT,),
        ),
        Mistake(
            "axes counted from the front",
            "It depends on how many batch axes stand in front, here none, one or several. Count axes from the end: "
            "-1 is the last one, whatever is in front.",
            (
                lambda x, n_heads: x.unflatten(-1, (n_heads, -1)).transpose(1, 2),
                lambda x, n_heads: x.unflatten(-1, (n_heads, -1)).transpose(0, 1),
            ),
        ),
        Mistake(
            "the heads stand in front of the batch",
            "The heads have moved past the batch axes, too. They belong just before the words: "
            "(..., n_heads, length, d_head).",
            (
                lambda x, n_heads: x.unflatten(-1, (n_heads, -1)).movedim(-2, 0),
                lambda x, n_heads: torch.stack(x.chunk(n_heads, -1)),
            ),
        ),
        Mistake(
            "every head gets all channels",
            "Each head is a copy of the whole matrix. The heads share the width out among them: each gets its own "
            "d_model / n_heads channels.",
            (lambda x, n_heads: torch.stack([x] * n_heads, -3),),
        ),
        Mistake(
            "the words are shared out, not the channels",
            "You cut the sentence into pieces, and each head gets some of the words. Every head should see every "
            "word, but only some of its channels.",
            (
                lambda x, n_heads: torch.stack(x.chunk(n_heads, -2), -3),
                lambda x, n_heads: x.unflatten(-2, (n_heads, -1)),
            ),
        ),
        Mistake(
            "a true division",
            "`/` gives a float even where it comes out even, and a size must be a whole number: divide with `//`.",
            tuple(map(with_a_true_division, ("reshape", "view", "unflatten"))),
        ),
    ),
)
