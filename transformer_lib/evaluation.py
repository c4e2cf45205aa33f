"""How good a language model is on text it has not seen, and how sure we may be of that."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from transformer_lib.batching import next_token_batch
from transformer_lib.metrics import LanguageModelScore, log_likelihood


@dataclass(frozen=True)
class HeldOut:
    """What each held-out sentence cost, so that the sentences can be drawn again.

    Args:
        nats: each sentence's surprise, -log p.
        tokens: how many of its tokens were predicted.
        correct: how many of them were the model's first choice.
    """

    nats: Float[Tensor, " sentences"]
    tokens: Int[Tensor, " sentences"]
    correct: Int[Tensor, " sentences"]

    @property
    def score(self) -> LanguageModelScore:
        """The sums over all sentences."""
        return LanguageModelScore(float(self.nats.sum()), int(self.tokens.sum()), int(self.correct.sum()))

    def interval(self, *, level: float = 0.95, resamples: int = 1000, seed: int = 0) -> tuple[float, float]:
        """Return the bootstrap interval of the perplexity (Efron and Tibshirani 1993, chapter 13).

        Sentences are drawn again, with replacement, and not tokens: the tokens of one sentence go
        together. It says how the figure would vary with other sentences of the same kind of text; not
        with another training run.

        Raises:
            ValueError: a level that is no share.
        """
        if not 0 < level < 1:
            raise ValueError(f"level must lie between 0 and 1, but was {level}")
        generator = torch.Generator().manual_seed(seed)
        drawn = torch.randint(len(self.nats), (resamples, len(self.nats)), generator=generator)
        values = (self.nats[drawn].sum(1) / self.tokens[drawn].sum(1)).exp()
        low, high = values.quantile(torch.tensor([(1 - level) / 2, (1 + level) / 2], dtype=values.dtype)).tolist()
        return low, high


def evaluate(model: Callable[..., Tensor], sequences: Sequence[Sequence[int]], *, batch_size: int = 32) -> HeldOut:
    """Let the model predict every token of the sequences but the first of each.

    Args:
        model: (tokens, mask) -> logits, such as a `Decoder` or an `NGram`.
        sequences: token ids.
        batch_size: how many are predicted at once; it changes the speed and nothing else.

    Raises:
        ValueError: no sequences, or one of fewer than two tokens.
    """
    if not len(sequences):
        raise ValueError("sequences must hold at least one, but was empty")
    parts = []
    for start in range(0, len(sequences), batch_size):
        batch = next_token_batch(sequences[start : start + batch_size])
        with torch.no_grad():
            logits = model(batch.tokens, batch.mask).double()
        nats = -log_likelihood(logits, batch.targets, batch.counts)
        correct = (logits.argmax(-1) == batch.targets) & batch.counts
        parts.append((nats, batch.counts.sum(-1), correct.sum(-1)))
    return HeldOut(*map(torch.cat, zip(*parts, strict=True)))


def share(hits: int, n: int) -> tuple[float, float, float]:
    """Return hits / n and its 95 % interval (Wilson 1927), which stays inside 0 ... 1 even at n hits of n.

    Raises:
        ValueError: hits that are not from 0 to n, or an n below 1.
    """
    if n < 1 or not 0 <= hits <= n:
        raise ValueError(f"hits must be from 0 to n, and n at least 1, but were {hits} of {n}")
    p, z = hits / n, 1.96
    centre, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + (z / (2 * n)) ** 2)
    low, high = ((centre + side) / (1 + z * z / n) for side in (-half, half))
    return p, max(0.0, low), min(1.0, high)
