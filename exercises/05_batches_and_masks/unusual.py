"""Right answers to exercise 05 that nobody expects: each must pass, or the check is wrong."""

import math

import torch


def mask_by_rows(lengths, max_len=None):
    width = max(lengths.tolist()) if max_len is None else max_len
    return torch.tensor([[[i < n for i in range(width)]] for n in lengths.tolist()], dtype=torch.bool)


def mask_by_cumsum(lengths, max_len=None):
    width = int(lengths.max()) if max_len is None else max_len
    ends = torch.zeros(len(lengths), width + 1, dtype=torch.int64)
    ends[torch.arange(len(lengths)), lengths] = 1
    return (ends.cumsum(1)[:, :width] == 0).unsqueeze(1)


def mask_filled(lengths, max_len=None):
    mask = torch.zeros(len(lengths), 1, int(lengths.max()) if max_len is None else max_len, dtype=torch.bool)
    for row, n in zip(mask, lengths, strict=True):
        row[:, :n] = True
    return mask


def mask_by_negation(lengths, max_len=None):
    width = lengths.max().item() if max_len is None else max_len
    return ~(torch.arange(width).view(1, 1, -1) >= lengths.view(-1, 1, 1))


def last_by_loop(hidden, words):
    return torch.stack([row[is_word.nonzero()[-1, 0]] for row, is_word in zip(hidden, words, strict=True)])


def last_by_flip(hidden, words):
    return hidden.flip(1)[torch.arange(len(hidden)), words.flip(1).int().argmax(1)]


def last_by_one_hot(hidden, words):
    after = words.flip(1).cumsum(1).flip(1)
    return torch.einsum("bld,bl->bd", hidden, (words & (after == 1)).to(hidden.dtype))


def last_by_gather(hidden, words):
    last = torch.where(words, torch.arange(words.shape[1]), -1).amax(1)
    return hidden.gather(1, last[:, None, None].expand(-1, 1, hidden.shape[2])).squeeze(1)


def last_by_boolean_index(hidden, words):
    ends = words & ~torch.cat([words[:, 1:], torch.zeros_like(words[:, :1])], 1)
    return hidden[ends]


def last_by_take_along(hidden, words):
    last = (words * torch.arange(1, words.shape[1] + 1)).argmax(1)
    return torch.take_along_dim(hidden, last.reshape(-1, 1, 1), dim=1)[:, 0]


def truncate_by_mask(ids, max_len, n_head):
    at = torch.arange(len(ids))
    gone = max(0, len(ids) - max_len)
    return ids[(at <= n_head) | (at > n_head + gone)] if gone else ids


def truncate_by_lists(ids, max_len, n_head):
    tokens = ids.tolist()
    if len(tokens) > max_len:
        del tokens[1 + n_head : len(tokens) - (max_len - n_head - 1)]
    return torch.tensor(tokens)


def truncate_in_two_parts(ids, max_len, n_head):
    if ids.shape[0] <= max_len:
        return ids.clone()
    head, tail = ids[: n_head + 1], ids[ids.shape[0] - (max_len - n_head - 1) :]
    return torch.hstack((head, tail))


def truncate_by_index(ids, max_len, n_head):
    if len(ids) <= max_len:
        return ids
    at = [*range(n_head + 1), *range(len(ids) - max_len + n_head + 1, len(ids))]
    return ids.index_select(0, torch.tensor(at))


def truncate_by_negative_ends(ids, max_len, n_head):
    if len(ids) <= max_len:
        return ids
    return torch.cat((ids[: 1 + n_head], ids[-(max_len - 1 - n_head) :]))


def batches_of_lists(lengths, max_tokens):
    groups = [[]]
    for i in sorted(range(len(lengths)), key=lambda i: int(lengths[i])):
        if groups[-1] and (len(groups[-1]) + 1) * int(lengths[i]) > max_tokens:
            groups.append([])
        groups[-1].append(i)
    numbers = {i: b for b, group in enumerate(groups) for i in group}
    return torch.tensor([numbers[i] for i in range(len(lengths))])


def batches_by_looking_ahead(lengths, max_tokens):
    values, order = lengths.sort(stable=True)
    answer, start, number = torch.empty_like(lengths), 0, 0
    while start < len(values):
        fits = values[start:] * torch.arange(1, len(values) - start + 1) <= max_tokens
        rows = int(fits.long().cumprod(0).sum())
        answer[order[start : start + rows]] = number
        start, number = start + rows, number + 1
    return answer


def batches_by_inverse_order(lengths, max_tokens):
    order = torch.argsort(lengths, stable=True)
    numbers, rows = [], 0
    for n in lengths[order].tolist():
        rows += 1
        fresh = rows > 1 and rows * n > max_tokens
        rows = 1 if fresh else rows
        numbers.append((numbers[-1] if numbers else 0) + fresh)
    return torch.tensor(numbers)[order.argsort()]


def batches_with_room_left(lengths, max_tokens):
    answer, number, rows = lengths.clone(), -1, math.inf
    for length, i in sorted((n, i) for i, n in enumerate(lengths.tolist())):
        if length > max_tokens / (rows + 1):
            number, rows = number + 1, 0
        answer[i] = number
        rows += 1
    return answer


UNUSUAL = {
    "padding_mask": {
        "rows of lists": mask_by_rows,
        "a running total of the ends": mask_by_cumsum,
        "filled by a loop": mask_filled,
        "not padding": mask_by_negation,
        "not contiguous": lambda lengths, max_len=None: mask_by_negation(lengths, max_len).mT.contiguous().mT,
        "ones, cut from a triangle": lambda lengths, max_len=None: (
            torch.ones(64, 63).tril(-1).bool()[lengths, : int(lengths.max()) if max_len is None else max_len][:, None]
        ),
    },
    "last_word": {
        "a loop": last_by_loop,
        "flipped, then the first": last_by_flip,
        "a product with a one-hot row": last_by_one_hot,
        "gather": last_by_gather,
        "a boolean index": last_by_boolean_index,
        "take_along_dim": last_by_take_along,
    },
    "truncate": {
        "a boolean index": truncate_by_mask,
        "a list with a part deleted": truncate_by_lists,
        "the special tokens in the parts": truncate_in_two_parts,
        "index_select": truncate_by_index,
        "counted from the end, with the special token": truncate_by_negative_ends,
    },
    "token_budget": {
        "lists of lists": batches_of_lists,
        "as many rows as fit, at once": batches_by_looking_ahead,
        "put back by the inverse order": batches_by_inverse_order,
        "a loop that begins with a full batch": batches_with_room_left,
    },
}

SAME_LENGTH = "hidden and words have the same batch and length"
SWAPPED = "a product does not care for the order"
EQUIVALENT = {
    "padding_mask": {"max_len = lengths.max()": "arange takes a tensor of one number, too"},
    "last_word": {
        "last = (words * positions).argmax(dim=-1)": "on a tensor of two axes, 1 and -1 are the same axis",
        "positions = torch.arange(hidden.shape[1])": SAME_LENGTH,
        "positions = torch.arange(words.shape[-1])": "on a tensor of two axes, 1 and -1 are the same axis",
        "return hidden[torch.arange(len(words)), last]": SAME_LENGTH,
    },
    "truncate": {"if len(ids) < max_len:": "a text that fits exactly is put together again as it was"},
    "token_budget": {
        "for i in sorted(range(len(lengths)), key=lambda i: lengths[i]):": "tensors of one number sort as numbers",
    },
}
