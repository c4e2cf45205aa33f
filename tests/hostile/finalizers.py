# class: finalizers
# tries: answers that forge a reply when they are put away, and when the process ends
# deserves: causal_mask 4
import atexit
import os
import weakref

import torch

FORGED = b'{"points": 10, "same": true, "tensors": []}'


def forge(*_):
    try:
        os.write(3, len(FORGED).to_bytes(4, "little") + FORGED)
    except OSError:
        pass


class Answer(torch.Tensor):
    def __del__(self):
        forge()


atexit.register(forge)


def my_attention(q, k, v, mask=None):
    answer = torch.zeros(*q.shape[:-1], v.shape[-1]).as_subclass(Answer)
    weakref.finalize(answer, forge)
    return answer


def my_causal_mask(n):
    return torch.ones(n, n).tril().bool()
