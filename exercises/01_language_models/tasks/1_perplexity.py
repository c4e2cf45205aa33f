"""Perplexity from losses: one exponential, one mean, and what the mean is taken over."""

import math
from collections.abc import Callable

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task

ONE, BATCH, PADDED = "one sentence", "a batch", "with padding"


def losses_of(shape: tuple[int, ...], generator: Generator, dtype: torch.dtype = torch.float32) -> Tensor:
    """Losses from a quarter to 4 nats, no two rows of one mean: exact in binary, and short to print."""
    while True:
        losses = torch.randint(1, 17, shape, generator=generator).to(dtype) / 4
        means = losses.mean(-1).flatten()
        if losses.numel() == 1 or (losses.std() > 0.4 and (len(means) == 1 or means.std() > 0.3)):
            return losses


def lengths_mask(lengths: list[int]) -> Tensor:
    return torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]


def padded(lengths: list[int], fill: float, generator: Generator) -> tuple[Tensor, Tensor]:
    """Losses and mask; the padding holds `fill`, and short sentences are the dearer ones."""
    mask = lengths_mask(lengths)
    dear = torch.tensor([1.0 if n == min(lengths) else 0.0 for n in lengths])[:, None]
    losses = torch.randint(1, 9, mask.shape, generator=generator) / 4 + dear
    return losses.masked_fill(~mask, fill), mask


def draw_losses(generator: Generator) -> list[Case]:
    """From two numbers by hand to a batch whose padding costs infinitely much."""
    g = generator
    every_other = torch.tensor([[True, False, True, True], [False, True, False, False]])
    return [
        Case((losses_of((2,), g),), "2 words", ONE),
        Case((losses_of((5,), g),), "5 words", ONE),
        Case((losses_of((3,), g, torch.float64),), "3 words, in float64", ONE),
        Case((losses_of((2, 3), g),), "2 sentences of 3 words", BATCH),
        Case((losses_of((2, 3, 5), g),), "2 texts of 3 sentences of 5 words", BATCH),
        Case((losses_of((3, 7), g), None), "3 sentences of 7 words, mask=None", BATCH),
        Case(padded([3, 1], 0.25, g), "2 sentences of 3 and 1 words", PADDED),
        Case(padded([5, 2, 3], 0.25, g), "3 sentences of 5, 2 and 3 words", PADDED),
        Case((losses_of((2, 4), g), every_other), "2 sentences with words left out here and there", PADDED),
        Case(padded([4, 1, 2], math.inf, g), "3 sentences, the padding's loss infinite", PADDED),
        Case(padded([2, 7], 1e6, g), "2 sentences, the padding's loss a million", PADDED),
    ]


def right(losses: Tensor, mask: Tensor | None = None) -> Tensor:
    return (losses if mask is None else losses[mask]).mean().exp()


def after(change: Callable[[Tensor], Tensor]) -> Callable[..., Tensor]:
    """The right tokens, and then something else than the exponential of their mean."""
    return lambda losses, mask=None: change(losses if mask is None else losses[mask])


def sentence_means(losses: Tensor, mask: Tensor | None) -> Tensor:
    if mask is None:
        return losses.mean(-1)
    return losses.masked_fill(~mask, 0.0).sum(-1) / mask.sum(-1)


def zeroed(losses: Tensor, mask: Tensor | None) -> Tensor:
    return losses if mask is None else losses.masked_fill(~mask, 0.0)


TASK = Task(
    name="perplexity",
    title="Perplexity of a padded batch",
    function="my_perplexity",
    parameters=("losses", "mask=None"),
    parts={ONE: 1, BATCH: 1, PADDED: 2},
    draw=draw_losses,
    solution=right,
    mistakes=(
        Mistake(
            "the cross-entropy, not its exponential",
            "You return the mean surprise. Perplexity is the fair die that would surprise as much: one more step.",
            (after(lambda x: x.mean()),),
        ),
        Mistake(
            "2 to the power of nats",
            "The losses are in nats, so the logarithm to be undone is the natural one.",
            (after(lambda x: 2 ** x.mean()), after(lambda x: (x.mean() / math.log(2)).exp())),
        ),
        Mistake(
            "the surprise of the whole text",
            "You add the losses up and do not divide. That is one over the chance of the whole text, and it grows "
            "with every word. Perplexity is per word.",
            (after(lambda x: x.sum().exp()),),
        ),
        Mistake(
            "the chance, not the perplexity",
            "Your answer is below 1: the typical chance of a word. Perplexity is one over it. A loss has its minus "
            "sign already.",
            (after(lambda x: (-x.mean()).exp()),),
        ),
        Mistake(
            "the exponential before the mean",
            "You average 1 / p over the words. That mean is ruled by the worst word. Chances along a text are "
            "multiplied, so their logarithms are averaged, and the exponential comes last.",
            (after(lambda x: x.exp().mean()),),
        ),
        Mistake(
            "one perplexity for each sentence",
            "You return as many numbers as there are sentences. The whole batch has one perplexity.",
            (lambda losses, mask=None: sentence_means(losses, mask).exp(),),
        ),
        Mistake(
            "mean of the sentences' perplexities",
            "You average the sentences' perplexities, so the worst sentence rules. Average once, over words, before "
            "the exponential.",
            (lambda losses, mask=None: sentence_means(losses, mask).exp().mean(),),
        ),
        Mistake(
            "mean of the sentences' means",
            "Each sentence has the same say in your answer, a short one as much as a long one. Each *word* should "
            "have the same say.",
            (
                lambda losses, mask=None: sentence_means(losses, mask).mean().exp(),
                lambda losses, mask=None: sentence_means(losses, mask).exp().log().mean().exp(),
            ),
        ),
        Mistake(
            "the mask is ignored",
            "Padding is averaged, too. Only words where the mask is True count.",
            (lambda losses, mask=None: losses.mean().exp(),),
        ),
        Mistake(
            "divided by all places",
            "The padding costs nothing in your sum, but it is still among the places that you divide by. Divide by "
            "the number of words.",
            (
                lambda losses, mask=None: zeroed(losses, mask).mean().exp(),
                lambda losses, mask=None: (losses if mask is None else losses * mask).mean().exp(),
            ),
        ),
        Mistake(
            "divided by the number of sentences",
            "You divide the sum by how many sentences there are (`len(losses)` or `shape[0]`). Divide by the number "
            "of words.",
            (
                lambda losses, mask=None: (
                    right(losses) if losses.ndim == 1 else (zeroed(losses, mask).sum() / len(losses)).exp()
                ),
            ),
        ),
        Mistake(
            "padding multiplied by 0",
            "You multiply the losses by the mask. Padding may hold anything, and 0 times infinity is no number (nan). "
            "Take the words out, or fill the padding.",
            (
                lambda losses, mask=None: right(losses) if mask is None else ((losses * mask).sum() / mask.sum()).exp(),
                lambda losses, mask=None: (
                    right(losses)
                    if mask is None
                    else ((losses.flatten() @ mask.to(losses.dtype).flatten()) / mask.sum()).exp()
                ),
            ),
        ),
        Mistake(
            "the mask inverted",
            "You average over the padding. In this book True means: this one counts.",
            (lambda losses, mask=None: right(losses, None if mask is None else ~mask),),
        ),
    ),
)
