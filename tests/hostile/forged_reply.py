# class: forged replies
# tries: writes its own messages into the socket, with points and shapes of its own
# deserves: causal_mask 4
import json
import os
import struct

import torch


def my_attention(q, k, v, mask=None):
    for header in (
        {"points": 10, "passed": True, "tensors": []},
        {"tensors": [["float32", [-1, 3]]]},
        {"tensors": [["float32", [1 << 40, 1 << 40]]]},
        {"args": [], "tensors": [["object", [1]]]},
    ):
        text = json.dumps(header).encode()
        for file in range(3, 10):
            try:
                os.write(file, struct.pack("<I", len(text)) + text)
            except OSError:
                pass
    return q


def my_causal_mask(n):
    return torch.ones(n, n).tril().bool()
