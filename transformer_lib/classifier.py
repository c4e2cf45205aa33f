"""A classifier of texts: an encoder, one vector read out of it, and logistic classification of that vector."""

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from transformer_lib.batching import check_choice, last_word, mean_of_words
from transformer_lib.config import Config
from transformer_lib.encoder import Encoder


class Classifier(nn.Module):
    """Tokens in, one logit for each class out.

    It takes two masks, for two different questions: where attention may look, and what is read out.
    Whoever leaves one out has padding treated as text there.

    Args:
        config: of the encoder.
        n_classes: how many classes.
        read_out: "mean" of the words' vectors, or the vector of the "last" word.

    Raises:
        ValueError: a read-out that is neither.
    """

    def __init__(self, config: Config, n_classes: int = 2, *, read_out: str = "mean") -> None:
        super().__init__()
        check_choice("read_out", read_out, ("mean", "last"))
        self.read_out = read_out
        self.encoder = Encoder(config)
        self.to_classes = nn.Linear(config.d_model, n_classes)

    def forward(
        self,
        tokens: Int[Tensor, "batch len"],
        mask: Bool[Tensor, "..."] | None = None,
        words: Bool[Tensor, "batch len"] | None = None,
    ) -> Float[Tensor, "batch classes"]:
        """Return the logits of each text.

        Args:
            mask: which keys may be looked at, as in `Encoder.forward`.
            words: which positions are read out; left out, all.
        """
        hidden = self.encoder(tokens, mask)
        if words is None:
            words = torch.ones_like(tokens, dtype=torch.bool)
        if self.read_out == "mean":
            return self.to_classes(mean_of_words(hidden, words))
        return self.to_classes(last_word(hidden, words))
