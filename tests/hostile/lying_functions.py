# class: strange answers
# tries: right functions whose signature, name and code say something else
# deserves: causal_mask 4
import torch


class Lying:
    @property
    def __signature__(self):
        raise SystemExit("no signature")

    @property
    def __wrapped__(self):
        return self

    __code__ = __name__ = property(lambda self: 1 / 0)

    def __call__(self, n):
        return torch.ones(n, n).tril().bool()


my_causal_mask = Lying()


def my_attention(q, k, v, mask=None):
    return Lying()(q.shape[0])
