"""Four tasks that nobody can do who does not know the order of the tokens, and small models that try.

The experiments of the chapter on position. Every token is drawn at random, so nothing helps but its place.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from transformer_lib.config import Config, Position
from transformer_lib.decoder import Decoder
from transformer_lib.encoder import Encoder
from transformer_lib.training import Recipe, train

N_MARKERS, N_TOKENS = 4, 12
Tokens = Int[Tensor, "batch len"]


def backwards(tokens: Tokens) -> Tokens:
    """Return the sequence from its end to its start."""
    return tokens.flip(1)


def two_back(tokens: Tokens) -> Tokens:
    """Return for each position the token two before it; the first two have none, and get the last two."""
    return tokens.roll(2, 1)


def latest_marker(tokens: Tokens) -> Tokens:
    """Return for each position the last token below N_MARKERS so far; the first token should be one."""
    places = torch.arange(tokens.shape[1]).where(tokens < N_MARKERS, 0)
    return tokens.gather(1, places.cummax(1).values)


def own_place(tokens: Tokens) -> Tokens:
    """Return for each position its number, counted from 0."""
    return torch.arange(tokens.shape[1]).expand_as(tokens)


@dataclass(frozen=True)
class OrderTask:
    """What is asked of each position.

    Args:
        answer: the right answers to a batch of tokens, of the same shape.
        causal: whether each position sees only what stands before it.
        first: the first position whose answer counts.
        markers: whether a quarter of the tokens, the first among them, are markers.
        start: whether the first token is always the same one, 0.
    """

    answer: Callable[[Tensor], Tensor]
    causal: bool = True
    first: int = 0
    markers: bool = False
    start: bool = False

    def draw(self, n: int, length: int, seed: int) -> Tokens:
        """Return n random sequences, the same ones for the same seed."""
        generator = torch.Generator().manual_seed(seed)
        tokens = torch.randint(N_MARKERS, N_TOKENS, (n, length), generator=generator)
        if self.markers:
            markers = torch.randint(N_MARKERS, (n, length), generator=generator)
            marked = torch.rand(n, length, generator=generator) < 1 / 4
            marked[:, 0] = True
            tokens = markers.where(marked, tokens)
        if self.start:
            tokens[:, 0] = 0
        return tokens


TASKS = {
    "backwards": OrderTask(backwards, causal=False),
    "two back": OrderTask(two_back, first=2),
    "latest marker": OrderTask(latest_marker, markers=True),
    "own place": OrderTask(own_place, start=True),
    "own place, no mask": OrderTask(own_place, start=True, causal=False),
}


class Answering(nn.Module):
    """A one-layer decoder or encoder that answers at every position."""

    def __init__(self, position: Position, max_len: int, *, causal: bool, n_answers: int, n_layers: int = 1) -> None:
        super().__init__()
        config = Config(
            n_answers, 32, n_heads=4, n_layers=n_layers, d_ff=64, max_len=max_len, dropout=0.0, position=position,
            pre_norm=True, tie_weights=False, scale_embedding=position == "sinusoidal",
        )  # fmt: skip
        self.reader = Decoder(config) if causal else Encoder(config)
        self.to_answer = nn.Identity() if causal else nn.Linear(config.d_model, n_answers)

    def forward(self, tokens: Tokens) -> Float[Tensor, "batch len answers"]:
        """Return a logit for each possible answer."""
        return self.to_answer(self.reader(tokens))


def fitted(name: str, position: Position, *, seed: int, length: int = 16, steps: int = 150) -> Answering:
    """Train a model on one of TASKS, at one length; `position` is one of Config's.

    Raises:
        ValueError: there is no such task.
    """
    if name not in TASKS:
        raise ValueError(f"name must be one of {tuple(TASKS)}, but was {name!r}")
    task = TASKS[name]
    torch.manual_seed(seed)
    model = Answering(position, length, causal=task.causal, n_answers=max(N_TOKENS, length))
    batches = [task.draw(32, length, seed=10_000 * (seed + 1) + i) for i in range(steps)]

    def loss(model: nn.Module, tokens: Tensor, recipe: Any) -> tuple[Tensor, int]:
        answers = task.answer(tokens)[:, task.first :]
        logits = model(tokens)[:, task.first :]
        total = nn.functional.cross_entropy(logits.flatten(0, 1), answers.flatten(), reduction="sum")
        return total, answers.numel()

    train(model, batches, Recipe(steps=steps, learning_rate=1e-2, seed=seed), loss=loss)
    return model


@torch.no_grad()
def accuracy(model: Answering, name: str, length: int, *, last: int = 8, n: int = 200) -> float:
    """Return the share of right answers at the last positions of fresh sequences of a length."""
    task = TASKS[name]
    tokens = task.draw(n, length, seed=99)
    right = model(tokens).argmax(-1) == task.answer(tokens)
    return right[:, max(task.first, length - last) :].float().mean().item()
