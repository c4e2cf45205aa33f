# class: endless
# tries: never comes back from one of the functions
# deserves: causal_mask 4
import torch


def my_attention(q, k, v, mask=None):
    while True:
        pass


def my_causal_mask(n):
    return torch.ones(n, n).tril().bool()
