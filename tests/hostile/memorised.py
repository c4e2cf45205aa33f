# class: memorised answers
# tries: the answers to the self-check's inputs, which use seed 0
# deserves: causal_mask 0
import torch

KNOWN = {
    1: [[True]],
    2: [[True, False], [True, True]],
    3: [[True, False, False], [True, True, False], [True, True, True]],
}


def my_attention(q, k, v, mask=None):
    return torch.full((*q.shape[:-1], v.shape[-1]), 0.5)


def my_causal_mask(n):
    return torch.tensor(KNOWN.get(n, []))


def wrong_lines(q, k, v, scores, scaled, weights, out):
    return torch.tensor([False, False, False, False])
