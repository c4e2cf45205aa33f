import math

import pytest
import torch
import torch.nn.functional as F
from torch.testing import assert_close

from transformer_lib.metrics import (
    LanguageModelScore,
    accuracy,
    alignment_error,
    alignment_links,
    cross_entropy,
    edit_distance,
    error_rate,
    exact_match,
    log_likelihood,
    perplexity,
)

LOGITS = torch.randn(3, 5, 7, generator=torch.Generator().manual_seed(0))
TARGETS = torch.randint(7, (3, 5), generator=torch.Generator().manual_seed(1))
MASK = torch.arange(5) < torch.tensor([5, 2, 3])[:, None]


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_cross_entropy_is_pytorchs_over_the_tokens_that_count(smoothing):
    ignored = TARGETS.masked_fill(~MASK, -100)
    expected = F.cross_entropy(LOGITS.flatten(0, 1), ignored.flatten(), label_smoothing=smoothing)
    assert_close(cross_entropy(LOGITS, ignored, MASK, label_smoothing=smoothing), expected)
    expected = F.cross_entropy(LOGITS.flatten(0, 1), TARGETS.flatten(), label_smoothing=smoothing)
    assert_close(cross_entropy(LOGITS, TARGETS, label_smoothing=smoothing), expected)


def test_log_likelihood_is_the_sum_over_a_sequence():
    log_p = LOGITS.log_softmax(-1)
    for b, length in enumerate((5, 2, 3)):
        expected = sum(log_p[b, t, TARGETS[b, t]] for t in range(length))
        assert_close(log_likelihood(LOGITS, TARGETS.masked_fill(~MASK, -100), MASK)[b], expected)
    assert_close(log_likelihood(LOGITS, TARGETS).sum(), -cross_entropy(LOGITS, TARGETS) * 15)
    assert_close(log_likelihood(LOGITS, TARGETS.int()).sum(), -cross_entropy(LOGITS, TARGETS.int()) * 15)


def test_accuracy_gives_no_partial_credit():
    logits = torch.tensor([[[2.0, 1.0], [1.0, 2.0], [2.0, 1.0]]])
    targets = torch.tensor([[0, 1, 1]])
    assert accuracy(logits, targets) == pytest.approx(2 / 3, rel=1e-12)  # in float64
    assert accuracy(logits, targets, torch.tensor([[True, False, True]])) == 0.5


def test_a_score_is_the_same_whatever_the_batches():
    """The pooling trap: the mean of the batches' means would be another number."""
    whole = LanguageModelScore().add(LOGITS, TARGETS, MASK)
    parts = LanguageModelScore()
    for b in range(3):
        parts.add(LOGITS[b : b + 1], TARGETS[b : b + 1], MASK[b : b + 1])
    assert whole.tokens == parts.tokens == 10
    assert parts.cross_entropy == pytest.approx(whole.cross_entropy)
    assert whole.cross_entropy == pytest.approx(cross_entropy(LOGITS, TARGETS, MASK).item())
    assert whole.perplexity == pytest.approx(math.exp(whole.cross_entropy))
    assert whole.accuracy == parts.accuracy == pytest.approx(accuracy(LOGITS, TARGETS, MASK))
    assert whole.bits_per_character(40) == pytest.approx(whole.cross_entropy * 10 / math.log(2) / 40)
    means = [cross_entropy(LOGITS[b : b + 1], TARGETS[b : b + 1], MASK[b : b + 1]).item() for b in range(3)]
    assert sum(means) / 3 != pytest.approx(whole.cross_entropy, abs=1e-3)


def test_perplexity_is_the_number_of_faces_of_a_fair_die():
    uniform = torch.zeros(2, 3, 11)
    score = LanguageModelScore().add(uniform, torch.zeros(2, 3, dtype=torch.int64))
    assert score.perplexity == pytest.approx(11, rel=1e-12)  # in float64
    assert perplexity(0.0) == 1
    assert perplexity(699.9) < math.inf == perplexity(700.0) == perplexity(1e9)
    assert LanguageModelScore(1.0, 1).bits_per_character(1) == pytest.approx(math.log2(math.e))


