"""Right answers to exercise 08 that nobody expects: each must pass, or the check is wrong."""

import math

import torch
import torch.nn.functional as F

from transformer_lib.attention import attention
from transformer_lib.masks import causal_mask


def if_by_counting(values, marked, sharpness):
    k, n = marked.sum(-1, keepdim=True).to(values.dtype), marked.shape[-1]
    small = math.exp(-sharpness)  # everything divided by exp(sharpness), if there is a mark
    on = torch.where(k > 0, 1 / (k + (n - k) * small).clamp_min(1e-9), torch.zeros_like(k))
    off = torch.where(k > 0, small * on, torch.full_like(k, 1 / n))
    return torch.einsum("...n,...nd->...d", torch.where(marked, on, off), values)


def if_with_attention_arithmetic(values, marked, sharpness):
    keys = marked[..., None].to(values.dtype)
    query = torch.full((*marked.shape[:-1], 1, 1), float(sharpness))
    return ((query @ keys.mT).softmax(-1) @ values).squeeze(-2)


def if_with_loops(values, marked, sharpness):
    if marked.ndim > 1:
        return torch.stack([if_with_loops(v, m, sharpness) for v, m in zip(values, marked, strict=True)])
    scores = [sharpness if mark else 0.0 for mark in marked.tolist()]
    parts = [math.exp(s - max(scores)) for s in scores]
    return sum(p / sum(parts) * v for p, v in zip(parts, values, strict=True))


def if_by_logarithms(values, marked, sharpness):
    scores = torch.where(marked, float(sharpness), 0.0)
    weights = (scores - scores.logsumexp(-1, keepdim=True)).exp()
    return (weights[..., None, :] @ values)[..., 0, :]


def if_as_a_step_from_the_average(values, marked, sharpness):
    weights = F.softmax(marked.double() * sharpness, dim=-1)
    average = values.double().mean(-2)
    return (average + torch.einsum("...n,...nd->...d", weights, values - average[..., None, :])).to(values.dtype)


def back_with_loops(n, sharpness):
    weights = torch.zeros(n, n)
    for i in range(n):
        scores = [sharpness if j == i - 1 else 0.0 for j in range(i + 1)]
        parts = [math.exp(s - max(scores)) for s in scores]
        weights[i, : i + 1] = torch.tensor(parts) / sum(parts)
    return weights


def back_by_formula(n, sharpness):
    i = torch.arange(n)[:, None].float()
    j = torch.arange(n)[None].float()
    small = math.exp(-sharpness)
    weights = torch.where(j == i - 1, 1.0, small) / (1 + i * small)
    weights[0] = 1.0
    return weights.tril()


def back_with_a_diagonal(n, sharpness):
    scores = torch.full((n, n), -1e30).triu(1)
    scores.diagonal(-1).add_(float(sharpness))
    return torch.softmax(scores, dim=1).contiguous()


def back_in_float64(n, sharpness):
    scores = torch.zeros(n, n, dtype=torch.float64)
    scores[torch.arange(1, n), torch.arange(n - 1)] = sharpness
    return F.softmax(scores.masked_fill(~torch.ones(n, n).tril().bool(), -math.inf), -1).float()


def pair_with_attention(tokens, vocab_size, sharpness):
    n = tokens.shape[-1]
    what, where = F.one_hot(tokens, vocab_size).float(), torch.eye(n).expand(len(tokens), n, n)
    notes, _ = attention(where.roll(1, 1) * sharpness * n**0.5, where, what, causal_mask(n))
    notes[:, 0] = 0.0
    return attention(what * sharpness * vocab_size**0.5, notes, what, causal_mask(n))[0]


def pair_one_position_at_a_time(tokens, vocab_size, sharpness):
    texts = []
    for text in tokens:
        what = torch.eye(vocab_size)[text]
        notes, rows = [torch.zeros(vocab_size)], []
        for i in range(1, len(text)):
            scores = torch.zeros(i + 1)
            scores[i - 1] = sharpness
            notes.append(scores.softmax(0) @ what[: i + 1])
        for i, token in enumerate(text.tolist()):
            scores = sharpness * torch.stack([note[token] for note in notes[: i + 1]])
            rows.append(scores.softmax(0) @ what[: i + 1])
        texts.append(torch.stack(rows))
    return torch.stack(texts)


