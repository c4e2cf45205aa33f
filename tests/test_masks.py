import pytest
import torch

from transformer_lib import causal_mask, combine_masks, padding_mask


def test_causal_mask_is_a_lower_triangle():
    assert causal_mask(3).tolist() == [[True, False, False], [True, True, False], [True, True, True]]


def test_no_query_sees_nothing():
    assert causal_mask(0).shape == (0, 0)
    assert causal_mask(0, 3).shape == (0, 3)
    assert causal_mask(1).tolist() == [[True]]


def test_causal_mask_of_a_continuation_is_the_end_of_the_whole_mask():
    assert torch.equal(causal_mask(3, 7), causal_mask(7)[-3:])


def test_padding_mask_shows_each_sequence_its_own_words():
    assert padding_mask(torch.tensor([2, 0, 3])).tolist() == [
        [[True, True, False]],
        [[False, False, False]],
        [[True, True, True]],
    ]
    assert padding_mask(torch.tensor([2]), max_len=5).tolist() == [[[True, True, False, False, False]]]
    assert padding_mask(torch.tensor([], dtype=torch.int64)).shape == (0, 1, 0)


def test_combined_masks_allow_what_all_allow():
    causal, padding = causal_mask(5), padding_mask(torch.tensor([2, 5]))
    both = combine_masks(causal, None, padding)
    assert both.shape == (2, 5, 5)
    for b, length in enumerate((2, 5)):
        for i in range(5):
            for j in range(5):
                assert both[b, i, j] == (j <= i and j < length)
    assert torch.equal(combine_masks(causal), causal)
    assert combine_masks(None) is None


@pytest.mark.usefixtures("as_a_user")
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: causal_mask(-1, 3), "q_len must not be negative, but was -1"),
        (lambda: causal_mask(5, 3), r"k_len must be at least q_len = 5 .* but was 3"),
        (
            lambda: padding_mask(torch.tensor([1.0])),
            r"lengths must be an integer tensor .* torch.float32 of shape \(1,\)",
        ),
        (lambda: padding_mask(torch.tensor([True])), r"lengths must be an integer tensor .* torch.bool"),
        (lambda: padding_mask(torch.tensor(3)), r"of shape \(batch,\), but was torch.int64 of shape \(\)"),
        (lambda: padding_mask(torch.tensor([2, 7]), 5), r"between 0 and max_len = 5, but were \[2, 7\]"),
        (lambda: padding_mask(torch.tensor([2, -1])), r"between 0 and max_len = 2, but were \[2, -1\]"),
        (lambda: combine_masks(torch.ones(3, 3)), "mask must be boolean .* but its dtype was torch.float32"),
        (lambda: combine_masks(causal_mask(2), causal_mask(3)), r"shapes were \(2, 2\), \(3, 3\)"),
    ],
)
def test_errors_name_the_argument_what_it_was_and_what_it_should_be(call, message):
    with pytest.raises(ValueError, match=message):
        call()
