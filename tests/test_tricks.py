"""Each trick can be left out, and nothing else changes."""

import math

import pytest
import torch
from torch.testing import assert_close

from transformer_lib import Block, Config, Decoder, attention, use_mine
from transformer_lib.layers import Stack
from transformer_lib.recipe import Recipe, make_optimizers
from transformer_lib.training import train
from transformer_lib.tricks import (
    T_95,
    WithoutEither,
    WithoutNorm,
    WithoutSum,
    gradient_norm,
    interval,
    layer_flow,
    plain_sgd,
    unscaled_attention,
    windows,
)

CONFIG = Config(11, d_model=6, n_heads=3, n_layers=2, d_ff=13, dropout=0.0)
X = torch.randn(2, 5, 6, generator=torch.Generator().manual_seed(0))


@pytest.mark.slow
@pytest.mark.parametrize("pre_norm", [False, True])
@pytest.mark.parametrize(
    ("kind", "add", "norm"), [(WithoutSum, False, True), (WithoutNorm, True, False), (WithoutEither, False, False)]
)
def test_a_block_without_its_sum_or_its_norm(kind, add, norm, pre_norm):
    with use_mine(Residual=kind):
        block = Block(CONFIG.replace(pre_norm=pre_norm))
    x = X
    for sublayer, residual in (
        (block.attention, block.attention_residual),
        (block.feed_forward, block.feed_forward_residual),
    ):
        assert type(residual) is kind
        with torch.no_grad():
            residual.norm.weight.fill_(1.5)
        out = sublayer(residual.norm(x) if norm and pre_norm else x)
        out = x + out if add else out
        x = residual.norm(out) if norm and not pre_norm else out
    assert_close(block(X), x)


def test_dropout_stays_where_it_was():
    for kind in (WithoutSum, WithoutNorm, WithoutEither):
        torch.manual_seed(0)
        residual = kind(CONFIG.replace(dropout=0.5, pre_norm=True))
        out = residual.after(torch.zeros_like(X), torch.ones_like(X))
        assert set(out.unique().tolist()) == {0.0, 2.0}


@pytest.mark.slow
def test_attention_without_the_division():
    q, k, v = torch.randn(3, 7, 5, generator=torch.Generator().manual_seed(1))
    mask = torch.ones(7, 7, dtype=torch.bool).tril()
    bias = torch.arange(7.0).expand(7, 7)
    scores = (q @ k.T + bias).masked_fill(~mask, -math.inf)
    out, weights = unscaled_attention(q, k, v, mask, bias)
    assert_close(weights, scores.softmax(-1))
    assert_close(out, scores.softmax(-1) @ v)
    with use_mine(attention=unscaled_attention) as calls:
        assert not torch.equal(Decoder(CONFIG)(torch.arange(5)[None]), torch.zeros(1, 5, 11))
    assert calls["attention"] == 2
    assert_close(unscaled_attention(q / math.sqrt(5), k, v)[0], attention(q, k, v)[0])


@pytest.mark.slow
def test_plain_gradient_descent_takes_the_place_of_adam():
    batches = windows(torch.arange(29) % 11, 3, batch=2, length=5, seed=0)
    models = [Decoder(CONFIG) for _ in range(2)]
    models[1].load_state_dict(models[0].state_dict())
    with use_mine(make_optimizers=plain_sgd(0.7)) as calls:
        losses = train(models[0], batches, Recipe(3, 0.1, warmup=0, schedule="constant", clip=1e9))
    assert calls["make_optimizers"] == 1
    optimizer = torch.optim.SGD(models[1].parameters(), lr=0.1, momentum=0.7)
    for batch, loss in zip(batches, losses, strict=True):
        optimizer.zero_grad()
        mine = torch.nn.functional.cross_entropy(models[1](batch.tokens).flatten(0, 1), batch.targets.flatten())
        mine.backward()
        optimizer.step()
        assert loss == pytest.approx(mine.item(), abs=1e-5)
    assert plain_sgd()(models[0], Recipe(1, 0.3))[0].defaults["momentum"] == 0.9
    assert plain_sgd(0.0)(models[0], Recipe(1, 0.3))[0].defaults["lr"] == 0.3
    assert len(make_optimizers(models[0], Recipe(1))[0].param_groups) == 2  # the library's own is back
    with pytest.raises(ValueError, match=r"momentum must be at least 0 and below 1, but was 1\.0"):
        plain_sgd(1.0)
    with pytest.raises(ValueError, match=r"momentum must be at least 0 and below 1, but was -0\.1"):
        plain_sgd(-0.1)


def test_windows_are_pieces_of_the_text():
    ids = torch.arange(100, 113)
    first, second = windows(ids, 2, batch=50, length=7, seed=3)
    assert first.tokens.shape == second.tokens.shape == (50, 7)
    assert_close(first.targets, first.tokens + 1)
    assert_close(first.tokens - first.tokens[:, :1], torch.arange(7).expand(50, 7))
    starts = set(torch.cat([first.tokens, second.tokens])[:, 0].tolist())
    assert starts == set(range(100, 106))  # the first and the last possible among them
    assert first.mask is None
    assert bool(first.counts.all())
    again = windows(ids, 2, batch=50, length=7, seed=3)
    assert torch.equal(again[1].tokens, second.tokens)
    assert not torch.equal(windows(ids, 2, batch=50, length=7, seed=4)[0].tokens, first.tokens)
    assert len(windows(ids[:8], 1, batch=2, length=7, seed=0)[0].tokens) == 2
    with pytest.raises(ValueError, match=r"ids must hold at least length \+ 1 = 8 tokens, but held 7"):
        windows(ids[:7], 1, batch=2, length=7, seed=0)


