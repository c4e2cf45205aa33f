"""Right answers to exercise 10 that nobody expects: each must pass, or the check is wrong."""

import math

import torch
import torch.nn.functional as F

from transformer_lib.attention import attention


def greedy_by_recursion(table, prompt, end, max_new_tokens):
    if max_new_tokens == 0:
        return torch.zeros(0, dtype=torch.int64)
    token = table[prompt[-1]].argmax()
    if int(token) == end:
        return token[None]
    rest = greedy_by_recursion(table, torch.cat([prompt, token[None]]), end, max_new_tokens - 1)
    return torch.cat([token[None], rest])


def greedy_by_a_map(table, prompt, end, max_new_tokens):
    follows = table.argmax(1).tolist()
    written, token = [], int(prompt[-1])
    while len(written) < max_new_tokens and (not written or token != end):
        token = follows[token]
        written.append(token)
    return torch.tensor(written)


def greedy_cut_afterwards(table, prompt, end, max_new_tokens):
    tokens = prompt.clone()
    for _ in range(max_new_tokens):
        tokens = torch.cat([tokens, table[tokens[-1]].topk(1).indices])
    new = tokens[len(prompt) :]
    ends = (new == end).nonzero()
    return new if not len(ends) else new[: int(ends[0]) + 1]


def next_by_ranks(logits, temperature=1.0, top_k=None, top_p=None):
    if temperature == 0:
        return (logits == logits.amax(-1, keepdim=True)).to(logits.dtype)
    p = (logits / temperature).softmax(-1)
    rank = (p[..., None, :] > p[..., :, None]).sum(-1)
    if top_k is not None:
        p = p * (rank < top_k)
        p = p / p.sum(-1, keepdim=True)
    if top_p is not None:
        likelier = (p[..., None, :] * (p[..., None, :] > p[..., :, None])).sum(-1)
        p = p * (likelier < top_p)
        p = p / p.sum(-1, keepdim=True)
    return p


def next_by_loops(logits, temperature=1.0, top_k=None, top_p=None):
    if logits.ndim > 1:
        return torch.stack([next_by_loops(row, temperature, top_k, top_p) for row in logits])
    out = torch.zeros_like(logits)
    if temperature == 0:
        out[logits.argmax()] = 1.0
        return out
    order = sorted(range(len(logits)), key=lambda i: -float(logits[i]))[:top_k]
    parts = {i: math.exp(float(logits[i]) / temperature) for i in order}
    total, running, kept = sum(parts.values()), 0.0, []
    for i in order:
        if top_p is not None and running >= top_p:
            break
        kept.append(i)
        running += parts[i] / total
    for i in kept:
        out[i] = parts[i] / sum(parts[j] for j in kept)
    return out


def next_by_topk(logits, temperature=1.0, top_k=None, top_p=None):
    if temperature == 0:
        return F.one_hot(logits.argmax(-1), logits.shape[-1]).float()
    scaled = logits.double() / temperature
    if top_k is not None:
        border = scaled.topk(min(top_k, scaled.shape[-1])).values[..., -1:]
        scaled = torch.where(scaled >= border, scaled, -torch.inf)
    if top_p is not None:
        p, order = scaled.softmax(-1).sort(-1, descending=True)
        drop = F.pad(p.cumsum(-1), (1, 0))[..., :-1] >= top_p
        scaled = scaled.masked_fill(torch.zeros_like(drop).scatter(-1, order, drop), -1e9)
    return scaled.softmax(-1).to(logits.dtype)


def step_one_by_one(q, k_new, v_new, k_cache, v_cache):
    outs = []
    for i in range(q.shape[-2]):
        k_cache = torch.cat([k_cache, k_new[:, i : i + 1]], 1)
        v_cache = torch.cat([v_cache, v_new[:, i : i + 1]], 1)
        outs.append(attention(q[:, i : i + 1], k_cache, v_cache)[0])
    return torch.cat(outs, 1)


def step_by_hand(q, k_new, v_new, k_cache, v_cache):
    k, v = torch.cat((k_cache, k_new), 1), torch.cat((v_cache, v_new), 1)
    scores = torch.einsum("hqd,hkd->hqk", q, k) * q.shape[-1] ** -0.5
    hidden = torch.ones(q.shape[1], k.shape[1]).triu(k.shape[1] - q.shape[1] + 1).bool()
    return torch.einsum("hqk,hkd->hqd", scores.masked_fill(hidden, -math.inf).softmax(-1), v)


