"""Sequences of unequal length in one tensor: cut, padded, masked, and sorted so that little is padding.

Everywhere `words` is boolean, (batch, len), `True` where a token is the text's and not padding.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Literal

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

PAD, START, END, UNKNOWN, MASK = range(5)  # ids that mean the same in every vocabulary of this library
Ids = Sequence[int]


def truncate(ids: Ids, max_len: int, *, keep: Literal["head", "tail"] = "head") -> list[int]:
    """Return the first, or the last, max_len tokens: a review's verdict may stand at its end.

    Raises:
        ValueError: max_len is negative, or keep is neither.
    """
    if max_len < 0:
        raise ValueError(f"max_len must not be negative, but was {max_len}")
    check_choice("keep", keep, ("head", "tail"))
    return list(ids[:max_len] if keep == "head" else ids[max(0, len(ids) - max_len) :])


def pad(
    sequences: Sequence[Ids], *, pad_id: int = PAD, side: Literal["left", "right"] = "right"
) -> tuple[Int[Tensor, "batch len"], Bool[Tensor, "batch len"]]:
    """Fill up to the longest sequence: return the tokens, and which of them are words.

    Args:
        side: where the padding goes; generation needs it on the left, so that all prompts end together.

    Raises:
        ValueError: no sequences, or a side that is neither.
    """
    if not len(sequences):
        raise ValueError("sequences must hold at least one, but was empty")
    check_choice("side", side, ("left", "right"))
    longest = max(map(len, sequences))
    fill = [[pad_id] * (longest - len(ids)) for ids in sequences]
    rows = [[*ids, *f] if side == "right" else [*f, *ids] for ids, f in zip(sequences, fill, strict=True)]
    tokens = torch.tensor(rows, dtype=torch.int64).view(len(rows), longest)
    lengths = torch.tensor([len(ids) for ids in sequences])
    words = torch.arange(longest) < lengths[:, None]
    return tokens, words if side == "right" else words.flip(1)


def positions_of(words: Bool[Tensor, "batch len"]) -> Int[Tensor, "batch len"]:
    """Return where each word stands, counted from the first word of its row and not from the row's left edge."""
    return (words.cumsum(1) - 1).clamp(min=0)


def last_word(
    hidden: Float[Tensor, "batch len d_model"], words: Bool[Tensor, "batch len"]
) -> Float[Tensor, "batch d_model"]:
    """Return each sequence's vector at its last word: the read-out of a decoder, which has then seen everything.

    Raises:
        ValueError: a sequence without words.
    """
    if not bool(words.any(1).all()):
        raise ValueError(
            f"words must have at least one True in every row, but row {int(words.any(1).int().argmin())} has none"
        )
    last = (words * torch.arange(words.shape[1], device=words.device)).argmax(1)
    return hidden[torch.arange(len(hidden), device=hidden.device), last]


def mean_of_words(
    hidden: Float[Tensor, "batch len d_model"], words: Bool[Tensor, "batch len"]
) -> Float[Tensor, "batch d_model"]:
    """Return the mean vector of each sequence's words; zero where there are none."""
    total = hidden.masked_fill(~words[..., None], 0.0).sum(1)
    return total / words.sum(1, keepdim=True).clamp(min=1)


@dataclass(frozen=True)
class Batch:
    """What a model reads in one step, and what it should say: one shape for all three architectures.

    Args:
        tokens: what is read (by the decoder, in an encoder-decoder).
        targets: the token to predict at each position.
        words: which tokens are words: nobody attends to the others.
        counts: which targets count in the loss.
        source, source_words: what the encoder of an encoder-decoder reads.
    """

    tokens: Int[Tensor, "batch len"]
    targets: Int[Tensor, "batch len"]
    words: Bool[Tensor, "batch len"]
    counts: Bool[Tensor, "batch len"]
    source: Int[Tensor, "batch source_len"] | None = None
    source_words: Bool[Tensor, "batch source_len"] | None = None

    @property
    def mask(self) -> Bool[Tensor, "batch 1 len"] | None:
        """The attention mask, or None if there is no padding: attention is faster without one."""
        return None if bool(self.words.all()) else self.words[:, None]

    @property
    def source_mask(self) -> Bool[Tensor, "batch 1 source_len"] | None:
        """The source's attention mask, or None if there is no padding in it."""
        return None if self.source_words is None or bool(self.source_words.all()) else self.source_words[:, None]

    def to(self, device: torch.device | str) -> "Batch":
        """Return the batch on another device."""
        moved = {f.name: x.to(device) for f in fields(self) if (x := getattr(self, f.name)) is not None}
        return replace(self, **moved)


