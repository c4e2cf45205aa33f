"""Teacher forcing: what the decoder reads, made of what it must say."""

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task

ONE, BATCH, PADDED = "one sentence", "several of the same length", "with padding"


def shift_right(targets: Tensor, start: int, pad: int) -> Tensor:
    """The right answer."""
    first = torch.full_like(targets[:, :1], start)
    shifted = torch.cat([first, targets[:, :-1]], dim=1)
    return shifted.masked_fill(targets == pad, pad)


def draw(generator: Generator) -> list[Case]:
    """Words from 10 on, no two alike in a row; each sentence ends in 2, and pads stand behind it."""

    def case(batch: int, length: int, part: str, pad: int, start: int) -> Case:
        rows = [10 + torch.randperm(40, generator=generator)[:length] for _ in range(batch)]
        targets = torch.stack(rows)
        words = torch.full((batch,), length - 1)
        if part == PADDED:
            words = torch.randint(1, length - 2, (batch,), generator=generator)
            words[int(torch.randint(batch, (), generator=generator))] = length - 1
        at = torch.arange(length)
        targets = targets.masked_fill(at == words[:, None], 2).masked_fill(at > words[:, None], pad)
        return Case((targets, start, pad), f"{batch} x {length} targets, start {start}, pad {pad}", part)

    shapes = [(1, 3, ONE), (1, 5, ONE), (2, 4, BATCH), (3, 5, BATCH), (2, 5, PADDED), (3, 7, PADDED), (5, 11, PADDED)]
    return [case(batch, length, part, pad, 1) for batch, length, part in shapes for pad in (0, 7)] + [
        case(3, 6, PADDED, 5, 3)
    ]


def with_first(targets: Tensor, start: int) -> Tensor:
    """The targets with a start token in front: one longer."""
    return torch.cat([torch.full_like(targets[:, :1], start), targets], dim=1)


def overwritten(targets: Tensor, start: int, pad: int) -> Tensor:
    answer = targets.clone()
    answer[:, 0] = start
    return answer


def left(targets: Tensor, start: int, pad: int) -> Tensor:
    return torch.cat([targets[:, 1:], torch.full_like(targets[:, :1], pad)], dim=1)


def across_rows(targets: Tensor, start: int, pad: int) -> Tensor:
    flat = targets.flatten().roll(1)
    flat[0] = start
    return flat.view_as(targets).masked_fill(targets == pad, pad)


def first_row_only(targets: Tensor, start: int, pad: int) -> Tensor:
    answer = targets.roll(1, dims=1)
    answer[0, 0] = start
    return answer.masked_fill(targets == pad, pad)


TASK = Task(
    name="shift_right",
    title="The shift of teacher forcing",
    function="shift_right",
    parameters=("targets", "start", "pad"),
    parts={ONE: 1, BATCH: 1, PADDED: 2},
    draw=draw,
    solution=shift_right,
    mistakes=(
        Mistake(
            "no shift",
            "The decoder reads the very word it must say at the same place. It would learn to copy.",
            (lambda targets, start, pad: targets.clone(),),
        ),
        Mistake(
            "shifted to the left",
            "Each position reads the word *after* the one that it must say. It should read the one before.",
            (
                left,
                lambda targets, start, pad: targets.roll(-1, dims=1),
                lambda targets, start, pad: overwritten(targets.roll(-1, dims=1), start, pad),
                lambda targets, start, pad: overwritten(left(targets, start, pad), start, pad),
            ),
        ),
        Mistake(
            "the last token comes round to the front",
            "`roll` carries what falls out at the end back to the beginning. The first position reads the start token.",
            (
                lambda targets, start, pad: targets.roll(1, dims=1),
                lambda targets, start, pad: targets.roll(1, dims=1).masked_fill(targets == pad, pad),
            ),
        ),
        Mistake(
            "the end token is read",
            "In the shorter sentences your decoder reads the end token, where it has nothing more to say. Where the "
            "target is a pad, it reads a pad.",
            (lambda targets, start, pad: with_first(targets, start)[:, :-1],),
        ),
        Mistake(
            "one token too many",
            "You put the start token in front and took nothing away. Reading and saying must be equally long.",
            (lambda targets, start, pad: with_first(targets, start),),
        ),
        Mistake(
            "the first word is overwritten",
            "The start token stands in the place of the first word, and nothing has moved. No word may be lost but the "
            "last.",
            (
                overwritten,
                lambda targets, start, pad: overwritten(targets, start, pad).masked_fill(targets == pad, pad),
            ),
        ),
        Mistake(
            "the rows run into each other",
            "You shift the whole box as one long row: a sentence begins with the last token of the one above it. Each "
            "row begins with the start token.",
            (across_rows, first_row_only),
        ),
        Mistake(
            "no start token",
            "The first position reads a pad. It should read the start token: something that says *now*.",
            (lambda targets, start, pad: shift_right(targets, pad, pad),),
        ),
        Mistake(
            "the words are dropped with the pads",
            "Everything from the end token on is pad, and one word more. The last *word* is read: from there the end "
            "token is said.",
            (
                lambda targets, start, pad: shift_right(targets, start, pad).masked_fill(
                    (targets == pad) | (targets == 2), pad
                ),
            ),
        ),
        Mistake(
            "pad and start changed places",
            "Pads are where the start token belongs, and start tokens where the pads were.",
            (lambda targets, start, pad: shift_right(targets, pad, pad).masked_fill(targets == pad, start),),
        ),
    ),
)
