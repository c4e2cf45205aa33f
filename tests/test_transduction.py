"""Rules of two languages at once: what they draw, what they read, and which word stands for which."""

import random

import pytest

from transformer_lib.transduction import NOTHING, Choice, Reader, Sequence, Word, assemble, draw, words_of

CALLS = Sequence(Word("sie", "she"), Word("ruft", "calls"), Word("ihn", "him"), Word("an"), joined={3: 1})
SWAPPED = Sequence(Word("a", "A1", "A2"), Word("b", "B"), NOTHING, Word(","), order=(1, 3, 0, 2))
LETTERS = Choice(lambda: [(1.0, Word("x", "X")), (3.0, Word("y", "Y"))])


def only(node, words):
    (tree,) = [tree for end, tree in Reader(words).read(node) if end == len(words)]
    return tree


def test_a_sequence_says_its_parts_in_each_languages_order():
    phrase = assemble(draw(SWAPPED, random.Random(0)))
    assert (phrase.source, phrase.target) == (["a", "b", ","], ["B", "A1", "A2"])
    assert phrase.links == {(0, 1), (0, 2), (1, 0)}


def test_a_joined_part_stands_for_what_another_says():
    phrase = assemble(draw(CALLS, random.Random(0)))
    assert phrase.target == ["she", "calls", "him"]
    assert phrase.links == {(0, 0), (1, 1), (2, 2), (3, 1)}


def test_a_joined_part_stands_for_every_word_and_a_part_without_a_source_for_none():
    looks = Sequence(Word("schaut", "looks", "at"), Word("", "it"), Word("an"), joined={2: 0})
    phrase = assemble(draw(looks, random.Random(0)))
    assert (phrase.source, phrase.target) == (["schaut", "an"], ["looks", "at", "it"])
    assert phrase.links == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_what_is_drawn_is_read_as_the_same():
    node = Sequence(LETTERS, SWAPPED, LETTERS)
    for seed in range(5):
        phrase = assemble(draw(node, random.Random(seed)))
        assert assemble(only(node, phrase.source)) == phrase


def test_options_are_drawn_by_their_weights():
    rng = random.Random(0)
    share = sum(draw(LETTERS, rng).node.source == "y" for _ in range(2000)) / 2000
    assert share == pytest.approx(0.75, abs=0.04)


def test_what_does_not_fit_is_named_with_what_would():
    reader = Reader(["a", "b", "c"])
    assert [end for end, _ in reader.read(Sequence(SWAPPED, LETTERS))] == []
    assert (reader.furthest, reader.expected) == (2, {","})
    reader = Reader(["a", "b", ","])
    reader.read(Sequence(SWAPPED, LETTERS))
    assert (reader.furthest, reader.expected) == (3, {"x", "y"})


def test_what_was_missed_before_the_furthest_point_is_not_expected_there():
    reader = Reader(["a", "q"])
    assert reader.read(Choice(lambda: [(1.0, Sequence(Word("a"), Word("b"))), (1.0, Word("x"))])) == []
    assert (reader.furthest, reader.expected) == (1, {"b"})


def test_of_several_readings_the_first_counts_and_nothing_is_read_twice():
    compared = []
    reader = Reader(["a", "b"], lambda ours, given, i: compared.append(ours) or ours == given)
    article, noun, verb = Word("a", "A"), Word("b", "noun"), Word("b", "verb")
    rule = Choice(lambda: [(1.0, Sequence(article, noun)), (1.0, Sequence(article, verb)), (1.0, article)])
    assert [(end, assemble(tree).target) for end, tree in reader.read(rule)] == [(2, ["A", "noun"]), (1, ["A"])]
    assert compared == ["a", "b", "b"]


def test_what_has_a_label_is_gone_through_from_left_to_right():
    inner = Sequence(Word("b", label="second"), Word("c"), Word("d", label="third"), label="inner")
    tree = draw(Sequence(Word("a", label="first"), inner, Word("e", label="last"), label="whole"), random.Random(0))
    assert [each.node.label for each in tree.labelled()] == ["whole", "first", "inner", "second", "third", "last"]


def test_an_option_may_be_nothing():
    node = Sequence(Choice(lambda: [(1.0, NOTHING), (1.0, Word("not", "nicht"))]), Word("here", "hier"))
    assert assemble(only(node, ["here"])).target == ["hier"]
    assert assemble(only(node, ["not", "here"])).target == ["nicht", "hier"]


def test_every_word_of_a_grammar_is_found():
    assert words_of(Sequence(CALLS, NOTHING, LETTERS)) == (
        {"sie", "ruft", "ihn", "an", "x", "y"},
        {"she", "calls", "him", "X", "Y"},
    )


def test_a_rule_of_rules_that_many_others_share_is_gone_through_once():
    node = Word("a", "A")
    for _ in range(60):
        node = Sequence(node, node)
    assert words_of(node) == ({"a"}, {"A"})


def test_an_order_that_leaves_a_part_out_is_refused():
    with pytest.raises(ValueError, match=r"order must name each of 2 parts once, but was \(0, 0\)"):
        Sequence(NOTHING, NOTHING, order=(0, 0))
