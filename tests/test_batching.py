import random

import pytest
import torch
from torch.testing import assert_close

from transformer_lib.batching import (
    Batch,
    bucket,
    last_word,
    masked_word_batch,
    mean_of_words,
    next_token_batch,
    pad,
    padding_share,
    pair_batch,
    positions_of,
    truncate,
)

T, F = True, False


def test_truncate_keeps_the_head_or_the_tail():
    assert truncate([1, 2, 3, 4, 5], 3) == [1, 2, 3]
    assert truncate([1, 2, 3, 4, 5], 3, keep="tail") == [3, 4, 5]
    assert truncate([1, 2], 3, keep="tail") == truncate([1, 2], 3) == [1, 2]
    assert truncate([1, 2], 0, keep="tail") == truncate([1, 2], 0) == []


def test_pad_on_either_side():
    tokens, words = pad([[7, 8, 9], [5], []], pad_id=3)
    assert tokens.tolist() == [[7, 8, 9], [5, 3, 3], [3, 3, 3]]
    assert words.tolist() == [[T, T, T], [T, F, F], [F, F, F]]
    tokens, words = pad([[7, 8, 9], [5], []], side="left")
    assert tokens.tolist() == [[7, 8, 9], [0, 0, 5], [0, 0, 0]]
    assert words.tolist() == [[T, T, T], [F, F, T], [F, F, F]]
    assert pad([[], []])[0].shape == (2, 0)


def test_positions_count_from_the_first_word():
    assert positions_of(torch.tensor([[F, F, T, T], [T, T, T, T]])).tolist() == [[0, 0, 0, 1], [0, 1, 2, 3]]
    assert positions_of(torch.tensor([[T, T, F]])).tolist()[0][:2] == [0, 1]


def test_read_outs_see_words_only():
    hidden = torch.randn(3, 5, 2)
    words = torch.tensor([[T, T, F, F, F], [F, F, F, T, T], [T, F, F, F, F]])
    assert torch.equal(last_word(hidden, words), torch.stack([hidden[0, 1], hidden[1, 4], hidden[2, 0]]))
    expected = torch.stack([hidden[0, :2].mean(0), hidden[1, 3:].mean(0), hidden[2, 0]])
    assert_close(mean_of_words(hidden, words), expected)
    hidden[0, 3] = torch.nan
    assert_close(mean_of_words(hidden, words), expected)
    assert torch.equal(mean_of_words(hidden[1:2], words[:1] & F), torch.zeros(1, 2))


def test_a_language_models_targets_are_its_tokens_one_later():
    batch = next_token_batch([[1, 7, 8, 2], [1, 2]])
    assert batch.tokens.tolist() == [[1, 7, 8], [1, 0, 0]]
    assert batch.targets.tolist() == [[7, 8, 2], [2, 0, 0]]
    assert batch.words.tolist() == batch.counts.tolist() == [[T, T, T], [T, F, F]]
    assert batch.mask.tolist() == [[[T, T, T]], [[T, F, F]]]
    assert batch.source is batch.source_mask is None
    assert next_token_batch([[1, 7], [3, 4]]).mask is None  # nothing to hide: the faster path


def test_a_pair_is_a_source_and_a_shifted_target():
    batch = pair_batch([([5, 6, 7], [1, 8, 2]), ([9], [1, 2])])
    assert batch.source.tolist() == [[5, 6, 7], [9, 0, 0]]
    assert batch.source_mask.tolist() == [[[T, T, T]], [[T, F, F]]]
    assert batch.tokens.tolist() == [[1, 8], [1, 0]]
    assert batch.targets.tolist() == [[8, 2], [2, 0]]
    assert pair_batch([([5], [1, 2])]).source_mask is None


def test_a_batch_moves_as_a_whole():
    batch = pair_batch([([5, 6, 7], [1, 8, 2])]).to("meta")
    assert {x.device.type for x in (batch.tokens, batch.targets, batch.words, batch.counts, batch.source)} == {"meta"}
    assert next_token_batch([[1, 2]]).to("meta").source is None
    assert isinstance(batch, Batch)


