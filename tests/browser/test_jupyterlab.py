"""The same widgets in JupyterLab: alive with a kernel, and readable in a notebook that nobody has run yet."""

import json
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

import nbformat
import pytest
from playwright.sync_api import Browser, Page, expect

from book import notebooks

CELLS = [
    "import torch\nfrom transformer_lib.widgets import QueryExplorer\nexplorer = QueryExplorer()\nexplorer",
    "print('query', explorer.query)",
    "from transformer_lib.widgets import TranslatorExplorer\nTranslatorExplorer('Der Hund schläft.')",
]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a JupyterLab over a folder with one executed notebook; yield its address."""
    folder = tmp_path_factory.mktemp("lab")
    notebook = nbformat.v4.new_notebook()
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    notebooks.execute(notebook, folder)
    nbformat.write(notebook, folder / "widget.ipynb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyterlab", str(folder), "--no-browser", "--allow-root", f"--port={port}"]
    command += ["--IdentityProvider.token=", "--LabApp.expose_app_in_browser=True", "--LabApp.news_url=None"]
    with (folder / "log.txt").open("w") as log:
        server = subprocess.Popen(
            [*command, f"--LabApp.workspaces_dir={folder}/spaces", f"--LabApp.user_settings_dir={folder}/settings"],
            stdout=log,
            stderr=log,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{address}/api", timeout=1).close()
                break
            except OSError:
                assert server.poll() is None, (folder / "log.txt").read_text()
                time.sleep(0.1)
        yield f"{address}/lab/tree/widget.ipynb"
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture
def tab(browser: Browser, lab: str) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1100, "height": 1400})
    page.goto(lab)
    page.wait_for_function("window.jupyterapp?.shell.currentWidget?.sessionContext?.isReady", timeout=60_000)
    yield page
    page.close()


def test_an_executed_notebook_shows_the_numbers_before_it_is_run(tab: Page):
    expect(tab.locator(".jp-OutputArea-output").first).to_contain_text("QueryExplorer")
    expect(tab.locator(".jp-OutputArea-output").first).to_contain_text("0.997")


def test_a_widget_lives_and_its_state_reaches_python(tab: Page):
    tab.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
    query = tab.locator(".jp-OutputArea [role=slider][aria-label^=query]")
    query.wait_for(timeout=60_000)
    query.focus()
    query.press("ArrowRight")  # JupyterLab must not take the key for its own
    expect(query).not_to_have_attribute("aria-valuenow", "-1.0")
    tab.evaluate("jupyterapp.shell.currentWidget.content.activeCellIndex = 1")
    tab.evaluate("jupyterapp.commands.execute('notebook:run-cell')")
    printed = tab.locator(".jp-OutputArea-output", has_text=re.compile(r"query \[-0\.[0-9]+, -2\.5\]"))
    expect(printed).to_be_visible(timeout=20_000)
    assert json.loads(printed.inner_text().removeprefix("query "))[0] > -1.0


def test_a_trained_model_comes_from_the_kernel_and_runs(tab: Page):
    tab.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
    expect(tab.locator(".jp-OutputArea .tf-answer")).to_have_text("English: The dog sleeps.", timeout=60_000)


def test_colours_follow_jupyterlabs_dark_theme(tab: Page):
    tab.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
    widget = tab.locator(".jp-OutputArea svg").first
    widget.wait_for(timeout=60_000)
    ink = "getComputedStyle(document.body).getPropertyValue('--tf-ink')"
    light = tab.evaluate(ink)
    tab.evaluate("jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})")
    tab.wait_for_function("document.body.dataset.jpThemeLight == 'false'")
    assert tab.evaluate(ink) != light
