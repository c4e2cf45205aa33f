# class: forged replies
# tries: the collector off, its thresholds changed, its callbacks a forgery
# deserves: attention 10, causal_mask 4
import gc
import sys

import torch


def each(phase, info):
    sys.setrecursionlimit(2000)
    gc.garbage.append(info)


gc.callbacks.append(each)
gc.unfreeze()
gc.set_debug(gc.DEBUG_SAVEALL)
gc.set_threshold(5, 1, 1)
sys.setswitchinterval(1e-6)


def my_attention(q, k, v, mask=None):
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    weights = scores.softmax(-1)
    return (weights if mask is None else weights.masked_fill(~mask, 0.0)) @ v


def my_causal_mask(n):
    return torch.ones(n, n).tril().bool()
