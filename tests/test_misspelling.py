"""Texts with and without misspelt words: what is swapped, what stays, and how long they are."""

from random import Random

import pytest

from transformer_lib.misspelling import misspell, spelling_texts

TEXT = "once upon a midnight dreary while I pondered weak and weary over many a"
WORDS = TEXT.split()


@pytest.mark.parametrize(
    ("word", "results"), [("once", {"ocne"}), ("dreary", {"derary", "draery", "dreray"}), ("feels", {"feles"})]
)
def test_two_neighbours_inside_the_word_change_places(word, results):
    assert {misspell(word, Random(seed)) for seed in range(40)} == results


@pytest.mark.parametrize("word", ["", "a", "the", "feel", "sees"])
def test_a_word_stays_in_which_nothing_can_be_swapped(word):
    assert {misspell(word, Random(seed)) for seed in range(7)} == {word}


def test_every_second_text_is_misspelt():
    texts, labels = spelling_texts(WORDS, 200, seed=3, length=100, n_words=5)
    assert labels.tolist() == [0, 1] * 100
    starts = set()
    for text, label in zip(texts, labels.tolist(), strict=True):
        assert len(text) == 100
        assert len(text.split()) == 5
        assert (text.strip() in TEXT) == (not label)
        starts.add(text.split()[0])
    assert {"once", "ocne", "weak", "and", "weary", "over"} - starts == {
        "weary",
        "over",
    }  # the last start leaves five words


def test_texts_are_cut_to_their_length():
    texts, _ = spelling_texts(WORDS, 7, seed=0, length=11)
    assert {len(text) for text in texts} == {11}
    assert spelling_texts(["word"], 1, seed=0, length=1, n_words=1)[0] == ["w"]


def test_the_seed_decides():
    one, other, again = (spelling_texts(WORDS, 7, seed=seed, length=40)[0] for seed in (0, 1, 0))
    assert one == again != other


@pytest.mark.usefixtures("as_a_user")
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: spelling_texts(WORDS, 0, seed=0, length=7), "n must be at least 1, but was 0"),
        (lambda: spelling_texts(WORDS, 3, seed=0, length=0), "length must be at least 1, but was 0"),
        (lambda: spelling_texts(WORDS, 3, seed=0, length=7, n_words=0), "n_words must be at least 1, but was 0"),
        (lambda: spelling_texts(WORDS[:5], 3, seed=0, length=7), "words must be at least n_words = 9, but were 5"),
    ],
)
def test_errors_name_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()
