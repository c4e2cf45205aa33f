"""Translator and pronouncer in the page: what PyTorch translates, step by step, for mouse, keys and touch."""

import pytest
import torch
from playwright.sync_api import expect

from tests import tiny_models  # noqa: F401  whose names the widgets below are given
from tests.browser.hands import numbers, tap
from transformer_lib import generate
from transformer_lib.batching import END, START
from transformer_lib.widgets import PronouncerExplorer, TranslatorExplorer

GERMAN = "Morgen sieht die Frau den Hund."


def translator(text=GERMAN, **changes):
    return TranslatorExplorer(text, [GERMAN, "Das Kind steht auf."], "tiny_translator", **changes)


def cross(widget, head):
    """The last layer's weights for the widget's translation, from PyTorch."""
    source = widget.loaded.source.encode(widget.prepared())
    tokens = widget.written()[0][0]
    with torch.no_grad():
        _, _, weights = widget.loaded.model(
            torch.tensor([source]), torch.tensor([[START, *tokens[:-1]]]), return_weights=True
        )
    return weights[-1, 0].mean(0) if head < 0 else weights[-1, 0, head]


def answer(page):
    return page.locator(".tf-answer b")


def test_what_is_typed_is_translated_as_pytorch_does(show):
    page = show(translator())
    expect(answer(page)).to_have_text("Tomorrow the woman sees the dog.")
    for typed in ("das Kind schläft", "Der Mann steht auf.", "Morgen steht der Mann auf"):
        page.get_by_role("textbox", name="German").fill(typed)
        widget = translator(typed)
        greedy = generate(
            widget.loaded.model,
            torch.tensor([[START]]),
            max_new_tokens=30,
            end_id=END,
            source=torch.tensor([widget.loaded.source.encode(widget.prepared())]),
        )
        expect(answer(page)).to_have_text(widget.loaded.target.decode(greedy[0].tolist()))
    expect(page.locator(".tf-problem")).to_have_text("")


@pytest.mark.parametrize("head", [-1, 0, 2])
def test_each_word_shows_pytorchs_cross_attention(show, head):
    widget = translator()
    page = show(widget)
    name = "mean" if head < 0 else f"head {head}"
    page.get_by_role("radio", name=name).click()
    for query, wanted in enumerate(cross(widget, head)):
        page.locator(".tf-cross").get_by_role("radio").nth(query).click()
        shown = numbers(page.locator(".tf-columnheads").inner_text())
        torch.testing.assert_close(torch.tensor(shown), wanted, atol=0.00051, rtol=0)
    assert page.locator(".tf-cross .tf-cell").count() == wanted.numel() * (query + 1)
    expect(page.locator(".tf-title").first).to_contain_text("mean of the heads" if head < 0 else f"head {head}")


def test_step_by_step_every_word_comes_with_what_it_was_chosen_from(show):
    page = show(translator())
    words = ["Tomorrow", "the", "woman", "sees", "the", "dog", ".", "end"]
    rows = page.locator(".tf-cross").get_by_role("radio")
    expect(rows).to_have_count(len(words))
    step = page.get_by_role("button", name="Step")
    for i in range(len(words)):
        step.click()
        expect(rows).to_have_text(words[: i + 1])
        expect(page.locator(".tf-candidates .tf-drawn th")).to_have_text(words[i])
        expect(page.locator(".tf-candidates .tf-title")).to_have_text(f"word {i + 1} was chosen from")
    step.click()
    expect(rows).to_have_text(words[:1])
    slider = page.get_by_role("slider", name="words written")
    slider.press("End")
    expect(rows).to_have_text(words)
    slider.press("Home")
    expect(page.get_by_text("press Step", exact=True)).to_be_visible()


def test_the_candidates_are_pytorchs(show):
    widget = translator("Der Hund schläft.")  # it has never seen the dog asleep
    page = show(widget)
    tokens = widget.written()[0][0]
    source = torch.tensor([widget.loaded.source.encode(widget.prepared())])
    with torch.no_grad():
        p = widget.loaded.model(source, torch.tensor([[START, *tokens[:-1]]]))[0].softmax(-1)
    rows = page.locator(".tf-cross").get_by_role("radio")
    expect(rows).to_have_count(len(tokens))
    for i in range(len(tokens)):
        rows.nth(i).click()
        shown = [numbers(row)[0] for row in page.locator(".tf-candidates tbody tr").all_inner_texts()]
        torch.testing.assert_close(torch.tensor(shown), p[i].topk(5).values, atol=0.0051, rtol=0)


