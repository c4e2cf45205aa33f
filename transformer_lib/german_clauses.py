"""Rules for German clauses in four orders, and for sentences of several clauses, with their English.

The phrases in them are in `german_phrases.py`; what is done with the sentences, in `grammar.py`.
"""

import itertools
from dataclasses import dataclass
from functools import cache
from typing import Literal, no_type_check

from transformer_lib.german import MODALS, Verb, read_verbs
from transformer_lib.german_phrases import (
    ADJECTIVES,
    AGREEMENT,
    choice,
    circumstance,
    evenly,
    noun_phrase,
    word,
)
from transformer_lib.transduction import NOTHING, Choice, Node, Sequence, Word

Order = Literal["second", "fronted", "after", "final"]
VERBS = read_verbs()
DITRANSITIVE = {verb.infinitive for verb in VERBS if verb.dative and verb.accusative}
FORMS = {  # of the helpers: ich, er, wir
    "haben": ("habe", "hat", "haben"),
    "sein": ("bin", "ist", "sind"),
    "werden": ("werde", "wird", "werden"),
}
BEING = {
    "present": (("bin", "am"), ("ist", "is"), ("sind", "are")),
    "past": (("war", "was"), ("war", "was"), ("waren", "were")),
}
SHARES = {"ich": 0.7, "er": 4.0, "wir": 2.0}  # how often a clause is about whom
TENSES = {"present": 4.0, "past": 3.0, "perfect": 2.0, "spoken past": 1.0, "future": 2.0}  # and how often when
TIMES = {  # and with which tenses
    "heute": ("today", ("present", "past", "perfect", "future", "modal")),
    "gestern": ("yesterday", ("past", "spoken past")),
    "morgen": ("tomorrow", ("future", "modal")),
    "jetzt": ("now", ("present", "modal")),
}
OFTEN = {"oft": "often", "immer": "always"}
FINAL = {"weil": "because", "obwohl": "although", "während": "while"}
SECOND = {"denn": "because", "aber": "but"}


@dataclass(frozen=True)
class Predicate:
    """The verb's words in one tense: what is bent, what stands at the end, and how they are written as one at the end.

    Args:
        finite: German and English of the bent word.
        last: of what closes the clause ("" where there is nothing).
        final: of the words at the end of a subordinate clause, in their order.
    """

    finite: tuple[str, str]
    last: tuple[str, str]
    final: tuple[tuple[str, str], ...]


def predicate(verb: Verb, tense: str, person: str, modal: str = "") -> Predicate:
    """Return the verb's words in a tense ("present", "past", "perfect", "spoken past", "future", "modal")."""
    at = ("ich", "er", "wir").index(person)
    base, _, past, participle = (f"{form} {verb.english_particle}".strip() for form in verb.english)
    if tense in ("present", "past"):
        bare = dict(zip(("base", "er", "past"), verb.english, strict=False))
        simple = bare["past"] if tense == "past" else bare["er" if person == "er" else "base"]
        german = verb.finite(tense, person)
        joined = f"{simple} {verb.english_particle}".strip()
        return Predicate((german, simple), (verb.particle, verb.english_particle), ((verb.particle + german, joined),))
    if tense in ("perfect", "spoken past"):
        helper = FORMS["sein" if verb.sein else "haben"][at]
        if tense == "spoken past":
            return closing((helper, ""), (verb.participle, past))
        english = "has" if person == "er" else "have"
        return closing((helper, english), (verb.participle, participle))
    if tense == "future":
        helper, english = FORMS["werden"][at], "will"
    else:
        plural, base_english, er_english = MODALS[modal]
        helper, english = (plural if person == "wir" else modal), (er_english if person == "er" else base_english)
    return closing((helper, english), (verb.infinitive, base))


def closing(finite: tuple[str, str], last: tuple[str, str]) -> Predicate:
    """Return the predicate of two words that a main clause holds apart, and a subordinate one turns round."""
    return Predicate(finite, last, (last, finite))


def times(tense: str) -> list[Node]:
    """Return the words for when that go with the tense."""
    return [word(german, english) for german, (english, tenses) in TIMES.items() if tense in tenses]


@cache
def clause(order: Order) -> Node:
    """Return the rule for a clause.

    Args:
        order: where the bent verb stands: "second" after the subject; "fronted" after a time or place, "after" right at
            the beginning, as behind a fronted clause; "final" at the end.
    """
    options = [(6.0, being_clause(order))]
    for verb in VERBS:
        if verb.accusative != ("that",):
            share = 4.0 if verb.dative and verb.accusative else 1.5 if verb.dative else 1.0
            options.append((share, verb_clause(verb, order)))
    return choice(*options)


