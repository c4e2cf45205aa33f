"""The built book, as a reader meets it: from a server and from a folder, light and dark, wide and narrow."""

import functools
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Page

from benchmarks.pages import HTML, MODELS, ROOT, StaticHost, load, serve, total, weigh

PAGES = sorted(p.relative_to(HTML).as_posix() for p in HTML.rglob("*.html") if "_static" not in p.parts)
CHAPTERS = [p for p in PAGES if p.startswith("chapters/")]
THEMES = ["light", "dark"]
SIZES = [(1440, 900), (390, 844)]
WIDGETS = ROOT / "transformer_lib" / "widgets"
each_page = pytest.mark.parametrize("path", PAGES or ["index.html"])  # without a book, one failure and not a skip


def sources() -> Iterator[Path]:
    yield from (ROOT / name for name in ("_config.yml", "_toc.yml", "index.md"))
    yield from (ROOT / "book").rglob("*.[!p]*")
    yield from (*WIDGETS.glob("*.js"), *WIDGETS.rglob("*.css"), *(ROOT / "chapters").glob("*.ipynb"))


@pytest.fixture(scope="session", autouse=True)
def book() -> None:
    stamp = HTML / "_static" / "book.css"  # written at the start of every build
    if not stamp.exists():
        pytest.fail("there is no book to test: run `make book`", pytrace=False)
    newer = [p.relative_to(ROOT).as_posix() for p in sources() if p.stat().st_mtime > stamp.stat().st_mtime]
    if newer:
        pytest.fail(f"the book is older than {', '.join(newer)}: run `make book`", pytrace=False)


@pytest.fixture(scope="session", params=["server", "folder"])
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "folder":
        yield HTML.as_uri() + "/"
    else:
        with serve() as url:
            yield url


@functools.cache
def soup(path: str) -> BeautifulSoup:
    return BeautifulSoup((HTML / path).read_text(encoding="utf-8"), "html.parser")


@functools.cache
def ids(path: str) -> list[str]:
    return [tag["id"] for tag in soup(path).select("[id]")]


@each_page
def test_page_loads_from_the_book_alone_and_nothing_moves(page: Page, address: str, path: str) -> None:
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        load(page, address + path)
        assert page.evaluate("window.shift") == 0


class SlowHost(StaticHost):
    """Sends a page in two pieces, the first of which ends within its header."""

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if path.suffix != ".html":
            return super().do_GET()
        page = path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        cut = page.index(b"</form>") + len(b"</form>")
        self.wfile.write(page[:cut])
        self.wfile.flush()
        time.sleep(0.5)  # long enough for the browser to paint what it has
        self.wfile.write(page[cut:])


def test_nothing_in_the_header_moves_when_the_page_arrives_in_pieces(page: Page) -> None:
    with serve(host=SlowHost) as url:
        load(page, url + "index.html")
        assert page.evaluate("window.shift") == 0


@each_page
@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing(page: Page, axe, path: str, theme: str) -> None:
    page.emulate_media(color_scheme=theme)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.goto((HTML / path).as_uri())
        page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
        page.evaluate("for (const i of document.querySelectorAll('.tf-quiz input')) i.click()")
        assert axe(page) == []


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_in_the_open_contents_and_in_results(page: Page, axe, theme: str) -> None:
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto((HTML / "index.html").as_uri())
    page.get_by_role("button", name="Contents").click()
    assert page.locator("#contents").is_visible()
    assert axe(page) == []
    page.keyboard.press("Escape")
    assert page.locator("#contents").is_hidden()
    page.goto((HTML / "search.html").as_uri() + "?q=attention")
    page.locator("#search-results li").first.wait_for()
    assert axe(page) == []


