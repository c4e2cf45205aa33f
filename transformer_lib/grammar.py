"""German sentences with their English and a gold alignment: small enough to learn in minutes, and really German.

Three genders and the plural, three cases, adjectives that follow their determiner, separable verbs (steht ... auf),
perfect with haben or sein, future and modals around the sentence, the verb at the end after weil, dass, obwohl and
während, and in second place whatever stands in front. The rules are in `german_clauses.py`, the words in `german.py`.
"""

import random
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal, get_args, no_type_check

from transformer_lib.batching import check_choice
from transformer_lib.german_clauses import DITRANSITIVE, sentence
from transformer_lib.transduction import Reader, Tree, assemble, draw, words_of

Part = Literal["train", "test", "longer", "combinations", "inverted modal", "final dative"]
PARTS: tuple[Part, ...] = get_args(Part)
LONGEST = 16  # tokens of a German sentence in training; "longer" ones have up to half as many more


@dataclass(frozen=True)
class Pair:
    """A sentence and its translation.

    Args:
        source, target: German and English, as one writes them.
        alignment: (index of a source word, index of the target word it stands for); a word is what `split` says.
        part: which part of the data it belongs to, or "" if it mixes what several parts hold out.
    """

    source: str
    target: str
    alignment: frozenset[tuple[int, int]]
    part: str


@dataclass(frozen=True)
class Problem:
    """What is wrong with a German sentence: the first word that the grammar does not know, or not there.

    Args:
        index: the word's; one past the last if more words were expected.
        word: the word, or "" if the sentence just ends too early.
        unknown: whether the grammar has no such word at all.
        expected: words that would be right in its place, in alphabetical order.
    """

    index: int
    word: str
    unknown: bool
    expected: tuple[str, ...]

    def __str__(self) -> str:
        some = ", ".join(self.expected[:6]) + (", ..." if len(self.expected) > 6 else "")
        if self.unknown:
            return f"{self.word!r} is not among the words of this grammar"
        return (f"{self.word!r} does not fit here" if self.word else "the sentence is not finished") + f": try {some}"


def split(text: str) -> list[str]:
    """Return a sentence's words and marks, as `WordTokenizer` splits them."""
    return re.findall(r"\w+|[^\w\s]", text)


def written(words: list[str]) -> str:
    """Return the words as one writes them: with a capital in front and no space before a mark."""
    text = re.sub(r" ([.,])", r"\1", " ".join(words))
    return text[:1].upper() + text[1:]


def pair_of(tree: Tree) -> Pair:
    """Return what a sentence's tree says."""
    phrase = assemble(tree)
    after = [*phrase.target[1:], "."]
    english = ["an" if w == "a" and a[0] in "aeiou" else w for w, a in zip(phrase.target, after, strict=True)]
    german = written(phrase.source)
    return Pair(german, written(english), frozenset(phrase.links), part_of(tree, german, len(phrase.source)))


def part_of(tree: Tree, german: str, length: int) -> str:
    """Return which part of the data a sentence belongs to: what it has that training is never shown, if anything."""
    held = {"longer"} if length > LONGEST else set()
    labelled = list(tree.labelled())
    for each in labelled:
        if each.node.label.startswith("clause "):
            infinitive, tense, order = each.node.label.removeprefix("clause ").split("|")
            if tense == "modal" and order in ("fronted", "after"):
                held.add("inverted modal")
            if order == "final" and infinitive in DITRANSITIVE:
                held.add("final dative")
        if any(unseen(*both) for both in combinations(each)):
            held.add("combinations")
    if len(held) == 1:
        return held.pop() if length <= LONGEST * 3 // 2 else ""
    return "" if held else "test" if zlib.crc32(german.encode()) % 16 == 0 else "train"


@no_type_check
def combinations(tree: Tree) -> Iterator[tuple[str, str]]:
    """Yield which adjective says something of which noun, or which verb has which noun as its subject or object."""
    if tree.node.label == "noun phrase":
        phrases, verb = [tree], ""
    else:  # what is said by "sein" and an adjective is said by the adjective
        phrases = [part for part in tree.parts if part.node.label == "noun phrase"]
        verb = tree.node.label.split("|")[0].replace("clause sein/", "adjective ")
    for phrase in phrases:
        labels = [each.node.label for each in phrase.labelled()]
        ones = [each for each in labels if each.startswith("adjective ")] if tree is phrase else [verb]
        yield from ((a, noun) for a in ones for noun in labels if noun.startswith("noun ") and noun != "noun phrase")


@no_type_check
@lru_cache(None)
def unseen(one: str, other: str) -> bool:
    """Tell whether two words never meet in training: every tenth pair, by its letters alone."""
    return zlib.crc32(f"{one}+{other}".encode()) % 10 == 0


def pairs(n: int, *, part: Part = "train", seed: int = 0) -> list[Pair]:
    """Return n different sentences of one part, drawn by the seed.

    Args:
        part: "train"; "test", other sentences of the same kind; or what training never shows: "longer" sentences,
            "combinations" of an adjective and a noun or a verb and a noun that never met, "inverted modal", a modal
            before its subject, and "final dative", two objects before a verb at the end.

    Raises:
        ValueError: n is negative, or there is no such part.
    """
    check_choice("part", part, PARTS)
    if n < 0:
        raise ValueError(f"n must not be negative, but was {n}")
    rng, found = random.Random(f"{part} {seed}"), dict[str, Pair]()
    while len(found) < n:
        pair = pair_of(draw(sentence(), rng))
        if pair.part == part:
            found.setdefault(pair.source, pair)
    return list(found.values())


@cache
def vocabulary() -> tuple[set[str], set[str]]:
    """Return every German and every English word of the grammar, as inside a sentence."""
    return words_of(sentence())


def translate(german: str) -> Pair | Problem:
    """Return the translation of a German sentence, or what keeps it from being one of the grammar's.

    A missing full stop is added. The first word may begin with a small letter.
    """
    words = split(german)
    words += [] if words[-1:] == ["."] else ["."]
    known = vocabulary()[0]
    for i, each in enumerate(words):
        if not {each, each[0].lower() + each[1:] if i == 0 else each} & known:
            return Problem(i, each, True, ())
    reader = Reader(
        words, same=lambda ours, given, i: given in ((ours, ours[0].upper() + ours[1:]) if i == 0 else (ours,))
    )
    trees = [tree for end, tree in reader.read(sentence()) if end == len(words)]
    if trees:
        return pair_of(trees[0])
    at = reader.furthest
    is_end = at >= len(split(german))
    return Problem(at, "" if is_end else words[at], False, tuple(sorted(reader.expected)))
