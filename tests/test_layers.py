"""Feed-forward, block, stack and embedding against PyTorch's own or against the formula, on prime sizes."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.testing import assert_close

from tests.oracles import pytorchs_block, randomise
from transformer_lib import Block, Config, FeedForward, causal_mask, padding_mask
from transformer_lib.layers import Embedding, Residual, Stack

BATCH, LEN, CONTEXT_LEN, HEADS, D_MODEL, D_FF, VOCAB = 2, 5, 7, 3, 33, 13, 17
CONFIG = Config(
    vocab_size=VOCAB, d_model=D_MODEL, n_heads=HEADS, n_layers=3, d_ff=D_FF, max_len=11, dropout=0.0, position="learned"
)
each_pre_norm = pytest.mark.parametrize("pre_norm", [False, True], ids=["post-norm", "pre-norm"])


@pytest.mark.parametrize(
    ("activation", "f"),
    [
        ("relu", nn.ReLU()),
        ("gelu", nn.GELU()),
        ("gelu_tanh", nn.GELU(approximate="tanh")),
        ("relu_squared", lambda x: x * x * (x > 0)),
    ],
)
def test_feed_forward_is_two_linear_maps_around_an_activation(activation, f):
    ours = FeedForward(D_MODEL, D_FF, activation=activation)
    x = torch.randn(BATCH, LEN, D_MODEL)
    expected = f(x @ ours.w_1.weight.T + ours.w_1.bias) @ ours.w_2.weight.T + ours.w_2.bias
    assert_close(ours(x), expected)


def test_swiglu_is_the_formula_of_its_paper():
    ours = FeedForward(D_MODEL, D_FF, activation="swiglu", bias=False)
    x = torch.randn(LEN, D_MODEL)
    gate, value = x @ ours.w_gate.weight.T, x @ ours.w_1.weight.T
    assert_close(ours(x), (gate * torch.sigmoid(gate) * value) @ ours.w_2.weight.T)


@each_pre_norm
@pytest.mark.parametrize("cross", [False, True], ids=["encoder", "decoder"])
@pytest.mark.parametrize("activation", ["relu", "gelu"])
def test_block_is_pytorchs_layer(activation, cross, pre_norm):
    ours = randomise(Block(CONFIG.replace(pre_norm=pre_norm, activation=activation), cross=cross))
    theirs = pytorchs_block(ours, CONFIG.replace(pre_norm=pre_norm, activation=activation))
    x, context = torch.randn(BATCH, LEN, D_MODEL), torch.randn(BATCH, CONTEXT_LEN, D_MODEL)
    mask, context_mask = causal_mask(LEN), padding_mask(torch.tensor([4, 7]))
    if cross:
        expected = theirs(x, context, tgt_mask=~mask, memory_key_padding_mask=~context_mask[:, 0])
        args = (x, mask, context, context_mask)
    else:
        expected, args = theirs(x, src_mask=~mask), (x, mask)
    assert_close(ours(*args), expected)
    out, *weights = ours(*args, return_weights=True)
    assert_close(out, expected)
    assert [w.shape[-1] for w in weights] == [LEN, CONTEXT_LEN][: 1 + cross]


@pytest.mark.parametrize("training", [True, False])
def test_dropout_hits_what_a_sublayer_adds_and_only_in_training(training):
    residual = Residual(CONFIG.replace(pre_norm=True, dropout=0.5)).train(training)
    x, ones = torch.full((BATCH, LEN, D_MODEL), 7.0), torch.ones(BATCH, LEN, D_MODEL)
    assert set((residual.after(x, ones) - x).unique().tolist()) == ({0.0, 2.0} if training else {1.0})


def test_dropout_leaves_most_of_the_stream_as_it_was():
    block = Block(CONFIG.replace(pre_norm=True, dropout=0.9), cross=True)
    x = torch.randn(BATCH, LEN, D_MODEL)
    assert (block(x, context=x) == x).float().mean().item() == pytest.approx(0.9**3, abs=0.1)


def test_dropout_hits_the_normalised_sum_of_the_embeddings():
    embed = Embedding(CONFIG.replace(dropout=0.5, embedding_norm=True))
    zeros = (embed(torch.zeros(BATCH, LEN, dtype=torch.int64), torch.arange(1, LEN + 1)[None]) == 0).float().mean()
    assert 0.3 < zeros < 0.7


def test_rms_norm_divides_by_the_root_mean_square():
    residual = Residual(CONFIG.replace(norm="rms", pre_norm=True))
    x = torch.randn(BATCH, LEN, D_MODEL) + 3
    assert_close(residual.before(x), x / (x.square().mean(-1, keepdim=True) + 1e-5).sqrt())
    assert [name for name, _ in residual.named_parameters()] == ["norm.weight"]


@each_pre_norm
def test_stack_is_its_blocks_one_after_the_other_and_pre_norm_ends_in_a_norm(pre_norm):
    stack = randomise(Stack(CONFIG.replace(pre_norm=pre_norm), cross=True))
    x, context, mask = torch.randn(BATCH, LEN, D_MODEL), torch.randn(BATCH, CONTEXT_LEN, D_MODEL), causal_mask(LEN)
    expected, weights, cross_weights = x, [], []
    for block in stack.blocks:
        expected, w, c = block(expected, mask, context, return_weights=True)
        weights.append(w)
        cross_weights.append(c)
    if pre_norm:
        expected = F.layer_norm(expected, (D_MODEL,), stack.norm.weight, stack.norm.bias, 1e-5)
    assert_close(stack(x, mask, context), expected)
    out = stack(x, mask, context, return_weights=True)
    assert_close(out, (expected, torch.stack(weights), torch.stack(cross_weights)))
    assert out[1].shape == (3, BATCH, HEADS, LEN, LEN)
    assert out[2].shape == (3, BATCH, HEADS, LEN, CONTEXT_LEN)


def test_a_mixer_stands_in_the_place_of_self_attention():
    class Shift(nn.Module):
        def forward(self, x, context=None, mask=None, *, return_weights=False):
            return x.roll(1, dims=1)

    block = Block(CONFIG.replace(pre_norm=True), mixer=Shift())
    assert "attention.w_q.weight" not in block.state_dict()
    x = torch.randn(BATCH, LEN, D_MODEL)
    y = x + F.layer_norm(x, (D_MODEL,)).roll(1, dims=1)
    assert_close(block(x), y + block.feed_forward(F.layer_norm(y, (D_MODEL,))))


@pytest.mark.parametrize("scale", [True, False], ids=["scaled", "unscaled"])
@pytest.mark.parametrize("norm", [True, False], ids=["normalised", "not normalised"])
def test_embedding_is_the_sum_of_its_tables(norm, scale):
    embed = Embedding(CONFIG.replace(n_segments=2, embedding_norm=norm, scale_embedding=scale))
    tokens, segments = torch.randint(VOCAB, (BATCH, LEN)), torch.randint(2, (BATCH, LEN))
    positions = torch.arange(LEN)[None]
    x = embed.tokens[tokens] * (D_MODEL**0.5 if scale else 1) + embed.positions.weight[:LEN]
    for given, used in ((segments, segments), (None, torch.zeros_like(segments))):
        expected = x + embed.segments[used]
        if norm:
            expected = F.layer_norm(expected, (D_MODEL,), embed.norm.weight, embed.norm.bias, 1e-5)
        assert_close(embed(tokens, positions, given), expected)


def test_embedded_tokens_start_with_elements_of_size_one_where_the_paper_scales_them():
    config = Config(vocab_size=1009, d_model=128, n_heads=2, dropout=0.0, position="none")
    assert Embedding(config.replace(n_segments=101)).segments.std().item() == pytest.approx(0.02, abs=0.001)
    tokens, positions = torch.arange(1009)[None], torch.arange(1009)[None]
    assert Embedding(config)(tokens, positions).std().item() == pytest.approx(1, abs=0.05)
    assert Embedding(config.replace(scale_embedding=False))(tokens, positions).std().item() == pytest.approx(
        0.02, abs=0.001
    )


tokens = torch.zeros(2, 5, dtype=torch.int64)
positions = torch.arange(5)[None]
embed = Embedding(CONFIG)
x = torch.zeros(2, 5, D_MODEL)


@pytest.mark.usefixtures("as_a_user")
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: embed(tokens[0], positions), r"tokens must be an integer tensor .* torch.int64 of shape \(5,\)"),
        (lambda: embed(tokens.float(), positions), r"tokens must be an integer tensor .* torch.float32"),
        (lambda: embed(tokens + 17, positions), "tokens must lie between 0 and 16, but were 17 to 17"),
        (lambda: embed(tokens - 1, positions), "tokens must lie between 0 and 16, but were -1 to -1"),
        (lambda: embed(tokens, positions, tokens), "segments must be None for a model with n_segments = 0"),
        (
            lambda: Embedding(CONFIG.replace(n_segments=2))(tokens, positions, tokens + 2),
            "segments must lie between 0 and 1, but were 2 to 2",
        ),
        (
            lambda: embed(tokens, positions + 7),
            "positions must lie between 0 and 10, but were 7 to 11",
        ),
        (lambda: Block(CONFIG)(x, None, x), "context must fit the block, which has no cross-attention, but was given"),
        (lambda: Block(CONFIG, cross=True)(x), "context must fit the block, which has a cross-attention, but was None"),
    ],
)
def test_errors_name_the_argument_what_it_was_and_what_it_should_be(call, message):
    with pytest.raises(ValueError, match=message):
        call()
