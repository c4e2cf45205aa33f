"""The perplexity ladder and the pooling explorer: what they show as text, and what they refuse."""

import pytest

from transformer_lib.widgets import PerplexityLadder, PoolingExplorer

TWO = [{"name": "a", "tokens": 3, "nats": 1.0}, {"name": "b", "tokens": 5, "nats": 2.0}]


def test_the_ladder_starts_at_a_die_of_four_faces():
    assert repr(PerplexityLadder()).splitlines() == [
        "PerplexityLadder: the dogs chased the cat",
        "word        p  bits  first choice",
        "the     0.250  2.00            no",
        "dogs    0.125  3.00            no",
        "chased  0.500  1.00           yes",
        "the     0.500  1.00           yes",
        "cat     0.125  3.00            no",
        "log-likelihood -6.93 nats, cross-entropy 1.386 nats = 2.000 bits",
        "perplexity 4.00, accuracy 2 of 5",
    ]


def test_a_zero_makes_perplexity_infinite_and_leaves_accuracy():
    lines = repr(PerplexityLadder([0.5, 0], ["a", "b"], [[["x", 1.0]], [["y", 0.5], ["z", 0.5]]])).splitlines()
    assert lines[3].split() == ["b", "0.000", "∞", "no"]
    assert lines[4:] == [
        "log-likelihood -∞ nats, cross-entropy ∞ nats = ∞ bits",
        "perplexity ∞, accuracy 1 of 2",
    ]


def test_the_pooling_explorer_shows_four_perplexities_of_the_same_losses():
    lines = repr(PoolingExplorer(way="sentences")).splitlines()
    assert [line.split()[-1] for line in lines[5:]] == ["2.27", "9.49", "28.12", "1.58"]
    assert [line.startswith(">") for line in lines[5:]] == [False, True, False, False]


WRONG = {
    "p too short": (lambda: PerplexityLadder([0.5]), r"p must be a list of 5 probabilities from 0 to 1, .*\[0.5\]"),
    "p above 1": (lambda: PerplexityLadder([0.5, 0.5, 0.5, 0.5, 1.5]), "p must be a list of 5 probabilities"),
    "a preset below 0": (lambda: PerplexityLadder(presets={"x": [-1] * 5}), r"presets\['x'\] must be a list of 5"),
    "presets in a list": (lambda: PerplexityLadder(presets=[1]), "presets must map names"),
    "no words": (lambda: PerplexityLadder(words=[], rivals=[]), "words must be a list of one or more"),
    "words without rivals": (lambda: PerplexityLadder(words=["a"]), "rivals must be a list of 1 lists"),
    "shares of more than all": (
        lambda: PerplexityLadder(words=["a"], rivals=[[["b", 0.7], ["c", 0.7]]]),
        r"rivals\[0\] must be a list of \[word, share\] whose shares sum to 1",
    ),
    "one sentence": (lambda: PoolingExplorer(TWO[:1]), "sentences must be a list of two or more"),
    "a sentence of no tokens": (
        lambda: PoolingExplorer([{**TWO[0], "tokens": 0}, TWO[1]]),
        r"sentences\[0\]\['tokens'\] must be an integer from 1 to 60, but was 0",
    ),
    "a loss below 0": (
        lambda: PoolingExplorer([TWO[0], {**TWO[1], "nats": -1.0}]),
        r"sentences\[1\]\['nats'\] must be a number of nats from 0 to 6, but was -1.0",
    ),
    "a sentence without a name": (lambda: PoolingExplorer([TWO[0], {"tokens": 3}]), r"sentences\[1\] must be a dict"),
    "a dear pad": (lambda: PoolingExplorer(pad_nats=7.0), "pad_nats must be a number of nats from 0 to 6"),
    "an unknown way": (lambda: PoolingExplorer(way="median"), "way must be one of .*, but was 'median'"),
}


@pytest.mark.parametrize(("make", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_argument_is_named_with_what_it_was_and_should_be(make, message):
    with pytest.raises(ValueError, match=message):
        make()
