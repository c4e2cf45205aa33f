"""German sentences with their English and a gold alignment: small enough to learn in minutes, and really German.

Three genders and the plural, three cases, adjectives that follow their determiner, separable verbs (steht ... auf), perfect
with haben or sein, future and modals around the sentence, the verb at the end after weil, dass, obwohl and während, and in
second place whatever stands in front. Words and tables are in `german.py`, what a rule is in `transduction.py`.
"""

import itertools
import random
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal, get_args

from transformer_lib.batching import check_choice
from transformer_lib.german import (
    ADJECTIVES,
    DETERMINERS,
    GENDERS,
    MODALS,
    Noun,
    Verb,
    adjective,
    determiner,
    read_nouns,
    read_verbs,
)
from transformer_lib.transduction import NOTHING, Choice, Node, Reader, Sequence, Tree, Word, assemble, draw, words_of

Part = Literal["train", "test", "longer", "combinations", "inverted modal", "final dative"]
PARTS: tuple[Part, ...] = get_args(Part)
LONGEST = 16  # tokens of a German sentence in training; "longer" ones have up to half as many more
NOUNS, VERBS = read_nouns(), read_verbs()
DITRANSITIVE = {verb.infinitive for verb in VERBS if verb.dative and verb.accusative}
AGREEMENT = {  # the person a verb agrees with -> pronouns
    "ich": [("ich", "I")],
    "er": [("er", "he"), ("sie", "she")],
    "wir": [("wir", "we"), ("sie", "they")],
}
FORMS = {  # of the helpers: ich, er, wir
    "haben": ("habe", "hat", "haben"),
    "sein": ("bin", "ist", "sind"),
    "werden": ("werde", "wird", "werden"),
}
PLACES = {"in": "in", "auf": "on", "unter": "under", "hinter": "behind", "vor": "in front of", "neben": "next to"}
BESIDE = {"mit": ("with", "dative", ("person", "animal")), "für": ("for", "accusative", ("person", "animal"))}
TIMES = {  # and with which tenses
    "heute": ("today", ("present", "past", "future", "modal", "that")),
    "gestern": ("yesterday", ("past", "spoken past", "that past")),
    "morgen": ("tomorrow", ("future", "modal")),
    "jetzt": ("now", ("present", "modal")),
}
OFTEN = {"oft": "often", "immer": "always"}
FINAL = {"weil": "because", "obwohl": "although", "während": "while"}
SECOND = {"denn": "because", "aber": "but"}


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


# ---- what is said of things ----
def choice(*options: tuple[float, Node]) -> Node:
    """Return a choice between rules that exist already."""
    return options[0][1] if len(options) == 1 else Choice(lambda: list(options))


def evenly(nodes: list[Node]) -> Node:
    """Return a choice between rules of equal weight."""
    return choice(*((1.0, node) for node in nodes))


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
            category = next(k for k in ("door", "place", "food", "thing", "animal", "person") if k in noun.kinds)
            groups.setdefault((category, "plural" if plural else noun.gender, plural), []).append(noun)
    options: list[tuple[float, Node]] = []
    for (category, gender, plural), nouns in groups.items():
        many = [(len(nouns) / (4 if plural else 1), family_phrase(case, category, gender, tuple(nouns), family, after_in))
                for family in DETERMINERS if plural or family != "number"]  # fmt: skip
        options += [(weight * {"definite": 3, "indefinite": 3, "number": 1}[family], node)
                    for (weight, node), family in zip(many, DETERMINERS, strict=False)]  # fmt: skip
    if person and "person" in kinds:
        pronouns = evenly([word(*each, label="pronoun") for each in AGREEMENT[person]])
        options.append((sum(weight for weight, _ in options) / 6 or 1.0, pronouns))
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
            determiners.append((share, first))
    said = [(german, english) for german, english, *kinds in map(str.split, ADJECTIVES.strip().splitlines())
            if category in kinds]  # fmt: skip
    colours = {line.split()[0] for line in ADJECTIVES.strip().splitlines() if line.endswith("colour")}
    words = {g: word(adjective(g, family, case, gender), e, f"adjective {g}") for g, e in said}
    plain, coloured = [words[g] for g in words if g not in colours], [words[g] for g in words if g in colours]
    adjectives: list[tuple[float, Node]] = [(6.0, NOTHING), (3.0, evenly([*words.values()]))]
    if plain and coloured:
        adjectives.append((0.6, Sequence(evenly([*plain]), evenly([*coloured]))))
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


def times(tense: str) -> list[Node]:
    """Return the words for when that go with the tense."""
    return [word(german, english) for german, (english, tenses) in TIMES.items() if tense in tenses]


