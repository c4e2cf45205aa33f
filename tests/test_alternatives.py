"""The mixers that are not attention, against loops over their formulas, and in the place of attention."""

import pytest
import torch
import torch.nn.functional as F
from torch.testing import assert_close

from tests.oracles import randomise
from transformer_lib import Config, Decoder, Encoder, MultiHeadAttention, padding_mask
from transformer_lib.alternatives import GatedMLP, Recurrence, WindowConvolution
from transformer_lib.attention import attention, merge_heads
from transformer_lib.masks import causal_mask
from transformer_lib.variants import (
    LinearAttention,
    Linformer,
    bigbird_mask,
    linear_attention,
    longformer_mask,
    orthogonal_directions,
    performer_features,
    sliding_window_mask,
)

D_MODEL, HEADS, LEN = 15, 3, 7
CONFIG = Config(vocab_size=17, d_model=D_MODEL, n_heads=HEADS, n_layers=2, d_ff=13, dropout=0.0, position="none")
LENGTHS = torch.tensor([7, 2, 5])
TOKENS = torch.randint(17, (3, LEN), generator=torch.Generator().manual_seed(0))
X = torch.randn(3, LEN, D_MODEL, generator=torch.Generator().manual_seed(1))
MIXERS = {
    "attention": lambda causal: MultiHeadAttention(D_MODEL, HEADS),
    "lstm": lambda causal: Recurrence(D_MODEL, causal=causal),
    "gru": lambda causal: Recurrence(D_MODEL, cell="gru", causal=causal),
    "convolution": lambda causal: WindowConvolution(D_MODEL, 3, causal=causal),
    "gmlp": lambda causal: GatedMLP(D_MODEL, 22, max_len=11, causal=causal),
    "linear": lambda causal: LinearAttention(D_MODEL, HEADS, causal=causal),
    "performer": lambda causal: LinearAttention(D_MODEL, HEADS, kind="performer", n_features=11, causal=causal),
    "linformer": lambda causal: Linformer(D_MODEL, HEADS, max_len=11, n_summaries=2),
}
each_mixer = pytest.mark.parametrize("make", MIXERS.values(), ids=MIXERS.keys())
each_causal_mixer = pytest.mark.parametrize("make", [*MIXERS.values()][:-1], ids=[*MIXERS.keys()][:-1])


@each_mixer
def test_padding_is_not_read(make):
    encoder, mask = randomise(Encoder(CONFIG, mixer=lambda: make(False))), padding_mask(LENGTHS)
    hidden, other = encoder(TOKENS, mask), TOKENS.where(mask[:, 0], (TOKENS + 1) % 17)
    for b, n in enumerate(LENGTHS.tolist()):
        assert_close(encoder(TOKENS[b : b + 1, :n]), hidden[b : b + 1, :n])
        assert_close(encoder(other, mask)[b, :n], hidden[b, :n])
    assert encoder(TOKENS, padding_mask(torch.tensor([7, 0, 5]))).isfinite().all()
    assert_close(encoder(TOKENS, mask[1:2]), encoder(TOKENS, mask[1:2].expand(3, -1, -1)))  # one for all sequences
    assert encoder(TOKENS[:, :0]).shape == (3, 0, D_MODEL)


@each_causal_mixer
def test_no_position_sees_a_later_one(make):
    decoder, mask = randomise(Decoder(CONFIG, mixer=lambda: make(True))), padding_mask(LENGTHS)
    logits, changed = decoder(TOKENS), TOKENS.clone()
    changed[:, 4:] = (changed[:, 4:] + 1) % 17
    assert_close(decoder(changed)[:, :4], logits[:, :4])
    assert_close(decoder(TOKENS[:, :4]), logits[:, :4])
    assert_close(decoder(TOKENS, mask)[mask[:, 0]], logits[mask[:, 0]])


