"""The encoder: every position sees every other (Vaswani et al. 2017, section 3.1; BERT, Devlin et al. 2019)."""

from collections.abc import Callable
from typing import Any

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from transformer_lib.config import Config
from transformer_lib.layers import ACTIVATIONS, Embedding, Stack, make_norm
from transformer_lib.position import RelativePosition


class Encoder(nn.Module):
    """Tokens in, one vector for each token out, in the light of the whole sequence.

    Args:
        config: sizes and choices.
        mixer: makes what is to stand in the place of self-attention (see `Block`).
    """

    def __init__(self, config: Config, *, mixer: Callable[[], nn.Module] | None = None) -> None:
        super().__init__()
        self.config = config
        self.embed = Embedding(config)
        self.relative = RelativePosition(config)
        self.stack = Stack(config, mixer=mixer)

    def forward(
        self,
        tokens: Int[Tensor, "batch len"],
        mask: Bool[Tensor, "..."] | None = None,
        *,
        segments: Int[Tensor, "#batch len"] | None = None,
        positions: Int[Tensor, "#batch len"] | None = None,
        return_weights: bool = False,
    ) -> (
        Float[Tensor, "batch len d_model"]
        | tuple[Float[Tensor, "batch len d_model"], Float[Tensor, "layers batch heads len len"]]
    ):
        """Read the whole sequence at once.

        Args:
            mask: which keys are words, `True` = may attend: `padding_mask(lengths)`, of shape
                (batch, 1, len), or any other that `MultiHeadAttention` takes.
            segments: each token's type (BERT: 0 in the first sentence, 1 in the second).
            positions: where each token stands; left out, 0 to len - 1.
            return_weights: return (hidden, weights), the weights of every layer and head.

        Raises:
            ValueError: ids or a mask of the wrong shape, dtype or range.
        """
        if positions is None:
            positions = torch.arange(tokens.shape[-1], device=tokens.device)[None]
        x = self.embed(tokens, positions, segments)
        return self.stack(x, mask, return_weights=return_weights, **self.relative(positions, positions))


class Bert(nn.Module):
    """An encoder with the two heads it is pre-trained by (Devlin et al. 2019, section 3.1).

    Masked words make it look both ways: to guess a hidden word it must use those before and after it,
    which a decoder's next-word task cannot ask for.

    Args:
        config: sizes and choices; position "learned", n_segments 2, embedding_norm for BERT itself.
    """

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.encoder = Encoder(config)
        self.activation = ACTIVATIONS[config.activation]
        self.word_transform = nn.Linear(config.d_model, config.d_model)
        self.word_norm = make_norm(config)
        self.word_bias = nn.Parameter(torch.zeros(config.vocab_size))
        self.pooler = nn.Linear(config.d_model, config.d_model)
        self.is_next = nn.Linear(config.d_model, 2)

    def forward(
        self, tokens: Int[Tensor, "batch len"], mask: Bool[Tensor, "..."] | None = None, **options: Any
    ) -> tuple[Float[Tensor, "batch len vocab_size"], Float[Tensor, "batch 2"]]:
        """Return the logits of each position's word, and of "follows" (0) against "is from elsewhere" (1).

        Args: as of `Encoder.forward`, but for return_weights.
        """
        hidden = self.encoder(tokens, mask, **options)
        return self.word_logits(hidden), self.is_next(self.pooled(hidden))

    def word_logits(self, hidden: Float[Tensor, "*batch d_model"]) -> Float[Tensor, "*batch vocab_size"]:
        """Return which word stands there; the output matrix is the token embedding."""
        hidden = self.activation(self.word_transform(hidden))
        hidden = self.word_norm(hidden.to(self.word_bias.dtype))  # in bf16 training: no norm has two dtypes
        return hidden @ self.encoder.embed.tokens.T + self.word_bias

    def pooled(self, hidden: Float[Tensor, "batch len d_model"]) -> Float[Tensor, "batch d_model"]:
        """Return one vector for the whole text, from its first token, [CLS]: what a classifier is put on."""
        return self.pooler(hidden[:, 0]).tanh()
