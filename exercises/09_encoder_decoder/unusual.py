"""Right answers to exercise 09 that nobody expects: each must pass, or the check is wrong."""

import heapq
import math

import torch
import torch.nn.functional as F


def shift_by_lists(targets, start, pad):
    rows = []
    for row in targets.tolist():
        read = [start, *row[:-1]]
        rows.append([pad if say == pad else word for word, say in zip(read, row, strict=True)])
    return torch.tensor(rows, dtype=targets.dtype)


def shift_by_padding(targets, start, pad):
    return torch.where(targets == pad, pad, F.pad(targets, (1, -1), value=start))


def shift_by_gather(targets, start, pad):
    at = (torch.arange(targets.shape[1]) - 1).clamp(min=0).expand_as(targets)
    read = targets.gather(1, at)
    read[:, :1] = start
    read[targets.eq(pad)] = pad
    return read


def cross_by_einsum(x, context, w_q, w_k, w_v, words):
    scores = torch.einsum("btd,dh,eh,bse->bts", x, w_q, w_k, context) / w_k.shape[1] ** 0.5
    scores = torch.where(words[:, None], scores, torch.tensor(-1e30))
    return torch.einsum("bts,bse,ev->btv", scores.softmax(-1), context, w_v)


def cross_cut_to_size(x, context, w_q, w_k, w_v, words):
    outs = []
    for one, source, row in zip(x, context, words, strict=True):
        known = source[row]
        weights = (one @ w_q @ (known @ w_k).T / math.sqrt(w_q.shape[1])).softmax(-1)
        outs.append(weights @ (known @ w_v))
    return torch.stack(outs)


def cross_values_last(x, context, w_q, w_k, w_v, words):
    scores = (x @ w_q).double() @ (context @ w_k).double().mT / math.sqrt(w_k.shape[-1])
    parts = (scores - scores.amax(-1, keepdim=True)).exp() * words[:, None]
    return ((parts / parts.sum(-1, keepdim=True)) @ context.double()).float() @ w_v


def greedy_row_by_row(logits, start, end, pad, max_new):
    rows = []
    for word in start.tolist():
        row = []
        while len(row) < max_new and (not row or row[-1] != end):
            word = int(logits[word].argmax())
            row.append(word)
        rows.append(row)
    longest = max(map(len, rows))
    return torch.tensor([row + [pad] * (longest - len(row)) for row in rows])


def greedy_all_then_cut(logits, start, end, pad, max_new):
    follows, words = logits.argmax(-1), [start]
    for _ in range(max_new):
        words.append(follows[words[-1]])
    written = torch.stack(words[1:], 1)
    is_end = (written == end).long()
    after = is_end.cumsum(1) - is_end > 0
    written = written.masked_fill(after, pad)
    return written[:, : int((~after).any(0).sum())]


def greedy_by_one_hot(logits, start, end, pad, max_new):
    state, rows = F.one_hot(start, len(logits)).to(logits.dtype), []
    going = torch.ones(len(start), dtype=torch.bool)
    for _ in range(max_new):
        chosen = torch.where(going, (state @ logits).max(-1).indices, torch.tensor(pad))
        rows.append(chosen)
        going &= chosen != end
        if not going.any():
            break
        state = F.one_hot(chosen, len(logits)).to(logits.dtype)
    return torch.stack(rows).T


def alignment_by_sets(weights, gold):
    found = {(t, int(row.argmax())) for t, row in enumerate(weights[:-1])}
    right = {(t, s) for t, s in gold.nonzero().tolist()}
    return torch.tensor(1 - 2 * len(found & right) / (len(found) + len(right)))


def alignment_by_gather(weights, gold):
    best = weights[:-1].topk(1).indices
    return 1 - 2 * gold.gather(1, best).float().sum() / (len(gold) + gold.count_nonzero())


def alignment_by_maximum(weights, gold):
    found = weights[:-1] == weights[:-1].amax(1, keepdim=True)
    return (found ^ gold).sum() / (found.sum() + gold.sum())


