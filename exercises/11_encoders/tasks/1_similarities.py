"""Cosines between sentences: which vectors are averaged, and what a cosine divides by."""

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task

FULL, PADDED = "no padding", "padding"


def cosines(
    hidden: Tensor,
    words: Tensor,
    *,
    pool=lambda hidden, words: (hidden * words[..., None]).sum(1),
    left=lambda x: x / x.norm(dim=-1, keepdim=True),
    right=None,
    of=lambda products: products,
) -> Tensor:
    """The right answer, with its steps to be put wrong one by one."""
    pooled = pool(hidden, words)
    return of(left(pooled) @ (right or left)(pooled).T)


def draw(generator: Generator) -> list[Case]:
    """Sentences whose mean, first, last and largest vectors all differ; pads hold numbers, as a model's do."""

    def case(batch: int, length: int, width: int, part: str) -> Case:
        while True:
            hidden = (torch.randn(batch, length, width, generator=generator) * 4).round() / 2 + 0.25
            lengths = torch.full((batch,), length)
            if part == PADDED:
                lengths = torch.randint(2, length + 1, (batch,), generator=generator)
            words = torch.arange(length) < lengths[:, None]
            told = part == FULL or bool((lengths < length).any())
            sizes = (hidden * words[..., None]).sum(1).norm(dim=-1)
            everywhere = hidden.norm(dim=-1).min()
            if (
                told
                and float(sizes.min()) > 1
                and float(hidden.sum(1).norm(dim=-1).min()) > 1
                and float(everywhere) > 0
            ):
                break
        return Case((hidden, words), f"{batch} sentences of {lengths.tolist()} words", part)

    sizes = {FULL: [(2, 3, 2), (3, 5, 3), (5, 7, 2)], PADDED: [(2, 4, 2), (3, 5, 3), (5, 7, 2), (7, 11, 5)]}
    return [case(*size, part) for part, list_of in sizes.items() for size in list_of]


def wrong(**changes):
    return lambda hidden, words: cosines(hidden, words, **changes)


def unit(x: Tensor) -> Tensor:
    return x / x.norm(dim=-1, keepdim=True)


def last(hidden: Tensor, words: Tensor) -> Tensor:
    return hidden[torch.arange(len(hidden)), words.sum(1) - 1]


TASK = Task(
    name="similarities",
    title="How alike sentences are",
    function="my_similarities",
    parameters=("hidden", "words"),
    parts={FULL: 3, PADDED: 3},
    draw=draw,
    solution=wrong(),
    mistakes=(
        Mistake(
            "the pads are averaged, too",
            "You add up the vectors of all places. A pad's vector holds numbers as well, and it is no word.",
            (wrong(pool=lambda hidden, words: hidden.mean(1)),),
        ),
        Mistake(
            "the first token alone",
            "You take the vector at place 0, [CLS]'s. Asked for is the mean of all words.",
            (wrong(pool=lambda hidden, words: hidden[:, 0]),),
        ),
        Mistake(
            "the last word alone",
            "You take each sentence's last vector. That is how a decoder is read out. Here it is the mean.",
            (wrong(pool=last), wrong(pool=lambda hidden, words: hidden[:, -1])),
        ),
        Mistake(
            "the largest instead of the mean",
            "You keep the largest number of each column. The mean adds all words up.",
            (
                wrong(pool=lambda hidden, words: hidden.masked_fill(~words[..., None], -torch.inf).amax(1)),
                wrong(pool=lambda hidden, words: hidden.amax(1)),
            ),
        ),
        Mistake(
            "not divided by the lengths",
            "You return dot products. A long vector then looks like everything. A cosine is divided by both lengths.",
            (
                wrong(left=lambda x: x),
                wrong(left=lambda x: x, pool=lambda h, w: (h * w[..., None]).sum(1) / w.sum(1, keepdim=True)),
            ),
        ),
        Mistake(
            "divided by one of the two lengths",
            "A sentence and itself must have cosine 1. Divide by the lengths of *both*.",
            (
                wrong(right=lambda x: x),
                wrong(left=lambda x: x, right=unit),
                wrong(right=lambda x: x, pool=lambda h, w: (h * w[..., None]).sum(1) / w.sum(1, keepdim=True)),
            ),
        ),
        Mistake(
            "divided by the squares",
            "You divide by the squared lengths, so the diagonal is not 1. A length is the *root* of that.",
            (
                wrong(left=lambda x: x / x.square().sum(-1, keepdim=True)),
                wrong(
                    left=lambda x: x / x.square().sum(-1, keepdim=True),
                    pool=lambda h, w: (h * w[..., None]).sum(1) / w.sum(1, keepdim=True),
                ),
            ),
        ),
        Mistake(
            "each word made of length 1",
            "You divide each *word's* vector by its length and then average. Average first.",
            (
                wrong(pool=lambda hidden, words: (unit(hidden) * words[..., None]).sum(1)),
                wrong(pool=lambda hidden, words: unit(hidden).mean(1)),
            ),
        ),
        Mistake(
            "normalised across the sentences",
            "You divide by the length of a column: over the batch. Meant is the length of a sentence's vector.",
            (
                wrong(left=lambda x: x / x.norm(dim=0, keepdim=True)),
                wrong(
                    left=lambda x: x / x.norm(dim=0, keepdim=True),
                    pool=lambda h, w: (h * w[..., None]).sum(1) / w.sum(1, keepdim=True),
                ),
            ),
        ),
        Mistake(
            "a softmax over the sentences",
            "Your rows add up to 1. A cosine is no share: every sentence may be like every other.",
            (wrong(of=lambda x: x.softmax(-1)),),
        ),
        Mistake(
            "how far instead of how near",
            "You return 1 minus the cosine, a distance. A sentence and itself should have 1.",
            (wrong(of=lambda x: 1 - x),),
        ),
    ),
)
