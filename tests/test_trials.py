"""Trials: networks of one seed are one network, they read fresh texts, and the last word is what is judged."""

import itertools

import pytest
import torch
from torch import nn

from transformer_lib import Config, Decoder, trials
from transformer_lib.batching import Batch
from transformer_lib.puzzles import marked_word, running_parity
from transformer_lib.trials import any_length, score, trained


def small():
    return Decoder(Config(vocab_size=16, d_model=6, n_heads=2, n_layers=1, d_ff=5, dropout=0.0, position="none"))


def test_lengths_are_drawn_from_the_shortest_to_the_longest():
    texts, generator = any_length(running_parity, 3, 5, 7), torch.Generator().manual_seed(0)
    shapes = {tuple(texts(generator).tokens.shape) for _ in range(40)}
    assert shapes == {(3, 5), (3, 6), (3, 7)}


@pytest.mark.parametrize(("shortest", "longest"), [(0, 5), (5, 3)])
def test_impossible_lengths_are_refused(shortest, longest):
    said = f"shortest must be from 1 to longest, but was {shortest}, and longest {longest}"
    with pytest.raises(ValueError, match=said):
        any_length(running_parity, 3, shortest, longest)


def test_a_seed_makes_one_network_and_two_seeds_make_two():
    starts = []

    def net():
        model = small()
        starts.append(torch.cat([p.detach().flatten() for p in model.parameters()]))
        return model

    first, again, _ = trained(net, any_length(marked_word, 3, 2, 5), 2, 1e-2, seeds=(11, 11, 13))
    assert torch.equal(starts[0], starts[1])
    assert not torch.equal(starts[0], starts[2])
    for p, q in zip(first.parameters(), again.parameters(), strict=True):
        assert torch.equal(p, q)


def test_every_step_of_every_seed_reads_a_fresh_batch():
    read = []

    def texts(generator):
        read.append(marked_word(3, 5, generator))
        return read[-1]

    trained(small, texts, 4, 1e-2, seeds=(2, 3))
    assert len(read) == 8
    assert not any(torch.equal(a.tokens, b.tokens) for a, b in itertools.combinations(read, 2))


def test_left_out_there_are_three_seeds_each_trained_at_the_given_rate(monkeypatch):
    trainings = []
    monkeypatch.setattr(trials, "train", lambda model, batches, recipe: trainings.append((batches, recipe)))
    assert len(trained(small, lambda generator: generator.initial_seed(), 4, 3e-2)) == 3
    recipe = trials.Recipe(4, 3e-2, warmup=10, weight_decay=0.0)
    assert trainings == [([seed] * 4, recipe) for seed in range(3)]


@pytest.mark.slow
def test_training_teaches():
    (net,) = trained(small, any_length(marked_word, 32, 1, 1), 60, 5e-2, seeds=(0,))
    assert score(net, marked_word(101, 1, torch.Generator().manual_seed(1))) > 0.9


def test_only_the_answer_after_the_last_word_is_judged():
    class Repeats(nn.Module):
        def forward(self, tokens):
            return nn.functional.one_hot(tokens, 5).float()

    tokens = torch.tensor([[1, 2, 3], [3, 3, 4], [2, 2, 0], [1, 1, 1]])
    targets = torch.tensor([[0, 0, 3], [0, 3, 3], [2, 0, 0], [0, 0, 2]])
    everywhere = torch.ones_like(tokens, dtype=torch.bool)
    assert score(Repeats(), Batch(tokens, targets, everywhere, everywhere)) == 0.5
