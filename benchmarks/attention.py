"""Attention, forward and backward: `fused_attention` beside PyTorch's fused kernel and the naive formula.

    python benchmarks/attention.py [--turns 9] [--lengths 64 2048] [--bf16]

The kernel is called as its documentation says: is_causal where there is only a causal mask, a boolean mask otherwise.
"""

import argparse
import functools
import math
import multiprocessing
import resource
from collections.abc import Callable

import torch
import torch.nn.functional as F
from timing import interleaved, speed_ups, table

from transformer_lib import causal_mask, combine_masks, padding_mask
from transformer_lib.attention import fused_attention

LENGTHS = (64, 128, 256, 512, 1024, 2048)
HEADS, D_HEAD, POSITIONS = 4, 64, 4096  # sequences of each length that make up about as much work
KINDS = ("none", "causal", "padding", "both")


def naive(q, k, v, mask):
    scores = q @ k.mT / math.sqrt(D_HEAD)
    if mask is not None:
        scores = scores.masked_fill(~mask, torch.finfo(scores.dtype).min)
    return scores.softmax(-1) @ v


def turns(length: int, kind: str, dtype: torch.dtype) -> dict[str, Callable[[], object]]:
    """Return each way's forward and backward on the same tensors."""
    batch = max(1, POSITIONS // length // 4)
    q, k, v = (torch.randn(batch, HEADS, length, D_HEAD, dtype=dtype, requires_grad=True) for _ in range(3))
    direction = torch.randn_like(q)
    lengths = torch.linspace(length // 2, length, batch + 1).long()[:batch]  # half to full
    padding = padding_mask(lengths, length)[:, None] if kind in ("padding", "both") else None
    causal = kind in ("causal", "both")

    @functools.cache
    def whole():  # made in the first turn, which does not count, by the ways that need it
        return combine_masks(causal_mask(length) if causal else None, padding)

    def kernel():
        if kind == "causal":
            return F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return F.scaled_dot_product_attention(q, k, v, attn_mask=whole())

    ways = {
        "naive": lambda: naive(q, k, v, whole()),
        "kernel": kernel,
        "ours": lambda: fused_attention(q, k, v, padding, causal=causal),
    }
    return {name: lambda way=way: torch.autograd.grad(way(), (q, k, v), direction) for name, way in ways.items()}


def peak_memory(length: int, way: str) -> float:
    """Return by how many MB one call with both masks raises a fresh process's peak."""

    def measure(pipe):
        turns(64, "both", torch.float32)[way]()  # what any first call allocates once
        run = turns(length, "both", torch.float32)[way]
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        run()
        pipe.send((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)

    context = multiprocessing.get_context("fork")
    receive, send = context.Pipe()
    child = context.Process(target=measure, args=(send,))
    child.start()
    child.join()
    return receive.recv()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=9)
    parser.add_argument("--lengths", type=int, nargs="+", default=LENGTHS)
    parser.add_argument("--bf16", action="store_true")
    given = parser.parse_args()
    torch.set_num_threads(1)
    megabytes = {way: [f"{peak_memory(n, way):.0f}" for n in (1024, 2048, 4096)] for way in ("naive", "kernel", "ours")}
    print(table("peak MB, both masks", ["T=1024", "T=2048", "T=4096"], megabytes), "\n")
    for length in given.lengths:
        rows: dict[str, list] = {}
        for kind in KINDS:
            times = interleaved(turns(length, kind, torch.bfloat16 if given.bf16 else torch.float32), given.turns)
            ratios = speed_ups(times, "naive")
            rows[kind] = [ratios["kernel"], ratios["ours"], speed_ups(times, "kernel")["ours"]]
        columns = ["kernel / naive", "ours / naive", "ours / kernel"]
        print(table(f"times as fast, T={length}", columns, rows), "\n", flush=True)


if __name__ == "__main__":
    main()
