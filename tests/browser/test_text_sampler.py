"""A language model writes in the page what PyTorch writes, for mouse, keys and touch; and how its file gets there."""

import re
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
import torch
from playwright.sync_api import expect

from tests import tiny_models  # noqa: F401  the model named below
from tests.browser.hands import numbers, tap
from transformer_lib.widgets import TextSampler
from transformer_lib.widgets.text_sampler import prompt_ids, sample

PROMPT = "ab cab\n"


def said(widget):
    """The text that PyTorch writes, without the prompt."""
    trained = widget.loaded
    cut = {name: getattr(widget, name) for name in ("temperature", "top_k", "top_p", "seed")}
    new, _ = sample(trained.model, prompt_ids(trained.source.encode(widget.prompt)), widget.length, **cut)
    return trained.source.decode(new)


def written(page):
    return page.locator(".tf-written").evaluate("node => node.textContent")


def sampler(**changes):
    return TextSampler("tiny_letters", PROMPT, **{"length": 40, **changes})


SETTINGS = [
    {},
    {"temperature": 0.0},
    {"temperature": 1.7, "seed": 5},
    {"top_k": 3},
    {"top_p": 0.6, "length": 71},
    {"top_k": 7, "top_p": 0.9, "cached": False, "seed": 3},
]


@pytest.mark.parametrize("changes", SETTINGS, ids=str)
def test_the_page_writes_what_pytorch_writes(show, changes):
    widget = sampler(**changes)
    page = show(widget)
    expect(page.locator(".tf-written")).to_have_text(PROMPT + said(widget), use_inner_text=False, timeout=20_000)
    assert written(page) == PROMPT + said(widget)


def test_the_bars_show_what_the_next_character_is_drawn_from(show):
    widget = sampler(top_k=4, temperature=1.3, length=0)
    page = show(widget)
    expect(page.locator(".tf-chances caption, .tf-chances .tf-caption")).to_contain_text("4 of")
    trained = widget.loaded
    cut = {"seed": 1, "temperature": 1.3, "top_k": 4, "top_p": 1.0}
    _, (before, after) = sample(trained.model, trained.source.encode(PROMPT), 1, **cut)
    order = before.argsort(descending=True)[:10]
    shown = [numbers(row) for row in page.locator(".tf-chances tbody tr").all_inner_texts()]
    wanted = torch.stack([before[order], after[order]], dim=1)
    torch.testing.assert_close(torch.tensor(shown).double(), wanted, atol=0.0051, rtol=0)


def test_a_slider_of_characters_goes_back_in_the_text_and_on_again(show):
    page = show(sampler())
    whole = PROMPT + said(sampler(length=43))
    expect(page.locator(".tf-written")).to_have_text(whole[:-3], use_inner_text=False)
    slider = page.get_by_role("slider", name="characters")
    slider.press("ArrowLeft")
    drawn = page.locator(".tf-chances .tf-caption")
    assert written(page) == whole[:-4]
    expect(drawn).to_contain_text(f"drawn: {'↵' if whole[-4] == chr(10) else '␣' if whole[-4] == ' ' else whole[-4]}")
    for _ in range(4):
        slider.press("ArrowRight")
    expect(page.locator(".tf-written")).to_have_text(whole, use_inner_text=False)


def test_again_writes_another_text_and_reset_the_first(show):
    page = show(sampler())
    for seed in (2, 3):
        page.get_by_role("button", name="Again").click()
        expect(page.locator(".tf-written")).to_have_text(PROMPT + said(sampler(seed=seed)), use_inner_text=False)
    page.get_by_role("button", name="Reset").click()
    expect(page.locator(".tf-written")).to_have_text(PROMPT + said(sampler()), use_inner_text=False)


def test_the_text_is_the_same_without_the_cache_which_then_holds_nothing(show):
    page = show(sampler())
    text = PROMPT + said(sampler())
    expect(page.locator(".tf-written")).to_have_text(text, use_inner_text=False)
    holds, takes, without = page.locator(".tf-facts dd").all()
    tokens, config = len(text), sampler().loaded.model.config
    expect(holds).to_contain_text(f"{tokens} characters × {config.n_layers} layers × {config.d_model}")
    assert holds.locator("b").inner_text().replace(" ", "") == str(2 * tokens * config.n_layers * config.d_model)
    assert without.inner_text().startswith("–")
    tap(page, page.get_by_label("KV cache"))
    expect(without).to_contain_text("a second")
    expect(holds).to_contain_text("nothing: all is computed anew")
    expect(page.locator(".tf-written")).to_have_text(text, use_inner_text=False)
    assert numbers(takes.inner_text())[0] >= 0


def test_a_prompt_is_typed_and_what_the_model_has_never_seen_is_named(show):
    page = show(sampler())
    page.get_by_role("textbox", name="prompt").fill("a é b")
    text = "a  b" + said(TextSampler("tiny_letters", "a  b", length=40))
    expect(page.locator(".tf-written")).to_contain_text("The model has never seen “é”: left out.")
    assert written(page).startswith(text)
    page.get_by_role("textbox", name="prompt").fill("")
    expect(page.locator(".tf-written .tf-note")).to_have_count(0)


