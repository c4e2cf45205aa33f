# class: read others
# tries: looks for another student's file, process or shared memory
# deserves: causal_mask 4
import os

import torch

seen = [
    place for place in ("/tmp", "/proc", "/dev/shm", "/var/tmp", "/run") if os.path.isdir(place) and os.listdir(place)
]
processes = []
for i in range(2, 300):
    try:
        os.kill(i, 0)
        processes.append(i)
    except OSError:
        pass


def my_attention(q, k, v, mask=None):
    return torch.zeros(()) if not (seen or processes) else q / 0


def my_causal_mask(n):
    return torch.ones(n, n).tril().bool() & (not seen) & (not processes)
