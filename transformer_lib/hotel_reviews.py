"""Hotel reviews of one to four opinions, and small classifiers that learn to find the complaints among them.

The experiment of the chapter on masks: the reviews are short and of unequal length, and the boxes they are put in wide.
"""

import random
from collections.abc import Callable
from typing import Any

import torch
from jaxtyping import Bool, Int
from torch import Tensor, nn

from transformer_lib.batching import pad
from transformer_lib.classifier import Classifier
from transformer_lib.config import Config
from transformer_lib.text import WordTokenizer
from transformer_lib.training import Recipe, train

GOOD = ["clean", "quiet", "friendly", "sunny", "tasty", "cosy"]
BAD = ["dirty", "noisy", "rude", "cold", "stale", "broken"]
TOKENIZER = WordTokenizer([" ".join(["not", *GOOD, *BAD])])
TRAINED_LENGTH = 12

Review = tuple[str, int]
Batch = tuple[Int[Tensor, "batch len"], Bool[Tensor, "batch len"], Int[Tensor, "batch"]]


def review(rng: random.Random) -> Review:
    """Return a review, and 1 if it is a complaint: one of its opinions is bad.

    `not` turns an opinion round: `not clean` is bad, and `not rude` is good.
    """
    n = rng.randint(1, 4)
    worst = rng.randrange(n) if rng.random() < 0.5 else None
    text = []
    for i in range(n):
        turned = rng.random() < 0.5
        pool = BAD if (i == worst) != turned else GOOD
        text += ["not"] * turned + [rng.choice(pool)]
    return " ".join(text), int(worst is not None)


def plain_review(rng: random.Random) -> Review:
    """Return a review in which nothing is turned round, and 1 if it is a complaint."""
    n = rng.randint(1, 4)
    worst = rng.randrange(n) if rng.random() < 0.5 else None
    text = [rng.choice(BAD if i == worst else GOOD) for i in range(n)]
    return " ".join(text), int(worst is not None)


def draw(n: int, length: int, seed: int, write: Callable[[random.Random], Review] = review) -> Batch:
    """Return n reviews, filled up to a length: their tokens, which of those are words, and which are complaints.

    Args:
        length: at least that of the longest review: 8, if some opinions are turned round.
        write: draws one review.
    """
    rng = random.Random(seed)
    texts, classes = zip(*(write(rng) for _ in range(n)), strict=True)
    tokens, words = pad([TOKENIZER.encode(text) for text in texts])
    extra = (0, length - tokens.shape[1])
    return nn.functional.pad(tokens, extra), nn.functional.pad(words, extra), torch.tensor(classes)


def fitted(
    masked: bool, *, seed: int, steps: int = 300, write: Callable[[random.Random], Review] = review
) -> Classifier:
    """Train a classifier of one layer on reviews padded to TRAINED_LENGTH, with both of its masks or with neither."""
    torch.manual_seed(seed)
    config = Config(TOKENIZER.vocab_size, 16, n_heads=2, n_layers=1, d_ff=32, dropout=0.0)
    model = Classifier(config).double()  # so that any machine gets these numbers
    batches = [draw(64, TRAINED_LENGTH, 1000 * seed + i, write) for i in range(steps)]

    def loss(model: nn.Module, batch: Batch, recipe: Any) -> tuple[Tensor, int]:
        tokens, words, classes = batch
        masks = (words[:, None], words) if masked else ()
        logits = model(tokens, *masks)
        return nn.functional.cross_entropy(logits, classes, reduction="sum"), len(classes)

    train(model, batches, Recipe(steps, learning_rate=1e-2), loss=loss)
    return model


@torch.no_grad()
def accuracy(
    model: nn.Module, length: int, attend: bool, read: bool, write: Callable[[random.Random], Review] = review
) -> float:
    """Return % right on 1000 fresh reviews.

    Args:
        length: what the reviews are padded to.
        attend, read: whether the attention's mask and the read-out's are given.
    """
    tokens, words, classes = draw(1000, length, -1, write)
    mask = words[:, None] if attend else None
    logits = model(tokens, mask, words if read else None)
    return 100 * (logits.argmax(-1) == classes).double().mean().item()
