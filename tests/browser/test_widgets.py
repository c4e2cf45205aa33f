"""Every widget in a page without a kernel: each control by mouse, keyboard and touch, its numbers against PyTorch."""

import itertools
import math
import re
from collections.abc import Callable

import pytest
import torch
from playwright.sync_api import Browser, Locator, Page, expect

from transformer_lib import attention
from transformer_lib.widgets import SCRIPT, STYLES, AttentionExplorer, QueryExplorer, SoftmaxExplorer, Widget

TOKENS = ["[CLS]", "the", "dogs", "chased", "the", "cat", "until", "they", "were", "too", "tired", "[SEP]"]
LAYERS, HEADS = 6, 12
SHORT = TOKENS[:5]


def random_weights(length: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(length)
    return (torch.randn(LAYERS, HEADS, length, length, generator=generator) * 2).softmax(-1)


WEIGHTS = {len(tokens): random_weights(len(tokens)) for tokens in (TOKENS, SHORT)}
MAKE: dict[str, Callable[[], Widget]] = {
    "query": QueryExplorer,
    "softmax": SoftmaxExplorer,
    "lines": lambda: AttentionExplorer([{"tokens": t, "weights": WEIGHTS[len(t)]} for t in (TOKENS, SHORT)], query=7),
    "matrix": lambda: AttentionExplorer([{"tokens": TOKENS, "weights": WEIGHTS[len(TOKENS)]}], query=3, view="matrix"),
}
each_widget = pytest.mark.parametrize("name", MAKE)


@pytest.fixture
def show(page, tmp_path):
    """Return a function that opens a page, from file://, of nothing but the widgets' own HTML, script and styles."""

    def open_page(*widgets: Widget, theme: str = "", head: str = "") -> Page:
        styles = "\n".join(path.read_text() for path in STYLES)
        body = "".join(f"<h1>Widget</h1>{widget.to_html()}<p id=after>After</p>" for widget in widgets[:1])
        body += "".join(widget.to_html() for widget in widgets[1:])
        (tmp_path / "widgets.js").write_text(SCRIPT.read_text())
        (tmp_path / "page.html").write_text(
            f'<!doctype html><html lang="en" {theme}><head><meta charset="utf-8"><title>A widget</title>{head}'
            f'<meta name="viewport" content="width=device-width"><style>{styles} body {{ background: var(--tf-paper);'
            " color: var(--tf-ink); font: 17px/1.5 sans-serif; max-width: 720px; margin: 0 auto; padding: 0 16px }"
            f'</style><script src="widgets.js"></script></head><body><main>{body}</main></body></html>'
        )
        page.goto((tmp_path / "page.html").as_uri())
        return page

    return open_page


def numbers(text: str) -> list[float]:
    """Every number in the text; the page writes minus signs, not hyphens."""
    return [float(x.replace("−", "-")) for x in re.findall(r"[−-]?\d+\.\d+", text)]


def table(page: Page) -> list[list[float]]:
    """The numbers of each row of the first table's body."""
    return [numbers(row) for row in page.locator("tbody tr").all_inner_texts()]


def centre(locator: Locator) -> tuple[float, float]:
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, handle: Locator, right: float, down: float) -> None:
    x, y = centre(handle)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right / 2, y + down / 2)
    page.mouse.move(x + right, y + down)
    page.mouse.up()


