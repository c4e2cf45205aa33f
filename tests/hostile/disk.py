# class: disk
# tries: fills its folder
# deserves: causal_mask 4
import torch


def my_attention(q, k, v, mask=None):
    for i in range(300):
        with open(f"/tmp/{i}", "wb") as file:
            file.write(bytes(1 << 20))
    return q


def my_causal_mask(n):
    return torch.ones(n, n).tril().bool()
