"""What a reader's hands and eyes do on a page: drag, swipe, tap, and read the numbers."""

import itertools
import re

from playwright.sync_api import Locator, Page


def numbers(text: str) -> list[float]:
    """Every number in the text; the page writes minus signs, not hyphens."""
    return [float(x.replace("−", "-")) for x in re.findall(r"[−-]?\d+\.\d+", text)]


def table(page: Page) -> list[list[float]]:
    """The numbers of each row of the first table's body."""
    return [numbers(row) for row in page.locator("tbody tr").all_inner_texts()]


def centre(locator: Locator) -> tuple[float, float]:
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, handle: Locator, right: float, down: float) -> None:
    x, y = centre(handle)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right / 2, y + down / 2)
    page.mouse.move(x + right, y + down)
    page.mouse.up()


def swipe(page: Page, handle: Locator, right: float, down: float) -> None:
    x, y = centre(handle)
    session = page.context.new_cdp_session(page)
    for kind, share in (("touchStart", 0), ("touchMove", 0.5), ("touchMove", 1), ("touchMove", 1)):
        points = [{"x": x + right * share, "y": y + down * share}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(100)  # moves wait for the next frame


def tap(page: Page, target: Locator) -> None:
    target.scroll_into_view_if_needed()
    swipe(page, target, 0, 0)


def apart(texts: Locator, marks: Locator | None = None) -> None:
    """Check that no text covers another, nor one of the marks."""
    boxes = [(text.text_content(), text.bounding_box()) for text in texts.all()]
    drawn = [(mark.get_attribute("class"), mark.bounding_box()) for mark in (marks.all() if marks else [])]
    for (one, a), (other, b) in [*itertools.combinations(boxes, 2), *itertools.product(boxes, drawn)]:
        across = min(a["x"] + a["width"], b["x"] + b["width"]) - max(a["x"], b["x"])
        # a letter is lower than the box of its line; 4 px are the halo round names and marks
        down = min(a["y"] + a["height"], b["y"] + b["height"]) - max(a["y"], b["y"]) - 0.25 * a["height"]
        assert across <= 4 or down <= 4, f"{one} and {other}"
