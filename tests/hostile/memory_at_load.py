# class: memory
# tries: one allocation of 4 GB before anything is defined
# deserves: causal_mask 4
import torch

x = torch.ones(1 << 30)


def my_causal_mask(n):
    return torch.ones(n, n).tril().bool()
