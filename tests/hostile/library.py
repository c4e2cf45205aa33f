# class: ready-made kernel
# tries: the book's own library as the whole answer
# deserves: causal_mask 4
import torch


def my_attention(q, k, v, mask=None):
    from transformer_lib import attention

    return attention(q, k, v, mask)[0]


def my_causal_mask(n):
    return torch.ones(n, n).tril().bool()
