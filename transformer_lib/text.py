"""From text to token ids and back: by characters, by words, by pieces of words."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from transformer_lib.batching import END, MASK, PAD, START, UNKNOWN

SPECIAL = ("[PAD]", "[START]", "[END]", "[UNKNOWN]", "[MASK]")  # ids 0 to 4, as PAD, START, ... say
SKIPPED = {PAD, START, END, MASK}  # what decode leaves out: they stand for no text


class Vocabulary:
    """Numbers for items: first the special ones, then those of the texts, the most frequent first.

    Args:
        items: what to number, as often as it occurs.
        max_size: at most so many, special ones included; the rest becomes [UNKNOWN].
    """

    def __init__(self, items: Iterable[str], *, max_size: int | None = None) -> None:
        if max_size is not None and max_size <= len(SPECIAL):
            raise ValueError(f"max_size must be above {len(SPECIAL)}, the special tokens, but was {max_size}")
        counts = Counter(items)
        ordered = sorted(counts.keys() - set(SPECIAL), key=lambda item: (-counts[item], item))
        self.items = [*SPECIAL, *ordered][:max_size]
        self.ids = {item: i for i, item in enumerate(self.items)}

    @classmethod
    def from_items(cls, items: Sequence[str]) -> "Vocabulary":
        """Return the vocabulary in which items[i] has number i, such as another one's `items`.

        Raises:
            ValueError: the special ones do not come first, or an item occurs twice.
        """
        if tuple(items[: len(SPECIAL)]) != SPECIAL:
            raise ValueError(f"items must begin with {SPECIAL}, but began with {tuple(items[: len(SPECIAL)])}")
        if twice := [item for item, count in Counter(items).items() if count > 1]:
            raise ValueError(f"items must all be different, but {twice[0]!r} occurs twice")
        vocabulary = cls(())
        vocabulary.items, vocabulary.ids = list(items), {item: i for i, item in enumerate(items)}
        return vocabulary

    def __len__(self) -> int:
        return len(self.items)

    def encode(self, items: Iterable[str]) -> list[int]:
        """Return each item's number, UNKNOWN for those not in the vocabulary."""
        return [self.ids.get(item, UNKNOWN) for item in items]

    def decode(self, ids: Iterable[int]) -> list[str]:
        """Return each number's item.

        Raises:
            ValueError: a number that stands for none.
        """
        ids = [int(i) for i in ids]
        if ids and not 0 <= min(ids) <= max(ids) < len(self):
            raise ValueError(f"ids must lie between 0 and {len(self) - 1}, but were {min(ids)} to {max(ids)}")
        return [self.items[i] for i in ids]


class CharacterTokenizer:
    """One token for each character: a small vocabulary, long sequences, no unknown words."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.vocabulary = Vocabulary(character for text in texts for character in text)
        self.vocab_size = len(self.vocabulary)

    @classmethod
    def from_items(cls, items: Sequence[str]) -> "CharacterTokenizer":
        """Return the tokenizer with the vocabulary of those items, in their order (see `Vocabulary.from_items`)."""
        tokenizer = cls(())
        tokenizer.vocabulary = Vocabulary.from_items(items)
        tokenizer.vocab_size = len(tokenizer.vocabulary)
        return tokenizer

    def encode(self, text: str) -> list[int]:
        """Return the characters' ids."""
        return self.vocabulary.encode(text)

    def decode(self, ids: Iterable[int]) -> str:
        """Return the text; an unknown character becomes U+FFFD."""
        kept = [i for i in ids if i not in SKIPPED]
        return "".join(self.vocabulary.decode(kept)).replace(SPECIAL[UNKNOWN], "�")


class WordTokenizer:
    """One token for each word or punctuation mark: short sequences, and words that were never seen.

    Args:
        texts: from which the vocabulary is taken.
        max_size: at most so many tokens, the most frequent.
        lowercase: whether "The" and "the" are one.
    """

    def __init__(self, texts: Iterable[str], *, max_size: int | None = None, lowercase: bool = False) -> None:
        self.lowercase = lowercase
        self.vocabulary = Vocabulary((word for text in texts for word in self.split(text)), max_size=max_size)
        self.vocab_size = len(self.vocabulary)

    @classmethod
    def from_items(cls, items: Sequence[str], *, lowercase: bool = False) -> "WordTokenizer":
        """Return the tokenizer with the vocabulary of those items, in their order (see `Vocabulary.from_items`)."""
        tokenizer = cls((), lowercase=lowercase)
        tokenizer.vocabulary = Vocabulary.from_items(items)
        tokenizer.vocab_size = len(tokenizer.vocabulary)
        return tokenizer

    def split(self, text: str) -> list[str]:
        """Return the words and punctuation marks."""
        return re.findall(r"\w+(?:['’]\w+)*|[^\w\s]", text.lower() if self.lowercase else text)

    def encode(self, text: str) -> list[int]:
        """Return the words' ids."""
        return self.vocabulary.encode(self.split(text))

    def decode(self, ids: Iterable[int]) -> str:
        """Return the words with spaces between them, none before punctuation marks."""
        kept = [i for i in ids if i not in SKIPPED]
        return re.sub(r" ([.,;:!?)’])", r"\1", " ".join(self.vocabulary.decode(kept)))


class SubwordTokenizer:
    """Frequent words whole, rare words in pieces: nothing is unknown (Sennrich et al. 2016).

    Args:
        texts: from which the pieces are learned.
        vocab_size: how many tokens to have; fewer if the texts do not yield so many.
        kind: "bpe" merges the most frequent pair of pieces of bytes (GPT-2); "wordpiece" the pair
            that makes the texts likeliest, and marks pieces inside a word by ## (BERT).
    """

    def __init__(self, texts: Iterable[str], *, vocab_size: int, kind: Literal["bpe", "wordpiece"] = "bpe") -> None:
        from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

        if kind not in ("bpe", "wordpiece"):
            raise ValueError(f"kind must be one of ('bpe', 'wordpiece'), but was {kind!r}")
        if vocab_size <= len(SPECIAL):
            raise ValueError(f"vocab_size must be above {len(SPECIAL)}, the special tokens, but was {vocab_size}")
        options: dict[str, Any] = {"vocab_size": vocab_size, "special_tokens": list(SPECIAL), "show_progress": False}
        if kind == "bpe":
            self.tokenizer = Tokenizer(models.BPE())
            self.tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
            self.tokenizer.decoder = decoders.ByteLevel()
            trainer: Any = trainers.BpeTrainer(initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), **options)
        else:
            self.tokenizer = Tokenizer(models.WordPiece(unk_token=SPECIAL[UNKNOWN]))
            self.tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
            self.tokenizer.decoder = decoders.WordPiece()
            trainer = trainers.WordPieceTrainer(**options)
        self.tokenizer.train_from_iterator(texts, trainer)
        self.vocab_size = self.tokenizer.get_vocab_size()

    def split(self, text: str) -> list[str]:
        """Return the pieces, as they are written in the vocabulary."""
        return self.tokenizer.encode(text).tokens

    def encode(self, text: str) -> list[int]:
        """Return the pieces' ids."""
        return self.tokenizer.encode(text).ids

    def decode(self, ids: Sequence[int]) -> str:
        """Return the text."""
        return self.tokenizer.decode([int(i) for i in ids if i not in SKIPPED], skip_special_tokens=False)
