"""The widgets of batches and masks in a page without a kernel: each control, their numbers against PyTorch."""

import pytest
from playwright.sync_api import Page

from tests.browser.hands import numbers, tap
from tests.widget_examples import BATCH, SIZES, padding_explorer
from transformer_lib.widgets import BucketExplorer, MaskBuilder


def check_masks(page: Page, sentence: int, **settings: object) -> None:
    """The drawn masks are those of the Python side."""
    widget = MaskBuilder(BATCH, sentence, **settings)  # type: ignore[arg-type]
    words, mask, _ = widget.masks()
    table = page.locator(".tf-masks tbody tr")
    drawn = [
        ["tf-seen" in cell.get_attribute("class") for cell in row.locator(".tf-maskcell").all()] for row in table.all()
    ]
    assert drawn == mask.tolist()
    shown = [row.locator("th, td:not(.tf-maskcell)").all_inner_texts() for row in table.all()]
    for line, row in zip(repr(widget).splitlines()[2:], shown, strict=True):
        token, _, read, target = line.split()
        assert row == [token, {"yes": "★", "-": "–"}[read], {"-": "–"}.get(target, target)]
    empty = int((~mask.any(-1)).sum())
    leaks = int((mask[words] & ~words).sum())
    times = "1 time" if leaks == 1 else f"{leaks} times"
    assert page.locator(".tf-caption").inner_text() == f"words look at pads {times}; queries that see nothing: {empty}"


def test_the_mask_builder_by_mouse_keyboard_and_touch(show):
    page = show(MaskBuilder(BATCH))
    check_masks(page, 0)
    page.get_by_role("radio", name="stop").click()
    check_masks(page, 1)
    page.get_by_role("checkbox", name="padding mask").click()
    check_masks(page, 1, padding=False)
    tap(page, page.get_by_role("checkbox", name="causal mask"))
    check_masks(page, 1, padding=False, causal=True)
    page.get_by_role("checkbox", name="padding mask").press("Space")
    page.get_by_role("radio", name="right").press("ArrowRight")
    check_masks(page, 1, causal=True, side="left")
    page.get_by_role("radio", name="last").click()
    check_masks(page, 1, causal=True, side="left", read_out="last")
    page.get_by_role("radio", name="stop").press("End")
    check_masks(page, 2, causal=True, side="left", read_out="last")
    page.get_by_role("button", name="Reset").click()
    check_masks(page, 0)


def check_padding(page: Page, **settings: object) -> float:
    """The verdict and each word's attention to pads are PyTorch's; return the verdict."""
    widget = padding_explorer(**settings)
    probability, weights = widget.forward(widget.pads)
    words = widget.text.split()
    [shown] = numbers(page.locator(".tf-curvebox svg .tf-ink").inner_html())
    assert shown == pytest.approx(probability, abs=5.1e-3)
    rows = page.locator(".tf-onpads tbody tr:not([aria-hidden])").all()
    for i, (word, row) in enumerate(zip(words, rows, strict=True)):
        name, on_pads = row.inner_text().split()
        assert name == word
        assert float(on_pads) == pytest.approx(weights[i, len(words) :].sum().item(), abs=5.1e-3)
    return shown


def test_the_padding_explorer_by_mouse_keyboard_and_touch(show):
    page = show(padding_explorer())
    pads, attend, read = (
        page.get_by_role("slider", name="pads"),
        page.get_by_role("checkbox", name="attention mask"),
        page.get_by_role("checkbox", name="read-out mask"),
    )
    alone = check_padding(page)
    pads.press("End")
    assert check_padding(page, pads=24) == alone
    attend.click()
    assert check_padding(page, pads=24, attend=False) != alone
    read.press("Space")
    check_padding(page, pads=24, attend=False, read=False)
    tap(page, attend)
    check_padding(page, pads=24, read=False)
    page.get_by_role("radio", name="clean not clean cold").click()
    check_padding(page, pads=24, read=False, text="clean not clean cold")
    page.get_by_role("button", name="Reset").click()
    assert check_padding(page) == alone


def test_a_review_is_typed_and_unknown_words_are_named(show):
    page = show(padding_explorer(pads=3, attend=False))
    field = page.get_by_role("textbox", name="or type one")
    field.fill("cold  Not splendid clean")
    check_padding(page, pads=3, attend=False, text="cold not splendid clean")
    assert page.get_by_text("The model never saw: splendid").is_visible()
    assert page.locator("[role=radio][aria-checked=true]").count() == 0
    field.fill("not cold ")
    check_padding(page, pads=3, attend=False, text="not cold")
    assert page.locator("[role=radio][aria-checked=true]").inner_text() == "not cold"
    field.fill("")
    check_padding(page, pads=3, attend=False, text="not cold")


def check_buckets(page: Page, size: int, by_length: bool) -> float:
    """As many blocks as batches, as high as their longest, and the padding's share; return it."""
    widget = BucketExplorer(SIZES, size, by_length=by_length)
    lengths = [[SIZES[i] for i in batch] for batch in widget.batches()]
    boxes = page.locator(".tf-box").all()
    assert [box.locator("span").count() for box in boxes] == [len(batch) for batch in lengths]
    unit = page.locator(".tf-skyline").evaluate("e => e.clientHeight") / max(SIZES)
    for box, batch in zip(boxes, lengths, strict=True):
        assert box.bounding_box()["height"] / unit == pytest.approx(max(batch), abs=0.2)
        heights = [bar.bounding_box()["height"] / unit for bar in box.locator("span").all()]
        assert heights == pytest.approx(batch, abs=0.2)
    shown = float(page.locator(".tf-waste b").inner_text().split()[0])
    assert f"{shown} % padding" in repr(widget)
    return shown


def test_the_bucket_explorer_by_mouse_keyboard_and_touch(show):
    page = show(BucketExplorer(SIZES, 4))
    mixed = check_buckets(page, 4, False)
    sort, size = page.get_by_role("checkbox"), page.get_by_role("slider")
    sort.click()
    assert check_buckets(page, 4, True) < mixed
    size.press("End")
    check_buckets(page, 11, True)
    sort.press("Space")
    check_buckets(page, 11, False)
    size.press("Home")
    assert check_buckets(page, 1, False) == 0
    tap(page, sort)
    check_buckets(page, 1, True)
    page.get_by_role("button", name="Reset").click()
    assert check_buckets(page, 4, False) == mixed
