"""What `check` says to a beginner, word for word where it matters."""

import re

import numpy as np
import pytest
import torch

from grader import check
from grader.learner import look
from grader.show import input_line

SELF_CHECK = "This is a self-check, not a mark."


def defined(source):
    """The names of a notebook in which this was run."""
    names = {"torch": torch, "np": np}
    exec(compile(source, "the cell", "exec"), names)
    return names


def said(source, task="causal_mask"):
    result = look(task, defined(source))
    text, html = repr(result), result._repr_html_()
    assert "Traceback" not in text
    assert html.startswith("<style>")
    return text


RIGHT = "def my_causal_mask(n): return torch.ones(n, n).tril().bool()"


def test_right_answer():
    text = said(RIGHT)
    assert text == f"✓ causal_mask: right. 4 of 4 points.\n{SELF_CHECK}"


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("", "There is no function my_causal_mask yet. Run the cell that defines it"),
        ("my_causal_mask = torch.ones(3)", "my_causal_mask is no function but a Tensor."),
        ("def my_causal_mask(n): raise NotImplementedError", "my_causal_mask is not written yet. Replace its `raise"),
        ("def my_causal_mask(): pass", "should be called as my_causal_mask(n), but yours is my_causal_mask()."),
        ("def my_causal_mask(n, m): pass", "should be called as my_causal_mask(n), but yours is my_causal_mask(n, m)."),
        ("def my_causal_mask(n): torch.ones(n, n)", "returns nothing (None). Does its last line say `return`?"),
        ("def my_causal_mask(n): return torch.ones(n, n), 2", "returns 2 things (a tuple). Return only the tensor"),
        (
            "def my_causal_mask(n): return True, False",
            "(a tuple). Put them into one tensor: `torch.tensor([...])`",
        ),
        ("def my_causal_mask(n): return np.ones(n)", "returns a NumPy array. Return a torch tensor"),
        ("def my_causal_mask(n): return [True]", "returns a list. Return a torch tensor."),
        (
            "def my_causal_mask(n):\n    m = torch.ones(n)\n    return m @ torch.ones(n + 1)",
            "my_causal_mask stops with RuntimeError in your line 3: inconsistent tensor size",
        ),
        (  # raised inside torch's own Python: the line shown is still the learner's
            "def my_causal_mask(n):\n    return torch.nn.functional.cross_entropy(torch.ones(n), 'x')",
            "in your line 2: ",
        ),
        ("def my_causal_mask(n): return 1 / 0", "my_causal_mask stops with ZeroDivisionError in your line 1: division"),
    ],
)
def test_whatever_comes_back_is_answered_in_a_sentence(source, sentence):
    assert sentence in said(source)


def test_the_line_of_the_cell_is_quoted():
    import linecache

    source = "def my_causal_mask(n):\n    return torch.ones(n) @ torch.ones(n + 1)\n"
    linecache.cache["the cell"] = (len(source), None, source.splitlines(keepends=True), "the cell")
    assert "in your line 2 (return torch.ones(n) @ torch.ones(n + 1)): " in said(source)
    del linecache.cache["the cell"]


def test_a_mistake_is_named_with_the_two_answers_side_by_side():
    text = said("def my_causal_mask(n): return torch.ones(n, n).tril(1).bool()")
    assert text == (
        "✗ causal_mask: not right yet. 0 of 4 points.\n"
        "  It looks like this mistake: sees one position ahead.\n"
        "  The diagonal just above the main one is True as well. "
        "Position 0 would see position 1: the word it should predict.\n"
        "  The shape is right. 1 of 4 entries is wrong.\n"
        "  The smallest input that shows it: n = 2.\n"
        "    n = 2\n"
        "    my_causal_mask(n)\n"
        "  expected (bool of shape (2, 2))   yours (bool of shape (2, 2))\n"
        "  [  True  False ]                  [  True  *True ]\n"
        "  [  True   True ]                  [  True   True ]\n"
        "  (* differs)\n"
        f"{SELF_CHECK}"
    )


