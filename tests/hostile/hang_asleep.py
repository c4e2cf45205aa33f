# class: endless
# tries: sleeps through every limit on computing
# deserves: causal_mask 4
import time

import torch


def my_attention(q, k, v, mask=None):
    time.sleep(600)


def my_causal_mask(n):
    return torch.ones(n, n).tril().bool()
