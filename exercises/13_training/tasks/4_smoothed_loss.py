"""Cross-entropy against a smoothed target, over the tokens that count."""

import math
from collections.abc import Callable

import torch
from torch import Generator, Tensor

from grader.task import Case, Function, Mistake, Task

PLAIN, SMOOTH, PADDED = "no smoothing, no padding", "smoothing", "padding"
PAD = 0


def draw(g: Generator) -> list[Case]:
    """A few tokens; then smoothing; then sentences that end in padding."""

    def case(shape: tuple[int, ...], words: int, smoothing: float, what: str, part: str, pads: int = 0) -> Case:
        logits = torch.randint(-4, 5, (*shape, words), generator=g) / 2
        logits[..., PAD] += 1.5  # a model that likes to say "padding"
        targets = torch.randint(1, words, shape, generator=g)
        for row in range(pads):  # the first sentences are the shorter ones
            targets[row, max(1, shape[1] - 2 - row) :] = PAD
        return Case((logits, targets, smoothing), what, part)

    return [
        case((1, 1), 3, 0.0, "one token, 3 words, smoothing 0", PLAIN),
        case((1, 3), 5, 0.0, "a sentence of 3 tokens, 5 words, smoothing 0", PLAIN),
        case((3, 4), 7, 0.0, "3 sentences of 4 tokens, 7 words, smoothing 0", PLAIN),
        case((1, 1), 3, 0.5, "one token, 3 words, smoothing 0.5", SMOOTH),
        case((1, 2), 5, 0.2, "a sentence of 2 tokens, 5 words, smoothing 0.2", SMOOTH),
        case((2, 3), 4, 0.1, "2 sentences of 3 tokens, 4 words, smoothing 0.1", SMOOTH),
        case((5, 2), 11, 0.3, "5 sentences of 2 tokens, 11 words, smoothing 0.3", SMOOTH),
        case((2, 4), 5, 0.0, "2 sentences, one with padding, smoothing 0", PADDED, pads=1),
        case((3, 5), 6, 0.2, "3 sentences, two with padding, smoothing 0.2", PADDED, pads=2),
        case((4, 7), 13, 0.1, "4 sentences, three with padding, smoothing 0.1", PADDED, pads=3),
    ]


def smooth_target(targets: Tensor, words: int, e: float) -> Tensor:
    """The right target: the share is spread over all words but padding."""
    target = torch.full((*targets.shape, words), e / (words - 1))
    target[..., PAD] = 0.0
    return target.scatter(-1, targets[..., None], 1 - e + e / (words - 1))


def others_only(targets: Tensor, words: int, e: float) -> Tensor:
    target = torch.full((*targets.shape, words), e / max(1, words - 2))
    target[..., PAD] = 0.0
    return target.scatter(-1, targets[..., None], 1 - e)


def over_all(targets: Tensor, words: int, e: float) -> Tensor:
    target = torch.full((*targets.shape, words), e / words)
    return target.scatter(-1, targets[..., None], 1 - e + e / words)


def not_taken_away(targets: Tensor, words: int, e: float) -> Tensor:
    return smooth_target(targets, words, e).scatter_add(-1, targets[..., None], torch.full((*targets.shape, 1), e))


def share_of_its_own_missing(targets: Tensor, words: int, e: float) -> Tensor:
    return smooth_target(targets, words, e).scatter(-1, targets[..., None], 1 - e)


def swapped(targets: Tensor, words: int, e: float) -> Tensor:
    return smooth_target(targets, words, 1 - e)


def hard(targets: Tensor, words: int, e: float) -> Tensor:
    return torch.nn.functional.one_hot(targets, words).float()


def each_full_share(targets: Tensor, words: int, e: float) -> Tensor:
    target = torch.full((*targets.shape, words), e)
    target[..., PAD] = 0.0
    return target.scatter(-1, targets[..., None], 1 - e)


def mean(each: Tensor, counts: Tensor) -> Tensor:
    return (each * counts).sum() / counts.sum()


def log_softmax(x: Tensor) -> Tensor:
    return x.log_softmax(-1)


def loss(
    target: Callable[[Tensor, int, float], Tensor] = smooth_target,
    logs: Callable[[Tensor], Tensor] = log_softmax,
    join: Callable[[Tensor, Tensor], Tensor] = mean,
    sign: float = -1.0,
) -> Function:
    """The smoothed loss with a part to be put wrong."""

    def wrong(logits: Tensor, targets: Tensor, smoothing: float) -> Tensor:
        each = sign * (target(targets, logits.shape[-1], smoothing) * logs(logits)).sum(-1)
        return join(each, (targets != PAD).float())

    return wrong


