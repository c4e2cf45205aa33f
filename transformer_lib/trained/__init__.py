"""The book's own trained models, small enough to lie beside the code and to run in a web page.

    translator = load_trained("translator")
    translator.model, translator.source, translator.target, translator.report

`recipes/` has the script that made each. One model is one safetensors file: of a matrix every row is stored as int8 and
one float32 scale, vectors as they are. Python and the page multiply the same bytes by the same scales, so both run
the same model; what the report says was measured on it, not on the one before rounding.
"""

import dataclasses
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float, Int8
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from transformer_lib.config import Config
from transformer_lib.saving import KINDS, Saved, load_tensors, tensors_of
from transformer_lib.seq2seq import Seq2Seq
from transformer_lib.text import CharacterTokenizer, WordTokenizer

FOLDER = Path(__file__).parent
SCALE = ".scale"
LARGEST = 127  # of int8; -128 is left out, so that a row and its negative are stored alike
Tokenizer = CharacterTokenizer | WordTokenizer


@dataclass
class Trained:
    """A trained model with what it reads and writes.

    Args:
        model: in evaluation mode.
        source: turns text into what the model reads.
        target: turns what the model writes into text; for one that reads and writes the same, it is `source`.
        report: data, split, parameters, steps, CPU-seconds, metrics with their intervals, script.
    """

    model: Saved
    source: Tokenizer
    target: Tokenizer
    report: dict[str, Any] = field(default_factory=dict)

    @property
    def vocabulary(self) -> Tokenizer:
        """The one tokenizer of a model that reads and writes the same."""
        return self.source


def trained_names(folder: Path = FOLDER) -> list[str]:
    """Return which models there are."""
    return sorted(file.stem for file in folder.glob("*.safetensors"))


def load_trained(name: str, *, folder: Path = FOLDER) -> Trained:
    """Return one of the book's trained models.

    Args:
        name: one of `trained_names()`.
        folder: where its file is.

    Raises:
        ValueError: there is no such model, or the file is none of `save_trained`.
    """
    names, file = trained_names(folder), folder / f"{name}.safetensors"
    if name not in names:
        raise ValueError(f"name must be one of {names}, but was {name!r}")
    with safe_open(file, "pt") as opened:
        described = json.loads((opened.metadata() or {}).get("trained", "{}"))
        tensors = {key: opened.get_tensor(key) for key in opened.keys()}  # noqa: SIM118
    if described.get("architecture") not in KINDS:
        raise ValueError(f"name must be of a file by save_trained, but {file} is none")
    configs = [Config(**described[key]) for key in ("config", "target_config") if key in described]
    model = KINDS[described["architecture"]](*configs)
    load_tensors(model, from_int8(tensors))
    sides = [side for side in ("source_", "target_", "") if f"{side}vocabulary" in described]
    tokenizers = [make_tokenizer(described[f"{s}tokenizer"], described[f"{s}vocabulary"]) for s in sides]
    return Trained(model.eval(), tokenizers[0], tokenizers[-1], described["report"])


def save_trained(name: str, trained: Trained, *, folder: Path = FOLDER) -> Path:
    """Write the model, its tokenizers and its report into one file; return where it is.

    The model is rounded in place to what the file holds; to fill in the report, measure it after `round_to_int8`.
    The file is either the old or the new one, never half of it.
    """
    model = trained.model
    stored = round_to_int8(model)
    described: dict[str, Any] = {"architecture": type(model).__name__, "config": dataclasses.asdict(model.config)}
    if isinstance(model, Seq2Seq):
        if not model.shared:
            described["target_config"] = dataclasses.asdict(model.decoder.config)
        sides = {"source_": trained.source, "target_": trained.target}
    else:
        sides = {"": trained.source}
    for side, tokenizer in sides.items():
        described[f"{side}tokenizer"] = kind_of(tokenizer)
        described[f"{side}vocabulary"] = tokenizer.vocabulary.items
    described["report"] = trained.report
    file = folder / f"{name}.safetensors"
    unfinished = file.with_suffix(".unfinished")
    save_file(stored, unfinished, {"trained": json.dumps(described, ensure_ascii=False)})
    os.replace(unfinished, file)
    return file


def round_to_int8(model: Saved) -> dict[str, Tensor]:
    """Round the parameters in place to what `save_trained` writes, and return that; twice is as good as once."""
    stored = to_int8(tensors_of(model))
    load_tensors(model, from_int8(stored))
    return stored


def to_int8(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return matrices as int8 with a scale for each row beside them; vectors unchanged, in float32."""
    stored: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        if tensor.ndim == 2:
            stored[name], stored[name + SCALE] = rows_to_int8(tensor.float())
        else:
            stored[name] = tensor.float().contiguous()
    return stored


def rows_to_int8(matrix: Float[Tensor, "rows columns"]) -> tuple[Int8[Tensor, "rows columns"], Float[Tensor, " rows"]]:
    r"""Return the nearest multiples of each row's scale, max |x| / 127, and the scales.

    No element is off by more than half a scale: a row's error is at most 1/254 of its largest element.

    Raises:
        ValueError: an element is no finite number.
    """
    if not bool(matrix.isfinite().all()):
        raise ValueError("matrix must be of finite numbers to be stored, but was not")
    largest = matrix.abs().amax(1)
    scale = torch.where(largest > 0, largest / LARGEST, 1.0)
    return (matrix / scale[:, None]).round().clamp(-LARGEST, LARGEST).to(torch.int8), scale


def from_int8(stored: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return what `to_int8` stored as float32: each row times its scale."""
    names = [name for name in stored if not (name.endswith(SCALE) and name.removesuffix(SCALE) in stored)]
    return {n: stored[n] * stored[n + SCALE][:, None] if n + SCALE in stored else stored[n] for n in names}


def kind_of(tokenizer: Tokenizer) -> str:
    """Return how the file names the tokenizer: "characters", "words" or "lowercase words"."""
    if isinstance(tokenizer, CharacterTokenizer):
        return "characters"
    return "lowercase words" if tokenizer.lowercase else "words"


def make_tokenizer(kind: str, items: list[str]) -> Tokenizer:
    """Return the tokenizer of that kind whose vocabulary is `items`, in their order."""
    if kind == "characters":
        return CharacterTokenizer.from_items(items)
    return WordTokenizer.from_items(items, lowercase=kind == "lowercase words")
