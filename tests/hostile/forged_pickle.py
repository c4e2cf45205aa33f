# class: forged replies
# tries: an answer that runs code when it is unpickled or turned into text
# deserves: causal_mask 4
import os

import torch


class Bomb(torch.Tensor):
    def __reduce_ex__(self, protocol):
        return (os.system, ("true",))

    def __repr__(self):
        os._exit(0)


def my_attention(q, k, v, mask=None):
    return torch.zeros(3).as_subclass(Bomb)


def my_causal_mask(n):
    return torch.ones(n, n).tril().bool()
