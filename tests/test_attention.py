"""`attention` and `MultiHeadAttention` against PyTorch's own, on prime sizes: no transposed axis passes by luck."""

import pytest
import torch
import torch.nn.functional as F
from torch.testing import assert_close

from transformer_lib import MultiHeadAttention, attention, causal_mask, combine_masks, padding_mask
from transformer_lib.attention import fused_attention
from transformer_lib.cache import KVCache
from transformer_lib.position import rotary, rotate

BATCH, HEADS, Q_LEN, K_LEN, D_HEAD, D_VALUE = 2, 3, 5, 7, 11, 13
D_MODEL = HEADS * D_HEAD

# Every kind of mask there is, as broadcast against (BATCH, HEADS, Q_LEN, K_LEN).
MASKS = {
    "none": None,
    "causal": causal_mask(Q_LEN, K_LEN),
    "padding": padding_mask(torch.tensor([4, 7]))[:, None],
    "causal and padding": combine_masks(causal_mask(Q_LEN, K_LEN), padding_mask(torch.tensor([4, 7])))[:, None],
    "a different one for each head": torch.rand(BATCH, HEADS, Q_LEN, K_LEN, generator=torch.Generator().manual_seed(1))
    > 0.4,
    "one sequence is all padding": padding_mask(torch.tensor([0, 7]))[:, None],
}
each_mask = pytest.mark.parametrize("mask", MASKS.values(), ids=MASKS.keys())


def gradients(out, *inputs):
    """Of a scalar that weighs every element of `out` differently, so that no error cancels in the sum."""
    return torch.autograd.grad((out * torch.arange(out.numel()).view_as(out).cos()).sum(), inputs)


@each_mask
def test_attention_is_pytorchs_forward_and_backward(mask):
    q = torch.randn(BATCH, HEADS, Q_LEN, D_HEAD, requires_grad=True)
    k = torch.randn(BATCH, HEADS, K_LEN, D_HEAD, requires_grad=True)
    v = torch.randn(BATCH, HEADS, K_LEN, D_VALUE, requires_grad=True)
    out, _ = attention(q, k, v, mask)
    expected = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    assert_close(out, expected)
    assert_close(gradients(out, q, k, v), gradients(expected, q, k, v))


@each_mask
@pytest.mark.parametrize("shape", [(HEADS, Q_LEN, K_LEN), (BATCH, 1, 1, K_LEN)], ids=str)
def test_a_bias_is_added_to_the_scores(mask, shape):
    q, k = torch.randn(BATCH, HEADS, Q_LEN, D_HEAD), torch.randn(BATCH, HEADS, K_LEN, D_HEAD)
    v, bias = torch.randn(BATCH, HEADS, K_LEN, D_VALUE), torch.randn(shape, requires_grad=True)
    scores = q @ k.mT / D_HEAD**0.5 + bias
    expected = (scores if mask is None else scores.masked_fill(~mask, -torch.inf)).softmax(-1).nan_to_num() @ v
    out, _ = attention(q, k, v, mask, bias)
    fused = fused_attention(q, k, v, mask, bias)
    assert_close(out, expected)
    assert_close(fused, expected)
    assert_close(gradients(out, bias), gradients(fused, bias))
    assert attention(q.half(), k.half(), v.half(), mask, bias)[0].dtype == torch.float16  # the bias adapts itself


@each_mask
def test_weights_are_a_distribution_over_the_visible_keys(mask):
    q, k, v = (
        torch.randn(BATCH, HEADS, Q_LEN, D_HEAD),
        torch.randn(BATCH, HEADS, K_LEN, D_HEAD),
        torch.randn(BATCH, HEADS, K_LEN, D_VALUE),
    )
    out, weights = attention(q, k, v, mask)
    visible = torch.ones_like(weights, dtype=torch.bool) if mask is None else mask.expand_as(weights)
    assert (weights[~visible] == 0).all()
    assert (weights[visible] > 0).all()
    assert_close(weights.sum(-1), visible.any(-1).float())
    assert_close(out, weights @ v)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16, torch.float16])
