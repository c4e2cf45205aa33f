# class: endless
# tries: waits for a person: input, breakpoint, a file that never comes
# deserves: causal_mask 4
import select
import sys

import torch


def my_attention(q, k, v, mask=None):
    try:
        input("your name? ")
    except EOFError:
        pass
    sys.stdin.read()
    select.select([], [], [], 600)
    return torch.zeros(())


def wrong_lines(*lines):
    breakpoint()


def my_causal_mask(n):
    return torch.ones(n, n).tril().bool()
