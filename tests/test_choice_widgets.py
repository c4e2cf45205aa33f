"""The widgets of "encoder or decoder": what they show as text, what they measure, what they refuse."""

import pytest
import torch

from transformer_lib import Config
from transformer_lib.architectures import prefix_mask
from transformer_lib.layers import Stack
from transformer_lib.tracing import influence
from transformer_lib.widgets import DecisionTable, MaskChooser
from transformer_lib.widgets.decision_table import DECISIONS, INPUTS, OUTPUTS


def test_the_chooser_as_text():
    assert repr(MaskChooser("how do birds sing", 2, 0)).splitlines() == [
        "MaskChooser: the first 2 of 4 words are read both ways; 2 of 3 next words can be asked for; "
        "4 of 4 vectors stay when a word is added",
        "output  depends on  may be asked for the next",
        "how           ##..                         no",
        "do            ##..                        yes",
        "birds         ###.                        yes",
        "sing          ####",
    ]


@pytest.mark.parametrize(("prefix", "asked", "stay"), [(0, 3, 4), (1, 3, 4), (3, 1, 4), (4, 0, 0)])
def test_what_follows_from_the_mask(prefix, asked, stay):
    widget = MaskChooser("a b c d", prefix, 0)
    assert (sum(widget.askable()), widget.staying()) == (asked, stay)


def test_the_measured_influences_are_zero_exactly_where_the_mask_hides():
    widget = MaskChooser("a b c d e", 2, 0)
    measured = torch.tensor(widget.influences)
    assert measured.shape == (6, 5, 5)
    assert measured.max() == 1.0
    stack = Stack(Config(1, d_model=16, n_heads=4, n_layers=2, d_ff=32, dropout=0.0, pre_norm=True)).eval()
    for prefix, found in enumerate(measured):
        mask = prefix_mask(torch.tensor([prefix]), 5)
        moved = influence(lambda x, mask=mask: stack(x, mask), torch.randn(1, 5, 16))
        assert torch.equal(found > 0, moved)
        assert torch.equal(mask[0], moved)


def test_a_figure_leaves_the_random_numbers_alone():
    torch.manual_seed(3)
    wanted = torch.rand(1)
    torch.manual_seed(3)
    MaskChooser()
    assert torch.equal(torch.rand(1), wanted)


def test_the_table_as_text_holds_every_cell():
    text = repr(DecisionTable(9))
    assert text.startswith("DecisionTable: a new text, input goes on arriving: decoder\n")
    assert len(DECISIONS) == len(OUTPUTS) * len(INPUTS)
    for decision in DECISIONS:
        assert all(words in text for words in (decision.architecture, decision.why, decision.known, decision.where))
    tasks = [task for decision in DECISIONS for task in decision.tasks]
    assert len(set(tasks)) == len(tasks)
    assert all(decision.tasks for decision in DECISIONS)


def test_a_table_of_ones_own():
    cells = [{"architecture": name, "why": "so", "known": "x", "where": "here", "tasks": []} for name in ("a", "b")]
    lines = repr(DecisionTable(1, outputs=["out"], inputs=["now", "later"], cells=cells)).splitlines()
    assert lines[0] == "DecisionTable: out, input later: b"
    assert [line.split() for line in lines[2:4]] == [["out", "now", "a", "x", "here"], ["later", "b", "x", "here"]]


def test_where_the_input_goes_on_arriving_no_encoder_stands_alone():
    assert all(d.architecture.startswith("decoder") for d in DECISIONS[1::2])
    assert all(d.architecture.startswith("encoder") for d in DECISIONS[::2])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: MaskChooser("word"), "words must be 2 to 10, but were 'word'"),
        (lambda: MaskChooser("a b", 3, 0), "prefix must be from 0 to 2, but was 3"),
        (lambda: MaskChooser("a b", 1, 2), "output must be from 0 to 1, but was 2"),
        (lambda: MaskChooser("a b", True, 1), "prefix must be from 0 to 2, but was True"),
        (lambda: DecisionTable(10), "chosen must be an integer from 0 to 9, but was 10"),
        (lambda: DecisionTable(cells=[]), "cells must be 5 times 2, but were 0"),
    ],
)
def test_what_they_refuse(make, message):
    with pytest.raises(ValueError, match=message):
        make()
