"""The shape tracer in a page without a kernel: predictions by mouse, keyboard and touch, its shapes against PyTorch."""

import re

from playwright.sync_api import Page, expect

from tests.browser.hands import tap
from transformer_lib.widgets import ShapeTracer
from transformer_lib.widgets.shape_tracer import layer_shapes


def step(page: Page, name: str):
    return page.get_by_role("radio", name=name)


def shown(page: Page) -> list[str]:
    return [
        re.sub(r".*?([?(][^a-z]*)$", r"\1", text, flags=re.S) for text in page.get_by_role("radio").all_inner_texts()
    ]


def shapes(*sizes: int) -> list[str]:
    return ["(" + ", ".join(map(str, shape)) + ")" for _, shape in layer_shapes(*sizes)]


def test_a_wrong_shape_is_explained_and_the_right_one_stays(show):
    page = show(ShapeTracer())
    step(page, "scores").click()
    page.get_by_role("button", name="(2, 5, 5)").click()
    expect(page.locator(".tf-why")).to_have_text("✗ Each head makes a table of its own.")
    assert page.get_by_role("button", name="(2, 5, 5)").is_disabled()
    assert shown(page) == ["?"] * 12
    page.get_by_role("button", name="(2, 3, 5, 5)").click()
    assert page.locator(".tf-good").inner_text().startswith("✓ (2, 3, 5, 5)")
    assert shown(page)[3] == "(2, 3, 5, 5)"
    assert (
        page.get_by_role("img")
        .get_attribute("aria-label")
        .startswith("2 sentences (down) by 3 heads (across): tables of 5 rows")
    )
    page.get_by_role("button", name="Reset").click()
    assert shown(page) == ["?"] * 12
    step(page, "scores").click()
    assert page.get_by_role("button", name="(2, 5, 5)").is_enabled()


def test_every_shape_is_pytorchs_whatever_the_sizes(show):
    page = show(ShapeTracer())
    page.get_by_role("button", name="show all shapes").click()
    assert shown(page) == shapes(2, 5, 3, 4)
    page.get_by_role("slider", name="words T").press("ArrowRight")
    page.get_by_role("slider", name="heads H").press("ArrowLeft")
    page.get_by_role("slider", name="sentences B").press("Home")
    page.get_by_role("slider", name="width d").press("End")
    assert shown(page) == shapes(1, 6, 2, 5)
    page.get_by_role("button", name="hide all shapes").click()
    assert shown(page) == ["?"] * 12


def test_steps_by_keyboard_and_touch(show):
    page = show(ShapeTracer())
    step(page, "x, the").press("ArrowDown")
    expect(step(page, "queries")).to_be_focused()
    expect(page.locator(".tf-detail .tf-title")).to_have_text("queries, keys, values")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator(".tf-why, .tf-good").count() == 1
    assert page.evaluate("document.activeElement.tagName") == "BUTTON"
    tap(page, step(page, "inside"))
    expect(page.locator(".tf-detail .tf-title")).to_have_text("inside the feed-forward")
