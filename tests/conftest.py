"""Shared by every test: the library's shape annotations are enforced, and torch runs on one thread."""

from collections.abc import Iterator

import pytest
from jaxtyping import config, install_import_hook

with install_import_hook("transformer_lib", "beartype.beartype"):
    import transformer_lib.attention
    import transformer_lib.masks  # noqa: F401

import torch

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
