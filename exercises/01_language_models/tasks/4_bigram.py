"""A bigram model from counts, smoothed towards the unigram, and its perplexity on held-out texts."""

from collections.abc import Callable

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task

ONE, SEVERAL, UNSEEN = "one text", "several texts, padded", "what was never seen"
Pairs = Callable[[Tensor], tuple[Tensor, Tensor]]


def padded(texts: list[Tensor]) -> Tensor:
    return torch.nn.utils.rnn.pad_sequence(texts, batch_first=True)


def text(length: int, tokens: int, generator: Generator) -> Tensor:
    """Tokens from 1 to `tokens`, the low ones more often."""
    drawn = torch.rand(length, generator=generator) ** 1.5
    return 1 + (drawn * tokens).long()


def followers(train: Tensor) -> set[int]:
    return set(pairs_of(train)[0].tolist())


def drawn_texts(
    train: list[int], held_out: list[int], tokens: int, g: Generator, *, familiar: bool = False
) -> tuple[Tensor, Tensor]:
    """Texts of these lengths. Every held-out token was seen before another one, and so was a training text's end.

    familiar: whether all held-out pairs were seen, or some and not others.
    """
    while True:
        learned = [text(n, tokens, g) for n in train]
        tests = [text(n, tokens, g) for n in held_out]
        tests[0][0] = learned[0][-1]
        a, b = padded(learned), padded(tests)
        known = followers(a) >= set(b[b > 0].tolist()) and len(followers(a)) > 2
        asked = set(zip(*(x.tolist() for x in pairs_of(b)), strict=True))
        seen = set(zip(*(x.tolist() for x in pairs_of(a)), strict=True))
        if known and asked & seen and familiar is not bool(asked - seen):
            return a, b


def with_strangers(tokens: int, stranger: int, g: Generator) -> tuple[Tensor, Tensor]:
    """A held-out text in which a token stands that no training text has, before and after others."""
    train, held_out = drawn_texts([13, 7], [5, 3], tokens, g)
    held_out[0, 2] = stranger
    return train, held_out


def draw_bigrams(generator: Generator) -> list[Case]:
    """Small enough to be counted by hand, then in padded batches, then with unknown tokens."""
    g = generator
    return [
        Case((*drawn_texts([7], [3], 3, g, familiar=True), 6, 2.0), "7 tokens to learn from, 3 held out", ONE),
        Case((*drawn_texts([17], [7], 4, g, familiar=True), 7, 0.5), "17 tokens to learn from, 7 held out", ONE),
        Case((*drawn_texts([31], [11], 5, g, familiar=True), 11, 5.0), "31 tokens to learn from, 11 held out", ONE),
        Case((*drawn_texts([7, 5], [3, 5], 3, g), 6, 2.0), "2 texts to learn from, 2 held out", SEVERAL),
        Case((*drawn_texts([11, 2, 7], [5, 2, 7], 4, g), 9, 1.0), "3 texts to learn from, 3 held out", SEVERAL),
        Case((*drawn_texts([13, 5, 11], [2, 11, 3], 5, g), 11, 3.0), "3 longer texts, 3 held out", SEVERAL),
        Case((*with_strangers(4, 6, g), 8, 2.0), "a held-out token that was never seen", UNSEEN),
        Case((*with_strangers(5, 7, g), 13, 0.5), "a token that was never seen, little smoothing", UNSEEN),
    ]


def pairs_of(texts: Tensor) -> tuple[Tensor, Tensor]:
    """Each token and the one after it, within its text."""
    word = texts[:, 1:] != 0
    return texts[:, :-1][word], texts[:, 1:][word]


def across_texts(texts: Tensor) -> tuple[Tensor, Tensor]:
    line = texts[texts != 0]
    return line[:-1], line[1:]


def with_pads(texts: Tensor) -> tuple[Tensor, Tensor]:
    return texts[:, :-1].flatten(), texts[:, 1:].flatten()


def table(pairs: tuple[Tensor, Tensor], vocab_size: int) -> Tensor:
    counts = torch.zeros(vocab_size, vocab_size)
    return counts.index_put(pairs, torch.ones(len(pairs[0])), accumulate=True)


def fair(counts: Tensor, train: Tensor, strength: float) -> Tensor:
    """How often each token follows anything, smoothed towards a fair die."""
    c = counts.sum(0)
    return (c + strength / len(c)) / (c.sum() + strength)


def mixed(counts: Tensor, below: Tensor, strength: float) -> Tensor:
    return (counts + strength * below) / (counts.sum(1, keepdim=True) + strength)


def geometric(p: Tensor) -> Tensor:
    return (-p.log().mean()).exp()


