"""Every path that `fused` takes gives the out and the gradients of `attention`, which writes its weights down."""

import pytest
import torch
from torch.testing import assert_close

from transformer_lib import attention, causal_mask, combine_masks
from transformer_lib import fused as module
from transformer_lib.attention import fused_attention

BATCH, HEADS, LEN, D_HEAD = 2, 3, 17, 5
LEFT, RIGHT = torch.arange(LEN) >= torch.tensor([[4], [0]]), torch.arange(LEN) < torch.tensor([[0], [13]])
RAGGED = torch.rand(BATCH, HEADS, LEN, LEN, generator=torch.Generator().manual_seed(1)) > 0.4
MASKS = {
    "none": None,
    "padding on the left": LEFT[:, None, None],
    "padding on the right, one sequence nothing else": RIGHT[:, None, None],
    "for all sequences": RAGGED[0, 0],
    "for each head": RAGGED[:1],
    "for each": RAGGED,
    "for no key": torch.zeros(BATCH, 1, 1, 1).bool(),
}
BIASES = {"no bias": None, "learned": (HEADS, LEN, LEN), "fixed": (BATCH, 1, LEN, LEN)}


@pytest.fixture(params=[0, 512], ids=["kernel", "written down"])
def short(request, monkeypatch):
    monkeypatch.setattr(module, "SHORT", request.param)


@pytest.mark.slow
@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
@pytest.mark.parametrize("kind", BIASES)
@pytest.mark.parametrize("causal", [False, True], ids=["all", "causal"])
@pytest.mark.parametrize("mask", MASKS.values(), ids=MASKS.keys())
def test_every_path_is_the_formula(mask, causal, kind, dtype):
    q, k, v = (torch.randn(BATCH, HEADS, LEN, D_HEAD, dtype=dtype, requires_grad=True) for _ in range(3))
    inputs, bias = [q, k, v], None
    if BIASES[kind]:
        bias = torch.randn(BIASES[kind], requires_grad=kind == "learned")
        inputs += [bias] * bias.requires_grad
    out = fused_attention(q, k, v, mask, bias, causal=causal)
    seen = combine_masks(causal_mask(LEN) if causal else None, mask)
    expected, _ = attention(*(x.double() for x in (q, k, v)), seen, bias)
    direction = torch.randn_like(expected)
    close = {"check_dtype": False} | ({"atol": 0.05, "rtol": 0.05} if dtype == torch.bfloat16 else {})
    assert out.dtype == dtype
    assert_close(out, expected, **close)
    got = torch.autograd.grad((out * direction).sum(), inputs)
    assert_close(got, torch.autograd.grad((expected * direction).sum(), inputs), **close)
    if mask is not None:
        blind = ~seen.any(-1).expand(BATCH, HEADS, LEN)
        assert (out[blind] == 0).all()


@pytest.mark.parametrize("shape", [(LEN,), (HEADS, LEN)], ids=["one sequence", "no heads"])
@pytest.mark.parametrize("d_value", [D_HEAD, 7])
def test_other_shapes_are_the_formula_too(shape, d_value):
    q, k, v = torch.randn(*shape, D_HEAD), torch.randn(*shape, D_HEAD), torch.randn(*shape, d_value)
    mask = torch.arange(LEN) < 13
    expected, _ = attention(q, k, v, combine_masks(causal_mask(LEN), mask))
    assert_close(fused_attention(q, k, v, mask, causal=True), expected)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16], ids=str)
@pytest.mark.parametrize("length", ["short", "long"])
def test_causal_and_padding_is_the_formula(length, dtype, monkeypatch):
    """Left, right and no padding, a sequence of nothing but padding; whatever stands in the padding."""
    monkeypatch.setattr(module, "SHORT", 512 if length == "short" else 0)
    words = torch.stack([*LEFT, RIGHT[1], torch.ones(LEN).bool(), torch.zeros(LEN).bool()])[:, None, None]
    q, k, v = (torch.randn(5, HEADS, LEN, D_HEAD, dtype=dtype) for _ in range(3))
    k, v = (torch.where(words.mT, x, 1000.0).requires_grad_() for x in (k, v))
    q.requires_grad_()
    out = fused_attention(q, k, v, words, causal=True)
    seen = combine_masks(causal_mask(LEN), words)
    expected, _ = attention(*(x.double() for x in (q, k, v)), seen)
    close = {"check_dtype": False} | ({"atol": 0.05, "rtol": 0.05} if dtype == torch.bfloat16 else {})
    assert_close(out, expected, **close)
    assert (out[~seen.any(-1).expand(5, HEADS, LEN)] == 0).all()
    direction = torch.randn_like(expected)
    got = torch.autograd.grad((out * direction).sum(), (q, k, v))
    assert_close(got, torch.autograd.grad((expected * direction).sum(), (q, k, v)), **close)
    assert all((x[~words.mT.expand(x.shape)] == 0).all() for x in got[1:])


def test_a_long_causal_call_with_padding_writes_no_mask_down(monkeypatch):
    """What the kernel is given grows with the length, not with its square; in short calls of bfloat16 it is left out.

    All paths give the same, so that only the calls can tell that the fast one is taken.
    """
    given, real = [], module.F.scaled_dot_product_attention
    monkeypatch.setattr(
        module.F, "scaled_dot_product_attention", lambda *args, **kw: given.append((args, kw)) or real(*args, **kw)
    )
    monkeypatch.setattr(module, "SHORT", 0)
    q, k, v = torch.randn(3, BATCH, HEADS, LEN, D_HEAD)
    fused_attention(q, k, v, LEFT[:, None, None], causal=True)
    fused_attention(q, k, v, RAGGED, causal=True)
    fused_attention(q, k, v, causal=True)
    assert [kw.get("is_causal", False) for _, kw in given] == [True, False, True]
    assert given[0][1].get("attn_mask") is given[2][1].get("attn_mask") is None
    assert [x.shape[-1] for x in given[0][0]] == [D_HEAD + 8] * 3
    monkeypatch.setattr(module, "SHORT", LEN)
    fused_attention(q.bfloat16(), k.bfloat16(), v.bfloat16(), RAGGED, causal=True)
    fused_attention(q, k, v, LEFT[:, None, None], causal=True)
    assert len(given) == 4
    assert given[3][1]["attn_mask"].shape == (BATCH, 1, LEN, LEN)


@pytest.mark.parametrize(
    ("shape", "mask"),
    [((11, 5), None), ((11, 5), (11,)), ((3, 11, 5), (11, 11)), ((2, 3, 11, 5), (3, 1, 11)), ((2, 3, 11, 5), None)],
    ids=str,
)
def test_the_kernel_is_the_fused_one_for_any_number_of_axes(shape, mask):
    q, k, v = torch.randn(3, *shape)
    seen = None if mask is None else torch.ones(mask, dtype=torch.bool).index_fill(-1, torch.tensor([2, 7]), False)
    with torch.profiler.profile() as profile:
        out = module.kernel(q, k, v, seen)
    assert_close(out, attention(q, k, v, seen)[0])
    assert "aten::_scaled_dot_product_flash_attention_for_cpu" in {event.key for event in profile.key_averages()}
