"""The widgets' Python side: what they show as text and as HTML, what they refuse, and that nothing derived is stale."""

import html
import json
import re
import subprocess
from pathlib import Path

import pytest
import torch

from tests.widget_examples import EXAMPLES
from tests.widgets import write_fixtures
from transformer_lib import widgets
from transformer_lib.widgets import SCRIPT, STYLES, AttentionExplorer, QueryExplorer, SoftmaxExplorer
from transformer_lib.widgets.attention_explorer import pack, unpack
from transformer_lib.widgets.base import Widget
from transformer_lib.widgets.query_explorer import SLIDES_KEYS

ROOT = Path(__file__).parents[1]
LAYERS, HEADS, TOKENS = 2, 3, ["dogs", "<chase>", "cat's", '"&"', "."]


def sentence(tokens=TOKENS, layers=LAYERS, heads=HEADS):
    weights = torch.randn(layers, heads, len(tokens), len(tokens), generator=torch.Generator().manual_seed(0)) * 2
    return {"tokens": tokens, "weights": weights.softmax(-1)}


def every_widget():
    return [example.make() for example in EXAMPLES.values()]


def test_every_widget_is_among_the_examples_that_all_tests_see():
    assert {type(widget).__name__ for widget in every_widget()} == set(widgets.__all__) - {"SCRIPT", "STYLES", "Widget"}


def shown_state(widget):
    """The state as a browser reads it from the attribute."""
    return json.loads(html.unescape(re.search(r"state='([^']*)'", widget.to_html())[1]))


def test_the_query_explorer_shows_the_slides_example_as_corrected():
    assert repr(QueryExplorer()).splitlines() == [
        "QueryExplorer: query (-1.0, -2.5) among 3 keys",
        "word     score   ÷ √2  weight         value",
        "the      12.00   8.49   0.997  (-2.0, -4.0)",
        "cat       3.75   2.65   0.003  (-2.5, -0.5)",
        "danced  -10.75  -7.60   0.000    (4.5, 2.5)",
        "output (-2.00, -3.99)",
    ]
    assert QueryExplorer(key_vectors=torch.tensor(SLIDES_KEYS)).state() == QueryExplorer().state()
    assert repr(QueryExplorer([4, 3])).endswith("output (4.50, 2.50)")
    assert repr(QueryExplorer([0, 0], scaled=False)).endswith("output (0.00, -0.67)")


def test_the_softmax_explorer_shows_the_numbers_of_its_setting():
    lines = repr(SoftmaxExplorer([1.0, 0.0, -1.0], d=4, temperature=2)).splitlines()
    assert lines[0] == "SoftmaxExplorer: d = 4, not divided by √d, temperature T 2.00"
    assert lines[2].split() == ["1", "2.0", "1.0", "0.665", "0.223"]
    assert lines[-1] == "largest weight 0.665, entropy 1.20 bits (as spread out as 2.3 equal weights), response 0.489"
    one, wide = (repr(SoftmaxExplorer(d=d, scaled=True)).splitlines() for d in (1, 1024))
    assert wide[2] != one[2]
    assert [line.split()[2:] for line in wide[2:]] == [line.split()[2:] for line in one[2:]]


def test_the_attention_explorer_shows_one_heads_choices():
    given = sentence()
    widget = AttentionExplorer([given], layer=1, head=2)
    best, at = given["weights"][1, 2].max(-1)
    for line, token, k, w in zip(repr(widget).splitlines()[2:], TOKENS, at, best, strict=True):
        assert line.split() == [token, TOKENS[k], f"{w:.3f}"]
    one = repr(AttentionExplorer([given], layer=1, head=2, query=3)).splitlines()
    assert len(one) == 3
    assert one[2].split() == repr(widget).splitlines()[5].split()


def test_packed_weights_come_back_as_thousandths_in_order():
    weights = sentence()["weights"]
    assert torch.equal(unpack(pack(weights)), (weights.double() * 1000).round().long().flatten())
    packed = AttentionExplorer([sentence()]).sentences[0]["weights"]
    assert len(packed) == 2 * weights.numel()
    again = AttentionExplorer([{"tokens": TOKENS, "weights": packed}], n_layers=LAYERS, n_heads=HEADS)
    assert repr(again) == repr(AttentionExplorer([sentence()]))


