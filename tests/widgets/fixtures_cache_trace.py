"""What a real decoder's steps multiply, counted by PyTorch (see write_fixtures.py)."""

import torch
from torch.utils.flop_counter import FlopCounterMode

from transformer_lib import Config
from transformer_lib.cache import Cache
from transformer_lib.layers import Stack


def counted(step, cached, d_model, n_layers):
    """Multiplications of the stack in one step, and how many numbers the cache holds after it."""
    config = Config(1, d_model=d_model, n_heads=1, n_layers=n_layers, d_ff=4 * d_model, dropout=0.0, pre_norm=True)
    stack, cache = Stack(config), Cache(n_layers, step + 1)
    x = torch.randn(1, step + 1, d_model)
    with torch.no_grad():
        if cached and step:
            stack(x[:, :-1], causal=True, cache=cache)
        with FlopCounterMode(display=False) as counter:
            stack(
                x[:, -1:] if cached else x, causal=True, cache=cache, return_weights=True
            )  # the fused kernel is not counted
    return counter.get_total_flops() // 2, sum(kv.k.numel() + kv.v.numel() for kv, _ in cache.layers)


def case(step, cached, d_model, n_layers):
    multiplications, kept = counted(step, cached, d_model, n_layers)
    return {
        "step": step, "cached": cached, "d_model": d_model, "n_layers": n_layers,
        "multiplications": multiplications, "kept": kept,
    }  # fmt: skip


def fixtures():
    return {
        "steps": [
            case(step, cached, *size) for step in (0, 1, 6) for cached in (False, True) for size in ((5, 2), (11, 3))
        ]
    }
