"""The perplexity ladder and the pooling explorer in a page without a kernel: each control, numbers against PyTorch."""

import math

import pytest
import torch
from playwright.sync_api import Page, expect

from tests.browser.hands import numbers, swipe, tap
from transformer_lib.metrics import LanguageModelScore, log_likelihood
from transformer_lib.widgets import PerplexityLadder, PoolingExplorer
from transformer_lib.widgets.perplexity_ladder import PRESETS, RIVALS, START


def probabilities(page: Page) -> list[float]:
    """Where the handles stand."""
    return [int(word.input_value()) / 200 for word in page.get_by_role("slider").all()]


def check_ladder(page: Page) -> LanguageModelScore:
    """Compare all that is shown with PyTorch's scores of the distributions that the handles say."""
    p = probabilities(page)
    rows = [[x, *((1 - x) * share for _, share in others)] for x, others in zip(p, RIVALS, strict=True)]
    logits, targets = torch.tensor(rows, dtype=torch.float64).log(), torch.zeros(len(p), dtype=torch.int64)
    score = LanguageModelScore().add(logits, targets)
    for row, x in zip(page.locator("tbody tr").all(), p, strict=True):
        assert numbers(row.inner_text()) == pytest.approx([x, -math.log2(x)], abs=5.1e-3)
    facts = page.locator("dd").all_inner_texts()
    assert numbers(facts[1]) == pytest.approx([log_likelihood(logits, targets).item()], abs=5.1e-3)
    assert numbers(facts[2]) == pytest.approx([score.cross_entropy / math.log(2), score.cross_entropy], abs=5.1e-3)
    assert numbers(facts[3]) == pytest.approx([score.perplexity], abs=5.1e-3)
    assert facts[4].startswith(f"{score.correct} of 5")
    assert page.locator(".tf-first").count() == score.correct
    faces = [float(face.get_attribute("width")) for face in page.locator(".tf-face").all()]
    assert sum(faces) / max(faces) == pytest.approx(min(32, score.perplexity), abs=0.06)
    return score


def test_words_are_dragged_by_mouse_keyboard_and_touch(show):
    page = show(PerplexityLadder())
    assert check_ladder(page).perplexity == pytest.approx(4)
    first = page.get_by_role("slider", name="word 1, the")
    box = first.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert probabilities(page)[0] == pytest.approx(0.5, abs=0.006)
    check_ladder(page)
    second = page.get_by_role("slider", name="word 2, dogs")
    for key in ("ArrowUp", "ArrowRight", "ArrowDown", "ArrowRight"):
        second.press(key)
    assert probabilities(page)[1] == START[1] + 0.01
    check_ladder(page)
    third = page.get_by_role("slider", name="word 3, chased")
    swipe(page, third, 60, 0)
    assert probabilities(page)[2] > 0.55
    assert third.get_attribute("aria-valuetext") == f"{100 * probabilities(page)[2]:.1f} per cent"
    check_ladder(page)
    page.get_by_role("button", name="Reset").click()
    assert probabilities(page) == START


def test_the_handle_stands_where_the_words_share_ends(show):
    page = show(PerplexityLadder())
    for key in ("Home", "PageUp", "End"):
        page.get_by_role("slider").first.press(key)
        bar, part = page.locator(".tf-shares").first.bounding_box(), page.locator(".tf-true").first.bounding_box()
        assert part["width"] / (bar["width"] - 2) == pytest.approx(probabilities(page)[0], abs=0.01)


def test_models_of_equal_accuracy_differ_in_perplexity(show):
    page = show(PerplexityLadder())
    scores = {}
    for name in PRESETS:
        page.get_by_role("button", name=name).click()
        assert probabilities(page) == PRESETS[name]
        scores[name] = check_ladder(page)
    assert scores["careful"].accuracy == scores["bold"].accuracy
    assert scores["bold"].perplexity > 2 * scores["careful"].perplexity


