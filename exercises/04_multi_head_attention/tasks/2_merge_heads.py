"""Joining heads: the split backwards, in the right order."""

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task

ONE, MORE = "one sentence", "batches"


def draw(generator: Generator) -> list[Case]:
    """Heads of whole numbers, no two axes of one length; then batches."""
    start = int(torch.randint(0, 50, (), generator=generator))
    shapes = [
        ((3, 2, 4), "3 heads, 2 words, 4 channels each", ONE),
        ((2, 5, 3), "2 heads, 5 words, 3 channels each", ONE),
        ((1, 4, 6), "1 head, 4 words, 6 channels", ONE),
        ((4, 3, 1), "4 heads, 3 words, 1 channel each", ONE),
        ((2, 4, 3, 5), "a batch of 2: 4 heads, 3 words, 5 channels each", MORE),
        ((5, 2, 7, 3), "a batch of 5: 2 heads, 7 words, 3 channels each", MORE),
        ((2, 3, 4, 5, 7), "batch axes of 2 and 3: 4 heads, 5 words, 7 channels each", MORE),
    ]
    return [
        Case((torch.arange(start, start + torch.Size(s).numel(), dtype=torch.float32).view(s),), what, part)
        for s, what, part in shapes
    ]


def merge_heads(x: Tensor) -> Tensor:
    return x.transpose(-3, -2).flatten(-2)


def reshape_only(x: Tensor) -> Tensor:
    *batch, n_heads, length, d_head = x.shape
    return x.reshape(*batch, length, n_heads * d_head)


def viewed(x: Tensor) -> Tensor:
    *batch, n_heads, length, d_head = x.shape
    return x.transpose(-3, -2).view(*batch, length, n_heads * d_head)


TASK = Task(
    name="merge_heads",
    title="Merging heads",
    function="my_merge_heads",
    parameters=("x",),
    parts={ONE: 2, MORE: 1},
    draw=draw,
    solution=merge_heads,
    mistakes=(
        Mistake(
            "reshaped without swapping back",
            "The shape is right, but the numbers of a word are spread over several rows. The heads stand in front of "
            "the words: bring them beside the channels first, then join the two axes.",
            (reshape_only,),
        ),
        Mistake(
            "view of what does not lie in order",
            "After a swap of axes the numbers no longer lie in memory in the order of the new shape, and `view` never "
            "moves any. `reshape` and `flatten` copy where they must.",
            (viewed,),
        ),
        Mistake(
            "the heads are added up",
            "You add the heads, so that their numbers can no longer be told apart. Put them side by side: the result "
            "is n_heads times as wide.",
            (lambda x: x.sum(-3),),
        ),
        Mistake(
            "the heads are averaged",
            "You average the heads. Several heads exist so that their answers need *not* be averaged: put them side by "
            "side.",
            (lambda x: x.mean(-3),),
        ),
        Mistake(
            "the heads are shuffled together",
            "You take the first channel of every head, then the second of every head. All of head 0 comes first, then "
            "all of head 1.",
            (lambda x: x.movedim(-3, -1).flatten(-2),),
        ),
        Mistake(
            "the last head comes first",
            "The heads are in reverse order.",
            (lambda x: merge_heads(x.flip(-3)),),
        ),
        Mistake(
            "one head after the other, as more words",
            "You joined the heads along the words. The sentence keeps its length; each word gets wider.",
            (lambda x: x.flatten(-3, -2), lambda x: torch.cat(list(x.unbind(-3)), -2)),
        ),
        Mistake(
            "swapped, but not joined",
            "The heads stand beside the channels now; the last step is missing: make one axis of the last two.",
            (lambda x: x.transpose(-3, -2),),
        ),
        Mistake(
            "axes counted from the front",
            "It depends on how many batch axes stand in front, here none, one or several. Count axes from the end.",
            (
                lambda x: x.transpose(1, 2).flatten(2),
                lambda x: x.transpose(0, 1).flatten(1),
                lambda x: x.transpose(0, 1).flatten(-2),
                lambda x: x.transpose(1, 2).flatten(-2),
            ),
        ),
    ),
)
