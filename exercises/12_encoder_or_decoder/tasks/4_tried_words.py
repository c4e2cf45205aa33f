"""Filling a gap with a decoder: each candidate's own probability, times that of what comes after it."""

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task

SHORT, LONG = "one word after the gap", "several words after the gap"


def tried(
    first: Tensor,
    candidates: Tensor,
    after: Tensor,
    right: Tensor,
    *,
    prior=lambda first, candidates: first.log_softmax(-1)[candidates],
    log_p=lambda after: after.log_softmax(-1),
    each=lambda log_p, right: log_p.gather(-1, right.expand(len(log_p), -1)[..., None])[..., 0].sum(1),
    join=lambda prior, rest: prior + rest,
    result=lambda joint: joint.softmax(0),
) -> Tensor:
    """The right answer, with its steps to be put wrong one by one."""
    return result(join(prior(first, candidates), each(log_p(after), right)))


def picked(log_p: Tensor, right: Tensor) -> Tensor:
    return log_p.gather(-1, right.expand(len(log_p), -1)[..., None])[..., 0]


def draw(generator: Generator) -> list[Case]:
    """Candidates that are neither in order nor the likeliest; no candidate is certain."""

    def case(n: int, length: int, vocab: int, part: str) -> Case:
        while True:
            candidates = torch.randperm(vocab, generator=generator)[:n]
            right = torch.randint(vocab, (length,), generator=generator)
            first = (torch.randn(vocab, generator=generator) * 6).round() / 4
            spread = 4 if length < 10 else 4 / length**0.5  # a long rest must not decide everything
            after = (torch.randn(n, length, vocab, generator=generator) * spread).round() / 4
            p = tried(first, candidates, after, right)
            if 0.2 < float(p.max()) < 0.9 and candidates.tolist() != list(range(n)):
                break
        what = f"candidates {candidates.tolist()} of {vocab} words, {length} after the gap"
        return Case((first, candidates, after, right), what, part)

    sizes = {SHORT: [(2, 1, 3), (3, 1, 5), (4, 1, 7)], LONG: [(2, 2, 5), (3, 3, 7), (5, 4, 11), (2, 61, 13)]}
    return [case(*size, part) for part, list_of in sizes.items() for size in list_of]


def wrong(**changes):
    return lambda first, candidates, after, right: tried(first, candidates, after, right, **changes)


def multiplied(first: Tensor, candidates: Tensor, after: Tensor, right: Tensor) -> Tensor:
    """Right for short texts."""
    joint = first.softmax(-1)[candidates] * picked(after.softmax(-1), right).prod(1)
    return joint / joint.sum()


TASK = Task(
    name="tried_words",
    title="A decoder fills a gap",
    function="my_tried_words",
    parameters=("first", "candidates", "after", "right"),
    parts={SHORT: 3, LONG: 4},
    draw=draw,
    solution=tried,
    mistakes=(
        Mistake(
            "the left side is ignored",
            "You ask only how well the rest follows on each candidate. How likely the candidate is after the left side "
            "counts as well.",
            (wrong(join=lambda prior, rest: rest),),
        ),
        Mistake(
            "the right side is ignored",
            "You ask only how likely each candidate is after the left side. What comes after must be likely, too.",
            (wrong(join=lambda prior, rest: prior),),
        ),
        Mistake(
            "probabilities added",
            "You add the two probabilities. Both things must happen: they multiply, and their logarithms add.",
            (
                wrong(
                    join=lambda prior, rest: prior.exp() + rest.exp(),
                    result=lambda joint: joint / joint.sum(),
                ),
            ),
        ),
        Mistake(
            "the first candidates of the vocabulary",
            "You take the first entries of `first`. Candidate i is the word `candidates[i]`.",
            (wrong(prior=lambda first, candidates: first.log_softmax(-1)[: len(candidates)]),),
        ),
        Mistake(
            "no softmax over the vocabulary after the gap",
            "After the gap, each row of logits needs a log-softmax over the vocabulary, its last axis. Without one, or "
            "with one over the candidates, the rows of different candidates cannot be compared.",
            (wrong(log_p=lambda after: after), wrong(log_p=lambda after: after.log_softmax(0))),
        ),
        Mistake(
            "probabilities without a logarithm",
            "After the gap you add up probabilities instead of their logarithms.",
            (wrong(log_p=lambda after: after.softmax(-1)),),
        ),
        Mistake(
            "products that round to 0",
            "You multiply the probabilities of all words after the gap. Of sixty of them the product is smaller than "
            "the smallest number there is. Add logarithms.",
            (multiplied,),
        ),
        Mistake(
            "the mean of the words after the gap",
            "You average over the words after the gap. All of them must follow: add their log-probabilities.",
            (wrong(each=lambda log_p, right: picked(log_p, right).mean(1)),),
        ),
        Mistake(
            "only the next word",
            "You look at the first word after the gap alone. All of what comes after it counts.",
            (wrong(each=lambda log_p, right: picked(log_p, right)[:, 0]),),
        ),
        Mistake(
            "only the last word",
            "You look at the last word alone. All of what comes after the gap counts.",
            (wrong(each=lambda log_p, right: picked(log_p, right)[:, -1]),),
        ),
        Mistake(
            "not shared among the candidates",
            "Your numbers do not add up to 1. The candidates are all there is to choose from: share it among them.",
            (wrong(result=lambda joint: joint.exp()),),
        ),
        Mistake(
            "logarithms returned",
            "You return logarithms. Asked for are probabilities that add up to 1.",
            (wrong(result=lambda joint: joint), wrong(result=lambda joint: joint.log_softmax(0))),
        ),
        Mistake(
            "all on the best one",
            "You give the likeliest candidate everything. Asked for is how likely each of them is.",
            (wrong(result=lambda joint: (joint == joint.max()).float()),),
        ),
    ),
)