@each_mixer
def test_every_parameter_learns_and_the_words_are_mixed(make):
    mixer = randomise(make(False))
    x = X.clone().requires_grad_()
    out = mixer(x)
    out[:, 3].square().sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in mixer.parameters() if p.shape != (D_MODEL,))
    assert (x.grad[:, 2] != 0).any()
    assert (x.grad[:, 4] != 0).any()


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_recurrence_is_pytorchs_cell_step_by_step(cell, causal):
    mixer = randomise(Recurrence(D_MODEL, cell=cell, causal=causal))

    def run(x, end):
        step = (torch.nn.LSTMCell if cell == "lstm" else torch.nn.GRUCell)(D_MODEL, D_MODEL)
        for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
            getattr(step, name).data = getattr(mixer.cell, f"{name}_l0{end}").data
        state, states = None, []
        for word in x:
            state = step(word, state)
            states.append(state[0] if cell == "lstm" else state)
        return torch.stack(states)

    out = mixer(X, mask=padding_mask(LENGTHS), causal=causal)
    for b, n in enumerate(LENGTHS.tolist()):
        states = [run(X[b, :n], "")]
        if not causal:
            states.append(run(X[b, :n].flip(0), "_reverse").flip(0))
        assert_close(out[b, :n], mixer.w_o(torch.cat(states, dim=-1)))
        assert (out[b, n:] == 0).all()


