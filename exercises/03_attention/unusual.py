"""Right answers to exercise 03 that nobody expects: each must pass, or the check is wrong."""

import math

import torch
import torch.nn.functional as F


def with_einsum(q, k, v, mask=None):
    scores = torch.einsum("...qd,...kd->...qk", q, k) / q.size(-1) ** 0.5
    if mask is not None:
        scores = torch.where(mask, scores, torch.tensor(-1e30, dtype=q.dtype))
    weights = scores.softmax(-1)
    if mask is not None:
        weights = weights * mask
    return torch.einsum("...qk,...kd->...qd", weights, v)


def with_loops(q, k, v, mask=None):
    if mask is not None:
        mask = mask.expand(*q.shape[:-1], k.shape[-2])
    if q.ndim > 2:
        return torch.stack([with_loops(q[i], k[i], v[i], None if mask is None else mask[i]) for i in range(len(q))])
    out = torch.zeros(len(q), v.shape[-1], dtype=v.dtype)
    for i in range(len(q)):
        seen = [j for j in range(len(k)) if mask is None or mask[i, j]]
        scores = [float(q[i] @ k[j]) / math.sqrt(q.shape[-1]) for j in seen]
        parts = [math.exp(s - max(scores)) for s in scores]
        for j, part in zip(seen, parts, strict=True):
            out[i] += part / sum(parts) * v[j]
    return out


def in_float64_inside(q, k, v, mask=None):
    scores = q.double() @ k.double().mT / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    return (scores.softmax(-1).nan_to_num(0.0) @ v.double()).to(v.dtype)


def log_softmax_then_exp(q, k, v, mask=None):
    scores = q @ k.mT * q.shape[-1] ** -0.5
    if mask is not None:
        scores = scores.masked_fill(mask.logical_not(), -math.inf)
    return scores.log_softmax(-1).exp().nan_to_num() @ v


def softmax_by_hand(q, k, v, mask=None):
    scores = torch.matmul(q, k.transpose(-1, -2)).div(math.sqrt(k.shape[-1]))
    if mask is not None:
        scores = scores.masked_fill(~mask, -1e9)
    parts = torch.exp(scores - scores.max(-1, keepdim=True).values)
    if mask is not None:
        parts = parts * mask.to(parts.dtype)
    return parts @ v / parts.sum(-1, keepdim=True).clamp_min(1e-12)


def in_place_on_its_own_copies(q, k, v, mask=None):
    scores = q.clone().mul_(q.shape[-1] ** -0.25) @ k.clone().mul_(k.shape[-1] ** -0.25).transpose(-2, -1)
    if mask is not None:
        scores.masked_fill_(~mask, torch.finfo(scores.dtype).min)
    scores.softmax(-1).mul_(1 if mask is None else mask)
    weights = F.softmax(scores, -1)
    if mask is not None:
        weights.masked_fill_(~mask, 0)
    return weights @ v


def keys_in_another_order(q, k, v, mask=None):
    order = torch.randperm(k.shape[-2])
    k, v = k[..., order, :], v[..., order, :]
    return with_einsum(q, k, v, None if mask is None else mask[..., order])


def sorted_scores(q, k, v, mask=None):
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    scores = scores if mask is None else scores.masked_fill(~mask, -math.inf)
    scores, order = scores.sort(dim=-1, descending=True)
    weights = torch.softmax(scores, -1).nan_to_num(0.0)
    return torch.zeros_like(weights).scatter(-1, order, weights) @ v


def with_baddbmm(q, k, v, mask=None):
    batch = q.shape[:-2]
    q, k, v = (x.reshape(-1, *x.shape[-2:]) for x in (q, k, v))
    bias = torch.zeros(1, q.shape[-2], k.shape[-2], dtype=q.dtype)
    if mask is not None:
        bias = bias.expand(len(q), -1, -1)
        mask = mask.expand(*batch, q.shape[-2], k.shape[-2]).reshape(bias.shape)
        bias = bias.masked_fill(~mask, -math.inf)
    scores = torch.baddbmm(bias, q, k.mT, alpha=1 / math.sqrt(q.shape[-1]))
    out = torch.bmm(scores.softmax(-1).nan_to_num(0.0), v)
    return out.reshape(*batch, *out.shape[-2:])


def not_contiguous(q, k, v, mask=None):
    return (v.mT @ _weights(q, k, mask).mT).mT


def requires_grad(q, k, v, mask=None):
    return _weights(q.requires_grad_(), k, mask) @ v


@torch.no_grad()
def without_grad(q, k, v, mask=None):
    return _weights(q, k, mask) @ v


def as_logistic_classification(q, k, v, mask=None):
    logits = torch.stack([(q * key.unsqueeze(-2)).sum(-1) for key in k.unbind(-2)], -1) / math.sqrt(q.shape[-1])
    if mask is None:
        mask = torch.tensor(True)
    top = logits.masked_fill(~mask, -1e9).amax(-1, keepdim=True)
    parts = torch.where(mask, (logits - top).exp(), torch.zeros(()).to(logits))
    total = parts.sum(-1, keepdim=True)
    return parts.div(total + (total == 0)) @ v


def logsumexp(q, k, v, mask=None):
    scores = q @ k.mT / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores + torch.zeros(mask.shape).to(scores).masked_fill(~mask, -math.inf)
    total = scores.logsumexp(-1, keepdim=True)
    return (scores - total.where(total.isfinite(), torch.zeros_like(total))).exp() @ v


class AsAModule(torch.nn.Module):
    def forward(self, q, k, v, mask=None):
        return _weights(q, k, mask) @ v


