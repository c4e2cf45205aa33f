"""The widgets of "encoder or decoder" in a page without a kernel: each control, cells and words against Python's."""

from playwright.sync_api import Page

from tests.browser.hands import tap
from transformer_lib.widgets import DecisionTable, MaskChooser
from transformer_lib.widgets.decision_table import DECISIONS, INPUTS, OUTPUTS


def check(page: Page, prefix: int, output: int) -> None:
    """The drawn cells and words are those of the Python side."""
    widget = MaskChooser(prefix=prefix, output=output)
    lines = [line.split() for line in repr(widget).splitlines()]
    rows = page.get_by_role("radiogroup", name="output").get_by_role("radio").all()
    assert len(rows) == len(lines) - 2
    for i, (row, (word, depends, *asked)) in enumerate(zip(rows, lines[2:], strict=True)):
        cells = row.locator(".tf-chooser-cell").all()
        assert "".join(".#"["tf-hidden" not in cell.get_attribute("class")] for cell in cells) == depends
        shades = [float(x.evaluate("x => x.style.opacity")) for x in row.locator(".tf-chooser-shade").all()]
        wanted = [0.18 + 0.82 * x**0.5 for x in widget.influences[prefix][i] if x > 0]
        assert all(abs(a - b) < 0.006 for a, b in zip(shades, wanted, strict=True))
        assert row.inner_text().split()[0] == word
        assert row.locator("> span").last.inner_text().split(",")[0] == "".join(asked)
        assert row.get_attribute("aria-checked") == str(i == output).lower()
    told = page.locator(".tf-chooser-told").inner_text()
    seen = [word for word, may in zip(widget.words, widget.mask()[output].tolist(), strict=True) if may]
    assert told.startswith(
        f"Output {output}, {widget.words[output]}, depends on {len(seen)} of 8 words: {' '.join(seen)}."
    )
    follows = page.locator(".tf-chooser-follows").inner_text()
    assert follows.startswith(f"{sum(widget.askable())} of 7 next words")
    assert f"{widget.staying()} of 8 vectors stay" in follows


def test_the_chooser_by_mouse_keyboard_and_touch(show):
    page = show(MaskChooser())
    check(page, 4, 1)
    slider = page.get_by_role("slider", name="words read both ways")
    slider.press("Home")
    check(page, 0, 1)
    assert "to ask for it" not in page.locator(".tf-chooser-told").inner_text()
    page.get_by_role("radio", name="output 1, do").press("ArrowDown")
    check(page, 0, 2)
    slider.press("End")
    check(page, 8, 2)
    assert "would be cheating" in page.locator(".tf-chooser-told").inner_text()
    tap(page, page.get_by_role("radio", name="output 7, syrinx"))
    check(page, 8, 7)
    page.get_by_role("button", name="Reset").click()
    check(page, 4, 1)


def test_two_stacks_name_their_cells(show):
    page = show(MaskChooser(prefix=3))
    assert page.locator(".tf-chooser-part").count() == 0
    page.get_by_role("checkbox", name="two stacks").click()
    rows = [row.locator(".tf-chooser-part").all_inner_texts() for row in page.get_by_role("radio").all()]
    assert ["".join(row) for row in rows] == ["EEE"] * 3 + ["CCC" + "D" * n for n in range(1, 6)]
    assert "source of 3, target of 5" in page.locator(".tf-title").inner_text()


def test_every_cell_of_the_table_says_its_reason(show):
    page = show(DecisionTable())
    cells = page.get_by_role("radio").all()
    assert len(cells) == len(DECISIONS)
    for i, (cell, decision) in enumerate(zip(cells, DECISIONS, strict=True)):
        cell.click()
        card = page.locator(".tf-decision-card").inner_text()
        head = f"{OUTPUTS[i // 2]}, input {INPUTS[i % 2]}: {decision.architecture}."
        assert card.startswith(head)
        assert all(words in card for words in (decision.why, decision.known, decision.where))
        pressed = [b.inner_text() for b in page.get_by_role("button", pressed=True).all()]
        assert pressed == list(decision.tasks)


def test_the_table_by_keyboard_task_and_touch(show):
    page = show(DecisionTable())
    cells = page.get_by_role("radio")

    def chosen() -> int:
        return [cell.get_attribute("aria-checked") for cell in cells.all()].index("true")

    cells.nth(0).press("ArrowDown")
    assert chosen() == 2
    cells.nth(2).press("ArrowRight")
    assert chosen() == 3
    cells.nth(3).press("End")
    assert chosen() == 9
    page.get_by_role("button", name="translate", exact=True).click()
    assert chosen() == 8
    tap(page, page.get_by_role("button", name="search", exact=True))
    assert chosen() == 2
    page.get_by_role("button", name="Reset").click()
    assert chosen() == 0
