"""The marker head in a page without a kernel: clicks, keys and touch, its numbers against PyTorch."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hands import numbers, table, tap
from transformer_lib.widgets import MarkerHead
from transformer_lib.widgets.marker_head import marker_head, program

NUMBERS = [8.0, 2.0, 5.0, 9.0, 1.0]


def check(page: Page, marked: list[int], sharpness: float) -> None:
    weights, out = marker_head(NUMBERS, marked, sharpness)
    assert [row[0] for row in table(page)] == pytest.approx(weights, abs=6e-4)
    line = page.get_by_role("img", name="On a line from 1 to 9")
    shown = numbers(" ".join(line.locator("text").all_text_contents()))
    assert shown == pytest.approx([out, program(NUMBERS, marked)], abs=6e-3)
    taken = "if a word is marked: its number" if any(marked) else "else: the average of all"
    assert page.locator(".tf-taken").all_inner_texts() == [taken]


def test_marks_and_sharpness_by_mouse_keyboard_and_touch(show):
    page = show(MarkerHead())
    check(page, [0, 0, 0, 0, 0], 2.0)
    page.get_by_role("button", name="Ben").click()
    check(page, [0, 1, 0, 0, 0], 2.0)
    assert page.get_by_role("button", name="Ben").get_attribute("aria-pressed") == "true"
    sharp = page.get_by_role("slider", name="sharpness")
    sharp.press("ArrowRight")
    check(page, [0, 1, 0, 0, 0], 2.5)
    sharp.press("End")
    check(page, [0, 1, 0, 0, 0], 20.0)
    tap(page, page.get_by_role("button", name="Dora"))
    check(page, [0, 1, 0, 1, 0], 20.0)
    page.get_by_role("button", name="Ben").press("Enter")
    page.get_by_role("button", name="Dora").press("Enter")
    check(page, [0, 0, 0, 0, 0], 20.0)
    sharp.press("Home")
    page.get_by_role("button", name="Emil").click()
    check(page, [0, 0, 0, 0, 1], 0.0)
    page.get_by_role("button", name="Reset").click()
    check(page, [0, 0, 0, 0, 0], 2.0)


def test_the_branch_is_told_to_a_screen_reader(show):
    page = show(MarkerHead(sharpness=20))
    page.get_by_role("button", name="Carl").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("marked, sharpness 20.0: the head gives 5.00, the program 5.00")
