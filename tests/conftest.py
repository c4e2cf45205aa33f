"""Shared by every test: the library's shape annotations are enforced, and torch runs on one thread."""

import importlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from jaxtyping import config, install_import_hook

os.environ["HF_HUB_OFFLINE"] = "1"  # no test may need a network
LIBRARY = Path(__file__).parents[1] / "transformer_lib"
with install_import_hook("transformer_lib", "beartype.beartype"):
    for module in sorted(LIBRARY.glob("*.py")):
        importlib.import_module(f"transformer_lib.{module.stem}" if module.stem != "__init__" else "transformer_lib")

torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def seed() -> None:
    torch.manual_seed(0)


@pytest.fixture
def as_a_user() -> Iterator[None]:
    """Switch the enforced annotations off, so that the library's own error messages are what is raised."""
    config.update("jaxtyping_disable", True)
    yield
    config.update("jaxtyping_disable", False)