def test_a_query_with_no_key_left_gets_zeros_and_finite_gradients(dtype):
    q, k, v = (torch.randn(1, 5, 2, dtype=dtype, requires_grad=True) for _ in range(3))
    mask = causal_mask(5).clone()
    mask[2] = False
    out, weights = attention(q, k, v, mask)
    assert (out[0, 2] == 0).all()
    assert (weights[0, 2] == 0).all()
    for gradient in gradients(out, q, k, v):
        assert gradient.isfinite().all()


def test_attention_needs_no_batch_axis_and_no_keys():
    out, weights = attention(torch.randn(5, 3), torch.randn(7, 3), torch.randn(7, 2))
    assert out.shape == (5, 2)
    assert weights.shape == (5, 7)
    nothing, _ = attention(torch.randn(5, 3), torch.randn(0, 3), torch.randn(0, 2))
    assert torch.equal(nothing, torch.zeros(5, 2))


def test_attention_gradients_are_the_numeric_ones():
    q, k, v = (torch.randn(2, 3, 5, dtype=torch.float64, requires_grad=True) for _ in range(3))
    assert torch.autograd.gradcheck(lambda *x: attention(*x, mask=causal_mask(3)), (q, k, v))


def pytorchs_layer(ours: MultiHeadAttention, d_context: int) -> torch.nn.MultiheadAttention:
    """`nn.MultiheadAttention` with the same weights, whatever the widths."""
    theirs = torch.nn.MultiheadAttention(D_MODEL, HEADS, kdim=d_context, vdim=d_context, batch_first=True)
    with torch.no_grad():
        projections = (ours.w_q, ours.w_k, ours.w_v)
        theirs.in_proj_bias.copy_(torch.cat([w.bias for w in projections]))
        if d_context == D_MODEL:
            theirs.in_proj_weight.copy_(torch.cat([w.weight for w in projections]))
        else:
            for name, w in zip("qkv", projections, strict=True):
                getattr(theirs, f"{name}_proj_weight").copy_(w.weight)
        theirs.out_proj.load_state_dict(ours.w_o.state_dict())
    return theirs


@pytest.mark.parametrize("return_weights", [True, False], ids=["with weights", "fused"])
@pytest.mark.parametrize("kind", ["self", "cross"])
@each_mask
def test_multi_head_attention_is_pytorchs_forward_and_backward(mask, kind, return_weights):
    d_context = D_MODEL if kind == "self" else 17
    ours = MultiHeadAttention(D_MODEL, HEADS, d_context=d_context)
    for w in (ours.w_q, ours.w_k, ours.w_v, ours.w_o):
        torch.nn.init.normal_(w.bias)
    theirs = pytorchs_layer(ours, d_context)

    if kind == "self" and mask is not None:  # as many queries as keys
        mask = mask.expand(-1, -1, Q_LEN, -1) if mask.ndim == 4 else mask
        mask = mask[..., -Q_LEN:]
    x = torch.randn(BATCH, Q_LEN, D_MODEL, requires_grad=True)
    context = x if kind == "self" else torch.randn(BATCH, K_LEN, d_context, requires_grad=True)
    result = ours(x, None if kind == "self" else context, mask, return_weights=return_weights)
    out, weights = result if return_weights else (result, None)

    shape = (BATCH, HEADS, Q_LEN, context.shape[1])
    hidden = None if mask is None else (~mask).expand(shape).flatten(0, 1)
    expected, expected_weights = theirs(x, context, context, attn_mask=hidden, average_attn_weights=False)
    if mask is not None:  # PyTorch's layer gives NaN where a query has no key left; ours gives the output bias
        blind = ~mask.expand(shape).any(-1, keepdim=True)
        assert expected_weights.isnan().eq(blind.expand(shape)).all()
        if blind.any():
            assert out.isfinite().all()
            blind_batch = blind.any(dim=(1, 2, 3))
            assert_close(out[blind_batch], ours.w_o.bias.expand_as(out[blind_batch]))
            return
    assert_close(out, expected)
    if return_weights:
        assert_close(weights, expected_weights)
    assert_close(gradients(out, x, ours.w_o.weight), gradients(expected, x, theirs.out_proj.weight))


