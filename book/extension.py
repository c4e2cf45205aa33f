"""The book's Sphinx extension: our layout, one stylesheet, finished maths, and nothing that a page does not use."""

import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from docutils import nodes
from pygments.formatters import HtmlFormatter
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx_design.extension import STATIC_DIR as SPHINX_DESIGN

from book import directives, maths, weights, widgets

HERE = Path(__file__).parent
STYLES = [
    widgets.FOLDER / "palette.css",
    *(HERE / "static" / name for name in ("layout.css", "content.css", "quiz.css")),
]
EMPTY_HEADING = re.compile(r"<th\b([^>]*)>\s*(?:<p>\s*</p>)?\s*</th>")  # a table's empty corner heads nothing
CODE_STYLES = {"light": "github-light-high-contrast", "dark": "github-dark-high-contrast"}


def code_css() -> str:
    """Colours of code for both themes."""
    rules = []
    for theme, style in CODE_STYLES.items():
        formatter = HtmlFormatter(style=style)
        rules += [
            rule
            for rule in formatter.get_style_defs(f'html[data-theme="{theme}"] .highlight').splitlines()
            if "background" not in rule or ".hll" in rule
        ]
    return "\n".join(rules)


def write_assets(app: Sphinx) -> None:
    """Write what pages load, before the first page is written, so that a page can name each file by its contents."""
    static = Path(app.outdir) / "_static"
    static.mkdir(parents=True, exist_ok=True)
    book_css = "\n".join([*(path.read_text(encoding="utf-8") for path in STYLES), code_css()])
    (static / "book.css").write_text(book_css, encoding="utf-8")
    maths.write_stylesheets(static)
    for path in [
        HERE / "static" / "book.js",
        HERE / "static" / "icon.svg",
        SPHINX_DESIGN / "sphinx-design.min.css",
    ]:
        shutil.copyfile(path, static / path.name)
    widgets.write_styles(static)
    weights.write_scripts(static)


def digest(*paths: Path) -> str:
    """Name files by what they hold."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:8]


def note_changes(app: Sphinx, config: Config) -> None:
    """Build every page anew when this folder or a widget changes: Sphinx watches the chapters only."""
    ours = [path for path in HERE.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    config["book_digest"] = digest(*sorted(ours), *widgets.sources(), *weights.files())


def chapter_number(pagename: str) -> str:
    """The number a chapter carries in its file name: `chapters/03_attention` is 3."""
    found = re.match(r"(?:.*/)?(\d+)_", pagename)
    return str(int(found[1])) if found else ""


def contents(pagename: str, toctree: str, toc: str) -> str:
    """The list of chapters; the open one also lists its exercise, and the current page its sections."""
    tree = BeautifulSoup(toctree, "html.parser")
    for caption in tree.select("p.caption"):
        del caption["role"]
    for item in tree.select("li.toctree-l1"):
        is_open = "current" in item.get("class", [])
        if number := chapter_number(pagename if is_open else str(item.a["href"])):
            tag = tree.new_tag("span", attrs={"class": "number"})
            tag.string = number
            item.a.insert(0, tag)
        if item.ul and not is_open:
            item.ul.decompose()
    if path := tree.select("li.current"):
        page = path[-1]
        page.a["aria-current"] = "page"
        sections = BeautifulSoup(toc, "html.parser").select_one("li > ul")
        for deeper in sections.select("ul") if sections else []:
            deeper.decompose()
        if sections:
            page.a.insert_after(sections)
    return str(tree)


def page_context(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Tell the layout what this page needs, and only that."""
    static = Path(app.outdir) / "_static"
    body = context.get("body") or ""

    def asset(name: str) -> str:
        return f"{context['pathto']('_static/' + name, 1)}?v={digest(static / name)}"

    styles = ["book.css"]
    styles += maths.stylesheets(body)
    styles += ["sphinx-design.min.css"] if re.search(r'class="[^"]*\bsd-', body) else []
    names, trained = widgets.names_in(body), weights.names_in(body)
    styles += ["widgets.css"] if names else []
    context |= {
        # the name of a fold is what stands on it; MyST-NB and sphinx-design call each of them the same
        "body": re.sub(EMPTY_HEADING, r"<td\1></td>", body.replace(' aria-label="Toggle hidden content"', "")),
        "asset": asset,
        "styles": styles,
        "maths": "katex.css" in styles,
        "script": asset(widgets.write_script(static, names, bool(trained))) if names else "",
        "weights": json.dumps({name: asset(f"weights/{name}.js") for name in trained}),
        "kind": "Exercise" if pagename.startswith("exercises/") else "Chapter",
        "number": chapter_number(pagename),
        "notebook": str(context.get("sourcename", "")) if str(context.get("sourcename", "")).endswith(".ipynb") else "",
    }
    toctree = context["toctree"](maxdepth=2, collapse=False, titles_only=True, includehidden=True)
    context["contents"] = contents(pagename, toctree or "", context.get("toc") or "")
    if doctree and (first := next((p for p in doctree.findall(nodes.paragraph) if len(p.astext()) > 40), None)):
        context["description"] = re.sub(r"\s+", " ", first.astext())[:200]


def remove_unused(app: Sphinx, exception: Exception | None) -> None:
    """Delete the theme's files that no page names, most of the book's weight on disk, and pages of chapters gone."""
    if exception or app.builder.format != "html":
        return
    out = Path(app.outdir)
    static = out / "_static"
    kept = {Path(app.builder.get_outfilename(name)) for name in [*app.env.found_docs, "search"]}
    pages = [page for page in out.rglob("*.html") if static not in page.parents]
    for page in [page for page in pages if page not in kept]:
        page.unlink()
        pages.remove(page)
    used = {name for page in pages for name in re.findall(r"_static/([\w./-]+)", page.read_text("utf-8"))}
    for path in sorted(static.rglob("*"), reverse=True):
        if path.is_file() and path.relative_to(static).as_posix() not in used:
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    shutil.rmtree(out / "_sphinx_design_static", ignore_errors=True)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register everything above."""
    maths.setup(app)
    directives.setup(app)
    app.add_config_value("comments_config", {}, "html")  # Jupyter Book always sets it, for an extension we leave out
    app.add_config_value("book_digest", "", "env")
    app.connect("config-inited", note_changes)
    app.connect("builder-inited", write_assets)
    app.connect("html-page-context", page_context, priority=900)
    app.connect("build-finished", remove_unused, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
