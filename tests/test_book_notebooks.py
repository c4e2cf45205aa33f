"""Text around the same code keeps the outputs; other code, or outputs of half a run, do not."""

import nbformat
import pytest

from book.notebooks import take_outputs


def notebook(*cells):
    """Cells as (kind, source, output or None)."""
    made = nbformat.v4.new_notebook()
    for kind, source, output in cells:
        if kind == "markdown":
            made.cells.append(nbformat.v4.new_markdown_cell(source))
            continue
        cell = nbformat.v4.new_code_cell(source)
        if output is not None:
            cell.outputs = [nbformat.v4.new_output("stream", text=output)]
            cell.execution_count = sum(c.cell_type == "code" for c in made.cells) + 1
        made.cells.append(cell)
    return made


STORED = notebook(("markdown", "old", None), ("code", "print(7)", "7\n"), ("code", "print(11)", "11\n"))


def test_new_text_around_the_same_code_keeps_its_outputs():
    made = notebook(("code", "print(7)", None), ("markdown", "new", None), ("code", "print(11)", None))
    assert take_outputs(made, STORED)
    code = [cell for cell in made.cells if cell.cell_type == "code"]
    assert [cell.outputs[0].text for cell in code] == ["7\n", "11\n"]
    assert [cell.execution_count for cell in code] == [1, 2]


@pytest.mark.parametrize("sources", [["print(7)"], ["print(11)", "print(7)"], ["print(7)", "print(12)"]])
def test_other_code_must_run(sources):
    made = notebook(*[("code", source, None) for source in sources])
    assert not take_outputs(made, STORED)
    assert all(not cell.outputs for cell in made.cells)


def test_another_tag_is_other_code():
    made = notebook(("code", "print(7)", None), ("code", "print(11)", None))
    made.cells[1].metadata["tags"] = ["raises-exception"]
    assert not take_outputs(made, STORED)


def test_half_a_run_is_none():
    half = notebook(("code", "print(7)", "7\n"), ("code", "print(11)", None))
    assert not take_outputs(notebook(("code", "print(7)", None), ("code", "print(11)", None)), half)
