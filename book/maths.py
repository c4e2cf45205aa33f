r"""Maths is rendered while the book is built: a page carries HTML, and MathML for screen readers, but no renderer.

`\textcolor{query}{Q}`, and so for key, value and output, gives a symbol the colour of its role, light or dark.
JupyterLab does not know colours of these names, and shows the symbol in its own.
"""

import atexit
import base64
import json
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

HERE = Path(__file__).parent
ROLES = "query|key|value|output"
LOGGER = logging.getLogger(__name__)


class FormulaError(ValueError):
    """KaTeX does not accept a formula; the message is KaTeX's own."""


@cache
def _katex() -> subprocess.Popen[str]:
    """Start KaTeX, once for a whole build."""
    node = shutil.which("node")
    if node is None:
        raise ExtensionError("maths needs node, which is not on the PATH: `make book` installs it and sets the PATH")
    process = subprocess.Popen(
        [node, str(HERE / "katex.mjs")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    atexit.register(process.communicate)  # closes its input, at which it ends
    return process


@cache
def render(tex: str, display: bool = False) -> str:
    """Return the HTML of a formula, or raise FormulaError."""
    process = _katex()
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps({"tex": tex, "displayMode": display}) + "\n")
    process.stdin.flush()
    line = process.stdout.readline()
    if not line:
        raise ExtensionError("KaTeX ended before it answered: is it installed? (`npm ci`, or `make book`)")
    answer = json.loads(line)
    if "error" in answer:
        raise FormulaError(answer["error"])
    return re.sub(f'(?<=[";])color:({ROLES});', r"color:var(--tf-\1);", answer["html"])


def _html(node: nodes.Element, display: bool) -> str:
    try:
        return render(node.astext(), display)
    except FormulaError as error:
        LOGGER.warning("%s in the formula %s", error, node.astext(), location=node, type="maths")
        return "<code>a wrong formula</code>"


def visit_inline(self: HTML5Translator, node: nodes.math) -> None:
    """Write `$...$`."""
    self.body.append(f'<span class="math">{_html(node, False)}</span>')
    raise nodes.SkipNode


def visit_display(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write `$$...$$`, with its number if it has a label."""
    self.body.append(self.starttag(node, "div", CLASS="math"))
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})</span>')
    self.body.append(_html(node, True) + "</div>")
    raise nodes.SkipNode


# Fonts come inside stylesheets: one that arrives after the first paint moves the text. Those of nearly every formula
# come with KaTeX's own stylesheet, the others in one each, for the pages where their class occurs.
COMMON_FONTS = ("Main-Regular", "Math-Italic")
FONT_CLASSES = {
    "AMS-Regular": "amsrm|mathbb|textbb",
    "Caligraphic-Regular": "mathcal",
    "Main-Bold": "mathbf|textbf",
    "Main-Italic": "mathit|textit",
    "Math-BoldItalic": "boldsymbol",
    "SansSerif-Regular": "mathsf|textsf",
    "Script-Regular": "mathscr|textscr",
    "Size1-Regular": "delimsizing size1|small-op|delim-size1",
    "Size2-Regular": "delimsizing size2|large-op",
    "Size3-Regular": "delimsizing size3",
    "Size4-Regular": "delimsizing size4|delim-size4",
    "Typewriter-Regular": "mathtt|texttt",
}


def stylesheets(body: str) -> list[str]:
    """Name the stylesheets that a page's formulas need."""
    if 'class="katex"' not in body:
        return []
    rare = [name for name, classes in FONT_CLASSES.items() if re.search(rf'class="[^"]*\b(?:{classes})\b', body)]
    return ["katex.css", *(f"katex-{name}.css" for name in rare)]


def write_stylesheets(static: Path) -> None:
    """Write KaTeX's stylesheet, and those of the rarer fonts."""
    dist = HERE.parent / "node_modules" / "katex" / "dist"
    if not dist.is_dir():
        raise ExtensionError("KaTeX is not installed: `npm ci`, or `make book`, does it")
    css = (dist / "katex.min.css").read_text(encoding="utf-8")
    faces: dict[str, str] = {}

    def embed(rule: re.Match[str]) -> str:
        name, source = rule["name"], dist / "fonts" / f"KaTeX_{rule['name']}.woff2"
        data = base64.b64encode(source.read_bytes()).decode()
        faces[name] = f'{rule["start"]}src:url(data:font/woff2;base64,{data}) format("woff2")}}'
        return faces[name] if name in COMMON_FONTS else ""

    css = re.sub(r"(?P<start>@font-face\{[^}]*?)src:url\(fonts/KaTeX_(?P<name>[\w-]+)\.woff2\)[^}]*\}", embed, css)
    (static / "katex.css").write_text(css, encoding="utf-8")
    for name in FONT_CLASSES:
        (static / f"katex-{name}.css").write_text(faces[name], encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Register the renderer."""
    app.add_html_math_renderer("katex", inline_renderers=(visit_inline, None), block_renderers=(visit_display, None))
