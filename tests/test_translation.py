"""The two leaks, and what is done with a model of two texts: against answers by hand."""

import pytest
import torch

from tests.tiny_models import SHELF
from transformer_lib import pair_batch
from transformer_lib.batching import END, PAD, START
from transformer_lib.grammar import Pair
from transformer_lib.leaks import without_causal_mask, without_shift
from transformer_lib.trained import load_trained
from transformer_lib.translation import PairBatches, alignment_errors, cross_weights, exact, gold_error, write


@pytest.fixture(scope="module")
def tiny():
    return load_trained("tiny_translator", folder=SHELF)


def test_without_the_shift_the_decoder_reads_its_targets():
    batch = pair_batch([([7, 8], [START, 11, 12, END]), ([9], [START, 13, END])])
    leaky = without_shift(batch)
    assert torch.equal(leaky.tokens, batch.targets)
    assert batch.tokens.tolist() == [[START, 11, 12], [START, 13, PAD]]
    assert torch.equal(leaky.source, batch.source)


def test_without_the_causal_mask_later_words_are_seen_and_afterwards_no_more(tiny):
    source, target = torch.tensor([[5, 6, 7]]), torch.tensor([[START, 6, 7, 8]])
    other = target.clone()
    other[0, -1] = 9
    with torch.no_grad():
        honest = tiny.model(source, target)
        with without_causal_mask(tiny.model):
            leaky, moved = tiny.model(source, target), tiny.model(source, other)
        with without_causal_mask(tiny.model.decoder):  # a decoder by itself will do
            torch.testing.assert_close(tiny.model(source, target), leaky)
        again, unmoved = tiny.model(source, target), tiny.model(source, other)
    assert not torch.allclose(leaky[:, :-1], moved[:, :-1])
    assert not torch.allclose(leaky, honest)
    torch.testing.assert_close(again, honest, rtol=0, atol=0)
    torch.testing.assert_close(again[:, :-1], unmoved[:, :-1])


def test_batches_hold_every_pair_once_an_epoch_and_begin_again_alike(tiny):
    texts = [("der Mann", "the man"), ("die Frau schläft", "the woman is asleep"), ("das Haus", "the house")] * 3
    batches = PairBatches(tiny, texts, max_tokens=30)
    taken, rows = [], 0
    for batch in batches:
        taken.append(batch)
        rows += len(batch.tokens)
        assert len(batch.tokens) * (batch.source.shape[1] + batch.targets.shape[1] + 1) <= 30
        assert (batch.tokens[:, 0] == START).all()
        if rows >= 2 * len(texts):
            break
    assert rows == 2 * len(texts)
    epochs = [[b.tokens.tolist() for b in half] for half in (taken[: len(taken) // 2], taken[len(taken) // 2 :])]
    assert epochs[0] != epochs[1]
    again = next(iter(batches))
    assert torch.equal(again.tokens, taken[0].tokens)
    assert list(PairBatches(tiny, [], max_tokens=30)) == []


@torch.no_grad()
def greedily(trained, text):
    ids, source = [START], torch.tensor([trained.source.encode(text)])
    while ids[-1] != END:
        ids.append(int(trained.model(source, torch.tensor([ids]))[0, -1].argmax()))
    return trained.target.decode(ids)


def test_what_is_written_is_what_the_model_writes_alone(tiny):
    texts = ["der Mann schläft", "die Frau sieht das kleine Haus , weil der Mann schläft .", "das"]
    together = write(tiny, texts)
    assert together == [greedily(tiny, text) for text in texts]
    assert write(tiny, []) == []
    pairs = [Pair(t, w, frozenset({(0, 0)}), "test") for t, w in zip(texts, [*together[:2], "no"], strict=True)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("transformer_lib.translation.write", lambda trained, sources: together)
        assert exact(tiny, pairs) == [True, True, False]


def test_every_text_is_read_and_what_never_ends_is_stopped_after_sixty_words(tiny, monkeypatch):
    def endless(model, start, *, max_new_tokens, **_):
        return torch.full((len(start), 1 + max_new_tokens), 7)

    monkeypatch.setattr("transformer_lib.translation.generate", endless)
    written = write(tiny, ["der Mann"] * 401)
    assert len(written) == 401
    assert {len(tiny.target.encode(text)) for text in written} == {61}


def test_cross_weights_are_the_models_row_by_row(tiny):
    weights = cross_weights(tiny, "die Frau schläft", "the woman is asleep")
    assert weights.shape == (2, 3, 4, 3)
    read = torch.tensor([tiny.source.encode("die Frau schläft")])
    with torch.no_grad():
        first = tiny.model(read, torch.tensor([[START]]), return_weights=True)[2]
    torch.testing.assert_close(weights[:, :, 0], first[:, 0, :, 0])  # row 0 writes word 0
    for use in (cross_weights, lambda trained, source, target: write(trained, [source])):
        with pytest.raises(ValueError, match=r"trained.model must be a Seq2Seq, but was a Decoder"):
            use(load_trained("tiny_letters", folder=SHELF), "a", "b")


def looking(monkeypatch, **tables):
    """Let the model look at each pair as a table, [heads, target_len, source_len], says."""
    weights = {source: torch.tensor(table)[None] for source, table in tables.items()}
    monkeypatch.setattr("transformer_lib.translation.cross_weights", lambda trained, source, target: weights[source])


A, B, C = [0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.2, 0.7]


def test_alignment_errors_of_heads_that_look_where_gold_says(tiny, monkeypatch):
    looking(monkeypatch, abc=[[A, C], [B, C]], de=[[B[:2], A[:2]], [B[:2], B[:2]]])
    first = Pair("abc", "x y", frozenset({(0, 0), (2, 1)}), "test")
    other = Pair("de", "x y", frozenset({(1, 0), (0, 1)}), "test")
    assert alignment_errors(tiny, [first]).tolist() == [[0.0, 0.5]]
    assert alignment_errors(tiny, [first, first]).tolist() == [[0.0, 0.5]]
    assert alignment_errors(tiny, [first, other]).tolist() == [[0.0, 0.5]]
    late = alignment_errors(tiny, [first, other, first], shift=1)
    torch.testing.assert_close(late, torch.tensor([[1.0, 1 - 2 / 9]]))  # 3 found, 6 gold, 1 in common


def test_the_step_that_reads_a_word_is_one_row_below_the_one_that_writes_it(tiny, monkeypatch):
    looking(monkeypatch, abc=[[A, C]])
    pair = Pair("abc", "x y", frozenset({(2, 0), (0, 1)}), "test")
    assert alignment_errors(tiny, [pair], shift=1).item() == pytest.approx(1 - 2 / 3)  # 1 found, 2 gold, 1 in common


def test_the_least_error_counts_words_with_several_links():
    assert gold_error([Pair("a b", "x y", frozenset({(0, 0), (1, 1)}), "")]) == 0
    assert gold_error([Pair("a b", "x", frozenset({(0, 0), (1, 0)}), "")]) == pytest.approx(1 - 2 / 3)
