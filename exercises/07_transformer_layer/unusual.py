"""Right answers to exercise 07 that nobody expects: each must pass, or the check is wrong."""

import math

import torch


def norm_by_moments(x, gain, shift, eps=1e-5):
    mean, mean_square = x.double().mean(-1, keepdim=True), x.double().square().mean(-1, keepdim=True)
    return ((x - mean) / (mean_square - mean**2 + eps).sqrt() * gain + shift).to(x.dtype)


def norm_by_var(x, gain, shift, eps=1e-5):
    variance, mean = torch.var_mean(x, dim=-1, keepdim=True, correction=0)
    return torch.addcmul(shift, (x - mean) * torch.rsqrt(variance + eps), gain)


def norm_with_loops(x, gain, shift, eps=1e-5):
    rows = []
    for word in x.reshape(-1, x.shape[-1]).tolist():
        mean = sum(word) / len(word)
        spread = math.sqrt(sum((number - mean) ** 2 for number in word) / len(word) + eps)
        rows.append([(number - mean) / spread for number in word])
    return torch.tensor(rows).reshape(x.shape) * gain + shift


def norm_with_a_matrix(x, gain, shift, eps=1e-5):
    d = x.shape[-1]
    centred = x @ (torch.eye(d) - torch.full((d, d), 1 / d))
    return centred / (centred.norm(dim=-1, keepdim=True) ** 2 / d + eps) ** 0.5 * gain + shift


def network_with_einsum(x, w_1, b_1, w_2, b_2):
    inner = torch.einsum("...d,df->...f", x, w_1) + b_1
    return torch.einsum("...f,fd->...d", torch.where(inner > 0, inner, torch.zeros(())), w_2) + b_2


def network_by_halves(x, w_1, b_1, w_2, b_2):
    inner = x @ w_1 + b_1
    return ((inner + inner.abs()) / 2) @ w_2 + b_2


def network_number_by_number(x, w_1, b_1, w_2, b_2):
    out = b_2.expand(x.shape).clone()
    for i in range(len(b_1)):
        out += torch.maximum((x * w_1[:, i]).sum(-1, keepdim=True) + b_1[i], torch.tensor(0.0)) * w_2[i]
    return out


def network_of_modules(x, w_1, b_1, w_2, b_2):
    first, second = torch.nn.Linear(*w_1.shape), torch.nn.Linear(*w_2.shape)
    with torch.no_grad():
        for linear, weight, bias in ((first, w_1, b_1), (second, w_2, b_2)):
            linear.weight.copy_(weight.T)
            linear.bias.copy_(bias)
    return second(torch.relu(first(x)))


def cost_of_real_modules(d_model, d_ff, length):
    parts = [torch.nn.Linear(d_model, d_model) for _ in range(4)]
    parts += [torch.nn.Linear(d_model, d_ff), torch.nn.Linear(d_ff, d_model)]
    matrices = sum(part.weight.numel() for part in parts)
    held = sum(p.numel() for part in parts for p in part.parameters()) + 4 * d_model
    return torch.tensor([held, matrices + 2 * length * d_model])


def cost_in_other_brackets(d_model, d_ff, length):
    held = 4 * d_model**2 + 2 * d_model * d_ff + 9 * d_model + d_ff
    return torch.tensor([held, 2 * d_model * (2 * d_model + length + d_ff)])


def norm(x):
    variance, mean = torch.var_mean(x, dim=-1, keepdim=True, correction=0)
    return (x - mean) / (variance + 1e-5).sqrt()


def layer_head_by_head(x, w_q, w_k, w_v, w_o, w_1, b_1, w_2, b_2, n_heads, mask=None):
    width = x.shape[-1] // n_heads
    out = torch.zeros_like(x)
    for head in range(n_heads):
        mine = slice(head * width, (head + 1) * width)
        scores = (x @ w_q[:, mine]) @ (x @ w_k[:, mine]).mT / width**0.5
        if mask is not None:
            scores = torch.where(mask, scores, torch.tensor(-torch.inf))
        out = out + scores.softmax(-1) @ (x @ w_v[:, mine]) @ w_o[mine]
    x = norm(x + out)
    return norm(x + (x @ w_1 + b_1).relu() @ w_2 + b_2)


def layer_with_einsum(x, w_q, w_k, w_v, w_o, w_1, b_1, w_2, b_2, n_heads, mask=None):
    batch, length, d = x.shape
    q, k, v = ((x @ w).view(batch, length, n_heads, d // n_heads) for w in (w_q, w_k, w_v))
    scores = torch.einsum("bqhd,bkhd->bhqk", q, k) * (d // n_heads) ** -0.5
    if mask is not None:
        scores = scores - 1e9 * (~(mask if mask.ndim == 2 else mask[:, None])).float()
    found = torch.einsum("bhqk,bkhd->bqhd", scores.softmax(-1), v).reshape(batch, length, d)
    x = norm(x + found @ w_o)
    return norm(x + torch.relu(x @ w_1 + b_1) @ w_2 + b_2)


def layer_sentence_by_sentence(x, w_q, w_k, w_v, w_o, w_1, b_1, w_2, b_2, n_heads, mask=None):
    if len(x) > 1:
        masks = [mask if mask is None or mask.ndim == 2 else mask[i : i + 1] for i in range(len(x))]
        rest = (w_q, w_k, w_v, w_o, w_1, b_1, w_2, b_2, n_heads)
        return torch.cat([layer_sentence_by_sentence(x[i : i + 1], *rest, masks[i]) for i in range(len(x))])
    return layer_head_by_head(x, w_q, w_k, w_v, w_o, w_1, b_1, w_2, b_2, n_heads, mask)


UNUSUAL = {
    "layer_norm": {
        "by moments, in float64": norm_by_moments,
        "var_mean and rsqrt": norm_by_var,
        "loops over numbers": norm_with_loops,
        "centred by a matrix": norm_with_a_matrix,
    },
    "feed_forward": {
        "einsum and where": network_with_einsum,
        "(x + |x|) / 2": network_by_halves,
        "one inner number after the other": network_number_by_number,
        "nn.Linear": network_of_modules,
    },
    "layer_cost": {"counted on real modules": cost_of_real_modules, "in other brackets": cost_in_other_brackets},
    "layer": {
        "one head after the other": layer_head_by_head,
        "einsum": layer_with_einsum,
        "one sentence after the other": layer_sentence_by_sentence,
    },
}

LAST_TWO = "the two axes are the last two, from whichever end they are counted"
EQUIVALENT: dict[str, dict[str, str]] = {
    "layer_norm": {},
    "feed_forward": {},
    "layer_cost": {},
    "layer": {
        "return x.unflatten(-1, (n_heads, -1)).transpose(2, 1)": "a transposition is the same both ways",
        "return x.unflatten(-1, (n_heads, -1)).transpose(1, -2)": LAST_TWO,
        "scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])": "a transposition is the same both ways",
        "scores = q @ k.transpose(2, -1) / math.sqrt(q.shape[-1])": LAST_TWO,
        "scores = q @ k.transpose(--2, -1) / math.sqrt(q.shape[-1])": LAST_TWO,
        "mask = mask.unsqueeze(2) if mask.ndim == 3 else mask": "the mask is (B, 1, T): its second axis is 1 already",
        "x = normalise(x + heads.transpose(1, 2).flatten(-2) @ w_o)": LAST_TWO,
        "x = normalise(x + heads.transpose(2, 1).flatten(2) @ w_o)": "a transposition is the same both ways",
        "x = normalise(x + heads.transpose(1, -2).flatten(2) @ w_o)": LAST_TWO,
    },
}
