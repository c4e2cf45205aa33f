"""Language models that count: their probabilities by hand, and what they say on held-out text."""

import math
import operator

import pytest
import torch
from torch.testing import assert_close

from transformer_lib import Config, Decoder
from transformer_lib.batching import next_token_batch
from transformer_lib.evaluation import HeldOut, evaluate, share
from transformer_lib.metrics import LanguageModelScore
from transformer_lib.ngrams import NGram

TEXTS = [[1, 5, 6, 5, 2], [1, 5, 6, 2], [1, 6, 2]]
HELD_OUT = [[1, 5, 6, 6, 2], [1, 7, 2], [1, 6, 5, 2]]


def test_a_unigram_is_the_counts_smoothed_towards_a_fair_die():
    p = NGram(TEXTS, order=1, vocab_size=11, strength=2.0).probabilities((5,))
    counts = torch.tensor([0, 0, 3, 0, 0, 3, 3, 0, 0, 0, 0], dtype=torch.float64)
    assert_close(p, (counts + 2 / 11) / (9 + 2))


def test_a_trigram_falls_back_on_shorter_contexts():
    model = NGram(TEXTS, order=3, vocab_size=11, strength=2.0)
    one = (torch.tensor([0, 0, 3, 0, 0, 3, 3, 0, 0, 0, 0], dtype=torch.float64) + 2 / 11) / 11
    after_6 = (torch.tensor([0, 0, 2, 0, 0, 1, 0, 0, 0, 0, 0]) + 2 * one) / 5
    after_56 = (torch.tensor([0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0]) + 2 * after_6) / 4
    assert_close(model.probabilities((6,)), after_6)
    assert_close(model.probabilities((5, 6)), after_56)
    assert_close(model.probabilities((1, 9, 5, 6)), after_56)
    assert_close(model.probabilities((9, 6)), after_6)
    assert_close(model.probabilities((9,)), one)
    for context in ((), (6,), (5, 6), (6, 7)):
        assert_close(model.probabilities(context).sum(), torch.tensor(1.0, dtype=torch.float64))


def test_without_smoothing_it_believes_what_it_saw():
    p = NGram(TEXTS, order=2, vocab_size=11, strength=0.0).probabilities((1,))
    assert_close(p[[5, 6]], torch.tensor([2 / 3, 1 / 3], dtype=torch.float64))
    assert p.sum() == p[[5, 6]].sum()


def test_it_counts_what_followed_each_context_within_a_text():
    counts = NGram([[1, 5, 6], [], [5, 6, 2, 6]], order=3, vocab_size=11, strength=1.0).counts
    assert counts == {
        (): {5: 1, 6: 3, 2: 1},
        (1,): {5: 1},
        (5,): {6: 2},
        (6,): {2: 1},
        (2,): {6: 1},
        (1, 5): {6: 1},
        (5, 6): {2: 1},
        (6, 2): {6: 1},
    }


def test_of_a_lower_order_it_is_what_fewer_counts_give():
    highest = NGram(TEXTS, order=3, vocab_size=11, strength=2.0)
    for order in (1, 2, 3):
        counted = NGram(TEXTS, order=order, vocab_size=11, strength=2.0)
        for context in ((), (6,), (5, 6), (1, 5, 6), (6, 7)):
            assert_close(highest.of_order(order).probabilities(context), counted.probabilities(context))
    assert highest.order == 3


def test_it_is_called_like_a_decoder():
    model = NGram(TEXTS, order=2, vocab_size=11, strength=1.0)
    batch = next_token_batch(HELD_OUT)
    logits = model(batch.tokens, batch.mask)
    assert logits.shape == (3, 4, 11)
    assert_close(logits[2, 1].double(), model.probabilities((1, 6)).log())
    assert not logits[1, 2:].any()


def test_evaluation_is_that_of_all_tokens_whatever_the_batches():
    model = NGram(TEXTS, order=2, vocab_size=11, strength=1.0)
    nats = [
        -sum(math.log(model.probabilities(tuple(ids[:at]))[ids[at]]) for at in range(1, len(ids))) for ids in HELD_OUT
    ]
    for options in ({"batch_size": 1}, {"batch_size": 2}, {}):
        result = evaluate(model, HELD_OUT, **options)
        assert_close(result.nats, torch.tensor(nats, dtype=torch.float64), atol=1e-5, rtol=0)
        assert result.tokens.tolist() == [4, 2, 3]
        guesses = [[model.probabilities(tuple(ids[:at])).argmax() for at in range(1, len(ids))] for ids in HELD_OUT]
        right = [sum(map(operator.eq, guess, ids[1:])) for guess, ids in zip(guesses, HELD_OUT, strict=True)]
        assert result.correct.tolist() == right
    batch = next_token_batch(HELD_OUT)
    whole = LanguageModelScore().add(model(batch.tokens), batch.targets, batch.counts)
    assert result.score.perplexity == pytest.approx(whole.perplexity, rel=1e-6)
    assert result.score.correct == whole.correct


