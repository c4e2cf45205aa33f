"""The word swapper in a page without a kernel: clicks, keys and touch, its numbers against PyTorch."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hands import numbers, tap
from transformer_lib.widgets import WordSwapper


def chips(page: Page):
    return page.get_by_role("group", name="sentence").get_by_role("button")


def check(page: Page, order: list[int], **setting: bool) -> None:
    """Compare the sentence and every change with what Python says."""
    widget = WordSwapper(order=order, **setting)
    assert chips(page).all_inner_texts() == [widget.words[i] for i in order]
    first, now = widget.outputs([0, 1, 2, 3, 4]), widget.outputs(order)
    wanted = [*(first - now).abs().amax(-1).tolist(), (first.mean(0) - now.mean(0)).abs().max().item()]
    shown = numbers(" ".join(page.locator(".tf-outputs td.tf-num").all_inner_texts()))
    assert shown == pytest.approx(wanted, abs=1.1e-3)
    verdicts = page.locator(".tf-outputs :is(tbody, tfoot) td:last-child").all_inner_texts()
    assert [text == "≠ differs" for text in verdicts] == [change > 1e-3 for change in wanted]


def test_words_are_swapped_by_mouse_keyboard_and_touch(show):
    page = show(WordSwapper())
    check(page, [0, 1, 2, 3, 4])
    chips(page).nth(1).click()
    expect(page.get_by_text("Swap “dog” with …")).to_be_visible()
    assert chips(page).nth(1).get_attribute("aria-pressed") == "true"
    chips(page).nth(4).click()
    check(page, [0, 4, 2, 3, 1])
    page.get_by_role("checkbox", name="add positions").click()
    check(page, [0, 4, 2, 3, 1], positions=True)
    expect(chips(page).nth(4)).not_to_be_focused()
    chips(page).nth(2).press("ArrowLeft")
    expect(chips(page).nth(1)).to_be_focused()
    check(page, [0, 2, 4, 3, 1], positions=True)
    chips(page).nth(0).press("ArrowLeft")  # there is nothing to swap it with
    check(page, [0, 2, 4, 3, 1], positions=True)
    tap(page, chips(page).nth(0))
    tap(page, chips(page).nth(3))
    check(page, [3, 2, 4, 0, 1], positions=True)
    chips(page).nth(2).press("Enter")
    chips(page).nth(2).press("Enter")  # changed one's mind
    check(page, [3, 2, 4, 0, 1], positions=True)
    page.get_by_role("button", name="Reset").click()
    check(page, [0, 1, 2, 3, 4])


def test_a_causal_mask_tells_the_order_too(show):
    page = show(WordSwapper(order=[0, 4, 2, 3, 1]))
    page.get_by_role("checkbox", name="hide what comes after").press("Space")
    check(page, [0, 4, 2, 3, 1], causal=True)
    page.get_by_role("checkbox", name="add positions").press("Space")
    check(page, [0, 4, 2, 3, 1], causal=True, positions=True)
