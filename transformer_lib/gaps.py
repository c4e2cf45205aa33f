"""One word of a sentence is missing: an encoder that sees both sides fills it, and a decoder in two ways.

The sentences are verses of the chapters that no model of the book was trained on (see `datasets.held_out`).
"""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor

from transformer_lib.batching import END, MASK, START, check_choice, pad
from transformer_lib.datasets import held_out, verses
from transformer_lib.decoder import Decoder
from transformer_lib.encoder import Bert
from transformer_lib.text import WordTokenizer


@dataclass(frozen=True)
class Gap:
    """A sentence and the place in it that is to be guessed.

    Args:
        ids: of all words, the missing one too.
        at: where it stands.
    """

    ids: tuple[int, ...]
    at: int

    @property
    def answer(self) -> int:
        """The word that is missing."""
        return self.ids[self.at]


def verses_of(tokenizer: WordTokenizer, *, test: bool, longest: int = 40) -> list[list[int]]:
    """Return the verses of the held-out chapters, or of all others, each cut to its first `longest` words."""
    return [
        tokenizer.encode(text)[:longest]
        for (book, chapter, _), text in verses().items()
        if held_out(book, chapter) == test
    ]


def draw_gaps(sentences: Sequence[Sequence[int]], n: int, *, margin: int = 4, seed: int = 0) -> list[Gap]:
    """Return a gap each in `n` sentences, with at least `margin` words to both sides; it is a word of the vocabulary.

    Raises:
        ValueError: fewer than `n` sentences have such a place, or a number below 0.
    """
    if n < 0 or margin < 0:
        raise ValueError(f"n and margin must not be negative, but were {n} and {margin}")
    rng, gaps = random.Random(seed), list[Gap]()
    for ids in rng.sample(list(sentences), len(sentences)):
        places = [i for i in range(margin, len(ids) - margin) if ids[i] > MASK]
        if len(gaps) < n and places:
            gaps.append(Gap(tuple(ids), rng.choice(places)))
    if len(gaps) < n:
        raise ValueError(f"n must be at most the number of sentences with a gap, {len(gaps)}, but was {n}")
    return gaps


@torch.no_grad()
def fill_by_masking(
    model: Bert, gaps: Sequence[Gap], *, right: Literal["words", "end", "nothing"] = "words", batch_size: int = 50
) -> list[int]:
    """Return the word that the encoder puts in the place of [MASK].

    Args:
        right: what follows on it: the words after the gap and [END]; [END] alone, as if the sentence ended there; or
            nothing, as if it were torn off.

    Raises:
        ValueError: a `right` that is none of these.
    """
    check_choice("right", right, ("words", "end", "nothing"))
    guesses: list[int] = []
    for start in range(0, len(gaps), batch_size):
        chunk = gaps[start : start + batch_size]
        ends = {"words": [[*g.ids[g.at + 1 :], END] for g in chunk], "end": [[END]] * len(chunk)}
        after = ends.get(right, [[]] * len(chunk))
        rows = [[START, *g.ids[: g.at], MASK, *end] for g, end in zip(chunk, after, strict=True)]
        tokens, words = pad(rows)
        hidden = model.encoder(tokens, words[:, None])
        at = torch.tensor([g.at + 1 for g in chunk])
        guesses += model.word_logits(hidden[torch.arange(len(chunk)), at]).argmax(-1).tolist()
    return guesses


@torch.no_grad()
def fill_from_the_left(model: Decoder, gaps: Sequence[Gap]) -> list[int]:
    """Return the word with which the decoder would go on: it never sees the words after the gap."""
    return [int(model(sentence(g)[:, : g.at + 1])[0, -1].argmax()) for g in gaps]


@torch.no_grad()
def fill_by_trying(model: Decoder, gaps: Sequence[Gap], *, n_candidates: int = 20) -> list[int]:
    """Return the candidate with which the decoder finds the rest of the sentence likeliest.

    p(word | left, right) is proportional to p(word | left) p(right | left, word): a decoder has both factors. It must
    read the sentence once for each candidate, which are those it finds likeliest from the left.
    """
    guesses = []
    for gap in gaps:
        tokens = sentence(gap)
        candidates = model(tokens[:, : gap.at + 1])[0, -1].topk(n_candidates).indices
        rows = tokens.repeat(n_candidates, 1)
        rows[:, gap.at + 1] = candidates
        to_say = torch.zeros_like(rows[:, :-1], dtype=torch.bool)
        to_say[:, gap.at :] = True
        logits: Any = model(rows[:, :-1], at=to_say)
        rest = logits.unflatten(0, (n_candidates, -1)).log_softmax(-1)
        log_p = rest.gather(-1, rows[:, gap.at + 1 :, None])[..., 0].sum(1)
        guesses.append(int(candidates[log_p.argmax()]))
    return guesses


def sentence(gap: Gap) -> Tensor:
    """Return the whole sentence between its marks, as a batch of one."""
    return torch.tensor([[START, *gap.ids, END]])


def letters_and_ends(texts: Sequence[str]) -> tuple[Tensor, Tensor]:
    """Return all letters of the texts in one row, without spaces, as 0 to 25; and 1 where a word ends, else 0."""
    words = [word for text in texts for word in re.findall("[a-z]+", text.lower())]
    letters = [ord(letter) - ord("a") for word in words for letter in word]
    ends = [int(i == len(word) - 1) for word in words for i in range(len(word))]
    return torch.tensor(letters), torch.tensor(ends)
