"""Multiplications and memory as counted, exponents, and how far masks reach; the widgets of chapter 14 say the same."""

import pytest
import torch
import torch.nn.functional as F

from transformer_lib import attention
from transformer_lib.cost import Cost, cost, exponent, layers_until_all_seen
from transformer_lib.sparse import bigbird_attention, tiled_attention, window_attention
from transformer_lib.variants import (
    linear_attention,
    longformer_mask,
    orthogonal_directions,
    performer_features,
    sliding_window_mask,
)
from transformer_lib.widgets import CostExplorer, PatternExplorer
from transformer_lib.widgets.cost_explorer import WAYS, mixing_costs


def qkv(length, d):
    return torch.randn(3, 1, 1, length, d)


def test_attention_holds_two_tables_and_multiplies_twice():
    counted = cost(attention, *qkv(101, 7))
    assert counted.multiplications == 2 * 101 * 101 * 7
    assert counted.peak == 4 * (2 * 101 * 101 + 101 * 7)  # a divided q k^T, and its softmax; the output's room later


def test_what_was_there_before_and_views_of_it_do_not_count():
    x = torch.randn(13, 11)
    assert cost(lambda x: x.T[2:], x).peak == 0
    assert cost(lambda x: x + 1, x).peak == 4 * 13 * 11
    assert cost(lambda x: x, x) == Cost(0, 0)


def test_what_is_dropped_no_longer_counts():
    def chain(x):
        for _ in range(5):
            x = x + 1
        return x

    assert cost(chain, torch.randn(17)).peak == 2 * 4 * 17


def test_exponent_is_the_slope_of_the_logarithms():
    assert exponent((2, 3, 7), [5 * x**1.5 for x in (2, 3, 7)]) == pytest.approx(1.5)
    assert exponent((2, 4), (3, 3)) == pytest.approx(0)


@pytest.mark.parametrize(
    ("lengths", "amounts", "says"),
    [
        ([2], [3], r"lengths must hold at least two, but was \[2\]"),
        ([2, 3], [3], "amounts must be as many as the lengths, 2, but was 1"),
        ([2, 3], [3, 0], "must be positive"),
        ([2, 2], [3, 4], "lengths must differ"),
    ],
)
def test_exponent_refuses(lengths, amounts, says):
    with pytest.raises(ValueError, match=says):
        exponent(lengths, amounts)


def test_a_window_reaches_its_width_a_layer():
    assert layers_until_all_seen(sliding_window_mask(13, 3)) == 4
    assert layers_until_all_seen(sliding_window_mask(14, 3)) == 5
    assert layers_until_all_seen(longformer_mask(14, 1)) == 2
    assert layers_until_all_seen(torch.ones(5, 5).tril().bool()) is None
    assert layers_until_all_seen(torch.ones(5, 5).bool().fill_diagonal_(False)) == 1  # the residual sees itself
    with pytest.raises(ValueError, match=r"mask must be square, but was \(\d+, \d+\)"):
        layers_until_all_seen(torch.ones(3, 5).bool())


def ways_as_run(length, d, size):
    directions = orthogonal_directions(size, d)

    def performer(q, k, v):
        return linear_attention(performer_features(q, directions), performer_features(k, directions), v)

    return {
        "full": attention,
        "tiles": lambda q, k, v: tiled_attention(q, k, v, size),
        "window": lambda q, k, v: window_attention(q, k, v, size),
        "BigBird": lambda q, k, v: bigbird_attention(q, k, v, size),
        "Linformer": lambda q, k, v: attention(q, torch.ones(size, length) @ k, torch.ones(size, length) @ v),
        "linear": lambda q, k, v: linear_attention(F.elu(q) + 1, F.elu(k) + 1, v),
        "Performer": performer,
        "gMLP": lambda q, k, v: q * (torch.ones(length, length) @ v),
    }


def test_the_explorers_numbers_are_those_counted():
    length, d, size = 448, 5, 64
    said = {name: (work, held) for name, work, held, *_ in mixing_costs(length, d, size)}
    for name, way in ways_as_run(length, d, size).items():
        counted = cost(way, *qkv(length, d))
        assert counted.multiplications == said[name][0], name
        assert said[name][1] <= counted.peak / 4 < 4 * said[name][1], name


def test_the_explorers_memory_grows_as_the_counted_does():
    lengths, d, size = (448, 896), 11, 64
    for row, name in enumerate(WAYS):
        said = exponent(lengths, [mixing_costs(length, d, size)[row][2] for length in lengths])
        peaks = [cost(ways_as_run(length, d, size)[name], *qkv(length, d)).peak for length in lengths]
        assert abs(exponent(lengths, peaks) - said) < 0.05, name


def test_the_explorers_say_their_numbers_and_refuse():
    assert "BigBird         58,720,256" in repr(CostExplorer())
    assert "dilated        200   20 %                     never" in repr(PatternExplorer())
    with pytest.raises(ValueError, match="length must be an integer"):
        CostExplorer(63)
    with pytest.raises(ValueError, match="way must be one of"):
        CostExplorer(way="flash")
    with pytest.raises(ValueError, match="pattern must be one of"):
        PatternExplorer("spiral")
