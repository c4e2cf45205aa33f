"""Each chapter's notebook is its Markdown, executed; its prose quotes only numbers that its cells compute.

That the stored outputs are what the cells give today is nbval's part (`make test` runs it).
"""

import re

import nbformat
import pytest

from book import notebooks

chapters = pytest.mark.parametrize("source", notebooks.sources(), ids=lambda source: source.stem)
DECIMAL = re.compile(r"(?<![\w.])-?\d+\.\d+(?![\w.]*\w)")


def unproven(notebook: nbformat.NotebookNode) -> list[str]:
    """The decimal numbers of the prose that no code cell holds or prints."""
    shown = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            shown.append(cell.source)
            for output in cell.outputs:
                shown.append(output.get("text") or output.get("data", {}).get("text/plain", ""))
    proven = {abs(float(number)) for number in DECIMAL.findall("\n".join(shown))}
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    prose = re.sub(r"\]\([^)]*\)|section [\d.]+", "", prose)  # links, and places in papers
    return [number for number in DECIMAL.findall(prose) if abs(float(number)) not in proven]


def test_there_are_chapters():
    assert notebooks.sources()


@chapters
def test_notebook_is_its_markdown_executed_from_top_to_bottom(source):
    assert notebooks.is_fresh(source), f"{source.stem}.ipynb is not {source.name}, executed: run `make notebooks`"


@chapters
def test_every_number_in_the_prose_is_computed(source):
    assert unproven(notebooks.read(source)) == []


@chapters
def test_code_fits_the_page(source):
    cells = [cell for cell in notebooks.read(source).cells if cell.cell_type == "code"]
    printed = [output.get("text", "") for cell in cells for output in cell.outputs]
    too_long = [line for text in (*(c.source for c in cells), *printed) for line in text.split("\n") if len(line) > 80]
    assert too_long == []


@chapters
def test_every_output_is_compared(source):
    ignored = [cell for cell in notebooks.read(source).cells if "nbval-ignore-output" in cell.metadata.get("tags", [])]
    assert ignored == []


def test_a_number_nobody_computed_is_noticed():
    notebook = nbformat.v4.new_notebook()
    output = nbformat.v4.new_output("stream", text="0.25 of 3\n")
    notebook.cells = [
        nbformat.v4.new_markdown_cell(
            "In section 3.2 it is 0.25, not 0.26, and [a link](https://a.org/1706.03762) is none."
        ),
        nbformat.v4.new_code_cell("print(quarter)", outputs=[output]),
    ]
    assert unproven(notebook) == ["0.26"]
