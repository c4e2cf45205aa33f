"""Words hidden by mouse, keys and touch, and what the page's masked language model puts in their place: PyTorch's."""

import torch
from playwright.sync_api import expect

from tests import tiny_models  # noqa: F401  whose names the widgets below are given
from tests.browser.hands import numbers, tap
from transformer_lib.widgets import BlankFiller

VERSE, AFTER = "And God said, let there be light.", "And there was light."


def filler(text=VERSE, second=AFTER, **changes):
    return BlankFiller(text, second, **{"examples": [["It was good.", ""]], "trained": "tiny_masked", **changes})


def word(page, name, nth=0):
    return page.get_by_role("button", name=name, exact=True).nth(nth)


def check(page, widget, nth=-1):
    """The table shows PyTorch's candidates for the word hidden last, and the verdict PyTorch's."""
    p, follows = widget.guesses()
    best = p[nth].topk(8)
    rows = page.locator(".tf-guesses tbody tr")
    expect(rows.first.locator("th")).to_have_text(widget.loaded.source.vocabulary.items[best.indices[0]])
    shown = torch.tensor([numbers(row)[0] for row in rows.all_inner_texts()])
    torch.testing.assert_close(shown, best.values, atol=0.0051, rtol=0)
    if widget.second:
        verdict = numbers(page.locator(".tf-verdictline").inner_text())
        torch.testing.assert_close(torch.tensor(verdict), follows[:1], atol=0.0051, rtol=0)


def test_a_word_that_is_clicked_is_hidden_and_guessed_as_pytorch_does(show):
    page = show(filler())
    expect(page.locator(".tf-guesses .tf-title")).to_have_text("click a word to hide it")
    word(page, "light", 1).click()
    check(page, filler(masked=[12]))
    word(page, "there").click()
    check(page, filler(masked=[12, 5]))
    expect(page.locator(".tf-guesses .tf-title")).to_have_text("what could stand for “there”")
    expect(page.locator("[aria-pressed=true]")).to_have_count(2)
    word(page, "there, hidden").click()
    check(page, filler(masked=[12]))
    page.get_by_role("button", name="Show all").click()
    expect(page.locator("[aria-pressed=true]")).to_have_count(0)


def test_the_hidden_word_is_marked_and_its_place_told(show):
    widget = filler("It was the earth.", "", masked=[0])
    page = show(widget)
    p = widget.guesses()[0][0]
    true = p[widget.loaded.source.encode("it")[0]]
    expect(page.locator(".tf-guesses .tf-caption")).to_have_text(
        f"the hidden word: place {1 + int((p > true).sum())} of {len(p)}, p {true:.3f}"
    )
    guess = widget.loaded.source.vocabulary.items[int(p.argmax())]
    expect(page.locator("[aria-pressed=true] .tf-filled")).to_have_text(guess)
    expect(page.locator(".tf-verdictline")).not_to_contain_text("follows")


def test_another_text_is_typed_and_does_not_follow(show):
    page = show(filler())
    page.get_by_role("textbox", name="and then").fill("It was good.")
    expect(page.locator(".tf-verdictline")).to_have_text("The second text follows the first: 0.00")
    page.get_by_role("textbox", name="text", exact=True).fill("And God saw the whale.")
    expect(page.locator(".tf-problem")).to_have_text("It has never seen “whale”.")
    word(page, "whale").click()
    expect(page.locator(".tf-guesses .tf-caption")).to_have_text("the hidden word is none that it knows")
    page.get_by_role("textbox", name="text", exact=True).fill("a," * 100)
    expect(page.locator(".tf-problem")).to_have_text("It reads at most 97 tokens, and this is 207.")
    page.get_by_role("button", name="Reset").click()
    expect(page.locator(".tf-problem")).to_have_text("")
    expect(page.locator(".tf-blank")).to_have_count(14)


def test_a_key_hides_a_word_and_keeps_the_focus(show):
    page = show(filler())
    expect(page.locator(".tf-loading")).to_contain_text("is here")
    word(page, "be").focus()
    page.keyboard.press("Space")
    expect(word(page, "be, hidden")).to_be_focused()
    check(page, filler(masked=[6]))


def test_a_finger_hides_a_word_and_chooses_an_example(show, page):
    page.set_viewport_size({"width": 360, "height": 800})
    show(filler())
    expect(page.locator(".tf-loading")).to_contain_text("is here")
    tap(page, word(page, "light"))
    check(page, filler(masked=[7]))
    tap(page, page.get_by_role("button", name="It was good."))
    expect(page.locator(".tf-blank")).to_have_count(4)
