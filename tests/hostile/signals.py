# class: signals
# tries: ignores and blocks every signal, then never comes back
# deserves: causal_mask 4
import signal

import torch


def my_attention(q, k, v, mask=None):
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
    while True:
        pass


def my_causal_mask(n):
    return torch.ones(n, n).tril().bool()
