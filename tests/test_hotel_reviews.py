"""The hotel reviews of the chapter on masks: their classes by hand, their boxes, and which masks the models get."""

import random

import pytest
import torch

from transformer_lib import hotel_reviews
from transformer_lib.hotel_reviews import BAD, GOOD, TOKENIZER, accuracy, draw, fitted, plain_review, review


def is_complaint(text: str) -> int:
    """Read a review word by word, without a look at how it was written."""
    bad, turned = False, False
    for word in text.split():
        if word == "not":
            turned = True
        else:
            bad, turned = bad or (word in BAD) != turned, False
    return int(bad)


@pytest.mark.parametrize("write", [review, plain_review])
def test_the_class_is_what_the_words_say(write):
    drawn = [write(random.Random(seed)) for seed in range(500)]
    assert [is_complaint(text) for text, _ in drawn] == [complaint for _, complaint in drawn]
    assert 200 < sum(complaint for _, complaint in drawn) < 300
    opinions = {sum(word != "not" for word in text.split()) for text, _ in drawn}
    assert opinions == {1, 2, 3, 4}
    assert {word for text, _ in drawn for word in text.split()} - {"not"} == {*GOOD, *BAD}
    assert any("not" in text.split() for text, _ in drawn) == (write is review)


def test_a_box_is_as_wide_as_asked_and_holds_the_reviews():
    tokens, words, classes = draw(7, 13, seed=3)
    assert tokens.shape == words.shape == (7, 13)
    rng = random.Random(3)
    for row, real, complaint in zip(tokens, words, classes, strict=True):
        text, wanted = review(rng)
        assert row[real].tolist() == TOKENIZER.encode(text)
        assert not row[~real].any()
        assert complaint == wanted


class Counts(torch.nn.Module):
    """Calls everything a complaint, and notes which masks it was given."""

    def __init__(self):
        super().__init__()
        self.given = []

    def forward(self, tokens, mask=None, words=None):
        self.given.append((mask, words))
        return torch.tensor([0.0, 1.0]).expand(len(tokens), 2)


@pytest.mark.parametrize(("attend", "read"), [(True, True), (True, False), (False, True), (False, False)])
def test_accuracy_gives_the_masks_it_was_told_to(attend, read):
    model = Counts()
    _, words, classes = draw(1000, 11, -1)
    right = accuracy(model, 11, attend, read)
    assert isinstance(right, float)
    assert right == pytest.approx(classes.double().mean().item() * 100)
    [(mask, given)] = model.given
    assert (mask is None) != attend
    assert (given is None) != read
    assert mask is None or torch.equal(mask, words[:, None])
    assert given is None or torch.equal(given, words)


@pytest.mark.parametrize("masked", [True, False])
def test_training_gives_both_masks_or_neither(masked, monkeypatch):
    given = []
    forward = hotel_reviews.Classifier.forward
    monkeypatch.setattr(hotel_reviews, "TRAINED_LENGTH", 9)
    monkeypatch.setattr(
        hotel_reviews.Classifier,
        "forward",
        lambda model, tokens, mask=None, words=None: (
            given.append((tokens, mask, words)) or forward(model, tokens, mask, words)
        ),
    )
    fitted(masked, seed=0, steps=2)
    assert [tokens.shape for tokens, _, _ in given] == [(64, 9), (64, 9)]
    assert not torch.equal(given[0][0], given[1][0])
    assert all((mask is not None) == (words is not None) == masked for _, mask, words in given)


def test_training_is_on_the_reviews_that_were_asked_for(monkeypatch):
    drawn = []
    monkeypatch.setattr(hotel_reviews, "draw", lambda *args: drawn.append(args) or draw(*args))
    fitted(True, seed=3, steps=2, write=plain_review)
    assert drawn == [(64, 12, 3000, plain_review), (64, 12, 3001, plain_review)]


def test_left_out_the_steps_are_the_chapters(monkeypatch):
    read = []
    monkeypatch.setattr(hotel_reviews, "draw", lambda n, length, seed, write: seed)
    monkeypatch.setattr(hotel_reviews, "train", lambda model, batches, recipe, loss: read.append((batches, recipe)))
    fitted(True, seed=2)
    assert read == [([*range(2000, 2300)], hotel_reviews.Recipe(300, 1e-2))]


@pytest.mark.slow
def test_a_model_learns_the_easy_reviews():
    model = fitted(True, seed=0, steps=100, write=plain_review)
    assert accuracy(model, 20, True, True, plain_review) > 95
