"""What the encoder owes whatever its weights are."""

import pytest
import torch
from torch.testing import assert_close

from transformer_lib import Bert, Config, Encoder, padding_mask

CONFIG = Config(vocab_size=17, d_model=30, n_heads=3, n_layers=2, d_ff=13, max_len=211, dropout=0.0)
TOKENS = torch.tensor([[3, 1, 4, 1, 5], [9, 2, 6, 5, 3]])
RELATIVE, ABSOLUTE = ["none", "rope", "alibi", "relative"], ["sinusoidal", "learned"]


def make_encoder(**options):
    encoder = Encoder(CONFIG.replace(**options)).eval()
    for name, parameter in encoder.named_parameters():
        if "relative" in name:  # starts at zero: every distance alike
            torch.nn.init.normal_(parameter)
    return encoder


@pytest.mark.parametrize("position", RELATIVE + ABSOLUTE)
def test_only_absolute_positions_notice_where_the_sequence_begins(position):
    encoder, positions = make_encoder(position=position), torch.arange(5)[None]
    moved = encoder(TOKENS, positions=positions + 200)
    assert_close(encoder(TOKENS, positions=positions), encoder(TOKENS))
    assert torch.allclose(moved, encoder(TOKENS), atol=1e-4) == (position in RELATIVE)


@pytest.mark.parametrize("position", RELATIVE + ABSOLUTE)
def test_only_without_positions_is_a_sentence_a_set(position):
    encoder, order = make_encoder(position=position), torch.tensor([4, 2, 0, 1, 3])
    assert torch.allclose(encoder(TOKENS[:, order]), encoder(TOKENS)[:, order], atol=1e-5) == (position == "none")


@pytest.mark.parametrize("norm", ["layer", "rms"])
@pytest.mark.parametrize("pre_norm", [False, True], ids=["post-norm", "pre-norm"])
@pytest.mark.parametrize("position", RELATIVE + ABSOLUTE)
def test_weights_come_with_the_same_output(position, pre_norm, norm):
    encoder, mask = make_encoder(position=position, pre_norm=pre_norm, norm=norm), padding_mask(torch.tensor([3, 5]))
    hidden, weights = encoder(TOKENS, mask, return_weights=True)
    assert_close(encoder(TOKENS, mask), hidden)
    assert weights.shape == (2, 2, 3, 5, 5)
    assert_close(weights.sum(-1), torch.ones(2, 2, 3, 5))
    assert (weights[:, 0, :, :, 3:] == 0).all()
    assert_close(encoder(TOKENS[:1, :3]), hidden[:1, :3])


@pytest.mark.parametrize("norm", ["layer", "rms"])
def test_bert_computes_in_half_precision_and_a_model_knows_its_config(norm):
    config = CONFIG.replace(norm=norm)
    model = Bert(config)
    assert model.config is model.encoder.config is config
    with torch.autocast("cpu", torch.bfloat16):
        words, _ = model(TOKENS)
    assert words.shape == (2, 5, 17)


def test_no_layers_no_tokens_and_no_sequences_are_fine():
    assert make_encoder()(TOKENS[:0]).shape == (0, 5, 30)
    assert make_encoder()(TOKENS[:, :0]).shape == (2, 0, 30)
    empty = Encoder(CONFIG.replace(n_layers=0)).eval()
    assert_close(empty(TOKENS), empty.embed(TOKENS, torch.arange(5)[None]))
