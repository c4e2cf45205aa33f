"""The small German: sentences checked by hand, how often what is said, and what is held out."""

import random

import pytest

from tests.chances import chance, says
from transformer_lib.grammar import split
from transformer_lib.small_grammar import PEOPLE, clauses, noun_phrase, small_pair, small_pairs, small_sentence
from transformer_lib.transduction import Reader, draw

CHECKED = [  # by hand, with which English word each German one stands for ("+": both, "-": none)
    ("der Mann lacht.", "The man laughs.", "0 1 2 3"),
    ("ein altes Kind ist aufgestanden.", "An old child has got up.", "0 1 2 3 4+5 6"),
    ("die Ärztin holt einen kleinen Hund ab.", "The doctor picks up a small dog.", "0 1 2 4 5 6 3 7"),
    ("das Kind bringt die Tasche mit.", "The child brings the bag.", "0 1 2 3 4 2 5"),
    ("jetzt trägt der Junge den Brief.", "The boy carries the letter now.", "5 2 0 1 3 4 6"),
    ("heute hat eine alte Frau das Pferd mitgebracht.", "An old woman has brought the horse today.",
     "7 3 0 1 2 5 6 4 8"),
    ("heute steht der Mann auf.", "The man gets up today.", "4 2 0 1 3 5"),
    ("das Kind schläft, weil ein Mann sucht.", None, ""),
    ("das Kind schläft, weil ein Mann die Katze sucht.", "The child sleeps because a man looks for the cat.",
     "0 1 2 - 3 4 5 8 9 6+7 10"),
    ("der Junge lacht, weil die Frau den schönen Hund abgeholt hat.",
     "The boy laughs because the woman has picked up the beautiful dog.", "0 1 2 - 3 4 5 9 10 11 7+8 6 12"),
    ("der Mann lacht, weil das Kind aufsteht.", "The man laughs because the child gets up.", "0 1 2 - 3 4 5 6+7 8"),
    ("der Junge sieht den Hund, weil die Frau lacht.", None, ""),
    ("heute der Mann lacht.", None, ""),
    ("der Mann sieht der Hund.", None, ""),
    ("der Hund lacht.", None, ""),
]  # fmt: skip


@pytest.mark.parametrize(("german", "english", "links"), CHECKED)
def test_sentences_checked_by_hand(german, english, links):
    words = split(german)
    trees = [tree for end, tree in Reader(words).read(small_sentence()) if end == len(words)]
    if english is None:
        assert not trees
    else:
        pair = small_pair(trees[0])
        assert (pair.source, pair.target) == (german[0].upper() + german[1:], english)
        assert pair.alignment == {
            (s, int(t)) for s, places in enumerate(links.split()) if places != "-" for t in places.split("+")
        }


BENT = [stem + ending for stem in ("alt", "klein", "schön") for ending in ("e", "er", "es")]


@pytest.mark.parametrize(
    ("rule", "wanted", "share"),
    [
        (small_sentence(), says("heute", "jetzt"), 0.4),
        (small_sentence(), says("heute"), 0.2),
        (small_sentence(), says("weil"), 0.3),
        (clauses("final"), lambda node: node.label == "final perfect", 1 / 2),
        (clauses("second"), says("malt"), 1 / 18),
        (clauses("second", with_objects=False), says("lacht"), 1 / 6),
        (clauses("second", with_objects=False), says("malt"), 0),
        (noun_phrase("nominative", PEOPLE), says(*BENT), 1 / 3),
        (noun_phrase("nominative", PEOPLE), says(*BENT[:3]), 1 / 9),
        (noun_phrase("nominative", PEOPLE), says("ein", "eine"), 1 / 2),
        (noun_phrase("accusative", ("Hund", "Katze")), says("Katze"), 1 / 2),
    ],
)
def test_how_often_what_is_said(rule, wanted, share):
    assert chance(rule, wanted) == pytest.approx(share)


def test_sentences_follow_from_the_seed_and_no_two_are_alike():
    first = small_pairs(7)
    assert first == small_pairs(7, part="train", seed=0)
    assert first == small_pairs(7)
    assert not {*first} & {*small_pairs(7, seed=1)}
    assert len({pair.source for pair in small_pairs(500)}) == 500
    assert small_pairs(0) == []


def test_parts_share_no_sentence_and_the_held_out_construction_is_nowhere_else():
    train, test, held_out = (small_pairs(100, part=part) for part in ("train", "test", "final perfect"))
    assert not {pair.source for pair in train} & {pair.source for pair in test}
    for pair in (*train, *test, *held_out):
        words = split(pair.source)
        assert ("weil" in words and words[-2] in ("hat", "ist")) == (pair in held_out)
        assert {t for _, t in pair.alignment} == set(range(len(split(pair.target))))


@pytest.mark.slow
def test_a_sixteenth_of_the_sentences_is_held_out():
    rng = random.Random(0)
    drawn = [small_pair(draw(small_sentence(), rng)) for _ in range(30_000)]
    parts = [*{pair.source: pair.part for pair in drawn if pair.part != "final perfect"}.values()]
    assert parts.count("test") / len(parts) == pytest.approx(1 / 16, abs=0.002)


@pytest.mark.usefixtures("as_a_user")
def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(ValueError, match="n must not be negative, but was -1"):
        small_pairs(-1)
    with pytest.raises(ValueError, match=r"part must be one of \('train', 'test', 'final perfect'\), but was 'dev'"):
        small_pairs(1, part="dev")
