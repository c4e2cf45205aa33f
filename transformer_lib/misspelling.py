"""Is this properly spelt? A task in the manner of CoLA (Warstadt et al. 2019) whose labels cost nothing.

Half of the texts are spoiled on purpose, in a way that shows only to someone who knows how words are spelt.
"""

from collections.abc import Sequence
from random import Random

import torch
from jaxtyping import Int
from torch import Tensor


def misspell(word: str, dice: Random) -> str:
    """Swap two neighbours that differ, inside the word: its ends stay, and a word that has none stays whole."""
    places = [i for i in range(1, len(word) - 2) if word[i] != word[i + 1]]
    if not places:
        return word
    i = dice.choice(places)
    return word[:i] + word[i + 1] + word[i] + word[i + 2 :]


def spelling_texts(
    words: Sequence[str], n: int, *, seed: int, length: int, n_words: int = 9
) -> tuple[list[str], Int[Tensor, " n"]]:
    """Return n texts of `length` characters, and their labels: 1 where the words were misspelt, which is every second.

    Args:
        words: of a running text; each of the texts is n_words of them in a row, from anywhere.
        length: texts are cut to it, or filled up with spaces.

    Raises:
        ValueError: fewer words than a text needs, or a number below 1.
    """
    for name, value in (("n", n), ("length", length), ("n_words", n_words)):
        if value < 1:
            raise ValueError(f"{name} must be at least 1, but was {value}")
    if len(words) < n_words:
        raise ValueError(f"words must be at least n_words = {n_words}, but were {len(words)}")
    dice, texts = Random(seed), []
    for i in range(n):
        start = dice.randrange(len(words) - n_words + 1)
        chosen = words[start : start + n_words]
        text = " ".join(misspell(word, dice) if i % 2 else word for word in chosen)
        texts.append(text[:length].ljust(length))
    return texts, torch.arange(n) % 2
