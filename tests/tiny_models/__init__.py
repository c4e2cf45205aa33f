"""Trained models' files that are small and quick: what the widgets that run a model are tested with.

`python -m tests.tiny_models.train` made them, in half a minute.
"""

from pathlib import Path

from transformer_lib.widgets.trained import SHELVES

SHELF = Path(__file__).parent
SHELVES.append(SHELF)
