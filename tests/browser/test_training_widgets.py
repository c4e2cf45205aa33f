"""The widgets on training in a page without a kernel: each control, and the numbers against PyTorch."""

import math

import pytest
import torch

from tests.browser.hands import numbers, tap
from tests.browser.test_reach_explorer import value
from tests.widget_examples import FLOWS
from transformer_lib.widgets import GradientFlow, ScheduleExplorer, SmoothingExplorer
from transformer_lib.widgets.gradient_flow import key
from transformer_lib.widgets.schedule_explorer import drawn_noise, walks
from transformer_lib.widgets.smoothing_explorer import smoothed


def facts(page):
    return page.locator(".tf-facts b").all_inner_texts()


def check_schedule(page, optimizer="adam", schedule="constant", warmup=0, peak=0.2, scale=1.0):
    places, moves = walks(drawn_noise(), optimizer, schedule, warmup, peak, scale)
    sizes, away = moves.abs().mean(0), places.square().mean(0).sqrt()
    wanted = [sizes[0], sizes[-10:].mean(), away[10], away[-1]]
    for text, number in zip(facts(page), wanted, strict=True):
        if number < 1000:
            assert float(text) == pytest.approx(float(number), abs=0.0051)
        else:
            assert value(f"1 · {text}") == pytest.approx(10 ** math.floor(math.log10(number)))


def test_schedule_by_mouse_keyboard_and_touch(show):
    page = show(ScheduleExplorer())
    check_schedule(page)
    assert facts(page)[0] == "1.00"
    page.get_by_role("slider", name="gradients times").press("End")
    check_schedule(page, scale=100.0)
    tap(page, page.get_by_role("radio", name="gradient descent"))
    check_schedule(page, "sgd", scale=100.0)
    page.get_by_role("button", name="Reset").click()
    page.get_by_role("slider", name="warm-up steps").press("End")
    page.get_by_role("radio", name="stay there").press("ArrowRight")
    check_schedule(page, schedule="cosine", warmup=60)
    page.get_by_role("radio", name="noam").click()
    page.get_by_role("slider", name="highest rate").press("ArrowLeft")
    check_schedule(page, schedule="noam", warmup=60, peak=0.1)


def test_every_run_and_every_step_is_drawn(show):
    page = show(ScheduleExplorer(noise=drawn_noise()[:3]))
    runs = page.locator(".tf-run")
    assert runs.count() == 3
    assert runs.first.get_attribute("d").count("L") == 100
    assert page.locator(".tf-moved").get_attribute("d").count("Z") == 100


def test_a_run_that_leaves_the_page_is_cut_off(show):
    page = show(ScheduleExplorer("sgd", scale=100.0, peak=0.5))
    for path in page.locator(".tf-run").all():
        assert "NaN" not in path.get_attribute("d")
        assert "Infinity" not in path.get_attribute("d")
    assert facts(page)[-1] == "∞"


def check_flow(page, depth=8, add=True, norm="post", start="xavier"):
    flow = FLOWS[key(depth, add, norm, start)]
    wanted = [flow["signal"][-1], flow["gradient"][-1], flow["gradient"][0], flow["gradient"][0] / flow["gradient"][-1]]
    for text, number in zip(facts(page), wanted, strict=True):
        assert value(text) == pytest.approx(number, rel=0.06)
    assert page.locator("circle").count() == page.locator(".tf-flow rect").count() == depth


def test_flow_by_mouse_keyboard_and_touch(show):
    page = show(GradientFlow(flows=FLOWS))
    check_flow(page)
    page.get_by_role("slider", name="layers").press("ArrowRight")
    check_flow(page, depth=16)
    page.get_by_label("sum (residual)").uncheck()
    check_flow(page, depth=16, add=False)
    tap(page, page.get_by_role("radio", name="none"))
    check_flow(page, depth=16, add=False, norm="none")
    page.get_by_label("Xavier's start").uncheck()
    check_flow(page, depth=16, add=False, norm="none", start="default")
    page.get_by_role("radio", name="none").press("ArrowLeft")
    check_flow(page, depth=16, add=False, norm="pre", start="default")
    page.get_by_role("button", name="Reset").click()
    check_flow(page)


def check_smoothing(page, smoothing, gap, words):
    first, second, loss, slope = smoothed(smoothing, gap, words)
    target, p = first.tolist(), second.tolist()
    rows = [numbers(row) for row in page.locator("tbody tr").all_inner_texts()]
    for i, row in enumerate(rows):
        assert row == pytest.approx([target[i], p[i], p[i] - target[i]], abs=6e-5)
    shown = facts(page)
    assert [*numbers(shown[0]), *numbers(shown[1])] == pytest.approx([loss, slope], abs=6e-4)
    if smoothing:
        assert numbers(shown[2]) == pytest.approx([math.log(target[0] / target[1])], abs=6e-3)
    else:
        assert shown[2] == "none"


def test_smoothing_by_keyboard(show):
    page = show(SmoothingExplorer())
    check_smoothing(page, 0.0, 2.0, 10)
    page.get_by_role("slider", name="gap").press("ArrowRight")
    check_smoothing(page, 0.0, 2.25, 10)
    for _ in range(2):
        page.get_by_role("slider", name="smoothing").press("ArrowRight")
    check_smoothing(page, 0.1, 2.25, 10)
    page.get_by_role("slider", name="words").press("End")
    check_smoothing(page, 0.1, 2.25, 1000)
    page.get_by_role("button", name="Reset").click()
    check_smoothing(page, 0.0, 2.0, 10)


def test_at_the_best_gap_the_loss_is_level_and_the_line_stands_there(show):
    target = smoothed(0.1, 0.0, 10)[0]
    page = show(SmoothingExplorer(0.1, float(torch.log(target[0] / target[1])), 10))
    assert "level" in page.locator(".tf-facts").inner_text()
    x = float(page.locator(".tf-drop").get_attribute("d").split("M")[1].split()[0])
    assert float(page.locator(".tf-dot").get_attribute("cx")) == pytest.approx(x, abs=0.1)