@pytest.mark.parametrize(("window", "causal"), [(1, False), (3, False), (5, False), (1, True), (4, True)])
def test_convolution_is_a_weighted_sum_over_its_window(window, causal):
    mixer = randomise(WindowConvolution(D_MODEL, window, causal=causal))
    weight, bias = mixer.convolution.weight, mixer.convolution.bias  # (out, in, window)
    out = mixer(X, causal=causal)
    for t in range(LEN):
        first, expected = t - (window - 1 if causal else window // 2), bias
        for i in range(window):
            if 0 <= first + i < LEN:
                expected = expected + X[:, first + i] @ weight[:, :, i].T
        assert_close(out[:, t], expected)


@pytest.mark.parametrize("causal", [False, True])
def test_gmlp_is_its_formula(causal):
    mixer = randomise(GatedMLP(D_MODEL, 22, max_len=11, causal=causal))
    z = F.gelu(X @ mixer.w_1.weight.T + mixer.w_1.bias)
    z1, z2 = z[..., :11], F.layer_norm(z[..., 11:], (11,), mixer.norm.weight, mixer.norm.bias)
    gate = torch.zeros_like(z1)
    for i in range(LEN):
        for j in range(i + 1 if causal else LEN):
            gate[:, i] += mixer.weight[i, j] * z2[:, j]
        gate[:, i] += mixer.bias[i]
    assert_close(mixer(X, causal=causal), (z1 * gate) @ mixer.w_2.weight.T + mixer.w_2.bias)


def test_gmlp_starts_without_mixing():
    x = X.clone().requires_grad_()
    mixer = GatedMLP(D_MODEL, 22, max_len=11)
    mixer(x)[:, 3].sum().backward()
    assert -1e-3 <= mixer.weight.min() < -9e-4 < 9e-4 < mixer.weight.max() <= 1e-3
    assert (mixer.bias == 1).all()
    assert x.grad[:, 2].abs().max() < 0.05 * x.grad[:, 3].abs().max()


def test_sparse_masks():
    T, F = True, False
    assert sliding_window_mask(5, 1).tolist() == [
        [T, T, F, F, F],
        [T, T, T, F, F],
        [F, T, T, T, F],
        [F, F, T, T, T],
        [F, F, F, T, T],
    ]
    assert torch.equal(sliding_window_mask(5, 0), torch.eye(5).bool())
    longformer = longformer_mask(7, 1, [0, 4])
    for i in range(7):
        for j in range(7):
            assert longformer[i, j] == (abs(i - j) <= 1 or bool({i, j} & {0, 4}))
    bigbird = bigbird_mask(101, 2, n_global=2, n_random=3)
    extra = bigbird & ~longformer_mask(101, 2, [0, 1])
    assert (bigbird | ~longformer_mask(101, 2, [0, 1])).all()
    assert extra.sum(1).max() == 3
    assert 2 < extra[2:].sum(1).float().mean() <= 3
    assert torch.equal(bigbird, bigbird_mask(101, 2, n_global=2, n_random=3))
    assert not torch.equal(bigbird, bigbird_mask(101, 2, n_global=2, n_random=3, seed=1))
    assert torch.equal(bigbird_mask(7, 1), bigbird_mask(7, 1, n_global=1, n_random=3, seed=0))
    assert torch.equal(longformer_mask(7, 1), longformer_mask(7, 1, [0]))
    assert bigbird_mask(5, 1, n_global=5).all()
    assert bigbird_mask(5, 1, n_random=5).all()
    assert torch.equal(bigbird_mask(5, 1, n_global=0, n_random=0), sliding_window_mask(5, 1))


def test_a_window_of_n_layers_reaches_n_windows():
    encoder, mask = randomise(Encoder(CONFIG)), sliding_window_mask(LEN, 1)
    x = X.clone().requires_grad_()
    encoder.stack(x, mask)[0, 0].sum().backward()
    assert x.grad[0].abs().sum(-1).gt(0).tolist() == [True, True, True, False, False, False, False]


@pytest.mark.parametrize("causal", [False, True])
def test_linear_attention_never_writes_the_weights_but_has_them(causal):
    q, k, v = torch.rand(2, 3, 5, 11), torch.rand(2, 3, 5, 11), torch.randn(2, 3, 5, 13)
    weights = q @ k.mT
    weights = weights.tril() if causal else weights
    assert_close(linear_attention(q, k, v, causal=causal), weights / weights.sum(-1, keepdim=True) @ v)
    assert (linear_attention(q, k * 0, v, causal=causal) == 0).all()
    alone = linear_attention(q[0, 0], k[0, 0], v[0, 0], causal=causal)
    assert_close(alone, linear_attention(q, k, v, causal=causal)[0, 0])


def test_performer_estimates_softmax_attention_the_better_the_more_features():
    q, k, v = torch.randn(3, 101, 8) / 2, torch.randn(3, 101, 8) / 2, torch.randn(3, 101, 5)
    exact, _ = attention(q, k, v)
    errors = []
    for n in (16, 256, 4096):
        directions = orthogonal_directions(n, 8)
        features = [performer_features(x / 8**0.25, directions) for x in (q, k)]
        errors.append((linear_attention(*features, v) - exact).square().mean().item())
    assert errors[0] > 3 * errors[1] > 9 * errors[2]
    assert errors[2] < 1e-3


def test_directions_are_orthogonal_in_groups_and_as_long_as_normal_ones():
    directions = orthogonal_directions(1000, 5)
    group = directions[5:10]
    products = group @ group.T
    assert_close(products, products.diag().diag(), atol=1e-5, rtol=0)
    assert directions.mean(0).abs().max() < 0.1  # as many point one way as the other
    assert directions.square().sum(1).mean().item() == pytest.approx(5, abs=0.5)
    layer = LinearAttention(D_MODEL, HEADS, kind="performer")
    assert torch.equal(layer.directions, orthogonal_directions(64, 5))
    assert torch.equal(layer.directions, orthogonal_directions(64, 5, seed=0))
    assert torch.initial_seed() == 0  # the reader's random numbers are left alone


@pytest.mark.parametrize("kind", ["elu", "performer"])
@pytest.mark.parametrize("causal", [False, True])
def test_linear_layers_are_linear_attention_between_the_same_projections(kind, causal):
    layer = randomise(LinearAttention(D_MODEL, HEADS, kind=kind, causal=causal, n_features=11))
    heads = layer.heads
    q, k, v = (heads.split_heads(w(X)) for w in (heads.w_q, heads.w_k, heads.w_v))
    if kind == "elu":
        q, k = (torch.where(x > 0, x + 1, x.exp()) for x in (q, k))
    else:
        q, k = (performer_features(x / 5**0.25, layer.directions) for x in (q, k))
    weights = (q @ k.mT).tril() if causal else q @ k.mT
    expected = heads.w_o(merge_heads(weights / weights.sum(-1, keepdim=True) @ v))
    assert_close(layer(X, causal=causal), expected)


def test_linformer_with_one_summary_for_each_word_is_attention():
    layer = randomise(Linformer(D_MODEL, HEADS, max_len=LEN, n_summaries=LEN))
    with torch.no_grad():
        layer.summarise_k.copy_(torch.eye(LEN))
        layer.summarise_v.copy_(torch.eye(LEN))
    assert_close(layer(X), layer.heads(X))
    start = Linformer(D_MODEL, HEADS, max_len=101, n_summaries=97)
    assert dict(start.named_parameters()).keys() >= {"summarise_k", "summarise_v"}
    assert start.summarise_k.std().item() == pytest.approx(101**-0.5, rel=0.05)
    assert start.summarise_v.std().item() == pytest.approx(101**-0.5, rel=0.05)
    few = randomise(Linformer(D_MODEL, HEADS, max_len=11, n_summaries=2))
    heads = few.heads
    q, k, v = (heads.split_heads(w(X)) for w in (heads.w_q, heads.w_k, heads.w_v))
    out, _ = attention(q, few.summarise_k[:, :LEN] @ k, few.summarise_v[:, :LEN] @ v)
    assert_close(few(X), heads.w_o(merge_heads(out)))


@pytest.mark.usefixtures("as_a_user")
@pytest.mark.parametrize("name", [*MIXERS][1:])
def test_what_only_attention_has_is_refused(name):
    mixer = MIXERS[name](False)
    for options, message in (
        ({"return_weights": True}, "return_weights must be False: .* but was True"),
        ({"causal": True}, "causal must be False.* but was True"),
        ({"mask": causal_mask(LEN)}, "mask must be a padding mask"),
    ):
        with pytest.raises(ValueError, match=message):
            mixer(X, **options)


mixer = Recurrence(D_MODEL)


@pytest.mark.usefixtures("as_a_user")
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Recurrence(D_MODEL, cell="rnn"), r"cell must be one of \('lstm', 'gru'\), but was 'rnn'"),
        (lambda: mixer(X, causal=True), "causal must be False, as the mixer was made, but was True"),
        (lambda: mixer(X, return_weights=True), "return_weights must be False: there are no weights"),
        (lambda: mixer(X, mask=causal_mask(LEN)), r"mask must be a padding mask of shape \(3, 1, 7\), .* \(7, 7\)"),
        (lambda: mixer(X, mask=torch.ones(3, 1, LEN)), "mask must be a padding mask .* torch.float32"),
        (lambda: mixer(X, mask=padding_mask(LENGTHS).flip(-1)), "mask must have its padding on the right"),
        (lambda: WindowConvolution(D_MODEL, 4), "window must be positive, and odd unless causal, but was 4"),
        (lambda: WindowConvolution(D_MODEL, 0, causal=True), "window must be positive, .* but was 0"),
        (lambda: GatedMLP(D_MODEL, 7, 5), "d_ff must be even, as Z is split in two, but was 7"),
        (lambda: GatedMLP(D_MODEL, 8, 5)(X), "x must be at most max_len = 5 long, but was 7 long"),
        (lambda: Linformer(D_MODEL, HEADS, max_len=5, n_summaries=2)(X), "x must be at most max_len = 5 long"),
        (
            lambda: Linformer(D_MODEL, HEADS, max_len=7, n_summaries=2)(X, causal=True),
            "causal must be False: a summary holds later words too",
        ),
        (lambda: LinearAttention(D_MODEL, HEADS, kind="relu"), r"kind must be one of \('elu', 'performer'\)"),
        (lambda: LinearAttention(D_MODEL, HEADS)(X, causal=True), "causal must be False, as the layer was made"),
        (lambda: sliding_window_mask(5, -1), "window must not be negative, but was -1"),
        (lambda: longformer_mask(5, 1, [5]), "global_positions must lie between 0 and 4, but was 5"),
        (lambda: longformer_mask(5, 1, [-1]), "global_positions must lie between 0 and 4, but was -1"),
        (lambda: bigbird_mask(5, 1, n_global=-1), "n_global must lie between 0 and 5, but was -1"),
        (lambda: bigbird_mask(5, 1, n_random=-1), "n_random must lie between 0 and 5, but was -1"),
        (lambda: bigbird_mask(5, 1, n_global=6), "n_global must lie between 0 and 5, but was 6"),
        (lambda: bigbird_mask(5, 1, n_random=6), "n_random must lie between 0 and 5, but was 6"),
    ],
)
def test_errors_name_the_argument_what_it_was_and_what_it_should_be(call, message):
    with pytest.raises(ValueError, match=message):
        call()
