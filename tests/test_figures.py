import re

import matplotlib.pyplot as plt
import pytest

from transformer_lib import figures


@pytest.fixture
def drawn():
    def draw():
        with figures.style() as colour:
            fig, axis = plt.subplots()
            axis.plot([1, 2], [3, 5], color=colour["query"])
            axis.set_xlabel("length")
            plt.close(fig)
        return figures.ThemedFigure(fig, 'a line from "3" to 5')

    return draw


def test_the_palette_is_the_style_sheets():
    light = figures.palette()
    assert light["paper"] == "#ffffff"
    assert {"query", "key", "value", "output", "negative", "positive", "weight"} <= light.keys()


def test_a_figure_follows_the_page_from_light_to_dark(drawn):
    svg = drawn().svg
    assert f"var(--tf-query, {figures.palette()['query']})" in svg
    assert set(re.findall(r"(?<!, )#[0-9a-f]{6}", svg)) == set(), "a colour outside the palette would not follow"


def test_a_figure_is_text_that_can_be_read_and_says_what_it_shows(drawn):
    figure = drawn()
    assert ">length</text>" in figure.svg
    assert "font-family" not in figure.svg
    assert 'aria-label="a line from &quot;3&quot; to 5"' in figure._repr_html_()
    assert repr(figure) == 'Figure: a line from "3" to 5'


def test_a_figure_fills_the_text_without_a_frame_its_letters_and_lines_as_large_as_the_books(drawn):
    svg = drawn().svg
    width, height = map(float, re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg).groups())
    assert (width, height) == pytest.approx((6.2 * 72, 3.4 * 72), rel=0.05)
    assert set(re.findall(r"font-size: (\d+)px", svg)) == {"11"}
    assert re.findall(r"stroke: var\(--tf-query, [^)]*\); stroke-width: (\d)", svg) == ["2"]
    assert svg.count("stroke-linejoin: miter") == 2, "a line below and one on the left"
    assert "fill: #" not in svg, "its ground would be the same in the dark"


def test_a_figure_holds_nothing_but_the_drawing(drawn):
    svg = drawn().svg
    assert svg.startswith("<svg")
    assert "<metadata>" not in svg
    assert not re.search(r"\.\d{3}", svg), "finer than a hundredth of a point"
    assert "figure_1" not in re.findall(r'\bid="([^"]+)"', svg), "another figure of the page has this id"


def test_a_figure_is_the_same_on_every_run(drawn):
    assert drawn().svg == drawn().svg


def test_two_figures_of_a_page_share_no_id(drawn):
    one = drawn().svg
    other = figures.named_apart(one, "another text")
    ids, others = (set(re.findall(r'\bid="([^"]+)"', svg)) for svg in (one, other))
    assert ids
    assert not ids & others
    for svg, names in ((one, ids), (other, others)):
        assert set(re.findall(r'(?:url\(#|href="#)([^")]+)', svg)) <= names
