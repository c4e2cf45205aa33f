"""The sizes and choices that make a Transformer one of the family: the original, BERT, GPT-2, or something between."""

import dataclasses
from dataclasses import dataclass
from typing import Literal, get_args

Activation = Literal["relu", "gelu", "gelu_tanh", "silu", "swiglu", "relu_squared"]
Norm = Literal["layer", "rms"]
Position = Literal["none", "sinusoidal", "learned", "rope", "alibi", "relative"]
CHOICES = {"activation": Activation, "norm": Norm, "position": Position}


@dataclass(frozen=True)
class Config:
    """What `Encoder`, `Decoder` and `Seq2Seq` are built from; the defaults are the paper's base model (table 3).

    Args:
        vocab_size: number of different tokens.
        d_model: width of every position's vector, a multiple of n_heads.
        n_heads: attention heads per layer; each is d_head = d_model / n_heads wide.
        n_layers: blocks in the stack (in each of the two stacks of an encoder-decoder).
        d_ff: inner width of the position-wise feed-forward network.
        max_len: the longest sequence; only learned positions are bound to it.
        dropout: probability of zeroing an element (section 5.4), while training.
        activation: of the feed-forward network; "gelu_tanh" is GPT-2's approximation of "gelu".
        norm: LayerNorm, or RMSNorm, which neither centres nor shifts.
        norm_eps: added to the variance inside the norm's square root.
        pre_norm: normalise each sublayer's input (GPT-2), not the sum after it (the paper, BERT).
        position: how the order of the tokens is told, see `position.py`.
        bias: whether the linear layers have one.
        logits_bias: whether the output layer has one (Marian).
        n_segments: number of token types (BERT's two sentences); 0 for none.
        embedding_norm: normalise the sum of the embeddings (BERT).
        scale_embedding: multiply the token embeddings by sqrt(d_model) (section 3.4).
        tie_weights: the output layer's matrix is the token embedding (section 3.4).

    Raises:
        ValueError: a size out of its range, or a choice that does not exist.
    """

    vocab_size: int
    d_model: int = 512
    n_heads: int = 8
    n_layers: int = 6
    d_ff: int = 2048
    max_len: int = 512
    dropout: float = 0.1
    activation: Activation = "relu"
    norm: Norm = "layer"
    norm_eps: float = 1e-5
    pre_norm: bool = False
    position: Position = "sinusoidal"
    bias: bool = True
    logits_bias: bool = False
    n_segments: int = 0
    embedding_norm: bool = False
    scale_embedding: bool = True
    tie_weights: bool = True

    def __post_init__(self) -> None:
        for name in ("vocab_size", "d_model", "n_heads", "d_ff", "max_len"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, but was {getattr(self, name)}")
        for name in ("n_layers", "n_segments"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must not be negative, but was {getattr(self, name)}")
        if self.d_model % self.n_heads:
            raise ValueError(f"d_model must be a multiple of n_heads = {self.n_heads}, but was {self.d_model}")
        if not 0 <= self.dropout < 1:
            raise ValueError(f"dropout must be a probability below 1, but was {self.dropout}")
        for name, choices in CHOICES.items():
            if getattr(self, name) not in get_args(choices):
                raise ValueError(f"{name} must be one of {get_args(choices)}, but was {getattr(self, name)!r}")

    def replace(self, **changes: object) -> "Config":
        """Return the same configuration but for `changes`: what an ablation varies."""
        return dataclasses.replace(self, **changes)  # type: ignore[arg-type]
