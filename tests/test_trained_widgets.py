"""The widgets that run a trained model: its way to a page and to JupyterLab, their numbers, what they refuse."""

import base64
import html
import json
import re

import pytest

from book import weights
from tests.tiny_models import SHELF
from transformer_lib.widgets.trained import TrainedWidget


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
    assert {path.stem for path in (tmp_path / "weights").iterdir()} == {path.stem for path in SHELF.iterdir()}
    name, text = re.fullmatch(
        r'TransformerWidgets\.receive\("(\w+)", "([\w+/=]*)"\);\n', (tmp_path / "weights/tiny_letters.js").read_text()
    ).groups()
    assert (name, base64.b64decode(text)) == ("tiny_letters", (SHELF / "tiny_letters.safetensors").read_bytes())


def test_the_layout_tells_the_widgets_where_the_scripts_are():
    from jinja2 import Environment

    layout = (weights.TRAINED.parents[1] / "book/templates/layout.html").read_text()
    line = re.search(r"<script src=\"\{\{ asset\('widgets\.js'\).*?</script>", layout)[0]
    page = Environment(autoescape=False).from_string(line)  # as Sphinx does
    given = {"shakespeare": "../_static/weights/shakespeare.js?v=1&2"}
    drawn = page.render(asset=lambda name: name, weights=json.dumps(given))
    assert json.loads(html.unescape(re.search(r'data-weights="([^"]*)"', drawn)[1])) == given
    assert "data-weights" not in page.render(asset=lambda name: name, weights="{}")
