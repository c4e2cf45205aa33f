"""What turns chapters into pages: the directives say what is wrong with them, and a wrong formula fails a build."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from sphinx.testing.util import SphinxTestApp

from book import maths
from book.extension import chapter_number, contents

CONF = """
extensions = ["myst_parser", "book.directives", "book.maths"]
myst_enable_extensions = ["colon_fence", "dollarmath"]
html_math_renderer = "katex"
"""


@pytest.fixture
def build(tmp_path: Path):
    def run(text: str) -> tuple[Tag, str]:
        """Build one page; its body, and the warnings."""
        (tmp_path / "conf.py").write_text(CONF)
        (tmp_path / "index.md").write_text("# A page\n\n" + text)
        app = SphinxTestApp("html", srcdir=tmp_path)
        app.build()
        warnings = app.warning.getvalue()
        app.cleanup()
        html = (tmp_path / "_build" / "html" / "index.html").read_text()
        return BeautifulSoup(html, "html.parser").select_one("div.body"), warnings

    return run


QUIZ = """
:::{quiz}
Which score?

- [ ] $q$ alone :: No: *two* vectors.
- [x] $q \\cdot k$ :: Yes, a dot product
  over two lines.

  And a second paragraph.
:::
"""


def test_a_quiz_has_radio_buttons_labels_and_explanations(build) -> None:
    body, warnings = build(QUIZ)
    assert warnings == ""
    quiz = body.select_one("[role=radiogroup]")
    assert quiz.find(id=quiz["aria-labelledby"]).get_text(strip=True) == "Which score?"
    wrong, right = quiz.select(".tf-quiz-option")
    assert wrong.input["type"] == right.input["type"] == "radio"
    assert wrong.input["name"] == right.input["name"]
    assert wrong.label["for"] == wrong.input["id"] != right.input["id"]
    assert wrong.label.select_one(".katex")
    assert wrong.label.get_text().endswith("alone")
    assert wrong.select_one(".tf-quiz-why").get_text(strip=True) == "Not quite.No:twovectors."
    assert right.select_one(".tf-quiz-why").get_text().startswith("Right. Yes, a dot product\nover two lines.")
    assert "And a second paragraph." in right.get_text()
    assert "::" not in quiz.get_text()


def test_several_right_options_make_checkboxes_and_names_differ(build) -> None:
    both = QUIZ.replace("[ ]", "[x]")
    body, warnings = build(both + "\n" + QUIZ)
    assert warnings == ""
    first, second = body.select(".tf-quiz")
    assert (first["role"], first.input["type"]) == ("group", "checkbox")
    assert first.input["name"] != second.input["name"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("No list at all.", "a quiz is a question and then a list of options"),
        ("- one :: why\n- [x] two :: why", "the option 'one :: why' has no mark"),
        ("- [ ] one\n- [x] two :: why", "the option '[ ] one' has no explanation"),
        ("- [ ] one :: why\n- [ ] two :: why", "a quiz needs a right option"),
        ("- [x] one :: why", "asks nothing"),
    ],
)
def test_a_quiz_says_what_is_wrong_with_it(build, options: str, message: str) -> None:
    _, warnings = build(f":::{{quiz}}\nWhich?\n\n{options}\n:::\n")
    assert "index.md:3" in warnings
    assert message in warnings


def test_a_prediction_folds_its_answer(build) -> None:
    body, warnings = build(":::{predict} Does $p$ grow?\nIt does.\n:::\n")
    assert warnings == ""
    assert body.details.summary.select_one(".tf-question .katex")
    assert body.details.select_one(".tf-answer").get_text(strip=True) == "It does."
    assert not body.details.has_attr("open")


def test_a_dropdown_admonition_folds_without_a_script(build) -> None:
    body, _ = build(":::{admonition} Proof\n:class: dropdown\nTrivial.\n:::\n")
    assert body.details.summary.get_text() == "Proof"
    assert "dropdown" in body.details["class"]


def test_roles_are_coloured_in_formulas(build) -> None:
    roles = ("query", "key", "value", "output")
    body, warnings = build(" ".join(rf"$\textcolor{{{role}}}{{x}}$" for role in roles))
    assert warnings == ""
    for role in roles:
        assert body.select_one(f".katex-html [style='color:var(--tf-{role});']")


@pytest.mark.parametrize("wrong", [r"$\notacommand$", r"$\frac{1}$", "$$\n\\left( x\n$$", r"$\href{javascript:1}{x}$"])
def test_a_wrong_formula_is_a_warning_with_its_place(build, wrong: str) -> None:
    _, warnings = build(wrong)
    assert "index.md:3: WARNING" in warnings
    assert "KaTeX" in warnings


def test_render_raises_for_a_wrong_formula_and_goes_on() -> None:
    with pytest.raises(maths.FormulaError, match="Undefined control sequence"):
        maths.render(r"\nonsense")
    assert "katex" in maths.render("x")


def test_a_page_loads_the_fonts_that_its_formulas_use() -> None:
    assert maths.stylesheets("<p>no formula</p>") == []
    assert maths.stylesheets(maths.render("x")) == ["katex.css"]
    assert maths.stylesheets(maths.render(r"\mathbb{R}")) == ["katex.css", "katex-AMS-Regular.css"]


def test_every_embedded_font_is_there(tmp_path: Path) -> None:
    maths.write_stylesheets(tmp_path)
    common = (tmp_path / "katex.css").read_text()
    assert common.count("@font-face") == len(maths.COMMON_FONTS)
    assert "url(fonts" not in common
    assert len(list(tmp_path.glob("katex-*.css"))) == len(maths.FONT_CLASSES)


def test_contents_number_chapters_and_open_the_current_one() -> None:
    assert chapter_number("chapters/03_attention") == "3"
    assert chapter_number("index") == ""
    tree = '<ul><li class="toctree-l1 current"><a href="#">Attention</a></li></ul>'
    toc = '<ul><li><a href="#">Attention</a><ul><li><a href="#s">S</a><ul><li>deep</li></ul></li></ul></li></ul>'
    html = contents("chapters/03_attention", tree, toc)
    assert '<span class="number">3</span>Attention' in html
    assert 'aria-current="page"' in html
    assert 'href="#s"' in html
    assert "deep" not in html


def test_contents_list_the_exercise_of_the_open_chapter_only() -> None:
    exercise = '<ul><li class="toctree-l2 {}"><a href="../exercises/0{}_x.html">Exercise {}</a></li></ul>'
    chapter = '<li class="toctree-l1 {}"><a href="../chapters/0{}_x.html">Chapter</a>{}</li>'
    shut = chapter.format("", 2, exercise.format("", 2, 2))
    html = contents(
        "exercises/03_x", "<ul>" + shut + chapter.format("current", 3, exercise.format("current", 3, 3)), ""
    )
    assert "Exercise 2" not in html
    assert '<a aria-current="page" href="../exercises/03_x.html">Exercise 3</a>' in html
    assert html.count("aria-current") == 1
