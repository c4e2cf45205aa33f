"""The widgets of batches and masks: what they show as text, what they refuse, and that their fixtures are fresh."""

import pytest
import torch

from tests.widget_examples import BATCH, REVIEWS, SIZES, VOCABULARY, padding_explorer, small_classifier
from transformer_lib import Config
from transformer_lib.classifier import Classifier
from transformer_lib.widgets import BucketExplorer, MaskBuilder, PaddingExplorer


def rows(widget):
    return [line.split("  ") for line in repr(widget).splitlines()[2:]]


def test_the_mask_builder_shows_all_three_masks():
    shown = [[cell.strip() for cell in row if cell] for row in rows(MaskBuilder(BATCH, causal=True))]
    assert shown[:4] == [
        ["the", "#.....", "yes", "cat"],
        ["cat", "##....", "yes", "danced"],
        ["danced", "###...", "yes", "-"],
        ["[pad]", "###...", "-", "-"],
    ]


def test_padding_on_the_left_leaves_queries_that_see_nothing():
    widget = MaskBuilder(BATCH, 1, causal=True, side="left", read_out="last")
    words, mask, counts = widget.masks()
    assert words.tolist() == [False] * 5 + [True]
    assert mask.any(-1).tolist() == words.tolist()
    assert not counts.any()
    assert [row[-1].strip() for row in rows(widget)] == ["-"] * 6
    assert repr(widget).splitlines()[-1].split() == ["stop", ".....#", "yes", "-"]


def test_without_masks_everybody_sees_everything():
    _, mask, _ = MaskBuilder(BATCH, padding=False).masks()
    assert mask.all()


def test_the_bucket_explorer_sorts_padding_away():
    mixed, ordered = BucketExplorer(SIZES, 4), BucketExplorer(SIZES, 4, by_length=True)
    assert repr(mixed).startswith("BucketExplorer: 11 sentences as they come, 4 to a batch: 49.7 % padding")
    assert repr(ordered).splitlines()[2].split() == ["1", "4", "x", "3", "10", "2"]
    assert repr(BucketExplorer(SIZES, 1)).splitlines()[0].endswith(": 0.0 % padding")


def test_the_padding_explorers_model_is_the_one_it_was_given():
    model, widget = small_classifier(), padding_explorer(pads=7)
    tokens = torch.tensor([[4, 6] + [0] * 7])
    words = tokens != 0
    for attend, read in ((True, True), (True, False), (False, True), (False, False)):
        widget.attend, widget.read = attend, read
        with torch.no_grad():
            logits = model(tokens, words[:, None] if attend else None, words if read else None)
        assert widget.forward(7)[0] == pytest.approx(logits.softmax(-1)[0, 1].item(), abs=0.01)


def test_pads_move_the_verdict_only_without_a_mask():
    masked, bare = padding_explorer(), padding_explorer(attend=False)
    assert masked.forward(24)[0] == pytest.approx(masked.forward(0)[0], abs=1e-9)
    assert abs(bare.forward(24)[0] - bare.forward(0)[0]) > 0.05
    assert "weight on pads" in repr(bare)


WRONG = {
    "no sentences": (lambda: MaskBuilder([]), "sentences must be one or more of 1 to 8 words each"),
    "nine words": (lambda: MaskBuilder(["a " * 9]), "1 to 8 words"),
    "a sentence too far": (lambda: MaskBuilder(BATCH, 3), "sentence must be from 0 to 2, but was 3"),
    "a side that is none": (lambda: MaskBuilder(BATCH, side="top"), "side must be one of .* but was 'top'"),
    "a read-out that is none": (lambda: MaskBuilder(BATCH, read_out="max"), "read_out must be one of"),
    "one length": (lambda: BucketExplorer([3]), "lengths must be a list of 2 to 96 integers"),
    "an empty sentence": (lambda: BucketExplorer([3, 0]), r"lengths\[1\] must be an integer of at least 1, but was 0"),
    "a batch too large": (lambda: BucketExplorer([3, 4], 3), "batch_size must be an integer from 1 to 2, but was 3"),
    "a word too few": (
        lambda: PaddingExplorer(small_classifier(), VOCABULARY[1:], REVIEWS),
        "vocabulary must name the model's 7 tokens, but held 6",
    ),
    "a text too long": (lambda: padding_explorer(text="not " * 9), "text must have 1 to 8 words"),
    "too many pads": (lambda: padding_explorer(pads=25), "pads must be an integer from 0 to 24, but was 25"),
    "two layers": (
        lambda: PaddingExplorer(Classifier(Config(7, 6, 3, 2, d_ff=5)), VOCABULARY, REVIEWS),
        "model must have one post-norm ReLU layer",
    ),
    "the last word's read-out": (
        lambda: PaddingExplorer(Classifier(Config(7, 6, 3, 1, d_ff=5), read_out="last"), VOCABULARY, REVIEWS),
        "a mean read-out",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_cannot_be_shown_is_refused_by_name(what):
    make, sentence = WRONG[what]
    with pytest.raises(ValueError, match=sentence):
        make()
