"""The softmax explorer in a page without a kernel: each control, its numbers against PyTorch."""

import math

import pytest
import torch
from playwright.sync_api import Page

from tests.browser.hands import apart, numbers, table, tap
from transformer_lib.widgets import SoftmaxExplorer


def check_softmax(page: Page, d: int, scaled: bool, temperature: float) -> float:
    unit = torch.tensor(SoftmaxExplorer().scores, dtype=torch.float64)
    raw = unit * math.sqrt(d)
    scores = raw / (math.sqrt(d) if scaled else 1) / temperature
    p = scores.softmax(-1)
    jacobian = torch.autograd.functional.jacobian(lambda x: x.softmax(-1), scores)
    header = ["score", "÷ √d ÷ T" if scaled else "÷ T", "weight p", "p(1 − p)"]
    assert page.locator("thead th.tf-num").all_inner_texts() == header
    for row, s, x, w, g in zip(table(page), raw, scores, p, jacobian.diagonal(), strict=True):
        assert row[:2] == pytest.approx([s.item(), x.item()], abs=5.1e-2)
        assert row[2:] == pytest.approx([w.item(), g.item()], abs=5.1e-4)
    bits = torch.special.entr(p).sum().item() / math.log(2)
    largest, entropy, count, left = numbers(" ".join(page.locator("dd").all_inner_texts()))
    assert [largest, left] == pytest.approx([p.max().item(), jacobian.trace().item()], abs=5.1e-4)
    assert entropy == pytest.approx(bits, abs=5.1e-3)
    assert count == pytest.approx(2**bits, abs=5.1e-2)
    assert page.locator(".tf-slider b").all_inner_texts() == [str(d), f"{temperature:.2f}"]
    return left


def test_the_softmax_explorer_by_mouse_keyboard_and_touch(show):
    page = show(SoftmaxExplorer())
    width, heat = page.get_by_role("slider", name="width d"), page.get_by_role("slider", name="temperature")
    soft = check_softmax(page, 4, False, 1.0)
    width.press("End")
    assert check_softmax(page, 1024, False, 1.0) < 0.001 < soft
    page.get_by_role("checkbox").click()
    kept = check_softmax(page, 1024, True, 1.0)
    width.press("Home")
    assert check_softmax(page, 1, True, 1.0) == kept
    page.get_by_role("checkbox").press("Space")
    for _ in range(20):
        heat.press("ArrowRight")
    check_softmax(page, 1, False, 10.0)
    box = heat.bounding_box()
    page.mouse.click(box["x"] + 1, box["y"] + box["height"] / 2)
    check_softmax(page, 1, False, 0.1)
    tap(page, width)  # in the middle of its track
    check_softmax(page, 32, False, 0.1)
    page.get_by_role("button", name="Reset").click()
    assert check_softmax(page, 4, False, 1.0) == soft


def test_the_point_stands_on_its_curve(show):
    page = show(SoftmaxExplorer(d=16))
    for press in ("ArrowRight", "ArrowLeft", "End"):
        page.get_by_role("slider", name="width d").press(press)
        dot = [float(page.locator(".tf-dot").get_attribute(axis)) for axis in ("cx", "cy")]
        corners = page.locator(".tf-curve.tf-now").get_attribute("d")[1:].split("L")
        nearest = min(math.dist(dot, [float(x) for x in corner.split()]) for corner in corners)
        assert nearest < 0.1


@pytest.mark.parametrize(
    ("d", "scaled", "temperature"),
    [(1024, True, 0.1), (1, False, 0.1), (256, False, 10.0), (4, False, 1.0), (1, True, 1.0), (1024, False, 1.0)],
)
def test_the_curves_names_and_number_stand_clear(show, d, scaled, temperature):
    page = show(SoftmaxExplorer(d=d, scaled=scaled, temperature=temperature))
    apart(page.locator(".tf-curvebox text"))


@pytest.mark.parametrize(("width", "room"), [(1280, 200), (660, 200), (360, 80)])
def test_bars_have_room(show, page, width, room):
    page.set_viewport_size({"width": width, "height": 900})
    show(SoftmaxExplorer())
    assert page.locator("tbody .tf-track").first.bounding_box()["width"] >= room
