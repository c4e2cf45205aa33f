"""The pseudo-log-likelihood: of each reading the one place that was hidden, of each place the true word."""

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task

ONE, SEVERAL, PADDED = "one text", "several texts", "padding"


def pseudo(
    logits: Tensor,
    tokens: Tensor,
    words: Tensor,
    *,
    log_p=lambda logits: logits.log_softmax(-1),
    pick=lambda log_p: log_p.diagonal(dim1=1, dim2=2).movedim(-1, 1),
    result=lambda each, words: each.where(words, 0.0).sum(1),
) -> Tensor:
    """The right answer, with its steps to be put wrong one by one."""
    each = pick(log_p(logits)).gather(-1, tokens[..., None])[..., 0]
    return result(each, words)


def draw(generator: Generator) -> list[Case]:
    """Texts of two words or more; where there is padding, some text has it."""

    def case(batch: int, length: int, vocab: int, part: str) -> Case:
        lengths = torch.full((batch,), length)
        if part == PADDED:
            lengths = torch.randint(2, length, (batch,), generator=generator)
            lengths[0] = length
        words = torch.arange(length) < lengths[:, None]
        tokens = torch.randint(1, vocab, (batch, length), generator=generator).masked_fill(~words, 0)
        logits = (torch.randn(batch, length, length, vocab, generator=generator) * 8).round() / 4
        return Case((logits, tokens, words), f"{batch} texts of {lengths.tolist()} words, {vocab} in all", part)

    sizes = {
        ONE: [(1, 2, 3), (1, 3, 5), (1, 5, 7)],
        SEVERAL: [(2, 3, 5), (3, 5, 7)],
        PADDED: [(2, 3, 4), (3, 5, 7), (5, 7, 3)],
    }
    return [case(*size, part) for part, list_of in sizes.items() for size in list_of]


def wrong(**changes):
    return lambda logits, tokens, words: pseudo(logits, tokens, words, **changes)


def before(log_p):
    """What reading i says at place i - 1, as a decoder would be asked; at place 0, the last place."""
    return log_p.roll(1, dims=2).diagonal(dim1=1, dim2=2).movedim(-1, 1)


TASK = Task(
    name="pseudo_likelihood",
    title="Pseudo-log-likelihood",
    function="my_pseudo_likelihood",
    parameters=("logits", "tokens", "words"),
    parts={ONE: 3, SEVERAL: 1, PADDED: 2},
    draw=draw,
    solution=pseudo,
    mistakes=(
        Mistake(
            "one reading for all places",
            "You take all places from one reading. In it the other words are not hidden: the model sees the answer.",
            (wrong(pick=lambda log_p: log_p[:, 0]), wrong(pick=lambda log_p: log_p[:, -1])),
        ),
        Mistake(
            "one place for all readings",
            "You look at the same place in every reading. Reading i is about place i.",
            (wrong(pick=lambda log_p: log_p[:, :, 0]), wrong(pick=lambda log_p: log_p[:, :, -1])),
        ),
        Mistake(
            "the mean of all readings",
            "You average over the readings. In all but one of them the place's own word was not hidden.",
            (wrong(pick=lambda log_p: log_p.mean(1)), wrong(pick=lambda log_p: log_p.mean(2))),
        ),
        Mistake(
            "the place before",
            "You take what is said at the place *before* the hidden word, as one asks a decoder. An encoder answers at "
            "the place itself.",
            (wrong(pick=before),),
        ),
        Mistake(
            "logits for log-probabilities",
            "You add up logits. Only after a log-softmax over the vocabulary are they logarithms of probabilities.",
            (wrong(log_p=lambda logits: logits),),
        ),
        Mistake(
            "probabilities without a logarithm",
            "You add up probabilities. Independent guesses multiply: add their logarithms.",
            (wrong(log_p=lambda logits: logits.softmax(-1)),),
        ),
        Mistake(
            "the softmax over another axis",
            "Your softmax does not run over the vocabulary, the last axis.",
            (
                wrong(log_p=lambda logits: logits.log_softmax(2)),
                wrong(log_p=lambda logits: logits.log_softmax(1)),
            ),
        ),
        Mistake(
            "the mean instead of the sum",
            "You return the mean of the words' log-probabilities. Asked for is their sum.",
            (wrong(result=lambda each, words: each.where(words, 0.0).sum(1) / words.sum(1)),),
        ),
        Mistake(
            "the wrong sign",
            "Your numbers are positive. A log-probability is at most 0; minus it is the surprise.",
            (wrong(result=lambda each, words: -each.where(words, 0.0).sum(1)),),
        ),
        Mistake(
            "the pads count",
            "Your sum runs over the pads as well. They are no words.",
            (wrong(result=lambda each, words: each.sum(1)),),
        ),
        Mistake(
            "only the pads count",
            "It is the other way round: `words` is True where there is a word.",
            (wrong(result=lambda each, words: each.where(~words, 0.0).sum(1)),),
        ),
    ),
)
