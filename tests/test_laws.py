"""What holds for every model of the library: any size, any position, any norm, any mask, any weights."""

import math

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch.testing import assert_close

from tests.oracles import randomise
from transformer_lib import Block, Config, Decoder, Encoder, Seq2Seq, causal_mask, combine_masks, padding_mask
from transformer_lib.attention import attention, fused_attention
from transformer_lib.batching import pad, positions_of
from transformer_lib.cache import Cache
from transformer_lib.metrics import cross_entropy

pytestmark = pytest.mark.slow
law = settings(
    max_examples=12, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
POSITIONS = ["none", "sinusoidal", "learned", "rope", "alibi", "relative"]
lengths_of = st.sampled_from([1, 2, 3, 5, 7, 11])


@st.composite
def configs(draw, positions=POSITIONS):
    """Sizes that are primes, or twice primes where pairs are needed, and every choice there is."""
    n_heads = draw(st.sampled_from([1, 2, 3]))
    return Config(
        vocab_size=13,
        d_model=n_heads * 2 * draw(st.sampled_from([1, 3, 5])),
        n_heads=n_heads,
        n_layers=draw(st.sampled_from([1, 2, 3])),
        d_ff=draw(st.sampled_from([3, 7])),
        max_len=23,
        dropout=0.0,
        activation=draw(st.sampled_from(["relu", "gelu", "gelu_tanh", "swiglu"])),
        norm=draw(st.sampled_from(["layer", "rms"])),
        pre_norm=draw(st.booleans()),
        position=draw(st.sampled_from(positions)),
        bias=draw(st.booleans()),
        embedding_norm=draw(st.booleans()),
        scale_embedding=draw(st.booleans()),
        tie_weights=draw(st.booleans()),
    )


@st.composite
def cases(draw, kinds=(Encoder, Decoder, Seq2Seq), positions=POSITIONS, least_words=1):
    """A model with random weights in double precision, tokens, and each row's number of words."""
    kind, config = draw(st.sampled_from(kinds)), draw(configs(positions))
    torch.manual_seed(draw(st.integers(0, 999)))
    batch, length = draw(st.sampled_from([1, 2, 3])), draw(lengths_of)
    words = torch.tensor([draw(st.integers(least_words, length)) for _ in range(batch)])
    return randomise(kind(config)).double(), torch.randint(13, (batch, length)), words


def call(model, tokens, mask=None, **options):
    """Call any of the three; an encoder-decoder with the same tokens as its source."""
    return (
        model(tokens, tokens, mask, mask, **options) if isinstance(model, Seq2Seq) else model(tokens, mask, **options)
    )


@law
@given(cases(kinds=[Encoder], positions=["none"]))
def test_without_positions_a_sentence_is_a_set(case):
    model, tokens, words = case
    mask, order = padding_mask(words, tokens.shape[1]), torch.randperm(tokens.shape[1])
    assert_close(model(tokens[:, order], mask[:, :, order]), model(tokens, mask)[:, order])


@law
@given(cases(kinds=[Decoder, Seq2Seq]), st.data())
def test_what_comes_later_changes_nothing(case, data):
    model, tokens, _ = case
    n, source = data.draw(st.integers(1, tokens.shape[1])), torch.randint(13, (len(tokens), 5))
    run = (lambda t: model(source, t)) if isinstance(model, Seq2Seq) else model
    logits, changed = run(tokens), tokens.clone()
    changed[:, n:] = (changed[:, n:] + 1) % 13
    assert_close(run(changed)[:, :n], logits[:, :n])
    assert_close(run(tokens[:, :n]), logits[:, :n])


@law
@given(cases())
def test_a_batch_is_its_sentences_one_by_one(case):
    model, tokens, words = case
    out = call(model, tokens, padding_mask(words, tokens.shape[1]))
    for b, n in enumerate(words.tolist()):
        assert_close(call(model, tokens[b : b + 1, :n]), out[b : b + 1, :n])


@law
@given(cases(kinds=[Encoder, Decoder]), st.sampled_from(["left", "right"]), st.integers(0, 5))
def test_padding_changes_neither_values_nor_gradients(case, side, more):
    """Neither what stands in it nor how much there is; on the left, if positions are counted from the first word."""
    model, tokens, words = case
    rows = [row[:n].tolist() for row, n in zip(tokens, words.tolist(), strict=True)]
    results = []
    for longer, fill in ((0, 0), (more, 7)):
        padded, is_word = pad([*rows, [0] * (tokens.shape[1] + longer)], pad_id=fill, side=side)
        padded, is_word = padded[:-1], is_word[:-1]
        out = model(padded, is_word[:, None], positions=positions_of(is_word))[is_word]
        loss = (out * torch.linspace(-1, 1, out.numel()).view_as(out)).sum()
        results.append((out, torch.autograd.grad(loss, [*model.parameters()], allow_unused=True)))
    assert_close(*results)


@law
@given(cases(kinds=[Decoder, Seq2Seq]), st.data())
@torch.no_grad()
def test_cached_is_uncached(case, data):
    model, tokens, words = case
    is_word = (torch.arange(tokens.shape[1]) < words[:, None]).flip(1)
    context = model.encoder(tokens) if isinstance(model, Seq2Seq) else None
    decoder, positions = model.decoder if isinstance(model, Seq2Seq) else model, positions_of(is_word)
    whole = decoder(tokens, is_word[:, None], context, positions=positions)
    cache, start, parts = Cache(decoder.config.n_layers, tokens.shape[1]), 0, []
    while start < tokens.shape[1]:
        end = data.draw(st.integers(start + 1, tokens.shape[1]))
        now = slice(start, end)
        parts.append(decoder(tokens[:, now], is_word[:, None, :end], context, positions=positions[:, now], cache=cache))
        start = end
    assert_close(torch.cat(parts, dim=1), whole)


@law
@given(cases(least_words=0))
def test_nothing_is_ever_nan(case):
    """Not even for a row that is all padding, in values or in gradients."""
    model, tokens, words = case
    mask = padding_mask(words, tokens.shape[1])
    out = call(model, tokens, mask)
    assert out.isfinite().all()
    for gradient in torch.autograd.grad(out.square().sum(), [*model.parameters()], allow_unused=True):
        assert gradient is None or gradient.isfinite().all()
    assert call(model, tokens[:0]).shape[0] == 0
    with_weights = call(model, tokens, mask, return_weights=True)
    assert_close(with_weights[0], out)
    assert all(weights.isfinite().all() for weights in with_weights[1:])


@law
@given(cases(kinds=[Encoder, Decoder]), st.integers(0, 999), st.floats(0.1, 0.9))
def test_influence_is_reachability(case, seed, density):
    """An input moves an output if and only if the mask has a path from one to the other, a layer for each step.

    A wrong head split or a transposed axis would carry influence where there is no path.
    """
    model, tokens, _ = case
    n = tokens.shape[1]
    mask = torch.rand(n, n, generator=torch.Generator().manual_seed(seed)) < density
    step = combine_masks(mask, causal_mask(n) if isinstance(model, Decoder) else None).double() + torch.eye(n)
    reachable = torch.linalg.matrix_power(step, model.config.n_layers) > 0  # the residual: each reaches itself
    x = torch.randn(1, n, model.config.d_model, dtype=torch.float64, requires_grad=True)
    positions = torch.arange(n)[None]
    options = model.relative(positions, positions) | ({"causal": True} if isinstance(model, Decoder) else {})
    out = model.stack(x, mask, **options)
    weights = torch.randn(model.config.d_model, dtype=torch.float64)  # a LayerNorm's own sum would not notice
    moved = [torch.autograd.grad(out[0, i] @ weights, x, retain_graph=True)[0][0].abs().sum(-1) for i in range(n)]
    assert ((torch.stack(moved) > 0) <= reachable).all()
    assert torch.equal(torch.stack(moved) > 0, reachable) or dead(model)


def dead(model):
    """Tell whether a path may carry nothing after all: two channels normalised are constant, and a ReLU may be shut."""
    return model.config.d_model == 2 or model.config.activation == "relu"


@settings(law, max_examples=5)
@given(configs(positions=["rope"]), st.booleans())
def test_gradients_are_the_numeric_ones(config, cross):
    config = config.replace(activation="gelu", n_layers=1)
    block = randomise(Block(config, cross=cross)).double()
    x = torch.randn(1, 3, config.d_model, dtype=torch.float64, requires_grad=True)
    context = torch.randn(1, 2, config.d_model, dtype=torch.float64, requires_grad=True) if cross else None
    assert torch.autograd.gradcheck(lambda x, c: block(x, causal_mask(3), c), (x, context))


@law
@given(cases())
def test_bfloat16_is_close(case):
    model, tokens, words = case
    mask = padding_mask(words, tokens.shape[1])
    exact = call(model.float(), tokens, mask)
    rough = call(model.bfloat16(), tokens, mask)
    assert rough.dtype == torch.bfloat16
    error = (rough.float() - exact).square().mean().sqrt() / exact.square().mean().sqrt().clamp(min=1e-3)
    assert error < 0.15


@law
@given(cases(kinds=[Decoder]))
def test_an_untrained_models_loss_is_finite_and_at_least_zero(case):
    model, tokens, words = case
    counts = torch.arange(tokens.shape[1]) < words[:, None]
    assert 0 <= cross_entropy(model(tokens), tokens, counts).item() < math.inf


@law
@given(st.sampled_from([1, 2, 3]), lengths_of, lengths_of, st.booleans(), st.integers(0, 999))
def test_the_fused_kernel_is_attention_for_every_mask(batch, q_len, k_len, causal, seed):
    torch.manual_seed(seed)
    q_len = min(q_len, k_len)
    q, k, v = (torch.randn(batch, 3, n, 5, dtype=torch.float64, requires_grad=True) for n in (q_len, k_len, k_len))
    mask, bias = torch.rand(batch, 1, q_len, k_len) < 0.6, torch.randn(3, q_len, k_len)
    seen = combine_masks(mask, causal_mask(q_len, k_len) if causal else None)
    out, _ = attention(q, k, v, seen, bias)
    fused = fused_attention(q, k, v, mask, bias, causal=causal)
    assert_close(fused, out)
    direction = torch.randn_like(out)
    gradients = [torch.autograd.grad((result * direction).sum(), (q, k, v)) for result in (fused, out)]
    assert_close(*gradients)
