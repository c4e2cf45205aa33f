"""The attention explorer in a page without a kernel: each control, its numbers against the weights it was given."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.hands import apart, numbers, tap
from tests.widget_examples import EXAMPLES, SHORT, TOKENS, WEIGHTS, random_weights
from transformer_lib.widgets import AttentionExplorer


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
    page = show(EXAMPLES["lines"].make())
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
    page = show(EXAMPLES["matrix"].make())
    cells = page.locator(".tf-matrix > svg")
    cells.hover(position={"x": 20, "y": 30 * 6 + 15})
    check_row(page, TOKENS, 0, 0, 6)
    cells.click(position={"x": 20, "y": 30 * 10 + 15})
    page.mouse.move(0, 0)
    check_row(page, TOKENS, 0, 0, 10)
    assert queries(page).nth(10).get_attribute("aria-checked") == "true"


def test_another_sentence_view_and_back(show):
    page = show(EXAMPLES["lines"].make())
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
    page = show(EXAMPLES["lines"].make())
    alpha = page.evaluate(
        "() => { const c = document.querySelectorAll('.tf-thumb canvas')[2 * 12 + 3];"
        " return [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data].filter((_, i) => i % 4 === 3) }"
    )
    wanted = WEIGHTS[len(TOKENS)][2, 3].flatten() * 255
    assert alpha == pytest.approx(wanted.tolist(), abs=1)