# ---- clauses ----
Order = Literal["second", "fronted", "after", "final"]


@dataclass(frozen=True)
class Predicate:
    """The verb's words in one tense: what is bent, what stands at the end, and how they are written as one at the end.

    Args:
        finite: German and English of the bent word.
        last: of what closes the clause ("" where there is nothing).
        final: of the words at the end of a subordinate clause, in their order.
        english_at: which of finite and last carries the English, where only one does.
    """

    finite: tuple[str, str]
    last: tuple[str, str]
    final: tuple[tuple[str, str], ...]


def predicate(verb: Verb, tense: str, person: str, modal: str = "") -> Predicate:
    """Return the verb's words in a tense ("present", "past", "perfect", "spoken past", "future", "modal")."""
    at = ("ich", "er", "wir").index(person)
    base, er, past, participle = (f"{form} {verb.english_particle}".strip() for form in verb.english)
    if tense in ("present", "past"):
        bare = dict(zip(("base", "er", "past"), verb.english, strict=False))
        simple = bare["past"] if tense == "past" else bare["er" if person == "er" else "base"]
        german = verb.finite(tense, person)
        joined = f"{simple} {verb.english_particle}".strip()
        return Predicate((german, simple), (verb.particle, verb.english_particle), ((verb.particle + german, joined),))
    if tense in ("perfect", "spoken past"):
        helper = FORMS["sein" if verb.sein else "haben"][at]
        if tense == "spoken past":
            return Predicate((helper, ""), (verb.participle, past), ((verb.participle, past), (helper, "")))
        english = "has" if person == "er" else "have"
        return Predicate(
            (helper, english), (verb.participle, participle), ((verb.participle, participle), (helper, english))
        )
    if tense == "future":
        helper, english = FORMS["werden"][at], "will"
    else:
        plural, base_english, er_english = MODALS[modal]
        helper, english = (plural if person == "wir" else modal), (er_english if person == "er" else base_english)
    return Predicate((helper, english), (verb.infinitive, base), ((verb.infinitive, base), (helper, english)))


@cache
def clause(order: Order) -> Node:
    """Return the rule for a clause.

    Args:
        order: where the bent verb stands: "second" after the subject; "fronted" after a time or place, "after" right at
            the beginning, as behind a fronted clause; "final" at the end.
    """
    options: list[tuple[float, Node]] = []
    for verb in VERBS:
        if verb.accusative != ("that",):
            share = 4.0 if verb.dative and verb.accusative else 1.5 if verb.dative else 1.0
            options.append((share, verb_clause(verb, order)))
    return choice(*options)


def verb_clause(verb: Verb, order: Order) -> Node:
    """Return the rule for the clauses of one verb."""
    tenses = [
        ("present", 4.0, ""),
        ("past", 3.0, ""),
        ("perfect", 2.0, ""),
        ("spoken past", 1.0, ""),
        ("future", 2.0, ""),
    ]
    tenses += [("modal", 0.6, modal) for modal in MODALS]
    shares = {"ich": 0.7, "er": 4.0, "wir": 2.0}
    kinds = [(tense, share * shares[person], modal, person) for tense, share, modal in tenses for person in shares
             if person != "ich" or "person" in verb.subject]  # fmt: skip
    return Choice(
        lambda: [
            (share * weight / sum(each for each, _ in made), node)
            for tense, share, modal, person in kinds
            for made in [tense_clauses(verb, tense, modal, person, order)]
            for weight, node in made
        ]
    )


def tense_clauses(verb: Verb, tense: str, modal: str, person: str, order: Order) -> list[tuple[float, Node]]:
    """Return the rules for one verb in one tense and person: with the place late or early, and for what is fronted."""
    parts: dict[str, Node] = {"subject": noun_phrase("nominative", verb.subject, person)}
    if verb.dative:
        parts["dative"] = noun_phrase("dative", verb.dative)
    if verb.accusative:
        parts["accusative"] = noun_phrase("accusative", verb.accusative)
    when, spoken = times(tense), tense == "spoken past"
    sometimes = [(2.2, NOTHING), *((1.0 / len(when), node) for node in when)]
    parts["time"] = evenly(when) if spoken else choice(*sometimes)
    parts["often"] = NOTHING if spoken else choice((8.0, NOTHING), *((0.5, word(*each)) for each in OFTEN.items()))
    parts["place"] = choice((2.2, NOTHING), (0.6, circumstance()))
    layouts = [(2.8, parts)]
    if verb.dative or verb.accusative:
        layouts.append((0.4, {**parts, "early place": circumstance(), "place": NOTHING}))
    if order == "fronted":
        layouts = [(1.0, {**parts, "front": circumstance(), "place": NOTHING})]
        layouts += [(1.0, {**parts, "front": evenly(when), "time": NOTHING})] if when else []
    said, label = predicate(verb, tense, person, modal), f"clause {verb.infinitive}|{tense}|{order}"
    return [(weight, arrange(layout, said, order, label)) for weight, layout in layouts]


