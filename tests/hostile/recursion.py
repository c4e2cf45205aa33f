# class: deep recursion
# tries: recurses without end, with the limit taken away
# deserves: causal_mask 4
import sys

import torch

sys.setrecursionlimit(10**9)


def my_attention(q, k, v, mask=None):
    return [my_attention(q, k, v, mask)] and q


def my_causal_mask(n):
    return torch.ones(n, n).tril().bool()