def smoothed_answer(logits: Tensor, targets: Tensor, smoothing: float) -> Tensor:
    """The model's probabilities are smoothed, and not the target."""
    p = (1 - smoothing) * logits.softmax(-1) + smoothing / (logits.shape[-1] - 1)
    return mean(-p.gather(-1, targets[..., None])[..., 0].log(), (targets != PAD).float())


def without_padding(x: Tensor) -> Tensor:
    hidden = torch.zeros(x.shape[-1], dtype=torch.bool)
    hidden[PAD] = True
    return x.masked_fill(hidden, -1e9).log_softmax(-1).masked_fill(hidden, 0.0)


def of_sentences(each: Tensor, counts: Tensor) -> Tensor:
    return ((each * counts).sum(-1) / counts.sum(-1)).mean()


def everything(each: Tensor, counts: Tensor) -> Tensor:
    return each.mean()


def over_all_places(each: Tensor, counts: Tensor) -> Tensor:
    return (each * counts).mean()


def added_up(each: Tensor, counts: Tensor) -> Tensor:
    return (each * counts).sum()


TASK = Task(
    name="smoothed_loss",
    title="The smoothed loss",
    function="my_loss",
    parameters=("logits", "targets", "smoothing"),
    parts={PLAIN: 2, SMOOTH: 2, PADDED: 2},
    draw=draw,
    solution=loss(),
    banned=("cross_entropy",),
    mistakes=(
        Mistake(
            "padding counts",
            "Places where the target is 0 are padding. They add to your loss, and should not.",
            (loss(join=everything),),
        ),
        Mistake(
            "divided by all places",
            "Padding adds nothing to your sum, but you still divide by all places. Divide by the tokens that count.",
            (loss(join=over_all_places),),
        ),
        Mistake(
            "the mean of the sentences' means",
            "You average each sentence first. A token in a short sentence then counts more than one in a long one.",
            (loss(join=of_sentences),),
        ),
        Mistake(
            "a sum, not a mean",
            "You add the tokens' losses up. The loss is their mean.",
            (loss(join=added_up),),
        ),
        Mistake(
            "no smoothing",
            "The smoothing changes nothing in your answer. The right word should get less than 1, and the others the "
            "rest.",
            (loss(target=hard),),
        ),
        Mistake(
            "padding gets a share",
            "You spread the share over all words, padding too. Word 0 should never be said, so its target is 0.",
            (loss(target=over_all),),
        ),
        Mistake(
            "the right word gets none of the share",
            "You spread the share over the *other* words only. Here the right word gets its part of it as well.",
            (loss(target=others_only),),
        ),
        Mistake(
            "the target does not sum to 1",
            "Add up your target's probabilities: they are not 1. What the others get must be taken from the right "
            "word, and only that.",
            (
                loss(target=not_taken_away),
                loss(target=share_of_its_own_missing),
                loss(target=each_full_share),
            ),
        ),
        Mistake(
            "the smoothing is turned round",
            "The right word keeps the *small* part in your target, and the others share the large one.",
            (loss(target=swapped),),
        ),
        Mistake(
            "the model's answer is smoothed, not the target",
            "You mix the model's probabilities with equal ones. It is the target that is smoothed; the model has to "
            "say for itself how sure it is.",
            (smoothed_answer,),
        ),
        Mistake(
            "the model may not say padding",
            "You take word 0 out of the model's softmax. It has a logit like every word: a model that wrongly says "
            "padding must pay for it.",
            (loss(logs=without_padding),),
        ),
        Mistake(
            "no logarithm",
            "You multiply the target with the probabilities. The loss is of their logarithms.",
            (loss(logs=lambda x: x.softmax(-1)),),
        ),
        Mistake(
            "the logits are not normalised",
            "You multiply the target with the logits themselves. They are no logarithms of probabilities until the "
            "softmax has made them sum to 1.",
            (loss(logs=lambda x: x),),
        ),
        Mistake(
            "in bits",
            "Your logarithm is to the base 2. Losses are in nats here: the natural logarithm.",
            (loss(logs=lambda x: x.log_softmax(-1) / math.log(2)),),
        ),
        Mistake(
            "the sign is missing",
            "Your loss is negative. Logarithms of probabilities are below zero; the loss is their negative.",
            (loss(sign=1.0),),
        ),
        Mistake(
            "softmax over the wrong axis",
            "The probabilities of the *words* sum to 1 at each place: softmax over the last axis.",
            (loss(logs=lambda x: x.log_softmax(-2)), loss(logs=lambda x: x.log_softmax(0))),
        ),
    ),
)
