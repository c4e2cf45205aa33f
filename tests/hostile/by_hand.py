# class: memory by hand
# tries: writes over Python's numbers and over the inputs through ctypes
# deserves: causal_mask 4
import ctypes

import torch


def my_attention(q, k, v, mask=None):
    for x in (q, k, v):
        ctypes.memset(x.data_ptr(), 0, x.numel() * x.element_size())
    two = ctypes.c_int.from_address(id(2) + 24)  # where CPython keeps the value of a small int
    two.value = 10
    return torch.zeros(*q.shape[:-1], v.shape[-1])


def my_causal_mask(n):
    return torch.ones(n, n).tril().bool()
