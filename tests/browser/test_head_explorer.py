"""The head explorer in a page without a kernel: each control, its squares and numbers against what it was given."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.hands import numbers, tap
from tests.widget_examples import EFFECTS, EXAMPLES, HEADS, SHORT, TOKENS, WEIGHTS


def head(page: Page, layer: int, number: int) -> Locator:
    return page.get_by_role("radio", name=f"layer {layer}, head {number}", exact=True)


def check(page: Page, tokens: list[str], layer: int, number: int, query: int, effect: int = 0) -> None:
    """The title, one row of weights, and the effect with its rank."""
    expect(page.get_by_text(f"layer {layer}, head {number}", exact=True)).to_be_visible()
    shown = [numbers(text)[0] for text in page.locator(".tf-head .tf-num").all_inner_texts()]
    assert shown == pytest.approx(WEIGHTS[len(tokens)][layer, number, query].tolist(), abs=5.1e-4)
    digits = EFFECTS[effect]["digits"]
    values = EFFECTS[effect]["values"].double().mul(10**digits).round().div(10**digits)
    said = page.locator(".tf-verdict").inner_text()
    assert EFFECTS[effect]["name"] in said
    assert numbers(said) == pytest.approx([values[layer, number].item()])
    order = values.abs().flatten().argsort(descending=True, stable=True).tolist()
    assert f"rank {order.index(layer * HEADS + number) + 1} of 72" in said


def queries(page: Page) -> Locator:
    return page.get_by_role("radiogroup", name="query").get_by_role("radio")


def test_heads_and_words_by_mouse_keyboard_and_touch(show):
    page = show(EXAMPLES["heads"].make())
    check(page, TOKENS, 3, 1, 7)
    head(page, 5, 7).click()
    check(page, TOKENS, 5, 7, 7)
    for key in ("ArrowUp", "ArrowLeft", "ArrowLeft"):
        page.keyboard.press(key)
    check(page, TOKENS, 4, 5, 7)
    expect(head(page, 4, 5)).to_be_focused()
    tap(page, head(page, 0, 2))
    check(page, TOKENS, 0, 2, 7)
    tap(page, queries(page).nth(2))
    check(page, TOKENS, 0, 2, 2)
    queries(page).nth(2).press("ArrowDown")
    check(page, TOKENS, 0, 2, 3)
    queries(page).nth(9).hover()
    check(page, TOKENS, 0, 2, 9)
    page.mouse.move(0, 0)
    check(page, TOKENS, 0, 2, 3)
    page.get_by_role("button", name="all words", pressed=False).click()
    assert "".join(page.locator(".tf-head .tf-num").all_inner_texts()) == ""
    page.get_by_role("button", name="all words", pressed=True).click()
    check(page, TOKENS, 0, 2, 3)


def test_another_effect_another_sentence_and_back(show):
    page = show(EXAMPLES["heads"].make())
    page.get_by_role("radio", name=EFFECTS[1]["name"]).click()
    check(page, TOKENS, 3, 1, 7, effect=1)
    page.get_by_role("radio", name="the dogs chased the", exact=True).press("Enter")
    queries(page).nth(4).click()
    page.mouse.move(0, 0)
    check(page, SHORT, 3, 1, 4, effect=1)
    page.get_by_role("button", name="Reset").click()
    check(page, TOKENS, 3, 1, 7)


@pytest.mark.parametrize("effect", [0, 1])
def test_a_squares_area_is_its_effect_and_a_negative_one_is_hollow(show, effect):
    page = show(EXAMPLES["heads"].make())
    page.get_by_role("radio", name=EFFECTS[effect]["name"]).click()
    squares = page.eval_on_selector_all(
        ".tf-square", "(all) => all.map((r) => [r.getBBox().width, r.classList.contains('tf-below')])"
    )
    values = EFFECTS[effect]["values"].flatten().tolist()
    digits = EFFECTS[effect]["digits"]
    largest = max(abs(round(x, digits)) for x in values)
    for (side, hollow), value in zip(squares, values, strict=True):
        assert side**2 == pytest.approx(abs(round(value, digits)) / largest, abs=1e-3)
        assert hollow == (round(value, digits) < 0)
