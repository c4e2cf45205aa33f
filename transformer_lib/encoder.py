"""The encoder: every position sees every other (Vaswani et al. 2017, section 3.1; BERT, Devlin et al. 2019)."""

from collections.abc import Callable

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from transformer_lib.config import Config
from transformer_lib.layers import Embedding, Stack
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