def test_beams_are_pytorchs_with_their_scores(show):
    widget = PronouncerExplorer("fach", ["beach"], "tiny_pronouncer", n_beams=4)
    page = show(widget)
    beams, scores = widget.written()
    rows = page.locator(".tf-candidates tbody tr")
    expect(rows.first.locator("th")).to_have_text(widget.loaded.target.decode(beams[0]))
    said = [row.split("\t") for row in rows.all_inner_texts()]
    ended = [widget.loaded.target.decode(b) + ("" if b[-1] == END else " …") for b in beams]
    assert [row[0] for row in said][:4] == ended
    shown = [float(row[-1].replace("−", "-")) for row in said[:4]]
    torch.testing.assert_close(torch.tensor(shown), torch.tensor(scores), atol=0.0051, rtol=0)
    page.get_by_role("slider", name="beams").press("Home")
    expect(page.locator(".tf-candidates .tf-title")).to_contain_text("was chosen from")


def test_an_unknown_word_is_named_and_nothing_typed_is_no_error(show):
    page = show(translator())
    field = page.get_by_role("textbox", name="German")
    field.fill("Die Katze sieht den Hund")
    expect(page.locator(".tf-problem")).to_contain_text("It has never seen “Katze”")
    expect(page.locator(".tf-columnheads")).to_contain_text("Katze")
    field.fill("")
    expect(answer(page)).to_have_text("–")
    expect(page.locator(".tf-problem")).to_have_text("")
    field.fill("Das Kind steht auf")
    expect(answer(page)).to_have_text("The child gets up.")


def test_a_word_chosen_with_the_keys_keeps_the_focus(show):
    page = show(translator(query=0))
    rows = page.locator(".tf-cross").get_by_role("radio")
    expect(rows).to_have_count(8)
    rows.first.focus()
    for i in (1, 2):
        page.keyboard.press("ArrowDown")
        expect(rows.nth(i)).to_be_focused()
        expect(rows.nth(i)).to_have_attribute("aria-checked", "true")
    expect(page.locator(".tf-head .tf-caption")).to_contain_text("woman ← Frau")


def test_a_finger_chooses_an_example_and_a_row_of_the_matrix(show, page):
    page.set_viewport_size({"width": 360, "height": 800})
    show(translator())
    tap(page, page.get_by_role("button", name="Das Kind steht auf."))
    expect(answer(page)).to_have_text("The child gets up.")
    page.locator(".tf-matrix > svg").scroll_into_view_if_needed()
    box = page.locator(".tf-matrix > svg").bounding_box()
    page.touchscreen.tap(box["x"] + 20, box["y"] + 45)
    expect(page.locator(".tf-cross").get_by_role("radio").nth(1)).to_have_attribute("aria-checked", "true")


def test_the_mouse_shows_a_row_and_takes_it_away(show):
    page = show(translator())
    caption = page.locator(".tf-head .tf-caption")
    expect(caption).to_contain_text("end ←")
    page.locator(".tf-cross").get_by_role("radio", name="woman").hover()
    expect(caption).to_contain_text("woman ← Frau")
    page.mouse.move(5, 5)
    expect(caption).to_contain_text("end ←")


def test_reset_brings_back_what_was_there(show):
    page = show(translator(step=3, head=1))
    expect(answer(page)).to_have_text("Tomorrow the woman")
    page.get_by_role("textbox", name="German").fill("Das Kind schläft")
    expect(answer(page)).to_have_text("The child sleeps.")
    page.get_by_role("button", name="Reset").click()
    expect(answer(page)).to_have_text("Tomorrow the woman")
    expect(page.get_by_role("textbox", name="German")).to_have_value(GERMAN)
    expect(page.get_by_role("radio", name="head 1")).to_have_attribute("aria-checked", "true")
