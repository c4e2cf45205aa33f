"""The widgets that run a trained model: its way to a page and to JupyterLab, their numbers, what they refuse."""

import base64
import html
import json
import re

import pytest
import torch

from book import weights
from tests.tiny_models import SHELF
from transformer_lib import generate
from transformer_lib.batching import START
from transformer_lib.trained import load_trained
from transformer_lib.widgets import BlankFiller, PronouncerExplorer, TextSampler, TranslatorExplorer
from transformer_lib.widgets.text_sampler import sample
from transformer_lib.widgets.trained import TrainedWidget

VERSES = "And God said, let there be light.", "And there was light."


class Runner(TrainedWidget):
    """A widget that has a model and nothing else."""

    def __repr__(self) -> str:
        return f"Runner: {self.trained}"


def asked(widget, monkeypatch, content, *, name="tiny_letters"):
    """What the kernel sends when a view sends it a message."""
    sent = []
    monkeypatch.setattr(widget, "send", lambda content, buffers=None: sent.append((content, buffers)))
    widget._handle_custom_msg(content, [])
    return sent


def test_the_kernel_sends_the_models_file_when_it_is_asked(monkeypatch):
    widget = Runner(trained="tiny_letters")
    data = (SHELF / "tiny_letters.safetensors").read_bytes()
    assert asked(widget, monkeypatch, {"kind": "weights"}) == [({"kind": "weights"}, [data])]
    assert asked(widget, monkeypatch, {"kind": "weights", "name": "tiny_masked"}) == [({"kind": "weights"}, [data])]
    assert asked(widget, monkeypatch, {"kind": "else"}) == []
    assert asked(widget, monkeypatch, "weights") == []
    assert len(json.dumps(widget.state())) < 100, "the file is no part of the state"


def test_the_kernel_says_that_a_file_has_gone(monkeypatch, tmp_path):
    widget = Runner(trained="tiny_letters")
    monkeypatch.setattr("transformer_lib.widgets.trained.SHELVES", [tmp_path])
    [(content, buffers)] = asked(widget, monkeypatch, {"kind": "weights"})
    assert content["error"].startswith("trained must be one of [], but was 'tiny_letters'")
    assert buffers is None


def test_a_model_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match=r"trained must be one of \[.*'tiny_letters'.*\], but was 'tiny'"):
        Runner(trained="tiny")


def test_a_page_names_the_models_of_its_widgets():
    body = f"<p>{Runner(trained='tiny_masked').to_html()}</p>{Runner(trained='tiny_letters').to_html() * 2}"
    assert weights.names_in(body) == ["tiny_letters", "tiny_masked"]
    assert weights.names_in('<transformer-widget name="QueryExplorer" state=\'{"query":[1,2]}\'>') == []


def test_a_models_script_hands_over_its_bytes(monkeypatch, tmp_path):
    monkeypatch.setattr(weights, "TRAINED", SHELF)
    weights.write_scripts(tmp_path)
    assert {path.stem for path in (tmp_path / "weights").iterdir()} == {path.stem for path in SHELF.glob("tiny_*")}
    name, text = re.fullmatch(
        r'TransformerWidgets\.receive\("(\w+)", "([\w+/=]*)"\);\n', (tmp_path / "weights/tiny_letters.js").read_text()
    ).groups()
    assert (name, base64.b64decode(text)) == ("tiny_letters", (SHELF / "tiny_letters.safetensors").read_bytes())


def test_the_layout_tells_the_widgets_where_the_scripts_are():
    from jinja2 import Environment

    layout = (weights.TRAINED.parents[1] / "book/templates/layout.html").read_text()
    line = re.search(r"<script src=\"\{\{ script \}\}\".*?</script>", layout)[0]
    page = Environment(autoescape=False).from_string(line)  # as Sphinx does
    given = {"shakespeare": "../_static/weights/shakespeare.js?v=1&2"}
    drawn = page.render(script="widgets.js", weights=json.dumps(given))
    assert json.loads(html.unescape(re.search(r'data-weights="([^"]*)"', drawn)[1])) == given
    assert "data-weights" not in page.render(script="widgets.js", weights="{}")


def test_the_sampler_shows_what_it_draws_from_and_writes():
    lines = repr(TextSampler("tiny_letters", "ab c", top_k=2, temperature=1.0, length=5)).splitlines()
    assert lines[0] == "TextSampler: tiny_letters after 'ab c'; temperature 1.00, top-k 2, top-p 1.00, seed 1"
    trained = load_trained("tiny_letters", folder=SHELF)
    ids = trained.source.encode("ab c")
    with torch.no_grad():
        p = trained.model(torch.tensor([ids]))[0, -1].softmax(-1)
    best = p.topk(5)
    for i, line in enumerate(lines[2:7]):
        left = (best.values[i] / best.values[:2].sum()).item() if i < 2 else 0.0
        expected = [repr(trained.source.vocabulary.items[best.indices[i]]), f"{best.values[i]:.2f}", f"{left:.2f}"]
        assert line.split() == expected
    assert lines[7] == "the cache holds 2 x 4 tokens x 2 layers x 24 numbers after the prompt"
    new, _ = sample(trained.model, ids, 5, seed=1, temperature=1.0, top_k=2, top_p=1.0)
    assert lines[8] == f"writes {trained.source.decode(new)!r}"


