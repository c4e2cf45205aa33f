"""How to train: the numbers of a run, and the optimizers and learning rates that follow from them."""

import math
from dataclasses import dataclass
from typing import Literal, get_args

import torch
from torch import nn

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
        bf16: compute in bfloat16 where autocast thinks it safe, if the processor is made for it (see `precision.py`).
        compile: let `torch.compile` write the model's code: a minute at first, then a few percent faster.
        shard: of several processes, each keeps a share of the parameters instead of all (see `distributed.py`).
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
    compile: bool = False
    shard: bool = False
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