def test_parts_show_what_is_done_already():
    source = """
def my_attention(q, k, v, mask=None):
    return (q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5).softmax(-1) @ v
"""
    text = said(source, "attention")
    assert "4 of 10 points" in text
    assert (
        "✓ one example 2/2   ✓ batches and dtypes 2/2   ✗ with a mask 0/3   ✗ large scores 0/1   "
        "✗ nothing to attend to 0/2" in text
    )
    assert "mask ignored" in text


def test_a_missing_parameter_costs_only_the_parts_that_need_it():
    text = said("def my_attention(q, k, v): return (q @ k.mT / q.shape[-1] ** 0.5).softmax(-1) @ v", "attention")
    assert "✓ one example 2/2   ✓ batches and dtypes 2/2" in text
    assert "called as my_attention(q, k, v, mask=None), but yours is my_attention(q, k, v)." in text


def test_the_shown_input_can_be_pasted_and_shows_the_mistake():
    source = "def my_attention(q, k, v, mask=None): return (q @ k.mT).softmax(-1) @ v"
    result = look("attention", defined(source))
    lines = [line.strip() for line in repr(result).splitlines() if " = torch.tensor" in line]
    names = defined(source + "\n" + "\n".join(lines) + "\nout = my_attention(q, k, v)")
    torch.testing.assert_close(names["out"], result.verdict.problem.given)


def test_numbers_that_four_decimals_would_lose_are_shown_by_their_digits():
    """Rounded to 0, the shown input would not show the mistake."""
    line = input_line("gradient", torch.tensor([2e-8, -6e-8, 0.0, 0.00123456, 0.0123456, -1234.56789]))
    assert line == "gradient = torch.tensor([2e-08, -6e-08, 0.0, 0.00123, 0.0123, -1234.5679])"
    assert input_line("ids", torch.tensor([1, 20_000])) == "ids = torch.tensor([1, 20000])"


def test_html_says_what_the_text_says_and_escapes():
    result = look("causal_mask", defined("def my_causal_mask(n): raise ValueError('<b>&')"))
    html = result._repr_html_()
    assert "&lt;b&gt;&amp;" in html
    assert "<b>&" not in html
    assert SELF_CHECK in html
    wrong = look("causal_mask", defined("def my_causal_mask(n): return torch.ones(n, n).bool()"))._repr_html_()
    assert "<td class='wrong' title='differs'>True</td>" in wrong
    assert "hides nothing" in wrong


SECOND_WRONG = """
def my_attention(q, k, v, mask=None):
    out = (q @ k.mT / q.shape[-1] ** 0.5).softmax(-1) @ v
    if out.ndim == 3:
        out[1] += 1
    return out
"""


def test_large_and_deep_tensors_are_shown_in_part():
    text = said("def my_attention(q, k, v, mask=None): return torch.zeros(2, 3, 40, 50)", "attention")
    assert "its first 8 × 8 numbers" in text
    assert ", at [0, 0]" in text
    assert ", second along the first axis" in said(SECOND_WRONG, "attention")


def test_an_empty_tensor_is_shown_with_the_kind_of_its_numbers():
    answer = "def my_longformer_mask(length, window, global_positions): return torch.eye(length).bool()"
    line = re.search(r"global_positions = .*", said(answer, "longformer_mask"))
    pasted = defined(line[0])
    torch.testing.assert_close(pasted["global_positions"], torch.tensor([], dtype=torch.int64))
    assert input_line("x", torch.tensor([])) == "x = torch.tensor([])"
    assert input_line("x", torch.ones(0).bool()) == "x = torch.tensor([], dtype=torch.bool)"


