"""Attention by blocks and by tiles, against `attention` with the mask that hides the same."""

import pytest
import torch

from transformer_lib import Config, Decoder, attention
from transformer_lib.cost import cost
from transformer_lib.sparse import (
    WindowedAttention,
    bigbird_attention,
    bigbird_picks,
    block_mask,
    block_sparse_attention,
    neighbours,
    tiled_attention,
    window_attention,
    with_random,
)
from transformer_lib.variants import sliding_window_mask


@pytest.fixture
def qkv():
    generator = torch.Generator().manual_seed(0)
    q, k = torch.randn(2, 2, 3, 35, 5, generator=generator, dtype=torch.float64)
    return q, k, torch.randn(2, 3, 35, 7, generator=generator, dtype=torch.float64)


@pytest.mark.parametrize("window", [1, 5, 7, 35])
def test_window_attention_is_attention_with_the_window_as_its_mask(qkv, window):
    torch.testing.assert_close(window_attention(*qkv, window), attention(*qkv, sliding_window_mask(35, window))[0])
    assert cost(window_attention, *qkv, window).multiplications == 2 * 3 * 35 * 3 * window * (5 + 7)


def test_block_sparse_attention_is_attention_with_the_blocks_as_its_mask(qkv):
    picks = with_random(neighbours(7, 1), 2)
    mask = block_mask(picks, 5)
    assert 0 < mask.sum() < 35 * 35
    torch.testing.assert_close(block_sparse_attention(*qkv, picks), attention(*qkv, mask)[0])


def test_bigbird_sees_first_near_and_random_blocks_and_its_first_block_sees_all(qkv):
    picks = bigbird_picks(7, n_global=1, n_random=2, seed=3)
    mask = block_mask(picks, 5)
    assert mask[:, :5].all()
    assert (mask.sum(1)[10:30] == 30).all()  # the first, three near and two random blocks
    mask[:5] = True
    torch.testing.assert_close(bigbird_attention(*qkv, 5, seed=3), attention(*qkv, mask)[0])
    assert torch.equal(bigbird_picks(7), bigbird_picks(7, n_global=1, n_random=2, seed=0))
    usual = bigbird_attention(*qkv, 5, n_global=1, n_random=2, seed=0)
    assert torch.equal(bigbird_attention(*qkv, 5), usual)
    mask = block_mask(bigbird_picks(7, n_global=2, n_random=1), 5)
    mask[:10] = True
    torch.testing.assert_close(bigbird_attention(*qkv, 5, n_global=2, n_random=1), attention(*qkv, mask)[0])


def test_random_blocks_are_new_ones_and_differ_by_seed():
    near = neighbours(11, 1)
    picks = with_random(near, 3)
    for row in picks.tolist():
        real = [block for block in row if block >= 0]
        assert len(set(real)) == len(real)
    assert not torch.equal(picks, with_random(near, 3, seed=1))
    assert torch.equal(picks, with_random(near, 3, seed=0))
    assert torch.equal(with_random(near, 0), near)
    assert with_random(neighbours(4, 1), 1).shape == (4, 4)  # all that are left in the inner rows


@pytest.mark.parametrize("size", [1, 3, 35, 100])
def test_tiles_give_what_attention_gives(qkv, size):
    q, k, v = qkv
    torch.testing.assert_close(tiled_attention(q, k, v, size), attention(q, k, v)[0])
    torch.testing.assert_close(tiled_attention(q, k[:, :, :1], v[:, :, :1], size), v[:, :, :1].expand_as(v))


def test_tiles_survive_scores_that_overflow_an_exponential(qkv):
    q, k, v = qkv
    torch.testing.assert_close(tiled_attention(1e3 * q, k, v, 3), attention(1e3 * q, k, v)[0])


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda q: window_attention(q, q, q, 4), "window must divide the length 35, but was 4"),
        (lambda q: window_attention(q, q, q, 0), "window must divide the length 35, but was 0"),
        (lambda q: bigbird_attention(q, q, q, 3), "size must divide the length 35, but was 3"),
        (lambda q: bigbird_attention(q, q, q, 0), "size must divide the length 35, but was 0"),
        (lambda q: tiled_attention(q, q, q, 0), "size must be at least 1, but was 0"),
        (lambda q: tiled_attention(q, q[:0], q[:0], 2), r"k must hold at least one key, but was \(0, 5\)"),
        (
            lambda q: block_sparse_attention(q, q, q, torch.zeros(4, 1).long()),
            "a divisor of 35 as rows, but was 4",
        ),
        (lambda q: block_sparse_attention(q, q, q, torch.zeros(0, 1).long()), "divisor of 35 as rows, but was 0"),
        (
            lambda q: block_sparse_attention(q, q, q, torch.full((5, 1), 5)),
            r"must be from -1 to 4, but was \[\[5\]",
        ),
        (lambda q: block_sparse_attention(q, q, q, torch.full((5, 1), -2)), "picks must be from -1 to 4"),
        (lambda q: block_sparse_attention(q, q, q, torch.zeros(5, 2).long()), r"once a row, but was \[\[0, 0\]"),
        (lambda q: block_sparse_attention(q, q, q, torch.full((5, 1), -1)), r"at least one block, but was \[\[-1\]"),
        (lambda q: with_random(neighbours(4, 1), 2), "n must be from 0 to 1, the blocks left, but was 2"),
        (lambda q: with_random(neighbours(4, 1), -1), "n must be from 0 to 1, the blocks left, but was -1"),
    ],
)
def test_bad_arguments_are_named(call, says):
    with pytest.raises(ValueError, match=says):
        call(torch.randn(35, 5))


def test_a_windowed_layer_mixes_no_farther_than_its_window():
    layer = WindowedAttention(6, 2, 3)
    x = torch.randn(1, 11, 6, generator=torch.Generator().manual_seed(0))
    _, weights = layer(x, causal=True, return_weights=True)
    assert (weights[0, 0] > 0).equal(sliding_window_mask(11, 3).tril())
    config = Config(7, d_model=6, n_heads=2, n_layers=1, d_ff=5, dropout=0.0)
    assert Decoder(config, mixer=lambda: WindowedAttention(6, 2, 3))(torch.zeros(2, 5).long()).shape == (2, 5, 7)
