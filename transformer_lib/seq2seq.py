"""The encoder-decoder: a decoder writes the target, looking at an encoded source (Vaswani et al. 2017, section 3.1)."""

from typing import Any

from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from transformer_lib.config import Config
from transformer_lib.decoder import Decoder
from transformer_lib.encoder import Encoder


class Seq2Seq(nn.Module):
    """Source tokens and the target so far in, the logits of each next target token out.

    Args:
        config: sizes and choices, of both sides.
        target: of the decoder, where it differs: another vocabulary or depth. Without it both sides
            share one embedding table if `config.tie_weights` (section 3.4).

    Raises:
        ValueError: the sides differ in d_model.
    """

    def __init__(self, config: Config, target: Config | None = None) -> None:
        super().__init__()
        if target is not None and target.d_model != config.d_model:
            raise ValueError(f"target.d_model must be the source's {config.d_model}, but was {target.d_model}")
        self.config = config
        self.encoder = Encoder(config)
        self.decoder = Decoder(target or config, cross=True)
        self.shared = target is None
        if self.shared and config.tie_weights:
            self.encoder.embed.tokens = self.decoder.embed.tokens

    def forward(
        self,
        source: Int[Tensor, "batch source_len"],
        target: Int[Tensor, "batch target_len"],
        source_mask: Bool[Tensor, "#batch 1 source_len"] | None = None,
        target_mask: Bool[Tensor, "#batch 1 target_len"] | None = None,
        **options: Any,
    ) -> Float[Tensor, "*positions vocab_size"] | tuple[Float[Tensor, "..."], ...]:
        """Return the logits of each next target token, (batch, target_len, vocab_size), given the true ones before it.

        That is teacher forcing: a mistake is not read back in.

        Args:
            source, target: the target starts with a start token: position t's logits are for token t + 1.
            source_mask, target_mask: which tokens are words: `padding_mask(lengths)`.
            options: of `Decoder.forward`; return_weights=True returns (logits, weights, cross_weights).

        Raises:
            ValueError: ids or masks of the wrong shape, dtype or range.
        """
        context = self.encoder(source, source_mask)
        return self.decoder(target, target_mask, context, source_mask, **options)
