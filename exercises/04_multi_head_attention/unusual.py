"""Right answers to exercise 04 that nobody expects: each must pass, or the check is wrong."""

import math

import torch
import torch.nn.functional as F
from einops import rearrange


def split_by_slices(x, n_heads):
    d = x.shape[-1] // n_heads
    return torch.stack([x[..., i * d : (i + 1) * d] for i in range(n_heads)], dim=-3)


def split_by_a_matrix(x, n_heads):
    picks = torch.eye(x.shape[-1], dtype=x.dtype).chunk(n_heads)
    return torch.stack([x @ pick.T for pick in picks], dim=-3)


def split_number_by_number(x, n_heads):
    *batch, length, width = x.shape
    d = width // n_heads
    out = x.new_empty(*batch, n_heads, length, d)
    for word in range(length):
        for channel in range(width):
            out[..., channel // d, word, channel % d] = x[..., word, channel]
    return out


def split_as_strided(x, n_heads):
    x = x.contiguous()
    d = x.shape[-1] // n_heads
    *batch, row, _ = x.stride()
    return x.as_strided((*x.shape[:-2], n_heads, x.shape[-2], d), (*batch, d, row, 1))


def merge_one_by_one(x):
    return torch.cat([x[..., i, :, :] for i in range(x.shape[-3])], -1)


def merge_by_index(x):
    *batch, n_heads, length, d = x.shape
    out = torch.zeros(*batch, length, n_heads * d, dtype=x.dtype)
    for head in range(n_heads):
        out[..., head * d : (head + 1) * d] = x.select(-3, head)
    return out


def merge_through_movedim(x):
    moved = x.movedim(-3, -2)
    return moved.reshape(*moved.shape[:-2], -1)


def head_by_head(x, w_q, w_k, w_v, w_o, n_heads, mask=None):
    """No split at all: each head has its own columns, and the outputs are added up."""
    d = w_q.shape[1] // n_heads
    out = 0
    for i in range(n_heads):
        own = slice(i * d, (i + 1) * d)
        q, k, v = x @ w_q[:, own], x @ w_k[:, own], x @ w_v[:, own]
        scores = q @ k.mT / d**0.5
        if mask is not None:
            scores = scores.masked_fill(~mask, -torch.inf)
        out = out + scores.softmax(-1) @ v @ w_o[own]
    return out


def with_einsum(x, w_q, w_k, w_v, w_o, n_heads, mask=None):
    w_q, w_k, w_v = (w.unflatten(1, (n_heads, -1)) for w in (w_q, w_k, w_v))
    scores = torch.einsum("...qi,...kj,ihd,jhd->...hqk", x, x, w_q, w_k) / math.sqrt(w_q.shape[-1])
    if mask is not None:
        scores = torch.where(mask[..., None, :, :], scores, torch.tensor(-1e9, dtype=x.dtype))
    values = torch.einsum("...ki,ihd->...hkd", x, w_v)
    return torch.einsum("...hqk,...hkd,hdo->...qo", scores.softmax(-1), values, w_o.unflatten(0, (n_heads, -1)))


def one_matrix_for_all_three(x, w_q, w_k, w_v, w_o, n_heads, mask=None):
    q, k, v = rearrange(x @ torch.cat([w_q, w_k, w_v], 1), "... n (three h d) -> three ... h n d", three=3, h=n_heads)
    scores = q @ k.mT * k.shape[-1] ** -0.5
    if mask is not None:
        scores = scores + torch.zeros_like(mask, dtype=scores.dtype).masked_fill(~mask, -math.inf).unsqueeze(-3)
    return rearrange(scores.softmax(-1) @ v, "... h n d -> ... n (h d)") @ w_o


def heads_as_batch(x, w_q, w_k, w_v, w_o, n_heads, mask=None):
    flat = x.reshape(-1, *x.shape[-2:])
    q, k, v = (torch.cat((flat @ w).chunk(n_heads, -1)) for w in (w_q, w_k, w_v))
    scores = torch.bmm(q, k.mT) / math.sqrt(q.shape[-1])
    if mask is not None:
        mask = mask.expand(*x.shape[:-1], x.shape[-2]).reshape(-1, x.shape[-2], x.shape[-2])
        scores = scores.masked_fill(~mask.repeat(n_heads, 1, 1), torch.finfo(scores.dtype).min)
    return (torch.cat(torch.bmm(F.softmax(scores, -1), v).chunk(n_heads), -1) @ w_o).view(*x.shape[:-1], -1)


def in_float64(x, w_q, w_k, w_v, w_o, n_heads, mask=None):
    return head_by_head(*(t.double() for t in (x, w_q, w_k, w_v, w_o)), n_heads, mask).to(x.dtype)


def values_through_w_o_first(x, w_q, w_k, w_v, w_o, n_heads, mask=None):
    """A head's value and output matrices are one matrix."""
    d = w_q.shape[1] // n_heads
    both = torch.stack([w_v[:, i * d : (i + 1) * d] @ w_o[i * d : (i + 1) * d] for i in range(n_heads)])
    q, k = (split_by_slices(x @ w, n_heads) for w in (w_q, w_k))
    scores = q @ k.mT / math.sqrt(d)
    if mask is not None:
        scores = scores.masked_fill(mask.logical_not().unsqueeze(-3), -1e30)
    return (scores.softmax(-1) @ (x.unsqueeze(-3) @ both)).sum(-3)


def matrices_repeated(x, w_q, w_k, w_v, w_o, n_heads, n_groups, mask=None):
    """Ordinary heads, whose matrices happen to be equal within a group."""
    w_k, w_v = (w.unflatten(1, (n_groups, -1)).repeat_interleave(n_heads // n_groups, 1).flatten(1) for w in (w_k, w_v))
    return head_by_head(x, w_q, w_k, w_v, w_o, n_heads, mask)


def one_more_axis(x, w_q, w_k, w_v, w_o, n_heads, n_groups, mask=None):
    """Queries (..., groups, heads of a group, n, d), keys (..., groups, 1, n, d): nothing is repeated."""
    q = rearrange(x @ w_q, "... n (g h d) -> ... g h n d", g=n_groups, h=n_heads // n_groups)
    k, v = (rearrange(x @ w, "... n (g d) -> ... g 1 n d", g=n_groups) for w in (w_k, w_v))
    scores = q @ k.mT / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask[..., None, None, :, :], -math.inf)
    return rearrange(scores.softmax(-1) @ v, "... g h n d -> ... n (g h d)") @ w_o


def head_and_its_group(x, w_q, w_k, w_v, w_o, n_heads, n_groups, mask=None):
    d = w_q.shape[1] // n_heads
    out = []
    for head in range(n_heads):
        group = head * n_groups // n_heads
        k, v = (w[:, group * d : group * d + d] for w in (w_k, w_v))
        scores = x @ w_q[:, head * d : head * d + d] @ (x @ k).mT / math.sqrt(d)
        weights = scores.exp() if mask is None else scores.exp() * mask
        out.append(weights / weights.sum(-1, keepdim=True) @ (x @ v))
    return torch.cat(out, -1) @ w_o


def longer_queries(x, w_q, w_k, w_v, w_o, n_heads, n_groups, mask=None):
    """A group's heads asked one after the other, as if they were more words."""
    each, n = n_heads // n_groups, x.shape[-2]
    q = rearrange(x @ w_q, "... n (g h d) -> ... g (h n) d", g=n_groups, h=each)
    k, v = (split_by_slices(x @ w, n_groups) for w in (w_k, w_v))
    scores = q @ k.mT / math.sqrt(q.shape[-1])
    if mask is not None:
        mask = mask.expand(*x.shape[:-1], n)
        scores = scores.masked_fill(~torch.cat([mask] * each, -2).unsqueeze(-3), -math.inf)
    return rearrange(scores.softmax(-1) @ v, "... g (h n) d -> ... n (g h d)", h=each) @ w_o


def picked_by_index(x, w_q, w_k, w_v, w_o, n_heads, n_groups, mask=None):
    group = torch.arange(n_heads).div(n_heads // n_groups, rounding_mode="floor")
    k, v = (split_by_slices(x @ w, n_groups).index_select(-3, group) for w in (w_k, w_v))
    scores = (split_by_slices(x @ w_q, n_heads).unsqueeze(-2) * k.unsqueeze(-3)).sum(-1) / math.sqrt(k.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask.unsqueeze(-3), -math.inf)
    return merge_one_by_one(scores.softmax(-1) @ v) @ w_o


UNUSUAL = {
    "split_heads": {
        "slices": split_by_slices,
        "einops": lambda x, n_heads: rearrange(x, "... n (h d) -> ... h n d", h=n_heads),
        "chunks, stacked": lambda x, n_heads: torch.stack(x.chunk(n_heads, dim=-1), dim=-3),
        "reshape, then movedim": lambda x, n_heads: x.reshape(*x.shape[:-1], n_heads, -1).movedim(-2, -3),
        "transposed first": lambda x, n_heads: x.mT.unflatten(-2, (n_heads, -1)).mT,
        "a matrix for each head": split_by_a_matrix,
        "number by number": split_number_by_number,
        "as_strided": split_as_strided,
    },
    "merge_heads": {
        "concatenated": merge_one_by_one,
        "written into place": merge_by_index,
        "movedim and reshape": merge_through_movedim,
        "einops": lambda x: rearrange(x, "... h n d -> ... n (h d)"),
        "transposed twice": lambda x: x.mT.flatten(-3, -2).mT,
        "unbound": lambda x: torch.cat(x.unbind(dim=-3), dim=-1),
        "contiguous, then view": lambda x: x.transpose(-3, -2).contiguous().view(*x.shape[:-3], x.shape[-2], -1),
    },
    "multi_head_attention": {
        "head by head, outputs added up": head_by_head,
        "einsum": with_einsum,
        "one matrix for queries, keys and values": one_matrix_for_all_three,
        "the heads as a longer batch": heads_as_batch,
        "float64 inside": in_float64,
        "values through W^O first": values_through_w_o_first,
    },
    "grouped_heads": {
        "the matrices repeated": matrices_repeated,
        "one more axis": one_more_axis,
        "each head and its group, by a loop": head_and_its_group,
        "a group's heads as more words": longer_queries,
        "picked by index": picked_by_index,
    },
}

SYMMETRIC = "swapping two axes is symmetric"
EQUIVALENT = {
    "split_heads": {"return by_head.transpose(-2, -3)": SYMMETRIC},
    "merge_heads": {"side_by_side = x.transpose(-2, -3)": SYMMETRIC},
    "multi_head_attention": {
        "q = (x @ w_q).unflatten(-1, (n_heads, -1)).transpose(-2, -3)": SYMMETRIC,
        "k = (x @ w_k).unflatten(-1, (n_heads, -1)).transpose(-2, -3)": SYMMETRIC,
        "v = (x @ w_v).unflatten(-1, (n_heads, -1)).transpose(-2, -3)": SYMMETRIC,
        "scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])": SYMMETRIC,
        "return out.transpose(-2, -3).flatten(-2) @ w_o": SYMMETRIC,
    },
    "grouped_heads": {
        "q = (x @ w_q).unflatten(-1, (n_heads, -1)).transpose(-2, -3)": SYMMETRIC,
        "k = (x @ w_k).unflatten(-1, (n_groups, -1)).transpose(-2, -3)": SYMMETRIC,
        "v = (x @ w_v).unflatten(-1, (n_groups, -1)).transpose(-2, -3)": SYMMETRIC,
        "scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])": SYMMETRIC,
        "return out.transpose(-2, -3).flatten(-2) @ w_o": SYMMETRIC,
    },
}
