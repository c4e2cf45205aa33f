"""The small German, the two leaks, and what is done with a model of two texts: against answers by hand."""

import pytest
import torch

from tests.tiny_models import SHELF
from transformer_lib import pair_batch
from transformer_lib.batching import END, PAD, START
from transformer_lib.grammar import Pair, split
from transformer_lib.leaks import without_causal_mask, without_shift
from transformer_lib.small_grammar import small_pairs
from transformer_lib.trained import load_trained
from transformer_lib.translation import PairBatches, alignment_errors, cross_weights, exact, gold_error, write

PAIRS = {pair.source: pair for part in ("train", "final perfect") for pair in small_pairs(300, part=part)}


@pytest.fixture(scope="module")
def tiny():
    return load_trained("tiny_translator", folder=SHELF)


def test_the_small_german_is_german_and_its_english_in_english_order():
    said = {}
    for pair in PAIRS.values():
        words = split(pair.source)
        said.setdefault((words[0] in ("Heute", "Jetzt"), "weil" in words, words[-2] in ("hat", "ist")), pair)
    assert {key[2] for key in said} == {True, False}
    for pair in PAIRS.values():
        german, english = split(pair.source), split(pair.target)
        links = {(german[s], english[t]) for s, t in pair.alignment}
        for word, wanted in (("Heute", "today"), ("Jetzt", "now"), ("weil", "because"), ("abgeholt", "up")):
            if word in german:
                assert (word, wanted) in links
        assert {t for _, t in pair.alignment} == set(range(len(english)))  # a comma alone has no English


def test_parts_share_no_sentence_and_the_held_out_construction_is_nowhere_else():
    train, unseen = small_pairs(400), small_pairs(50, part="test")
    assert not {p.source for p in train} & {p.source for p in unseen}
    assert len({p.source for p in train}) == 400
    assert small_pairs(7) == small_pairs(7)
    assert small_pairs(7) != small_pairs(7, seed=1)
    for pair in small_pairs(50, part="final perfect"):
        assert split(pair.source)[-2] in ("hat", "ist")
    for pair in (*train, *unseen):
        assert "weil" not in pair.source or split(pair.source)[-2] not in ("hat", "ist")


def test_a_negative_number_of_sentences_is_refused():
    with pytest.raises(ValueError, match="n must not be negative, but was -1"):
        small_pairs(-1)


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
        assert (batch.tokens[:, 0] == START).all()
        if rows >= 2 * len(texts):
            break
    assert rows == 2 * len(texts)
    again = next(iter(batches))
    assert torch.equal(again.tokens, taken[0].tokens)
    assert list(PairBatches(tiny, [], max_tokens=30)) == []


def test_what_is_written_is_what_the_model_writes_alone(tiny):
    texts = ["der Mann schläft", "die Frau sieht das kleine Haus , weil der Mann schläft .", "das"]
    together = write(tiny, texts, max_new_tokens=9)
    assert together == [write(tiny, [text], max_new_tokens=9)[0] for text in texts]
    pairs = [Pair(t, w, frozenset({(0, 0)}), "test") for t, w in zip(texts, [*together[:2], "no"], strict=True)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("transformer_lib.translation.write", lambda trained, sources: together)
        assert exact(tiny, pairs) == [True, True, False]


def test_cross_weights_are_the_models_row_by_row(tiny):
    weights = cross_weights(tiny, "die Frau schläft", "the woman is asleep")
    assert weights.shape == (2, 3, 4, 3)
    read = torch.tensor([tiny.source.encode("die Frau schläft")])
    with torch.no_grad():
        first = tiny.model(read, torch.tensor([[START]]), return_weights=True)[2]
    torch.testing.assert_close(weights[:, :, 0], first[:, 0, :, 0])  # row 0 writes word 0
    with pytest.raises(ValueError, match=r"trained.model must be a Seq2Seq, but was Decoder"):
        cross_weights(load_trained("tiny_letters", folder=SHELF), "a", "b")


def test_alignment_errors_of_heads_that_look_where_gold_says(tiny, monkeypatch):
    pair = Pair("a b c", "x y", frozenset({(0, 0), (2, 1)}), "test")
    table = torch.tensor([[[0.8, 0.1, 0.1], [0.1, 0.2, 0.7]], [[0.1, 0.8, 0.1], [0.1, 0.2, 0.7]]])
    monkeypatch.setattr("transformer_lib.translation.cross_weights", lambda *_: table[None])
    assert alignment_errors(tiny, [pair, pair]).tolist() == [[0.0, 0.5]]
    assert alignment_errors(tiny, [pair, pair], shift=1).tolist() == [[1.0, 1.0]]


def test_the_step_that_reads_a_word_is_one_row_below_the_one_that_writes_it(tiny, monkeypatch):
    pair = Pair("a b c", "x y", frozenset({(2, 0), (0, 1)}), "test")
    table = torch.tensor([[[0.8, 0.1, 0.1], [0.1, 0.2, 0.7]]])
    monkeypatch.setattr("transformer_lib.translation.cross_weights", lambda *_: table[None])
    assert alignment_errors(tiny, [pair], shift=1).item() == pytest.approx(1 - 2 / 3)  # 1 found, 2 gold, 1 in common


def test_the_least_error_counts_words_with_several_links():
    assert gold_error([Pair("a b", "x y", frozenset({(0, 0), (1, 1)}), "")]) == 0
    assert gold_error([Pair("a b", "x", frozenset({(0, 0), (1, 0)}), "")]) == pytest.approx(1 - 2 / 3)