def test_the_sampler_writes_greedily_what_generate_does():
    trained = load_trained("tiny_letters", folder=SHELF)
    prompt = trained.source.encode("A bad")
    wanted = generate(trained.model, torch.tensor([prompt]), max_new_tokens=31)[0].tolist()
    options = {"seed": 1, "temperature": 0.0, "top_k": None, "top_p": 1.0}
    assert sample(trained.model, prompt, 31, **options)[0] == wanted
    room = trained.model.config.max_len - 90
    assert len(sample(trained.model, prompt * 18, 500, **options)[0]) == room


@pytest.mark.slow
def test_what_the_sampler_draws_is_spread_as_the_probabilities_say():
    trained = load_trained("tiny_letters", folder=SHELF)
    prompt = trained.source.encode("A ")
    options = {"temperature": 2.0, "top_k": 4, "top_p": 1.0}
    drawn = [sample(trained.model, prompt, 1, seed=seed, **options)[0][0] for seed in range(300)]
    _, (_, after) = sample(trained.model, prompt, 1, seed=0, **options)
    share = torch.bincount(torch.tensor(drawn), minlength=len(after)) / 300
    torch.testing.assert_close(share.double(), after, atol=0.08, rtol=0)
    assert int((after > 0).sum()) == 4


def test_the_translator_shows_each_word_with_where_it_comes_from():
    widget = TranslatorExplorer("das Kind schläft", trained="tiny_translator")
    lines = repr(widget).splitlines()
    assert lines[:2] == ["TranslatorExplorer: Das Kind schläft.", "The child sleeps. (greedy)"]
    assert [line.split()[0] for line in lines[3:]] == ["The", "child", "sleeps", ".", "end"]
    trained = load_trained("tiny_translator", folder=SHELF)
    source = torch.tensor([trained.source.encode("Das Kind schläft.")])
    target = torch.tensor([[START, *trained.target.encode("The child sleeps.")]])
    with torch.no_grad():
        logits, _, cross = trained.model(source, target, return_weights=True)
    weight, at = cross[-1, 0, 1].max(-1)
    one = repr(TranslatorExplorer("Das Kind schläft.", trained="tiny_translator", head=1)).splitlines()
    for i, line in enumerate(one[3:]):
        p = logits[0, i].softmax(-1).max()
        assert line.split()[1:] == [f"{p:.2f}", ["Das", "Kind", "schläft", "."][at[i]], f"{weight[i]:.2f}"]


def test_the_pronouncer_shows_its_beams_and_what_it_has_never_seen():
    lines = repr(PronouncerExplorer("Beach", trained="tiny_pronouncer", n_beams=3)).splitlines()
    assert lines[:2] == ["PronouncerExplorer: beach", "B IY1 CH (3 beams)"]
    assert lines[-4].split() == ["beam", "score"]
    assert lines[-3].split() == ["B", "IY1", "CH", "0.00"]
    assert repr(PronouncerExplorer("zz", trained="tiny_pronouncer")).splitlines()[1] == "unknown to it: z, z"
    assert repr(PronouncerExplorer(" ", trained="tiny_pronouncer")) == "PronouncerExplorer: "


def test_the_blank_filler_shows_candidates_and_whether_a_text_follows():
    lines = repr(BlankFiller(*VERSES, masked=[4, 1], trained="tiny_masked")).splitlines()
    assert lines[0] == "BlankFiller: and [god] said , [let] there be light . and there was light ."
    assert lines[1].split() == ["for", "let", "p"]
    assert lines[5].startswith("let itself: ")
    assert lines[6].split() == ["for", "god", "p"]
    assert lines[-1] == "the second text follows the first: 1.00"
    other = repr(BlankFiller(VERSES[0], "It was good.", masked=[2], trained="tiny_masked"))
    assert other.endswith("the second text follows the first: 0.00")
    assert "follows" not in repr(BlankFiller(VERSES[0], trained="tiny_masked"))


WRONG = {
    "a temperature too high": (lambda: TextSampler("tiny_letters", temperature=2.5), "temperature must be .* 2.5"),
    "a top_k of none": (lambda: TextSampler("tiny_letters", top_k=0), "top_k must be at least 1.*0"),
    "a top_p of nothing": (lambda: TextSampler("tiny_letters", top_p=0.0), "top_p must be above 0.*0.0"),
    "a translator that is to sample": (lambda: TextSampler("tiny_translator"), "must be a Decoder.* is a Seq2Seq"),
    "a sampler that is to translate": (lambda: TranslatorExplorer(trained="tiny_letters"), "must be a Seq2Seq"),
    "a sampler that is to fill": (lambda: BlankFiller("a", trained="tiny_letters"), "must be a Bert.* is a Decoder"),
    "a head too far": (lambda: TranslatorExplorer(trained="tiny_translator", head=3), "head must be below 3, .* 3"),
    "too many beams": (lambda: TranslatorExplorer(trained="tiny_translator", n_beams=6), "n_beams must be .* 6"),
    "no example": (lambda: TranslatorExplorer("a", [""], "tiny_translator"), "examples must be a list of 1 words"),
    "a word that is not there": (lambda: BlankFiller("a b", masked=[2], trained="tiny_masked"), "masked must be"),
    "examples that are no pairs": (lambda: BlankFiller("a", examples=["a"], trained="tiny_masked"), "must be pairs"),
}


@pytest.mark.parametrize(("make", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_argument_is_named_with_what_it_was_and_should_be(make, message):
    with pytest.raises(ValueError, match=message):
        make()
