"""The log-likelihood of each sentence of a batch, from logits: stable, and blind to padding."""

import math
from collections.abc import Callable

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task
from transformer_lib.metrics import log_likelihood

ONE, BATCHES, LARGE, PADDED = "one sentence", "batches and dtypes", "large logits", "with padding"
Steps = Callable[..., Tensor]


def drawn(
    batch: tuple[int, ...], length: int, vocab_size: int, g: Generator, dtype: torch.dtype = torch.float32
) -> tuple[Tensor, Tensor]:
    """Logits in halves and targets; the targets are not the first choices, nor all alike."""
    while True:
        logits = torch.randint(-4, 5, (*batch, length, vocab_size), generator=g).to(dtype) / 2
        targets = torch.randint(vocab_size, (*batch, length), generator=g)
        chosen = logits.gather(-1, targets[..., None])[..., 0]
        each_differs = (logits.amax(-1) - chosen).sum(-1).amin() > 0.4
        if each_differs and chosen.sum(-1).abs().amin() > 0.4 and (length == 1 or targets.unique().numel() > 1):
            return logits, targets


def near(logits: list[list[float]], generator: Generator) -> Tensor:
    """These logits, each lowered by at most 1: by whole quarters, which float32 holds exactly."""
    rows = torch.tensor(logits)
    return rows - torch.randint(5, rows.shape, generator=generator) / 4


def with_padding(lengths: list[int], vocab_size: int, fill: int, g: Generator) -> tuple[Tensor, Tensor, Tensor]:
    """A batch whose padded targets are `fill`, which need not be a token."""
    mask = torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]
    logits, targets = drawn((len(lengths),), max(lengths), vocab_size, g)
    return logits, targets.masked_fill(~mask, fill), mask


def draw_batches(generator: Generator) -> list[Case]:
    """From one word by hand to padding that is no token."""
    g = generator
    apart = near([[900.0, -900.0, 898.0], [-900.0, 897.0, 900.0]], g)
    far = near([[1e5, 0.0, -1e5], [0.0, 1e5, 1e5 - 2]], g)
    low = near([[-700.0, -702.0], [-1200.0, -1203.0]], g)
    return [
        Case(drawn((), 1, 2, g), "1 word of 2 to choose from", ONE),
        Case(drawn((), 3, 5, g), "3 words of 5 to choose from", ONE),
        Case(drawn((), 4, 4, g), "4 words of 4 to choose from", ONE),
        Case(drawn((2,), 2, 3, g), "2 sentences of 2 words", BATCHES),
        Case(drawn((3,), 5, 7, g), "3 sentences of 5 words", BATCHES),
        Case(drawn((2, 3), 5, 7, g), "2 texts of 3 sentences of 5 words", BATCHES),
        Case((*drawn((2,), 3, 5, g), None), "2 sentences of 3 words, mask=None", BATCHES),
        Case(drawn((2,), 3, 5, g, torch.float64), "2 sentences of 3 words, in float64", BATCHES),
        Case((apart, torch.tensor([2, 1])), "2 words, logits near 900 and -900", LARGE),
        Case((far, torch.tensor([1, 2])), "2 words, logits of a hundred thousand", LARGE),
        Case((low, torch.tensor([1, 1])), "2 words, all logits far below 0", LARGE),
        Case(with_padding([2, 1], 3, 0, g), "sentences of 2 and 1 words, padded with 0", PADDED),
        Case(with_padding([2, 5, 3], 7, 0, g), "sentences of 2, 5 and 3 words, padded with 0", PADDED),
        Case(with_padding([3, 0], 5, 0, g), "2 sentences, one of them empty", PADDED),
        Case(with_padding([2, 3], 5, -100, g), "sentences of 2 and 3 words, padded with -100", PADDED),
        Case(with_padding([4, 1, 2], 5, 5, g), "3 sentences, padded with 5, which is no token", PADDED),
    ]


def by_steps(
    log_p: Steps = lambda logits: logits.log_softmax(-1),
    pick: Steps = lambda log_p, rows: log_p.gather(-1, rows[..., None])[..., 0],
    total: Steps = lambda each: each.sum(-1),
    keep: Steps = lambda mask: mask,
    clean: Steps = lambda targets, mask: targets.masked_fill(~mask, 0),
) -> Callable[..., Tensor]:
    """The log-likelihood with its steps to be put wrong one by one."""

    def wrong(logits: Tensor, targets: Tensor, mask: Tensor | None = None) -> Tensor:
        rows = targets if mask is None else clean(targets, mask)
        each = pick(log_p(logits), rows)
        if mask is not None:
            each = each.masked_fill(~keep(mask), 0.0)
        return total(each)

    return wrong


def product_of_chances(logits: Tensor, targets: Tensor, mask: Tensor | None = None) -> Tensor:
    p = logits.softmax(-1).gather(-1, targets.clamp(0, logits.shape[-1] - 1)[..., None])[..., 0]
    return (p if mask is None else p.masked_fill(~mask, 1.0)).prod(-1)


def logarithm_of_the_product(logits: Tensor, targets: Tensor, mask: Tensor | None = None) -> Tensor:
    return product_of_chances(logits, targets, mask).log()


def mean_of_words(logits: Tensor, targets: Tensor, mask: Tensor | None = None) -> Tensor:
    total = log_likelihood(logits, targets, mask)
    return total / (targets.shape[-1] if mask is None else mask.sum(-1))


def shifted(logits: Tensor, targets: Tensor, mask: Tensor | None = None) -> Tensor:
    return log_likelihood(logits[..., :-1, :], targets[..., 1:], None if mask is None else mask[..., 1:])