def arrange(parts: dict[str, Node], said: Predicate, order: Order, label: str) -> Node:
    """Return the rule for a clause of these parts, in German order and in English order."""
    middle = [name for name in ("time", "often", "early place", "dative", "accusative", "place") if name in parts]
    last = ["last"] if said.last[0] else []
    german = {
        "second": ["subject", "finite", *middle, *last],
        "fronted": ["front", "finite", "subject", *middle, *last],
        "after": ["finite", "subject", *middle, *last],
        "final": ["subject", *middle, *[f"final {i}" for i in range(len(said.final))]],
    }[order]
    words: dict[str, Node] = {"finite": word(*said.finite), "last": word(*said.last)}
    words |= {f"final {i}": word(*each) for i, each in enumerate(said.final)}
    with_helper = len(said.final) == 2
    if order == "final":
        verb = ["final 1", "often", "final 0"] if with_helper else ["often", "final 0"]
    else:
        verb = ["finite", "often", *last] if with_helper else ["often", "finite", *last]
    english = ["front", "subject", *verb, "dative", "accusative", "early place", "place", "time"]
    at = {name: i for i, name in enumerate(german)}
    silent = [
        name for name in ("finite", "last", "final 1") if name in at and name in words and not english_of(words[name])
    ]
    speaks = {"finite": "last", "last": "finite", "final 1": "final 0"}
    return Sequence(
        *({**parts, **words}[name] for name in german),
        order=tuple(at[name] for name in english if name in at),
        joined={at[name]: at[speaks[name]] for name in silent},
        label=label,
    )


def english_of(node: Node) -> tuple[str, ...]:
    """Return a word's English."""
    return node.target if isinstance(node, Word) else ()


@cache
def matrix_clause() -> Node:
    """Return the rule for "die Frau weiß": what a clause with dass follows."""
    nodes: list[Node] = []
    for verb in VERBS:
        for tense, person in itertools.product(("present", "past"), AGREEMENT):
            if verb.accusative == ("that",):
                parts = {"subject": noun_phrase("nominative", verb.subject, person)}
                nodes.append(
                    arrange(parts, predicate(verb, tense, person), "second", f"clause {verb.infinitive}|that|second")
                )
    return evenly(nodes)


@cache
def sentence() -> Node:
    """Return the rule for a whole sentence."""
    stop, comma, spoken_comma = Word(".", "."), Word(","), Word(",", ",")
    main, fronted, after, final = map(clause, get_args(Order)[:1] + ("fronted", "after", "final"))  # type: ignore[arg-type]
    either = choice((3.0, main), (2.0, fronted))
    because, second = evenly([word(*each) for each in FINAL.items()]), evenly([word(*each) for each in SECOND.items()])
    that = Sequence(matrix_clause(), comma, word("dass", "that"), final)
    return choice(
        (5.0, Sequence(main, stop)),
        (4.0, Sequence(fronted, stop)),
        (3.0, Sequence(either, comma, because, final, stop)),
        (2.5, Sequence(because, final, spoken_comma, after, stop)),
        (2.0, Sequence(that, stop)),
        (1.0, Sequence(either, word("und", "and"), either, stop)),
        (1.0, Sequence(either, spoken_comma, second, either, stop)),
        (1.0, Sequence(that, comma, because, final, stop)),
    )


# ---- sentences ----
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
    english = [
        "an" if w == "a" and after[0] in "aeiou" else w
        for w, after in zip(phrase.target, phrase.target[1:] + ["."], strict=True)
    ]
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


def combinations(tree: Tree) -> Iterator[tuple[str, str]]:
    """Yield which adjective says something of which noun, or which verb has which noun as its subject or object."""
    if tree.node.label == "noun phrase":
        phrases, one = [tree], "adjective "
    else:
        phrases, one = [part for part in tree.parts if part.node.label == "noun phrase"], "verb "
    for phrase in phrases:
        labels = [each.node.label for each in phrase.labelled()]
        ones = [tree.node.label.split("|")[0]] if one == "verb " else [each for each in labels if each.startswith(one)]
        yield from ((a, noun) for a in ones for noun in labels if noun.startswith("noun ") and noun != "noun phrase")


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
