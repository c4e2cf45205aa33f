"""Real English text that is already on the reader's machine: what the authors of a Python package wrote about it."""

import ast
import re
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path

DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
SENTENCE = re.compile(r"[A-Z][A-Za-z ,;'()-]+\.")  # no formula, no code, no heading
UNDERLINE = re.compile(r"^.*\n\s*[-=~]{3,}\s*$", re.MULTILINE)  # a heading and the line under it
WORDS = range(5, 41)  # how long a sentence may be


def docstring_sentences(package: str) -> list[str]:
    """Return the plain English sentences of a package's docstrings, in the order of its files.

    Sentences that stand in several docstrings are returned as often: whoever holds some of them out
    to test a model on must see to it that none is in both parts. The package's tests are left out.

    Args:
        package: an installed package's name; nothing of it is imported or run but its parents.

    Raises:
        ValueError: no such package, or one without Python files.
    """
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ValueError(f"package must be the name of an installed package, but was {package!r}")
    folder = Path(spec.submodule_search_locations[0])
    files = sorted(folder.rglob("*.py"), key=Path.as_posix)
    texts = (file.read_text("utf-8") for file in files if "tests" not in file.relative_to(folder).parts)
    return [sentence for text in texts for doc in docstrings(text) for sentence in sentences(doc)]


def docstrings(source: str) -> list[str]:
    """Return the docstrings of a Python source text: the module's, then its classes' and functions'."""
    found = (ast.get_docstring(node) for node in ast.walk(ast.parse(source)) if isinstance(node, DOCUMENTED))
    return [doc for doc in found if doc]


def sentences(doc: str) -> list[str]:
    """Return a docstring's sentences: those of plain words and punctuation, each on one line.

    A change of indentation ends a sentence: what is said of a parameter stands deeper than its name.
    """
    lines = UNDERLINE.sub("\n", doc).splitlines()
    paragraphs = (" ".join(map(str.strip, block)) for _, block in groupby(lines, key=indentation))
    parts = (part for text in paragraphs for part in re.split(r"(?<=[.!?:]) +(?=[A-Z])", text))
    return [part for part in parts if SENTENCE.fullmatch(part) and len(part.split()) in WORDS]


def indentation(line: str) -> int:
    """Return how many spaces a line begins with; -1 if there is nothing else in it."""
    return len(line) - len(line.lstrip()) if line.strip() else -1
