"""Stretches of a long text, and bits per character."""

import math

import pytest
import torch

from transformer_lib.ngrams import NGram
from transformer_lib.windows import bits_per_character, windows

TEXT = torch.arange(5, 5 + 97)


def test_each_stretch_is_in_the_text_and_its_targets_are_one_later():
    batches = windows(TEXT, length=7, batch=3, steps=11)
    assert len(batches) == 11
    for batch in batches:
        assert batch.tokens.shape == batch.words.shape == batch.counts.shape == (3, 7)
        assert batch.mask is None
        assert torch.equal(batch.targets, batch.tokens + 1)
        assert torch.equal(batch.tokens.diff(dim=1), torch.ones(3, 6, dtype=torch.int64))
    starts = torch.stack([batch.tokens[:, 0] for batch in batches])
    assert len(starts.unique()) > 20
    for seed in (0, 1):
        again = windows(TEXT, length=7, batch=3, steps=11, seed=seed)
        assert torch.equal(starts, torch.stack([batch.tokens[:, 0] for batch in again])) == (seed == 0)


def test_drawing_leaves_pytorchs_own_generator_alone():
    before = torch.get_rng_state()
    windows(TEXT, length=7, batch=3, steps=1, seed=5)
    assert torch.equal(torch.get_rng_state(), before)


def test_every_start_can_be_drawn():
    starts = torch.cat([b.tokens[:, 0] for b in windows(torch.arange(5), length=2, batch=100, steps=1)])
    assert starts.unique().tolist() == [0, 1, 2]


def test_a_fair_die_has_the_bits_of_its_faces():
    def fair(tokens):
        return torch.zeros(*tokens.shape, 128)

    assert bits_per_character(fair, TEXT, length=11, stretches=3) == pytest.approx(7)
    assert bits_per_character(fair, TEXT, length=11, stretches=1) == pytest.approx(7)


def test_the_second_half_is_predicted_and_the_first_is_not():
    asked = []

    def model(tokens):  # sure of the right token in the second half, of a wrong one before
        asked.append(tokens)
        logits = torch.zeros(*tokens.shape, 128)
        right = tokens + 1
        right[:, : tokens.shape[1] // 2] = 0
        return logits.scatter(-1, right[..., None], 50.0)

    assert bits_per_character(model, TEXT, length=11, stretches=53) == pytest.approx(0, abs=1e-9)
    tokens = torch.cat(asked)
    assert tokens.shape == (53, 11)
    starts = tokens[:, 0].diff()
    assert set(starts.tolist()) == {1, 2}, "evenly: 85 steps in 52"
    assert tokens[0, 0] == TEXT[0]
    assert tokens[-1, -1] == TEXT[-2]


def test_left_out_there_are_fifty_stretches():
    read = []
    bits_per_character(lambda tokens: read.append(tokens) or torch.zeros(*tokens.shape, 128), TEXT, length=3)
    assert sum(map(len, read)) == 50


def test_it_takes_a_model_that_counts():
    text = torch.tensor([5, 6] * 20)
    model = NGram([text.tolist()], order=2, vocab_size=8, strength=0.0)
    assert bits_per_character(model, text, length=6, stretches=2) == pytest.approx(0, abs=1e-6)
    unigram = NGram([text.tolist()], order=1, vocab_size=8, strength=0.0)
    assert bits_per_character(unigram, text, length=6, stretches=7) == pytest.approx(1, abs=0.01)
    assert math.isfinite(bits_per_character(unigram, text, length=2, stretches=1))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: windows(TEXT, length=0, batch=1, steps=1), "length must be at least 1, but was 0"),
        (lambda: windows(TEXT, length=1, batch=0, steps=1), "batch must be at least 1, but was 0"),
        (lambda: windows(TEXT, length=1, batch=1, steps=0), "steps must be at least 1, but was 0"),
        (lambda: windows(TEXT, length=98, batch=1, steps=1), "length = 98, but were 97"),
        (lambda: windows(TEXT, length=97, batch=1, steps=1), "ids must be longer than one stretch of length = 97"),
        (lambda: bits_per_character(len, TEXT, length=1), "length must be at least 2 .* but were 1 and 50"),
        (lambda: bits_per_character(len, TEXT, length=2, stretches=0), "stretches at least 1, but were 2 and 0"),
        (lambda: bits_per_character(len, TEXT, length=98), "length = 98, but were 97"),
        (lambda: bits_per_character(len, TEXT, length=97), "ids must be longer than one stretch of length = 97"),
    ],
)
def test_errors_name_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()