@pytest.mark.parametrize("widget", every_widget(), ids=lambda w: type(w).__name__)
def test_a_mime_bundle_serves_a_kernel_a_page_and_a_reader_of_text(widget):
    data, _ = widget._repr_mimebundle_()
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == widget.model_id
    assert data["text/plain"] == repr(widget) == repr(type(widget)(**widget.state()))
    assert data["text/html"].startswith(f'<transformer-widget name="{type(widget).__name__}" state=')
    assert html.escape(repr(widget)) in data["text/html"]
    assert shown_state(widget) == widget.state()
    assert widget._esm.endswith(f"export default TransformerWidgets.{type(widget).__name__};\n")
    assert widget._esm.startswith(SCRIPT.read_text())
    assert "--tf-query" in widget._css
    assert ".tf-widget" in widget._css


def test_a_widgets_state_is_its_own_and_not_that_of_its_frame():
    assert set(QueryExplorer().state()) == {"query", "key_vectors", "values", "labels", "presets", "scaled"}
    assert set(SoftmaxExplorer().state()) == {"scores", "d", "scaled", "temperature"}
    assert "keys" not in {name for widget in every_widget() for name in widget.state()}


def test_a_widget_without_numbers_of_its_own_is_refused():
    class Silent(Widget):
        pass

    with pytest.raises(NotImplementedError, match="Silent must show its numbers"):
        repr(Silent())


NO_SOFTMAX = {"tokens": ["a", "b"], "weights": torch.ones(1, 1, 2, 2)}
WRONG = {
    "a query of three": (lambda: QueryExplorer([1, 2, 3]), r"query must be a point \[x, y\].*\[1, 2, 3\]"),
    "a query that is infinite": (lambda: QueryExplorer([float("inf"), 0]), "query must be .* finite .*inf"),
    "a key that is a number": (lambda: QueryExplorer(key_vectors=[[1, 2], 3]), r"key_vectors\[1\] must be a point.*3"),
    "no keys": (lambda: QueryExplorer(key_vectors=[]), "key_vectors must be a list of points"),
    "a value too few": (lambda: QueryExplorer(values=[[1, 2]]), "values must hold a point for each of the 3 .* held 1"),
    "a label too few": (lambda: QueryExplorer(labels=["the"]), "labels must be a list of 3 words"),
    "a preset that is no point": (lambda: QueryExplorer(presets={"die": 3}), r"presets\['die'\] must be a point.*3"),
    "presets in a list": (lambda: QueryExplorer(presets=[1]), "presets must map names to points"),
    "no scores": (lambda: SoftmaxExplorer([]), r"scores must be a list of one or more finite numbers.*\[\]"),
    "scores that are words": (lambda: SoftmaxExplorer(["a"]), "scores must be a list"),
    "d of three": (lambda: SoftmaxExplorer(d=3), "d must be a power of two from 1 to 1024, but was 3"),
    "d too wide": (lambda: SoftmaxExplorer(d=2048), "d must be an integer from 1 to 1024, but was 2048"),
    "a frozen softmax": (lambda: SoftmaxExplorer(temperature=0), "temperature must be a number from 0.1 to 10"),
    "no sentences": (lambda: AttentionExplorer([]), "sentences must be a list"),
    "no weights": (lambda: AttentionExplorer([{"tokens": TOKENS}]), r"sentences\[0\]\['weights'\] must be a tensor"),
    "no head axis": (lambda: AttentionExplorer([{**sentence(), "weights": sentence()["weights"][0]}]), r"\(3, 5, 5\)"),
    "a token too few": (
        lambda: AttentionExplorer([{**sentence(), "tokens": TOKENS[1:]}]),
        r"sentences\[0\]\['weights'\] must have shape \(2, 3, 4, 4\), but was \(2, 3, 5, 5\)",
    ),
    "models of two sizes": (
        lambda: AttentionExplorer([sentence(), sentence(heads=5)]),
        r"sentences\[1\].*\(2, 3, 5, 5\), but was \(2, 5, 5, 5\)",
    ),
    "weights that are no softmax": (lambda: AttentionExplorer([NO_SOFTMAX]), "must be softmax's"),
    "weights that are not numbers": (
        lambda: AttentionExplorer([{**NO_SOFTMAX, "weights": torch.full((1, 1, 2, 2), torch.nan)}]),
        "must be softmax's",
    ),
    "packed weights cut off": (
        lambda: AttentionExplorer([{"tokens": ["a"], "weights": "AAA"}], n_layers=1, n_heads=1),
        r"must be 2 base64 digits for \(1, 1, 1, 1\) weights, but was 3 characters",
    ),
    "packed weights of unknown shape": (
        lambda: AttentionExplorer([{"tokens": ["a"], "weights": "AA"}]),
        "n_layers and n_heads must be given",
    ),
    "a layer too far": (lambda: AttentionExplorer([sentence()], layer=2), "layer must be an integer from 0 to 1.*2"),
    "a head too far": (lambda: AttentionExplorer([sentence()], head=3), "head must be an integer from 0 to 2"),
    "a query too far": (lambda: AttentionExplorer([sentence()], query=5), "query must be an integer from -1 to 4"),
    "an unknown view": (lambda: AttentionExplorer([sentence()], view="graph"), 'view must be "lines" or "matrix"'),
}


