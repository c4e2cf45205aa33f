"""Influence: what it says of layers whose paths are known, and the bugs it is there to find."""

import pytest
import torch

from transformer_lib import MultiHeadAttention, causal_mask
from transformer_lib.influence import influence


class Scrambled(MultiHeadAttention):
    """The classic mistake: the right shape without the transpose."""

    def split_heads(self, x):
        return x.view(len(x), self.n_heads, x.shape[1], -1)


def reaches(layer, x, mask=None):
    return influence(lambda batch: layer(batch, mask=mask), x) > 1e-5


def test_each_linear_output_feels_its_own_input_only():
    moved = influence(torch.nn.Linear(11, 3), torch.randn(7, 11))
    assert torch.equal(moved > 1e-5, torch.eye(7, dtype=torch.bool))


def test_influence_follows_the_mask():
    layer, x = MultiHeadAttention(15, 3), torch.randn(7, 15)
    assert reaches(layer, x).all()
    assert torch.equal(reaches(layer, x, causal_mask(7)), causal_mask(7))
    some = torch.rand(7, 7) < 0.5
    some.fill_diagonal_(True)
    assert torch.equal(reaches(layer, x, some), some)


def test_rows_are_outputs_and_columns_are_inputs():
    moved = influence(lambda batch: batch.cumsum(1), torch.randn(5, 3))
    assert moved[4, 0] > 0
    assert moved[0, 4] == 0


def test_a_scrambled_split_lets_the_future_in():
    layer, x = Scrambled(15, 3), torch.randn(7, 15)
    assert (reaches(layer, x, causal_mask(7)) & ~causal_mask(7)).any()


@pytest.mark.usefixtures("as_a_user")
def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"x must have shape \(len, d_model\), but was \(2, 5, 3\)"):
        influence(torch.nn.Identity(), torch.randn(2, 5, 3))
    with pytest.raises(ValueError, match="layer must keep the 5 positions of its input, but returned 4"):
        influence(lambda batch: batch[:, 1:], torch.randn(5, 3))
