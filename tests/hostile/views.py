# class: dtypes and strides
# tries: right answers as views: strides of zero, of one step back, conjugated, negated
# deserves: attention 10, causal_mask 4
import torch


def my_attention(q, k, v, mask=None):
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    weights = scores.softmax(-1)
    if mask is not None:
        weights = weights.masked_fill(~mask, 0.0)
    out = weights @ v
    turned = torch.complex(torch.zeros_like(out), -out).conj()
    return turned.imag if turned.imag.is_neg() else out


def my_causal_mask(n):
    ahead = torch.arange(2 * n + 1) <= n
    return torch.as_strided(ahead.flip(0), (n, n), (1, 1)).flip(0, 1).flip(0).flip(0) if n < 0 else below(n)


def below(n):
    steps = torch.cat([torch.zeros(n, dtype=torch.bool), torch.ones(n + 1, dtype=torch.bool)])
    return steps.unfold(0, max(n, 1), 1)[1 : n + 1, :n].flip(1) if n else steps[:0].reshape(0, 0)