def by_steps(
    unigram: Callable[[Tensor, Tensor, float], Tensor] = fair,
    mix: Callable[[Tensor, Tensor, float], Tensor] = mixed,
    final: Callable[[Tensor], Tensor] = geometric,
    learn: Pairs = pairs_of,
    test: Pairs = pairs_of,
    size: Callable[[Tensor, int], int] = lambda train, vocab_size: vocab_size,
) -> Callable[..., Tensor]:
    """The whole way from counts to perplexity, its steps to be put wrong one by one."""

    def perplexity(train: Tensor, held_out: Tensor, vocab_size: int, strength: float) -> Tensor:
        counts = table(learn(train), size(train, vocab_size))
        p = mix(counts, unigram(counts, train, strength), strength)
        return final(p[test(held_out)])

    return perplexity


def every_token(counts: Tensor, train: Tensor, strength: float) -> Tensor:
    """The unigram from all tokens, first ones included."""
    c = train[train != 0].bincount(minlength=len(counts))
    return (c + strength / len(c)) / (c.sum() + strength)


def occurrences(train: Tensor, held_out: Tensor, vocab_size: int, strength: float) -> Tensor:
    counts = table(pairs_of(train), vocab_size)
    times = train[train != 0].bincount(minlength=vocab_size)[:, None]
    p = (counts + strength * fair(counts, train, strength)) / (times + strength)
    return geometric(p[pairs_of(held_out)])


def text_by_text(join: Callable[[Tensor], Tensor]) -> Callable[..., Tensor]:
    """A perplexity for each text, joined somehow."""

    def perplexity(train: Tensor, held_out: Tensor, vocab_size: int, strength: float) -> Tensor:
        each = [by_steps()(train, row[None], vocab_size, strength) for row in held_out]
        return join(torch.stack(each))

    return perplexity


def only_seen(p_of: Callable[[Tensor, Tensor, float], Tensor]) -> Callable[..., Tensor]:
    """Pairs that were never counted are left out of the mean."""

    def perplexity(train: Tensor, held_out: Tensor, vocab_size: int, strength: float) -> Tensor:
        counts = table(pairs_of(train), vocab_size)
        p = p_of(counts, fair(counts, train, strength), strength)
        asked = pairs_of(held_out)
        return geometric(p[asked][counts[asked] > 0])

    return perplexity


def shares(counts: Tensor, below: Tensor, strength: float) -> Tensor:
    return counts / counts.sum(1, keepdim=True)


