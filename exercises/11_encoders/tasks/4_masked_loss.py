"""The masked model's loss: no shift, only what is asked, one mean over all of it, and nothing asked at all."""

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task

ALL, SOME, NONE = "every word is asked", "some words are asked", "nothing is asked"
NOT_ASKED = -100


def loss(
    logits: Tensor,
    labels: Tensor,
    *,
    log_p=lambda logits: logits.log_softmax(-1),
    places=lambda log_p, labels: (log_p, labels),
    asked=lambda labels: labels != NOT_ASKED,
    mean=lambda each, counts: each[counts].sum() / counts.sum().clamp(min=1),
) -> Tensor:
    """The right answer, with its steps to be put wrong one by one."""
    scores, targets = places(log_p(logits), labels)
    each = -scores.gather(-1, targets.clamp(min=0)[..., None])[..., 0]
    return mean(each, asked(targets))


def draw(generator: Generator) -> list[Case]:
    """Rows in which different numbers of words are asked, at the first and last places, too."""

    def case(batch: int, length: int, vocab: int, part: str) -> Case:
        while True:
            labels = torch.randint(vocab, (batch, length), generator=generator)
            asked = torch.rand(batch, length, generator=generator) < {ALL: 2, SOME: 0.45, NONE: -1}[part]
            counts = asked.sum(1)
            varied = part != SOME or (len(set(counts.tolist())) > 1 and int(counts.min()) > 0)
            ends = part != SOME or (bool(asked[:, 0].any()) and bool(asked[:, -1].any()) and bool((~asked).any()))
            shifted = part != SOME or (bool(asked[:, 1:].any()) and bool(asked[:, :-1].any()))
            if varied and ends and shifted and (part != SOME or bool((labels[asked] == 0).any())):
                break
        logits = (torch.randn(batch, length, vocab, generator=generator) * 8).round() / 4
        what = f"{'one row' if batch == 1 else f'{batch} rows'} of {length}, {counts.tolist()} asked"
        return Case((logits, labels.masked_fill(~asked, NOT_ASKED)), what, part)

    sizes = {
        ALL: [(1, 2, 3), (2, 3, 5), (3, 5, 7)],
        SOME: [(2, 4, 3), (3, 5, 2), (5, 7, 5)],
        NONE: [(1, 3, 2), (2, 5, 3)],
    }
    return [case(*size, part) for part, list_of in sizes.items() for size in list_of]


def wrong(**changes):
    return lambda logits, labels: loss(logits, labels, **changes)


def row_by_row(each: Tensor, counts: Tensor) -> Tensor:
    return ((each * counts).sum(1) / counts.sum(1).clamp(min=1)).mean()


TASK = Task(
    name="masked_loss",
    title="The loss of masked words",
    function="my_masked_loss",
    parameters=("logits", "labels"),
    parts={ALL: 2, SOME: 3, NONE: 1},
    draw=draw,
    solution=wrong(),
    mistakes=(
        Mistake(
            "shifted as in a decoder",
            "You compare the logits at a place with the label of the *next* one. An encoder is asked for the word "
            "at the place itself.",
            (
                wrong(places=lambda log_p, labels: (log_p[:, :-1], labels[:, 1:])),
                wrong(places=lambda log_p, labels: (log_p[:, 1:], labels[:, :-1])),
            ),
        ),
        Mistake(
            "what is not asked counts as word 0",
            "Places with the label -100 enter your loss, as if word 0 had been asked there.",
            (wrong(asked=lambda labels: labels > -1000),),
        ),
        Mistake(
            "divided by all places",
            "The sum is right, but you divide by all places. Divide by how many were asked.",
            (wrong(mean=lambda each, counts: (each * counts).mean()),),
        ),
        Mistake(
            "the mean of the rows' means",
            "You average each row and then the rows. Here each asked *word* weighs the same.",
            (wrong(mean=row_by_row),),
        ),
        Mistake(
            "the sum for each row",
            "You divide by the number of rows. Divide by how many words were asked.",
            (wrong(mean=lambda each, counts: (each * counts).sum() / len(each)),),
        ),
        Mistake(
            "the sum instead of the mean",
            "You return the sum. Asked for is the mean over the words that were asked.",
            (wrong(mean=lambda each, counts: (each * counts).sum()),),
        ),
        Mistake(
            "no number where nothing is asked",
            "Where nothing is asked you divide by 0, and the loss is no number any more. It should be 0.",
            (
                wrong(mean=lambda each, counts: each[counts].mean()),
                wrong(mean=lambda each, counts: each[counts].sum() / counts.sum() + 0 * each.sum()),
            ),
        ),
        Mistake(
            "word 0 is never asked",
            "You leave out the words with the number 0 (or below). 0 is a word; what is not asked has -100.",
            (wrong(asked=lambda labels: labels > 0),),
        ),
        Mistake(
            "no minus",
            "Your loss is negative: log p itself. The surprise is -log p.",
            (wrong(mean=lambda each, counts: -each[counts].sum() / counts.sum().clamp(min=1)),),
        ),
        Mistake(
            "logits for log-probabilities",
            "You take the word's logit as it is. Only after a log-softmax is it the logarithm of a probability.",
            (wrong(log_p=lambda logits: logits),),
        ),
        Mistake(
            "probabilities without a logarithm",
            "You average probabilities. The loss is made of their logarithms.",
            (
                wrong(log_p=lambda logits: logits.softmax(-1)),
                wrong(log_p=lambda logits: -logits.softmax(-1)),
                wrong(log_p=lambda logits: logits.softmax(-1) - 1),
            ),
        ),
        Mistake(
            "two softmaxes",
            "You take a softmax, and of its probabilities another one. `cross_entropy` has a softmax inside: it wants "
            "the logits.",
            (wrong(log_p=lambda logits: logits.softmax(-1).log_softmax(-1)),),
        ),
        Mistake(
            "softmax over the places",
            "Your softmax runs along the places of a row. At each place the *words* share the probability.",
            (wrong(log_p=lambda logits: logits.log_softmax(1)),),
        ),
    ),
)
