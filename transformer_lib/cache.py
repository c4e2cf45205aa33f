"""What generation keeps of the positions it has read: causal attention never changes their keys and values again."""

from collections.abc import Callable

import torch
from jaxtyping import Int
from torch import Tensor

KeysValues = tuple[Tensor, Tensor]


class KVCache:
    """The keys and values of one self-attention, in memory set aside once for `max_len` positions.

    A step of generation then projects one token instead of all of them, and copies nothing.
    """

    def __init__(self, max_len: int) -> None:
        self.max_len, self.length = max_len, 0
        self.k: Tensor | None = None
        self.v: Tensor | None = None

    def update(self, project: Callable[[], KeysValues]) -> KeysValues:
        """Append what `project()` returns, each (batch, heads, new_len, d_head), and return all that is kept.

        Raises:
            ValueError: more positions than were set aside.
        """
        return self.append(*project())

    def append(self, k: Tensor, v: Tensor) -> KeysValues:
        """Do what `update` does, with keys and values at hand."""
        end = self.length + k.shape[2]
        if end > self.max_len:
            raise ValueError(f"max_len must be at least {end} for this many tokens, but the cache's was {self.max_len}")
        if self.k is None or self.v is None:
            self.k, self.v = (x.new_empty(*x.shape[:2], self.max_len, x.shape[3]) for x in (k, v))
        self.k.narrow(2, self.length, k.shape[2]).copy_(k)
        self.v.narrow(2, self.length, v.shape[2]).copy_(v)
        self.length = end
        return self.k.narrow(2, 0, end), self.v.narrow(2, 0, end)

    def select(self, rows: Int[Tensor, " rows"]) -> None:
        """Go on with these rows; only those that change are copied, and of them only what has been written."""
        if self.k is None or self.v is None:
            return
        length, kept = self.length, (self.k, self.v)
        if len(rows) != len(self.k):
            self.k, self.v = (x.new_empty(len(rows), *x.shape[1:]) for x in kept)
            into = torch.arange(len(rows), device=rows.device)
        else:
            into = (rows != torch.arange(len(rows), device=rows.device)).nonzero()[:, 0]
        for new, old in zip((self.k, self.v), kept, strict=True):
            new[into, :, :length] = old[rows[into], :, :length]


class ContextCache:
    """The keys and values of one cross-attention: the encoder's output does not change, one projection is enough."""

    def __init__(self) -> None:
        self.k: Tensor | None = None
        self.v: Tensor | None = None

    def update(self, project: Callable[[], KeysValues]) -> KeysValues:
        """Return what the first `project()` returned."""
        if self.k is None or self.v is None:
            self.k, self.v = project()
        return self.k, self.v


class Cache:
    """One `KVCache` and one `ContextCache` for each of n_layers blocks, and where the tokens in them stand.

    For use without gradients: its memory is written in place.
    """

    def __init__(self, n_layers: int, max_len: int) -> None:
        self.layers = [(KVCache(max_len), ContextCache()) for _ in range(n_layers)]
        self.positions: Tensor | None = None

    @property
    def length(self) -> int:
        """How many tokens have been read."""
        return 0 if self.positions is None else self.positions.shape[1]

    def extend(self, positions: Int[Tensor, "batch new_len"]) -> Int[Tensor, "batch len"]:
        """Note where the new tokens stand, and return where all of them do."""
        self.positions = positions if self.positions is None else torch.cat([self.positions, positions], dim=1)
        return self.positions

    def select(self, rows: Int[Tensor, " rows"]) -> None:
        """Go on with these rows of the batch, in this order."""
        for own, context in self.layers:
            own.select(rows)
            if context.k is not None and context.v is not None:
                context.k, context.v = context.k[rows], context.v[rows]
        if self.positions is not None and len(self.positions) > 1:  # a single row of them serves every sequence
            self.positions = self.positions[rows]

    def reorder(self, rows: Int[Tensor, " rows"]) -> None:
        """Do what `select` does where rows change places only with those of the same source and positions."""
        for own, _ in self.layers:
            own.select(rows)
