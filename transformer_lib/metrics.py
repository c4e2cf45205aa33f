"""How good a language model is, and how good a translation or a pronunciation.

Everything that is averaged is averaged over tokens, whatever the shapes of the batches they came in.
"""

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float, Int
from torch import Tensor


def cross_entropy(
    logits: Float[Tensor, "*batch vocab_size"],
    targets: Int[Tensor, "*batch"],
    mask: Bool[Tensor, "*batch"] | None = None,
    *,
    label_smoothing: float = 0.0,
) -> Float[Tensor, ""]:
    r"""Mean surprise -log p(target), in nats, over the tokens that count: what training minimises.

    Each token weighs the same. The mean of sequences' means would favour the words of short sequences.

    Args:
        logits: unnormalised log-probabilities of each token.
        targets: the true tokens.
        mask: which of them count (not padding); left out, all.
        label_smoothing: share of the target's probability spread over all tokens (Szegedy et al.
            2016, section 7; 0.1 in Vaswani et al. 2017, section 5.4).

    Raises:
        ValueError: shapes that do not fit, targets outside the vocabulary, or nothing that counts.
    """
    logits, targets = counted(logits, targets, mask)
    return F.cross_entropy(logits, targets, label_smoothing=label_smoothing)


def log_likelihood(
    logits: Float[Tensor, "*batch len vocab_size"],
    targets: Int[Tensor, "*batch len"],
    mask: Bool[Tensor, "*batch len"] | None = None,
) -> Float[Tensor, "*batch"]:
    """Return log p of each whole sequence: the sum of its tokens' log-probabilities, in nats.

    Raises:
        ValueError: shapes that do not fit, or targets outside the vocabulary.
    """
    check_targets(logits, targets, mask)
    mask = torch.ones_like(targets, dtype=torch.bool) if mask is None else mask
    rows = targets.masked_fill(~mask, 0).long()  # what stands in the padding need not be a token
    each = logits.log_softmax(-1).gather(-1, rows.unsqueeze(-1)).squeeze(-1)
    return each.masked_fill(~mask, 0.0).sum(-1)


def accuracy(
    logits: Float[Tensor, "*batch vocab_size"],
    targets: Int[Tensor, "*batch"],
    mask: Bool[Tensor, "*batch"] | None = None,
) -> float:
    """Return the share of tokens that are the model's first choice: no credit for a close second.

    Raises:
        ValueError: shapes that do not fit, targets outside the vocabulary, or nothing that counts.
    """
    logits, targets = counted(logits, targets, mask)
    return (logits.argmax(-1) == targets).double().mean().item()


@dataclass
class LanguageModelScore:
    """Sums over any number of batches, from which the averages are right whatever the batches' shapes.

    Args:
        nats: the surprise of all tokens, summed.
        tokens: how many there were.
        correct: how many were the model's first choice.
    """

    nats: float = 0.0
    tokens: int = 0
    correct: int = 0

    def add(
        self,
        logits: Float[Tensor, "*batch vocab_size"],
        targets: Int[Tensor, "*batch"],
        mask: Bool[Tensor, "*batch"] | None = None,
    ) -> "LanguageModelScore":
        """Count one more batch; returns itself."""
        logits, targets = counted(logits, targets, mask)
        each = F.cross_entropy(logits.double(), targets, reduction="none")
        self.nats += each.sum().item()
        self.correct += int((logits.argmax(-1) == targets).sum())
        self.tokens += len(targets)
        return self

    @property
    def cross_entropy(self) -> float:
        """Mean surprise per token, in nats."""
        if not self.tokens:
            raise ValueError("tokens must be at least 1 before anything is averaged, but no batch was added")
        return self.nats / self.tokens

    @property
    def perplexity(self) -> float:
        """exp(cross-entropy): faces of the fair die that is as surprising."""
        return perplexity(self.cross_entropy)

    @property
    def accuracy(self) -> float:
        """Share of tokens that were the model's first choice."""
        return self.correct / self.tokens if self.tokens else self.cross_entropy

    def bits_per_character(self, characters: int) -> float:
        """Surprise of the text divided by its length: comparable across tokenizers, as perplexity is not.

        Raises:
            ValueError: no characters.
        """
        if characters < 1:
            raise ValueError(f"characters must be at least 1, but was {characters}")
        return self.nats / math.log(2) / characters


def perplexity(cross_entropy: float) -> float:
    """Return exp(cross-entropy in nats): 1 for a model that knows, vocab_size for one that knows nothing."""
    return math.exp(cross_entropy) if cross_entropy < 700 else math.inf


