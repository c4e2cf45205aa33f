# class: subclass torch
# tries: a tensor subclass that says it equals everything
# deserves: causal_mask 4
import torch


class Right(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        if func.__name__ in ("eq", "equal", "allclose", "isclose", "all"):
            return torch.tensor(True)
        return super().__torch_function__(func, types, args, kwargs or {})

    def __eq__(self, other):
        return True

    __hash__ = None


def my_attention(q, k, v, mask=None):
    return (q @ k.transpose(-2, -1) @ v).as_subclass(Right)


def my_causal_mask(n):
    return torch.ones(n, n).tril().bool().as_subclass(Right)
