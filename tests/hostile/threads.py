# class: threads
# tries: leaves threads running that go on computing and writing
# deserves: causal_mask 4
import os
import threading

import torch


def busy():
    while True:
        for file in range(3, 8):
            try:
                os.fstat(file)
            except OSError:
                pass


def my_attention(q, k, v, mask=None):
    for _ in range(8):
        threading.Thread(target=busy, daemon=True).start()
    return q


def my_causal_mask(n):
    return torch.ones(n, n).tril().bool()
