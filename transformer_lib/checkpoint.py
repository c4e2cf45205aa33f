"""Progress of a training in one file, from which it goes on as if it had never stopped.

A safetensors file: parameters, optimizer states and random states as tensors, the rest as JSON in its header.
Only tensors and text, never code; and one file, so that one renaming makes all of it new at once.
"""

import json
import os
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.optim import Optimizer

from transformer_lib.distributed import gathered, processes, shared_as, whole
from transformer_lib.recipe import Recipe
from transformer_lib.saving import load_tensors, tensors_of


def save_progress(file: Path, model: nn.Module, optimizers: list[Optimizer], recipe: Recipe, step: int) -> None:
    """Write down everything the next step depends on; the file is either the old or the new one, never half of it.

    All processes call it together; the first one writes.
    """
    tensors = {f"model.{name}": tensor for name, tensor in tensors_of(model).items()}
    for i, optimizer in enumerate(optimizers):
        for j, state in optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{i}.{j}.{name}": whole(tensor) for name, tensor in state.items()}
    tensors |= {f"random.{rank}": state for rank, state in enumerate(gathered(torch.get_rng_state()))}
    rank, world = processes()
    if rank == 0:
        progress = {"step": step, "processes": world, "recipe": asdict(recipe)}
        unfinished = file.with_name(file.name + ".unfinished")
        save_file(tensors, unfinished, {"progress": json.dumps(progress)})
        os.replace(unfinished, file)


def load_progress(file: Path, model: nn.Module, optimizers: list[Optimizer]) -> int:
    """Restore what `save_progress` wrote; return the number of steps done.

    Raises:
        ValueError: the file is of another model, another optimizer, or another number of processes.
    """
    rank, world = processes()
    with safe_open(file, "pt") as opened:
        progress = json.loads((opened.metadata() or {}).get("progress", "{}"))
        tensors = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
    if progress.get("processes") != world:
        was = f"of {progress['processes']}" if progress else "no progress of a training"
        raise ValueError(f"checkpoint must be of {world} process(es), as many as there are now, but {file} is {was}")
    load_tensors(model, group(tensors, "model."))
    for i, optimizer in enumerate(optimizers):
        saved = group(tensors, f"optimizer.{i}.")
        parameters = [p for each in optimizer.param_groups for p in each["params"]]
        state: dict[int, dict[str, Tensor]] = {}
        for key, tensor in saved.items():
            index, name = key.split(".")
            state.setdefault(int(index), {})[name] = shared_as(tensor, parameters[int(index)])
        optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
    torch.set_rng_state(tensors[f"random.{rank}"])
    return int(progress["step"])


def group(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """Return those whose names start with the prefix, under the rest of their names."""
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
