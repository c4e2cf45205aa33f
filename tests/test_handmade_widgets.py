"""The widgets of the chapter on data flow: what they show as text, and what they refuse."""

import math

import pytest
import torch
import traitlets

from transformer_lib.widgets import InductionExplorer, MarkerHead
from transformer_lib.widgets.induction_explorer import induction
from transformer_lib.widgets.marker_head import marker_head, program


def test_the_marker_head_is_a_softmax_of_marks_times_sharpness():
    weights, out = marker_head([8.0, 2.0, 5.0], [0, 1, 0], 3.0)
    marked = math.exp(3) / (math.exp(3) + 2)
    assert weights == pytest.approx([(1 - marked) / 2, marked, (1 - marked) / 2])
    assert out == pytest.approx(2 * marked + 13 * (1 - marked) / 2)


def test_without_a_mark_the_head_is_the_program_at_any_sharpness():
    for sharpness in (0.0, 3.0, 20.0):
        assert marker_head([7.0, 2.0, 3.0], [0, 0, 0], sharpness)[1] == pytest.approx(4.0)
    assert program([7.0, 2.0, 3.0], [0, 0, 0]) == 4.0


def test_the_program_takes_the_average_of_all_that_are_marked():
    assert program([7.0, 2.0, 3.0], [1, 0, 1]) == 5.0


def test_the_marker_head_shows_head_and_program():
    lines = repr(MarkerHead(marked=[0, 1, 0, 0, 0])).splitlines()
    assert lines[0] == "MarkerHead: sharpness 2.0"
    assert [line.split()[2] for line in lines[2:7]] == ["no", "yes", "no", "no", "no"]
    share = math.exp(2) / (math.exp(2) + 4)
    assert lines[3].split()[-1] == f"{share:.3f}"
    assert lines[-1] == f"the head {2 * share + 23 * (1 - share) / 4:.2f}, the program 2.00"


def test_the_second_head_finds_what_followed():
    before, weights, after = induction(list("ABCADBA"))
    assert before == ["-", "A", "B", "C", "A", "D", "B"]
    assert weights == pytest.approx([0, 0.5, 0, 0, 0.5, 0, 0], abs=1e-6)  # A stands before positions 1 and 4
    assert after == pytest.approx([0, 0.5, 0, 0.5], abs=1e-6)


def test_a_letter_that_was_not_there_before_gets_the_average():
    _, weights, after = induction(list("AABBC"))
    assert weights == pytest.approx([0.2] * 5, abs=1e-6)
    assert after == pytest.approx([0.4, 0.4, 0.2, 0], abs=1e-6)


def test_the_induction_explorer_shows_what_comes_next():
    lines = repr(InductionExplorer("ABDAB")).splitlines()
    assert lines[0] == "InductionExplorer: A B D A B ?"
    assert [line.split()[1] for line in lines[2:7]] == list("ABDAB")
    assert [line.split()[2] for line in lines[2:7]] == list("-ABDA")
    assert lines[-1] == "next: A 0.00, B 0.00, C 0.00, D 1.00"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: MarkerHead(sharpness=21), "sharpness must be a number from 0 to 20, but was 21"),
        (lambda: MarkerHead(marked=[0, 1]), "marked must hold 5 zeros and ones"),
        (lambda: MarkerHead(marked=[0, 1, 0, 0, 2]), "marked must be a list of zeros and ones"),
        (lambda: MarkerHead(["Ann"]), "labels must be a list of 5 words"),
        (lambda: MarkerHead(numbers=[math.nan] * 5), "numbers must be a list of one or more finite numbers"),
        (lambda: InductionExplorer("AB"), "letters must be 3 to 12 letters of ABCD"),
        (lambda: InductionExplorer("ABX"), "letters must be 3 to 12 letters of ABCD"),
        (lambda: InductionExplorer(torch.zeros(3)), "letters must be 3 to 12 letters of ABCD"),
    ],
)
def test_errors_name_the_argument(make, message):
    with pytest.raises((ValueError, traitlets.TraitError), match=message):
        make()
