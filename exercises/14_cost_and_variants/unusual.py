"""Right answers that look odd, and changes of the solutions that change nothing."""

import math

import torch


def cost_by_loops(length, d_model, d_ff):
    one_word = sum(a * b for a, b in [(d_model, d_model)] * 4 + [(d_model, d_ff), (d_ff, d_model)])
    pairs = sum(2 * d_model for _ in range(length) for _ in range(length))
    return torch.tensor([one_word * length, pairs, one_word // (2 * d_model)])


def cost_by_a_product(length, d_model, d_ff):
    table = torch.tensor([[4 * d_model, 2 * d_ff], [2 * length, 0]])
    return torch.cat([table.sum(1) * d_model * length, torch.tensor([d_ff + d_model + d_model])])


def mask_by_lists(length, window, global_positions):
    whole = set(global_positions.tolist())
    rows = [[abs(i - j) <= window or bool({i, j} & whole) for j in range(length)] for i in range(length)]
    return torch.tensor(rows)


def mask_by_triangles(length, window, global_positions):
    ones = torch.ones(length, length, dtype=torch.bool)
    whole = torch.zeros(length, dtype=torch.bool).index_fill(0, global_positions, True)
    return ones.tril(window) & ones.triu(-window) | whole[:, None] | whole


def linear_by_loop(q, k, v, causal=False):
    outs = []
    for i in range(q.shape[-2]):
        n = i + 1 if causal else k.shape[-2]
        keys, values = k[..., :n, :], v[..., :n, :]
        weights = (q[..., i : i + 1, :] * keys).sum(-1)
        outs.append((weights[..., None] * values).sum(-2) / weights.sum(-1, keepdim=True))
    return torch.stack(outs, -2)


def linear_by_a_table(q, k, v, causal=False):
    weights = torch.einsum("...id,...jd->...ij", q, k)
    if causal:
        weights = weights.tril()
    return torch.nn.functional.normalize(weights, p=1, dim=-1) @ v


def linear_by_a_column_of_ones(q, k, v, causal=False):
    v = torch.cat([v, torch.ones_like(v[..., :1])], -1)
    memory = k[..., None] * v[..., None, :]
    memory = memory.cumsum(-3) if causal else memory.sum(-3, keepdim=True)
    out = torch.einsum("...nd,...ndv->...nv", q, memory.expand(*q.shape[:-1], *memory.shape[-2:]))
    return out[..., :-1] / out[..., -1:]


def tiles_from_the_start_each_time(q, k, v, size):
    ends = [min(end, k.shape[-2]) for end in range(size, k.shape[-2] + size, size)]
    scores = q @ k.mT * q.shape[-1] ** -0.5
    return torch.stack([scores[..., :end].softmax(-1) @ v[..., :end, :] for end in ends])


def tiles_by_logarithms(q, k, v, size):
    log_total, out, found = None, None, []
    for start in range(0, k.shape[-2], size):
        scores = q @ k[..., start : start + size, :].mT / math.sqrt(q.shape[-1])
        new = scores.softmax(-1) @ v[..., start : start + size, :]
        log_new = scores.logsumexp(-1, keepdim=True)
        if out is None:
            log_total, out = log_new, new
        else:
            both = torch.logaddexp(log_total, log_new)
            out, log_total = out * (log_total - both).exp() + new * (log_new - both).exp(), both
        found.append(out)
    return torch.stack(found)


def tiles_of_averages(q, k, v, size):
    """The output is kept as an average, and moved by the new tile's share."""
    top = torch.full((*q.shape[:-1], 1), -torch.inf)
    total, out, found = torch.zeros_like(top), torch.zeros(*q.shape[:-1], v.shape[-1]), []
    for keys, values in zip(k.split(size, -2), v.split(size, -2), strict=True):
        scores = torch.einsum("...qd,...kd->...qk", q, keys) / q.shape[-1] ** 0.5
        larger = scores.amax(-1, keepdim=True).maximum(top)
        share = torch.exp(scores - larger)
        new = total * torch.exp(top - larger) + share.sum(-1, keepdim=True)
        out = out + (share @ values - share.sum(-1, keepdim=True) * out) / new
        top, total = larger, new
        found += [out]
    return torch.stack(found)


UNUSUAL = {
    "cost_of_length": {"loops": cost_by_loops, "a table": cost_by_a_product},
    "longformer_mask": {"lists": mask_by_lists, "triangles": mask_by_triangles},
    "linear_attention": {
        "a loop": linear_by_loop,
        "a table of weights": linear_by_a_table,
        "a column of ones for the total": linear_by_a_column_of_ones,
    },
    "tiles": {
        "from the start each time": tiles_from_the_start_each_time,
        "logarithms of totals": tiles_by_logarithms,
        "averages that move": tiles_of_averages,
    },
}

EQUIVALENT: dict[str, dict[str, str]] = {
    "cost_of_length": {},
    "longformer_mask": {"mask = (places - places[:, None]).abs() <= window": "a distance is the same both ways"},
    "linear_attention": {
        "memory = k[..., :, None] @ v[..., None, :]": "a column times a row, as a product or element by element",
        "out = (q[..., None, :] @ memory)[..., -1, :]": "on an axis of one, the first is the last",
    },
    "tiles": {
        "larger = torch.maximum(scores.amax(-1, keepdim=True), top)": "the larger of two is the same in any order",
        "scores = q @ keys.mT / math.sqrt(k.shape[-1])": "queries and keys have one width",
        "top, total, out, found = (torch.tensor(-math.inf), 1.0, 0.0, [])": "the first tile shrinks it to nothing",
        "top, total, out, found = (torch.tensor(-math.inf), -1.0, 0.0, [])": "the first tile shrinks it to nothing",
        "top, total, out, found = (torch.tensor(-math.inf), 0.0, 1.0, [])": "the first tile shrinks it to nothing",
        "top, total, out, found = (torch.tensor(-math.inf), 0.0, -1.0, [])": "the first tile shrinks it to nothing",
    },
}
