"""Marian's translators (Junczys-Dowmunt et al. 2018; the Opus-MT models) in `Seq2Seq`: the paper's model, nearly.

What differs: silu instead of relu, a bias on the output, and sines and cosines side by side instead of alternating.
The last makes them a fixed table for `LearnedPosition`.
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from transformer_lib.config import Config
from transformer_lib.conversion import activation, block_names, load_renamed, without_prefix
from transformer_lib.seq2seq import Seq2Seq

BLOCK = {
    "attention.w_q": "self_attn.q_proj",
    "attention.w_k": "self_attn.k_proj",
    "attention.w_v": "self_attn.v_proj",
    "attention.w_o": "self_attn.out_proj",
    "attention_residual.norm": "self_attn_layer_norm",
    "feed_forward.w_1": "fc1",
    "feed_forward.w_2": "fc2",
    "feed_forward_residual.norm": "final_layer_norm",
}
CROSS = {
    "cross_attention.w_q": "encoder_attn.q_proj",
    "cross_attention.w_k": "encoder_attn.k_proj",
    "cross_attention.w_v": "encoder_attn.v_proj",
    "cross_attention.w_o": "encoder_attn.out_proj",
    "cross_residual.norm": "encoder_attn_layer_norm",
}
AGAIN = ("lm_head.", "encoder.embed_", "decoder.embed_")  # the one embedding, and the table of positions


def marian_configs(theirs: Mapping[str, Any]) -> tuple[Config, Config]:
    """Translate the config.json of a Marian translator, for the encoder and for the decoder.

    Raises:
        ValueError: an activation that this library does not have, or two embeddings where one is meant.
    """
    for name in ("share_encoder_decoder_embeddings", "tie_word_embeddings"):
        if not theirs.get(name, True):
            raise ValueError(f"{name} must be True: one embedding for both sides and the output, but was False")
    encoder, decoder = (
        Config(
            vocab_size=theirs["vocab_size"],
            d_model=theirs["d_model"],
            n_heads=theirs[f"{side}_attention_heads"],
            n_layers=theirs[f"{side}_layers"],
            d_ff=theirs[f"{side}_ffn_dim"],
            max_len=theirs["max_position_embeddings"],
            dropout=theirs["dropout"],
            activation=activation(theirs, "activation_function"),
            position="learned",
            scale_embedding=theirs["scale_embedding"],
            logits_bias=True,
        )
        for side in ("encoder", "decoder")
    )
    return encoder, decoder


def marian(configs: tuple[Config, Config], state: Mapping[str, Tensor]) -> Seq2Seq:
    """Return a `Seq2Seq` with the weights of a Marian translator's state dict, ready for use (dropout off).

    Raises:
        ValueError: a tensor is missing, unknown, or of the wrong shape.
    """
    model = Seq2Seq(configs[0], None if configs[0] == configs[1] else configs[1])
    kept = without_prefix(state, "model.", AGAIN)
    bias = kept.pop("final_logits_bias", torch.zeros(configs[1].vocab_size))
    kept |= {"positions": marian_positions(configs[0]), "logits_bias": bias.flatten()}
    names = {"decoder.to_logits.bias": "logits_bias"}
    for side, block in (("encoder", BLOCK), ("decoder", BLOCK | CROSS)):
        names |= {f"{side}.embed.tokens": "shared.weight", f"{side}.embed.positions.weight": "positions"}
        n_layers = configs[side == "decoder"].n_layers
        names |= block_names(block, f"{side}.stack.blocks", f"{side}.layers", n_layers)
    if model.shared:
        del names["decoder.embed.tokens"]  # is the encoder's
    return load_renamed(model, kept, names)


def marian_positions(config: Config) -> Tensor:
    """Return each position's sines, then its cosines: (max_len, d_model)."""
    frequencies = 10_000.0 ** -(torch.arange(0, config.d_model, 2, dtype=torch.float64) / config.d_model)
    angles = torch.arange(config.max_len, dtype=torch.float64)[:, None] * frequencies
    return torch.cat([angles.sin(), angles.cos()], dim=-1)