@pytest.mark.parametrize("position", ["none", "bias", "rotation"])
@pytest.mark.parametrize("masked", [False, True], ids=["no mask", "padding"])
@pytest.mark.parametrize("causal", [False, True], ids=["all", "causal"])
def test_the_fused_path_is_the_one_with_weights(causal, masked, position):
    layer, x = MultiHeadAttention(6 * HEADS, HEADS), torch.randn(BATCH, Q_LEN, 6 * HEADS)
    options = {"causal": causal}
    if position == "bias":
        options["bias"] = torch.randn(BATCH, HEADS, Q_LEN, Q_LEN)
    if position == "rotation":
        options["rotation"] = rotary(torch.arange(Q_LEN)[None], 6)
    mask = padding_mask(torch.tensor([3, 5])) if masked else None
    out, weights = layer(x, mask=mask, return_weights=True, **options)
    assert_close(layer(x, mask=mask, **options), out)
    seen = combine_masks(torch.ones(BATCH, Q_LEN, Q_LEN).bool(), mask, causal_mask(Q_LEN) if causal else None)
    assert torch.equal(weights > 0, seen[:, None].expand_as(weights))


def test_bias_and_rotation_reach_the_scores():
    layer, x = MultiHeadAttention(6 * HEADS, HEADS), torch.randn(BATCH, Q_LEN, 6 * HEADS)
    bias, rotation = torch.randn(HEADS, Q_LEN, Q_LEN), rotary(torch.arange(7, 7 + Q_LEN)[None], 6)
    q, k = (rotate(layer.split_heads(w(x)), rotation) for w in (layer.w_q, layer.w_k))
    _, weights = layer(x, bias=bias, rotation=rotation, return_weights=True)
    assert_close(weights, (q @ k.mT / 6**0.5 + bias).softmax(-1))


@pytest.mark.parametrize("return_weights", [False, True], ids=["fused", "with weights"])
def test_causal_queries_are_the_last_of_the_keys(return_weights):
    """As with cached keys: three queries of a sequence of five see what they see in the whole sequence."""
    layer, x = MultiHeadAttention(D_MODEL, HEADS), torch.randn(BATCH, Q_LEN, D_MODEL)
    whole = layer(x, causal=True, return_weights=return_weights)
    for n in (1, 3):
        last = layer(x[:, -n:], x, causal=True, return_weights=return_weights)
        if return_weights:
            assert_close(last[1], whole[1][:, :, -n:])
        assert_close(last[0] if return_weights else last, (whole[0] if return_weights else whole)[:, -n:])


@pytest.mark.parametrize("return_weights", [False, True], ids=["fused", "with weights"])
def test_a_cache_adds_what_earlier_calls_read(return_weights):
    layer, x, cache = MultiHeadAttention(6 * HEADS, HEADS), torch.randn(BATCH, Q_LEN, 6 * HEADS), KVCache(Q_LEN)
    angles = rotary(torch.arange(Q_LEN)[None], 6)
    whole = layer(x, causal=True, rotation=angles)
    for part in (slice(0, 3), slice(3, 5)):
        options = {"causal": True, "rotation": angles[:, :, part], "cache": cache, "return_weights": return_weights}
        out = layer(x[:, part], **options)
        assert_close(out[0] if return_weights else out, whole[:, part])


def test_a_mask_of_three_axes_is_shared_by_the_heads():
    layer = MultiHeadAttention(D_MODEL, HEADS)
    x, mask = torch.randn(BATCH, Q_LEN, D_MODEL), padding_mask(torch.tensor([2, 5]))
    assert_close(layer(x, mask=mask), layer(x, mask=mask[:, None]))


def test_each_head_reads_its_own_channels():
    layer = MultiHeadAttention(D_MODEL, HEADS)
    x = torch.randn(BATCH, Q_LEN, D_MODEL)
    heads = layer.split_heads(x)
    assert heads.shape == (BATCH, HEADS, Q_LEN, D_HEAD)
    for i in range(HEADS):
        assert torch.equal(heads[:, i], x[..., i * D_HEAD : (i + 1) * D_HEAD])


@pytest.mark.parametrize("bias", [False, True])
def test_self_attention_projects_as_attention_to_itself_does(bias):
    """In one product or in three: the same out, and the same gradients of the input and of every parameter."""
    layer = MultiHeadAttention(D_MODEL, HEADS, bias=bias)
    x = torch.randn(BATCH, Q_LEN, D_MODEL, requires_grad=True)
    direction = torch.randn(BATCH, Q_LEN, D_MODEL)
    inputs = [x, *layer.parameters()]
    outs = [layer(x), layer(x, context=x)]
    assert_close(*outs)
    one, three = (torch.autograd.grad(out, inputs, direction) for out in outs)
    assert_close(one, three)


