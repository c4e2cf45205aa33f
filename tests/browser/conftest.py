"""A browser, and pages that fail a test when they ask for anything outside or log an error."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.pages import launch

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    wrong: list[str] = []
    local = ("file://", "http://127.0.0.1:", "data:", "blob:")
    page.on("request", lambda r: None if r.url.startswith(local) else wrong.append(f"asked for {r.url}"))
    page.on("requestfailed", lambda r: wrong.append(f"could not load {r.url}"))
    page.on("response", lambda r: wrong.append(f"{r.status} for {r.url}") if r.status >= 400 else None)
    page.on("console", lambda m: wrong.append(f"logged {m.text}") if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: wrong.append(f"raised {e}"))
    yield page
    page.close()
    assert not wrong, "\n".join(wrong)


@pytest.fixture(scope="session")
def axe():
    # preload: axe would fetch the stylesheets again, which a browser refuses beside a local file
    def run(page: Page) -> list[str]:
        """What axe-core finds wrong: the rule, and the elements that break it."""
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("axe.run(document, { preload: false })")["violations"]
        return [f"{v['id']}: {v['help']}: {[n['target'] for n in v['nodes']][:4]}" for v in found]

    return run