def test_the_window_has_an_end(show):
    page = show(TextSampler("tiny_letters", "a" * 80, length=60))
    expect(page.locator(".tf-written")).to_contain_text("Its window of 97 characters is full.")
    assert len(written(page).partition("Its window")[0]) <= 97


def far_away(show):
    return show(sampler(), head="<style>main { padding-top: 4000px }</style>")


@pytest.mark.parametrize("way", ["scroll", "focus"])
def test_the_file_is_loaded_when_the_reader_comes_near_and_not_before(show, page, way):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    far_away(show)
    page.wait_for_timeout(300)
    assert not any("weights" in url for url in asked)
    expect(page.locator(".tf-loading")).to_have_text("The language model loads when you come here.")
    expect(page.locator(".tf-written")).to_have_text(PROMPT, use_inner_text=False)
    if way == "scroll":
        page.evaluate("scrollTo(0, 3000)")
    else:
        page.locator("textarea").evaluate("node => node.focus({ preventScroll: true })")
    expect(page.locator(".tf-written")).to_have_text(PROMPT + said(sampler()), use_inner_text=False)
    assert len([url for url in asked if "weights/tiny_letters.js" in url]) == 1
    expect(page.locator(".tf-loading")).to_contain_text("a window of 97 characters")


def test_two_widgets_load_one_file_and_each_writes_its_own(show, page):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    show(sampler(), sampler(seed=9))
    for seed, text in zip((1, 9), page.locator(".tf-written").all(), strict=True):
        expect(text).to_have_text(PROMPT + said(sampler(seed=seed)), use_inner_text=False)
    assert len([url for url in asked if "weights" in url]) == 1


def test_a_page_that_names_the_files_address_loads_it_from_there(show, page, tmp_path):
    """From a server, as the book's layout writes it."""
    show(sampler(), head='<link rel="icon" href="data:,">')
    expect(page.locator(".tf-loading")).to_contain_text("is here")
    page.goto("about:blank")
    (tmp_path / "other").mkdir()
    (tmp_path / "weights/tiny_letters.js").rename(tmp_path / "other/it.js")
    html = (tmp_path / "page.html").read_text()
    named = '<script data-weights="{&quot;tiny_letters&quot;: &quot;other/it.js?v=1&quot;}" src'
    (tmp_path / "page.html").write_text(html.replace("<script src", named))
    handler = partial(SimpleHTTPRequestHandler, directory=tmp_path)
    handler.func.log_message = lambda *args: None
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page.goto(f"http://127.0.0.1:{server.server_port}/page.html")
        expect(page.locator(".tf-written")).to_have_text(PROMPT + said(sampler()), use_inner_text=False)
        server.shutdown()


def test_a_file_that_cannot_be_loaded_is_told_of_and_can_be_tried_again(show, browser, tmp_path):
    show(sampler())
    file = tmp_path / "weights/tiny_letters.js"
    good = file.read_text()
    file.unlink()
    page = browser.new_page()
    page.goto((tmp_path / "page.html").as_uri())
    state = page.locator(".tf-loading")
    expect(state).to_contain_text("The language model could not be loaded: its file could not be read.")
    file.write_text('TransformerWidgets.receive("tiny_letters", "AAAA")')
    page.get_by_role("button", name="Try again").click()
    expect(state).to_contain_text("could not be loaded: a safetensors file must begin with")
    file.write_text(good)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".tf-written")).to_have_text(PROMPT + said(sampler()), use_inner_text=False)
    page.close()


def test_a_widget_taken_from_the_page_writes_no_more_and_begins_again_when_it_is_back(show, page):
    show(sampler())
    page.evaluate("() => { window.w = document.querySelector('transformer-widget'); w.remove() }")
    page.wait_for_timeout(100)
    page.evaluate("() => document.body.append(w)")
    expect(page.locator(".tf-written")).to_have_text(PROMPT + said(sampler()), use_inner_text=False)


def test_the_page_stays_free_while_the_model_writes(show, page):
    """No task holds the page for longer than some frames, however long the text."""
    page.add_init_script(
        "window.longest = 0; new PerformanceObserver(list => list.getEntries().forEach(e =>"
        " window.longest = Math.max(window.longest, e.duration))).observe({type: 'longtask'});"
    )
    show(sampler(length=0))
    expect(page.locator(".tf-loading")).to_contain_text("is here")
    page.wait_for_timeout(100)
    page.evaluate("window.longest = 0")
    page.get_by_role("slider", name="characters").press("End")
    expect(page.locator(".tf-written")).to_contain_text("window of 97")
    assert page.evaluate("window.longest") < 250
    assert re.search(r"\d", page.locator(".tf-facts dd").nth(1).inner_text())