def test_masked_words_are_berts():
    """Of 15 % of the words, 80 % are masked, 10 % are replaced, 10 % stay; special tokens and padding never."""
    sequences = [[1, *[17] * 997, 2]] * 101 + [[1, 2]]
    batch = masked_word_batch(sequences, vocab_size=23)
    assert_close(batch.targets, pad(sequences)[0])
    assert (batch.targets[batch.counts] == 17).all()
    assert (batch.tokens[~batch.counts] == batch.targets[~batch.counts]).all()
    seen = batch.tokens[batch.counts]
    assert batch.counts.sum().item() / (101 * 997) == pytest.approx(0.15, abs=0.01)
    assert (seen == 4).float().mean().item() == pytest.approx(0.8, abs=0.02)
    assert (seen == 17).float().mean().item() == pytest.approx(0.1 + 0.1 / 18, abs=0.01)
    assert set(seen.tolist()) == {4, *range(5, 23)}
    assert masked_word_batch([[4, 5, 6]], vocab_size=7, rate=1.0).counts.tolist() == [[F, T, T]]  # 5 is a word
    same = [masked_word_batch(sequences[:2], vocab_size=23, generator=torch.manual_seed(7)).tokens for _ in range(2)]
    assert torch.equal(*same)


def test_buckets_hold_every_sequence_once_within_the_budget_and_little_padding():
    rng = random.Random(0)
    lengths = [rng.randint(1, 97) for _ in range(1009)]
    batches = bucket(lengths, max_tokens=499, pool=211)
    assert sorted(i for batch in batches for i in batch) == list(range(1009))
    assert all(len(batch) * max(lengths[i] for i in batch) <= 499 for batch in batches)
    assert (
        padding_share(lengths, batches)
        < 0.1
        < 0.4
        < padding_share(lengths, [range(i, i + 7) for i in range(0, 1001, 7)])
    )
    assert batches == bucket(lengths, max_tokens=499, pool=211)
    assert batches != bucket(lengths, max_tokens=499, pool=211, seed=1)
    assert batches == bucket(lengths, max_tokens=499, pool=211, seed=0)
    longest = [max(lengths[i] for i in batch) for batch in bucket(lengths, max_tokens=499)]  # all in one pool
    assert longest != sorted(longest)
    unshuffled = bucket(lengths, max_tokens=499, pool=1009, shuffle=False)
    assert [lengths[i] for batch in unshuffled for i in batch] == sorted(lengths)


def test_buckets_at_the_edges():
    assert bucket([], max_tokens=5) == []
    assert bucket([5, 5], max_tokens=5, shuffle=False) == [[0], [1]]
    assert bucket([5, 5], max_tokens=10, shuffle=False) == [[0, 1]]
    assert bucket([0, 0, 0], max_tokens=2, shuffle=False) == [[0, 1], [2]]
    assert bucket([1] * 53, max_tokens=53)[0] != [*range(53)]  # those of one length change places
    assert [*map(len, bucket([2] * 4096 + [1], max_tokens=10_000, shuffle=False))] == [4096, 1]
    assert padding_share([3, 1], [[0, 1]]) == pytest.approx(2 / 6)
    assert padding_share([], []) == 0


words = torch.tensor([[T, F], [F, F]])


@pytest.mark.usefixtures("as_a_user")
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: truncate([1], -1), "max_len must not be negative, but was -1"),
        (lambda: truncate([1], 1, keep="middle"), r"keep must be one of \('head', 'tail'\), but was 'middle'"),
        (lambda: pad([]), "sequences must hold at least one, but was empty"),
        (lambda: pad([[1]], side="top"), r"side must be one of \('left', 'right'\), but was 'top'"),
        (lambda: last_word(torch.zeros(2, 2, 3), words), "True in every row, but row 1 has none"),
        (lambda: next_token_batch([[1, 2], [1]]), "^sequences must have at least two tokens each, but number 1 has 1"),
        (lambda: pair_batch([([1], [])]), "at least two tokens each, but number 0 has 0"),
        (lambda: bucket([3, 7], max_tokens=5), "max_tokens must be at least the longest length, 7, but was 5"),
    ],
)
def test_errors_name_the_argument_what_it_was_and_what_it_should_be(call, message):
    with pytest.raises(ValueError, match=message):
        call()
