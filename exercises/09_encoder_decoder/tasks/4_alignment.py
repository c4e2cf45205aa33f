"""Alignment error: cross-attention read as links between words, against the links that are right."""

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task

PERFECT, ERRORS, MANY = "one link for each word", "mistakes of the model", "words with several links, or with none"


def links(weights: Tensor) -> Tensor:
    """Of each written word the most attended source word, as a table of booleans; the step of the end is left out."""
    return torch.nn.functional.one_hot(weights[:-1].argmax(-1), weights.shape[1]).bool()


def error(found: Tensor, gold: Tensor) -> Tensor:
    return 1 - 2 * (found & gold).sum() / (found.sum() + gold.sum())


def alignment_error(weights: Tensor, gold: Tensor) -> Tensor:
    """The right answer."""
    return error(links(weights), gold)


def draw(generator: Generator) -> list[Case]:
    """Rows that have their most weight on the gold link, or beside it; the last step is the end's."""

    def case(n_target: int, n_source: int, part: str) -> Case:
        while True:
            at = torch.randint(n_source, (n_target,), generator=generator)
            gold = torch.nn.functional.one_hot(at, n_source).bool()
            if part == MANY:
                gold = gold | (torch.rand(n_target, n_source, generator=generator) < 0.25)
                gold[int(torch.randint(n_target, (), generator=generator))] = False
            looks = torch.randint(n_source, (n_target + 1,), generator=generator)
            if part == PERFECT:
                looks = torch.cat([at, looks[:1]])
            elif part == ERRORS:
                keep = torch.rand(n_target, generator=generator) < 0.6
                looks[:-1] = torch.where(keep, at, looks[:-1])
            scores = 1.1 * torch.nn.functional.one_hot(looks, n_source) + torch.rand(
                n_target + 1, n_source, generator=generator
            )
            weights = scores.softmax(-1)
            right = float(alignment_error(weights, gold))
            others = [float(error(links(weights.roll(-1, 0)), gold)), float(error(weights[:-1] > 0.5, gold))]
            if part == PERFECT or (0.05 < right < 0.9 and all(abs(other - right) > 0.01 for other in others)):
                break
        return Case((weights, gold), f"{n_target} written words, {n_source} source words", part)

    sizes = [(2, 3), (4, 3), (5, 7)]
    return [case(*size, part) for part in (PERFECT, ERRORS, MANY) for size in (sizes if part == PERFECT else sizes[1:])]


def ratio(top, bottom):
    def answer(weights: Tensor, gold: Tensor) -> Tensor:
        found = links(weights)
        return 1 - top(found, gold) / bottom(found, gold)

    return answer


def both(found: Tensor, gold: Tensor) -> Tensor:
    return (found & gold).sum()


TASK = Task(
    name="alignment",
    title="Alignment error",
    function="alignment_error",
    parameters=("weights", "gold"),
    parts={PERFECT: 1, ERRORS: 2, MANY: 1},
    draw=draw,
    solution=alignment_error,
    mistakes=(
        Mistake(
            "one row off",
            "You take row t + 1 for word t. Row t is the step that *writes* word t; the last row writes the end.",
            (
                lambda weights, gold: error(links(weights.roll(-1, 0)), gold),
                lambda weights, gold: error(links(torch.cat([weights[1:], weights[-1:]])), gold),
            ),
        ),
        Mistake(
            "one row off, the other way",
            "You take row t - 1 for word t. Row 0 is the step that writes word 0.",
            (lambda weights, gold: error(links(weights.roll(1, 0)), gold),),
        ),
        Mistake(
            "the end has a link",
            "You count a link for the step that writes the end. It stands for no word: leave the last row out.",
            (
                lambda weights, gold: error(
                    links(torch.cat([weights, weights[:1]])), torch.cat([gold, torch.zeros_like(gold[:1])])
                ),
            ),
        ),
        Mistake(
            "the best target for each source word",
            "You choose one written word for each source word. It is the written word that looks: choose in its row.",
            (
                lambda weights, gold: error(
                    torch.nn.functional.one_hot(weights[:-1].argmax(0), len(gold)).bool().T, gold
                ),
            ),
        ),
        Mistake(
            "a threshold",
            "You call every weight above a fixed value a link. Each written word has one: where it looks *most*.",
            (
                lambda weights, gold: error(weights[:-1] > 0.5, gold),
                lambda weights, gold: error(weights[:-1] > 0.3, gold),
                lambda weights, gold: error(weights[:-1] > 1 / weights.shape[1], gold),
                lambda weights, gold: error(weights[:-1] > 0.1, gold),
            ),
        ),
        Mistake(
            "precision only",
            "You ask which share of the *found* links is right. Gold links that nobody found must cost something, too.",
            (ratio(both, lambda found, gold: found.sum()),),
        ),
        Mistake(
            "recall only",
            "You ask which share of the *gold* links is found. Links that are wrong must cost something, too.",
            (ratio(both, lambda found, gold: gold.sum()),),
        ),
        Mistake(
            "divided by the union",
            "You divide by how many links there are in either table. It is twice the common ones by the sum of both.",
            (ratio(both, lambda found, gold: (found | gold).sum()),),
        ),
        Mistake(
            "the common links counted once",
            "Without the 2 even a perfect alignment has an error of a half.",
            (ratio(both, lambda found, gold: found.sum() + gold.sum()),),
        ),
        Mistake(
            "how good in place of how bad",
            "You return the agreement. The error is 1 minus that.",
            (lambda weights, gold: 1 - alignment_error(weights, gold),),
        ),
        Mistake(
            "the weights themselves",
            "You add up the weights on the gold links. Only the strongest link of each row counts, and fully.",
            (
                lambda weights, gold: 1 - 2 * (weights[:-1] * gold).sum() / (weights[:-1].sum() + gold.sum()),
                lambda weights, gold: 1 - (weights[:-1] * gold).sum() / gold.sum(),
                lambda weights, gold: 1 - (weights[:-1] * gold).sum() / weights[:-1].sum(),
            ),
        ),
    ),
)