def test_a_decoder_is_evaluated_without_its_padding_and_without_gradients():
    torch.manual_seed(0)
    model = Decoder(Config(vocab_size=11, d_model=12, n_heads=3, n_layers=1, d_ff=7)).eval()
    together, alone = (evaluate(model, HELD_OUT, batch_size=size) for size in (3, 1))
    assert_close(together.nats, alone.nats, atol=1e-5, rtol=0)
    assert not together.nats.requires_grad


def test_the_interval_holds_the_figure_and_narrows_with_more_sentences():
    generator = torch.Generator().manual_seed(0)

    def drawn(n):
        tokens = torch.randint(2, 30, (n,), generator=generator)
        nats = torch.randn(n, generator=generator, dtype=torch.float64).abs() * tokens
        return HeldOut(nats, tokens, tokens)

    few, many = drawn(23), drawn(701)
    for result in (few, many):
        low, high = result.interval()
        assert low < result.score.perplexity < high
    width = [high - low for low, high in (few.interval(), many.interval())]
    assert width[1] < width[0] / 2
    drawn_again = torch.randint(23, (1000, 23), generator=torch.Generator().manual_seed(0))
    values = [math.exp(few.nats[rows].sum() / few.tokens[rows].sum()) for rows in drawn_again]
    ends = torch.tensor(values, dtype=torch.float64).quantile(torch.tensor([0.025, 0.975], dtype=torch.float64))
    assert few.interval() == pytest.approx(ends.tolist())
    assert few.interval(seed=1) != few.interval()
    assert torch.initial_seed() == 0  # the reader's random numbers are left alone
    inner, outer = few.interval(level=0.5), few.interval()
    assert outer[0] < inner[0] < inner[1] < outer[1]
    lengths = torch.tensor([3, 2, 11, 5, 7])  # one nat per token each: whatever is drawn, the ratio is 1
    same = HeldOut(lengths.double(), lengths, lengths)
    assert same.interval() == pytest.approx((math.e, math.e))


@pytest.mark.usefixtures("as_a_user")
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: NGram(TEXTS, order=0, vocab_size=11, strength=1.0), "order must be at least 1, but was 0"),
        (lambda: NGram(TEXTS, order=1, vocab_size=11, strength=-1.0), "strength must not be negative, but was -1.0"),
        (lambda: NGram(TEXTS, order=1, vocab_size=6, strength=1.0), "ids must lie between 0 and 5, but were 1 to 6"),
        (lambda: NGram(TEXTS, order=2, vocab_size=7, strength=1.0).of_order(3), "order must be between 1 and 2, which"),
        (lambda: evaluate(NGram(TEXTS, order=1, vocab_size=7, strength=1.0), []), "sequences must hold at least one"),
        (
            lambda: evaluate(NGram(TEXTS, order=1, vocab_size=7, strength=1.0), TEXTS).interval(level=95),
            "level must lie between 0 and 1, but was 95",
        ),
        (lambda: HeldOut(*torch.ones(3, 2)).interval(level=0), "level must lie between 0 and 1, but was 0"),
        (lambda: HeldOut(*torch.ones(3, 2)).interval(level=1), "level must lie between 0 and 1, but was 1"),
    ],
)
def test_errors_name_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_shares_and_their_intervals():
    for hits in (0, 7, 50):
        p, low, high = share(hits, 50)
        assert p == hits / 50
        assert 0 <= low <= p + 1e-12
        assert p - 1e-12 <= high <= 1
    _, low, high = share(8, 10)  # Wilson's, by hand: (0.8 + 0.192 -+ 0.27...) / 1.384
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)


@pytest.mark.parametrize(("hits", "n"), [(3, 2), (-1, 2), (0, 0)])
def test_a_share_is_of_something(hits, n):
    with pytest.raises(ValueError, match=f"hits must be from 0 to n, and n at least 1, but were {hits} of {n}"):
        share(hits, n)
