# class: torch's settings
# tries: a right answer after every setting of torch's was changed
# deserves: attention 10, causal_mask 4
import torch

torch.set_default_dtype(torch.float64)
torch._C._set_deterministic_algorithms(True, warn_only=False)
torch.set_printoptions(precision=1)
torch.set_grad_enabled(False)
torch.set_flush_denormal(True)
torch.set_num_threads(16)
torch.manual_seed(0)


def my_attention(q, k, v, mask=None):
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    weights = scores.softmax(-1)
    return (weights if mask is None else weights.masked_fill(~mask, 0.0)) @ v


def my_causal_mask(n):
    return torch.ones(n, n).tril().bool()
