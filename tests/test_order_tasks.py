"""The tasks of the chapter on position: their answers by hand, and that a model which can do one learns it."""

import pytest
import torch

from transformer_lib import order_tasks
from transformer_lib.order_tasks import N_MARKERS, N_TOKENS, TASKS, Answering, accuracy, fitted

TOKENS = torch.tensor([[3, 7, 9, 1, 8], [0, 2, 5, 6, 11]])
ANSWERS = {
    "backwards": [[8, 1, 9, 7, 3], [11, 6, 5, 2, 0]],
    "two back": [[1, 8, 3, 7, 9], [6, 11, 0, 2, 5]],
    "latest marker": [[3, 3, 3, 1, 1], [0, 2, 2, 2, 2]],
    "own place": [[0, 1, 2, 3, 4], [0, 1, 2, 3, 4]],
    "own place, no mask": [[0, 1, 2, 3, 4], [0, 1, 2, 3, 4]],
}


@pytest.mark.parametrize("name", TASKS)
def test_answers_by_hand(name):
    assert TASKS[name].answer(TOKENS).tolist() == ANSWERS[name]


@pytest.mark.parametrize("name", TASKS)
def test_the_same_seed_draws_the_same_tokens(name):
    tokens = TASKS[name].draw(7, 11, seed=3)
    assert tokens.shape == (7, 11)
    assert 0 <= tokens.min() <= tokens.max() < N_TOKENS
    assert torch.equal(tokens, TASKS[name].draw(7, 11, seed=3))
    assert not torch.equal(tokens, TASKS[name].draw(7, 11, seed=4))


def test_a_text_of_markers_begins_with_one_and_a_quarter_of_it_is():
    tokens = TASKS["latest marker"].draw(200, 31, seed=0)
    assert (tokens[:, 0] < N_MARKERS).all()
    assert 0.22 < (tokens[:, 1:] < N_MARKERS).float().mean() < 0.28
    assert (TASKS["two back"].draw(200, 31, seed=0) >= N_MARKERS).all()
    assert (TASKS["own place"].draw(5, 7, seed=0)[:, 0] == 0).all()


def test_accuracy_counts_the_last_positions_that_have_an_answer():
    class Copies(Answering):
        """Says of every position the token two before it, but gets the first three wrong."""

        def __init__(self):
            torch.nn.Module.__init__(self)

        def forward(self, tokens):
            answers = tokens.roll(2, 1)
            answers[:, :3] = 0
            return torch.nn.functional.one_hot(answers, N_TOKENS).float()

    assert accuracy(Copies(), "two back", 13, last=8, n=5) == accuracy(Copies(), "two back", 11) == 1.0
    assert accuracy(Copies(), "two back", 10) == pytest.approx(7 / 8)
    assert accuracy(Copies(), "two back", 13, last=13, n=5) == pytest.approx(10 / 11)


def test_a_learned_position_ends_with_its_table():
    model = Answering("learned", 7, causal=True, n_answers=N_TOKENS)
    assert model(TASKS["two back"].draw(2, 7, seed=0)).shape == (2, 7, N_TOKENS)
    with pytest.raises(ValueError, match="positions must lie between 0 and 6, but were 0 to 7"):
        model(TASKS["two back"].draw(2, 8, seed=0))


@pytest.mark.parametrize(("name", "answers"), [("two back", 12), ("own place, no mask", 16)])
def test_left_out_the_sizes_are_the_chapters(name, answers, monkeypatch):
    trainings = []
    monkeypatch.setattr(order_tasks, "train", lambda *args, loss: trainings.append((*args, loss)))
    fitted(name, "sinusoidal", seed=1)
    [(model, batches, recipe, loss)] = trainings
    assert (len(batches), {batch.shape for batch in batches}) == (150, {(32, 16)})
    assert (recipe.steps, recipe.learning_rate, recipe.seed) == (150, 1e-2, 1)
    config = model.reader.config
    sizes = config.vocab_size, config.d_model, config.n_heads, config.n_layers, config.d_ff, config.max_len
    assert sizes == (16, 32, 4, 1, 64, 16)
    assert config.pre_norm
    assert config.scale_embedding
    tokens, first = batches[0], TASKS[name].first
    wanted = torch.nn.functional.cross_entropy(
        model(tokens)[:, first:].transpose(1, 2), TASKS[name].answer(tokens)[:, first:], reduction="sum"
    )
    total, n = loss(model, tokens, recipe)
    torch.testing.assert_close(total, wanted)
    assert n == 32 * (16 - first)


def test_a_model_is_never_asked_what_it_was_trained_on(monkeypatch):
    read = {}
    monkeypatch.setattr(order_tasks, "train", lambda model, batches, recipe, loss: read.update({recipe.seed: batches}))
    asked = []
    for seed in (0, 1):
        model = fitted("two back", "rope", seed=seed)
        model.register_forward_pre_hook(lambda _, given: asked.append(given[0]))
        accuracy(model, "two back", 16)
    drawn = [{tuple(row) for batch in each for row in batch.tolist()} for each in (read[0], read[1], asked)]
    assert [len(each) for each in drawn] == [150 * 32, 150 * 32, 200]
    assert len(drawn[0] | drawn[1] | drawn[2]) == 2 * 150 * 32 + 200


def test_an_unknown_task_is_refused():
    with pytest.raises(ValueError, match=r"name must be one of .*'two back'.*, but was 'three back'"):
        fitted("three back", "rope", seed=0)


@pytest.mark.slow
def test_positions_let_a_model_learn_what_it_cannot_learn_without():
    assert accuracy(fitted("backwards", "learned", seed=0, length=6), "backwards", 6) > 0.95
    assert accuracy(fitted("backwards", "none", seed=0, length=6, steps=30), "backwards", 6) < 0.45
