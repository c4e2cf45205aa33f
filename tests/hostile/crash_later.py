# class: finalizers
# tries: faulthandler's timer, to end the process between two answers
# deserves: causal_mask 4
import faulthandler
import time

import torch


def my_attention(q, k, v, mask=None):
    faulthandler.enable(all_threads=True)
    faulthandler.dump_traceback_later(0.05, exit=True)
    time.sleep(0.2)
    return torch.zeros(())


def my_causal_mask(n):
    return torch.ones(n, n).tril().bool()
