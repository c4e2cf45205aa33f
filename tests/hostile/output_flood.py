# class: output flood
# tries: prints without end
# deserves: causal_mask 4
import torch


def my_attention(q, k, v, mask=None):
    for _ in range(100000):
        print("x" * 10000)
    return q


def my_causal_mask(n):
    return torch.ones(n, n).tril().bool()
