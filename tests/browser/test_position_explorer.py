"""The position explorer in a page without a kernel: each control, its numbers against PyTorch."""

import pytest
from playwright.sync_api import Page

from tests.browser.hands import numbers, tap
from transformer_lib.widgets import PositionExplorer

KINDS = {"sinusoidal": "sinusoidal", "learned": "learned", "RoPE": "rope", "ALiBi": "alibi"}


def set_to(page: Page, name: str, value: int) -> None:
    slider = page.get_by_role("slider", name=name)
    slider.press("Home")
    for _ in range(value):
        slider.press("ArrowRight")


def check(page: Page, kind: str, query_at: int, key_at: int, shift: int) -> None:
    """Compare the table with what Python says of the same setting."""
    widget = PositionExplorer(kind, query_at, key_at, shift)
    wanted = [widget.parts(0), widget.parts(shift)]
    names = page.locator("tbody th").all_inner_texts()
    assert names == list(wanted[0])
    for name, row in zip(names, page.locator("tbody tr").all(), strict=True):
        cells = numbers(" ".join(row.locator("td.tf-num").all_inner_texts()))
        assert cells == pytest.approx([w[name] for w in wanted], abs=5.1e-3)
    totals = numbers(page.locator("tfoot").inner_text())
    assert totals == pytest.approx([sum(w.values()) for w in wanted], abs=5.1e-3)
    same = abs(sum(wanted[0].values()) - sum(wanted[1].values())) < 0.005
    assert page.locator("tfoot td").last.inner_text() == ("✓ same" if same else "≠ differs")


def test_the_kind_by_mouse_keyboard_and_touch(show):
    page = show(PositionExplorer())
    check(page, "sinusoidal", 4, 1, 20)
    page.get_by_role("radio", name="ALiBi").click()
    check(page, "alibi", 4, 1, 20)
    page.get_by_role("radio", name="ALiBi").press("ArrowLeft")
    check(page, "rope", 4, 1, 20)
    tap(page, page.get_by_role("radio", name="learned"))
    check(page, "learned", 4, 1, 20)
    page.get_by_role("button", name="Reset").click()
    check(page, "sinusoidal", 4, 1, 20)


@pytest.mark.parametrize("name", KINDS)
def test_the_sliders_move_the_words(show, name):
    page = show(PositionExplorer())
    page.get_by_role("radio", name=name).click()
    set_to(page, "place of “bites”", 3)
    set_to(page, "place of “dog”", 11)
    set_to(page, "move both by", 7)
    check(page, KINDS[name], 3, 11, 7)
    assert page.locator("thead").inner_text().split()[-6:] == ["at", "3,", "11", "at", "10,", "18"]


def test_moving_by_nothing_changes_nothing(show):
    page = show(PositionExplorer("learned"))
    set_to(page, "move both by", 0)
    assert set(page.locator(".tf-scoreparts tr td:last-child").all_inner_texts()) == {"", "✓ same"}


def test_the_curve_of_a_relative_score_does_not_move(show):
    page = show(PositionExplorer("rope", shift=20))
    before = page.locator(".tf-curve.tf-now").get_attribute("d")
    set_to(page, "move both by", 33)
    assert page.locator(".tf-curve.tf-now").get_attribute("d") == before
    page.get_by_role("radio", name="learned").click()
    before = page.locator(".tf-curve.tf-now").get_attribute("d")
    set_to(page, "move both by", 20)
    assert page.locator(".tf-curve.tf-now").get_attribute("d") != before
