"""The cache tracer in a page without a kernel: its steps, its marks, its numbers."""

from playwright.sync_api import Page

from tests.browser.hands import tap
from transformer_lib.widgets import CacheTracer
from transformer_lib.widgets.cache_tracer import kept_numbers, step_cost, total_cost

TEXT = ["to", "be", "or", "not"]
SIZE = (64, 3)


def check(page: Page, step: int, length: int) -> None:
    for i, row in enumerate(page.locator("tbody tr").all()):
        said = row.locator("td .tf-said").all_text_contents()
        if i == step:
            assert said == ["new"] * 6
        else:
            assert said == (["again"] * 3 + ["none", "kept", "kept"] if i < step else ["none"] * 6)
    now = [int(text.replace(",", "")) for text in page.locator("tfoot td").all_inner_texts()]
    assert now == [step_cost(step, cached, *SIZE) for cached in (False, True)]
    verdict = page.locator(".tf-caption").inner_text()
    ratio = total_cost(length, False, *SIZE) / total_cost(length, True, *SIZE)
    assert verdict.startswith(f"Writing {length:,} tokens: {ratio:.1f} times fewer")
    assert verdict.endswith(f"= {kept_numbers(length, *SIZE):,} numbers.")


def test_stepping_through_the_text(show):
    page = show(CacheTracer(TEXT, 1))
    check(page, 1, 256)
    page.get_by_role("button", name="Next token").click()
    check(page, 2, 256)
    tap(page, page.get_by_role("button", name="Next token"))
    check(page, 3, 256)
    page.get_by_role("button", name="Next token").click()
    check(page, 3, 256)
    page.get_by_role("slider", name="token read").press("Home")
    check(page, 0, 256)
    page.get_by_role("slider", name="a longer text").press("End")
    check(page, 0, 4096)
    page.get_by_role("button", name="Reset").click()
    check(page, 1, 256)
