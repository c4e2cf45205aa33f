"""The masking explorer: its fates are those of the library's own batches, given the same throws."""

import pytest
import torch
import traitlets

from transformer_lib import batching
from transformer_lib.batching import masked_word_batch
from transformer_lib.widgets import MaskingExplorer
from transformer_lib.widgets.masking_explorer import DRAWS, MODES, shares_of

WORDS, FILLERS = ["let", "there", "be", "light", "here"], ["sea", "king", "bread"]


@pytest.mark.parametrize("draw", [0, 3, 7])
@pytest.mark.parametrize("rate", [15, 60])
def test_it_masks_as_the_library_does(monkeypatch, draw, rate):
    widget = MaskingExplorer(WORDS, FILLERS, rate=rate, draw=draw)
    names = ["[MASK]", *WORDS, *FILLERS]
    chosen, fate, filler = torch.tensor(widget.throws[draw])
    monkeypatch.setattr(torch, "rand", lambda *shape, generator: torch.stack([chosen, fate])[:, None] / 1000)
    monkeypatch.setattr(torch, "randint", lambda *args, generator: 6 + filler[None])
    batch = batching.masked_word_batch([[1, 2, 3, 4, 5]], vocab_size=9, mask_id=0, n_special=1, rate=rate / 100)
    assert widget.shown() == [names[i] for i in batch.tokens[0]]
    assert [fate is not None for fate in widget.fates()] == batch.counts[0].tolist()


def test_every_fate_is_met_and_every_draw_is_another():
    drawn = [MaskingExplorer(WORDS, FILLERS, rate=60, draw=draw).fates() for draw in range(DRAWS)]
    assert {fate for fates in drawn for fate in fates} == {None, "masked", "random", "kept"}
    assert len({tuple(fates) for fates in drawn}) > DRAWS // 2


def test_its_averages_are_those_of_a_large_batch():
    generator = torch.Generator().manual_seed(0)
    batch = masked_word_batch([list(range(5, 105))] * 400, vocab_size=10**6, rate=0.3, generator=generator)
    shown, true = batch.tokens[batch.counts], batch.targets[batch.counts]
    found = {"masked": shown == batching.MASK, "kept": shown == true}
    found["random"] = ~found["masked"] & ~found["kept"]
    for name, share in shares_of(30, "80/10/10").items():
        assert found[name].sum().item() / 400 == pytest.approx(share, abs=0.3)


def test_modes_change_the_fate_and_not_the_choice():
    asked = {mode: MaskingExplorer(WORDS, FILLERS, rate=60, mode=mode).fates() for mode in MODES}
    assert len({tuple(fate is None for fate in fates) for fates in asked.values()}) == 1
    assert set(asked["all [MASK]"]) == {None, "masked"}
    assert set(asked["all kept"]) == {None, "kept"}
    assert MaskingExplorer(WORDS, FILLERS, rate=60, mode="all kept").shown() == WORDS


def test_its_text_says_what_is_seen_and_asked():
    lines = repr(MaskingExplorer(WORDS, FILLERS, rate=0)).splitlines()
    assert lines[0] == "MaskingExplorer: 0 % chosen, 80/10/10, draw 1"
    assert lines[1] == "the model sees: let there be light here"
    assert lines[2] == "the loss asks for: nothing"
    assert lines[4].split() == ["masked", "0", "0.0"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"words": ["one"]}, "words must be 2 to 16 words"),
        ({"words": ["one", ""]}, "words must be a list of 2 words"),
        ({"fillers": []}, "fillers must be one or more words"),
        ({"rate": 61}, "rate must be an integer from 0 to 60, but was 61"),
        ({"mode": "half"}, "mode must be one of"),
        ({"draw": 12}, "draw must be an integer from 0 to 11, but was 12"),
    ],
)
def test_errors_name_the_argument(changes, message):
    with pytest.raises((ValueError, traitlets.TraitError), match=message):
        MaskingExplorer(**{"words": WORDS, "fillers": FILLERS, **changes})
