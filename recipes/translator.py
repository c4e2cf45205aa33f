"""German to English within the book's own grammar (see `transformer_lib/grammar.py`).

    python -m recipes.translator

What is asked of it: sentences never seen, of the kind it was trained on; and what training holds out altogether.
Cross-attention is held against the grammar's gold alignment.
"""

from typing import Any

import torch

from recipes.common import Epochs, arguments, run, share
from transformer_lib import Config, Seq2Seq, generate, pad, pair_batch
from transformer_lib.batching import END, START, Batch
from transformer_lib.grammar import PARTS, Pair, pairs, split
from transformer_lib.metrics import alignment_error, alignment_links
from transformer_lib.recipe import Recipe
from transformer_lib.text import WordTokenizer
from transformer_lib.trained import Trained

STEPS, SENTENCES, TWICE = 2400, 30000, 10000
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
    warmup=100,
    optimizer="muon",
    betas=(0.9, 0.95),
    label_smoothing=0.05,
    bf16=True,
    save_every=50,
)
Ids = tuple[list[int], list[int]]


def model_for(german: WordTokenizer, english: WordTokenizer) -> Seq2Seq:
    """Return the untrained model: two layers read, two write."""
    sizes: dict[str, Any] = {"d_model": 128, "n_heads": 4, "n_layers": 2, "d_ff": 512, "max_len": 64, "dropout": 0.0}
    source = Config(vocab_size=german.vocab_size, **sizes, **CHOICES)
    return Seq2Seq(source, source.replace(vocab_size=english.vocab_size))


def main() -> None:
    """Train, measure, write the file."""
    given = arguments(__doc__ or "", STEPS)
    torch.set_num_threads(1)
    torch.manual_seed(0)
    sentences = pairs(SENTENCES if given.steps == STEPS else 20 * given.steps)
    german = WordTokenizer(pair.source for pair in sentences)
    english = WordTokenizer(pair.target for pair in sentences)
    # Some sentences come two in a row, so that training sees positions as late as a longer sentence has them.
    texts = [(p.source, p.target) for p in sentences]
    texts += [(f"{a} {c}", f"{b} {d}") for (a, b), (c, d) in zip(texts[:TWICE], texts[TWICE:], strict=False)]
    ids = [(german.encode(source), [START, *english.encode(target), END]) for source, target in texts]
    batches = Epochs([len(a) + len(b) for a, b in ids], lambda chosen: collate(ids, chosen), max_tokens=2560)
    data = {
        "data": f"{len(sentences)} sentences drawn from transformer_lib.grammar, seed 0, "
        f"and {len(texts) - len(sentences)} times two of them in a row",
        "split": "by the grammar: other sentences of the same kind, and constructions that training never shows",
    }
    run("translator", given, RECIPE, model_for(german, english), batches, (german, english), data=data, measure=measure)


def collate(ids: list[Ids], chosen: list[int]) -> Batch:
    """Return the batch of the pairs with these indices."""
    return pair_batch([ids[i] for i in chosen])


def translations(trained: Trained, sentences: list[str]) -> list[str]:
    """Return each sentence's translation, one greedy step after the other."""
    written: list[str] = []
    for start in range(0, len(sentences), 200):
        source, words = pad([trained.source.encode(s) for s in sentences[start : start + 200]])
        options = {"max_new_tokens": 60, "end_id": END, "source": source, "source_mask": words[:, None]}
        ids = generate(trained.model, torch.full((len(source), 1), START), **options)  # type: ignore[arg-type]
        written += [trained.target.decode(row.tolist()) for row in ids]
    return written


def alignment_errors(trained: Trained, sentences: list[Pair]) -> dict[str, float]:
    """Return the alignment error of each layer's cross-attention, its heads' mean, against the gold alignment.

    The weights of the step that writes a word are read; links of full stops and commas count like all others.
    """
    layers = trained.model.config.n_layers
    found: list[set[tuple[int, int, int]]] = [set() for _ in range(layers)]
    gold: set[tuple[int, int, int]] = set()
    for i, pair in enumerate(sentences):
        source = torch.tensor([trained.source.encode(pair.source)])
        target = torch.tensor([[START, *trained.target.encode(pair.target)]])
        with torch.no_grad():
            _, _, weights = trained.model(source, target, return_weights=True)
        gold |= {(i, s, t) for s, t in pair.alignment}
        for layer in range(layers):
            links = alignment_links(weights[layer, 0].mean(0)[:-1])
            found[layer] |= {(i, s, t) for s, t in links}
    flat = [{(i * 1000 + s, t) for i, s, t in each} for each in (gold, *found)]
    return {f"layer {i + 1}": round(alignment_error(each, flat[0]), 4) for i, each in enumerate(flat[1:])}


def measure(trained: Trained, items: int | None = None) -> dict[str, Any]:
    """Return the share of exact translations in every part but training's, some failures, and the alignment error."""
    metrics: dict[str, Any] = {"exact": {}, "failures": {}}
    for part in PARTS[1:]:
        sentences = pairs(items or (2000 if part == "test" else 1000), part=part, seed=1)
        written = translations(trained, [pair.source for pair in sentences])
        wrong = [(p, w) for p, w in zip(sentences, written, strict=True) if p.target != w]
        metrics["exact"][part] = share(len(sentences) - len(wrong), len(sentences)).as_json()
        if part == "longer":
            metrics["longer_by_length"] = by_length(sentences, written)
        metrics["failures"][part] = [{"german": p.source, "gold": p.target, "written": w} for p, w in wrong[:5]]
    metrics["alignment_error"] = alignment_errors(trained, pairs(items or 300, part="test", seed=2))
    return metrics


def by_length(sentences: list[Pair], written: list[str]) -> dict[str, Any]:
    """Return the share of exact translations for each number of German words and marks."""
    exact: dict[int, list[bool]] = {}
    for pair, each in zip(sentences, written, strict=True):
        exact.setdefault(len(split(pair.source)), []).append(pair.target == each)
    return {str(length): share(sum(hits), len(hits)).as_json() for length, hits in sorted(exact.items())}


if __name__ == "__main__":
    main()
