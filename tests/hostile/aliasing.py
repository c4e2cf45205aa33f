# class: aliasing
# tries: gives back its input, changed in place, and keeps the old ones to change them later
# deserves: causal_mask 4
import torch

kept = []


def my_attention(q, k, v, mask=None):
    for tensor in kept:
        tensor.fill_(float("nan"))
    kept.extend([q, k, v])
    scores = q.mul_(1 / q.shape[-1] ** 0.5) @ k.transpose(-2, -1)
    return scores.softmax(-1) @ v


def my_causal_mask(n):
    return torch.ones(n, n).tril().bool()
