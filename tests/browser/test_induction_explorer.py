"""The induction explorer in a page without a kernel: letters by mouse, keys and touch, and routes that are frozen."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hands import numbers, tap
from transformer_lib.widgets import InductionExplorer
from transformer_lib.widgets.induction_explorer import ALPHABET, induction


def cells(page: Page, name: str) -> list[str]:
    row = page.get_by_role("row", name=name)
    return row.get_by_role("cell").all_inner_texts()


def guess(page: Page) -> dict[str, float]:
    parts = page.locator(".tf-guess b").inner_text().split(", ")
    return {part[0]: numbers(part)[0] for part in parts}


def check(page: Page, text: str) -> None:
    before, weights, after = induction(list(text))
    assert cells(page, "letter position") == list(text)
    assert cells(page, "layer 1") == [letter.replace("-", "–") for letter in before]
    assert [float(x) for x in cells(page, "layer 2")] == pytest.approx(weights, abs=6e-3)
    wanted = {letter: p for letter, p in zip(ALPHABET, after, strict=True) if p > 0.005}
    assert guess(page) == pytest.approx(wanted, abs=6e-3)


def test_letters_turn_by_mouse_keyboard_and_touch(show):
    page = show(InductionExplorer("ABCADBA"))
    check(page, "ABCADBA")
    page.get_by_role("button", name="position 6").click()
    check(page, "ABCADBB")
    expect(page.locator(".tf-caption")).to_have_text("It stands on B, and looks where layer 1 noted B.")
    page.get_by_role("button", name="position 4").press("ArrowDown")
    check(page, "ABCACBB")
    page.get_by_role("button", name="position 0").press("ArrowDown")
    check(page, "DBCACBB")
    tap(page, page.get_by_role("button", name="position 6"))
    check(page, "DBCACBC")
    page.get_by_role("button", name="Reset").click()
    check(page, "ABCADBA")


def test_a_letter_that_did_not_come_before_gets_the_average(show):
    page = show(InductionExplorer("AABBC"))
    check(page, "AABBC")
    expect(page.locator(".tf-caption")).to_contain_text("No C came before")


def test_frozen_routes_carry_the_new_letters_along_the_old_ways(show):
    page = show(InductionExplorer("ABCADBA"))
    page.get_by_role("checkbox", name="freeze").click()
    expect(page.locator(".tf-caption")).to_have_text("The frozen routes, of A B C A D B A, still fit.")
    page.get_by_role("button", name="position 6").click()  # now B, so honest routes lead to C and to B itself
    assert guess(page) == {"B": 0.5, "D": 0.5}  # the frozen second head still looks at positions 1 and 4
    expect(page.locator(".tf-caption")).to_contain_text("it would be C 0.50, B 0.50")
    page.get_by_role("button", name="position 1").click()  # the value at position 1 is C now: that does get through
    assert guess(page) == {"C": 0.5, "D": 0.5}
    page.get_by_role("checkbox", name="freeze").press("Space")
    check(page, "ACCADBB")
