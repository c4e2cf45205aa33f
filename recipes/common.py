"""What all recipes share: their command line, their clock, batches epoch after epoch, intervals, and the report."""

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import nn

import transformer_lib
from transformer_lib import evaluation
from transformer_lib.batching import bucket
from transformer_lib.recipe import Recipe
from transformer_lib.saving import Saved
from transformer_lib.trained import FOLDER, Tokenizer, Trained, round_to_int8, save_trained
from transformer_lib.training import train

FEATURES = ("avx2", "avx512_f", "avx512_bf16", "amx_bf16")


@dataclass(frozen=True)
class Interval:
    """A measured share or mean with its 95 % interval."""

    value: float
    low: float
    high: float
    n: int

    def as_json(self) -> dict[str, float]:
        """Return what the report keeps, rounded to what the interval can tell."""
        return {"value": round(self.value, 5), "low": round(self.low, 5), "high": round(self.high, 5), "n": self.n}


def share(hits: int, n: int) -> Interval:
    """Return hits / n with Wilson's interval."""
    return Interval(*evaluation.share(hits, n), n)


def ratio(tops: Sequence[float], bottoms: Sequence[float], *, resamples: int = 1000, seed: int = 0) -> Interval:
    """Return sum(tops) / sum(bottoms) with its bootstrap interval: items are drawn again, top and bottom together."""
    top, bottom = torch.tensor([tops, bottoms], dtype=torch.float64)
    generator = torch.Generator().manual_seed(seed)
    values = []
    for _ in range(resamples):
        drawn = torch.randint(len(top), (len(top),), generator=generator)
        values.append(top[drawn].sum() / bottom[drawn].sum())
    low, high = torch.stack(values).quantile(torch.tensor([0.025, 0.975], dtype=torch.float64)).tolist()
    return Interval(float(top.sum() / bottom.sum()), low, high, len(top))


class Epochs:
    """Batches of similar length, epoch after epoch, each in another order; every pass begins with the first epoch.

    Args:
        lengths: of each item.
        collate: makes a batch of the items with these indices.
        max_tokens: as of `bucket`.
    """

    def __init__(self, lengths: Sequence[int], collate: Callable[[list[int]], Any], *, max_tokens: int) -> None:
        self.lengths, self.collate, self.max_tokens = lengths, collate, max_tokens

    def __iter__(self) -> Iterator[Any]:
        epoch = 0
        while True:
            yield from map(self.collate, bucket(self.lengths, max_tokens=self.max_tokens, seed=epoch))
            epoch += 1


class Clock:
    """Prints the loss now and then, and counts CPU-seconds across interruptions of a run with a checkpoint."""

    def __init__(self, recipe: Recipe, checkpoint: Path | None, every: int = 100) -> None:
        self.recipe, self.every = recipe, every
        self.file = checkpoint.with_suffix(".seconds") if checkpoint else None
        self.before = float(self.file.read_text()) if self.file and self.file.exists() else 0.0
        self.start, self.sum = time.process_time(), 0.0

    @property
    def seconds(self) -> float:
        """CPU-seconds of the training so far."""
        return self.before + time.process_time() - self.start

    def __call__(self, step: int, loss: float) -> None:
        """Note a step."""
        self.sum += loss
        if (step + 1) % self.every == 0:
            print(f"step {step + 1:6d}  loss {self.sum / self.every:.4f}  {self.seconds:7.1f} CPU-s", flush=True)
            self.sum = 0.0
        if self.file and (step + 1) % self.recipe.save_every == 0:
            self.file.write_text(str(self.seconds))


def arguments(description: str, steps: int, *, resumable: bool = True) -> argparse.Namespace:
    """Return the command line's: how many steps, where the file goes, and where progress is kept, if it can be."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--steps", type=int, default=steps, help=f"the shipped model's: {steps}")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the model's file is written")
    if resumable:
        help_text = "progress is kept in this file, and an interrupted run goes on"
        parser.add_argument("--checkpoint", type=Path, help=help_text)
    parser.add_argument("--items", type=int, help="measure on so few test items only")
    return parser.parse_args()


def run(
    name: str,
    given: argparse.Namespace,
    recipe: Recipe,
    model: Saved,
    batches: Any,
    tokenizers: tuple[Tokenizer, Tokenizer],
    *,
    data: dict[str, Any],
    measure: Callable[[Trained, int | None], dict[str, Any]],
    **options: Any,
) -> Trained:
    """Train the model, round it to what its file holds, measure it, and write the file.

    Args:
        data: what the report says of the data and their split.
        measure: (trained, at most so many test items) -> metrics.
        options: of `train`.
    """
    recipe = replace(recipe, steps=given.steps, warmup=min(recipe.warmup, given.steps // 5))
    print(f"{name}: {parameters(model)} parameters, {recipe.steps} steps", flush=True)
    clock = Clock(recipe, given.checkpoint)
    train(model, batches, recipe, checkpoint=given.checkpoint, on_step=clock, **options)
    seconds = clock.seconds
    round_to_int8(model)
    trained = Trained(model, *tokenizers)
    torch.manual_seed(0)
    trained.report = {
        **data,
        "parameters": parameters(model),
        "steps": recipe.steps,
        "cpu_seconds": round(seconds),
        "processor": [feature for feature in FEATURES if torch.cpu.get_capabilities().get(feature)],
        "metrics": measure(trained, given.items),
        "script": f"python -m recipes.{name} --steps {recipe.steps}",
        "library": transformer_lib.__version__,
        "torch": torch.__version__,
    }
    file = save_trained(name, trained, folder=given.folder)
    print(f"{file.name}: {file.stat().st_size} bytes", *(f"{k}: {v}" for k, v in trained.report.items()), sep="\n")
    return trained


def parameters(model: nn.Module) -> int:
    """Return how many parameters the model has; tied ones count once."""
    return sum(p.numel() for p in model.parameters())
