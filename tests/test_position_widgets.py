"""The position explorer and the word swapper: their text, what they refuse, and fixtures that are not stale."""

from pathlib import Path

import pytest
import torch

from transformer_lib.widgets import PositionExplorer, WordSwapper

ROOT = Path(__file__).parents[1]


def scores(widget):
    """The two totals of a position explorer's text."""
    return [float(x) for x in repr(widget).splitlines()[-2].split()[1:]]


@pytest.mark.parametrize(
    ("kind", "stays"), [("sinusoidal", False), ("learned", False), ("rope", True), ("alibi", True)]
)
def test_only_relative_positions_keep_a_score_that_is_moved(kind, stays):
    widget = PositionExplorer(kind, 2, 13, 31)
    here, there = scores(widget)
    assert (here == there) == stays
    assert repr(widget).splitlines()[0].endswith("bites at 2 looks at dog at 13, then both 31 later")
    assert repr(widget).endswith("stays the same" if stays else "changes")


def test_the_place_to_place_part_of_sinusoidal_codes_knows_the_distance_alone():
    parts = PositionExplorer("sinusoidal", 2, 13).parts(0), PositionExplorer("sinusoidal", 2, 13).parts(31)
    assert parts[0]["place · place"] == pytest.approx(parts[1]["place · place"], abs=1e-5)
    assert parts[0]["word · word"] == parts[1]["word · word"]
    assert abs(parts[0]["word · place"] - parts[1]["word · place"]) > 0.1


def changes(widget):
    """The change of each word's output, and of their mean."""
    return [float(line.split()[-1]) for line in repr(widget).splitlines()[2:]]


def test_without_positions_no_output_notices_the_order():
    order = [3, 4, 2, 1, 0]
    assert changes(WordSwapper(order=order)) == [0.0] * 6
    assert min(changes(WordSwapper(order=order, positions=True))) > 0.05
    assert repr(WordSwapper(order=order)).startswith("WordSwapper: the man bites dog the (without positions, no mask)")


def test_a_causal_mask_alone_tells_words_their_order():
    changed = changes(WordSwapper(order=[0, 4, 2, 3, 1], causal=True))
    assert changed[0] == 0.0  # the first word sees only itself
    assert min(changed[1:]) > 0.05


def test_equal_words_have_equal_vectors():
    widget = WordSwapper()
    assert widget.embeddings[0] == widget.embeddings[3]
    assert widget.embeddings[0] != widget.embeddings[1]


WRONG = {
    "an unknown kind": (lambda: PositionExplorer("polar"), "kind must be one of .*'alibi'.*, but was 'polar'"),
    "a place too far": (lambda: PositionExplorer(key_at=16), "key_at must be an integer from 0 to 15, but was 16"),
    "a shift too far": (lambda: PositionExplorer(shift=49), "shift must be an integer from 0 to 48, but was 49"),
    "one word": (lambda: PositionExplorer(words=["dog"]), "words must be a list of 2 words"),
    "a narrow query": (lambda: PositionExplorer(query=[1, 2]), "query must hold 16 numbers, but held 2"),
    "a short table": (lambda: PositionExplorer(table=[[1]]), "table must hold 64 codes of 16 numbers"),
    "a narrow row": (lambda: PositionExplorer(table=[[1]] * 64), r"table\[0\] must hold 16 numbers, but held 1"),
    "a steep slope": (lambda: PositionExplorer(slope=2), "slope must be a number from 0 to 1, but was 2"),
    "one word to swap": (lambda: WordSwapper(["dog"]), "words must be a list of 2 to 7 words"),
    "an order that is none": (lambda: WordSwapper(order=[0, 0, 1, 2, 3]), "order must hold 0 to 4 once each"),
    "a vector too few": (lambda: WordSwapper(embeddings=[[1, 2]]), "embeddings must hold 5 rows of equally many"),
    "uneven vectors": (
        lambda: WordSwapper(["a", "b"], embeddings=[[1, 2], [1]]),
        r"embeddings must hold 2 rows of equally many numbers, but its rows held \[2, 1\]",
    ),
    "a matrix of another width": (lambda: WordSwapper(w_q=torch.eye(5)), "w_q must hold 6 rows of 6 numbers"),
}


@pytest.mark.parametrize(("make", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_argument_is_named_with_what_it_was_and_should_be(make, message):
    with pytest.raises(ValueError, match=message):
        make()
