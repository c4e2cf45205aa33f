"""The models that lie beside the code: they load, fit into a page, and do on a few items what their reports say."""

from pathlib import Path

import pytest

from recipes import masked, pronouncer, shakespeare, translator
from recipes.__main__ import rows
from transformer_lib.grammar import pairs
from transformer_lib.trained import FOLDER, load_trained, trained_names

NAMES = ("masked", "pronouncer", "shakespeare", "translator")


def test_these_models_are_shipped():
    assert trained_names() == list(NAMES)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_model_fits_into_a_page_and_reports_what_it_is(name):
    trained = load_trained(name)
    assert (FOLDER / f"{name}.safetensors").stat().st_size <= 2.9e6
    assert trained.report["parameters"] == sum(p.numel() for p in trained.model.parameters())
    assert trained.report["script"].startswith(f"python -m recipes.{name}")
    for key in ("data", "split", "steps", "cpu_seconds", "processor", "metrics", "library"):
        assert trained.report[key]


@pytest.mark.slow
def test_the_translator_translates_and_aligns():
    trained = load_trained("translator")
    sentences = pairs(60, part="test", seed=1)
    written = translator.translations(trained, [pair.source for pair in sentences])
    assert sum(w == pair.target for w, pair in zip(written, sentences, strict=True)) >= 58
    assert trained.report["metrics"]["exact"]["test"]["low"] >= 0.99
    errors = translator.alignment_errors(trained, sentences[:30])
    best = trained.report["metrics"]["alignment_error"]
    assert min(errors.values()) == pytest.approx(min(best.values()), abs=0.05)


@pytest.mark.slow
def test_the_pronouncer_pronounces():
    trained = load_trained("pronouncer")
    name = "phoneme_error_without_stress"
    found = pronouncer.measure(trained, 200)[name]
    reported = trained.report["metrics"][name]
    assert found["value"] == pytest.approx(reported["value"], abs=0.04)
    assert found["low"] < reported["high"]
    assert found["high"] > reported["low"]


@pytest.mark.slow
def test_shakespeare_is_as_predictable_as_reported():
    trained = load_trained("shakespeare")
    found = shakespeare.measure(trained, 40)["bits_per_character"]
    reported = trained.report["metrics"]["bits_per_character"]
    assert found["value"] == pytest.approx(reported["value"], abs=0.15)
    assert reported["value"] < 2.4, "a trigram needs more"


@pytest.mark.slow
def test_masked_words_are_guessed_as_often_as_reported():
    trained = load_trained("masked")
    found, reported = masked.measure(trained, 100), trained.report["metrics"]
    for name, most in (("masked_accuracy", 0.08), ("next_sentence_accuracy", 0.12)):
        assert found[name]["value"] == pytest.approx(reported[name]["value"], abs=most)
    assert reported["masked_accuracy"]["low"] > 2 * reported["masked_accuracy_of_the_most_frequent_word"]["high"]
    assert reported["next_sentence_accuracy"]["low"] > 0.5


@pytest.mark.slow
def test_the_readme_says_what_the_reports_say():
    readme = (Path(__file__).parents[1] / "recipes" / "README.md").read_text(encoding="utf-8").splitlines()
    table = [line for line in readme if line.startswith("|")][: len(rows())]
    assert table == rows(), "write what `python -m recipes` prints into recipes/README.md"