def beams_on_tensors(log_p, start, end, n_beams, max_new, penalty):
    vocabulary = len(log_p)
    words = torch.zeros(1, 0, dtype=torch.long)
    total, length = torch.zeros(1, dtype=torch.float64), torch.zeros(1)
    ended = torch.zeros(1, dtype=torch.bool)
    for step in range(max_new):
        last = words[:, -1] if step else torch.tensor([start])
        more = log_p[last].double()
        stay = torch.full((vocabulary,), -math.inf, dtype=torch.float64)
        stay[end] = 0.0
        more = torch.where(ended[:, None], stay, more)
        length = length + (~ended).float()
        totals = total[:, None] + more
        scores = totals / ((5 + length[:, None].double()) / 6) ** penalty
        best = scores.flatten().topk(min(n_beams, int(scores.isfinite().sum()))).indices
        parent, chosen = best // vocabulary, best % vocabulary
        words = torch.cat([words[parent], chosen[:, None]], 1)
        total, length = totals.flatten()[best], length[parent]
        ended = ended[parent] | (chosen == end)
        if ended.all():
            break
    return words[0, : int(length[0])]


def beams_on_a_heap(log_p, start, end, n_beams, max_new, penalty):
    table = log_p.tolist()
    beams = [(0.0, 0.0, ())]
    for _ in range(max_new):
        grown = []
        for score, total, words in beams:
            if words[-1:] == (end,):
                grown.append((score, total, words))
            else:
                for word, p in enumerate(table[words[-1] if words else start]):
                    sum_ = total + p
                    grown.append((sum_ / math.pow((6 + len(words)) / 6, penalty), sum_, (*words, word)))
        beams = heapq.nlargest(n_beams, grown)
        if {words[-1] for *_, words in beams} == {end}:
            break
    return torch.tensor(max(beams)[-1])


UNUSUAL = {
    "shift_right": {"lists": shift_by_lists, "negative padding": shift_by_padding, "gather": shift_by_gather},
    "cross_attention": {
        "einsum with the matrices inside": cross_by_einsum,
        "each sentence cut to its words": cross_cut_to_size,
        "values made last, in float64": cross_values_last,
    },
    "greedy": {
        "one sentence after the other": greedy_row_by_row,
        "everything written, then cut": greedy_all_then_cut,
        "one-hot times the table": greedy_by_one_hot,
    },
    "alignment": {
        "sets of pairs": alignment_by_sets,
        "gather": alignment_by_gather,
        "what only one of the two has": alignment_by_maximum,
    },
    "beam_search": {"tensors, topk": beams_on_tensors, "a heap of tuples": beams_on_a_heap},
}

SAME_AXIS = "on a tensor of two axes, 1 and -1 are the same axis"
CONSTANT = "a factor that all scores share changes no order"
EQUIVALENT = {
    "shift_right": {"shifted = targets.roll(1, dims=-1)": SAME_AXIS},
    "cross_attention": {
        "scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])": "swapping two axes is symmetric",
    },
    "greedy": {
        "tokens = logits[tokens].argmax(1).masked_fill(ended, pad)": SAME_AXIS,
        "tokens = logits[tokens].argmax(--1).masked_fill(ended, pad)": SAME_AXIS,
        "ended = ended + (tokens == end)": "of booleans, plus is or",
        "ended = (tokens == end) | ended": "or is symmetric",
        "return torch.stack(written, dim=-1)": SAME_AXIS,
    },
    "alignment": {
        "best = weights[:-1].argmax(1)": SAME_AXIS,
        "best = weights[:-1].argmax(--1)": SAME_AXIS,
        "found = torch.nn.functional.one_hot(best, weights.shape[1])": "ones and zeros do as well",
        "found = torch.nn.functional.one_hot(best, gold.shape[1]).bool()": "both have a column for each source word",
        "found = torch.nn.functional.one_hot(best, weights.shape[-1]).bool()": SAME_AXIS,
        "common = (found * gold).sum()": "of booleans, times is and",
        "common = (gold & found).sum()": "and is symmetric",
    },
    "beam_search": {
        "return total / ((5 + len(words)) * 6) ** penalty": CONSTANT,
        "return total / (5 + len(words)) ** penalty": CONSTANT,
        "return total / ((5 + len(words)) / 7) ** penalty": CONSTANT,
        "return total / ((5 + len(words)) / 5) ** penalty": CONSTANT,
        "return total / ((5 + len(words)) / 60) ** penalty": CONSTANT,
        "grown = [(total + p, [*words, word]) for word, p in enumerate(row)]": "sums of tensors sort alike",
        "has_ended = words and words[-1] == end": "an empty list is as good as False",
        "return torch.tensor(beams[0][-1])": "a beam has two entries",
    },
}
