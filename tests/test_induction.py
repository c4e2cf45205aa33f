"""Sequences that repeat a part of themselves, and the small models that read them."""

import pytest
import torch
from torch import Generator

from transformer_lib import induction
from transformer_lib.induction import SIZES, copied_right, copier, kept_copier, repeats, repeats_batch
from transformer_lib.routes import prefix_matching, previous_token


def test_a_part_of_the_fresh_tokens_comes_again():
    tokens = repeats(300, Generator().manual_seed(0), n_tokens=13, fresh=11, copied=5)
    assert tokens.shape == (300, 16)
    assert tokens.min() == 0
    assert tokens.max() == 12
    assert all(len(set(row)) == 11 for row in tokens[:, :11].tolist())
    begins = (tokens[:, :11] == tokens[:, 11:12]).float().argmax(1)
    assert set(begins.tolist()) == set(range(7))
    again = tokens.gather(1, begins[:, None] + torch.arange(5))
    assert torch.equal(again, tokens[:, 11:])


def test_all_that_can_be_known_counts():
    tokens = repeats(3, Generator().manual_seed(0), n_tokens=13, fresh=11, copied=5)
    batch = repeats_batch(tokens, 5)
    assert torch.equal(batch.targets[batch.counts].view(3, 4), tokens[:, 12:])
    assert torch.equal(batch.tokens, tokens[:, :-1])
    assert batch.words.all()


def test_left_out_the_sizes_are_those_of_the_chapter():
    tokens = repeats(5, Generator().manual_seed(0))
    assert tokens.shape == (5, 32)
    assert repeats_batch(tokens).counts.sum(1).tolist() == [11] * 5
    assert kept_copier(1).config == SIZES.replace(n_layers=2)


@pytest.mark.parametrize("sizes", [(5, 7, 3), (7, 5, 6), (7, 5, 1)])
def test_sizes_that_cannot_be_are_refused(sizes):
    n_tokens, fresh, copied = sizes
    with pytest.raises(ValueError, match="2 <= copied <= fresh <= n_tokens"):
        repeats(1, Generator(), n_tokens=n_tokens, fresh=fresh, copied=copied)


def test_the_kept_models_copy_and_have_the_heads():
    tokens = repeats(50, Generator().manual_seed(1))
    for seed in range(3):
        model = kept_copier(seed)
        assert not model.training
        assert copied_right(model, tokens) > 0.9
        with torch.no_grad():
            _, weights = model(tokens, return_weights=True)
        assert previous_token(weights)[0].max() > 0.35
        assert prefix_matching(weights, tokens)[1].max() > 0.2
        assert prefix_matching(weights, tokens)[0].max() < 0.05


def test_no_other_seed_was_kept():
    with pytest.raises(ValueError, match="seed must be 0, 1 or 2, but was 3"):
        kept_copier(3)


def test_left_out_the_steps_are_the_chapters(monkeypatch):
    read = []
    monkeypatch.setattr(induction, "train", lambda model, batches, recipe: read.append((batches, recipe)))
    copier(n_layers=1, seed=7)
    [(batches, recipe)] = read
    assert len(batches) == recipe.steps == 400
    assert {batch.tokens.shape for batch in batches} == {(32, 31)}
    assert (recipe.learning_rate, recipe.seed) == (3e-3, 7)


@pytest.mark.slow
def test_training_makes_it_better_than_guessing():
    tokens = repeats(100, Generator().manual_seed(2))
    assert copied_right(copier(n_layers=2, seed=5, steps=1), tokens) < 0.07
    assert copied_right(copier(n_layers=2, seed=5, steps=150), tokens) > 0.1
