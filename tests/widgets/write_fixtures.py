"""Writes what the widgets' JavaScript must compute, as PyTorch says it: python -m tests.widgets.write_fixtures.

Each fixtures*.py beside this file has a function `fixtures()`; what it returns goes into the JSON of the same name.
"""

import importlib
import json
from pathlib import Path

import torch

NAMES = sorted(path.stem for path in Path(__file__).parent.glob("fixtures*.py"))


def path_of(name):
    return Path(__file__).with_name(f"{name}.json")


def text_of(name):
    """The JSON, its numbers rounded to what every processor agrees on."""
    data = json.dumps(importlib.import_module(f"tests.widgets.{name}").fixtures())
    return json.dumps(json.loads(data, parse_float=lambda x: round(float(x), 9)), separators=(",", ":")) + "\n"


if __name__ == "__main__":
    torch.set_num_threads(1)
    for name in NAMES:
        path_of(name).write_text(text_of(name))
