"""What a page with widgets loads: one script with the views of its own widgets, and one stylesheet."""

import hashlib
import re
import subprocess
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "transformer_lib" / "widgets"
ESBUILD = ["esbuild", "--minify", "--charset=utf8", "--log-level=warning"]


def minified(text: str, *options: str) -> str:
    """Return the script or stylesheet as esbuild makes it; its imports are looked for among the widgets' JavaScript."""
    command = [*ESBUILD, *options]
    done = subprocess.run(
        command, input=text, text=True, encoding="utf-8", check=True, stdout=subprocess.PIPE, cwd=FOLDER / "js"
    )
    return done.stdout


def sources() -> list[Path]:
    """Return every file that a page's widgets are made from."""
    return sorted([*FOLDER.glob("*.css"), *FOLDER.glob("styles/*.css"), *FOLDER.rglob("js/**/*.js")])


def write_styles(static: Path) -> None:
    """Write widgets.css, for all pages (whose palette is in their book.css)."""
    files = [FOLDER / "widgets.css", *sorted((FOLDER / "styles").glob("*.css"))]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    (static / "widgets.css").write_text(minified(text, "--loader=css"), encoding="utf-8")


def names_in(body: str) -> list[str]:
    """Return the widgets of a page, each once."""
    return sorted(set(re.findall(r"<transformer-widget name=\"(\w+)\"", body)))


def write_script(static: Path, names: list[str], with_trained: bool) -> str:
    """Write the script of these widgets, if no page has needed it yet; return the file's name.

    Args:
        static: the folder of what pages load.
        names: widgets, by their Python class.
        with_trained: whether some of them run trained models, which `weights` hands to them.
    """
    views = ", ".join(names)
    entry = f"""import {{ installHost }} from "./host.js";
import {{ {views} }} from "./views/index.js";
{'export { receive } from "./trained.js";' if with_trained else ""}
installHost({{ {views} }});
"""
    made_from = hashlib.sha256(entry.encode() + b"".join(path.read_bytes() for path in sources()))
    path = static / f"widgets-{made_from.hexdigest()[:12]}.js"
    if not path.exists():
        path.write_text(minified(entry, "--bundle", "--format=iife", "--global-name=TransformerWidgets"), "utf-8")
    return path.name
