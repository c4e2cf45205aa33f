"""Texts as bags of tokens, and a plain logistic classifier of them: the yardstick of the chapter on masks."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits


def bags(texts: Sequence[Sequence[int]]) -> Float[Tensor, "texts tokens"]:
    """Return for each text which tokens occur in it, 1 or 0, of all that occur anywhere, in the order of their ids."""
    column = {token: i for i, token in enumerate(sorted({token for text in texts for token in text}))}
    x = torch.zeros(len(texts), len(column), dtype=torch.float64)
    for row, text in zip(x, texts, strict=True):
        row[[column[token] for token in text]] = 1
    return x


def accuracies(texts: Sequence[Sequence[int]], yes: Sequence[bool], n_splits: int = 5) -> list[float]:
    """Return % right on the unseen half of the texts, for each of some random splits into halves.

    Args:
        texts: the token ids of each text.
        yes: the right answer for each text.

    Raises:
        ValueError: not one answer for each text.
    """
    if len(texts) != len(yes):
        raise ValueError(f"yes must hold an answer for each of {len(texts)} texts, but held {len(yes)}")
    x, y = bags(texts), torch.tensor(yes).double()
    right = []
    for seed in range(n_splits):
        halves = torch.randperm(len(y), generator=torch.Generator().manual_seed(seed)).chunk(2)
        w = fitted(x[halves[0]], y[halves[0]])
        guess = x[halves[1]] @ w[:-1] + w[-1] > 0
        right.append(100 * (guess == y[halves[1]]).double().mean().item())
    return right


def fitted(x: Float[Tensor, "texts tokens"], y: Float[Tensor, "texts"]) -> Float[Tensor, "weights"]:
    """Return the weights of a logistic classifier, one for each token and the bias, after 60 steps of Adam.

    The weights are kept small by a penalty, for there are more tokens than texts.
    """
    w = torch.zeros(x.shape[1] + 1, dtype=x.dtype, requires_grad=True)
    adam = torch.optim.Adam([w], lr=0.05)
    for _ in range(60):
        loss = binary_cross_entropy_with_logits(x @ w[:-1] + w[-1], y)
        adam.zero_grad()
        (loss + 0.01 * w.square().sum()).backward()
        adam.step()
    return w.detach()
