"""Shared by the browser tests: Chromium, a page that tolerates no error and no request to elsewhere, and axe-core."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[2]
QUIET = "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync"
LOCAL = ("file:", "data:", "blob:", "about:", "http://127.0.0.1", "http://localhost")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET.split())
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Yield a page; the test fails when it logs an error or asks another machine for anything."""
    context = browser.new_context(viewport={"width": 900, "height": 900}, has_touch=True)
    page = context.new_page()
    complaints = watch(page)
    yield page
    context.close()
    assert not complaints


def watch(page: Page) -> list[str]:
    """Return a list that grows with every error in the console and every request to another machine."""
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(f"console {m.type}: {m.text}") if m.type in WORRYING else None)
    page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
    page.on("requestfailed", lambda request: complaints.append(f"failed: {request.url}"))
    page.on("request", lambda r: None if r.url.startswith(LOCAL) else complaints.append(f"not local: {r.url}"))
    return complaints


WORRYING = ("error", "warning")


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], list[str]]:
    """Return a function that runs axe-core on a page, touch targets included, and returns what it found."""
    source = (ROOT / "node_modules/axe-core/axe.min.js").read_text("utf-8")
    run = "() => axe.run(document, {rules: {'target-size': {enabled: true}}})"

    def check(page: Page) -> list[str]:
        page.evaluate(source)
        return [
            f"{found['id']}: {node['target']} {node['failureSummary']}"
            for found in page.evaluate(run)["violations"]
            for node in found["nodes"]
        ]

    return check