def swipe(page: Page, handle: Locator, right: float, down: float) -> None:
    x, y = centre(handle)
    session = page.context.new_cdp_session(page)
    for kind, share in (("touchStart", 0), ("touchMove", 0.5), ("touchMove", 1), ("touchMove", 1)):
        points = [{"x": x + right * share, "y": y + down * share}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(100)  # moves wait for the next frame


def tap(page: Page, target: Locator) -> None:
    target.scroll_into_view_if_needed()
    swipe(page, target, 0, 0)


# ---- QueryExplorer ----


def place(page: Page, name: str) -> list[float]:
    """Where a handle says it is."""
    return numbers(page.get_by_role("slider", name=name, exact=True).get_attribute("aria-valuetext"))


def check_query(page: Page, scaled: bool = True) -> list[float]:
    """Compare all that is shown with PyTorch's attention, computed from where the handles say they are."""
    words = page.locator("tbody th").all_inner_texts()
    query = torch.tensor([place(page, "query")], dtype=torch.float64)
    keys, values = (
        torch.tensor([place(page, f"{role} of {word}") for word in words], dtype=torch.float64)
        for role in ("key", "value")
    )
    divisor = math.sqrt(2) if scaled else 1
    out, weights = attention(query * math.sqrt(2) / divisor, keys, values)
    scores = (query @ keys.T)[0]
    for row, score, weight, value in zip(table(page), scores, weights[0], values, strict=True):
        assert row[:2] == pytest.approx([score.item(), score.item() / divisor], abs=5.1e-3)
        assert row[2] == pytest.approx(weight.item(), abs=5.1e-4)
        assert row[3:] == pytest.approx(value.tolist())
    shown = numbers(page.locator("tfoot td").last.inner_text())
    assert shown == pytest.approx(out[0].tolist(), abs=5.1e-3)
    projection, length, product = numbers(page.locator(".tf-caption").first.inner_text())
    chosen = page.locator("tr.tf-chosen th").inner_text()
    assert product == pytest.approx(scores[words.index(chosen)].item(), abs=5.1e-3)
    assert projection * length == pytest.approx(product, abs=0.06)
    return shown


def test_the_query_moves_by_mouse_keyboard_and_touch(show):
    page = show(QueryExplorer())
    assert check_query(page) == [-2.0, -3.99]
    handle = page.get_by_role("slider", name="query")
    unit = page.locator(".tf-plane svg[role=group]").first.bounding_box()["width"] / 12
    drag(page, handle, 3 * unit, -unit)
    assert place(page, "query") == pytest.approx([2, -1.5], abs=0.101)
    check_query(page)

    start = place(page, "query")
    handle.focus()
    for key in ("ArrowLeft", "ArrowUp", "ArrowUp", "Shift+ArrowRight", "Shift+ArrowDown", "ArrowDown", "a"):
        page.keyboard.press(key)
    assert place(page, "query") == pytest.approx([start[0] + 0.9, start[1] - 0.9])
    check_query(page)

    start = place(page, "query")
    swipe(page, handle, -4 * unit, -2 * unit)
    assert place(page, "query") == pytest.approx([start[0] - 4, start[1] + 2], abs=0.101)
    check_query(page)


@pytest.mark.parametrize("role", ["key", "value"])
def test_keys_and_values_move_each_on_their_own(show, role):
    page = show(QueryExplorer([0.5, 0.3]))
    handle = page.get_by_role("slider", name=f"{role} of cat")
    other = place(page, f"{'value' if role == 'key' else 'key'} of cat")
    drag(page, handle, -30, 20)
    swipe(page, handle, 10, 60)
    handle.press("Shift+ArrowUp")
    assert place(page, f"{role} of cat") != other
    assert place(page, f"{'value' if role == 'key' else 'key'} of cat") == other
    check_query(page)


def test_no_handle_leaves_the_picture(show):
    page = show(QueryExplorer())
    handle = page.get_by_role("slider", name="query")
    drag(page, handle, 5000, 5000)
    assert place(page, "query") == [5.2, -5.2]
    for _ in range(20):
        handle.press("Shift+ArrowUp")
    assert place(page, "query") == [5.2, 5.2]
    check_query(page)
    plane = page.locator(".tf-plane svg[role=group]").first.bounding_box()
    hold = handle.bounding_box()
    assert hold["y"] >= plane["y"]
    assert hold["x"] + hold["width"] <= plane["x"] + plane["width"]


def test_the_query_explorers_buttons(show):
    page = show(QueryExplorer())
    page.get_by_role("button", name="Katze").click()
    assert check_query(page) == [4.5, 2.5]
    page.get_by_role("button", name="die").press("Enter")
    assert check_query(page) == [-2.0, -3.99]
    assert page.get_by_role("button").all_inner_texts() == ["die", "Katze", "Reset"]  # none gives an answer away
    tap(page, page.get_by_role("button", name="die"))
    page.get_by_role("checkbox").click()
    check_query(page, scaled=False)
    page.get_by_role("checkbox").press("Space")
    check_query(page)
    drag(page, page.get_by_role("slider", name="value of danced"), 10, 80)
    page.get_by_role("slider", name="key of the").press("ArrowUp")
    page.get_by_role("checkbox").click()
    page.get_by_role("button", name="Reset").click()
    assert check_query(page) == [-2.0, -3.99]
    assert [place(page, f"{role} of the") for role in ("key", "value")] == [[-2, -4]] * 2


def test_pointing_at_a_word_shows_the_projection_on_its_key(show):
    page = show(QueryExplorer())
    page.locator("tbody tr").nth(2).hover()
    assert numbers(page.locator(".tf-caption").first.inner_text())[2] == -10.75
    page.get_by_role("slider", name="key of cat").focus()
    assert numbers(page.locator(".tf-caption").first.inner_text())[2] == 3.75


def apart(texts: Locator, marks: Locator | None = None) -> None:
    """Check that no text covers another, nor one of the marks."""
    boxes = [(text.text_content(), text.bounding_box()) for text in texts.all()]
    drawn = [(mark.get_attribute("class"), mark.bounding_box()) for mark in (marks.all() if marks else [])]
    for (one, a), (other, b) in [*itertools.combinations(boxes, 2), *itertools.product(boxes, drawn)]:
        across = min(a["x"] + a["width"], b["x"] + b["width"]) - max(a["x"], b["x"])
        # a letter is lower than the box of its line; 4 px are the halo round names and marks
        down = min(a["y"] + a["height"], b["y"] + b["height"]) - max(a["y"], b["y"]) - 0.25 * a["height"]
        assert across <= 4 or down <= 4, f"{one} and {other}"


@pytest.mark.parametrize("danced", [[-1.2, -0.6], [-2.4, -0.2], [-2.5, -0.5], [-3, 0.3], [-4, -1.5]])
def test_names_stand_clear_of_one_another(show, danced):
    page = show(QueryExplorer([0, 0], values=[[-2, -4], [-2.5, -0.5], danced]))
    for plane in page.locator(".tf-plane").all():
        apart(plane.locator("text"), plane.locator(":is(.tf-handle, .tf-over) .tf-mark"))


def test_two_planes_stand_side_by_side_on_one_line(show, page):
    page.set_viewport_size({"width": 660, "height": 800})
    show(QueryExplorer())
    page.locator(".tf-title").last.evaluate("(title) => title.append(' and a few more words')")
    left, right = (plane.bounding_box() for plane in page.locator(".tf-plane > svg").all())
    assert [left["y"], left["width"]] == pytest.approx([right["y"], right["width"]], abs=0.5)


def test_a_phone_shows_the_sum_of_the_values(show, page):
    page.set_viewport_size({"width": 360, "height": 800})
    show(QueryExplorer())
    expect(page.get_by_role("columnheader", name="× value")).to_be_visible()
    check_query(page)


# ---- SoftmaxExplorer ----


def check_softmax(page: Page, d: int, scaled: bool, temperature: float) -> float:
    unit = torch.tensor(SoftmaxExplorer().scores, dtype=torch.float64)
    raw = unit * math.sqrt(d)
    scores = raw / (math.sqrt(d) if scaled else 1) / temperature
    p = scores.softmax(-1)
    jacobian = torch.autograd.functional.jacobian(lambda x: x.softmax(-1), scores)
    header = ["score", "÷ √d ÷ T" if scaled else "÷ T", "weight p", "p(1 − p)"]
    assert page.locator("thead th.tf-num").all_inner_texts() == header
    for row, s, x, w, g in zip(table(page), raw, scores, p, jacobian.diagonal(), strict=True):
        assert row[:2] == pytest.approx([s.item(), x.item()], abs=5.1e-2)
        assert row[2:] == pytest.approx([w.item(), g.item()], abs=5.1e-4)
    bits = torch.special.entr(p).sum().item() / math.log(2)
    largest, entropy, count, left = numbers(" ".join(page.locator("dd").all_inner_texts()))
    assert [largest, left] == pytest.approx([p.max().item(), jacobian.trace().item()], abs=5.1e-4)
    assert entropy == pytest.approx(bits, abs=5.1e-3)
    assert count == pytest.approx(2**bits, abs=5.1e-2)
    assert page.locator(".tf-slider b").all_inner_texts() == [str(d), f"{temperature:.2f}"]
    return left


def test_the_softmax_explorer_by_mouse_keyboard_and_touch(show):
    page = show(SoftmaxExplorer())
    width, heat = page.get_by_role("slider", name="width d"), page.get_by_role("slider", name="temperature")
    soft = check_softmax(page, 4, False, 1.0)
    width.press("End")
    assert check_softmax(page, 1024, False, 1.0) < 0.001 < soft
    page.get_by_role("checkbox").click()
    kept = check_softmax(page, 1024, True, 1.0)
    width.press("Home")
    assert check_softmax(page, 1, True, 1.0) == kept
    page.get_by_role("checkbox").press("Space")
    for _ in range(20):
        heat.press("ArrowRight")
    check_softmax(page, 1, False, 10.0)
    box = heat.bounding_box()
    page.mouse.click(box["x"] + 1, box["y"] + box["height"] / 2)
    check_softmax(page, 1, False, 0.1)
    tap(page, width)  # in the middle of its track
    check_softmax(page, 32, False, 0.1)
    page.get_by_role("button", name="Reset").click()
    assert check_softmax(page, 4, False, 1.0) == soft


def test_the_point_stands_on_its_curve(show):
    page = show(SoftmaxExplorer(d=16))
    for press in ("ArrowRight", "ArrowLeft", "End"):
        page.get_by_role("slider", name="width d").press(press)
        dot = [float(page.locator(".tf-dot").get_attribute(axis)) for axis in ("cx", "cy")]
        corners = page.locator(".tf-curve.tf-now").get_attribute("d")[1:].split("L")
        nearest = min(math.dist(dot, [float(x) for x in corner.split()]) for corner in corners)
        assert nearest < 0.1


@pytest.mark.parametrize(
    ("d", "scaled", "temperature"),
    [(1024, True, 0.1), (1, False, 0.1), (256, False, 10.0), (4, False, 1.0), (1, True, 1.0), (1024, False, 1.0)],
)
def test_the_curves_names_and_number_stand_clear(show, d, scaled, temperature):
    page = show(SoftmaxExplorer(d=d, scaled=scaled, temperature=temperature))
    apart(page.locator(".tf-curvebox text"))


@pytest.mark.parametrize(("width", "room"), [(1280, 200), (660, 200), (360, 80)])
def test_bars_have_room(show, page, width, room):
    page.set_viewport_size({"width": width, "height": 900})
    show(SoftmaxExplorer())
    assert page.locator("tbody .tf-track").first.bounding_box()["width"] >= room


# ---- AttentionExplorer ----


def check_row(page: Page, tokens: list[str], layer: int, head: int, query: int) -> None:
    expect(page.get_by_text(f"layer {layer}, head {head}", exact=True)).to_be_visible()
    shown = [numbers(text)[0] for text in page.locator(".tf-head .tf-num").all_inner_texts()]
    assert shown == pytest.approx(WEIGHTS[len(tokens)][layer, head, query].tolist(), abs=5.1e-4)


def queries(page: Page) -> Locator:
    return page.get_by_role("radiogroup", name="query").get_by_role("radio")


def head(page: Page, layer: int, number: int) -> Locator:
    return page.get_by_role("radio", name=f"layer {layer}, head {number}", exact=True)


@pytest.mark.parametrize("view", ["lines", "matrix"])
def test_heads_and_queries_by_mouse_keyboard_and_touch(show, view):
    page = show(MAKE["lines"]())
    page.get_by_role("radio", name=view).click()
    check_row(page, TOKENS, 0, 0, 7)
    head(page, 3, 1).click()
    check_row(page, TOKENS, 3, 1, 7)
    for key in ("ArrowRight", "ArrowDown", "ArrowUp", "ArrowUp", "ArrowLeft", "ArrowLeft"):
        page.keyboard.press(key)
    check_row(page, TOKENS, 2, 0, 7)
    expect(head(page, 2, 0)).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("ArrowDown")
    check_row(page, TOKENS, 5, 11, 7)
    tap(page, head(page, 4, 5))
    check_row(page, TOKENS, 4, 5, 7)
    tap(page, queries(page).nth(2))
    check_row(page, TOKENS, 4, 5, 2)
    queries(page).nth(2).press("ArrowDown")
    check_row(page, TOKENS, 4, 5, 3)
    queries(page).nth(9).click()
    page.mouse.move(0, 0)
    check_row(page, TOKENS, 4, 5, 9)
    queries(page).nth(5).hover()
    check_row(page, TOKENS, 4, 5, 5)
    page.mouse.move(0, 0)
    check_row(page, TOKENS, 4, 5, 9)
    queries(page).nth(5).hover()
    queries(page).nth(9).press("ArrowDown")  # with the mouse at rest on another word
    check_row(page, TOKENS, 4, 5, 10)
    expect(page.locator(".tf-caption")).to_contain_text(f"{TOKENS[10]} →")
    every = page.get_by_role("button", name="all words", pressed=False)
    every.click()
    page.get_by_role("button", name="all words", pressed=True).click()
    check_row(page, TOKENS, 4, 5, 10)
    every.click()
    expect(page.get_by_role("button", name="all words", pressed=True)).to_be_visible()
    assert "".join(page.locator(".tf-head .tf-num").all_inner_texts()) == ""
    strongest = numbers(page.locator(".tf-caption").inner_text())
    assert strongest == pytest.approx([WEIGHTS[len(TOKENS)][4, 5].max().item()], abs=5.1e-4)


def test_the_matrix_answers_to_its_own_cells(show):
    page = show(MAKE["matrix"]())
    cells = page.locator(".tf-matrix > svg")
    cells.hover(position={"x": 20, "y": 30 * 6 + 15})
    check_row(page, TOKENS, 0, 0, 6)
    cells.click(position={"x": 20, "y": 30 * 10 + 15})
    page.mouse.move(0, 0)
    check_row(page, TOKENS, 0, 0, 10)
    assert queries(page).nth(10).get_attribute("aria-checked") == "true"


def test_another_sentence_view_and_back(show):
    page = show(MAKE["lines"]())
    sentences = page.get_by_role("radiogroup", name="sentence").get_by_role("radio")
    written = ["the dogs chased the cat until they were too tired", "the dogs chased the"]
    assert sentences.all_inner_texts() == written
    sentences.first.press("ArrowDown")
    expect(sentences.nth(1)).to_be_focused()
    assert sentences.nth(1).get_attribute("aria-checked") == "true"
    assert queries(page).all_inner_texts() == SHORT
    queries(page).nth(4).click()
    page.mouse.move(0, 0)
    check_row(page, SHORT, 0, 0, 4)
    page.get_by_role("radio", name="lines").press("ArrowRight")
    expect(page.get_by_role("radio", name="matrix")).to_be_focused()
    check_row(page, SHORT, 0, 0, 4)
    page.get_by_role("button", name="Reset").click()
    check_row(page, TOKENS, 0, 0, 7)
    assert page.locator(".tf-lines").count() == 1


@pytest.mark.parametrize("count", [12, 16, 18])
def test_the_matrix_names_its_keys_clearly_on_a_phone(show, page, count):
    page.set_viewport_size({"width": 360, "height": 800})
    tokens = [*TOKENS, *TOKENS][:count]
    show(AttentionExplorer([{"tokens": tokens, "weights": random_weights(count)}], query=7, view="matrix"))
    apart(page.locator(".tf-upright .tf-key"))
    assert float(page.locator(".tf-columnheads").evaluate("(e) => parseFloat(getComputedStyle(e).fontSize)")) >= 11


def test_a_sentence_is_read_as_it_was_written(show):
    tokens = ["[CLS]", "didn", "'", "t", "it", "em", "##bed", "words", ",", "too", "?", "[SEP]"]
    one = {"tokens": tokens, "weights": random_weights(len(tokens))}
    page = show(AttentionExplorer([one, one]))
    assert page.get_by_role("radio", name="didn't it embed words, too?").count() == 2


def test_a_small_picture_holds_its_heads_weights(show):
    page = show(MAKE["lines"]())
    alpha = page.evaluate(
        "() => { const c = document.querySelectorAll('.tf-thumb canvas')[2 * 12 + 3];"
        " return [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data].filter((_, i) => i % 4 === 3) }"
    )
    wanted = WEIGHTS[len(TOKENS)][2, 3].flatten() * 255
    assert alpha == pytest.approx(wanted.tolist(), abs=1)


# ---- what every widget owes its page ----


@each_widget
@pytest.mark.parametrize("theme", ["", 'data-theme="dark"'], ids=["light", "dark"])
@pytest.mark.parametrize("width", [900, 360])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(show, axe, page, name, theme, width):
    page.set_viewport_size({"width": width, "height": 800})
    show(MAKE[name](), theme=theme)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    spilt = "() => [...document.querySelectorAll('.tf-widget *')].filter(e => e.checkVisibility()"
    spilt += " && !e.closest('svg, .tf-status') && e.getBoundingClientRect().right > innerWidth).map(e => e.outerHTML)"
    assert page.evaluate(spilt) == []


@each_widget
def test_nothing_shifts_while_the_page_loads_and_the_first_drawing_is_quick(show, page, name):
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(e => window.shift += e.value))"
        ".observe({type: 'layout-shift', buffered: true});"
    )
    show(MAKE[name]())
    page.wait_for_timeout(300)
    assert page.evaluate("window.shift") == 0
    assert page.locator("transformer-widget[live]").count() == 1
    expect(page.locator(".tf-fallback")).to_be_hidden()