@each_page
def test_nothing_is_wider_than_a_small_phone(page: Page, path: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto((HTML / path).as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@each_page
def test_weight(page: Page, path: str) -> None:
    with serve() as url:
        weights = weigh(load(page, url + path))
    raw, packed = total(weights)
    assert (raw < 600_000, packed < 250_000) == (True, True), weights


@each_page
def test_trained_models_load_late_and_are_small(page: Page, path: str) -> None:
    [script] = soup(path).select("script[src*='widgets-']") or [None]
    models = json.loads(script.get("data-weights", "{}")) if script else {}
    sizes = {name: ((HTML / path).parent / urlsplit(link).path).stat().st_size for name, link in models.items()}
    assert sum(sizes.values()) <= 4_000_000, sizes
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    page.set_viewport_size({"width": 1280, "height": 300})
    page.goto((HTML / path).as_uri())
    near = "() => [...document.querySelectorAll('transformer-widget')].filter(w => w.getBoundingClientRect().top < 700)"
    expected = page.evaluate(f"({near})().map(w => JSON.parse(w.getAttribute('state')).trained).filter(Boolean)")
    assert {Path(urlsplit(url).path).stem for url in seen if MODELS in url} <= set(expected)


def test_search_finds_a_chapter_by_its_words(page: Page, address: str) -> None:
    page.goto(address + "index.html")
    page.keyboard.press("/")
    page.keyboard.type("softmax")
    page.keyboard.press("Enter")
    result = page.locator("#search-results li a").first
    result.wait_for()
    page.wait_for_load_state("networkidle")  # else the click breaks off what the results still load
    result.click()
    page.locator("h1").wait_for()
    assert "/chapters/" in page.url


def test_the_theme_button_goes_round_and_is_remembered(page: Page, address: str) -> None:
    page.emulate_media(color_scheme="light")
    page.goto(address + "index.html")
    button = page.locator(".theme-button")
    seen = []
    for _ in range(3):
        button.click()
        seen.append(page.locator("html").get_attribute("data-theme"))
        assert button.get_attribute("aria-label").startswith("Colours: ")
    assert seen == ["dark", "light", "light"]
    button.click()
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 29)"


@pytest.mark.parametrize("path", CHAPTERS)
def test_a_quiz_is_answered_with_the_keyboard_and_explains_every_option(page: Page, path: str) -> None:
    page.goto((HTML / path).as_uri())
    quizzes = page.locator(".tf-quiz").all()
    assert quizzes, "a chapter ends with a quiz"
    for quiz in quizzes:
        assert quiz.get_by_text("Not quite.").first.is_hidden()
        for option in quiz.locator(".tf-quiz-option").all():
            option.locator("input").focus()
            page.keyboard.press("Space")
            assert option.locator(".tf-quiz-why").is_visible()
            assert page.locator("#announce").inner_text().startswith(("Right.", "Not quite."))


@pytest.mark.parametrize("path", CHAPTERS)
def test_a_chapter_reads_and_folds_without_scripts(browser, path: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((HTML / path).as_uri())
    assert page.locator("h1").is_visible()
    for option in page.locator(".tf-quiz-option").all():
        option.locator("label").click()
        assert option.locator(".tf-quiz-why").is_visible()
    context.close()


@each_page
def test_every_link_and_anchor_resolves(path: str) -> None:
    broken = []
    tree = soup(path)
    for tag in tree.select("[href], [src], [popovertarget], [for], [aria-labelledby]"):
        for ident in (tag.get("popovertarget"), tag.get("for"), tag.get("aria-labelledby")):
            if ident and ident not in ids(path):
                broken.append(f"{tag.name} names the id {ident}")
        link = urlsplit(tag.get("href") or tag.get("src") or "#")
        if link.scheme or link.netloc:
            continue
        target = (HTML / path).parent / unquote(link.path) if link.path else HTML / path
        found = target.is_file()
        if found and link.fragment:
            found = unquote(link.fragment) in ids(target.resolve().relative_to(HTML).as_posix())
        if not found:
            broken.append(link.geturl())
    assert broken == []


@each_page
def test_every_image_says_what_it_shows(path: str) -> None:
    silent = [img.get("src") for img in soup(path).select("img") if len(img.get("alt", "").split()) < 3]
    assert silent == [], "give the cell `mystnb: image: alt:`, or the figure `:alt:`, a sentence"


@each_page
def test_no_id_stands_twice(path: str) -> None:
    assert sorted(ids(path)) == sorted(set(ids(path)))


def test_no_address_of_elsewhere_is_loaded() -> None:
    for path in [*HTML.rglob("*.html"), *HTML.rglob("*.css")]:
        text = path.read_text(encoding="utf-8")
        assert not re.findall(
            r"""(?:<(?:script|link|img)[^>]*(?:src|href)=["']|url\(["']?|@import ["'])(?:https?:)?//[^"')]+""", text
        )
