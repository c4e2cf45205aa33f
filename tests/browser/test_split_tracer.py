"""The split tracer in a page without a kernel: where each number lands, against PyTorch's own reshapes."""

import pytest
import torch
from playwright.sync_api import Page, expect

from tests.browser.hands import tap
from transformer_lib.widgets import SplitTracer

WORDS = ["they", "left", "because", "it", "rained"]


def check(page: Page, row: int, channel: int, heads: int, scrambled: bool) -> None:
    """The cells on both sides, which of them are marked, and what is said."""
    x = torch.arange(60).view(5, 12)
    found = x.view(heads, 5, -1) if scrambled else x.view(5, heads, -1).transpose(0, 1)
    names = [f"{WORDS[i // 12][0]}{i % 12}" for i in found.flatten().tolist()]
    assert page.locator(".tf-parts .tf-cellbox").all_inner_texts() == names
    head, place, at = (found == row * 12 + channel).nonzero()[0].tolist()
    marked = page.locator(".tf-parts .tf-cellbox.tf-here")
    assert marked.all_inner_texts() == [f"{WORDS[row][0]}{channel}"]
    said = f"number {channel} of {WORDS[row]} → head {head}, row {WORDS[place]}, place {at}"
    expect(page.locator(".tf-parts + .tf-caption")).to_contain_text(said)
    assert ("!" in page.locator(".tf-parts + .tf-caption").inner_text()) == (place != row)
    pure = int((found // 12 == torch.arange(5)[:, None]).all(-1).sum())
    expect(page.locator(".tf-caption").last).to_contain_text(f"their own word's numbers: {pure} of {5 * heads}")
    assert page.locator(".tf-rowname.tf-wrong").count() == 5 * heads - pure


def cell(page: Page, word: str, channel: int):
    return page.get_by_role("radio", name=f"{word}, channel {channel}", exact=True)


def test_a_number_is_followed_by_mouse_keyboard_and_touch(show):
    page = show(SplitTracer())
    check(page, 3, 5, 3, scrambled=False)
    cell(page, "left", 2).click()
    check(page, 1, 2, 3, scrambled=False)
    for key in ("ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    expect(cell(page, "because", 3)).to_be_focused()
    check(page, 2, 3, 3, scrambled=False)
    page.get_by_role("radio", name="reshape only").click()
    check(page, 2, 3, 3, scrambled=True)
    tap(page, cell(page, "rained", 11))
    check(page, 4, 11, 3, scrambled=True)
    page.locator(".tf-parts .tf-cellbox").nth(21).click()  # and backwards: what stands there came from l9
    check(page, 1, 9, 3, scrambled=True)


@pytest.mark.parametrize("heads", [1, 2, 3, 4, 6])
def test_any_number_of_heads_both_ways(show, heads):
    page = show(SplitTracer())
    page.get_by_role("radio", name=str(heads), exact=True).click()
    check(page, 3, 5, heads, scrambled=False)
    page.get_by_role("radio", name="split, then swap axes").press("ArrowRight")
    check(page, 3, 5, heads, scrambled=True)
    page.get_by_role("button", name="Reset").click()
    check(page, 3, 5, 3, scrambled=False)


def test_numbers_stand_inside_their_cells_on_a_phone(show, page):
    page.set_viewport_size({"width": 360, "height": 800})
    show(SplitTracer())
    spilt = "(all) => all.filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.textContent)"
    assert page.eval_on_selector_all(".tf-cellbox", spilt) == []
