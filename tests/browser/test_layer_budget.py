"""The layer budget in a page without a kernel: each control, its numbers against the library's count."""

from playwright.sync_api import Page

from tests.browser.hands import tap
from transformer_lib.widgets import LayerBudget
from transformer_lib.widgets.layer_budget import layer_budget


def compact(text: str) -> float:
    unit = {"K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}.get(text[-1], 1)
    return float(text.rstrip("KMBT")) * unit


def check(page: Page, d_model: int, widening: int, length: int) -> None:
    wanted = layer_budget(d_model, widening * d_model, length)
    rows = page.locator("tbody tr").all()
    for row, (name, *numbers) in zip(rows, wanted, strict=True):
        assert row.locator("th").inner_text() == name
        for text, number in zip(row.locator("td.tf-num").all_inner_texts(), numbers, strict=True):
            assert abs(compact(text) - number) <= 0.006 * number
    share = wanted[1][2] / sum(part[2] for part in wanted)
    half = (2 + widening) * d_model
    verdict = page.locator(".tf-caption").inner_text()
    assert verdict.startswith(f"At {length:,} words, scores and mixing are {round(100 * share)} % of the work.")
    assert verdict.endswith(f"They are half of it at {half:,} words.")


def test_each_control_changes_the_numbers(show):
    page = show(LayerBudget())
    check(page, 512, 4, 128)
    page.get_by_role("slider", name="words T").press("ArrowRight")
    check(page, 512, 4, 256)
    page.get_by_role("slider", name="wider").press("ArrowLeft")
    check(page, 512, 3, 256)
    page.get_by_role("slider", name="width D").press("ArrowRight")
    check(page, 768, 3, 256)
    tap(page, page.get_by_role("button", name="GPT-3"))
    check(page, 12288, 4, 2048)
    page.get_by_role("button", name="Reset").click()
    check(page, 512, 4, 128)


def test_half_the_work_is_at_the_length_it_names(show):
    page = show(LayerBudget(1024, 2, 4096))
    check(page, 1024, 2, 4096)
    assert "are 50 % of the work" in page.locator(".tf-caption").inner_text()
