"""Positions against loops over the papers' formulas."""

import math

import pytest
import torch
from torch.testing import assert_close

from transformer_lib.position import LearnedPosition, SinusoidalPosition, sinusoidal


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


@pytest.mark.usefixtures("as_a_user")
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sinusoidal(torch.arange(3), 7), "d_model must be even for sinusoidal positions, but was 7"),
        (lambda: sinusoidal(torch.arange(3), 0), "d_model must be even .* but was 0"),
        (lambda: SinusoidalPosition(7), "d_model must be even .* but was 7"),
        (lambda: LearnedPosition(7, 5)(torch.arange(8)), "positions must lie between 0 and 6, but were 0 to 7"),
    ],
)
def test_errors_name_the_argument_what_it_was_and_what_it_should_be(call, message):
    with pytest.raises(ValueError, match=message):
        call()
