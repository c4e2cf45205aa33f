"""Right answers to exercise 12 that nobody expects: each must pass, or the check is wrong."""

import math

import torch
import torch.nn.functional as F


def mask_by_loops(prefix_lengths, max_len):
    out = torch.zeros(len(prefix_lengths), max_len, max_len, dtype=torch.bool)
    for b, n in enumerate(prefix_lengths.tolist()):
        for i in range(max_len):
            out[b, i, : max(i + 1, n)] = True
    return out


def mask_by_blocks(prefix_lengths, max_len):
    masks = []
    for n in prefix_lengths.tolist():
        mask = torch.ones(max_len, max_len).tril()
        mask[:n, :n] = 1
        masks.append(mask.bool())
    return torch.stack(masks)


def mask_by_latest(prefix_lengths, max_len):
    latest = torch.maximum(torch.arange(max_len), prefix_lengths[:, None] - 1)
    return latest[..., None] >= torch.arange(max_len)


def mask_of_what_is_hidden(prefix_lengths, max_len):
    later = torch.ones(max_len, max_len).triu(1).bool()
    return ~(later & (torch.arange(max_len) >= prefix_lengths[:, None, None]))


def leaks_by_sets(mask, allowed, n_layers):
    n = len(mask)
    knows = [{i} for i in range(n)]
    for _ in range(n_layers):
        knows = [knows[i].union(*(knows[j] for j in range(n) if mask[i, j])) for i in range(n)]
    return torch.tensor([[j in knows[i] and not allowed[i, j] for j in range(n)] for i in range(n)])


def leaks_by_power(mask, allowed, n_layers):
    paths = torch.linalg.matrix_power(mask.double() + torch.eye(len(mask), dtype=torch.float64), n_layers)
    return paths.gt(0.5).logical_and(allowed.logical_not())


def leaks_from_the_inputs_side(mask, allowed, n_layers):
    moved = torch.eye(len(mask), dtype=torch.bool)  # [j, i]: input j has reached i
    for _ in range(n_layers):
        moved = moved | (moved[:, None, :] & mask[None]).any(-1)
    return moved.T & ~allowed


def pseudo_by_loops(logits, tokens, words):
    sums = []
    for b, n in enumerate(words.sum(1).tolist()):
        rows = [logits[b, i, i, tokens[b, i]] - logits[b, i, i].logsumexp(0) for i in range(n)]
        sums.append(torch.stack(rows).sum())
    return torch.stack(sums)


def pseudo_by_einsum(logits, tokens, words):
    log_p = torch.einsum("biiv->biv", logits).double().log_softmax(-1)
    return (log_p * F.one_hot(tokens, logits.shape[-1]) * words[..., None]).sum((1, 2)).float()


def pseudo_by_cross_entropy(logits, tokens, words):
    places = torch.arange(tokens.shape[1])
    targets = tokens.masked_fill(~words, -100)
    return -F.cross_entropy(logits[:, places, places].transpose(1, 2), targets, reduction="none").sum(1)


def tried_by_loops(first, candidates, after, right):
    joint = []
    for i, word in enumerate(candidates.tolist()):
        p = float(first.softmax(0)[word])
        for t, token in enumerate(right.tolist()):
            p *= float(after[i, t].softmax(0)[token])
        joint.append(p)
    return torch.tensor([p / math.fsum(joint) for p in joint])  # Python's numbers have room for 1e-300


def tried_with_logits_first(first, candidates, after, right):
    rest = -F.cross_entropy(after.transpose(1, 2), right.expand(len(after), -1), reduction="none").sum(1)
    return F.softmax(first[candidates] + rest, dim=0)


def tried_by_bayes(first, candidates, after, right):
    prior = first[candidates].softmax(0)
    likelihood = after.double().softmax(-1).gather(-1, right.expand(len(after), -1)[..., None])[..., 0].prod(1)
    return (prior * likelihood / (prior * likelihood).sum()).float()


def cost_in_closed_form(prompt, new, d_model, d_ff, n_layers, cached):
    each = 4 * d_model**2 + 2 * d_model * d_ff
    lengths = torch.arange(prompt + 1, prompt + new)
    if cached:
        total = each * len(lengths) + 2 * d_model * lengths.sum()
    else:
        total = each * lengths.sum() + 2 * d_model * (lengths**2).sum()
    return n_layers * (prompt * each + 2 * d_model * prompt**2 + total)


def cost_matrix_by_matrix(prompt, new, d_model, d_ff, n_layers, cached):
    total = 0
    for step in range(new):
        length = prompt + step
        read = 1 if cached and step else length
        for _ in range(n_layers):
            total += 4 * read * d_model * d_model  # queries, keys, values, output
            total += read * d_model * length  # scores
            total += read * length * d_model  # values
            total += read * d_model * d_ff + read * d_ff * d_model
    return torch.tensor(total)


UNUSUAL = {
    "prefix_mask": {
        "loops": mask_by_loops,
        "a triangle with a full block": mask_by_blocks,
        "the latest visible key": mask_by_latest,
        "what is hidden, turned round": mask_of_what_is_hidden,
    },
    "stack_leaks": {
        "sets of what each position knows": leaks_by_sets,
        "a matrix power": leaks_by_power,
        "from the inputs' side": leaks_from_the_inputs_side,
    },
    "pseudo_likelihood": {
        "loops over the words": pseudo_by_loops,
        "einsum and one-hot, in float64": pseudo_by_einsum,
        "cross_entropy with ignore_index": pseudo_by_cross_entropy,
    },
    "tried_words": {
        "loops over probabilities": tried_by_loops,
        "the first logits without a softmax": tried_with_logits_first,
        "Bayes' rule with probabilities": tried_by_bayes,
    },
    "writing_cost": {
        "sums in closed form": cost_in_closed_form,
        "matrix by matrix": cost_matrix_by_matrix,
    },
}

ONE_LENGTH = "logits, tokens and words have the same length"
TWO_AXES = "of two axes 1 and -1 are the same"
NO_ORDER = "'and' and 'or' do not care for the order"

EQUIVALENT: dict[str, dict[str, str]] = {
    "prefix_mask": {
        "return causal + (positions < prefix_lengths[:, None])[:, None]": "the sum of booleans is their 'or'",
        "return (positions < prefix_lengths[:, None])[:, None] | causal": NO_ORDER,
    },
    "stack_leaks": {
        "own = torch.eye(len(allowed))": "mask and allowed have one size",
        "seen = seen @ step": "powers of one matrix: the order does not matter",
        "return (seen > 0) * ~allowed": "the product of booleans is their 'and'",
        "return ~allowed & (seen > 0)": NO_ORDER,
    },
    "pseudo_likelihood": {
        "places = torch.arange(logits.shape[1])": ONE_LENGTH,
        "places = torch.arange(words.shape[1])": ONE_LENGTH,
        "places = torch.arange(tokens.shape[-1])": TWO_AXES,
        "each = log_p.gather(-1, tokens[..., None])[..., -1]": "that axis has length 1",
        "return each.where(words, 0.0).sum(-1)": TWO_AXES,
    },
    "tried_words": {
        "follows = log_p[:, places, right].sum(-1)": TWO_AXES,
        "return (first[candidates] + follows).softmax(-1)": "there is one axis",
    },
    "writing_cost": {},
}
