# class: not finite
# tries: infinity everywhere, against a relative tolerance
# deserves: causal_mask 4
import torch


def my_attention(q, k, v, mask=None):
    return torch.full((*q.shape[:-1], v.shape[-1]), float("inf"), dtype=q.dtype)


def my_causal_mask(n):
    return torch.ones(n, n).tril().bool()
