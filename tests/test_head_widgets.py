"""The head explorer and the split tracer: what they show as text, and what they refuse."""

import pytest
import torch

from transformer_lib.widgets import HeadExplorer, SplitTracer

LAYERS, HEADS, TOKENS = 2, 3, ["dogs", "chase", "cats", "here", "."]
GENERATOR = torch.Generator().manual_seed(0)
WEIGHTS = (torch.randn(LAYERS, HEADS, 5, 5, generator=GENERATOR) * 2).softmax(-1)
SENTENCE = {"tokens": TOKENS, "weights": WEIGHTS}
EFFECT = {"name": "how far it moves", "values": torch.tensor([[0.5, -2.25, 0.0], [1.0, 0.25, 1.5]])}


def test_the_head_explorer_shows_a_heads_choices_and_what_its_removal_does():
    lines = repr(HeadExplorer([SENTENCE], [EFFECT], layer=0, head=1)).splitlines()
    assert lines[0] == "HeadExplorer: layer 0, head 1 of: dogs chase cats here ."
    best, at = WEIGHTS[0, 1].max(-1)
    for line, token, k, w in zip(lines[2:7], TOKENS, at, best, strict=True):
        assert line.split() == [token, TOKENS[k], f"{w:.3f}"]
    assert lines[8].split() == ["how", "far", "it", "moves", "-2.25", "1", "of", "6"]
    one = repr(HeadExplorer([SENTENCE], [EFFECT], layer=1, head=2, query=3)).splitlines()
    assert len(one) == 5
    assert one[-1].split()[-4:] == ["1.50", "2", "of", "6"]


def test_effects_are_rounded_before_they_travel():
    fine = {"name": "x", "values": WEIGHTS[:, :, 0, 0], "digits": 1}
    assert HeadExplorer([SENTENCE], [fine]).effects[0]["values"] == [
        [round(float(x), 1) for x in row] for row in WEIGHTS[:, :, 0, 0]
    ]


def test_the_split_tracer_says_where_a_number_lands():
    right, wrong = (repr(SplitTracer(way=way)).splitlines() for way in ("split", "scrambled"))
    assert right[0].endswith("it's channel 5 lands in head 1, row 3, channel 1")
    assert wrong[0].endswith("it's channel 5 lands in head 2, row 0, channel 1")
    assert right[-1] == "rows with their own word's numbers only: 15 of 15"
    assert wrong[-1] == "rows with their own word's numbers only: 3 of 15"
    assert repr(SplitTracer(heads=1, way="scrambled")).endswith("5 of 5")
    assert "and" not in "".join(right[2:7])
    mixed = repr(SplitTracer(["a", "b", "c"], 4, 2, way="scrambled", row=0, channel=0)).splitlines()
    assert mixed[2].split() == ["row", "0", "(a)", "a"]


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: HeadExplorer([], [EFFECT]), "sentences must be a list"),
        (lambda: HeadExplorer([{"tokens": TOKENS}], [EFFECT]), r"sentences\[0\]\['weights'\] must be a tensor"),
        (
            lambda: HeadExplorer([{"tokens": TOKENS, "weights": WEIGHTS[:1]}], [EFFECT]),
            r"must have shape \(2, 3, 5, 5\)",
        ),
        (lambda: HeadExplorer([SENTENCE], []), "effects must be a list"),
        (lambda: HeadExplorer([SENTENCE], [{"values": [[1.0]]}]), r"effects\[0\]\['name'\] must be text"),
        (
            lambda: HeadExplorer([SENTENCE], [{"name": "x"}]),
            r"effects\[0\]\['values'\] must have shape",
        ),
        (lambda: HeadExplorer([SENTENCE], [{"name": "x", "values": [[1.0, 2.0], [3.0]]}]), "must all have one shape"),
        (lambda: HeadExplorer([SENTENCE], [EFFECT, {"name": "x", "values": [[1.0]]}]), "must all have one shape"),
        (lambda: HeadExplorer([SENTENCE], [{**EFFECT, "digits": 9}]), "from 0 to 6, but was 9"),
        (lambda: HeadExplorer([SENTENCE], [EFFECT], layer=2), "layer must be an integer from 0 to 1, but was 2"),
        (lambda: HeadExplorer([SENTENCE], [EFFECT], head=3), "head must be an integer from 0 to 2, but was 3"),
        (lambda: HeadExplorer([SENTENCE], [EFFECT], query=5), "query must be an integer from -1 to 4, but was 5"),
        (lambda: HeadExplorer([SENTENCE], [EFFECT], effect=1), "effect must be an integer from 0 to 0, but was 1"),
        (lambda: SplitTracer([]), "words must be a list"),
        (lambda: SplitTracer(heads=5), "heads must divide width = 12, but was 5"),
        (lambda: SplitTracer(width=25), "width must be an integer from 1 to 24, but was 25"),
        (lambda: SplitTracer(way="both"), 'way must be "split" or "scrambled", but was'),
        (lambda: SplitTracer(row=5), "row must be an integer from 0 to 4, but was 5"),
        (lambda: SplitTracer(channel=12), "channel must be an integer from 0 to 11, but was 12"),
    ],
)
def test_wrong_arguments_are_named(make, says):
    with pytest.raises(ValueError, match=says):
        make()