def _weights(q, k, mask):
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is None:
        return scores.softmax(-1)
    return scores.masked_fill(~mask, -math.inf).softmax(-1).masked_fill(~mask.any(-1, keepdim=True), 0.0)


def rows_of_lists(n):
    return torch.tensor([[j <= i for j in range(n)] for i in range(n)], dtype=torch.bool).reshape(n, n)


def filled_by_loops(n):
    mask = torch.zeros((n, n), dtype=torch.bool)
    for i in range(n):
        mask[i, : i + 1] = True
    return mask


def what_is_exact(q, k, v, scores, scaled, weights, out):
    wrong = []
    for printed, right in (
        (scores, torch.einsum("qd,kd->qk", q, k)),
        (scaled, scores * q.size(1) ** -0.5),
        (weights, scaled.exp() / scaled.exp().sum(1, keepdim=True)),
        (out, torch.stack([(row[:, None] * v).sum(0) for row in weights])),
    ):
        wrong.append(not torch.allclose(printed, right, atol=0.05, rtol=0))
    return torch.tensor(wrong)


def number_by_number(q, k, v, scores, scaled, weights, out):
    wrong = [False] * 4
    for i in range(len(q)):
        total = sum(math.exp(x) for x in scaled[i].tolist())
        for j in range(len(k)):
            dot = sum(float(a) * float(b) for a, b in zip(q[i], k[j], strict=True))
            wrong[0] |= abs(float(scores[i, j]) - dot) > 0.05
            wrong[1] |= abs(float(scaled[i, j]) - float(scores[i, j]) / math.sqrt(len(q[i]))) > 0.05
            wrong[2] |= abs(float(weights[i, j]) - math.exp(scaled[i, j]) / total) > 0.05
        for c in range(v.shape[1]):
            mixed = sum(float(weights[i, j]) * float(v[j, c]) for j in range(len(k)))
            wrong[3] |= abs(float(out[i, c]) - mixed) > 0.05
    return torch.tensor(wrong)


def within(tolerance):
    def answer(q, k, v, scores, scaled, weights, out):
        right = q @ k.T, scores / math.sqrt(k.shape[1]), torch.softmax(scaled, 1), weights.matmul(v)
        pairs = zip((scores, scaled, weights, out), right, strict=True)
        return torch.stack([(a - b).abs().max() > tolerance for a, b in pairs])

    return answer


def by_the_norm(*lines):
    q, k, v, scores, scaled, weights, out = (x.double() for x in lines)
    right = (q @ k.mT, scores / math.sqrt(q.shape[1]), scaled.softmax(1), weights @ v)
    gaps = [
        torch.linalg.vector_norm(a - b, math.inf) for a, b in zip((scores, scaled, weights, out), right, strict=True)
    ]
    return torch.stack(gaps).gt(0.05)


UNUSUAL = {
    "attention": {
        "einsum": with_einsum,
        "loops over batch, queries and keys": with_loops,
        "float64 inside, float32 outside": in_float64_inside,
        "log-softmax, then exp": log_softmax_then_exp,
        "softmax by hand, divided last": softmax_by_hand,
        "in place, on its own copies": in_place_on_its_own_copies,
        "the keys in another order": keys_in_another_order,
        "the scores sorted and put back": sorted_scores,
        "baddbmm with the mask as its bias": with_baddbmm,
        "an answer that is not contiguous": not_contiguous,
        "an answer that requires grad": requires_grad,
        "under no_grad": without_grad,
        "one logit at a time": as_logistic_classification,
        "logsumexp": logsumexp,
        "a module": AsAModule(),
    },
    "causal_mask": {
        "tril of ones": lambda n: torch.ones(n, n, dtype=torch.bool).tril(),
        "compared positions": lambda n: torch.arange(n) <= torch.arange(n)[:, None],
        "not the upper triangle": lambda n: ~torch.ones(n, n).triu(1).bool(),
        "rows of lists": rows_of_lists,
        "filled by loops": filled_by_loops,
        "running total of the diagonal": lambda n: torch.eye(n).cumsum(1).T.flip(0, 1).T.flip(0, 1).T.bool(),
        "not contiguous": lambda n: torch.ones(n, n).triu().bool().T,
        "indices of the triangle": lambda n: torch.zeros(n, n, dtype=torch.bool).index_put_(
            tuple(torch.tril_indices(n, n)), torch.tensor(True)
        ),
    },
    "slide": {
        "allclose": what_is_exact,
        "number by number": number_by_number,
        "a tolerance of 0.045": within(0.045),
        "a tolerance of 0.1": within(0.1),
        "the largest gap, in float64": by_the_norm,
    },
}

SAME_AXIS = "on a tensor of two axes, 1 and -1 are the same axis"
EQUIVALENT = {
    "attention": {
        "scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])": "swapping two axes is symmetric",
        "scores = q @ k.transpose(-2, -1) / math.sqrt(k.shape[-1])": "queries and keys have one length",
    },
    "causal_mask": {},
    "slide": {
        "right_scaled = scores / math.sqrt(k.shape[-1])": "queries and keys have one length",
        "right_scaled = scores / math.sqrt(q.shape[--1])": SAME_AXIS,
        "right_weights = scaled.softmax(--1)": SAME_AXIS,
        "right_weights = scaled.softmax(1)": SAME_AXIS,
        "right_scaled = scores / math.sqrt(q.shape[1])": SAME_AXIS,
        "return torch.stack([((right - printed).abs() > 0.05).any() for printed, right in pairs])": "abs follows",
        "return torch.stack([((printed - right).abs() >= 0.05).any() for printed, right in pairs])": "no case is on it",
    },
}
