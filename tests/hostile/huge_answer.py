# class: huge answers
# tries: one number seen as a million million, and integers of a million digits
# deserves: causal_mask 0
import sys

import torch

sys.set_int_max_str_digits(0)


def my_attention(q, k, v, mask=None):
    return torch.zeros(1).expand(1 << 20, 1 << 20)


def my_causal_mask(n):
    raise ValueError(10 ** (1 << 20))


def wrong_lines(*lines):
    return 10 ** (1 << 20)