def exact_match(predictions: Iterable[Sequence[Hashable]], references: Iterable[Sequence[Hashable]]) -> float:
    """Return the share of predictions that are their reference, item by item.

    Raises:
        ValueError: different numbers of predictions and references, or none.
    """
    pairs = paired(predictions, references)
    return sum(list(p) == list(r) for p, r in pairs) / len(pairs)


def edit_distance(a: Sequence[Hashable], b: Sequence[Hashable]) -> int:
    """Return the fewest insertions, deletions and substitutions that turn `a` into `b` (Levenshtein 1966).

    One row of the table at a time: entry j is the distance from the part of `a` read so far to b[:j].
    """
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        diagonal, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (x != y))
    return row[-1]


def error_rate(predictions: Iterable[Sequence[Hashable]], references: Iterable[Sequence[Hashable]]) -> float:
    """Return edits per reference item: the phoneme, word or character error rate, by what the items are.

    All edits over all items, so that long references weigh more; above 1 where much is inserted.

    Raises:
        ValueError: different numbers of predictions and references, or no reference item at all.
    """
    pairs = paired(predictions, references)
    items = sum(len(r) for _, r in pairs)
    if not items:
        raise ValueError("references must hold at least one item, but all were empty")
    return sum(edit_distance(p, r) for p, r in pairs) / items


def alignment_error(
    predicted: set[tuple[int, int]], sure: set[tuple[int, int]], possible: set[tuple[int, int]] | None = None
) -> float:
    r"""Return how far links (source, target) are from a gold alignment: 0 is perfect, 1 is disjoint.

        AER = 1 - (|A and S| + |A and P|) / (|A| + |S|)     (Och and Ney 2003, section 4.1)

    Args:
        predicted: A.
        sure: S, the links that must be there.
        possible: P, the links that may be there; S is part of it. Left out, P = S.

    Raises:
        ValueError: no links at all, so that there is nothing to compare.
    """
    if not predicted and not sure:
        raise ValueError("predicted and sure must hold at least one link between them, but both were empty")
    possible = sure | (possible or set())
    return 1 - (len(predicted & sure) + len(predicted & possible)) / (len(predicted) + len(sure))


def alignment_links(weights: Float[Tensor, "target_len source_len"]) -> set[tuple[int, int]]:
    """Return each target's most attended source as links (source, target): cross-attention read as an alignment."""
    return {(int(source), target) for target, source in enumerate(weights.argmax(-1))} if weights.numel() else set()


def paired(
    predictions: Iterable[Sequence[Hashable]], references: Iterable[Sequence[Hashable]]
) -> list[tuple[Sequence[Hashable], Sequence[Hashable]]]:
    """Pair them up, or raise a ValueError that says how many there were of each."""
    predictions, references = list(predictions), list(references)
    if len(predictions) != len(references) or not references:
        was = f"{len(predictions)} and {len(references)}"
        raise ValueError(f"predictions and references must be equally many, and at least one, but were {was}")
    return list(zip(predictions, references, strict=True))


def counted(logits: Tensor, targets: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor]:
    """Return the logits and targets of the tokens that count, (tokens, vocab_size) and (tokens,)."""
    check_targets(logits, targets, mask)
    logits, targets = (
        logits.flatten(0, -2) if mask is None else logits[mask],
        targets.flatten() if mask is None else targets[mask],
    )
    if not len(targets):
        raise ValueError(
            f"mask must let at least one token count, but of {mask.numel() if mask is not None else 0} none does"
        )
    return logits, targets.long()


def check_targets(logits: Tensor, targets: Tensor, mask: Tensor | None) -> None:
    """Raise a ValueError that names the argument whose shape, dtype or range is wrong."""
    if targets.shape != logits.shape[:-1]:
        raise ValueError(f"targets must have shape {tuple(logits.shape[:-1])}, but was {tuple(targets.shape)}")
    if mask is not None and (mask.shape != targets.shape or mask.dtype != torch.bool):
        was = f"{mask.dtype} of shape {tuple(mask.shape)}"
        raise ValueError(f"mask must be boolean of shape {tuple(targets.shape)}, but was {was}")
    inside = targets if mask is None else targets[mask]
    if inside.numel() and not 0 <= int(inside.min()) <= int(inside.max()) < logits.shape[-1]:
        was = f"{int(inside.min())} to {int(inside.max())}"
        raise ValueError(f"targets must lie between 0 and {logits.shape[-1] - 1}, but were {was}")