def step_with_old_and_new_scores(q, k_new, v_new, k_cache, v_cache):
    root = math.sqrt(q.shape[-1])
    new = (q @ k_new.mT / root).masked_fill(torch.ones(q.shape[1], q.shape[1]).triu(1).bool(), -1e30)
    both = torch.cat([new, q @ k_cache.mT / root], -1).softmax(-1)
    n = q.shape[1]
    return both[..., :n] @ v_new + both[..., n:] @ v_cache


def step_keys_reversed(q, k_new, v_new, k_cache, v_cache):
    k, v = torch.cat([k_cache, k_new], 1).flip(1), torch.cat([v_cache, v_new], 1).flip(1)
    n, t = q.shape[1], k.shape[1]
    may = torch.ones(n, t, dtype=torch.bool).tril(t - n).flip(1)
    return attention(q, k, v, may)[0]


def loss_by_loops(logits, tokens, prompt_lengths):
    losses = []
    for row, ids in enumerate(tokens.tolist()):
        for at in range(int(prompt_lengths[row]), len(ids)):
            if ids[at] == 0:
                break
            losses.append(logits[row, at - 1].logsumexp(0) - logits[row, at - 1, ids[at]])
    return torch.stack(losses).mean()


def loss_by_ignoring(logits, tokens, prompt_lengths):
    targets = tokens.clone()
    targets[torch.arange(tokens.shape[1]) < prompt_lengths[:, None]] = 0
    return F.cross_entropy(logits[:, :-1].transpose(1, 2), targets[:, 1:], ignore_index=0)


def loss_by_weights(logits, tokens, prompt_lengths):
    each = F.cross_entropy(logits[:, :-1].flatten(0, 1), tokens[:, 1:].flatten(), reduction="none")
    place = torch.arange(tokens.numel()) % tokens.shape[1]
    weight = (place.view_as(tokens) >= prompt_lengths[:, None]) * tokens.ne(0)
    weight = weight[:, 1:].flatten().float()
    return (each * weight).sum() / weight.sum()


def loss_by_one_hot(logits, tokens, prompt_lengths):
    log_p = logits.double().log_softmax(-1)[:, :-1]
    wanted = F.one_hot(tokens[:, 1:], logits.shape[-1])
    wanted = wanted * (torch.arange(1, tokens.shape[1]) >= prompt_lengths[:, None])[..., None]
    wanted[..., 0] = 0
    return (-(log_p * wanted).sum() / wanted.sum()).float()


UNUSUAL = {
    "greedy_writer": {
        "recursion": greedy_by_recursion,
        "a list of followers": greedy_by_a_map,
        "written to the end, then cut": greedy_cut_afterwards,
    },
    "next_token": {
        "ranks instead of sorting": next_by_ranks,
        "loops over sorted tokens": next_by_loops,
        "topk, and float64 inside": next_by_topk,
    },
    "cached_step": {
        "one token after the other": step_one_by_one,
        "einsum and a triangle of what is hidden": step_by_hand,
        "old and new scores side by side, new first": step_with_old_and_new_scores,
        "the keys from last to first": step_keys_reversed,
    },
    "prompt_loss": {
        "a loop over tokens": loss_by_loops,
        "ignore_index": loss_by_ignoring,
        "weights of 0 and 1": loss_by_weights,
        "one-hot targets, in float64": loss_by_one_hot,
    },
}

A_NUMBER = "a tensor of one number indexes, compares and is stacked as the number"
TWO_AXES = "logits and tokens have the same length, and of two axes 1 and -1 are the same"
EQUIVALENT = {
    "greedy_writer": {"token = prompt[-1]": A_NUMBER, "token = table[token].argmax()": A_NUMBER},
    "next_token": {
        "p = p.masked_fill(p.cumsum(-1) - p > top_p, 0.0)": "no running total of the cases is exactly top_p",
        "return p.scatter(-1, order, p)": "each place is written to",
    },
    "cached_step": {
        "mask = positions <= positions[v_cache.shape[1]:, None]": "as many values as keys are kept",
    },
    "prompt_loss": {
        "log_p = logits[:, :-1].log_softmax(-1).gather(-1, targets[..., None])[..., -1]": "that axis has length 1",
        "after_prompt = torch.arange(1, logits.shape[1]) >= prompt_lengths[:, None]": TWO_AXES,
        "after_prompt = torch.arange(1, tokens.shape[-1]) >= prompt_lengths[:, None]": TWO_AXES,
        "return -log_p[after_prompt * (targets != 0)].mean()": "the product of booleans is their 'and'",
        "return -log_p[(targets != 0) & after_prompt].mean()": "'and' does not care for the order",
    },
}
