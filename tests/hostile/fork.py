# class: fork
# tries: forks a few hundred times
# deserves: causal_mask 4
import os

import torch

made = 0
for _ in range(300):
    try:
        if os.fork() == 0:
            os._exit(0)
        made += 1
    except OSError:
        pass


def my_attention(q, k, v, mask=None):
    return torch.zeros(()) + made


def my_causal_mask(n):
    return torch.ones(n, n).tril().bool()