def next_token_batch(sequences: Sequence[Ids], *, pad_id: int = PAD) -> Batch:
    """Collate sequences for a language model: at each position the next token is to be predicted.

    Raises:
        ValueError: a sequence of fewer than two tokens, in which nothing is predicted.
    """
    check_at_least_two(sequences, "sequences")
    tokens, words = pad([ids[:-1] for ids in sequences], pad_id=pad_id)
    targets, counts = pad([ids[1:] for ids in sequences], pad_id=pad_id)
    return Batch(tokens, targets, words, counts)


def pair_batch(pairs: Sequence[tuple[Ids, Ids]], *, pad_id: int = PAD) -> Batch:
    """Collate (source, target) pairs for an encoder-decoder; targets go from start token to end token.

    Raises:
        ValueError: a target of fewer than two tokens, in which nothing is predicted.
    """
    source, source_words = pad([source for source, _ in pairs], pad_id=pad_id)
    batch = next_token_batch([target for _, target in pairs], pad_id=pad_id)
    return Batch(batch.tokens, batch.targets, batch.words, batch.counts, source, source_words)


def masked_word_batch(
    sequences: Sequence[Ids],
    *,
    vocab_size: int,
    mask_id: int = MASK,
    pad_id: int = PAD,
    rate: float = 0.15,
    n_special: int = MASK + 1,
    generator: torch.Generator | None = None,
) -> Batch:
    """Collate sequences for BERT's masked-word task (Devlin et al. 2019, section 3.1).

    Of the words, `rate` are to be predicted: 80 % of these are replaced by mask_id, 10 % by a random
    word, and 10 % stay, so that the model must make sense of every word, not only of masked ones.

    Args:
        n_special: ids below it are never chosen, and never put in.
    """
    targets, words = pad(sequences, pad_id=pad_id)
    draw = torch.rand(2, *targets.shape, generator=generator)
    counts = words & (targets >= n_special) & (draw[0] < rate)
    random_words = torch.randint(n_special, vocab_size, targets.shape, generator=generator)
    tokens = targets.where(~(counts & (draw[1] < 0.9)), random_words)
    return Batch(tokens.masked_fill(counts & (draw[1] < 0.8), mask_id), targets, words, counts)


def bucket(
    lengths: Sequence[int],
    *,
    max_tokens: int,
    pool: int = 4096,
    shuffle: bool = True,
    seed: int = 0,
) -> list[list[int]]:
    """Group sequences of similar length: return batches of indices, each of at most max_tokens with its padding.

    The order is random, then sorted by length within pools, then the batches are shuffled: nearly no
    padding, and still other batches in every epoch (with another seed).

    Args:
        lengths: of each sequence.
        max_tokens: the number of rows times the longest length in each batch.
        pool: how many sequences are sorted together.

    Raises:
        ValueError: a sequence is longer than max_tokens.
    """
    if lengths and max(lengths) > max_tokens:
        raise ValueError(f"max_tokens must be at least the longest length, {max(lengths)}, but was {max_tokens}")
    order, rng = list(range(len(lengths))), random.Random(seed)
    if shuffle:
        rng.shuffle(order)
    batches: list[list[int]] = []
    for start in range(0, len(order), pool):
        batch: list[int] = []
        pooled = order[start : start + pool]
        for i in sorted(pooled, key=lambda i: lengths[i]):
            # the newest is the longest so far
            if (len(batch) + 1) * max(1, lengths[i]) > max_tokens:
                batches.append(batch)
                batch = []
            batch.append(i)
        batches.append(batch)
    if shuffle:
        rng.shuffle(batches)
    return batches


def padding_share(lengths: Sequence[int], batches: Iterable[Sequence[int]]) -> float:
    """Return which share of the batches' elements is padding."""
    total = words = 0
    for batch in batches:
        total += len(batch) * max((lengths[i] for i in batch), default=0)
        words += sum(lengths[i] for i in batch)
    return 1 - words / total if total else 0.0


def check_at_least_two(sequences: Sequence[Ids], name: str) -> None:
    """Raise a ValueError if one of the sequences is too short for anything to be predicted in it."""
    for i, ids in enumerate(sequences):
        if len(ids) < 2:
            raise ValueError(f"{name} must have at least two tokens each, but number {i} has {len(ids)}")


def check_choice(name: str, given: str, choices: tuple[str, ...]) -> None:
    """Raise a ValueError if the argument is not one of the choices."""
    if given not in choices:
        raise ValueError(f"{name} must be one of {choices}, but was {given!r}")
