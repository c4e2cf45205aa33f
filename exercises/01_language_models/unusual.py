"""Right answers to exercise 01 that nobody expects: each must pass, or the check is wrong."""

import math
from collections import Counter
from itertools import pairwise

import torch
import torch.nn.functional as F


def with_a_loop(losses, mask=None):
    mask = torch.ones_like(losses, dtype=torch.bool) if mask is None else mask
    words = [x for x, counts in zip(losses.flatten().tolist(), mask.flatten().tolist(), strict=True) if counts]
    return torch.tensor(math.exp(sum(words) / len(words)), dtype=losses.dtype)


def geometric_mean(losses, mask=None):
    words = losses.double() if mask is None else losses.double()[mask]
    return (words.exp().prod() ** (1 / words.numel())).to(losses.dtype)


def by_bits(losses, mask=None):
    words = losses.flatten() if mask is None else torch.masked_select(losses, mask)
    return 2 ** (words / math.log(2)).mean()


def nan_to_num_first(losses, mask=None):
    if mask is None:
        mask = torch.tensor(True).expand_as(losses)
    kept = torch.where(mask, losses, torch.zeros_like(losses))
    return torch.exp(kept.sum() / mask.sum())


def weighted_means_of_sentences(losses, mask=None):
    if mask is None:
        mask = losses == losses
    lengths = mask.sum(-1)
    means = losses.masked_fill(~mask, 0.0).sum(-1) / lengths.clamp(min=1)
    return ((means * lengths).sum() / lengths.sum()).exp()


def nanmean(losses, mask=None):
    return (losses if mask is None else losses.masked_fill(~mask, math.nan)).nanmean().exp()


def by_cross_entropy(logits, targets, mask=None):
    if mask is not None:
        targets = targets.masked_fill(~mask, -100)
    each = F.cross_entropy(logits.flatten(0, -2), targets.flatten(), reduction="none", ignore_index=-100)
    return -each.view(targets.shape).sum(-1)


def largest_first(logits, targets, mask=None):
    logits = logits - logits.amax(-1, keepdim=True)
    log_p = logits - logits.exp().sum(-1, keepdim=True).log()
    rows = targets.clamp(0, logits.shape[-1] - 1)
    each = torch.take_along_dim(log_p, rows[..., None], dim=-1)[..., 0]
    return each.sum(-1) if mask is None else torch.where(mask, each, torch.zeros_like(each)).sum(-1)


def one_hot(logits, targets, mask=None):
    classes = torch.arange(logits.shape[-1])
    chosen = targets[..., None] == classes
    if mask is not None:
        chosen = chosen & mask[..., None]
    return (logits.log_softmax(-1) * chosen).sum((-2, -1))


def in_float64_inside(logits, targets, mask=None):
    p = torch.distributions.Categorical(logits=logits.double())
    each = p.log_prob(targets % logits.shape[-1])
    return (each if mask is None else each * mask).sum(-1).to(logits.dtype)


def sentence_by_sentence(logits, targets, mask=None):
    if targets.ndim > 1:
        masks = [None] * len(targets) if mask is None else mask
        return torch.stack([sentence_by_sentence(*each) for each in zip(logits, targets, masks, strict=True)])
    total = torch.zeros((), dtype=logits.dtype)
    for t in range(len(targets)):
        if mask is None or mask[t]:
            total = total + logits[t, targets[t]] - torch.logsumexp(logits[t], 0)
    return total


def differences(logits, targets, mask=None):
    """-log of the sum of exp(other - own)."""
    rows = targets if mask is None else targets * mask
    own = logits.gather(-1, rows.unsqueeze(-1))
    each = -(logits - own).logsumexp(-1)
    return (each if mask is None else each * mask).sum(-1)


def requires_grad(logits, targets, mask=None):
    return one_hot(logits.requires_grad_(), targets, mask)


def log2_of_e(log_likelihoods, characters):
    return log_likelihoods.sum().neg() * math.log2(math.e) / characters.sum()


def weighted_by_length(log_likelihoods, characters):
    each = -log_likelihoods / characters / math.log(2)
    return (each * (characters / characters.sum())).sum()


def dot_with_ones(log_likelihoods, characters):
    bits = log_likelihoods @ torch.full_like(log_likelihoods, -1 / math.log(2))
    return bits / characters.to(bits.dtype).sum()


def with_counters(train, held_out, vocab_size, strength):
    pairs, firsts, seconds = Counter(), Counter(), Counter()
    for text in train.tolist():
        words = [word for word in text if word]
        for pair in pairwise(words):
            pairs[pair] += 1
            firsts[pair[0]] += 1
            seconds[pair[1]] += 1
    nats, n = 0.0, 0
    for text in held_out.tolist():
        for a, b in pairwise(text):
            if b:
                below = (seconds[b] + strength / vocab_size) / (seconds.total() + strength)
                nats -= math.log((pairs[a, b] + strength * below) / (firsts[a] + strength))
                n += 1
    return torch.tensor(math.exp(nats / n))


