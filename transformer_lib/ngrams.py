"""Language models that only count: what was there before Transformers, and what one has to be better than."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from copy import copy
from itertools import chain

import torch
from jaxtyping import Float, Int
from torch import Tensor

from transformer_lib.batching import PAD

Context = tuple[int, ...]


class NGram:
    r"""The next token's probabilities from counts of the order - 1 tokens before it, called like a `Decoder`.

        p(w | context) = (c(context, w) + strength * p(w | shorter context)) / (c(context) + strength)

    The shorter context leaves out the farthest token; below the empty one every token is equally
    likely. So nothing ever has probability 0, and a context counts for more the more often it was
    seen (MacKay and Peto 1995). With strength 0 a seen context is believed alone.

    Args:
        sequences: token ids, each as one text; no context reaches over its ends.
        order: 1 looks at no token before (unigram), 2 at one (bigram), 3 at two (trigram).
        vocab_size: number of different tokens.
        strength: how many sightings the shorter context is worth.

    Raises:
        ValueError: an order below 1, a negative strength, or ids outside the vocabulary.
    """

    def __init__(self, sequences: Iterable[Sequence[int]], *, order: int, vocab_size: int, strength: float) -> None:
        if order < 1:
            raise ValueError(f"order must be at least 1, but was {order}")
        if strength < 0:
            raise ValueError(f"strength must not be negative, but was {strength}")
        self.order, self.vocab_size, self.strength = order, vocab_size, strength
        self.fair_die = torch.full((vocab_size,), 1 / vocab_size, dtype=torch.float64)
        self.known: dict[Context, Tensor] = {}
        self.counts: defaultdict[Context, Counter[int]] = defaultdict(Counter)
        grams: list[Counter[Context]] = [Counter() for _ in range(order)]
        for ids in sequences:
            if ids and not 0 <= min(ids) <= max(ids) < vocab_size:
                raise ValueError(f"ids must lie between 0 and {vocab_size - 1}, but were {min(ids)} to {max(ids)}")
            grams[0].update((token,) for token in ids[1:])  # nothing predicts a text's first token
            for n in range(1, order):
                grams[n].update(zip(*(ids[start:] for start in range(n + 1)), strict=False))
        for gram, times in chain.from_iterable(each.items() for each in grams):
            self.counts[gram[:-1]][gram[-1]] = times

    def of_order(self, order: int) -> "NGram":
        """Return the model that looks back less far, with the same counts: nothing is counted again.

        Raises:
            ValueError: an order below 1 or above this one's.
        """
        if not 1 <= order <= self.order:
            raise ValueError(f"order must be between 1 and {self.order}, which was counted, but was {order}")
        shorter = copy(self)
        shorter.order = order
        return shorter

    def probabilities(self, context: Context) -> Float[Tensor, " vocab_size"]:
        """Return each next token's probability after the last order - 1."""
        context = context[max(0, len(context) + 1 - self.order) :]
        if context in self.known:
            return self.known[context]
        shorter = self.probabilities(context[1:]) if context else self.fair_die
        seen = self.counts.get(context)
        if not seen:
            return shorter
        total = seen.total() + self.strength
        p = shorter * (self.strength / total)
        times = torch.tensor(list(seen.values()), dtype=p.dtype)
        p[list(seen)] += times / total
        if len(context) < 2:  # asked for often; longer ones are too many
            self.known[context] = p
        return p

    def __call__(
        self, tokens: Int[Tensor, "batch len"], mask: Tensor | None = None
    ) -> Float[Tensor, "batch len vocab_size"]:
        """Return log-probabilities of each next token, which are logits; of positions that hold PAD, zeros.

        Args:
            mask: not needed, since padding stands at the end and no context reaches forward.
        """
        logits = torch.zeros(*tokens.shape, self.vocab_size)
        for row, ids in enumerate(tokens.tolist()):
            for at, token in enumerate(ids):
                if token != PAD:
                    logits[row, at] = self.probabilities(tuple(ids[: at + 1])).log()
        return logits