def being_clause(order: Order) -> Node:
    """Return the rule for "der Hund ist müde": an adjective that nothing bends."""
    options: list[tuple[float, Node]] = []
    for each, kind, tense in itertools.product(
        ADJECTIVES, ("person", "animal", "thing", "food", "door", "place"), BEING
    ):
        if kind in each.kinds:
            for at, person in enumerate(AGREEMENT):
                if person != "ich" or kind == "person":
                    said = closing(BEING[tense][at], (each.bare, each.english))
                    parts = {"subject": noun_phrase("nominative", (kind,), person), **loose_parts(tense)}
                    layouts = layouts_of(parts, tense, order)
                    label = f"clause sein/{each.stem}|{tense}|{order}"
                    share = SHARES[person] / len(layouts)
                    options += [(share, arrange(layout, said, order, label)) for _, layout in layouts]
    return choice(*options)


def verb_clause(verb: Verb, order: Order) -> Node:
    """Return the rule for the clauses of one verb."""
    tenses = [(tense, share, "") for tense, share in TENSES.items()] + [("modal", 0.6, modal) for modal in MODALS]
    kinds = [
        (tense, share * SHARES[person], modal, person)
        for tense, share, modal in tenses
        for person in AGREEMENT
        if person != "ich" or "person" in verb.subject
    ]
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
    parts |= loose_parts(tense)
    said, label = predicate(verb, tense, person, modal), f"clause {verb.infinitive}|{tense}|{order}"
    return [(weight, arrange(layout, said, order, label)) for weight, layout in layouts_of(parts, tense, order)]


def loose_parts(tense: str) -> dict[str, Node]:
    """Return the rules for what a clause may have or not: a time, "oft", a place."""
    when, spoken = times(tense), tense == "spoken past"
    often = choice((8.0, NOTHING), *((0.5, word(*each)) for each in OFTEN.items()))
    return {
        "time": evenly(when) if spoken else choice((2.2, NOTHING), *((1.0 / len(when), node) for node in when)),
        "often": NOTHING if spoken else often,
        "place": choice((2.2, NOTHING), (0.6, circumstance())),
    }


def layouts_of(parts: dict[str, Node], tense: str, order: Order) -> list[tuple[float, dict[str, Node]]]:
    """Return the parts with the place late, or early if there are objects; or one of them in front."""
    if order == "fronted":
        layouts = [(1.0, {**parts, "front": circumstance(), "place": NOTHING})]
        when = times(tense)
        return [*layouts, (1.0, {**parts, "front": evenly(when), "time": NOTHING})] if when else layouts
    if parts.keys() & {"dative", "accusative"}:
        return [(2.8, parts), (0.4, {**parts, "early place": circumstance(), "place": NOTHING})]
    return [(2.8, parts)]


@no_type_check
def arrange(parts: dict[str, Node], said: Predicate, order: Order, label: str) -> Node:
    """Return the rule for a clause of these parts, in German order and in English order."""
    middle = [name for name in ("time", "often", "early place", "dative", "accusative", "place") if name in parts]
    german = {
        "second": ["subject", "finite", *middle, "last"],
        "fronted": ["front", "finite", "subject", *middle, "last"],
        "after": ["finite", "subject", *middle, "last"],
        "final": ["subject", *middle, *[f"final {i}" for i in range(len(said.final))]],
    }[order]
    words = {"finite": word(*said.finite), "last": word(*said.last)}
    words |= {f"final {i}": word(*each) for i, each in enumerate(said.final)}
    with_helper = len(said.final) == 2
    if order == "final":
        verb = ["final 1", "often", "final 0"] if with_helper else ["often", "final 0"]
    else:
        verb = ["finite", "often", "last"] if with_helper else ["often", "finite", "last"]
    english = ["front", "subject", *verb, "dative", "accusative", "early place", "place", "time"]
    at = {name: i for i, name in enumerate(german)}
    speaks = {"finite": "last", "last": "finite", "final 1": "final 0"}
    silent = [name for name in speaks if name in at and not words[name].target]
    return Sequence(
        *({**parts, **words}[name] for name in german),
        order=tuple(at[name] for name in english if name in at),
        joined={at[name]: at[speaks[name]] for name in silent},
        label=label,
    )


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
    main, fronted, after, final = clause("second"), clause("fronted"), clause("after"), clause("final")
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
