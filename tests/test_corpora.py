"""Sentences out of docstrings: what is taken, what is left, and that nothing of the package is run."""

import sys

import pytest

from transformer_lib.corpora import docstring_sentences, docstrings, indentation, sentences

DOC = """Return the graph's nodes in an order that is well known.

    Each edge is seen once, and no node twice. It takes O(n) time and no more!
    The answer is a list of nodes.

    Parameters
    ----------
    G : NetworkX graph
        An undirected graph of any kind (or none).
    weight : string
        If this is None, every edge counts as one.

    >>> order(nx.path_graph(4))
    """


def test_sentences_are_plain_and_whole():
    assert sentences(DOC) == [
        "Return the graph's nodes in an order that is well known.",
        "Each edge is seen once, and no node twice.",
        "The answer is a list of nodes.",
        "An undirected graph of any kind (or none).",
        "If this is None, every edge counts as one.",
    ]
    assert sentences("Too short a one.") == []
    assert sentences(" ".join(["Long"] + ["word"] * 40) + ".") == []


def test_indentation():
    assert [indentation(line) for line in ("word", "   word ", "   ", "")] == [0, 3, -1, -1]


def test_docstrings_are_those_of_modules_classes_and_functions():
    source = '"""A."""\nclass C:\n    """B."""\n    async def f(self):\n        """C."""\n        "no"\nx = """none"""'
    assert sorted(docstrings(source)) == ["A.", "B.", "C."]


def test_a_package_is_read_in_the_order_of_its_files_and_not_run(tmp_path, monkeypatch):
    for name, text in {
        "b.py": "This is the second file of all.",
        "a.py": "This is the first file of all.",
        "tests/test_a.py": "This is a test and no text.",
        "tests.py": "This is a module and no test.",
        **{f"{c}.py": f"This is the file with letter {c}." for c in "gdhcfe"},
    }.items():
        file = tmp_path / "tests" / "talkative" / name  # only folders within the package count
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f'"""{text}"""\nraise SystemExit("run")\n')
    (tmp_path / "tests" / "talkative" / "__init__.py").write_text('raise SystemExit("run")')
    monkeypatch.syspath_prepend(tmp_path / "tests")
    assert docstring_sentences("talkative") == [
        "This is the first file of all.",
        "This is the second file of all.",
        *(f"This is the file with letter {c}." for c in "cdefgh"),
        "This is a module and no test.",
    ]
    assert "talkative" not in sys.modules


@pytest.mark.parametrize("package", ["no_such_package", "this"])
def test_a_package_that_is_not_there_is_named(package):
    with pytest.raises(ValueError, match=f"package must be the name of an installed package, but was '{package}'"):
        docstring_sentences(package)
