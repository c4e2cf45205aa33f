"""The masking explorer in a page without a kernel: draw, choose a rate, choose what becomes of the chosen."""

from playwright.sync_api import Page

from tests.browser.hands import tap
from transformer_lib.widgets import MaskingExplorer

WORDS, FILLERS = ["and", "god", "said", "let", "there", "be", "light"], ["sea", "king", "bread"]


def check(page: Page, rate: int = 40, mode: str = "80/10/10", draw: int = 0) -> None:
    expected = MaskingExplorer(WORDS, FILLERS, rate, mode, draw)
    fates = expected.fates()
    assert page.locator(".tf-mlm-seen").all_inner_texts() == expected.shown()
    asked = [text.strip() for text in page.locator(".tf-mlm-asked").all_inner_texts()]
    assert asked == [f"{word}?" if fate else "" for word, fate in zip(WORDS, fates, strict=True)]
    counts = [int(text) for text in page.locator("tbody tr td:nth-child(2)").all_inner_texts()]
    assert counts == [fates.count(name) for name in ("masked", "random", "kept")]


def test_drawing_choosing_and_going_back(show):
    page = show(MaskingExplorer(WORDS, FILLERS, 40))
    check(page)
    page.get_by_role("button", name="Draw again").click()
    check(page, draw=1)
    tap(page, page.get_by_role("radio", name="all [MASK]"))
    check(page, mode="all [MASK]", draw=1)
    page.get_by_role("radio", name="all [MASK]").press("ArrowRight")
    check(page, mode="all kept", draw=1)
    assert page.locator(".tf-mlm-seen").all_inner_texts() == WORDS
    page.get_by_role("slider", name="chosen, of 100 words").press("End")
    check(page, rate=60, mode="all kept", draw=1)
    page.get_by_role("button", name="Reset").click()
    check(page)


def test_after_the_last_draw_comes_the_first(show):
    page = show(MaskingExplorer(WORDS, FILLERS, 40, draw=11))
    page.get_by_role("button", name="Draw again").click()
    check(page)