def test_exact_match_is_all_or_nothing():
    assert exact_match([[1, 2], [3], "ab"], [[1, 2], [4], "ab"]) == pytest.approx(2 / 3)
    assert exact_match([(1, 2)], [[1, 2]]) == 1


def recursive_distance(a, b):
    """By the definition: the cheapest of a deletion, an insertion, and a match or substitution."""
    if not a or not b:
        return len(a) + len(b)
    rest = recursive_distance(a[1:], b[1:]) + (a[0] != b[0])
    return min(rest, recursive_distance(a[1:], b) + 1, recursive_distance(a, b[1:]) + 1)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("kitten", "sitting"),
        ("", "abc"),
        ("abc", ""),
        ("", ""),
        ("abcd", "bcda"),
        ("ab", "ba"),
        ("aaa", "a"),
        ("a", "aaa"),
    ],
)
def test_edit_distance_is_its_definition(a, b):
    assert edit_distance(a, b) == recursive_distance(a, b)


def test_error_rate_is_all_edits_over_all_items():
    predictions = [["N", "AY", "T"], ["K", "AE", "T", "S"], []]
    references = [["N", "AY", "T"], ["K", "AE", "T"], ["AH"]]
    assert error_rate(predictions, references) == pytest.approx(2 / 7)
    assert error_rate(["abcdef"], ["x"]) == 6


def test_alignment_error_is_och_and_neys():
    predicted, sure, possible = {(0, 0), (1, 1), (2, 1), (3, 3)}, {(0, 0), (1, 1), (2, 2)}, {(2, 1)}
    assert alignment_error(predicted, sure, possible) == pytest.approx(1 - (2 + 3) / (4 + 3))
    assert alignment_error(predicted, sure) == pytest.approx(1 - (2 + 2) / (4 + 3))
    assert alignment_error(sure, sure) == 0
    assert alignment_error(set(), sure) == 1


def test_links_are_each_targets_most_attended_source():
    weights = torch.tensor([[0.1, 0.9], [0.8, 0.2], [0.3, 0.7]])
    assert alignment_links(weights) == {(1, 0), (0, 1), (1, 2)}
    assert alignment_links(torch.zeros(0, 2)) == set()


@pytest.mark.usefixtures("as_a_user")
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: cross_entropy(LOGITS, TARGETS[:2]), r"targets must have shape \(3, 5\), but was \(2, 5\)"),
        (lambda: cross_entropy(LOGITS, TARGETS + 7), "targets must lie between 0 and 6, but were 7 to 13"),
        (lambda: cross_entropy(LOGITS, TARGETS - 9), "targets must lie between 0 and 6, but were -9 to"),
        (lambda: cross_entropy(LOGITS, TARGETS, MASK.float()), "mask must be boolean of shape .* torch.float32"),
        (
            lambda: cross_entropy(LOGITS, TARGETS, MASK[:, :3]),
            r"mask must be boolean of shape \(3, 5\), but .* \(3, 3\)",
        ),
        (lambda: cross_entropy(LOGITS, TARGETS, MASK & False), "at least one token count, but of 15 none does"),
        (lambda: cross_entropy(LOGITS[:0], TARGETS[:0]), "at least one token count, but of 0 none does"),
        (lambda: log_likelihood(LOGITS, TARGETS + 7), "targets must lie between 0 and 6"),
        (lambda: LanguageModelScore().cross_entropy, "tokens must be at least 1 .* but no batch was added"),
        (lambda: LanguageModelScore().accuracy, "tokens must be at least 1 .* but no batch was added"),
        (lambda: LanguageModelScore(1.0, 1).bits_per_character(0), "characters must be at least 1, but was 0"),
        (lambda: exact_match([[1]], []), "equally many, and at least one, but were 1 and 0"),
        (lambda: error_rate([], []), "equally many, and at least one, but were 0 and 0"),
        (lambda: error_rate([[1]], [[]]), "references must hold at least one item, but all were empty"),
        (lambda: alignment_error(set(), set()), "predicted and sure must hold at least one link"),
    ],
)
def test_errors_name_the_argument_what_it_was_and_what_it_should_be(call, message):
    with pytest.raises(ValueError, match=message):
        call()
