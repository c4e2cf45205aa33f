"""Gaps in sentences, and the ways to fill them; models that know one thing show what each way looks at."""

import pytest
import torch
from torch import nn

from transformer_lib import Bert, Config, Decoder
from transformer_lib.batching import END, MASK, START
from transformer_lib.gaps import (
    Gap,
    draw_gaps,
    fill_by_masking,
    fill_by_trying,
    fill_from_the_left,
    letters_and_ends,
    verses_of,
)
from transformer_lib.text import WordTokenizer

CONFIG = Config(17, d_model=6, n_heads=3, n_layers=1, d_ff=5, dropout=0.0)
GAPS = [Gap((5, 7, 11, 13, 6), 2), Gap((9, 8, 7), 1), Gap((5, 6, 7, 8, 9, 10, 11), 4)]


class Says(nn.Module):
    """A language model of a table: row i are the logits of what follows on token i."""

    def __init__(self, table: torch.Tensor) -> None:
        super().__init__()
        self.table = table

    def forward(self, tokens, at=None):
        logits = self.table[tokens]
        return logits if at is None else logits[at]


@pytest.mark.slow
def test_verses_of_both_parts():
    tokenizer = WordTokenizer(["in the beginning god created"], lowercase=True)
    train, test = (verses_of(tokenizer, test=test, longest=7) for test in (False, True))
    assert len(train) + len(test) == 31_102
    assert 0.05 < len(test) / len(train) < 0.2
    assert max(map(len, train)) == 7
    assert max(map(len, verses_of(tokenizer, test=True))) == 40
    assert tokenizer.decode(train[0][:4]) == "in the beginning god"


def test_gaps_stand_away_from_the_edges_and_hide_a_known_word():
    sentences = [[5, 3, 6, 7, 3, 8, 9], [5, 6, 7, 8, 9, 10, 11, 12, 13], [5, 6, 7]]
    for seed in range(20):
        gaps = draw_gaps(sentences, 2, margin=2, seed=seed)
        assert len(gaps) == 2
        for gap in gaps:
            assert 2 <= gap.at < len(gap.ids) - 2
            assert gap.answer == gap.ids[gap.at] > MASK
    long = [list(range(5, 24 + i)) for i in range(30)]
    assert draw_gaps(long, 30) == draw_gaps(long, 30, margin=4, seed=0)
    assert min(min(gap.at, len(gap.ids) - 1 - gap.at) for gap in draw_gaps(long, 30)) == 4
    assert draw_gaps(sentences, 0) == []
    assert {draw_gaps([[MASK, 5, MASK]], 1, margin=0, seed=seed)[0].at for seed in range(9)} == {1}
    assert draw_gaps(sentences, 2, margin=2, seed=1) == draw_gaps(sentences, 2, margin=2, seed=1)
    assert len({draw_gaps(sentences, 2, margin=2, seed=seed)[0] for seed in range(20)}) > 2


def test_what_the_encoder_is_shown():
    read = []
    model = Bert(CONFIG).eval()
    model.encoder.register_forward_pre_hook(lambda _, given: read.append(given))
    fill_by_masking(model, GAPS[:1])
    fill_by_masking(model, GAPS[:1], right="end")
    fill_by_masking(model, GAPS[:1], right="nothing")
    assert [tokens.tolist() for tokens, _ in read] == [
        [[START, 5, 7, MASK, 13, 6, END]],
        [[START, 5, 7, MASK, END]],
        [[START, 5, 7, MASK]],
    ]


def test_the_encoders_answer_is_of_the_gaps_place_whatever_the_batch():
    torch.manual_seed(0)
    model = Bert(CONFIG).eval()
    wanted = []
    for gap in GAPS:
        tokens = torch.tensor([[START, *gap.ids[: gap.at], MASK, *gap.ids[gap.at + 1 :], END]])
        wanted.append(int(model(tokens)[0][0, gap.at + 1].argmax()))
    for batch_size in (1, 2, 3):
        assert fill_by_masking(model, GAPS, batch_size=batch_size) == wanted


def test_the_decoder_goes_on_from_the_left(as_a_user):
    table = torch.zeros(17, 17)
    table[7, 12], table[9, 16], table[8, 10] = 3.0, 3.0, 3.0
    assert fill_from_the_left(Says(table), GAPS) == [12, 16, 10]


def test_the_decoder_tries_and_reads_on(as_a_user):
    table = torch.zeros(17, 17)
    table[7, 12], table[7, 11], table[7, 14] = 3.0, 2.0, 1.0  # three candidates for the first gap
    table[11, 13], table[14, 13] = 1.5, 9.0  # after which its next word, 13, is worth that much
    [gap] = GAPS[:1]
    assert fill_by_trying(Says(table), [gap], n_candidates=1) == [12]
    assert fill_by_trying(Says(table), [gap], n_candidates=2) == [11]
    assert fill_by_trying(Says(table), [gap], n_candidates=3) == [14]


def test_left_out_twenty_candidates_are_tried(as_a_user):
    table = torch.zeros(40, 40)
    table[7] = -torch.arange(40) / 40  # the likeliest from the left are 0, 1, 2, ...
    table[19, 13], table[20, 13] = 50.0, 100.0  # ... and the twentieth fits, but the next one fits better
    assert fill_by_trying(Says(table), GAPS[:1]) == [19]


def test_trying_all_words_is_bayes_rule():
    torch.manual_seed(0)
    model = Decoder(CONFIG).eval()
    for gap in GAPS:
        whole = torch.tensor([[START, *gap.ids, END]]).repeat(17, 1)
        whole[:, gap.at + 1] = torch.arange(17)
        log_p = model(whole[:, :-1]).log_softmax(-1).gather(-1, whole[:, 1:, None]).sum((1, 2))
        assert fill_by_trying(model, [gap], n_candidates=17) == [int(log_p.argmax())]


def test_letters_without_spaces():
    letters, ends = letters_and_ends(["In the", "a [UNKNOWN]?"])
    assert "".join(chr(97 + i) for i in letters.tolist()) == "intheaunknown"
    assert ends.nonzero().flatten().tolist() == [1, 4, 5, 12]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: draw_gaps([[5, 6, 7]], 2, margin=1), "at most the number of sentences with a gap, 1, but was 2"),
        (lambda: draw_gaps([[5, 6, 7]], -1), "must not be negative, but were -1 and 4"),
        (lambda: draw_gaps([[5, 6, 7]], 1, margin=-1), "must not be negative, but were 1 and -1"),
        (lambda: fill_by_masking(Bert(CONFIG), GAPS, right="left"), "right must be one of"),
    ],
)
def test_what_it_refuses(call, message, as_a_user):
    with pytest.raises(ValueError, match=message):
        call()
