"""What GPT-1 and GPT-2 did with a decoder: fine-tune it beside its old task, and start deep stacks calmly."""

import math

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from transformer_lib.batching import last_word
from transformer_lib.decoder import Decoder
from transformer_lib.metrics import cross_entropy


class DecoderClassifier(nn.Module):
    """A language model that also classifies: one matrix on the vector of each text's last token (GPT-1, section 3.2).

    Only the last token has seen the whole text, so it is the one that is read out.

    Args:
        decoder: the language model, usually trained before; it is trained further, and not copied.
        n_classes: how many classes.
    """

    def __init__(self, decoder: Decoder, n_classes: int) -> None:
        super().__init__()
        self.decoder = decoder
        self.to_classes = nn.Linear(decoder.config.d_model, n_classes)

    def forward(
        self, tokens: Int[Tensor, "batch len"], words: Bool[Tensor, "batch len"] | None = None
    ) -> tuple[Float[Tensor, "batch n_classes"], Float[Tensor, "batch len vocab_size"]]:
        """Return each text's class logits, and the logits of each next token.

        Args:
            words: which tokens are words; left out, all. Padding must stand at the end.
        """
        words = torch.ones_like(tokens, dtype=torch.bool) if words is None else words
        hidden: Tensor = self.decoder.hidden(tokens, words[:, None])  # type: ignore[assignment]
        class_logits = self.to_classes(last_word(hidden, words))
        return class_logits, self.decoder.to_logits(hidden)


def fine_tuning_loss(
    class_logits: Float[Tensor, "batch n_classes"],
    labels: Int[Tensor, " batch"],
    logits: Float[Tensor, "batch len vocab_size"],
    tokens: Int[Tensor, "batch len"],
    words: Bool[Tensor, "batch len"] | None = None,
    *,
    weight: float = 0.5,
) -> Float[Tensor, ""]:
    r"""Return the task's loss plus a share of the language model's on the same texts (GPT-1, equation 5).

        L_3 = L_2 + weight * L_1

    The paper sums both; here each is a mean, of the texts and of the tokens, so that `weight` does not depend on
    how long the texts are.

    Args:
        class_logits, logits: what `DecoderClassifier` returns.
        labels: each text's class.
        tokens, words: what it was given.
        weight: the paper's lambda, 0.5 there; 0 leaves the language model out.

    Raises:
        ValueError: a negative weight, or texts in which no token is predicted.
    """
    if weight < 0:
        raise ValueError(f"weight must not be negative, but was {weight}")
    task = F.cross_entropy(class_logits, labels.long())
    if weight == 0:
        return task
    counts = None if words is None else words[:, 1:]
    return task + weight * cross_entropy(logits[:, :-1], tokens[:, 1:], counts)


@torch.no_grad()
def gpt2_init(decoder: Decoder, *, std: float = 0.02, scale_residual: bool = True) -> Decoder:
    r"""Give the decoder GPT-2's first weights, in place, and return it (Radford et al. 2019, section 2.3).

        every matrix and table ~ N(0, std^2), biases 0;  what is added to the stream: std / sqrt(2 n_layers)

    Each layer adds to the stream twice, after attention and after the feed-forward network. The variances of
    2 n_layers independent terms add up; divided by their number each, they add up to that of one.

    Args:
        scale_residual: False leaves the division out, as GPT-1 did.

    Raises:
        ValueError: a std that is not positive.
    """
    if std <= 0:
        raise ValueError(f"std must be positive, but was {std}")
    for name, parameter in decoder.named_parameters():
        if parameter.ndim > 1:
            adds = name.endswith(("w_o.weight", "w_2.weight"))
            terms = 2 * decoder.config.n_layers if adds and scale_residual else 1
            parameter.normal_(std=std / math.sqrt(terms))
        elif name.endswith("bias"):
            parameter.zero_()
    return decoder
