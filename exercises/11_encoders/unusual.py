"""Right answers to exercise 11 that nobody expects: each must pass, or the check is wrong."""

import math

import torch
import torch.nn.functional as F


def alike_by_loops(hidden, words):
    vectors = []
    for row, here in zip(hidden, words, strict=True):
        x = row[here].mean(0)
        vectors.append(x / math.sqrt(float((x * x).sum())))
    return torch.stack([torch.stack([(a * b).sum() for b in vectors]) for a in vectors])


def alike_by_pytorch(hidden, words):
    mean = torch.einsum("bld,bl->bd", hidden, words.float()) / words.sum(1)[:, None]
    return F.cosine_similarity(mean[:, None], mean[None], dim=-1)


def alike_by_the_diagonal(hidden, words):
    total = hidden.masked_fill(~words[..., None], 0.0).sum(1)
    products = total @ total.T
    size = products.diagonal().sqrt()
    return products / size[:, None] / size


def alike_divided_by_the_length_of_the_box(hidden, words):
    return (x := F.normalize((hidden * words.unsqueeze(-1)).mean(1), dim=-1)) @ x.mT


def pair_by_rooms(a, b, cls, sep, pad, max_len):
    room = max_len - 3
    n, m = len(a), len(b)
    if n + m > room:
        short = min(n, m)
        if short <= room // 2:
            n, m = (short, min(m, room - short)) if n <= m else (min(n, room - short), short)
        else:
            n, m = room - room // 2, room // 2
    out = torch.full((2, max_len), pad)
    out[1] = 0
    out[0, 0], out[0, n + 1], out[0, n + m + 2] = cls, sep, sep
    out[0, 1 : n + 1], out[0, n + 2 : n + m + 2] = a[:n], b[:m]
    out[1, n + 2 : n + m + 3] = 1
    return out


def pair_by_cat(a, b, cls, sep, pad, max_len):
    while len(a) + len(b) > max_len - 3:
        if len(b) >= len(a):
            b = b[:-1]
        else:
            a = a[:-1]
    one = torch.tensor
    tokens = torch.cat([one([cls]), a, one([sep]), b, one([sep])])
    segments = (torch.arange(len(tokens)) > len(a) + 1).long()
    return torch.stack(
        [F.pad(tokens, (0, max_len - len(tokens)), value=pad), F.pad(segments, (0, max_len - len(tokens)))]
    )


def pair_by_recursion(a, b, cls, sep, pad, max_len):
    if len(a) + len(b) + 3 > max_len:
        cut = (a[:-1], b) if len(a) > len(b) else (a, b[:-1])
        return pair_by_recursion(*cut, cls, sep, pad, max_len)
    rows = [(cls, 0), *((int(x), 0) for x in a), (sep, 0), *((int(x), 1) for x in b), (sep, 1)]
    return torch.tensor(rows + [(pad, 0)] * (max_len - len(rows))).T


def words_by_loops(tokens, choose, fate, fillers, rate):
    inputs, labels = tokens.clone(), torch.full_like(tokens, -100)
    for i in range(tokens.shape[0]):
        for j in range(tokens.shape[1]):
            if tokens[i, j] > 4 and choose[i, j] < rate:
                labels[i, j] = tokens[i, j]
                if fate[i, j] < 80:
                    inputs[i, j] = 4
                elif fate[i, j] < 90:
                    inputs[i, j] = fillers[i, j]
    return torch.stack((inputs, labels))


def words_by_arithmetic(tokens, choose, fate, fillers, rate):
    chosen = ((choose - rate < 0) * (tokens > 4)).long()
    hide, swap = chosen * (fate < 80), chosen * (fate // 10 == 8)
    return torch.stack([tokens * (1 - hide - swap) + 4 * hide + fillers * swap, chosen * (tokens + 100) - 100])


def words_by_places(tokens, choose, fate, fillers, rate):
    out = torch.stack([tokens, torch.full(tokens.shape, -100)])
    for i, j in ((choose < rate) & (tokens >= 5)).nonzero().tolist():
        out[1, i, j] = out[0, i, j]
        out[0, i, j] = {True: 4, False: out[0, i, j]}[bool(fate[i, j] < 80)]
        if 80 <= fate[i, j] <= 89:
            out[0, i, j] = fillers[i, j]
    return out


def loss_by_pytorch(logits, labels):
    if (labels == -100).all():
        return torch.zeros(())
    return F.cross_entropy(logits.flatten(0, 1), labels.flatten())


def masked_loss_by_loops(logits, labels):
    losses = [
        float(logits[i, j].logsumexp(0) - logits[i, j, labels[i, j]])
        for i in range(len(labels))
        for j in range(labels.shape[1])
        if labels[i, j] >= 0
    ]
    return torch.tensor(sum(losses) / max(1, len(losses)))


def loss_by_one_hot(logits, labels):
    asked = labels >= 0
    targets = F.one_hot(labels.clamp(min=0), logits.shape[-1]) * asked[..., None]
    return -(logits.softmax(-1).log() * targets).sum() / max(1, int(asked.sum()))


UNUSUAL = {
    "similarities": {
        "loops and the mean itself": alike_by_loops,
        "PyTorch's own cosine": alike_by_pytorch,
        "lengths from the diagonal": alike_by_the_diagonal,
        "divided by the box's length, which cancels": alike_divided_by_the_length_of_the_box,
    },
    "pair_input": {
        "the rooms computed, not cut one by one": pair_by_rooms,
        "tensors put together": pair_by_cat,
        "recursion": pair_by_recursion,
    },
    "masked_words": {
        "loops": words_by_loops,
        "arithmetic without masks": words_by_arithmetic,
        "place by place": words_by_places,
    },
    "masked_loss": {
        "PyTorch's loss, and nothing asked apart": loss_by_pytorch,
        "loops": masked_loss_by_loops,
        "one-hot targets": loss_by_one_hot,
    },
}

PRODUCT, ORDER = "a product of booleans is their 'and'", "'and' of the same two in the other order"
EQUIVALENT = {
    "similarities": {
        "unit = total / total.norm(dim=--1, keepdim=True)": "of two axes, 1 is the last",
        "unit = total / total.norm(dim=1, keepdim=True)": "of two axes, 1 is the last",
    },
    "masked_words": {
        "chosen = (choose < rate) * (tokens >= 5)": PRODUCT,
        "seen = torch.where(chosen * (fate < 90), fillers, tokens)": PRODUCT,
        "seen = seen.masked_fill(chosen * (fate < 80), 4)": PRODUCT,
        "chosen = (tokens >= 5) & (choose < rate)": ORDER,
        "seen = torch.where((fate < 90) & chosen, fillers, tokens)": ORDER,
        "seen = seen.masked_fill((fate < 80) & chosen, 4)": ORDER,
    },
    "masked_loss": {
        "log_p = logits[asked].log_softmax(--1)": "of two axes, 1 is the last",
        "log_p = logits[asked].log_softmax(1)": "of two axes, 1 is the last",
        "return -log_p.gather(--1, labels[asked][:, None]).mean()": "of two axes, 1 is the last",
        "return -log_p.gather(1, labels[asked][:, None]).mean()": "of two axes, 1 is the last",
    },
}