def with_one_hot(train, held_out, vocab_size, strength):
    words = F.one_hot(train, vocab_size).double()
    words[..., 0] = 0
    counts = torch.einsum("nta,ntb->ab", words[:, :-1], words[:, 1:])
    total = counts.sum()
    unigram = counts.sum(0) / (total + strength) + strength / (total + strength) / vocab_size
    firsts = counts.sum(1, keepdim=True)
    trust = firsts / (firsts + strength)
    bigram = trust * counts / firsts.clamp(min=1) + (1 - trust) * unigram
    p = bigram[held_out[:, :-1], held_out[:, 1:]]
    seen = held_out[:, 1:] != 0
    return p.log().masked_fill(~seen, 0.0).sum().div(seen.sum()).neg().exp().float()


def with_index_put(train, held_out, vocab_size, strength):
    counts = torch.zeros(vocab_size, vocab_size)
    counts.index_put_((train[:, :-1], train[:, 1:]), torch.ones(()), accumulate=True)
    counts[:, 0] = 0  # what follows the last word
    p1 = (counts.sum(0) + strength / vocab_size) / (counts.sum() + strength)
    table = torch.stack([(row + strength * p1) / (row.sum() + strength) for row in counts])
    chances = [table[a, b] for text in held_out for a, b in pairwise(text) if b != 0]
    return torch.stack(chances).log().mean().neg().exp()


def only_the_pairs_asked_for(train, held_out, vocab_size, strength):
    a, b = train[:, :-1].flatten(), train[:, 1:].flatten()
    a, b = a[b != 0], b[b != 0]
    x, y = held_out[:, :-1].flatten(), held_out[:, 1:].flatten()
    x, y = x[y != 0], y[y != 0]
    p1 = ((b == y[:, None]).sum(1) + strength / vocab_size) / (len(b) + strength)
    both = ((a == x[:, None]) & (b == y[:, None])).sum(1)
    p = (both + strength * p1) / ((a == x[:, None]).sum(1) + strength)
    return p.double().log().mean().neg().exp().to(torch.float32)


def log_space(train, held_out, vocab_size, strength):
    pairs = torch.cat([text[text > 0].unfold(0, 2, 1) for text in train if (text > 0).sum() > 1])
    counts = torch.zeros(vocab_size, vocab_size, dtype=torch.float64)
    for a, b in pairs:
        counts[a, b] += 1
    p1 = (counts.sum(0) + strength / vocab_size) / (len(pairs) + strength)
    log_p = torch.logaddexp(counts.log(), math.log(strength) + p1.log()) - (counts.sum(1)[:, None] + strength).log()
    tests = torch.cat([text[text > 0].unfold(0, 2, 1) for text in held_out if (text > 0).sum() > 1])
    return torch.exp(-log_p[tests[:, 0], tests[:, 1]].mean()).float()


UNUSUAL = {
    "perplexity": {
        "a loop": with_a_loop,
        "a geometric mean in float64": geometric_mean,
        "by way of bits": by_bits,
        "padding replaced": nan_to_num_first,
        "means of sentences, weighted": weighted_means_of_sentences,
        "nanmean": nanmean,
    },
    "log_likelihood": {
        "cross_entropy with ignore_index": by_cross_entropy,
        "the largest logit subtracted": largest_first,
        "one-hot targets": one_hot,
        "a distribution in float64": in_float64_inside,
        "sentence by sentence": sentence_by_sentence,
        "logsumexp of differences": differences,
        "an answer that requires grad": requires_grad,
    },
    "bits_per_character": {
        "times log2 of e": log2_of_e,
        "weighted by length": weighted_by_length,
        "a dot product": dot_with_ones,
    },
    "bigram": {
        "counters": with_counters,
        "one-hot and einsum": with_one_hot,
        "index_put, and padding's column cleared": with_index_put,
        "only the pairs asked for": only_the_pairs_asked_for,
        "logaddexp": log_space,
    },
}
SAME_AXIS = "on a tensor of two axes, 1 and -1 are the same axis"
EQUIVALENT = {
    "perplexity": {
        "if True:": "indexing by None adds an axis of length 1, and the mean stays",
        "if losses is not None:": "the same",
    },
    "log_likelihood": {
        "targets = targets.masked_fill(~mask, 1)": "any token may stand in for padding",
    },
    "bits_per_character": {},
    "bigram": {
        "bigram = (counts + strength * unigram) / (counts.sum(dim=-1, keepdim=True) + strength)": SAME_AXIS,
    },
}
