"""The Transformer, in parts small enough to read: what every chapter, widget, exercise and test of the book calls."""

from transformer_lib.attention import MultiHeadAttention, attention
from transformer_lib.masks import causal_mask, combine_masks, padding_mask

__version__ = "0.1.0"

__all__ = ["MultiHeadAttention", "attention", "causal_mask", "combine_masks", "padding_mask"]
