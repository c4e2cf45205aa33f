"""A corner of the book's German that is learned in half a minute: what chapter 9 trains its own translator on.

Ten nouns of three genders, two cases, articles and adjectives that bend with them, verbs in the present and the
perfect, some of which split; a time in front turns subject and verb round, and after "weil" the verb goes to the end.
The tables are those of `german.py`; the rules are made as those of `german_clauses.py`, with fewer words.
"""

import random
import zlib
from collections.abc import Iterator
from functools import cache
from typing import Literal, get_args

from transformer_lib.batching import check_choice
from transformer_lib.german import Noun, Verb, adjective, determiner, read_nouns, read_verbs
from transformer_lib.german_phrases import evenly, word
from transformer_lib.grammar import Pair, written
from transformer_lib.transduction import NOTHING, Choice, Node, Sequence, Tree, Word, assemble, draw

SmallPart = Literal["train", "test", "final perfect"]
PEOPLE = ("Mann", "Frau", "Kind", "Junge", "Ärztin")
THINGS = ("Hund", "Katze", "Pferd", "Brief", "Tasche")
ADJECTIVES = {"alt": "old", "klein": "small", "schön": "beautiful"}
DETERMINERS = {"definite": ("d", "the"), "indefinite": ("ein", "a")}
VERBS = ("lachen", "schlafen", "auf-stehen", "sehen", "suchen", "malen", "tragen", "ab-holen", "mit-bringen")
TIMES = {"heute": "today", "jetzt": "now"}


@cache
def noun_phrase(case: str, names: tuple[str, ...]) -> Node:
    """Return the rule for "die alte Frau", "einen Hund"."""
    nouns = [noun for noun in read_nouns() if noun.singular in names]
    return evenly([phrase_of(noun, family, case) for noun in nouns for family in DETERMINERS])


def phrase_of(noun: Noun, family: str, case: str) -> Node:
    """Return the rule for one noun after one determiner: with an adjective in a third of the cases."""
    stem, english = DETERMINERS[family]
    described = [(4 / len(ADJECTIVES), word(adjective(a, family, case, noun.gender), e)) for a, e in ADJECTIVES.items()]
    bent = word(determiner(stem, family, case, noun.gender), english)
    return Sequence(bent, Choice(lambda: [(8.0, NOTHING), *described]), word(noun.german(case, False), noun.english[0]))


def clause(order: str, verb: Verb, tense: str) -> Node:
    """Return the rule for a clause of one verb: its bent word "second", second behind a time ("fronted"), or "final".

    English keeps one order: subject, verb, object, time.
    """
    subject = noun_phrase("nominative", PEOPLE)
    thing = [noun_phrase("accusative", THINGS)] if verb.accusative else []
    follows = verb.english_particle
    if tense == "perfect":
        bent, rest = (
            word("ist" if verb.sein else "hat", "has"),
            word(verb.participle, f"{verb.english[3]} {follows}".strip()),
        )
        final = [rest, bent]
    else:
        bent, rest = word(verb.er, verb.english[1]), word(verb.particle, follows)
        final = [word(verb.particle + verb.er, f"{verb.english[1]} {follows}".strip())]
    when = evenly([word(g, e) for g, e in TIMES.items()])
    german = {
        "second": [subject, bent, *thing, rest],
        "fronted": [when, bent, subject, *thing, rest],
        "final": [subject, *thing, *final],
    }[order]
    verbs = list(reversed(final)) if order == "final" else [bent, rest]
    english = [subject, *verbs, *thing, *([when] if order == "fronted" else [])]
    at = {id(node): i for i, node in enumerate(german)}
    joined = {at[id(rest)]: at[id(bent)]} if order != "final" and not rest.target else None
    return Sequence(*german, order=tuple(at[id(node)] for node in english), joined=joined, label=f"{order} {tense}")


@cache
def clauses(order: str, with_objects: bool = True) -> Node:
    """Return the rule for the clauses in this order, in both tenses, of all verbs or of those without an object."""
    verbs = [verb for verb in read_verbs() if f"{verb.particle}-{verb.base}".strip("-") in VERBS]
    verbs = [verb for verb in verbs if with_objects or not verb.accusative]
    return evenly([clause(order, verb, tense) for verb in verbs for tense in ("present", "perfect")])


@cache
def small_sentence() -> Node:
    """Return the rule for a sentence: a main clause, one with a time in front, or one with its reason."""
    main, stop = clauses("second"), Word(".", ".")
    short = clauses("second", with_objects=False)
    because = Sequence(short, Word(","), word("weil", "because"), clauses("final"), stop)
    return Choice(lambda: [(3.0, Sequence(main, stop)), (4.0, Sequence(clauses("fronted"), stop)), (3.0, because)])


def small_pairs(n: int, *, part: SmallPart = "train", seed: int = 0) -> list[Pair]:
    """Return n different sentences of one part, with their translations and alignments, drawn by the seed.

    Args:
        part: "train"; "test", a sixteenth of the same kind of sentences, which training never sees; or "final perfect",
            a perfect at the end of a clause ("weil die Frau gelacht hat"): a construction it never sees.

    Raises:
        ValueError: n is negative, or there is no such part.
    """
    check_choice("part", part, get_args(SmallPart))
    if n < 0:
        raise ValueError(f"n must not be negative, but was {n}")
    rng, found = random.Random(f"{part} {seed}"), dict[str, Pair]()
    while len(found) < n:
        pair = small_pair(draw(small_sentence(), rng))
        if pair.part == part:
            found.setdefault(pair.source, pair)
    return list(found.values())


def small_pair(tree: Tree) -> Pair:
    """Return what a sentence's tree says."""
    phrase = assemble(tree)
    following = [*phrase.target[1:], "."]
    both = zip(phrase.target, following, strict=True)
    english = ["an" if each == "a" and after[0] in "aeiou" else each for each, after in both]
    german = written(phrase.source)
    part = "test" if zlib.crc32(german.encode()) % 16 == 0 else "train"
    if "final perfect" in labels(tree):
        part = "final perfect"
    return Pair(german, written(english), frozenset(phrase.links), part)


def labels(tree: Tree) -> Iterator[str]:
    """Yield the labels in a tree."""
    return (each.node.label for each in tree.labelled())
