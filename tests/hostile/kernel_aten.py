# class: ready-made kernel
# tries: PyTorch's fused attention as the whole answer (torch.ops.aten.scaled_dot_product_attention)
# deserves: causal_mask 4
import torch
import torch.nn.functional as F


def my_attention(q, k, v, mask=None):
    out = torch.ops.aten.scaled_dot_product_attention(q, k, v, mask)
    return out if mask is None else out.masked_fill(~mask.any(-1, keepdim=True), 0.0)


assert F


def my_causal_mask(n):
    return torch.ones(n, n).tril().bool()
