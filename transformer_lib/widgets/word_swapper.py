"""A sentence whose words change places, under one layer of attention: which outputs notice?"""

import math
from typing import Any

import torch
import traitlets
from torch import Tensor

from transformer_lib.attention import attention
from transformer_lib.masks import causal_mask
from transformer_lib.position import sinusoidal
from transformer_lib.widgets.base import Widget, check_labels, check_numbers, fixed, plain, text_table

SENTENCE = ("the", "dog", "bites", "the", "man")
WIDTH = 6
MATRICES = ("w_q", "w_k", "w_v")


class WordSwapper(Widget):
    """Swap words by a click, and compare each word's output with what it was in the first order.

    Equal words have equal vectors. Vectors and matrices are drawn, as before training; nothing hangs on their values.

    Args:
        words: the sentence, of 2 to 7 words.
        order: which word stands at each place; 0, 1, 2 ... if not given.
        positions: whether sinusoidal codes are added.
        causal: whether each word sees only itself and what stands before it.
        embeddings: a vector for each word, (words, width).
        w_q, w_k, w_v: the layer's matrices, (width, width).
        seed: of what is drawn.

    Raises:
        ValueError: an argument of the wrong kind or shape, or an order that is none.
    """

    words = traitlets.List(traitlets.Unicode()).tag(sync=True)
    order = traitlets.List(traitlets.Int()).tag(sync=True)
    positions = traitlets.Bool(False).tag(sync=True)
    causal = traitlets.Bool(False).tag(sync=True)
    embeddings = traitlets.List(traitlets.Any()).tag(sync=True)
    w_q = traitlets.List(traitlets.Any()).tag(sync=True)
    w_k = traitlets.List(traitlets.Any()).tag(sync=True)
    w_v = traitlets.List(traitlets.Any()).tag(sync=True)

    def __init__(
        self,
        words: Any = SENTENCE,
        order: Any = None,
        *,
        positions: bool = False,
        causal: bool = False,
        embeddings: Any = None,
        w_q: Any = None,
        w_k: Any = None,
        w_v: Any = None,
        seed: int = 0,
    ) -> None:
        if not isinstance(words, list | tuple) or not 2 <= len(words) <= 7:
            raise ValueError(f"words must be a list of 2 to 7 words, but was {words!r}")
        words = check_labels("words", words, len(words))
        generator = torch.Generator().manual_seed(seed)
        drawn = {word: torch.randn(WIDTH, generator=generator) for word in dict.fromkeys(words)}
        given = torch.stack([drawn[word] for word in words]) if embeddings is None else embeddings
        embeddings = matrix("embeddings", given, len(words))
        width = len(embeddings[0])
        own = torch.randn(3, width, width, generator=generator) / math.sqrt(width)  # scores of a few units
        given = {
            name: own[i] if x is None else x for i, (name, x) in enumerate(zip(MATRICES, (w_q, w_k, w_v), strict=True))
        }
        matrices = {name: matrix(name, x, width, width) for name, x in given.items()}
        super().__init__(
            words=words,
            order=list(range(len(words))) if order is None else plain(order),
            positions=positions,
            causal=causal,
            embeddings=embeddings,
            **matrices,
        )

    @traitlets.validate("order")
    def _every_word_once(self, proposal: Any) -> Any:
        if sorted(proposal["value"]) != list(range(len(self.words))):
            raise ValueError(f"order must hold 0 to {len(self.words) - 1} once each, but was {proposal['value']!r}")
        return proposal["value"]

    def outputs(self, order: list[int]) -> Tensor:
        """Return each word's output, (words, width), in the order of `words`, when they stand in the given order."""
        x = torch.tensor(self.embeddings, dtype=torch.float64)[order]
        if self.positions:
            x = x + sinusoidal(torch.arange(len(x)), x.shape[-1])
        q, k, v = (x @ torch.tensor(getattr(self, name), dtype=torch.float64) for name in MATRICES)
        out, _ = attention(q, k, v, causal_mask(len(x)) if self.causal else None)
        return out[torch.tensor(order).argsort()]

    def __repr__(self) -> str:
        first, now = self.outputs(list(range(len(self.words)))), self.outputs(self.order)
        change = (first - now).abs().amax(-1)
        rows = [[word, str(self.order.index(i)), fixed(change[i], 3)] for i, word in enumerate(self.words)]
        how = f"{'with' if self.positions else 'without'} positions, {'causal' if self.causal else 'no mask'}"
        return "\n".join(
            [
                f"WordSwapper: {' '.join(self.words[i] for i in self.order)} ({how})",
                text_table(["word", "place", "change of its output"], rows),
                f"mean of all outputs: change {fixed((first.mean(0) - now.mean(0)).abs().max(), 3)}",
            ]
        )


def matrix(name: str, value: Any, rows: int, width: int | None = None) -> list[list[float]]:
    """Return rows of equally many numbers, rounded to what a page can carry, or raise a ValueError naming it."""
    numbers = plain(value)
    wanted = f"{rows} rows of {'equally many' if width is None else width} numbers"
    if not isinstance(numbers, list) or len(numbers) != rows:
        raise ValueError(f"{name} must hold {wanted}, but was {numbers!r:.80}")
    checked = [check_numbers(f"{name}[{i}]", row) for i, row in enumerate(numbers)]
    if {len(row) for row in checked} != {len(checked[0]) if width is None else width}:
        raise ValueError(f"{name} must hold {wanted}, but its rows held {[len(row) for row in checked]}")
    return [[round(x, 3) for x in row] for row in checked]
