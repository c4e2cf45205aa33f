"""Positions against loops over the papers' formulas."""

import math
from typing import get_args

import pytest
import torch
from torch.testing import assert_close

from transformer_lib.config import Config, Position
from transformer_lib.position import (
    LearnedPosition,
    RelativeBias,
    RelativePosition,
    SinusoidalPosition,
    alibi,
    alibi_slopes,
    relative_buckets,
    rotary,
    rotate,
    sinusoidal,
)


def test_sinusoidal_is_the_papers_formula_sine_and_cosine_interleaved():
    d_model, positions = 14, [0, 1, 2, 97, 1009]
    expected = torch.zeros(len(positions), d_model)
    for row, pos in enumerate(positions):
        for i in range(d_model // 2):
            angle = pos / 10_000 ** (2 * i / d_model)
            expected[row, 2 * i] = math.sin(angle)
            expected[row, 2 * i + 1] = math.cos(angle)
    assert_close(sinusoidal(torch.tensor(positions), d_model), expected, atol=1e-4, rtol=0)
    assert_close(SinusoidalPosition(d_model)(torch.tensor([positions])), expected[None], atol=1e-4, rtol=0)


def test_a_step_is_the_same_rotation_wherever_it_starts():
    """The paper's reason for the choice: PE(pos + k) is a linear function of PE(pos)."""
    table = sinusoidal(torch.arange(101), 14).double()
    for k in (1, 5):
        step = torch.linalg.lstsq(table[:-k], table[k:]).solution
        assert_close(table[:-k] @ step, table[k:], atol=1e-4, rtol=0)


def test_learned_positions_are_rows_of_a_table():
    positions = LearnedPosition(7, 5)
    assert torch.equal(positions(torch.tensor([[3, 0]])), positions.weight[[3, 0]][None])
    assert LearnedPosition(101, 97).weight.std().item() == pytest.approx(0.02, rel=0.05)


def test_rotate_multiplies_complex_numbers():
    """Channels (i, i + d/2) as real and imaginary part, times e^(j pos / 10000^(2i/d)): the paper's equation 12."""
    x, positions = torch.randn(2, 3, 5, 14), torch.tensor([[0, 1, 2, 3, 4], [7, 5, 97, 0, 1]])
    turned = rotate(x, rotary(positions, 14))
    for b in range(2):
        for t in range(5):
            for i in range(7):
                factor = torch.polar(torch.tensor(1.0), positions[b, t] / 10_000 ** (2 * i / 14))
                expected = torch.complex(x[b, :, t, i], x[b, :, t, i + 7]) * factor
                got = torch.complex(turned[b, :, t, i], turned[b, :, t, i + 7])
                assert_close(got, expected, atol=1e-5, rtol=0)


def test_turned_dot_products_know_the_distance_and_nothing_else():
    q, k = torch.randn(2, 1, 3, 1, 14, dtype=torch.float64)
    products = []
    for m, n in [(0, 5), (3, 8), (90, 95), (0, 6)]:
        turned = [rotate(x, rotary(torch.tensor([[p]]), 14)) for x, p in ((q, m), (k, n))]
        products.append((turned[0] * turned[1]).sum(-1))
    assert_close(products[1], products[0], atol=1e-5, rtol=0)
    assert_close(products[2], products[0], atol=1e-5, rtol=0)
    assert ((products[3] - products[0]).abs() > 1e-3).all()


def test_no_rotation_turns_nothing():
    x = torch.randn(2, 3, 5, 14)
    assert rotate(x, None) is x
    assert torch.equal(rotate(x, rotary(torch.zeros(1, 5, dtype=torch.int64), 14)), x)


def test_alibi_slopes_are_the_papers():
    assert_close(alibi_slopes(8), torch.tensor([1 / 2**i for i in range(1, 9)]))
    assert_close(alibi_slopes(16), torch.tensor([2 ** (-i / 2) for i in range(1, 17)]))
    assert_close(alibi_slopes(1), torch.tensor([2.0**-8]))
    assert_close(alibi_slopes(3), torch.tensor([2.0**-4, 2.0**-8, 2.0**-2]))
    assert_close(alibi_slopes(7), 2.0 ** -torch.tensor([2.0, 4, 6, 8, 1, 3, 5]))


def test_alibi_falls_off_with_distance():
    q_positions, k_positions = torch.tensor([[3, 4], [9, 2]]), torch.tensor([[0, 2, 3], [7, 8, 9]])
    bias = alibi(q_positions, k_positions, 5)
    for b in range(2):
        for h, slope in enumerate(alibi_slopes(5).tolist()):
            for i in range(2):
                for j in range(3):
                    distance = abs(int(q_positions[b, i] - k_positions[b, j]))
                    assert bias[b, h, i, j].item() == pytest.approx(-slope * distance)


def test_relative_buckets_are_exact_for_near_keys_and_logarithmic_for_far_ones():
    offsets = torch.tensor([0, -1, -15, -16, -17, -64, -127, -128, -9999, 1, 9999])
    assert relative_buckets(offsets, causal=True).tolist() == [0, 1, 15, 16, 16, 26, 31, 31, 31, 0, 0]
    offsets = torch.tensor([0, -1, -7, -8, 1, 7, 8, 9999, -9999])
    assert relative_buckets(offsets, causal=False).tolist() == [0, 1, 7, 8, 17, 23, 24, 31, 15]
    offsets = torch.arange(-20, 21)
    assert relative_buckets(offsets, causal=True, n_buckets=7, max_distance=11).max() == 6


@pytest.mark.parametrize("causal", [True, False])
def test_relative_bias_is_a_number_for_each_head_and_bucket(causal):
    layer = RelativeBias(3, causal=causal, n_buckets=11, max_distance=13)
    torch.nn.init.normal_(layer.weight)
    q_positions, k_positions = torch.tensor([[3, 4], [9, 2]]), torch.tensor([[0, 2, 30], [7, 8, 9]])
    bias = layer(q_positions, k_positions)
    assert bias.shape == (2, 3, 2, 3)
    for b in range(2):
        for i in range(2):
            for j in range(3):
                offset = k_positions[b, j] - q_positions[b, i]
                bucket = relative_buckets(offset, causal=causal, n_buckets=11, max_distance=13)
                assert torch.equal(bias[b, :, i, j], layer.weight[bucket])


def test_relative_bias_starts_at_zero_with_t5s_sizes():
    layer = RelativeBias(3, causal=True)
    assert torch.equal(layer.weight, torch.zeros(32, 3))
    assert layer.max_distance == 128


@pytest.mark.parametrize("causal", [False, True])
def test_what_self_attention_is_told(causal):
    q_positions, k_positions = torch.tensor([[3, 4]]), torch.tensor([[0, 2, 30]])
    config = Config(7, d_model=12, n_heads=3)
    layers = {name: RelativePosition(config.replace(position=name), causal=causal) for name in get_args(Position)}
    torch.nn.init.normal_(layers["relative"].bias.weight)
    told = {name: layer(q_positions, k_positions) for name, layer in layers.items()}
    assert told["none"] == told["sinusoidal"] == told["learned"] == {}
    assert_close(told["rope"], {"rotation": rotary(q_positions, 4)})
    assert_close(told["alibi"], {"bias": alibi(q_positions, k_positions, 3)})
    assert_close(told["relative"], {"bias": layers["relative"].bias(q_positions, k_positions)})
    assert layers["relative"].bias.causal == causal


def test_one_pair_of_channels_is_the_least():
    assert sinusoidal(torch.tensor([1]), 2).tolist() == [pytest.approx([math.sin(1), math.cos(1)])]


@pytest.mark.usefixtures("as_a_user")
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sinusoidal(torch.arange(3), 7), "d_model must be even for sinusoidal or rotary positions, but was 7"),
        (lambda: sinusoidal(torch.arange(3), 0), "d_model must be even .* but was 0"),
        (lambda: SinusoidalPosition(7), "d_model must be even .* but was 7"),
        (lambda: rotary(torch.arange(3), 5), "d_head must be even .* but was 5"),
        (
            lambda: rotate(torch.zeros(2, 3, 5, 14), rotary(torch.arange(4)[None], 14)),
            r"rotation must have shape \(2, batch, 5, 7\), but was \(2, 1, 4, 7\)",
        ),
        (lambda: LearnedPosition(7, 5)(torch.arange(8)), "positions must lie between 0 and 6, but were 0 to 7"),
    ],
)
def test_errors_name_the_argument_what_it_was_and_what_it_should_be(call, message):
    with pytest.raises(ValueError, match=message):
        call()
