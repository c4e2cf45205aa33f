"""The widget of teacher forcing: what it shows as text, where it finds leaks, what it refuses."""

import pytest

from transformer_lib.widgets import TeacherForcing


def test_with_shift_and_mask_nothing_leaks():
    assert repr(TeacherForcing()).splitlines() == [
        "TeacherForcing: shift and causal mask; the answer leaks at 0 of 4 positions",
        "position    reads  may see  is to say",
        "0         [START]     #...        die",
        "1             die     ##..      Katze",
        "2           Katze     ###.     tanzte",
        "3          tanzte     ####      [END]",
    ]


@pytest.mark.parametrize(
    ("shift", "causal", "leaks", "third"),
    [(True, False, 3, "###!"), (False, True, 4, "##!."), (False, False, 4, "##!#")],
)
def test_without_one_of_them_the_answer_leaks(shift, causal, leaks, third):
    lines = repr(TeacherForcing(shift=shift, causal=causal)).splitlines()
    assert f"leaks at {leaks} of 4 positions" in lines[0]
    assert lines[4].split()[2] == third


def test_a_word_that_comes_twice_is_no_leak_at_its_first_place():
    _, leaks = TeacherForcing("the cat saw the cat", 0).seen()
    assert not leaks.any()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: TeacherForcing(""), "sentence must be a text of 1 to 8 words, but was ''"),
        (lambda: TeacherForcing("a b c d e f g h i"), "sentence must be a text of 1 to 8 words"),
        (lambda: TeacherForcing("a b", 3), "position must be from 0 to 2, but was 3"),
    ],
)
def test_what_it_refuses(make, message):
    with pytest.raises(ValueError, match=message):
        make()
