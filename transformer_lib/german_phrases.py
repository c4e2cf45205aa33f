"""Rules for German phrases and their English: "die alte Katze", "zwei Hunde", "im Garten".

The words are in `german.py`; what a rule is, in `transduction.py`; the clauses, in `german_clauses.py`.
"""

import itertools
import re
from collections.abc import Iterable
from functools import cache
from typing import no_type_check

from transformer_lib.german import DETERMINERS, Noun, adjective, determiner, read_adjectives, read_nouns
from transformer_lib.transduction import NOTHING, Choice, Node, Sequence, Word

NOUNS, ADJECTIVES = read_nouns(), read_adjectives()
CATEGORIES = ("person", "animal", "thing", "food", "door", "place")  # a noun is of one of them
AGREEMENT = {  # the person a verb agrees with -> pronouns
    "ich": [("ich", "I")],
    "er": [("er", "he"), ("sie", "she")],
    "wir": [("wir", "we"), ("sie", "they")],
}
PLACES = {"in": "in", "auf": "on", "unter": "under", "hinter": "behind", "vor": "in front of", "neben": "next to"}
BESIDE = {"mit": ("with", "dative", ("person", "animal")), "für": ("for", "accusative", ("person", "animal"))}


@no_type_check
def choice(*options: tuple[float, Node]) -> Node:
    """Return a choice between rules that exist already."""
    return options[0][1] if len(options) == 1 else Choice(lambda: list(options))


@no_type_check
def evenly(nodes: Iterable[Node]) -> Node:
    """Return a choice between rules of equal weight."""
    return choice(*((1.0, node) for node in nodes))


@no_type_check
def word(german: str, english: str, label: str = "") -> Word:
    """Return a word whose English may be of several words."""
    return Word(german, *re.split("[ _]", english), label=label) if english else Word(german, label=label)


@cache
def noun_phrase(case: str, kinds: tuple[str, ...], person: str = "", after_in: bool = False) -> Node:
    """Return the rule for "die alte Katze", "zwei Hunde", "ich": what a verb or a preposition asks for.

    Args:
        kinds: of what the noun may be.
        person: with which the verb agrees: "er" singular, "wir" plural; left out, either.
        after_in: with "in" in front of it, which becomes "im" before "dem".
    """
    groups: dict[tuple[str, str, bool], list[Noun]] = {}
    for noun, plural in itertools.product(NOUNS, (False, True)):
        if noun.kinds & set(kinds) and person != "ich" and plural == (person == "wir" if person else plural):
            category = next(kind for kind in CATEGORIES if kind in noun.kinds)
            groups.setdefault((category, "plural" if plural else noun.gender, plural), []).append(noun)
    options: list[tuple[float, Node]] = []
    for (category, gender, plural), nouns in groups.items():
        for family, share in (("definite", 3), ("indefinite", 3), ("number", 1)):
            if plural or family != "number":
                phrase = family_phrase(case, category, gender, tuple(nouns), family, after_in)
                options.append((share * len(nouns) / (4 if plural else 1), phrase))
    if person and "person" in kinds:
        pronouns = evenly([word(*each, label="pronoun") for each in AGREEMENT[person]])
        options.append((sum(weight for weight, _ in options) / 6, pronouns))
    return choice(*options)


def family_phrase(case: str, category: str, gender: str, nouns: tuple[Noun, ...], family: str, after_in: bool) -> Node:
    """Return the rule for a determiner of one family, adjectives and a noun."""
    plural = gender == "plural"
    determiners: list[tuple[float, Node]] = []
    for stem, singular_english, plural_english, share in DETERMINERS[family]:
        if english := plural_english if plural else singular_english:
            german = determiner(stem, family, case, gender)
            first: Node = word(german, english)
            if after_in:
                first = word("im", "in the") if german == "dem" else Sequence(word("in", "in"), first)
            determiners.append((float(share), first))
    said = [each for each in ADJECTIVES if category in each.kinds]
    words = {each: word(adjective(each.stem, family, case, gender), each.english, each.label) for each in said}
    plain, coloured = ([words[each] for each in said if each.colour == colour] for colour in (False, True))
    adjectives: list[tuple[float, Node]] = [(6.0, NOTHING), (3.0, evenly([*words.values()]))]
    if plain and coloured:
        adjectives.append((0.6, Sequence(evenly(plain), evenly(coloured))))
    named: list[Node] = [word(n.german(case, plural), n.english[plural], f"noun {n.singular}") for n in nouns]
    return Sequence(choice(*determiners), choice(*adjectives), evenly(named), label="noun phrase")


@cache
def circumstance() -> Node:
    """Return the rule for where, or with whom: "im Garten", "mit dem Hund", "hier"."""
    where: list[Node] = [noun_phrase("dative", ("in",), after_in=True)]
    where += [Sequence(word(g, e), noun_phrase("dative", (g,))) for g, e in PLACES.items() if g != "in"]
    beside: list[Node] = [Sequence(word(g, e), noun_phrase(case, kinds)) for g, (e, case, kinds) in BESIDE.items()]
    here: list[Node] = [word("hier", "here"), word("dort", "there")]
    return choice((3.0, where[0]), *((1.0, node) for node in where[1:]), (3.0, evenly(beside)), (1.0, evenly(here)))
