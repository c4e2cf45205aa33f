"""What generation reads with: the model, the text so far, and the cache of what was computed of it."""

import functools

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from transformer_lib.batching import positions_of
from transformer_lib.cache import Cache
from transformer_lib.decoder import Decoder
from transformer_lib.layers import check_is_ids
from transformer_lib.lean import LeanStep, serves
from transformer_lib.seq2seq import Seq2Seq


class Reading:
    """What has been read so far, and the means to read on: the decoder, its context and its cache."""

    def __init__(
        self,
        model: Decoder | Seq2Seq,
        prompt: Int[Tensor, "batch len"],
        max_new_tokens: int,
        *,
        words: Bool[Tensor, "batch len"] | None = None,
        source: Int[Tensor, "batch source_len"] | None = None,
        source_mask: Bool[Tensor, "batch 1 source_len"] | None = None,
    ) -> None:
        self.decoder = model.decoder if isinstance(model, Seq2Seq) else model
        check_prompt(self.decoder, prompt, max_new_tokens, words)
        if isinstance(model, Seq2Seq) != (source is not None):
            takes = "be given to a Seq2Seq" if source is None else "be None for a model without an encoder"
            raise ValueError(f"source must {takes}, but was {'None' if source is None else 'given'}")
        self.context, self.context_mask = None, source_mask
        if isinstance(model, Seq2Seq):
            with torch.no_grad():
                self.context = model.encoder(source, source_mask)
        self.words = None if words is None or bool(words.all()) else words
        self.positions = None if self.words is None else positions_of(self.words)
        self.cache = Cache(self.decoder.config.n_layers, prompt.shape[1] + max_new_tokens)
        self.can_be_lean = serves(self.decoder)

    def next_logits(self, tokens: Int[Tensor, "rows len"]) -> Float[Tensor, "rows vocab_size"]:
        """Read these tokens and return the logits of the one after them."""
        if self.words is not None and self.positions is not None and self.cache.length:
            self.words = torch.cat([self.words, torch.ones_like(tokens, dtype=torch.bool)], dim=1)
            self.positions = self.positions[:, -1:] + 1
        if self.can_be_lean and tokens.shape[1] == 1 and self.cache.length:
            return self.lean_step(tokens, self.positions, self.words, self.cache)
        mask = None if self.words is None else self.words[:, None]
        x: Tensor = self.decoder.hidden(  # type: ignore[assignment]
            tokens, mask, self.context, self.context_mask, positions=self.positions, cache=self.cache
        )
        return self.decoder.to_logits(x[:, -1])

    @functools.cached_property
    def lean_step(self) -> LeanStep:
        """What reads single tokens in a fraction of the time; made when the first is read."""
        return LeanStep(self.decoder)

    def select(self, rows: Int[Tensor, " rows"]) -> None:
        """Go on with these rows of the batch, in this order."""
        self.cache.select(rows)
        for name in ("words", "positions", "context", "context_mask"):
            if getattr(self, name) is not None:
                setattr(self, name, getattr(self, name)[rows])

    def reorder(self, rows: Int[Tensor, " rows"]) -> None:
        """Let beams of one sentence take each other's place: only what each has written itself is copied.

        Prompt, source and what was computed of the source are the same for all of them.
        """
        self.cache.reorder(rows)


def check_prompt(decoder: Decoder, prompt: Tensor, max_new_tokens: int, words: Tensor | None) -> None:
    """Raise a ValueError that names the argument with which nothing can be written."""
    check_is_ids(prompt, "prompt")
    if not prompt.shape[1]:
        raise ValueError("prompt must hold at least one token, such as a start token, but was empty")
    if max_new_tokens < 0:
        raise ValueError(f"max_new_tokens must not be negative, but was {max_new_tokens}")
    if words is not None and (words.shape != prompt.shape or words.dtype != torch.bool or not words[:, -1].all()):
        raise ValueError(
            "words must be boolean, of the prompt's shape, and True in the last column: prompts are padded on the "
            f"left, where pad(..., side='left') puts it; but was {words.dtype} of shape {tuple(words.shape)}"
        )
    config, longest = decoder.config, prompt.shape[1] + max_new_tokens
    if config.position == "learned" and longest - 1 > config.max_len:
        raise ValueError(f"max_new_tokens must fit max_len = {config.max_len}, but prompt and text are {longest} long")