def test_one_impossible_word_makes_the_sentence_impossible_and_nothing_moves(show):
    page = show(PerplexityLadder())
    below = page.locator("#after").bounding_box()["y"]
    page.get_by_role("slider", name="cat").press("Home")
    assert [text.split()[0] for text in page.locator("dd b").all_inner_texts()] == ["0", "−∞", "∞", "∞", "2"]
    assert page.locator("tbody tr").last.inner_text().split()[-2] == "∞"
    assert page.locator(".tf-level").get_attribute("d") == ""  # no line is high enough
    assert page.locator("#after").bounding_box()["y"] == below
    page.get_by_role("button", name="bold").click()
    check_ladder(page)
    assert page.locator("#after").bounding_box()["y"] == below


def check_pool(page: Page, sentences: list[tuple[int, float]], chosen: int) -> list[float]:
    """Compare the four perplexities with those of single tokens in PyTorch, and the level with the chosen one."""
    longest = max(tokens for tokens, _ in sentences)
    words = torch.arange(longest) < torch.tensor([[tokens] for tokens, _ in sentences])
    losses = torch.tensor([[nats] for _, nats in sentences], dtype=torch.float64).expand(words.shape)
    means = losses.where(words, 0.0).sum(1) / words.sum(1)
    wanted = [
        losses[words].mean().exp(),
        means.mean().exp(),
        means.exp().mean(),
        losses.where(words, 0.01).mean().exp(),
    ]
    ways = page.get_by_role("radio").all()
    shown = [numbers(way.inner_text())[0] for way in ways]
    assert shown == pytest.approx([x.item() for x in wanted], abs=5.1e-3)
    assert [way.get_attribute("aria-checked") for way in ways] == [str(i == chosen).lower() for i in range(4)]
    assert numbers(page.locator(".tf-chart .tf-title").inner_text())[-1] == shown[chosen]
    return shown


def test_the_four_ways_by_mouse_keyboard_and_touch(show):
    page = show(PoolingExplorer())
    assert check_pool(page, [(40, 0.5), (4, 4.0)], 0) == [2.27, 9.49, 28.12, 1.58]
    page.get_by_role("radio", name="means").click()
    check_pool(page, [(40, 0.5), (4, 4.0)], 1)
    page.get_by_role("radio", name="means").press("ArrowDown")
    check_pool(page, [(40, 0.5), (4, 4.0)], 2)
    tap(page, page.get_by_role("radio", name="padding"))
    check_pool(page, [(40, 0.5), (4, 4.0)], 3)
    assert page.locator(".tf-tower-pad").count() == 1
    expect(page.locator(".tf-caption")).to_have_text("Padding is wide and flat. It pulls the level down for nothing.")
    length, nats = (page.get_by_role("slider", name=f"hard: {what}") for what in ("tokens", "nats"))
    for _ in range(36):
        length.press("ArrowRight")
    assert page.locator(".tf-tower-pad").count() == 0
    expect(page.locator(".tf-caption")).to_have_text("Equally long sentences need no padding.")
    shown = check_pool(page, [(40, 0.5), (40, 4.0)], 3)
    assert shown[0] == shown[1] == shown[3] < shown[2]
    nats.press("Home")
    check_pool(page, [(40, 0.5), (40, 0.0)], 3)
    tap(page, page.get_by_role("slider", name="easy: nats"))  # in the middle of its track
    check_pool(page, [(40, 3.0), (40, 0.0)], 3)
    page.get_by_role("button", name="Reset").click()
    check_pool(page, [(40, 0.5), (4, 4.0)], 0)


@pytest.mark.parametrize("way", ["tokens", "sentences", "perplexities", "pads"])
def test_widths_are_shares_and_the_level_is_the_towers_mean(show, way):
    page = show(PoolingExplorer(way=way))
    towers = page.locator(".tf-tower").all()
    width, height, top = ([float(t.get_attribute(name)) for t in towers] for name in ("width", "height", "y"))
    level = float(page.locator(".tf-level").get_attribute("d").split()[1].split("H")[0])
    ground = top[0] + height[0]
    area = sum(w * h for w, h in zip(width, height, strict=True)) / sum(width)
    assert ground - level == pytest.approx(area, abs=0.6)
    assert sum(width) == pytest.approx(294)


def test_the_ways_do_not_move_the_page_below_them(show):
    page = show(PoolingExplorer())
    below = page.locator("#after").bounding_box()["y"]
    for way in page.get_by_role("radio").all():
        way.click()
        assert page.locator("#after").bounding_box()["y"] == below
