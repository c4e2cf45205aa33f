# class: forged replies
# tries: sends a tensor that holds nothing and whose strides overflow
# deserves: causal_mask 4
import json
import os
import struct

import torch


def my_attention(q, k, v, mask=None):
    text = json.dumps({"same": True, "tensors": [["bool", [0] + [1 << 24] * 15]]}).encode()
    os.write(3, struct.pack("<I", len(text)) + text)
    return q


def my_causal_mask(n):
    return torch.ones(n, n).tril().bool()
