"""Recipes train, score and write what can be loaded again; and what all of them share."""

import itertools
import json
import sys
from importlib import import_module

import pytest
import torch

from recipes import copiers
from recipes.common import Clock, Epochs, ratio, share
from transformer_lib.induction import copier
from transformer_lib.recipe import Recipe
from transformer_lib.saving import load_model
from transformer_lib.trained import load_trained

METRICS = {
    "translator": {"exact", "failures", "longer_by_length", "alignment_error"},
    "pronouncer": {f"{x}_error_{y}_stress" for x in ("phoneme", "word") for y in ("with", "without")},
    "shakespeare": {"bits_per_character"},
    "masked": {
        *("masked_accuracy", "masked_top5", "masked_accuracy_of_the_most_frequent_word"),
        *("next_sentence_accuracy", "next_sentence_accuracy_of_the_majority"),
    },
}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:bf16 must be False to be fastest here")
@pytest.mark.parametrize("name", METRICS)
def test_a_few_steps_of_each_recipe_write_a_model_that_loads(name, tmp_path, monkeypatch):
    checkpoint = tmp_path / "progress"
    options = ["--steps", "2", "--items", "3", "--folder", str(tmp_path), "--checkpoint", str(checkpoint)]
    monkeypatch.setattr(sys, "argv", [name, *options])
    module = import_module(f"recipes.{name}")
    module.main()
    trained = load_trained(name, folder=tmp_path)
    assert trained.report["metrics"].keys() == METRICS[name]
    assert trained.report["steps"] == 2
    assert trained.report["parameters"] == sum(p.numel() for p in trained.model.parameters()) < 2.5e6
    assert trained.report["script"] == f"python -m recipes.{name} --steps 2"
    assert json.dumps(trained.report)
    again = module.measure(trained, 3)
    assert again == trained.report["metrics"], "the report is of the model in the file"


@pytest.mark.slow
def test_a_few_steps_of_the_copiers_write_three_models_that_load(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["copiers", "--steps", "2", "--items", "3", "--folder", str(tmp_path)])
    copiers.main()
    assert capsys.readouterr().out.count("of the copied tokens right") == 3
    for seed in range(3):
        torch.testing.assert_close(
            load_model(tmp_path / f"copier-{seed}").state_dict(),
            copier(n_layers=2, seed=seed, steps=2).half().float().state_dict(),
        )


def test_wilsons_interval_is_that_of_the_tables():
    tenth = share(1, 10)
    assert (tenth.value, tenth.n) == (0.1, 10)
    assert (tenth.low, tenth.high) == pytest.approx((0.0179, 0.4042), abs=1e-3)
    assert share(50, 50).high == 1.0
    assert share(50, 50).low == pytest.approx(0.9287, abs=1e-3)
    with pytest.raises(ValueError, match="hits must be from 0 to n, and n at least 1, but were 4 of 3"):
        share(4, 3)


def test_the_bootstrap_draws_tops_and_bottoms_together():
    one = ratio([2.0, 4.0, 6.0], [1.0, 2.0, 3.0])
    assert (one.value, one.low, one.high) == (2.0, 2.0, 2.0)
    generator = torch.Generator().manual_seed(0)
    tops = torch.randn(400, generator=generator) + 3
    found = ratio(tops.tolist(), [1.0] * 400)
    assert found.low < found.value < found.high
    assert found.high - found.low == pytest.approx(2 * 1.96 / 20, rel=0.15)


def test_epochs_hold_every_item_once_and_begin_anew():
    epochs = Epochs([3, 5, 2, 7, 4, 5, 6], tuple, max_tokens=12)
    batches = list(itertools.islice(epochs, 12))
    first = next(n for n in range(1, 12) if sum(map(len, batches[:n])) == 7)
    assert sorted(i for batch in batches[:first] for i in batch) == list(range(7))
    assert batches == list(itertools.islice(epochs, 12))
    assert batches[:first] != batches[first : 2 * first]


def test_the_clock_goes_on_where_an_interrupted_training_stopped(tmp_path, capsys):
    recipe, checkpoint = Recipe(steps=4, save_every=2), tmp_path / "progress"
    clock = Clock(recipe, checkpoint, every=2)
    clock(0, 3.0)
    assert not capsys.readouterr().out
    clock(1, 5.0)
    assert "step      2  loss 4.0000" in capsys.readouterr().out
    checkpoint.with_suffix(".seconds").write_text("1000.0")
    assert Clock(recipe, checkpoint).seconds >= 1000
