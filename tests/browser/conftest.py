"""Shared by the browser tests: Chromium, a page that tolerates no error and no request to elsewhere, and axe-core."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.pages import launch
from book import weights
from transformer_lib.widgets import SCRIPT, STYLES, Widget
from transformer_lib.widgets.trained import file_of

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
LOCAL = ("file:", "data:", "blob:", "about:", "http://127.0.0.1:")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page; the test fails when it logs an error, cannot load something, or asks another machine for anything."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, has_touch=True)
    page = context.new_page()
    wrong = watch(page)
    yield page
    context.close()
    assert not wrong, "\n".join(wrong)


def watch(page: Page) -> list[str]:
    """A list that grows with everything that goes wrong on the page."""
    wrong: list[str] = []
    page.on("request", lambda r: None if r.url.startswith(LOCAL) else wrong.append(f"asked for {r.url}"))
    left = "net::ERR_ABORTED"  # the page was left while something still loaded
    page.on("requestfailed", lambda r: None if r.failure == left else wrong.append(f"could not load {r.url}"))
    page.on("response", lambda r: wrong.append(f"{r.status} for {r.url}") if r.status >= 400 else None)
    page.on("console", lambda m: wrong.append(f"logged {m.text}") if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(f"raised {error}"))
    return wrong


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], list[str]]:
    """What axe-core finds wrong on a page, touch targets included: the rule, the element, what to mend."""
    source = AXE.read_text(encoding="utf-8")
    # preload: axe would fetch the stylesheets again, which a browser refuses beside a local file
    run = "axe.run(document, { preload: false, rules: { 'target-size': { enabled: true } } }).then((r) => r.violations)"

    def check(page: Page) -> list[str]:
        page.evaluate(source)
        return [
            f"{found['id']}: {node['target']} {node['failureSummary']}"
            for found in page.evaluate(run)
            for node in found["nodes"]
        ]

    return check


@pytest.fixture
def show(page, tmp_path):
    """Return a function that opens a page, from file://, of nothing but the widgets' own HTML, script and styles."""

    def open_page(*widgets: Widget, theme: str = "", head: str = "") -> Page:
        styles = "\n".join(path.read_text() for path in STYLES)
        body = "".join(f"<h1>Widget</h1>{widget.to_html()}<p id=after>After</p>" for widget in widgets[:1])
        body += "".join(widget.to_html() for widget in widgets[1:])
        (tmp_path / "widgets.js").write_text(SCRIPT.read_text())
        (tmp_path / "weights").mkdir(exist_ok=True)
        for name in weights.names_in(body):
            (tmp_path / f"weights/{name}.js").write_text(weights.script_of(file_of(name)))
        (tmp_path / "page.html").write_text(
            f'<!doctype html><html lang="en" {theme}><head><meta charset="utf-8"><title>A widget</title>{head}'
            f'<meta name="viewport" content="width=device-width"><style>{styles} body {{ background: var(--tf-paper);'
            " color: var(--tf-ink); font: 17px/1.5 sans-serif; max-width: 720px; margin: 0 auto; padding: 0 16px }"
            f'</style><script src="widgets.js"></script></head><body><main>{body}</main></body></html>'
        )
        page.goto((tmp_path / "page.html").as_uri())
        return page

    return open_page
