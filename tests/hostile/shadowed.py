# class: shadowed modules
# tries: puts its own modules in the place of torch, json, struct and os
# deserves: causal_mask 4
import sys
import types

import torch as real

torch = real
for name in ("torch", "json", "struct", "os", "socket", "grader", "grader.inside.wire"):
    sys.modules[name] = types.SimpleNamespace(dumps=lambda *a: '{"points": 10, "tensors": []}')


def my_attention(q, k, v, mask=None):
    return q


def my_causal_mask(n):
    return torch.ones(n, n).tril().bool()
