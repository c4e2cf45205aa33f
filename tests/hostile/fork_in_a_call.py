# class: fork
# tries: answers from a child process that stays, while the parent goes on
# deserves: causal_mask 4
import os

import torch


def my_attention(q, k, v, mask=None):
    child = os.fork()
    return q if child else v


def my_causal_mask(n):
    return torch.ones(n, n).tril().bool()
