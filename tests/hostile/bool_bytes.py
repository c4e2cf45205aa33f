# class: dtypes and strides
# tries: a boolean mask whose bytes are 2 and 255
# deserves: causal_mask 4
import torch


def my_causal_mask(n):
    return (torch.ones(n, n).tril() * 255).to(torch.uint8).view(torch.bool)