def logits_filled(logits: Tensor, targets: Tensor, mask: Tensor | None = None) -> Tensor:
    if mask is None:
        return log_likelihood(logits, targets)
    return log_likelihood(logits.masked_fill(~mask[..., None], 0.0), targets.masked_fill(~mask, 0))


def exp_by_hand(logits: Tensor) -> Tensor:
    parts = logits.exp()
    return (parts / parts.sum(-1, keepdim=True)).log()


TASK = Task(
    name="log_likelihood",
    title="Log-likelihood from logits",
    function="my_log_likelihood",
    parameters=("logits", "targets", "mask=None"),
    parts={ONE: 2, BATCHES: 1, LARGE: 1, PADDED: 2},
    draw=draw_batches,
    solution=log_likelihood,
    mistakes=(
        Mistake(
            "the surprise",
            "The sign is the other one. A log-likelihood is the logarithm of a chance, so it is never above 0.",
            (lambda *a: -log_likelihood(*a),),
        ),
        Mistake(
            "the mean instead of the sum",
            "You average over the words. The chances of a sentence's words are multiplied, so their logarithms are "
            "added.",
            (mean_of_words, by_steps(total=lambda each: each.mean(-1))),
        ),
        Mistake(
            "one number for the whole batch",
            "You add up over sentences, too. Each sentence has a log-likelihood of its own: sum the last axis only.",
            (lambda *a: log_likelihood(*a).sum(), lambda *a: log_likelihood(*a).mean()),
        ),
        Mistake(
            "each word's log-probability",
            "You return a number for each word. Add them up along each sentence.",
            (by_steps(total=lambda each: each),),
        ),
        Mistake(
            "the logits themselves",
            "You add up logits. They are not logarithms of chances yet: the exponentials of a position's logits do "
            "not sum to 1.",
            (by_steps(log_p=lambda logits: logits),),
        ),
        Mistake(
            "chances added",
            "You add up chances. Along a sentence chances are multiplied; it is their logarithms that are added.",
            (by_steps(log_p=lambda logits: logits.softmax(-1)),),
        ),
        Mistake(
            "the likelihood, without its logarithm",
            "You return the chance of the sentence. Its logarithm was asked for: a page's chance is too small for any "
            "number.",
            (product_of_chances, lambda *a: log_likelihood(*a).exp()),
        ),
        Mistake(
            "a softmax over the words of the sentence",
            "Your softmax runs over the positions. At each position it is the *classes* that share one chance: the "
            "last axis.",
            (
                by_steps(log_p=lambda logits: logits.log_softmax(-2)),
                by_steps(log_p=lambda logits: logits.log_softmax(0)),
            ),
        ),
        Mistake(
            "a softmax along axis 1",
            "With `dim=1` the softmax runs over the classes only as long as there is no batch. Count the axes from the "
            "end.",
            (by_steps(log_p=lambda logits: logits.log_softmax(1)),),
        ),
        Mistake(
            "in bits",
            "Your logarithms are to base 2. This book's library, and PyTorch, use the natural one.",
            (lambda *a: log_likelihood(*a) / math.log(2),),
        ),
        Mistake(
            "the first choice instead of the word that came",
            "You take each position's best chance. What counts is the chance of the word that really came.",
            (by_steps(pick=lambda log_p, rows: log_p.amax(-1)),),
        ),
        Mistake(
            "shifted by one",
            "You pair each position's logits with the target after it. `targets` has been shifted already: the logits "
            "at t are for target t.",
            (shifted,),
        ),
        Mistake(
            "the logarithm comes too late",
            "With large logits a chance is rounded to 0 (or exp overflows) before you take its logarithm. Go from "
            "logits to log-probabilities in one step, or subtract the largest logit first.",
            (
                by_steps(log_p=lambda logits: logits.softmax(-1).log()),
                by_steps(log_p=exp_by_hand),
                by_steps(log_p=lambda logits: logits - logits.exp().sum(-1, keepdim=True).log()),
                logarithm_of_the_product,
                *(by_steps(log_p=lambda x, e=e: (x.softmax(-1) + e).log()) for e in (1e-6, 1e-8, 1e-9, 1e-10, 1e-12)),
                *(by_steps(log_p=lambda x, e=e: x.softmax(-1).clamp(min=e).log()) for e in (1e-8, 1e-9, 1e-10, 1e-12)),
            ),
        ),
        Mistake(
            "padding counted",
            "The chance of padding is in your sum. Where the mask is False nothing should be added.",
            (
                lambda logits, targets, mask=None: log_likelihood(logits, targets.clamp(0, logits.shape[-1] - 1)),
                lambda logits, targets, mask=None: log_likelihood(logits, targets.clamp(min=0)),
                by_steps(keep=lambda mask: mask | True),
            ),
        ),
        Mistake(
            "padding's logits set to 0",
            "You blank the padding's logits, and go on. A position of equal logits is a fair die, and still costs "
            "something. Blank what is added up.",
            (logits_filled,),
        ),
        Mistake(
            "padding used as an index",
            "A padded target need not be a token: -100 and the like cannot be looked up. Put any token in its place "
            "first, and drop what comes out.",
            (
                by_steps(clean=lambda targets, mask: targets),
                by_steps(clean=lambda targets, mask: targets.clamp(min=0)),
            ),
        ),
        Mistake(
            "the mask inverted",
            "You add up the padding and leave out the words. In this book True means: this one counts.",
            (by_steps(keep=lambda mask: ~mask),),
        ),
    ),
)
