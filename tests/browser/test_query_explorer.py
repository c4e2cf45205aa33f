"""The query explorer in a page without a kernel: each control, its numbers against PyTorch."""

import math

import pytest
import torch
from playwright.sync_api import Page, expect

from tests.browser.hands import apart, drag, numbers, swipe, table, tap
from transformer_lib import attention
from transformer_lib.widgets import QueryExplorer


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
