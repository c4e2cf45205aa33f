"""The reach explorer in a page without a kernel: it reads off what it was given."""

import math

import pytest
import torch

from tests.browser.hands import tap
from tests.widget_examples import REACH
from transformer_lib.widgets import ReachExplorer

NAMES = list(REACH)
DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


def value(text):
    digits, _, power = text.partition(" · 10")
    return float(digits) * 10 ** float(power.translate(DIGITS) or 0)


def check(page, name, distance):
    low, middle, high = (f(REACH[name][:, distance]) for f in (torch.min, torch.median, torch.max))
    here, share, spread = (page.locator(".tf-facts b").nth(i).inner_text() for i in range(3))
    assert value(here) == pytest.approx(float(middle), rel=0.06)
    assert value(share) == pytest.approx(float(middle / REACH[name][:, 1].median()), rel=0.06)
    assert [value(x) for x in spread.split(" to ")] == pytest.approx([float(low), float(high)], rel=0.06)
    assert page.locator(".tf-choices [aria-checked=true]").inner_text() == name
    assert page.locator(".tf-slider b").inner_text() == str(distance)
    dot = [float(page.locator(".tf-dot").get_attribute(axis)) for axis in ("cx", "cy")]
    if middle > 0:
        corners = page.locator(".tf-curve.tf-now").get_attribute("d").replace("M", "L").split("L")[1:]
        assert min(math.dist(dot, [float(x) for x in corner.split()]) for corner in corners) < 0.2
    else:
        assert "it is not read at all" in page.locator(".tf-facts").inner_text()


def test_by_mouse_keyboard_and_touch(show):
    page = show(ReachExplorer(REACH, distance=2))
    check(page, NAMES[0], 2)
    page.get_by_role("slider").press("End")
    check(page, NAMES[0], 4)
    page.get_by_role("radio", name=NAMES[0]).press("ArrowDown")
    check(page, NAMES[1], 4)
    tap(page, page.get_by_role("radio", name=NAMES[2]))
    check(page, NAMES[2], 4)
    page.get_by_role("slider").press("Home")
    check(page, NAMES[2], 0)
    page.get_by_role("button", name="Reset").click()
    check(page, NAMES[0], 2)


def test_a_curve_ends_where_nothing_arrives(show):
    page = show(ReachExplorer(REACH, network=2, distance=1))
    assert page.locator(".tf-curve.tf-now").get_attribute("d").count("L") == 2  # three of the five distances


def test_every_network_has_its_curve_and_the_chosen_one_is_heavy(show):
    page = show(ReachExplorer(REACH, distance=1))
    assert page.locator(".tf-curve").count() == len(NAMES)
    assert page.locator(".tf-curve.tf-now").count() == 1
