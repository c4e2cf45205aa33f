"""Training: one loop to read, and what it needs (Vaswani et al. 2017, section 5)."""

import itertools
import math
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import torch
import torch.distributed as dist
from torch import Tensor, nn

from transformer_lib.batching import Batch
from transformer_lib.decoder import Decoder
from transformer_lib.metrics import counted
from transformer_lib.seq2seq import Seq2Seq

Loss = Callable[[nn.Module, Any, "Recipe"], tuple[Tensor, int]]
Schedule = Literal["constant", "cosine", "noam"]


@dataclass(frozen=True)
class Recipe:
    """How to train; the defaults suit the small models of the book.

    Args:
        steps: how many times the parameters are updated.
        learning_rate: the highest; `noam_peak` gives the paper's.
        warmup: steps until it is reached: early gradients of post-norm models are wild.
        schedule: what follows: "constant"; "cosine", down to a tenth; "noam", as 1 / sqrt(step) (equation 3).
        betas, weight_decay: of AdamW; norms and biases do not decay.
        optimizer: "adamw", or "muon" for the matrices between embedding and output, AdamW for the rest.
        clip: the gradient's norm is cut to it.
        label_smoothing: as in `cross_entropy` (section 5.4).
        accumulate: batches per step; the gradient is that of one big batch, token for token.
        bf16: compute in bfloat16 where autocast thinks it safe.
        seed: of dropout.
        save_every: steps between checkpoints, where `train` is given a file for them.

    Raises:
        ValueError: a number out of its range, or a choice that does not exist.
    """

    steps: int
    learning_rate: float = 1e-3
    warmup: int = 20
    schedule: Schedule = "cosine"
    betas: tuple[float, float] = (0.9, 0.98)
    weight_decay: float = 0.01
    optimizer: Literal["adamw", "muon"] = "adamw"
    clip: float = 1.0
    label_smoothing: float = 0.0
    accumulate: int = 1
    bf16: bool = False
    seed: int = 0
    save_every: int = 1000

    def __post_init__(self) -> None:
        for name, least in (("steps", 0), ("warmup", 0), ("accumulate", 1), ("save_every", 1)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} must be at least {least}, but was {getattr(self, name)}")
        for name, choices in (("schedule", get_args(Schedule)), ("optimizer", ("adamw", "muon"))):
            if getattr(self, name) not in choices:
                raise ValueError(f"{name} must be one of {choices}, but was {getattr(self, name)!r}")
        if self.learning_rate <= 0 or self.clip <= 0:
            was = f"learning_rate {self.learning_rate} and clip {self.clip}"
            raise ValueError(f"learning_rate and clip must be positive, but were {was}")


def train(
    model: nn.Module,
    batches: Iterable[Any],
    recipe: Recipe,
    *,
    loss: Loss | None = None,
    checkpoint: Path | None = None,
    on_step: Callable[[int, float], object] | None = None,
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
        on_step: called with (step, loss), to print, plot or stop by an exception.

    Raises:
        ValueError: no batches.
        FloatingPointError: the loss is no number any more.
    """
    loss = batch_loss if loss is None else loss
    rank, world = (dist.get_rank(), dist.get_world_size()) if dist.is_initialized() else (0, 1)
    torch.manual_seed(recipe.seed + rank)
    called = nn.parallel.DistributedDataParallel(model) if world > 1 else model  # averages the gradients
    optimizers = make_optimizers(model, recipe)
    start = load_progress(checkpoint, model, optimizers) if checkpoint and checkpoint.exists() else 0
    stream = itertools.islice(forever(batches), start * recipe.accumulate * world + rank, None, world)
    device = next(model.parameters()).device
    model.train()
    losses = []
    for step in range(start, recipe.steps):
        nats, tokens = 0.0, 0.0
        for batch in itertools.islice(stream, recipe.accumulate):
            with torch.autocast(device.type, torch.bfloat16, enabled=recipe.bf16):
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
        if on_step:
            on_step(step, losses[-1])
        if checkpoint and (step + 1) % recipe.save_every == 0:
            save_progress(checkpoint, model, optimizers, step + 1)
    model.eval()
    return losses


def summed(*numbers: float) -> list[float]:
    """Return the numbers' sums over all processes, or themselves if this one is alone."""
    if not dist.is_initialized():
        return list(numbers)
    total = torch.tensor(numbers, dtype=torch.float64)
    dist.all_reduce(total)
    return total.tolist()


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


def rate_factor(step: int, recipe: Recipe) -> float:
    """Return the share of the highest learning rate that this step (from 0) is taken with."""
    done, warmup = step + 1, max(1, recipe.warmup)
    if done < warmup:
        return done / warmup
    if recipe.schedule == "noam":
        return math.sqrt(warmup / done)
    if recipe.schedule == "cosine":
        through = (done - warmup) / max(1, recipe.steps - warmup)
        return 0.1 + 0.9 * (1 + math.cos(math.pi * min(1.0, through))) / 2
    return 1.0


def noam_peak(d_model: int, warmup: int) -> float:
    """Return the highest learning rate of equation 3: (d_model * warmup)^-0.5."""
    return (d_model * warmup) ** -0.5


def make_optimizers(model: nn.Module, recipe: Recipe) -> list[torch.optim.Optimizer]:
    """Return AdamW (Loshchilov and Hutter 2019), or Muon (Jordan et al. 2024) for the blocks' matrices and AdamW."""
    named = dict(model.named_parameters())
    blocks = {id(p) for name, p in named.items() if recipe.optimizer == "muon" and ".blocks." in name and p.ndim == 2}
    rest = [p for p in named.values() if id(p) not in blocks]
    groups = [
        {"params": [p for p in rest if p.ndim > 1], "weight_decay": recipe.weight_decay},
        {"params": [p for p in rest if p.ndim <= 1], "weight_decay": 0.0},
    ]
    optimizers: list[torch.optim.Optimizer] = [
        torch.optim.AdamW(groups, lr=recipe.learning_rate, betas=recipe.betas, fused=True)
    ]
    if blocks:  # its updates, orthogonal matrices, are scaled to the size of AdamW's, so that one rate serves both
        matrices = [p for p in named.values() if id(p) in blocks]
        optimizers.append(
            torch.optim.Muon(
                matrices, lr=recipe.learning_rate, weight_decay=recipe.weight_decay, adjust_lr_fn="match_rms_adamw"
            )
        )
    return optimizers


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


def save_progress(file: Path, model: nn.Module, optimizers: list[torch.optim.Optimizer], step: int) -> None:
    """Write down everything the next step depends on; the file is either the old or the new one, never half of it."""
    random = [torch.get_rng_state()]
    if dist.is_initialized():
        random *= dist.get_world_size()
        dist.all_gather_object(random, torch.get_rng_state())
        if dist.get_rank() > 0:
            return
    state: dict[str, Any] = {"step": step, "model": model.state_dict(), "random": random}
    state["optimizers"] = [optimizer.state_dict() for optimizer in optimizers]
    unfinished = file.with_name(file.name + ".unfinished")
    torch.save(state, unfinished)
    os.replace(unfinished, file)


def load_progress(file: Path, model: nn.Module, optimizers: list[torch.optim.Optimizer]) -> int:
    """Restore what `save_progress` wrote; return the number of steps done."""
    state = torch.load(file, weights_only=True)
    model.load_state_dict(state["model"])
    for optimizer, saved in zip(optimizers, state["optimizers"], strict=True):
        optimizer.load_state_dict(saved)
    torch.set_rng_state(state["random"][dist.get_rank() if dist.is_initialized() else 0])
    return int(state["step"])
