"""Bags of tokens by hand, and a classifier that finds the token on which the answer hangs."""

import random

import pytest
import torch

from transformer_lib.bags import accuracies, bags, fitted


def test_a_bag_says_which_tokens_occur():
    assert bags([[7, 3, 7], [11], []]).tolist() == [[1, 1, 0], [0, 0, 1], [0, 0, 0]]


def test_the_weight_is_on_the_token_that_decides():
    x = torch.tensor([[1.0, 1.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0]], dtype=torch.float64)
    weights = fitted(x, torch.tensor([1.0, 1.0, 0.0, 0.0], dtype=torch.float64))
    assert weights.shape == (3,)
    assert 2 < weights[0] < 2.55  # 2.64 without the penalty
    assert weights[1].abs() < weights[0] / 10
    assert weights[2] < 0
    assert not weights.requires_grad


def test_unseen_texts_are_told_apart_if_a_token_says_so_and_not_if_none_does():
    rng = random.Random(0)
    texts = [[rng.randrange(17) for _ in range(5)] for _ in range(202)]
    says = [3 in text for text in texts]
    right = accuracies(texts, says, n_splits=3)
    assert len(right) == 3
    assert len(set(right)) > 1  # each split is another one
    assert min(right) > 95
    assert max(accuracies(texts, [rng.random() < 0.5 for _ in texts], n_splits=3)) < 65
    assert accuracies([[1], []] * 10, [True, False] * 10) == [100.0] * 5
    assert torch.initial_seed() == 0  # the reader's random numbers are left alone


def test_an_answer_is_needed_for_each_text():
    with pytest.raises(ValueError, match="yes must hold an answer for each of 2 texts, but held 3"):
        accuracies([[1], [2]], [True, False, True])
