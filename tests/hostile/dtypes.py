# class: dtypes and strides
# tries: strange dtypes, layouts and devices, one for each call
# deserves: causal_mask 4
import itertools

import torch

kinds = itertools.cycle(
    [
        lambda x: x.to(torch.complex64),
        lambda x: x.to(torch.bfloat16),
        lambda x: x.to_sparse(),
        lambda x: torch.quantize_per_tensor(x.float(), 0.1, 0, torch.qint8),
        lambda x: x.to("meta"),
        lambda x: x.as_strided((1 << 40,), (0,)),
        lambda x: torch.nested.nested_tensor([x.float()]),
        lambda x: torch.zeros(1 << 26, dtype=torch.uint8),
        lambda x: x.to(torch.float8_e4m3fn),
    ]
)


def my_attention(q, k, v, mask=None):
    return next(kinds)(q)


def my_causal_mask(n):
    mask = torch.ones(2 * n, 2 * n).tril().bool()
    return mask[::2, ::2] if n else mask.mT