@pytest.mark.parametrize(("make", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_argument_is_named_with_what_it_was_and_should_be(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_trait_set_later_is_checked_too():
    widget = QueryExplorer()
    widget.query = torch.tensor([1.0, 2.0])
    assert widget.query == [1.0, 2.0]
    with pytest.raises(ValueError, match="query must be a point"):
        widget.query = "north"
    with pytest.raises(ValueError, match="values must hold a point for each of the 3 labels"):
        widget.values = [[0, 0]]


def test_the_bundle_is_that_of_the_sources(tmp_path):
    rule = re.search(r"^transformer_lib/widgets/widgets\.js:.*\n\t(.*)$", (ROOT / "Makefile").read_text(), re.M)[1]
    fresh = tmp_path / "widgets.js"
    command = rule.replace("$@", str(fresh)).split()
    subprocess.run([ROOT / "node_modules/.bin" / command[0], *command[1:]], cwd=ROOT, check=True)
    assert fresh.read_text() == SCRIPT.read_text(), "widgets.js is stale: run `make transformer_lib/widgets/widgets.js`"


def test_the_bundle_stays_light():
    engine = 30_000  # what runs trained models, for all widgets that do
    assert SCRIPT.stat().st_size <= engine + 9_000 * len({type(widget) for widget in every_widget()})


@pytest.mark.slow
@pytest.mark.parametrize("name", write_fixtures.NAMES)
def test_the_fixtures_are_what_pytorch_says(name):
    stale = f"{name}.json is stale: run `python -m tests.widgets.write_fixtures`"
    assert write_fixtures.text_of(name) == write_fixtures.path_of(name).read_text(), stale


def luminance(colour):
    """WCAG 2's relative luminance of #rrggbb."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


def themes():
    light, dark = re.findall(r"\{([^}]*)\}", STYLES[0].read_text())
    return [dict(re.findall(r"--tf-([a-z]+): (#[0-9a-f]{6});", block)) for block in (light, dark)]


@pytest.mark.parametrize("palette", themes(), ids=["light", "dark"])
def test_every_colour_of_text_stands_out_from_the_paper_and_from_a_chosen_row(palette):
    assert palette.keys() == themes()[0].keys()
    for role in palette.keys() - {"paper", "line", "soft"}:
        for ground in ("paper", "soft"):
            assert contrast(palette[role], palette[ground]) >= 4.5, f"{role} on {ground}"


def test_the_styles_name_no_colour_of_their_own():
    styles = re.sub(r"/\*.*?\*/", "", "".join(path.read_text() for path in STYLES[1:]), flags=re.S)
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgb|hsl", styles)
    used = set(re.findall(r"var\(--tf-([a-z]+)\)", styles + SCRIPT.read_text()))
    assert used <= themes()[0].keys()


def test_no_two_widgets_style_the_same_class():
    """A style that begins with a class is that class's; another widget may only refine it inside one of its own."""
    owners = {}
    for path in STYLES[1:]:
        rules = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
        for selector in (each.strip() for group in re.findall(r"([^{};@]+)\{", rules) for each in group.split(",")):
            for first in re.findall(r"^(?:\.tf-widget )?\.(tf-[a-z-]+)", selector):
                owners.setdefault(first, set()).add(path.name)
    shared = {name: paths for name, paths in owners.items() if len(paths) > 1 and "widgets.css" not in paths}
    assert shared == {"tf-thumb": {"attention_explorer.css", "head_explorer.css"}}  # the same small picture of a head
