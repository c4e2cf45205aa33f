"""Training: one loop to read, and what it needs (Vaswani et al. 2017, section 5)."""

import contextlib
import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from transformer_lib.batching import Batch
from transformer_lib.checkpoint import load_progress, save_progress
from transformer_lib.decoder import Decoder
from transformer_lib.distributed import processes, spread, summed
from transformer_lib.metrics import counted
from transformer_lib.precision import mixed_precision
from transformer_lib.recipe import Recipe, make_optimizers, rate_factor
from transformer_lib.seq2seq import Seq2Seq

Loss = Callable[[nn.Module, Any, Recipe], tuple[Tensor, int]]
OnStep = Callable[[int, float], object]


def train(
    model: nn.Module,
    batches: Iterable[Any],
    recipe: Recipe,
    *,
    loss: Loss | None = None,
    checkpoint: Path | None = None,
    on_step: OnStep | Sequence[OnStep] = (),
) -> list[float]:
    """Fit the model to the batches; return each step's loss, in nats per token.

    Started by `torchrun`, with `torch.distributed` initialised, the processes share each step's
    batches: n processes give the losses of one that accumulates n times as many.

    Args:
        model: trained in place.
        batches: gone through again and again, in an order that must be the same each time for a
            resumed run to go on where it stopped.
        recipe: how.
        loss: (model, batch, recipe) -> (summed loss, number of tokens); left out, `batch_loss`.
        checkpoint: file in which progress is kept, and from which an interrupted run goes on.
        on_step: called with (step, loss), to print, or to stop by an exception; or several of them:
            `progress.py` has a progress bar and a live plot.

    Raises:
        ValueError: no batches, or one with a sequence that is nothing but padding.
        FloatingPointError: the loss is no number any more.
    """
    loss = batch_loss if loss is None else loss
    hooks = [on_step] if callable(on_step) else on_step
    rank, world = processes()
    torch.manual_seed(recipe.seed + rank)
    called = spread(model, shard=recipe.shard)  # averages the gradients
    called = torch.compile(called) if recipe.compile else called  # type: ignore[assignment]
    optimizers = make_optimizers(model, recipe)
    start = load_progress(checkpoint, model, optimizers) if checkpoint and checkpoint.exists() else 0
    stream = itertools.islice(forever(batches), start * recipe.accumulate * world + rank, None, world)
    precision = mixed_precision(next(model.parameters()).device.type, recipe.bf16)
    model.train()
    losses = []
    for step in range(start, recipe.steps):
        nats, tokens = 0.0, 0.0
        for batch in itertools.islice(stream, recipe.accumulate):
            check_words(batch)
            with precision:
                total, count = loss(called, batch, recipe)
            total.backward()  # gradients of sums add up to the gradient of the whole sum
            nats, tokens = nats + total.item(), tokens + count
        nats, tokens = summed(nats, tokens)
        if not math.isfinite(nats):
            raise FloatingPointError(f"the loss must be a number, but was {nats} in step {step}: try a smaller rate")
        for gradient in (p.grad for p in model.parameters() if p.grad is not None):
            gradient *= world / tokens
        nn.utils.clip_grad_norm_(model.parameters(), recipe.clip)
        for optimizer in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = recipe.learning_rate * rate_factor(step, recipe)
            optimizer.step()
            optimizer.zero_grad()
        losses.append(nats / tokens)
        for hook in hooks:
            hook(step, losses[-1])
        if checkpoint and (step + 1) % recipe.save_every == 0:
            save_progress(checkpoint, model, optimizers, recipe, step + 1)
    model.eval()
    return losses


class Enough(Exception):
    """Raised after a step to end a training there."""


def first_steps(model: nn.Module, batches: Iterable[Any], recipe: Recipe, steps: int) -> list[float]:
    """Train as far as this step of the recipe; return the losses.

    The learning rates are those of the whole recipe, so that the losses can be compared with those of a full run.

    Raises:
        ValueError: steps is not from 1 to the recipe's.
    """
    if not 1 <= steps <= recipe.steps:
        raise ValueError(f"steps must be from 1 to {recipe.steps}, the recipe's, but was {steps}")
    losses: list[float] = []

    def stop(step: int, loss: float) -> None:
        losses.append(loss)
        if step + 1 == steps:
            raise Enough

    with contextlib.suppress(Enough):
        train(model, batches, recipe, on_step=stop)
    model.eval()
    return losses


def batch_loss(model: nn.Module, batch: Batch, recipe: Recipe) -> tuple[Tensor, int]:
    """Return the summed cross-entropy of a batch's targets that count, and their number."""
    inputs: tuple[Tensor | None, ...] = (batch.tokens, batch.mask)
    if batch.source is not None:
        inputs = (batch.source, batch.tokens, batch.source_mask, batch.mask)
    targets, counts = batch.targets, None if bool(batch.counts.all()) else batch.counts
    if counts is not None and isinstance(getattr(model, "module", model), Decoder | Seq2Seq):
        logits, targets, counts = model(*inputs, at=counts), targets[counts], None  # the others are never computed
    else:
        logits = model(*inputs)
    logits, targets = counted(logits, targets, counts)
    smoothing = recipe.label_smoothing
    return nn.functional.cross_entropy(logits, targets, reduction="sum", label_smoothing=smoothing), len(targets)


def forever(batches: Iterable[Any]) -> Iterator[Any]:
    """Go through the batches again and again.

    Raises:
        ValueError: there are none, or they can be gone through only once.
    """
    while True:
        empty = True
        for batch in batches:
            empty = False
            yield batch
        if empty:
            raise ValueError("batches must hold at least one, each time they are gone through, but were empty")


def check_words(batch: Any) -> None:
    """Raise a ValueError for a batch with a sequence without words: from padding alone there is nothing to learn."""
    for name in ("words", "source_words"):
        words = getattr(batch, name, None)
        if words is not None and not bool(words.any(-1).all()):
            row = int(words.any(-1).int().argmin())
            raise ValueError(
                f"{name} must have at least one True in every row, but row {row} has none: everything in that sequence "
                "is hidden as padding. True marks a word; if they were made the other way round, turn them by ~words; "
                "if the text was empty, leave it out of the training"
            )
