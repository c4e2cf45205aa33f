"""What is seen of a running model: its shapes, and who influences whom."""

import pytest
import torch
from torch import nn

from transformer_lib import Block, Config, MultiHeadAttention, causal_mask
from transformer_lib.tracing import Step, influence, trace

CONFIG = Config(vocab_size=11, d_model=12, n_heads=3, d_ff=17, dropout=0.0)
X = torch.randn(2, 5, 12, generator=torch.Generator().manual_seed(0))


def test_a_trace_names_each_submodule_with_its_shapes_and_leaves_no_hook():
    block = Block(CONFIG)
    steps = trace(block, X)
    assert Step("feed_forward.w_1", "Linear", ((2, 5, 12),), ((2, 5, 17),)) in steps
    assert steps[-1] == Step("", "Block", ((2, 5, 12),), ((2, 5, 12),))
    assert not any(module._forward_hooks for module in block.modules())


def test_a_trace_of_a_module_that_returns_a_pair_has_both_shapes():
    steps = trace(MultiHeadAttention(12, 3), X, return_weights=True)
    assert steps[-1].returned == ((2, 5, 12), (2, 3, 5, 5))


def test_hooks_are_removed_after_an_error():
    block = Block(CONFIG)
    with pytest.raises(ValueError, match="width"):
        trace(Raises(block), X)
    assert not any(module._forward_hooks for module in block.modules())


class Raises(nn.Module):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, x):
        self.inner(x)
        raise ValueError("wrong width")


@pytest.mark.parametrize(
    ("mixes", "function"),
    [
        ((False, True, True), MultiHeadAttention(12, 3)),
        ((False, False, True), nn.Linear(12, 12)),
        ((False, False, True), nn.LayerNorm(12)),
        ((False, False, False), nn.Tanh()),
        ((False, True, True), Block(CONFIG)),
        ((True, False, False), lambda x: x - x.mean(0, keepdim=True)),
    ],
)
def test_what_mixes_with_what(mixes, function):
    for axis, mixed in enumerate(mixes):
        seen = influence(function, X, axis)
        everything = torch.ones_like(seen)
        assert torch.equal(seen, everything if mixed else torch.eye(len(seen), dtype=torch.bool))


def test_influence_under_a_causal_mask_is_the_mask():
    layer = MultiHeadAttention(12, 3)
    assert torch.equal(influence(lambda x: layer(x, causal=True), X), causal_mask(5))


def test_the_numbers_tried_instead_are_never_those_that_stand_there():
    noise = torch.randn(1, 7, generator=torch.Generator().manual_seed(0))
    assert influence(nn.Tanh(), noise, 0).all()


@pytest.mark.usefixtures("as_a_user")
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: influence(nn.Tanh(), X, 3), "axis must be one of x's 3 axes, but was 3"),
        (lambda: influence(lambda x: x.sum(0), X), r"keep the 3 axes of x, but returned shape \(5, 12\)"),
    ],
)
def test_errors_name_the_argument_what_it_was_and_what_it_should_be(call, message):
    with pytest.raises(ValueError, match=message):
        call()
