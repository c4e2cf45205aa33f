"""The trained models of a page's widgets, as scripts that a widget asks for when a reader comes near it.

A page opened from a folder may fetch nothing but scripts; so each file is one, its bytes as base64 text.
"""

import base64
import html
import json
import re
from pathlib import Path

TRAINED = Path(__file__).parent.parent / "transformer_lib" / "trained"


def files() -> list[Path]:
    """Return the shipped models' files."""
    return sorted(TRAINED.glob("*.safetensors"))


def script_of(file: Path) -> str:
    """Return the script that hands a model's file to the widgets."""
    return f'TransformerWidgets.receive("{file.stem}", "{base64.b64encode(file.read_bytes()).decode()}");\n'


def write_scripts(static: Path) -> None:
    """Write weights/NAME.js for every shipped model; those that no page names are deleted at the end of a build."""
    folder = static / "weights"
    folder.mkdir(parents=True, exist_ok=True)
    for file in files():
        (folder / f"{file.stem}.js").write_text(script_of(file), encoding="utf-8")


def names_in(body: str) -> list[str]:
    """Return the models that the page's widgets run: the trait `trained` of their states."""
    states = re.findall(r"<transformer-widget name=\"\w+\" state='([^']*)'", body)
    names = {json.loads(html.unescape(state)).get("trained") for state in states}
    return sorted(name for name in names if isinstance(name, str))
