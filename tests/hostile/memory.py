# class: memory
# tries: asks for more memory than there is, in blocks that are written to
# deserves: causal_mask 4
import torch


def my_attention(q, k, v, mask=None):
    blocks = []
    for _ in range(300):
        blocks.append(bytearray(b"x" * (16 << 20)))
    return q


def my_causal_mask(n):
    return torch.ones(n, n).tril().bool()
