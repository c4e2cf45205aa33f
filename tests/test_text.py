import pytest

from transformer_lib.batching import END, MASK, PAD, START, UNKNOWN
from transformer_lib.text import SPECIAL, CharacterTokenizer, SubwordTokenizer, Vocabulary, WordTokenizer

TEXTS = ["To be, or not to be.", "That is the question: Whether 'tis nobler", "in the mind to suffer"]


def test_special_tokens_are_where_batching_expects_them():
    assert [SPECIAL[i] for i in (PAD, START, END, UNKNOWN, MASK)] == list(SPECIAL)
    for tokenizer in (CharacterTokenizer(TEXTS), WordTokenizer(TEXTS)):
        assert tokenizer.vocabulary.items[:5] == list(SPECIAL)
    for kind in ("bpe", "wordpiece"):
        assert [SubwordTokenizer(TEXTS, vocab_size=97, kind=kind).tokenizer.token_to_id(s) for s in SPECIAL] == [
            *range(5)
        ]


def test_a_vocabulary_numbers_the_most_frequent_first():
    vocabulary = Vocabulary(["the", "cat", "and", "the", "dog", "and", "the", "bird"])
    assert vocabulary.items[5:] == ["the", "and", "bird", "cat", "dog"]
    assert len(vocabulary) == 10
    assert vocabulary.encode(["dog", "fish", "the"]) == [9, UNKNOWN, 5]
    assert vocabulary.decode(iter([9, 3, 5])) == ["dog", "[UNKNOWN]", "the"]
    small = Vocabulary(["the", "cat", "and", "the", "dog", "and", "the", "bird"], max_size=7)
    assert small.items[5:] == ["the", "and"]
    assert small.encode(["bird"]) == [UNKNOWN]
    assert Vocabulary(["[MASK]", "x"]).items == [*SPECIAL, "x"]
    assert Vocabulary("ab", max_size=6).items == [*SPECIAL, "a"]
    assert Vocabulary(()).decode([]) == []


def test_a_vocabulary_is_made_again_from_its_items():
    items = [*SPECIAL, "to", "a", "b"]
    assert Vocabulary.from_items(items).encode(["b", "to", "c"]) == [7, 5, UNKNOWN]
    vocabulary = Vocabulary.from_items(items)
    assert vocabulary.items == items
    words = WordTokenizer.from_items(items, lowercase=True)
    assert (words.vocab_size, words.encode("To b")) == (8, [5, 7])
    assert WordTokenizer.from_items(items).encode("To b") == [UNKNOWN, 7]
    characters = CharacterTokenizer.from_items(items)
    assert (characters.vocab_size, characters.encode("ba")) == (8, [7, 6])
    items.append("c")
    assert len(vocabulary) == 8, "what its maker does with the list later is no matter"


def test_characters_come_back():
    tokenizer = CharacterTokenizer(TEXTS)
    assert tokenizer.vocab_size == 5 + len(set("".join(TEXTS)))
    for text in TEXTS:
        ids = tokenizer.encode(text)
        assert len(ids) == len(text)
        assert tokenizer.decode([START, *ids, END, PAD, MASK]) == text
    assert tokenizer.decode(tokenizer.encode("be Ü")) == "be �"


def test_words_come_back_but_for_their_spaces():
    tokenizer = WordTokenizer([*TEXTS, "I don't (know)!"])
    assert tokenizer.split("I don't (know)!") == ["I", "don't", "(", "know", ")", "!"]
    assert tokenizer.decode([START, *tokenizer.encode("To be,  or not to be."), END]) == "To be, or not to be."
    assert tokenizer.decode(tokenizer.encode("To sleep.")) == "To [UNKNOWN]."
    assert tokenizer.encode("to") != tokenizer.encode("To")
    lower = WordTokenizer(TEXTS, lowercase=True)
    assert lower.encode("TO") == lower.encode("to")
    assert WordTokenizer(TEXTS, max_size=7).vocab_size == 7


@pytest.mark.parametrize("kind", ["bpe", "wordpiece"])
def test_pieces_come_back_and_frequent_ones_are_whole(kind):
    tokenizer = SubwordTokenizer(["the cat sat on the mat"] * 7 + TEXTS, vocab_size=307, kind=kind)
    assert tokenizer.vocab_size <= 307
    assert tokenizer.decode([START, *tokenizer.encode("the cat sat"), END, PAD]) == "the cat sat"
    assert len(tokenizer.encode("the cat")) == len(tokenizer.split("the cat")) == 2
    assert len(tokenizer.encode("the mats")) == 3
    assert tokenizer.decode(tokenizer.encode("the mats")) == "the mats"
    assert not any(" " in piece for piece in tokenizer.tokenizer.get_vocab())  # no piece is of two words
    assert max(tokenizer.encode(" ".join(TEXTS))) < tokenizer.vocab_size


def test_bytes_know_every_character():
    tokenizer = SubwordTokenizer(TEXTS, vocab_size=300)
    text = "Größe: 5 €, naïve 日本"
    assert tokenizer.decode(tokenizer.encode(text)) == text
    pieces = SubwordTokenizer(TEXTS, vocab_size=97, kind="wordpiece")
    assert UNKNOWN in pieces.encode("日本")
    assert "[UNKNOWN]" in pieces.decode([*pieces.encode("日本"), MASK])


@pytest.mark.usefixtures("as_a_user")
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Vocabulary(["a"], max_size=5), "max_size must be above 5, the special tokens, but was 5"),
        (lambda: Vocabulary(["a"], max_size=0), "max_size must be above 5, the special tokens, but was 0"),
        (
            lambda: Vocabulary.from_items("abcdef"),
            r"must begin with \('\[PAD\]', .*, but began with \('a', .*'e'\)",
        ),
        (lambda: Vocabulary.from_items([*SPECIAL, *"abb"]), "items must all be different, but 'b' occurs twice"),
        (lambda: Vocabulary(["a"]).decode([3, 6]), "ids must lie between 0 and 5, but were 3 to 6"),
        (lambda: Vocabulary(["a"]).decode([-1]), "ids must lie between 0 and 5, but were -1 to -1"),
        (lambda: SubwordTokenizer(TEXTS, vocab_size=5), "vocab_size must be above 5, the special tokens, but was 5"),
        (lambda: SubwordTokenizer(TEXTS, vocab_size=3), "vocab_size must be above 5, the special tokens, but was 3"),
        (
            lambda: SubwordTokenizer(TEXTS, vocab_size=9, kind="unigram"),
            r"kind must be one of \('bpe', 'wordpiece'\), but was 'unigram'",
        ),
    ],
)
def test_errors_name_the_argument_what_it_was_and_what_it_should_be(call, message):
    with pytest.raises(ValueError, match=message):
        call()
