"""The path explorer in a page without a kernel: each control, its numbers against the modules'."""

import pytest

from tests.browser.hands import tap
from transformer_lib.widgets import PathExplorer
from transformer_lib.widgets.path_explorer import SENTENCES, network, path_length, waves


def check(page, kind, sentence, window, layers, start, end, step):
    words = SENTENCES[sentence].split()
    n = len(words)
    parents = network(kind, n, window, layers)
    wave = waves(parents)
    hops = path_length(parents, start, len(parents) - n + end)
    facts = [text.split() for text in page.locator(".tf-facts dd").all_inner_texts()]
    assert facts[0][0] == ("none" if hops is None else str(hops))
    assert facts[1][0] == str(max(wave))
    assert facts[2][0] == str(wave.count(step) if step else 0)
    assert page.locator(".tf-vector").count() == len(parents)
    assert page.locator("circle.tf-vector.tf-now").count() == (wave.count(step) if step else 0)
    assert page.locator("circle.tf-vector.tf-done").count() == sum(0 < w < step for w in wave)
    assert page.locator(".tf-edge").count() == sum(map(len, parents))
    assert page.locator(".tf-edge.tf-lit").count() == (hops or 0)
    assert page.locator(".tf-start [aria-checked=true]").inner_text() == words[start]
    assert page.locator(".tf-end [aria-checked=true]").inner_text() == words[end]
    assert f"{step} of {max(wave)}" in page.locator(".tf-slider b").all_inner_texts()


def test_by_mouse_keyboard_and_touch(show):
    page = show(PathExplorer())
    check(page, "recurrence", 1, 3, 2, 1, 6, 0)
    page.get_by_role("button", name="Next step").click()
    page.get_by_role("button", name="Next step").press("Enter")
    check(page, "recurrence", 1, 3, 2, 1, 6, 2)
    page.get_by_role("slider", name="steps taken").press("End")
    check(page, "recurrence", 1, 3, 2, 1, 6, 8)
    page.get_by_role("button", name="Start again").click()
    check(page, "recurrence", 1, 3, 2, 1, 6, 0)
    tap(page, page.get_by_role("radio", name="16 words"))
    check(page, "recurrence", 3, 3, 2, 1, 14, 0)
    page.get_by_role("radio", name="recurrence").press("ArrowRight")
    check(page, "window", 3, 3, 2, 1, 14, 0)
    page.get_by_role("slider", name="window").press("End")
    page.get_by_role("slider", name="layers").press("ArrowRight")
    check(page, "window", 3, 9, 3, 1, 14, 0)
    page.get_by_role("slider", name="layers").press("ArrowRight")
    page.get_by_role("slider", name="steps taken").press("ArrowRight")
    check(page, "window", 3, 9, 4, 1, 14, 1)
    tap(page, page.get_by_role("radio", name="attention"))
    check(page, "attention", 3, 9, 4, 1, 14, 0)
    page.get_by_role("button", name="Reset").click()
    check(page, "recurrence", 1, 3, 2, 1, 6, 0)


def test_the_ends_are_chosen_among_the_words(show):
    page = show(PathExplorer(kind="attention", sentence=2, step=1))
    page.locator(".tf-start").get_by_role("radio").nth(1).press("End")
    page.locator(".tf-end").get_by_role("radio").first.click()
    check(page, "attention", 2, 3, 2, 11, 0, 1)
    page.get_by_role("radio", name="recurrence").click()
    check(page, "recurrence", 2, 3, 2, 11, 0, 0)
    assert "it reads from left to right" in page.locator(".tf-facts").inner_text()


def test_where_no_path_leads_all_that_the_end_is_computed_from_stands_out(show):
    page = show(PathExplorer(kind="window", sentence=2, layers=2))
    assert page.locator(".tf-edge.tf-lit").count() == 0
    assert page.locator(".tf-edge.tf-cone").count() == 3 + 8  # of the end; of the three below it, one at the border
    assert "9 words apart, too far for these windows" in page.locator(".tf-facts").inner_text()


@pytest.mark.parametrize("width", [1280, 360])
def test_words_stand_beside_their_vectors(show, page, width):
    page.set_viewport_size({"width": width, "height": 900})
    show(PathExplorer(sentence=3, kind="attention"))
    drawn = page.locator(".tf-vector").all()
    for column, (side, offset) in enumerate(((".tf-start", 0), (".tf-end", 16))):
        for i, word in enumerate(page.locator(side).get_by_role("radio").all()):
            box, mark = word.bounding_box(), drawn[offset + i].bounding_box()
            assert abs(box["y"] + box["height"] / 2 - mark["y"] - mark["height"] / 2) < 2
            assert (box["x"] + box["width"] <= mark["x"]) if column == 0 else (mark["x"] + mark["width"] <= box["x"])
