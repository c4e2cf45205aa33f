"""Teacher forcing in a page without a kernel: each control, its cells against the library's batches and masks."""

from playwright.sync_api import Page

from tests.browser.hands import tap
from transformer_lib.widgets import TeacherForcing


def check(page: Page, sentence: str, position: int, **switches: bool) -> None:
    """The drawn cells, words and count are those of the Python side."""
    widget = TeacherForcing(sentence, position, **switches)
    lines = [line.split() for line in repr(widget).splitlines()]
    rows = page.locator("[role=radiogroup] [role=radio]").all()
    assert len(rows) == len(lines) - 2
    kinds = {"tf-sight tf-seen": "#", "tf-sight tf-hidden": ".", "tf-sight tf-leak": "!"}
    for row, (number, _, sees, says) in zip(rows, lines[2:], strict=True):
        assert "".join(kinds[cell.get_attribute("class")] for cell in row.locator(".tf-sight").all()) == sees
        assert row.get_attribute("aria-label") == f"position {number}"
        assert row.locator(".tf-says").inner_text() == says
        assert row.get_attribute("aria-checked") == str(int(number) == position).lower()
    assert page.locator(".tf-sights-heads .tf-key").all_inner_texts() == [line[1] for line in lines[2:]]
    told = page.locator(".tf-told").inner_text()
    assert told.startswith(f"Position {position} is to say {lines[position + 2][3]}.")
    assert told.endswith(repr(widget).splitlines()[0].split("the answer ")[1] + ".")


def test_by_mouse_keyboard_and_touch(show):
    page = show(TeacherForcing())
    shift, causal = (page.get_by_role("checkbox", name=name) for name in ("shift", "causal mask"))
    check(page, "die Katze tanzte", 2)
    shift.click()
    check(page, "die Katze tanzte", 2, shift=False)
    causal.press("Space")
    check(page, "die Katze tanzte", 2, shift=False, causal=False)
    tap(page, shift)
    check(page, "die Katze tanzte", 2, causal=False)
    page.get_by_role("radio", name="position 2").press("ArrowDown")
    check(page, "die Katze tanzte", 3, causal=False)
    page.get_by_role("radio", name="position 0").click()
    check(page, "die Katze tanzte", 0, causal=False)
    page.get_by_role("button", name="Reset").click()
    check(page, "die Katze tanzte", 2)


def test_a_target_is_typed(show):
    page = show(TeacherForcing(position=3))
    field = page.get_by_role("textbox", name="target")
    field.fill("the cat  saw the cat")
    check(page, "the cat saw the cat", 3)
    field.fill("cat")
    check(page, "cat", 1)
    field.fill("")
    check(page, "cat", 1)
    field.fill("one two three four five six seven eight nine")
    check(page, "one two three four five six seven eight", 1)
