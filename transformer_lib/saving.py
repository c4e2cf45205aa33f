"""Models in folders: the configuration as JSON, the parameters as safetensors (only tensors, never code)."""

import dataclasses
import json
import os
from pathlib import Path
from typing import get_args

from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from transformer_lib.config import Config
from transformer_lib.decoder import Decoder
from transformer_lib.distributed import shared_as, whole
from transformer_lib.encoder import Bert, Encoder
from transformer_lib.seq2seq import Seq2Seq

Saved = Encoder | Bert | Decoder | Seq2Seq
KINDS = {kind.__name__: kind for kind in get_args(Saved)}


def save_model(model: Saved, folder: Path) -> None:
    """Write model.safetensors and config.json into the folder, which is made if it is not there.

    Tied parameters are written once. Each file is either the old or the new one, never half of it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    config: dict[str, object] = {"kind": type(model).__name__, "config": dataclasses.asdict(model.config)}
    if isinstance(model, Seq2Seq) and not model.shared:
        config["target"] = dataclasses.asdict(model.decoder.config)
    save_file(tensors_of(model), folder / "model.unfinished")
    (folder / "config.unfinished").write_text(json.dumps(config, indent=1) + "\n")
    os.replace(folder / "model.unfinished", folder / "model.safetensors")
    os.replace(folder / "config.unfinished", folder / "config.json")


def load_model(folder: Path) -> Saved:
    """Return the model that `save_model` wrote, ready for use (dropout off).

    Raises:
        FileNotFoundError: there is no such folder, or no model in it.
        ValueError: the folder holds a model of another library (see `from_pretrained`), or tensors that do not fit.
    """
    described = json.loads((folder / "config.json").read_text())
    if described.get("kind") not in KINDS:
        raise ValueError(f"folder must hold a model by save_model, one of {sorted(KINDS)}, but {folder} does not")
    configs = [Config(**described[name]) for name in ("config", "target") if name in described]
    model = KINDS[described["kind"]](*configs)
    load_tensors(model, load_file(folder / "model.safetensors"))
    return model.eval()


def tensors_of(model: nn.Module) -> dict[str, Tensor]:
    """Return what is saved of a model: the parameters, the tied ones once, and the buffers that count."""
    tensors = model.state_dict()
    return {name: whole(tensors[name]).contiguous() for name in saved_names(model)}


def saved_names(model: nn.Module) -> list[str]:
    """Return the names of `tensors_of`."""
    names = [name for name, _ in [*model.named_parameters(), *model.named_buffers()]]
    return [name for name in names if name in model.state_dict()]


def load_tensors(model: nn.Module, tensors: dict[str, Tensor]) -> None:
    """Copy the tensors into those of the same name that `tensors_of` returns.

    Raises:
        ValueError: names the parameters that are missing, or the tensors that are unknown.
    """
    wanted = set(saved_names(model))
    if wanted != set(tensors):
        raise ValueError(
            f"tensors must be the model's parameters, but {sorted(wanted - set(tensors))} are missing "
            f"and {sorted(set(tensors) - wanted)} unknown"
        )
    ours = model.state_dict()
    tensors = {name: shared_as(tensor, ours[name]) for name, tensor in tensors.items()}
    model.load_state_dict(tensors, strict=False)  # the tied ones follow the one they are tied to