def test_controls_do_not_move_the_page_below_them(show):
    page = show(MAKE["query"](), MAKE["softmax"]())
    before = page.locator("#after").bounding_box()["y"]
    for name in ("Katze", "die"):
        page.get_by_role("button", name=name).click()
        assert page.locator("#after").bounding_box()["y"] == before
    for row in page.locator("tbody tr").all()[:3]:
        row.hover()
        assert page.locator("#after").bounding_box()["y"] == before


@each_widget
def test_handles_are_large_enough_for_a_finger(show, page, name):
    page.set_viewport_size({"width": 360, "height": 800})
    show(MAKE[name]())
    for handle in page.locator(".tf-handle .tf-hit").all():
        assert min(handle.bounding_box()["width"], handle.bounding_box()["height"]) >= 32
    for control in page.locator(".tf-widget :is(button, input[type=range], label.tf-check)").all():
        assert min(control.bounding_box()["width"], control.bounding_box()["height"]) >= 24


@each_widget
def test_the_status_says_the_state_once_the_hand_rests(show, name):
    page = show(MAKE[name]())
    status = page.get_by_role("status")
    first = status.inner_text()
    assert first
    if name in ("query", "softmax"):
        handle = page.get_by_role("slider", name="query" if name == "query" else "width d")
        handle.press("ArrowUp")
        handle.press("ArrowUp")
    else:
        head(page, 2, 2).click()
    assert status.inner_text() == first
    expect(status).not_to_have_text(first)


