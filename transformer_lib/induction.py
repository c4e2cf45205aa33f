"""Where to look for induction heads: random tokens of which a part comes again, and small models that read them.

Nothing can be known of the first part. In the second, whoever finds where the current token stood before can copy
what followed it (Elhage et al. 2021; Olsson et al. 2022).
"""

from pathlib import Path

import torch
from jaxtyping import Int
from torch import Generator, Tensor

from transformer_lib.batching import Batch
from transformer_lib.config import Config
from transformer_lib.decoder import Decoder
from transformer_lib.saving import load_model
from transformer_lib.trained import FOLDER
from transformer_lib.training import Recipe, train

COPIER_SEEDS = (0, 1, 2)
SIZES = Config(
    24, d_model=64, n_heads=4, d_ff=64, dropout=0.0, position="rope", pre_norm=True, tie_weights=False,
    scale_embedding=False,
)  # fmt: skip


def repeats(
    n: int, generator: Generator, *, n_tokens: int = 24, fresh: int = 20, copied: int = 12
) -> Int[Tensor, "n len"]:
    """Return sequences of `fresh` different tokens, then `copied` of them in a row once more.

    Where the copied part begins is drawn for each sequence, so it is always another number of tokens back.

    Raises:
        ValueError: fewer tokens than there are to be fresh ones, or more copied than fresh.
    """
    if not 2 <= copied <= fresh <= n_tokens:
        was = f"copied {copied}, fresh {fresh} and n_tokens {n_tokens}"
        raise ValueError(f"there must be 2 <= copied <= fresh <= n_tokens, but were {was}")
    first = torch.rand(n, n_tokens, generator=generator).argsort(1)[:, :fresh]
    begins = torch.randint(fresh - copied + 1, (n, 1), generator=generator)
    return torch.cat([first, first.gather(1, begins + torch.arange(copied))], 1)


def repeats_batch(tokens: Int[Tensor, "n len"], copied: int = 12) -> Batch:
    """Return the sequences as a next-token batch; what counts are the copied tokens, but for the first of them."""
    counts = torch.zeros_like(tokens[:, 1:], dtype=torch.bool)
    counts[:, 1 - copied :] = True
    return Batch(tokens[:, :-1], tokens[:, 1:], torch.ones_like(counts), counts)


def copier(*, n_layers: int, seed: int, steps: int = 400) -> Decoder:
    """Train a small decoder with rotary positions to continue `repeats`."""
    torch.manual_seed(seed)
    model = Decoder(SIZES.replace(n_layers=n_layers))
    generator = Generator().manual_seed(10_000 + seed)
    batches = [repeats_batch(repeats(32, generator)) for _ in range(steps)]
    train(model, batches, Recipe(steps=steps, learning_rate=3e-3, seed=seed))
    return model


def copier_folder(seed: int, folder: Path = FOLDER) -> Path:
    """Return where the copier of that seed is kept, beside the other trained models."""
    return folder / f"copier-{seed}"


def kept_copier(seed: int) -> Decoder:
    """Return what `copier(n_layers=2, seed=seed)` once was, in 16-bit numbers: the same one on every machine.

    Raises:
        ValueError: a seed that was not kept; 0, 1 and 2 were.
    """
    if seed not in COPIER_SEEDS:
        raise ValueError(f"seed must be 0, 1 or 2, but was {seed}")
    model = load_model(copier_folder(seed))
    assert isinstance(model, Decoder)
    return model


@torch.no_grad()
def copied_right(model: Decoder, tokens: Int[Tensor, "n len"], copied: int = 12) -> float:
    """Return the share of the copied tokens, but for the first, that the model would have said."""
    batch = repeats_batch(tokens, copied)
    said = model(batch.tokens, at=batch.counts).argmax(-1)
    return (said == batch.targets[batch.counts]).float().mean().item()
