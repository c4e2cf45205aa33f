"""Shared by every test: the library's shape annotations are enforced, and torch runs on one thread."""

import importlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ["HF_HUB_OFFLINE"] = "1"  # no test may need a network
LIBRARY = Path(__file__).parents[1] / "transformer_lib"


def pytest_sessionstart(session: pytest.Session) -> None:
    """Import the library with its annotations enforced; the process that only hands out the tests needs no library."""
    if session.config.getoption("dist", "no") != "no" and not hasattr(session.config, "workerinput"):
        return
    import torch
    from jaxtyping import install_import_hook

    torch.set_num_threads(1)
    with install_import_hook("transformer_lib", "beartype.beartype"):
        for module in sorted(LIBRARY.glob("*.py")):
            importlib.import_module(f"transformer_lib.{module.stem}".removesuffix(".__init__"))


@pytest.fixture(autouse=True)
def seed() -> None:
    import torch

    torch.manual_seed(0)


@pytest.fixture
def as_a_user() -> Iterator[None]:
    """Switch the enforced annotations off, so that the library's own error messages are what is raised."""
    from jaxtyping import config

    config.update("jaxtyping_disable", True)
    yield
    config.update("jaxtyping_disable", False)
