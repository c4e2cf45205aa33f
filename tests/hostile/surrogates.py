# class: encoding
# tries: sends half a character in a failure's message, which no file can hold
# deserves: causal_mask 4
import os
import struct

import torch


def my_attention(q, k, v, mask=None):
    text = b'{"failure": ["\\ud800", "\\ud800", "\\ud800"], "tensors": []}'
    os.write(3, struct.pack("<I", len(text)) + text)
    os._exit(0)


def my_causal_mask(n):
    return torch.ones(n, n).tril().bool()
