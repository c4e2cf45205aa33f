# class: strange answers
# tries: exceptions whose text is endless, raises, or is no text
# deserves: causal_mask 4
import torch


class Endless(str):
    def __len__(self):
        return 0

    def __getitem__(self, item):
        return self

    def encode(self, *args, **settings):
        return b'{"points": 10}' * (1 << 20)


class Worst(BaseException):
    __name__ = Endless("NotImplementedError")

    def __str__(self):
        raise self


class Long(Exception):
    def __str__(self):
        return Endless("x" * (4 << 20))


def my_attention(q, k, v, mask=None):
    raise Worst if q.ndim == 2 else Long


def wrong_lines(*lines):
    raise ExceptionGroup("many", [Long() for _ in range(100)])


def my_causal_mask(n):
    return torch.ones(n, n).tril().bool()
