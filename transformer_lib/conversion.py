"""Other libraries' weights in this library's classes: the names they are saved under, and ours.

A checkpoint is a dictionary of tensors. If the architecture is the same, loading one is renaming.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from transformer_lib.config import Activation, Config
from transformer_lib.decoder import Decoder
from transformer_lib.encoder import Bert, Encoder

State = Mapping[str, Tensor]
Model = TypeVar("Model", bound=nn.Module)

ACTIVATIONS: dict[str, Activation] = {
    "relu": "relu",
    "gelu": "gelu",
    "gelu_new": "gelu_tanh",
    "gelu_pytorch_tanh": "gelu_tanh",
    "silu": "silu",
    "swish": "silu",
}

# Ours -> theirs. Where a module is named, its .weight and .bias are meant.
BERT_EMBEDDING = {
    "embed.tokens": "embeddings.word_embeddings.weight",
    "embed.positions.weight": "embeddings.position_embeddings.weight",
    "embed.segments": "embeddings.token_type_embeddings.weight",
    "embed.norm": "embeddings.LayerNorm",
}
BERT_BLOCK = {
    "attention.w_q": "attention.self.query",
    "attention.w_k": "attention.self.key",
    "attention.w_v": "attention.self.value",
    "attention.w_o": "attention.output.dense",
    "attention_residual.norm": "attention.output.LayerNorm",
    "feed_forward.w_1": "intermediate.dense",
    "feed_forward.w_2": "output.dense",
    "feed_forward_residual.norm": "output.LayerNorm",
}
BERT_HEADS = {
    "pooler": "pooler.dense",
    "is_next": "cls.seq_relationship",
    "word_transform": "cls.predictions.transform.dense",
    "word_norm": "cls.predictions.transform.LayerNorm",
    "word_bias": "cls.predictions.bias",
}
BERT_TWICE = ("embeddings.position_ids", "cls.predictions.decoder.")  # 0, 1, 2, ...; the word embedding and bias again
GPT2_BLOCK = {
    "attention.w_q": "attn.c_attn.0",
    "attention.w_k": "attn.c_attn.1",
    "attention.w_v": "attn.c_attn.2",
    "attention.w_o": "attn.c_proj",
    "attention_residual.norm": "ln_1",
    "feed_forward.w_1": "mlp.c_fc",
    "feed_forward.w_2": "mlp.c_proj",
    "feed_forward_residual.norm": "ln_2",
}
GPT2_BESIDE = {"embed.tokens": "wte.weight", "embed.positions.weight": "wpe.weight", "stack.norm": "ln_f"}


def bert_config(theirs: Mapping[str, Any]) -> Config:
    """Translate the config.json of a BERT.

    Raises:
        ValueError: an activation that this library does not have.
    """
    return Config(
        vocab_size=theirs["vocab_size"],
        d_model=theirs["hidden_size"],
        n_heads=theirs["num_attention_heads"],
        n_layers=theirs["num_hidden_layers"],
        d_ff=theirs["intermediate_size"],
        max_len=theirs["max_position_embeddings"],
        dropout=theirs["hidden_dropout_prob"],
        activation=activation(theirs, "hidden_act"),
        norm_eps=theirs["layer_norm_eps"],
        position="learned",
        n_segments=theirs["type_vocab_size"],
        embedding_norm=True,
        scale_embedding=False,
    )


def bert_encoder(config: Config, state: State) -> Encoder:
    """Return an `Encoder` with the weights of a BERT's state dict, ready for use (dropout off).

    The heads a checkpoint may hold beside the encoder (pooler, masked-word and next-sentence) are left out.

    Raises:
        ValueError: a tensor of the encoder is missing, unknown, or of the wrong shape.
    """
    state = {
        k: v for k, v in without_prefix(state, "bert.", BERT_TWICE).items() if not k.startswith(("pooler.", "cls."))
    }
    names = BERT_EMBEDDING | block_names(BERT_BLOCK, "stack.blocks", "encoder.layer", config.n_layers)
    return load_renamed(Encoder(config), state, names)


def bert(config: Config, state: State) -> Bert:
    """Return a `Bert`, the encoder with both of its pre-training heads, from the state dict of one.

    Raises:
        ValueError: a tensor is missing, unknown, or of the wrong shape.
    """
    names = BERT_EMBEDDING | block_names(BERT_BLOCK, "stack.blocks", "encoder.layer", config.n_layers)
    names = {f"encoder.{ours}": theirs for ours, theirs in names.items()} | BERT_HEADS
    return load_renamed(Bert(config), without_prefix(state, "bert.", BERT_TWICE), names)


def gpt2_config(theirs: Mapping[str, Any]) -> Config:
    """Translate the config.json of a GPT-2.

    Raises:
        ValueError: an activation or a way to scale the scores that this library does not have.
    """
    for name, usual in (("scale_attn_weights", True), ("scale_attn_by_inverse_layer_idx", False)):
        if theirs.get(name, usual) != usual:
            raise ValueError(f"{name} must be {usual}, as in GPT-2, but was {theirs[name]}")
    return Config(
        vocab_size=theirs["vocab_size"],
        d_model=theirs["n_embd"],
        n_heads=theirs["n_head"],
        n_layers=theirs["n_layer"],
        d_ff=theirs.get("n_inner") or 4 * theirs["n_embd"],
        max_len=theirs["n_positions"],
        dropout=theirs["resid_pdrop"],
        activation=activation(theirs, "activation_function"),
        norm_eps=theirs["layer_norm_epsilon"],
        pre_norm=True,
        position="learned",
        scale_embedding=False,
        tie_weights=theirs.get("tie_word_embeddings", True),
    )


def gpt2_decoder(config: Config, state: State) -> Decoder:
    """Return a `Decoder` with the weights of a GPT-2's state dict, ready for use (dropout off).

    GPT-2 keeps its matrices transposed (x W, not x W^T), and W^Q, W^K, W^V side by side in one.

    Raises:
        ValueError: a tensor is missing, unknown, or of the wrong shape.
    """
    output = () if not config.tie_weights else ("lm_head.",)
    ours: dict[str, Tensor] = {}
    for key, tensor in without_prefix(state, "transformer.", output).items():
        if key.endswith((".attn.bias", ".attn.masked_bias")):  # the causal triangle, in old checkpoints
            continue
        name, end = key.rsplit(".", 1)
        if ".c_" in name and end == "weight":
            tensor = tensor.T
        if name.endswith("c_attn"):
            ours |= {f"{name}.{i}.{end}": part for i, part in enumerate(tensor.chunk(3))}
        else:
            ours[key] = tensor
    names = GPT2_BESIDE | block_names(GPT2_BLOCK, "stack.blocks", "h", config.n_layers)
    if not config.tie_weights:
        names["to_logits.weight"] = "lm_head.weight"
    return load_renamed(Decoder(config), ours, names)


def activation(theirs: Mapping[str, Any], name: str) -> Activation:
    """Return our name of the activation that their configuration has under `name`."""
    if theirs[name] not in ACTIVATIONS:
        raise ValueError(f"{name} must be one of {sorted(ACTIVATIONS)}, but was {theirs[name]!r}")
    return ACTIVATIONS[theirs[name]]


def block_names(names: Mapping[str, str], ours: str, theirs: str, n_layers: int) -> dict[str, str]:
    """Repeat the names of one block for all of them."""
    return {f"{ours}.{i}.{a}": f"{theirs}.{i}.{b}" for i in range(n_layers) for a, b in names.items()}


def without_prefix(state: State, prefix: str, leave_out: tuple[str, ...]) -> dict[str, Tensor]:
    """Return the state under names without the prefix, without what starts with one of `leave_out`.

    The norms' "gamma" and "beta" of early checkpoints become "weight" and "bias".
    """
    renamed = {key.removeprefix(prefix): tensor for key, tensor in state.items()}
    renamed = {k.replace("LayerNorm.gamma", "LayerNorm.weight"): v for k, v in renamed.items()}
    renamed = {k.replace("LayerNorm.beta", "LayerNorm.bias"): v for k, v in renamed.items()}
    return {k: v for k, v in renamed.items() if not k.startswith(leave_out)} if leave_out else renamed


def load_renamed(model: Model, state: State, names: Mapping[str, str]) -> Model:
    """Copy `state[names[ours]]` into the parameter `ours`, for all of them: none may be missing, none left over.

    Raises:
        ValueError: names the tensors that are missing, unknown, or of the wrong shape.
    """
    wanted = dict(model.named_parameters())
    pairs: dict[str, str] = {}
    for ours, theirs in names.items():
        ends = [""] if ours in wanted else [".weight", ".bias"]
        pairs |= {ours + end: theirs + end for end in ends}
    if missing := sorted(set(pairs.values()) - set(state)):
        raise ValueError(f"state must hold every tensor of the model, but lacks {missing}")
    if unknown := sorted(set(state) - set(pairs.values())):
        raise ValueError(f"state must hold nothing but the model's tensors, but also holds {unknown}")
    if unset := sorted(set(wanted) - set(pairs)):
        raise ValueError(f"config must describe the model that was saved, but with it {unset} have no counterpart")
    with torch.no_grad():
        for ours, theirs in pairs.items():
            if state[theirs].shape != wanted[ours].shape:
                shapes = f"{tuple(wanted[ours].shape)}, but was {tuple(state[theirs].shape)}"
                raise ValueError(f"the shape of {theirs} must be {shapes}")
            wanted[ours].copy_(state[theirs])
    return model.eval()