def test_unknown_task_suggests_the_nearest():
    note = look("atention", {})
    assert repr(note).startswith("There is no task 'atention'. Did you mean 'attention'? The tasks are: ")
    assert "<code>" not in note._repr_html_()
    assert "Did you mean" not in repr(look("zzz", {}))


def test_check_finds_the_caller_and_prints(capsys):
    names = defined("from grader import check\n" + RIGHT + "\ncheck('causal_mask')")
    assert "check" in names
    assert capsys.readouterr().out == f"✓ causal_mask: right. 4 of 4 points.\n{SELF_CHECK}\n"
    assert check("zzz") is None
    assert "There is no task 'zzz'" in capsys.readouterr().out


def test_fresh_inputs_and_a_named_seed():
    names = defined(RIGHT)
    seeds = {look("causal_mask", names, None).verdict.seed for _ in range(3)}
    assert len(seeds) == 3
    assert look("causal_mask", names, 5).verdict.seed == 5
    assert look("causal_mask", names).verdict.seed == 0


def test_the_learners_settings_do_not_change_the_verdict():
    torch.set_default_dtype(torch.float64)
    try:
        assert "right." in said(RIGHT)
        source = (
            "def my_attention(q, k, v, mask=None):\n"
            "    s = q @ k.mT / q.shape[-1] ** 0.5\n"
            "    s = s if mask is None else s.masked_fill(~mask, -1e9)\n"
            "    w = s.softmax(-1)\n"
            "    return (w if mask is None else w * mask) @ v"
        )
        assert "10 of 10" in said(source, "attention")
    finally:
        torch.set_default_dtype(torch.float32)


def test_an_interrupt_stays_an_interrupt():
    with pytest.raises(KeyboardInterrupt):
        look("causal_mask", defined("def my_causal_mask(n): raise KeyboardInterrupt"))


def test_only_the_first_call_prints(capsys):
    assert "right." in said("def my_causal_mask(n):\n    print(n)\n    return torch.ones(n, n).tril().bool()")
    assert capsys.readouterr().out == "1\n"


def test_pytorchs_warnings_are_passed_on_once():
    body = "return torch.nn.functional.softmax(q @ k.mT / q.shape[-1] ** 0.5) @ v"
    text = said(f"def my_attention(q, k, v, mask=None): {body}", "attention")
    assert text.count("PyTorch warns: Implicit dimension choice for softmax has been deprecated") == 1
    assert "softmax without dim" in text


def cell_under_nbgrader(shell, source):
    """(points as nbgrader reads them off the cell's outputs, whether it saw an error)."""
    from IPython.utils.capture import capture_output

    with capture_output() as captured:
        ran = shell.run_cell(source)
    assert not captured.stderr
    assert any("tf-check" in str(output.data.get("text/html")) for output in captured.outputs)
    return ran.result, ran.error_in_exec


@pytest.mark.slow
def test_nbgrader_reads_the_points_off_the_cell(monkeypatch):
    """Its rule (0.9.6, utils.determine_grade): 0 for an error or stderr; the result, if it is a number; else all."""
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    try:
        shell.run_cell("import sys, torch\nfrom grader import check\n" + RIGHT)
        ran = shell.run_cell('check("causal_mask")')
        assert (ran.result, ran.error_in_exec) == (None, None), "a learner sees no number below the card"
        monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
        assert cell_under_nbgrader(shell, 'check("causal_mask")') == (4, None)
        shell.run_cell(RIGHT.replace(": ", ":\n    print('hm', file=sys.stderr)\n    "))
        assert cell_under_nbgrader(shell, 'check("causal_mask")') == (4, None)
        shell.run_cell("def my_causal_mask(n): return torch.ones(n, n).bool()")
        assert cell_under_nbgrader(shell, 'check("causal_mask")') == (0, None)
        assert cell_under_nbgrader(shell, 'check("attention")') == (0, None)  # not written
        assert cell_under_nbgrader(shell, 'check("no such task")') == (0, None)
    finally:
        InteractiveShell.clear_instance()
