"""Small made-up texts whose right answer is known: what a network can learn is then a question of the network alone."""

import torch
from torch import Generator

from transformer_lib.batching import Batch


def marked_word(
    n_texts: int, length: int, generator: Generator, *, n_words: int = 8, place: int | None = None
) -> Batch:
    """Return random texts in which one word is marked; the one target that counts, at the end, is that word.

    Token w is the word w, token n_words + w the same word with the mark.

    Args:
        place: where the marked word stands; left out, anywhere.

    Raises:
        ValueError: no words, or a place outside the text.
    """
    if length < 1 or n_words < 1:
        raise ValueError(f"length and n_words must be at least 1, but were {length} and {n_words}")
    if place is not None and not 0 <= place < length:
        raise ValueError(f"place must be from 0 to {length - 1}, but was {place}")
    tokens = torch.randint(n_words, (n_texts, length), generator=generator)
    drawn = torch.randint(length, (n_texts,), generator=generator)
    at = (torch.arange(n_texts), drawn if place is None else torch.full((n_texts,), place))
    targets = tokens[at][:, None].expand(-1, length).clone()
    tokens[at] += n_words
    counts = torch.zeros_like(tokens, dtype=torch.bool)
    counts[:, -1] = True
    return Batch(tokens, targets, torch.ones_like(counts), counts)


def running_parity(n_texts: int, length: int, generator: Generator) -> Batch:
    """Return random texts of 0 and 1; each target is 1 where the number of ones so far is odd.

    Raises:
        ValueError: a length below 1.
    """
    if length < 1:
        raise ValueError(f"length must be at least 1, but was {length}")
    tokens = torch.randint(2, (n_texts, length), generator=generator)
    everywhere = torch.ones_like(tokens, dtype=torch.bool)
    return Batch(tokens, tokens.cumsum(1) % 2, everywhere, everywhere)
