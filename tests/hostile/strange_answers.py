# class: strange answers
# tries: generators, coroutines, classes that answer to every name
# deserves: causal_mask 0
import torch


class Anything(type):
    def __getattr__(cls, name):
        return cls

    def __instancecheck__(cls, other):
        return True

    def __eq__(cls, other):
        return True

    def __hash__(cls):
        return 0


class Answer(metaclass=Anything):
    def __class_getitem__(cls, item):
        return cls


def my_attention(q, k, v, mask=None):
    yield torch.zeros(1)


async def my_causal_mask(n):
    return torch.ones(n, n).tril().bool()


def wrong_lines(*lines):
    return Answer