right = by_steps()
TASK = Task(
    name="bigram",
    title="A smoothed bigram model on held-out text",
    function="my_bigram_perplexity",
    parameters=("train", "held_out", "vocab_size", "strength"),
    parts={ONE: 4, SEVERAL: 3, UNSEEN: 1},
    draw=draw_bigrams,
    solution=right,
    mistakes=(
        Mistake(
            "no smoothing",
            "Your chances are the plain shares, so a pair that was never seen will have the chance 0. Mix the counts "
            "with the unigram's chances, as if it had `strength` sightings to tell of.",
            (by_steps(mix=shares), by_steps(mix=lambda c, u, s: (c / c.sum(1, keepdim=True)).nan_to_num())),
        ),
        Mistake(
            "unseen pairs left out",
            "You average over the pairs that were seen in training only. What was never seen is exactly what the "
            "held-out text tests.",
            (only_seen(mixed),),
        ),
        Mistake(
            "smoothing towards a fair die",
            "You mix the counts with 1 / vocab_size. Mix them with the unigram: a frequent word is a better guess than "
            "a rare one even after a word that was never seen.",
            (by_steps(unigram=lambda c, t, s: torch.full((len(c),), 1 / len(c))),),
        ),
        Mistake(
            "add one",
            "You add the same number to every count. Here the unigram's chance, times `strength`, is added.",
            (
                by_steps(mix=lambda c, u, s: (c + 1) / (c.sum(1, keepdim=True) + len(c))),
                by_steps(mix=lambda c, u, s: (c + s) / (c.sum(1, keepdim=True) + s * len(c))),
            ),
        ),
        Mistake(
            "the chances do not sum to 1",
            "`strength` is added above the fraction line, and something else (or nothing) below it. After each word "
            "the chances of all words should sum to 1: check your table's rows.",
            (
                by_steps(mix=lambda c, u, s: (c + s * u) / c.sum(1, keepdim=True)),
                by_steps(mix=lambda c, u, s: (c + s * u) / (c.sum(1, keepdim=True) + s * len(c))),
                by_steps(mix=lambda c, u, s: (c + u) / (c.sum(1, keepdim=True) + s)),
                by_steps(mix=lambda c, u, s: (c + s * u) / (c.sum(1, keepdim=True) + 1)),
            ),
        ),
        Mistake(
            "the unigram alone",
            "Your chances do not depend on the word before. The counts of pairs are missing.",
            (by_steps(mix=lambda c, u, s: u.expand(len(c), -1)),),
        ),
        Mistake(
            "divided by all pairs",
            "You divide each count of a pair by the number of *all* pairs. That is how often the two come together. "
            "Divide by how often the first of them came.",
            (
                by_steps(mix=lambda c, u, s: (c + s * u) / (c.sum() + s)),
                by_steps(mix=lambda c, u, s: (c + s * u) / c.sum()),
            ),
        ),
        Mistake(
            "the word before, given the word after",
            "Rows and columns have changed places: you ask which word came before. The first word of a pair is given.",
            (
                by_steps(mix=lambda c, u, s: mixed(c.T, u, s)),
                by_steps(mix=lambda c, u, s: mixed(c, u, s).T),
                by_steps(mix=lambda c, u, s: mixed(c.T, u, s).T),
            ),
        ),
        Mistake(
            "occurrences instead of pairs",
            "You divide by how often a word occurs. At the end of a text it occurs and nothing follows, so that your "
            "chances sum to less than 1. Count the pairs that begin with it.",
            (occurrences,),
        ),
        Mistake(
            "first words in the unigram",
            "Your unigram counts the first word of each text, too. Nobody has to predict it: count the words that "
            "follow another one.",
            (by_steps(unigram=every_token),),
        ),
        Mistake(
            "the unigram of words before",
            "Your unigram says how often a word is the *first* of a pair. What you predict is the second.",
            (by_steps(unigram=lambda c, t, s: fair(c.T, t, s)),),
        ),
        Mistake(
            "the training text's perplexity",
            "You ask about the pairs of `train`. A model does well on what it has counted: ask about `held_out`.",
            (lambda train, held_out, vocab_size, strength: right(train, train, vocab_size, strength),),
        ),
        Mistake(
            "counted on the held-out text",
            "Your counts come from `held_out`, too. Then it is not held out.",
            (
                lambda train, held_out, vocab_size, strength: right(held_out, held_out, vocab_size, strength),
                lambda train, held_out, vocab_size, strength: right(
                    padded([*train, *held_out]), held_out, vocab_size, strength
                ),
            ),
        ),
        Mistake(
            "no exponential at the end",
            "That is the cross-entropy, or the log-likelihood. Perplexity is the exponential of the mean surprise.",
            (
                by_steps(final=lambda p: -p.log().mean()),
                by_steps(final=lambda p: p.log().mean()),
                by_steps(final=lambda p: p.log().sum()),
                by_steps(final=lambda p: -p.log().sum()),
                by_steps(final=lambda p: -p.log2().mean()),
            ),
        ),
        Mistake(
            "an arithmetic mean",
            "You average the chances, or one over them. Along a text chances are multiplied: average their logarithms.",
            (by_steps(final=lambda p: 1 / p.mean()), by_steps(final=lambda p: (1 / p).mean())),
        ),
        Mistake(
            "two bases",
            "One of your logarithm and your exponential is to base 2, and the other is not.",
            (by_steps(final=lambda p: 2 ** -p.log().mean()), by_steps(final=lambda p: (-p.log2().mean()).exp())),
        ),
        Mistake(
            "the vocabulary of the training text",
            "You take the number of words from the text that you count. Others may come: it is `vocab_size`.",
            (
                by_steps(size=lambda train, n: int(train.max()) + 1),
                by_steps(
                    unigram=lambda c, t, s: (c.sum(0) + s / len(t[t != 0].unique())) / (c.sum() + s),
                ),
                by_steps(unigram=lambda c, t, s: (c.sum(0) + s / (len(c) - 1)) / (c.sum() + s)),
            ),
        ),
        Mistake(
            "the unigram is not smoothed",
            "A word that is in no training text has the chance 0 in your unigram, so smoothing towards it does not "
            "help. The unigram is mixed with a fair die in the same way.",
            (by_steps(unigram=lambda c, t, s: c.sum(0) / c.sum()),),
        ),
        Mistake(
            "pairs across texts",
            "You join the texts and count the last word of one and the first of the next as a pair. They have nothing "
            "to do with each other.",
            (
                by_steps(learn=across_texts, test=across_texts),
                by_steps(learn=across_texts),
                by_steps(test=across_texts),
            ),
        ),
        Mistake(
            "padding counted",
            "Padding is counted as if it were a word, or is to be predicted. 0 stands for no word.",
            (by_steps(learn=with_pads, test=with_pads), by_steps(learn=with_pads), by_steps(test=with_pads)),
        ),
        Mistake(
            "mean of the texts",
            "Each held-out text has the same say in your answer, however short. All predicted words should have the "
            "same say: one mean over all of them.",
            (
                text_by_text(lambda each: each.mean()),
                text_by_text(lambda each: each.log().mean().exp()),
                text_by_text(lambda each: each),
            ),
        ),
    ),
)