def pair_with_gather(tokens, vocab_size, sharpness):
    batch, n = tokens.shape
    weights = back_by_formula(n, sharpness)
    notes = torch.zeros(batch, n, vocab_size).scatter_add_(
        2, tokens[:, None].expand(-1, n, -1), weights.expand(batch, n, n).contiguous()
    )
    notes[:, 0] = 0
    scores = sharpness * torch.take_along_dim(notes.mT, tokens[:, :, None].expand(-1, -1, n), 1)
    seen = scores.masked_fill(torch.ones(n, n).triu(1).bool(), -1e30).softmax(-1)
    return torch.zeros(batch, n, vocab_size).scatter_add_(2, tokens[:, None].expand(-1, n, -1), seen)


def pair_in_float64(tokens, vocab_size, sharpness):
    what = F.one_hot(tokens, vocab_size).double()
    n = tokens.shape[1]
    hidden = torch.full((n, n), -math.inf, dtype=torch.float64).triu(1)
    first = (torch.eye(n, dtype=torch.float64).roll(1, 0) * sharpness + hidden).softmax(-1)
    first[0] = 0
    second = (sharpness * torch.einsum("biv,jk,bkv->bij", what, first, what) + hidden).softmax(-1)
    return (second @ what).float()


def rollout_with_multi_dot(weights):
    layers = (weights.mean(2) + torch.eye(weights.shape[-1])) / 2
    texts = [list(layers[:, b].flip(0)) for b in range(weights.shape[1])]
    return torch.stack([torch.linalg.multi_dot(text) if len(text) > 1 else text[0] for text in texts])


def rollout_word_by_word(weights):
    n = weights.shape[-1]
    rows = torch.eye(n).expand(weights.shape[1], n, n)
    for layer in reversed(weights.mean(2).unbind(0)):  # from the top down: where does an output come from
        rows = 0.5 * rows + 0.5 * rows @ layer
    return rows


def rollout_with_einsum(weights):
    layers, batch, heads, n, _ = weights.shape
    carried = torch.eye(n).repeat(batch, 1, 1)
    for i in range(layers):
        carried = carried / 2 + torch.einsum("bhij,bjk->bik", weights[i], carried) / (2 * heads)
    return carried


def rollout_with_a_head_for_the_lane(weights):
    heads, n = weights.shape[2], weights.shape[-1]
    lane = torch.eye(n).expand(*weights.shape[:2], heads, n, n)
    layers = torch.cat([weights, lane], 2).double().mean(2)
    carried = layers[0]
    for layer in layers[1:]:
        carried = torch.baddbmm(torch.zeros_like(carried), layer, carried)
    return carried.float()


UNUSUAL = {
    "soft_if": {
        "by counting the marks": if_by_counting,
        "a query and keys of width 1": if_with_attention_arithmetic,
        "loops": if_with_loops,
        "by logarithms": if_by_logarithms,
        "a step away from the average, in float64": if_as_a_step_from_the_average,
    },
    "previous_word": {
        "loops": back_with_loops,
        "by formula": back_by_formula,
        "a diagonal of the scores": back_with_a_diagonal,
        "in float64": back_in_float64,
    },
    "induction": {
        "two calls of attention": pair_with_attention,
        "one position at a time": pair_one_position_at_a_time,
        "gathered and scattered": pair_with_gather,
        "in float64, the notes never written down": pair_in_float64,
    },
    "rollout": {
        "multi_dot": rollout_with_multi_dot,
        "from the top down": rollout_word_by_word,
        "einsum": rollout_with_einsum,
        "the lane as one more half of the heads": rollout_with_a_head_for_the_lane,
    },
}

SAME_AXIS = "on a tensor of two axes, 1 and -1 are the same axis"
EQUIVALENT = {
    "soft_if": {
        "scores = marked * sharpness": "a number times True is the number",
        "scores = marked.to(marked.dtype) * sharpness": "a number times True is the number",
    },
    "previous_word": {
        "return scores.masked_fill(later, float('-inf')).softmax(dim=1)": SAME_AXIS,
        "return scores.masked_fill(later, float('-inf')).softmax(dim=--1)": SAME_AXIS,
        "scores = (position[None, :] == position[:, None] - 1) * sharpness": "the sharpness is given as a float",
    },
    "induction": {
        "n = tokens.shape[-1]": SAME_AXIS,
        "notes = one_back.masked_fill(later, float('-inf')).softmax(1) @ what": SAME_AXIS,
        "notes = one_back.masked_fill(later, float('-inf')).softmax(--1) @ what": SAME_AXIS,
        "scores = sharpness * what @ notes.transpose(2, 1)": "swapping two axes is symmetric",
    },
    "rollout": {"identity = torch.eye(weights.shape[-2])": "there are as many queries as keys"},
}
