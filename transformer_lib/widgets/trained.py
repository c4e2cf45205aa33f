"""What the widgets share that run a trained model: where its file is, and how it gets to a view that has a kernel."""

import functools
from pathlib import Path
from typing import Any

import traitlets

from transformer_lib.trained import FOLDER, Trained, load_trained, trained_names
from transformer_lib.widgets.base import Widget

SHELVES: list[Path] = [FOLDER]  # folders of trained models; tests add one


class TrainedWidget(Widget):
    """A widget whose view runs a trained model in the page.

    A static page finds the file by its name (see `book/weights.py`). A view in JupyterLab asks for it by a message,
    and gets it as the buffer of another: as a trait it would be stored with every notebook.
    """

    trained = traitlets.Unicode().tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self.on_msg(self._answer)

    @traitlets.validate("trained")
    def _exists(self, proposal: Any) -> Any:
        file_of(proposal["value"])
        return proposal["value"]

    def _answer(self, widget: Any, content: Any, buffers: Any) -> None:
        if not isinstance(content, dict) or content.get("kind") != "weights":
            return
        try:
            data = file_of(self.trained).read_bytes()
        except (OSError, ValueError) as error:
            self.send({"kind": "weights", "error": str(error)})
        else:
            self.send({"kind": "weights"}, buffers=[data])

    @property
    def loaded(self) -> Trained:
        """The model, its tokenizers and its report."""
        file = file_of(self.trained)
        return load(file, file.stat().st_mtime_ns)


def file_of(name: str) -> Path:
    """Return where a trained model's file is.

    Raises:
        ValueError: there is none of that name.
    """
    found = [shelf / f"{name}.safetensors" for shelf in SHELVES if name in trained_names(shelf)]
    if not found:
        names = sorted(each for shelf in SHELVES for each in trained_names(shelf))
        raise ValueError(f"trained must be one of {names}, but was {name!r}")
    return found[0]


@functools.lru_cache(maxsize=8)
def load(file: Path, changed: int) -> Trained:
    """Return the model of a file, read once as long as it does not change."""
    return load_trained(file.stem, folder=file.parent)