def test_who_listens_to_a_projection_hears_it_and_what_replaces_one_is_called():
    layer, x, heard = MultiHeadAttention(D_MODEL, HEADS), torch.randn(BATCH, Q_LEN, D_MODEL), []
    expected = layer(x)
    hook = layer.w_v.register_forward_hook(lambda *call: heard.append(call[-1]))
    assert_close(layer(x), expected)
    assert_close(heard[0], layer.w_v(x))
    hook.remove()
    layer.w_k = torch.nn.Sequential(layer.w_k, torch.nn.Identity())
    layer.w_k.in_features = D_MODEL
    assert_close(layer(x), expected)


def test_no_bias_means_no_bias():
    assert all("bias" not in name for name, _ in MultiHeadAttention(D_MODEL, HEADS, bias=False).named_parameters())


q, k, v = torch.zeros(2, 5, 3), torch.zeros(2, 7, 3), torch.zeros(2, 7, 3)
layer = MultiHeadAttention(6, 2)
x = torch.zeros(2, 5, 6)


@pytest.mark.usefixtures("as_a_user")
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: attention(torch.zeros(3), k, v), r"q must have at least two axes, .* but its shape was \(3,\)"),
        (
            lambda: attention(q, torch.zeros(2, 7, 4), v),
            r"k must be as wide as q \(d_head = 3\), but its shape was \(2, 7, 4\)",
        ),
        (
            lambda: attention(q, k, torch.zeros(2, 5, 3)),
            r"v must hold one value for each of the 7 keys, but .* \(2, 5, 3\)",
        ),
        (lambda: attention(q, k[:1], v[:1]), r"k must have q's leading axes \(2,\), but its shape was \(1, 7, 3\)"),
        (lambda: attention(q, torch.zeros(3), v), r"k must have at least two axes, .* but its shape was \(3,\)"),
        (lambda: attention(q, k, torch.zeros(3)), r"v must have at least two axes, .* but its shape was \(3,\)"),
        (lambda: attention(q, k, v[:1]), r"v must have q's leading axes \(2,\), but its shape was \(1, 7, 3\)"),
        (lambda: attention(q, k, v, torch.ones(5, 7)), "mask must be boolean with True = may attend, .* torch.float32"),
        (lambda: attention(q, k, v, bias=torch.zeros(5, 5)), r"bias must broadcast to .* = \(2, 5, 7\), .* \(5, 5\)"),
        (lambda: fused_attention(q, k, v, bias=torch.zeros(5, 5)), r"bias must broadcast to .* = \(2, 5, 7\)"),
        (lambda: attention(q, k, v, torch.ones(1, 2, 5, 7).bool()), r"mask must broadcast .* was \(1, 2, 5, 7\)"),
        (lambda: attention(q, k, v, causal_mask(5)), r"broadcast to .* = \(2, 5, 7\), but its shape was \(5, 5\)"),
        (lambda: attention(q, k, v, torch.ones(3, 2, 5, 7).bool()), r"= \(2, 5, 7\), but its shape was \(3, 2, 5, 7\)"),
        (
            lambda: MultiHeadAttention(10, 3),
            "d_model must be a positive multiple of n_heads, but d_model was 10 and n_heads 3",
        ),
        (lambda: MultiHeadAttention(8, 0), "n_heads 0"),
        (lambda: layer(torch.zeros(2, 5, 7)), r"x must have shape \(batch, length, 6\), but was \(2, 5, 7\)"),
        (lambda: layer(torch.zeros(5, 6)), r"x must have shape \(batch, length, 6\), but was \(5, 6\)"),
        (lambda: layer(x, torch.zeros(2, 5, 5)), r"context must have shape \(batch, length, 6\), but was \(2, 5, 5\)"),
        (lambda: layer(x, mask=torch.zeros(5, 5)), "mask must be boolean"),
        (
            lambda: layer(x, mask=causal_mask(4)),
            r"mask must broadcast to .* = \(2, 2, 5, 5\), but its shape was \(4, 4\)",
        ),
    ],
)
def test_errors_name_the_argument_what_it_was_and_what_it_should_be(call, message):
    with pytest.raises(ValueError, match=message):
        call()
