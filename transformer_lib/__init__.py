"""The Transformer, in parts small enough to read: what every chapter, widget, exercise and test of the book calls."""

from transformer_lib.attention import MultiHeadAttention, attention
from transformer_lib.batching import Batch, next_token_batch, pad, pair_batch, truncate
from transformer_lib.config import Config
from transformer_lib.decoder import Decoder
from transformer_lib.encoder import Bert, Encoder
from transformer_lib.generation import beam_search, generate, stream
from transformer_lib.layers import Block, FeedForward
from transformer_lib.masks import causal_mask, combine_masks, padding_mask
from transformer_lib.mine import use_mine
from transformer_lib.pretrained import from_pretrained, load_minilm
from transformer_lib.seq2seq import Seq2Seq

__version__ = "0.1.0"

__all__ = [
    "Batch",
    "Bert",
    "Block",
    "Config",
    "Decoder",
    "Encoder",
    "FeedForward",
    "MultiHeadAttention",
    "Seq2Seq",
    "attention",
    "beam_search",
    "causal_mask",
    "combine_masks",
    "from_pretrained",
    "generate",
    "load_minilm",
    "next_token_batch",
    "pad",
    "padding_mask",
    "pair_batch",
    "stream",
    "truncate",
    "use_mine",
]
