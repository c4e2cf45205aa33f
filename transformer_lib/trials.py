"""Trials: the same small training from several random starts, judged on texts that none of them has read."""

from collections.abc import Callable, Sequence

import torch
from torch import Generator, nn

from transformer_lib.batching import Batch
from transformer_lib.metrics import accuracy
from transformer_lib.training import Recipe, train

Texts = Callable[[Generator], Batch]


def any_length(make: Callable[[int, int, Generator], Batch], n_texts: int, shortest: int, longest: int) -> Texts:
    """Return what makes batches of `make(n_texts, length, generator)`, each of a random length.

    Raises:
        ValueError: a shortest length below 1 or above the longest.
    """
    if not 1 <= shortest <= longest:
        raise ValueError(f"shortest must be from 1 to longest, but was {shortest}, and longest {longest}")

    def texts(generator: Generator) -> Batch:
        length = int(torch.randint(shortest, longest + 1, (), generator=generator))
        return make(n_texts, length, generator)

    return texts


def trained(
    net: Callable[[], nn.Module], texts: Texts, steps: int, learning_rate: float, seeds: Sequence[int] = range(3)
) -> list[nn.Module]:
    """Make and train one network for each seed; every step reads a fresh batch.

    Args:
        net: makes a network with random weights.
        texts: makes a batch from a generator; two networks of one seed read the same batches.

    Raises:
        ValueError: steps below 1, or a learning rate that `Recipe` refuses.
    """
    nets = []
    for seed in seeds:
        torch.manual_seed(seed)
        model = net()
        fresh = torch.Generator().manual_seed(seed)
        train(model, [texts(fresh) for _ in range(steps)], Recipe(steps, learning_rate, warmup=10, weight_decay=0.0))
        nets.append(model)
    return nets


@torch.no_grad()
def score(net: nn.Module, batch: Batch) -> float:
    """The share of texts whose answer after the last word is right."""
    return accuracy(net(batch.tokens)[:, -1], batch.targets[:, -1])
