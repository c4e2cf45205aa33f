"""Chains of operations and derivatives, against networks small enough to count by hand."""

import itertools

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from transformer_lib import MultiHeadAttention
from transformer_lib.alternatives import GatedMLP, Recurrence, WindowConvolution
from transformer_lib.chains import longest_chain, sensitivity, shortest_chain

D = 6
COMPUTED = torch.ones(2, requires_grad=True) * 2


def words(n, seed=0):
    return torch.randn(n, D, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def double(module):
    return module.double()


def test_the_longest_chain_counts_what_waits_and_the_shortest_what_is_on_the_way():
    a, b = (torch.tensor(x, requires_grad=True) for x in ([1.0, 2.0], [3.0, 4.0]))
    product = a * b  # 1
    bent = product.exp().tanh()  # 3
    out = (bent.view(2, 1).T + a).sum()  # 5; views do not count
    assert longest_chain(out) == 5
    assert shortest_chain(out, a) == 2
    assert shortest_chain(out, b) == 5
    assert shortest_chain(out, torch.ones(2, requires_grad=True)) is None


def test_a_result_that_is_used_again_is_followed_once():
    out = x = torch.ones(2, requires_grad=True)
    for _ in range(60):
        out = out * out  # 2^60 ways lead back
    assert longest_chain(out) == shortest_chain(out, x) == 60


@pytest.mark.slow
def test_only_a_recurrence_waits_longer_for_longer_texts():
    makers = {
        "recurrence": lambda: Recurrence(D, causal=True),
        "window": lambda: WindowConvolution(D, 3, causal=True),
        "gmlp": lambda: GatedMLP(D, 10, 17, causal=True),
        "attention": lambda: MultiHeadAttention(D, 2),
    }
    for name, make in makers.items():
        mixer = double(make())
        chains = [longest_chain(mixer(words(n)[None].requires_grad_(), causal=True)[0, -1]) for n in (5, 11, 17)]
        steps = {b - a for a, b in itertools.pairwise(chains)}
        assert len(steps) == 1
        assert (steps == {0}) == (name != "recurrence")


@pytest.mark.slow
def test_sensitivity_is_the_norm_of_the_jacobian():
    mixer = double(nn.Sequential(WindowConvolution(D, 3), nn.Tanh(), nn.Linear(D, 5)))
    x = words(7)
    assert_close(sensitivity(mixer, x), sensitivity(mixer, x, 6))
    for position in (-1, 2):
        jacobian = torch.autograd.functional.jacobian(lambda x, at=position: mixer(x[None])[0, at], x)
        assert_close(sensitivity(mixer, x, position), jacobian.square().sum((0, 2)).sqrt())
    assert x.grad is None


@pytest.mark.usefixtures("as_a_user")
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sensitivity(nn.Identity(), torch.ones(0, 3)), r"x must be one sequence.*\(0, 3\)"),
        (lambda: sensitivity(nn.Identity(), torch.ones(2, 1, 3)), r"x must be one sequence.*\(2, 1, 3\)"),
        (lambda: sensitivity(nn.Identity(), torch.ones(2, 3), 2), "position must be from -2 to 1, but was 2"),
        (lambda: longest_chain(torch.ones(2)), "out must be computed from something"),
        (lambda: shortest_chain(torch.ones(2), torch.ones(2)), "x must be a leaf that requires grad"),
        (lambda: shortest_chain(COMPUTED, COMPUTED), "x must be a leaf that requires grad, but was computed"),
    ],
)
def test_what_cannot_be_traced_is_said(call, message):
    with pytest.raises(ValueError, match=message):
        call()
