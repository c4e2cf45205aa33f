"""Heads switched off: what is left is the sum of the others, and the model is as it was afterwards."""

import pytest
import torch
from torch.testing import assert_close

from transformer_lib import Config, Decoder, Encoder, MultiHeadAttention
from transformer_lib.ablation import without_heads
from transformer_lib.alternatives import GatedMLP

SIZES = {"vocab_size": 17, "d_model": 15, "n_heads": 3, "n_layers": 2, "d_ff": 7, "max_len": 11, "position": "learned"}


def test_a_head_that_is_off_leaves_out_its_own_term():
    layer, x = MultiHeadAttention(15, 3), torch.randn(2, 7, 15)
    whole, weights = layer(x, return_weights=True)
    values = layer.split_heads(layer.w_v(x))
    for head in range(3):
        part = slice(5 * head, 5 * head + 5)
        term = weights[:, head] @ values[:, head] @ layer.w_o.weight[:, part].T
        with without_heads(layer, [(0, head)]):
            assert_close(layer(x), whole - term)
            assert_close(layer(x, return_weights=True)[1], weights)
    assert_close(layer(x), whole)


def test_several_heads_of_several_layers():
    model, tokens = Encoder(Config(**SIZES)).eval(), torch.randint(5, 17, (2, 7))
    heads = [(0, 1), (1, 0), (1, 2)]
    with without_heads(model, heads):
        got = model(tokens)
    with torch.no_grad():
        for layer, head in heads:
            model.stack.blocks[layer].attention.w_o.weight[:, 5 * head : 5 * head + 5] = 0
    assert_close(got, model(tokens))


def test_all_heads_off_leave_the_bias_and_no_heads_off_change_nothing():
    layer, x = MultiHeadAttention(15, 3), torch.randn(2, 7, 15)
    with without_heads(layer, []):
        assert not torch.equal(layer(x), layer.w_o.bias.expand(2, 7, 15))
    with without_heads(layer, [(0, 0), (0, 1), (0, 2)]):
        assert_close(layer(x), layer.w_o.bias.expand(2, 7, 15))


def test_an_error_inside_switches_them_on_again():
    layer, x = MultiHeadAttention(15, 3), torch.randn(2, 7, 15)
    whole = layer(x)
    with pytest.raises(KeyError), without_heads(layer, [(0, 1)]):
        raise KeyError
    assert_close(layer(x), whole)


def test_what_the_output_layer_was_given_is_not_touched():
    layer, given = MultiHeadAttention(15, 3), torch.ones(7, 15)
    with without_heads(layer, [(0, 1)]):
        out = layer.w_o(given)
    assert (given == 1).all()
    assert not torch.allclose(out, layer.w_o(given))


def test_a_decoder_is_served_too():
    model, tokens = Decoder(Config(**SIZES)).eval(), torch.randint(5, 17, (2, 7))
    whole = model(tokens)
    with without_heads(model, [(1, 2)]):
        assert not torch.allclose(model(tokens), whole)
    assert_close(model(tokens), whole)


@pytest.mark.parametrize("heads", [[(2, 0)], [(0, 3)], [(-1, 0)], [(0, -1)]])
def test_heads_that_are_not_there_are_refused(heads):
    with pytest.raises(ValueError, match="within 2 layers of 3 heads"), without_heads(Encoder(Config(**SIZES)), heads):
        pass
    with pytest.raises(ValueError, match="within 1 layers of 3 heads"), without_heads(MultiHeadAttention(15, 3), heads):
        pass


def test_a_model_without_heads_is_refused():
    with (
        pytest.raises(ValueError, match=r"model must have a stack .* but was or had Linear$"),
        without_heads(torch.nn.Linear(2, 3), []),
    ):
        pass
    gated = Encoder(Config(**SIZES), mixer=lambda: GatedMLP(15, 8, max_len=11))
    with pytest.raises(ValueError, match=r"but was or had \['GatedMLP'\]$"), without_heads(gated, []):
        pass
