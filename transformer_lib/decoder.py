"""The decoder: every position sees what comes before it (Vaswani et al. 2017, section 3.1; GPT, Radford 2018)."""

from collections.abc import Callable
from typing import Any

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from transformer_lib.cache import Cache
from transformer_lib.config import Config
from transformer_lib.layers import Embedding, Stack
from transformer_lib.position import RelativePosition


class Decoder(nn.Module):
    """Tokens in, the logits of each next token out: position t's are for token t + 1, and see no later one.

    Args:
        config: sizes and choices.
        cross: whether it also looks at a context (the second half of an encoder-decoder).
        mixer: makes what is to stand in the place of self-attention (see `Block`).
    """

    def __init__(self, config: Config, *, cross: bool = False, mixer: Callable[[], nn.Module] | None = None) -> None:
        super().__init__()
        self.config = config
        self.embed = Embedding(config)
        self.relative = RelativePosition(config, causal=True)
        self.stack = Stack(config, cross=cross, mixer=mixer)
        self.to_logits = nn.Linear(config.d_model, config.vocab_size, bias=config.logits_bias)
        if config.tie_weights:
            self.to_logits.weight = self.embed.tokens  # one matrix reads words and writes them (section 3.4)

    def forward(
        self,
        tokens: Int[Tensor, "batch len"],
        *args: Any,
        at: Bool[Tensor, "batch len"] | None = None,
        return_weights: bool = False,
        **options: Any,
    ) -> Float[Tensor, "*positions vocab_size"] | tuple[Float[Tensor, "..."], ...]:
        """Return the logits of each next token, (batch, len, vocab_size); the other arguments are those of `hidden`.

        Args:
            at: where they are wanted, (n, vocab_size) then: nothing is spent on the logits after padding.

        Raises:
            ValueError: as `hidden`, or an `at` that is not boolean or not of the tokens' shape.
        """
        if at is not None and (at.shape != tokens.shape or at.dtype != torch.bool):
            was = f"{at.dtype} of shape {tuple(at.shape)}"
            raise ValueError(f"at must be boolean and of the tokens' shape {tuple(tokens.shape)}, but was {was}")
        result = self.hidden(tokens, *args, return_weights=return_weights, **options)
        x, *weights = result if return_weights else (result,)
        x = x if at is None else x[at]
        return (self.to_logits(x), *weights) if return_weights else self.to_logits(x)

    def hidden(
        self,
        tokens: Int[Tensor, "batch len"],
        mask: Bool[Tensor, "..."] | None = None,
        context: Float[Tensor, "batch context_len d_model"] | None = None,
        context_mask: Bool[Tensor, "..."] | None = None,
        *,
        positions: Int[Tensor, "#batch len"] | None = None,
        cache: Cache | None = None,
        return_weights: bool = False,
    ) -> Float[Tensor, "batch len d_model"] | tuple[Float[Tensor, "..."], ...]:
        """Read on: return each token's vector, in the light of the tokens before it.

        Args:
            mask: which keys are words, `True` = may attend, such as `padding_mask(lengths)`; that no
                position sees a later one is added here.
            context, context_mask: the encoder's output, and which of it are words.
            positions: where each token stands; left out, they follow on those in the cache.
            cache: what earlier calls have read; this call's tokens are added to it.
            return_weights: return (hidden, weights), or (hidden, weights, cross_weights) with a
                context: (layers, batch, heads, len, keys).

        Raises:
            ValueError: ids or a mask of the wrong shape, dtype or range.
        """
        if positions is None:
            start = 0 if cache is None else cache.length
            positions = torch.arange(start, start + tokens.shape[-1], device=tokens.device)[None]
        x = self.embed(tokens, positions)
        relative = self.relative(positions, positions if cache is None else cache.extend(positions))
        options = {"causal": True, "cache": cache} | relative
        options["return_weights"] = return_weights
        return self.stack(x, mask, context, context_mask, **options)
