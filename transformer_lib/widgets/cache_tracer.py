"""What each step of writing computes, with a cache and without one."""

from collections.abc import Sequence

import traitlets

from transformer_lib.widgets.base import Whole, Widget, fixed, text_table

MOST = 12  # tokens shown
LENGTHS = (8, 4096)


class CacheTracer(Widget):
    """Step through a text that is being written: which queries, keys and values are new, and which are reused.

    Args:
        tokens: the text, 2 to 12 tokens.
        step: which token is being read, counted from 0.
        length: of a longer text, whose cost is shown below; 8 to 4096.
        d_model, n_layers: of the model that writes; its feed-forward networks are four times as wide.

    Raises:
        ValueError: an argument of the wrong kind or out of its range.
    """

    tokens = traitlets.List(traitlets.Unicode()).tag(sync=True)
    step = Whole(0, 0, MOST - 1).tag(sync=True)
    length = Whole(256, *LENGTHS).tag(sync=True)
    d_model = Whole(64, 1).tag(sync=True)
    n_layers = Whole(3, 1).tag(sync=True)

    def __init__(
        self, tokens: Sequence[str], step: int = 3, *, length: int = 256, d_model: int = 64, n_layers: int = 3
    ) -> None:
        tokens = list(tokens)
        if not 2 <= len(tokens) <= MOST or not all(isinstance(token, str) and token for token in tokens):
            raise ValueError(f"tokens must be 2 to {MOST} words, but were {tokens}")
        if isinstance(step, int) and not 0 <= step < len(tokens):
            raise ValueError(f"step must be from 0 to {len(tokens) - 1}, but was {step}")
        super().__init__(tokens=tokens, step=step, length=length, d_model=d_model, n_layers=n_layers)

    def __repr__(self) -> str:
        size = (self.d_model, self.n_layers)
        rows = [
            [
                token,
                *(["again"] * 3 if i < self.step else ["new"] * 3),
                *(["-", "kept", "kept"] if i < self.step else ["new"] * 3),
            ]
            for i, token in enumerate(self.tokens[: self.step + 1])
        ]
        slow, fast = (step_cost(self.step, cached, *size) for cached in (False, True))
        all_slow, all_fast = (total_cost(self.length, cached, *size) for cached in (False, True))
        return "\n".join(
            [
                f"CacheTracer: reading {self.tokens[self.step]!r}, d_model {self.d_model}, {self.n_layers} layers",
                text_table(["token", "q", "k", "v", "with a cache: q", "k", "v"], rows),
                f"this step: {slow:,} multiplications without a cache, {fast:,} with it",
                f"{self.length:,} tokens: {fixed(all_slow / all_fast, 1)} times fewer with it, which keeps "
                f"{kept_numbers(self.length, *size):,} numbers",
            ]
        )


def step_cost(step: int, cached: bool, d_model: int, n_layers: int) -> int:
    """Return the multiplications of reading token `step`.

    All matrices are for each token read, scores and mixing for each pair.
    Without a cache all step + 1 tokens are read again. Norms, biases and the output layer are left out.
    """
    keys = step + 1
    read = 1 if cached else keys
    return n_layers * (12 * d_model**2 * read + 2 * d_model * read * keys)


def total_cost(length: int, cached: bool, d_model: int, n_layers: int) -> int:
    """Return the multiplications of all steps of a text."""
    return sum(step_cost(step, cached, d_model, n_layers) for step in range(length))


def kept_numbers(length: int, d_model: int, n_layers: int) -> int:
    """Return how many numbers the cache of a text holds: a key and a value for each token in each layer."""
    return 2 * n_layers * length * d_model
