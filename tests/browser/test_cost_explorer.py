"""The cost explorer in a page without a kernel: each control and the picture itself, its numbers against Python's."""

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.hands import apart, centre, drag, swipe, tap
from tests.browser.test_layer_budget import compact
from transformer_lib.widgets import CostExplorer
from transformer_lib.widgets.cost_explorer import WAYS, mixing_costs


def check(page: Page, way: str = "window", length: int = 1024, d_head: int = 64, size: int = 64) -> None:
    wanted = mixing_costs(length, d_head, size)
    for row, (name, work, held, *_) in zip(page.locator("tbody tr").all(), wanted, strict=True):
        assert row.locator("th").inner_text() == name
        assert (row.get_attribute("class") == "tf-chosen") == (name == way)
        shown = row.locator("td").all_inner_texts()
        for amount, share, number, full in zip(shown[::2], shown[1::2], (work, held), wanted[0][1:3], strict=True):
            assert compact(amount) == pytest.approx(number, rel=0.006)
            assert float(share.rstrip(" %").replace(",", "")) == pytest.approx(100 * number / full, rel=0.06)
    assert page.get_by_role("radio", name=way).get_attribute("aria-checked") == "true"
    assert page.get_by_role("slider", name="words T").get_attribute("aria-valuetext") == f"{length:,}"
    for caption, beyond in zip(captions(page), wanted[WAYS.index(way)][3:], strict=True):
        assert caption.startswith(f"{way}: ")
        if beyond:
            assert caption.endswith(f"less beyond {beyond:,}")


def captions(page: Page) -> list[str]:
    return page.locator(".tf-caption").all_inner_texts()


def chart(page: Page, i: int = 0) -> Locator:
    return page.locator("svg.tf-cost-chart").nth(i)


def test_each_control_by_mouse_keyboard_and_touch(show):
    page = show(CostExplorer())
    check(page)
    page.get_by_role("radio", name="window").press("ArrowRight")
    check(page, "BigBird")
    tap(page, page.get_by_role("radio", name="linear"))
    check(page, "linear")
    page.get_by_role("slider", name="words T").press("End")
    check(page, "linear", 131072)
    page.get_by_role("slider", name="width d").press("Home")
    check(page, "linear", 131072, 16)
    page.get_by_role("slider", name="window, tile").press("ArrowRight")
    check(page, "linear", 131072, 16, 128)
    page.get_by_role("button", name="Reset").click()
    check(page)


def test_the_length_is_dragged_in_either_picture_by_mouse_and_finger(show):
    page = show(CostExplorer())
    dot = page.locator("circle.tf-cost-full")
    octave = (chart(page).bounding_box()["width"] / 330) * (330 - 40 - 76) / 11
    drag(page, dot.first, 2 * octave, 30)
    check(page, length=4096)
    swipe(page, dot.nth(1), -3 * octave, 0)
    check(page, length=512)
    page.get_by_role("slider", name="words T").press("ArrowRight")
    check(page, length=1024)


def test_the_ring_stands_where_the_lines_part(show):
    page = show(CostExplorer(1024, 256, 64, "linear"))
    for i, where in enumerate(("256", "618")):
        assert chart(page, i).locator(".tf-cost-where").text_content() == where
    page.get_by_role("slider", name="words T").press("ArrowLeft")
    page.get_by_role("slider", name="words T").press("ArrowLeft")  # to 256, where the two multiply alike
    names = (".tf-cost-ring", "circle.tf-cost-chosen", "circle.tf-cost-full")
    ring, dot, full = (centre(chart(page).locator(name)) for name in names)
    assert ring == pytest.approx(dot, abs=0.6)
    assert ring == pytest.approx(full, abs=0.6)


def test_no_ring_where_a_way_never_takes_less(show):
    page = show(CostExplorer(way="tiles"))
    assert captions(page) == ["tiles: 100 % of full, at any length", "tiles: 12 % of full, less beyond 64"]
    assert not chart(page).locator(".tf-cost-ring").is_visible()
    page.get_by_role("radio", name="gMLP").click()
    assert captions(page) == ["gMLP: 50 % of full, less at any length", "gMLP: 100 % of full, at any length"]
    page.get_by_role("radio", name="full").click()
    assert captions(page) == ["full: 134M at 1,024 words", "full: 1.11M at 1,024 words"]


@pytest.mark.parametrize("way", WAYS[1:])
def test_names_stand_apart(show, way):
    page = show(CostExplorer(way=way))
    for i in range(2):
        apart(chart(page, i).locator(".tf-cost-name"))
