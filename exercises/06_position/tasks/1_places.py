"""Where each word stands in a padded batch: a running count, and what people count instead."""

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task

LEFT, ANYWHERE = "padding on the left", "padding anywhere"


def left_padded(lengths: list[int], longest: int) -> Tensor:
    return torch.arange(longest) >= longest - torch.tensor(lengths)[:, None]


def draw_batches(generator: Generator) -> list[Case]:
    """Left-padded batches, then padding on the right, in gaps, nowhere, and everywhere."""
    few, more = (torch.randperm(4, generator=generator) + 1).tolist()[:2], torch.randperm(7, generator=generator) + 1
    gaps = torch.rand(3, 7, generator=generator) < 0.6
    gaps[0, :3] = torch.tensor([False, True, False])
    gaps[:, -1] = True
    return [
        Case((left_padded([2], 3),), "one text of 2 words, padded to 3", LEFT),
        Case((left_padded(few, 5),), f"texts of {few[0]} and {few[1]} words, padded to 5", LEFT),
        Case((left_padded([*more[:3].tolist(), 7], 7),), "four texts, the last one without padding", LEFT),
        Case((left_padded([4, 4], 4),), "no padding at all", ANYWHERE),
        Case((left_padded([2, 5, 3], 5).flip(1),), "padding on the right", ANYWHERE),
        Case((gaps,), "padding on both sides, and in gaps", ANYWHERE),
        Case((left_padded([0, 3], 4),), "a text without words", ANYWHERE),
    ]


def places(words: Tensor) -> Tensor:
    return (words.cumsum(1) - 1).masked_fill(~words, 0)


def columns(words: Tensor) -> Tensor:
    return torch.arange(words.shape[1]).expand(words.shape)


TASK = Task(
    name="places",
    title="The places of a padded batch",
    function="my_positions",
    parameters=("words",),
    parts={LEFT: 2, ANYWHERE: 1},
    draw=draw_batches,
    solution=places,
    mistakes=(
        Mistake(
            "counted from the left edge",
            "You count columns. That is the very bug: the padding pushes the words to the right. Count words.",
            (lambda words: columns(words).clone(), lambda words: columns(words).masked_fill(~words, 0)),
        ),
        Mistake(
            "counted from 1",
            "Your first word stands at place 1. The first row of a table of positions is row 0.",
            (lambda words: words.cumsum(1), lambda words: words.cumsum(1).masked_fill(~words, 0)),
        ),
        Mistake(
            "padding before the text is at -1",
            "The words are right, but the padding stands at -1: no table has such a row. Padding gets 0.",
            (lambda words: words.cumsum(1) - 1, lambda words: (words.cumsum(1) - 1).masked_fill(~words, -1)),
        ),
        Mistake(
            "padding after the text is not 0",
            "Padding on the left has its 0. Padding after a word repeats that word's place; it should be 0, too.",
            (lambda words: (words.cumsum(1) - 1).clamp(min=0),),
        ),
        Mistake(
            "shifted by the number of pads",
            "You take each row's number of pads away from its columns. That is right only if all pads come first.",
            (
                lambda words: (columns(words) - (~words).sum(1, keepdim=True)).clamp(min=0),
                lambda words: (columns(words) - (~words).sum(1, keepdim=True)).masked_fill(~words, 0),
                lambda words: columns(words) - (~words).sum(1, keepdim=True),
            ),
        ),
        Mistake(
            "counted from the right",
            "Your last word is at place 0. Texts are read from their first word on.",
            (
                lambda words: (words.flip(1).cumsum(1).flip(1) - 1).masked_fill(~words, 0),
                lambda words: (words.flip(1).cumsum(1).flip(1) - 1).clamp(min=0),
            ),
        ),
        Mistake(
            "counted down the batch",
            "Your running count goes down the columns, from one text to the next. Each text has its own places: count "
            "along a row.",
            (lambda words: (words.cumsum(0) - 1).masked_fill(~words, 0), lambda words: words.cumsum(0) - 1),
        ),
        Mistake(
            "the first text's places for all",
            "Every row has the places of the first one. The texts have different amounts of padding.",
            (lambda words: places(words)[:1].expand(words.shape).clone(),),
        ),
        Mistake(
            "the pads are counted",
            "You number the padding and not the words. True marks a word.",
            (lambda words: places(~words), lambda words: ((~words).cumsum(1) - 1).clamp(min=0)),
        ),
        Mistake(
            "not whole numbers",
            "The places are right, but as floats. They pick rows of a table, so they have to be integers (int64).",
            (
                lambda words: places(words).float(),
                lambda words: places(words).double(),
                lambda words: places(words).int(),
            ),
        ),
    ),
)
