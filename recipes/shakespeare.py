"""A language model of Shakespeare's works, character by character.

    python -m recipes.shakespeare

`benchmarks/shakespeare_budget.py` trains nanoGPT's model on the same split for as many CPU-seconds.
"""

import math
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from recipes.common import arguments, ratio, run
from transformer_lib import Config, Decoder
from transformer_lib.batching import Batch
from transformer_lib.datasets import shakespeare
from transformer_lib.metrics import log_likelihood
from transformer_lib.recipe import Recipe
from transformer_lib.text import CharacterTokenizer
from transformer_lib.trained import Trained

STEPS, LENGTH, BATCH = 1300, 192, 16
RECIPE = Recipe(
    steps=STEPS,
    learning_rate=5e-3,
    warmup=60,
    optimizer="muon",
    betas=(0.9, 0.95),
    weight_decay=0.02,
    bf16=True,
    save_every=50,
)


def model_for(tokenizer: CharacterTokenizer) -> Decoder:
    """Return the untrained model."""
    return Decoder(
        Config(
            vocab_size=tokenizer.vocab_size,
            d_model=128,
            n_heads=4,
            n_layers=6,
            d_ff=512,
            max_len=512,
            dropout=0.0,
            activation="relu_squared",
            norm="rms",
            pre_norm=True,
            position="rope",
            bias=False,
            scale_embedding=False,
        )
    )


class Windows:
    """Stretches of the text, drawn anew for every batch; every pass begins with the same ones."""

    def __init__(self, ids: Tensor, *, length: int = LENGTH, batch: int = BATCH, seed: int = 0) -> None:
        self.ids, self.length, self.batch, self.seed = ids, length, batch, seed

    def __iter__(self) -> Iterator[Batch]:
        generator = torch.Generator().manual_seed(self.seed)
        whole = torch.ones(self.batch, self.length, dtype=torch.bool)
        while True:
            starts = torch.randint(len(self.ids) - self.length, (self.batch, 1), generator=generator)
            both = self.ids[starts + torch.arange(self.length + 1)]
            yield Batch(both[:, :-1].contiguous(), both[:, 1:].contiguous(), whole, whole)


def main() -> None:
    """Train, measure, write the file."""
    given = arguments(__doc__ or "", STEPS)
    torch.set_num_threads(1)
    torch.manual_seed(0)
    text = shakespeare()
    train, validation = text.split(0.1)
    tokenizer = CharacterTokenizer([train])
    data = {
        "data": f"{text.author}, {text.title} ({text.licence}), character by character",
        "split": f"the first {len(train)} characters to train on, the last {len(validation)} to measure",
    }
    windows = Windows(torch.tensor(tokenizer.encode(train)))
    both = (tokenizer, tokenizer)
    run("shakespeare", given, RECIPE, model_for(tokenizer), windows, both, data=data, measure=measure)


def measure(trained: Trained, items: int | None = None) -> dict[str, Any]:
    """Return bits per character on the validation split.

    Windows stand evenly over the split, and the second half of each is predicted, so that every character has a
    context. The bootstrap draws windows again: the characters of one belong together.
    """
    ids = torch.tensor(trained.vocabulary.encode(shakespeare().split(0.1)[1]))
    return {"bits_per_character": bits_per_character(trained.model, ids, items or 400).as_json()}


def bits_per_character(model: Any, ids: Tensor, stretches: int, length: int = LENGTH) -> Any:
    """Return the mean over evenly spaced stretches; in each the second half is predicted, the first is context."""
    starts = torch.linspace(0, len(ids) - length - 1, stretches).long()
    nats: list[float] = []
    for chunk in starts.split(20):
        both = ids[chunk[:, None] + torch.arange(length + 1)]
        with torch.no_grad():
            logits = model(both[:, :-1]).double()
        half = length // 2
        nats += (-log_likelihood(logits[:, half:], both[:, 1 + half :])).tolist()
    return ratio([n / math.log(2) for n in nats], [length - length // 2] * len(nats))


if __name__ == "__main__":
    main()