def test_an_interval_of_few_runs():
    assert interval([1.0, 2.0, 3.0]) == pytest.approx((2 - 4.303 / math.sqrt(3), 2 + 4.303 / math.sqrt(3)))
    assert interval([5.0, 5.0]) == (5.0, 5.0)
    assert [type(end) for end in interval([5.0, 5.0])] == [float, float]
    low, high = interval([0.0, 1.0] * 5)
    assert (low + high) / 2 == pytest.approx(0.5)
    assert high - low == pytest.approx(2 * 2.262 * math.sqrt(10 / 9 / 4) / math.sqrt(10))
    for runs in ([1.0], [1.0] * 11):
        with pytest.raises(ValueError, match=f"values must be of 2 to 10 runs, but were of {len(runs)}"):
            interval(runs)


@pytest.mark.parametrize("runs", range(2, 11))
def test_an_interval_holds_95_percent_of_students_t(runs):
    n = runs - 1
    x = torch.linspace(0, T_95[runs - 2], 2001, dtype=torch.float64)
    factor = math.gamma((n + 1) / 2) / math.sqrt(n * math.pi) / math.gamma(n / 2)
    assert 2 * torch.trapezoid(factor * (1 + x**2 / n) ** (-(n + 1) / 2), x) == pytest.approx(0.95, abs=1e-4)


@pytest.mark.slow
def test_the_interval_holds_the_mean_as_often_as_it_says():
    drawn = torch.randn(4000, 3, generator=torch.Generator().manual_seed(0)).tolist()
    held = sum(low <= 0 <= high for low, high in map(interval, drawn)) / 4000
    assert held == pytest.approx(0.95, abs=0.01)


def test_the_gradient_of_all_matrices_of_a_module():
    layer = torch.nn.Sequential(torch.nn.Linear(2, 1), torch.nn.Linear(1, 1), torch.nn.Linear(1, 1))
    layer[0].weight.grad = torch.tensor([[2.0, 3.0]])
    layer[1].weight.grad = torch.tensor([[6.0]])
    layer[0].bias.grad = torch.tensor([100.0])  # no matrix
    assert gradient_norm(layer) == 7


@pytest.mark.parametrize(
    ("setting", "what"),
    [
        ({"add": True, "norm": "post"}, (1.0, 1.0)),
        ({"add": True, "norm": "none"}, (30.0, math.inf)),  # every sublayer adds as much as came in
        ({"add": True, "norm": "pre"}, (2.0, 6.0)),
        ({"add": False, "norm": "none"}, (0.0, 0.05)),
        ({"add": False, "norm": "post"}, (1.0, 1.0)),
        ({"add": False, "norm": "pre"}, (0.0, 0.9)),
    ],
)
def test_the_size_of_the_signal(setting, what):
    signal, gradient = layer_flow(7, **setting)
    assert len(signal) == len(gradient) == 7
    assert what[0] - 1e-3 <= signal[-1] <= what[1] + 1e-3


@pytest.mark.slow
def test_without_sum_and_norm_the_small_start_loses_the_gradient():
    _, small = layer_flow(7, add=False, norm="none", start="default")
    _, xavier = layer_flow(7, add=False, norm="none")
    assert small[0] < 1e-4 * small[-1]
    assert xavier[0] > 0.1 * xavier[-1]


@pytest.mark.parametrize("start", ["default", "xavier"])
def test_the_flow_is_that_of_the_librarys_own_stack(start):
    """With sum and norm nothing is left out: a stack as it is, a linear layer on top, and random targets."""
    signal, gradient = layer_flow(3, add=True, norm="pre", start=start, seed=5, d_model=12, length=5, vocab_size=7)
    torch.manual_seed(5)
    stack = Stack(Config(7, 12, n_heads=4, n_layers=3, d_ff=24, dropout=0.0, pre_norm=True))
    to_logits = torch.nn.Linear(12, 7, bias=False)
    x, targets = torch.randn(4, 5, 12), torch.randint(7, (20,))
    for name, p in stack.named_parameters() if start == "xavier" else ():
        if p.ndim == 2:
            torch.nn.init.xavier_uniform_(p)
        elif name.endswith("bias"):
            torch.nn.init.zeros_(p)
    torch.nn.functional.cross_entropy(to_logits(stack(x, causal=True)).flatten(0, 1), targets).backward()
    assert_close(gradient, torch.stack([gradient_norm(block) for block in stack.blocks]))
    assert_close(signal[0], stack.blocks[0](x, causal=True).square().mean().sqrt().detach())
    usual = {"start": "xavier", "seed": 0, "d_model": 32, "length": 7, "vocab_size": 50}
    assert_close(layer_flow(1, add=True, norm="pre"), layer_flow(1, add=True, norm="pre", **usual))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"depth": 0}, "depth must be at least 1, but was 0"),
        ({"norm": "batch"}, "norm must be one of .*'pre'.* but was 'batch'"),
        ({"start": "zero"}, "start must be one of .*'xavier'.* but was 'zero'"),
    ],
)
def test_a_flow_that_does_not_exist(wrong, message):
    with pytest.raises(ValueError, match=message):
        layer_flow(**({"depth": 2, "add": True, "norm": "post"} | wrong))