def test_two_of_a_kind_keep_to_themselves(show):
    page = show(QueryExplorer([4, 3]), QueryExplorer([4, 3]))
    one, two = page.locator(".tf-widget").all()
    two.get_by_role("button", name="die").click()
    outputs = [numbers(widget.locator("tfoot td").last.inner_text()) for widget in (one, two)]
    assert outputs == [[4.5, 2.5], [-2.0, -3.99]]
    ids = page.evaluate("() => [...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))


def test_a_widget_that_is_moved_in_the_page_keeps_its_state(show):
    page = show(QueryExplorer())
    page.get_by_role("button", name="Katze").click()
    page.evaluate(
        "() => { const w = document.querySelector('transformer-widget'); w.remove(); document.body.append(w) }"
    )
    assert page.locator(".tf-widget").count() == 1
    assert check_query(page) == [4.5, 2.5]


def test_keys_pressed_in_a_widget_stay_there(show):
    page = show(SoftmaxExplorer())
    page.evaluate("() => { window.heard = 0; addEventListener('keydown', () => window.heard++) }")
    page.get_by_role("slider").first.press("ArrowRight")
    assert page.evaluate("window.heard") == 0


def test_a_widget_shown_twice_follows_its_one_model(show):
    """As in JupyterLab, where two outputs can show one model."""
    page = show(QueryExplorer())
    page.evaluate(
        """() => {
            const el = document.querySelector('main');
            const state = JSON.parse(el.querySelector('transformer-widget').getAttribute('state'));
            const heard = {};
            const tell = (name) => heard['change:' + name]?.forEach((f) => f());
            const model = {
                get: (name) => state[name],
                set: (all) => Object.keys(all).forEach(tell, Object.assign(state, all)),
                on: (name, f) => (heard[name] ??= []).push(f),
                off: (name, f) => (heard[name] = heard[name].filter((g) => g !== f)),
                save_changes() {},
            };
            el.replaceChildren();
            window.stops = [0, 1].map(() => TransformerWidgets.QueryExplorer.render({ model, el }));
            window.left = () => Object.values(heard).flat().length;
        }"""
    )
    one, two = page.locator(".tf-widget").all()
    one.get_by_role("button", name="Katze").click()
    assert numbers(two.locator("tfoot td").last.inner_text()) == [4.5, 2.5]
    page.evaluate("window.stops.forEach((stop) => stop())")
    assert page.evaluate("window.left()") == 0


def test_the_bundle_is_a_module_for_anywidget(show, tmp_path):
    page = show(SoftmaxExplorer())
    view = page.evaluate(
        "(esm) => import(URL.createObjectURL(new Blob([esm], {type: 'text/javascript'})))"
        ".then((module) => typeof module.default.render)",
        SoftmaxExplorer()._esm,
    )
    assert view == "function"


@pytest.mark.parametrize("damage", ["name", "state"])
def test_a_widget_that_cannot_be_drawn_says_so_and_shows_its_numbers(browser: Browser, tmp_path, damage):
    styles = "\n".join(path.read_text() for path in STYLES)
    markup = QueryExplorer().to_html()
    broken = markup.replace("QueryExplorer", "Nonsense", 1) if damage == "name" else markup.replace('"labels"', '"x"')
    path = tmp_path / "page.html"
    path.write_text(f'<meta charset="utf-8"><style>{styles}</style><script>{SCRIPT.read_text()}</script>{broken}')
    page = browser.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(path.as_uri())
    assert page.get_by_text("This figure could not be drawn").is_visible()
    assert page.locator(".tf-fallback").is_visible()
    assert len(errors) == 1
    page.close()


def test_without_javascript_the_numbers_are_there(browser: Browser, tmp_path):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    (tmp_path / "page.html").write_text(f'<meta charset="utf-8">{QueryExplorer().to_html()}')
    page.goto((tmp_path / "page.html").as_uri())
    assert page.get_by_text("output (-2.00, -3.99)").is_visible()
    context.close()


@each_widget
def test_every_control_is_reached_by_tab_and_shows_that_it_is(show, name):
    page = show(MAKE[name]())
    reached = set()
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.getAttribute('role') ?? document.activeElement.tagName"))
        ring = page.evaluate(
            "() => { const at = document.activeElement, hit = at.querySelector('.tf-hit');"
            " return at === document.body"
            " || parseFloat(getComputedStyle(hit ?? at)[hit ? 'strokeWidth' : 'outlineWidth']) }"
        )
        assert ring is True or ring >= 2
    wanted = {"query": {"slider", "BUTTON", "INPUT"}, "softmax": {"BUTTON", "INPUT"}}
    assert reached >= wanted.get(name, {"radio", "BUTTON"})


def test_a_change_is_drawn_within_a_frame(show):
    page = show(MAKE["query"](), MAKE["softmax"](), MAKE["lines"]())
    slowest = page.evaluate(
        """() => {
            const time = (act) => {
                const times = Array.from({ length: 21 }, (_, i) => {
                    const start = performance.now();
                    act(i);
                    document.body.getBoundingClientRect(); // and lay it out
                    return performance.now() - start;
                });
                return times.toSorted((a, b) => a - b)[10];
            };
            const handle = document.querySelector('.tf-handle:last-child');
            const range = document.querySelector('input[type=range]');
            const thumbs = document.querySelectorAll('.tf-thumb');
            const key = (i) => new KeyboardEvent('keydown', { key: i % 2 ? 'ArrowUp' : 'ArrowDown' });
            const slide = (i) => { range.value = i % 10; range.dispatchEvent(new Event('input')) };
            return [time((i) => handle.dispatchEvent(key(i))), time(slide), time((i) => thumbs[i].click())];
        }"""
    )
    assert max(slowest) < 16, slowest
