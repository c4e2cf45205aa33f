"""The made-up texts: what is marked, what is asked, and that it cannot be had otherwise."""

import pytest
import torch

from transformer_lib.puzzles import marked_word, running_parity


def generator():
    return torch.Generator().manual_seed(0)


def test_one_word_is_marked_and_asked_for_at_the_end():
    batch = marked_word(500, 7, generator(), n_words=5)
    marked = batch.tokens >= 5
    assert (marked.sum(1) == 1).all()
    assert torch.equal(batch.tokens[marked] - 5, batch.targets[:, -1])
    assert torch.equal(batch.counts, torch.arange(7).eq(6).expand(500, -1))
    assert batch.words.all()
    assert batch.tokens.max() == 9
    assert (marked.sum(0) > 40).all()  # anywhere


def test_the_mark_can_be_put_in_one_place():
    batch = marked_word(11, 7, generator(), place=2)
    assert torch.equal(batch.tokens >= 8, torch.arange(7).eq(2).expand(11, -1))


def test_the_shortest_texts():
    batch = marked_word(3, 1, generator(), n_words=1, place=0)
    assert (batch.tokens.tolist(), batch.targets.tolist()) == ([[1]] * 3, [[0]] * 3)
    assert running_parity(3, 1, generator()).tokens.shape == (3, 1)


def test_running_parity_is_asked_at_every_bit():
    batch = running_parity(13, 7, generator())
    assert batch.tokens.unique().tolist() == [0, 1]
    for row, targets in zip(batch.tokens.tolist(), batch.targets.tolist(), strict=True):
        assert targets == [sum(row[: i + 1]) % 2 for i in range(7)]
    assert batch.counts.all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: marked_word(1, 0, generator()), "length and n_words must be at least 1, but were 0 and 8"),
        (lambda: marked_word(1, 3, generator(), n_words=0), "length and n_words must be at least 1, but were 3 and 0"),
        (lambda: marked_word(1, 3, generator(), place=3), "place must be from 0 to 2, but was 3"),
        (lambda: marked_word(1, 3, generator(), place=4), "place must be from 0 to 2, but was 4"),
        (lambda: marked_word(1, 3, generator(), place=-1), "place must be from 0 to 2, but was -1"),
        (lambda: running_parity(1, 0, generator()), "length must be at least 1, but was 0"),
    ],
)
def test_impossible_texts_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
