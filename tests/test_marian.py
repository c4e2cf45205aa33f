"""Hugging Face's Marian translators, tiny and random, in our `Seq2Seq`."""

import pytest
import torch
from torch.testing import assert_close
from transformers import MarianConfig, MarianMTModel

from transformer_lib import Seq2Seq, beam_search, generate, padding_mask
from transformer_lib.marian import marian, marian_configs
from transformer_lib.pretrained import convert

TOLERANCE = {"atol": 1e-5, "rtol": 0.0}
SIZES = {
    "vocab_size": 31,
    "d_model": 30,
    "encoder_layers": 2,
    "decoder_layers": 2,
    "encoder_attention_heads": 3,
    "decoder_attention_heads": 3,
    "encoder_ffn_dim": 13,
    "decoder_ffn_dim": 13,
    "max_position_embeddings": 23,
    "activation_function": "swish",
    "pad_token_id": 0,
    "decoder_start_token_id": 0,
    "eos_token_id": 1,
    "scale_embedding": True,
}
UNEQUAL = {"decoder_layers": 3, "decoder_ffn_dim": 17, "decoder_attention_heads": 5, "scale_embedding": False}


def make_theirs(**changes):
    torch.manual_seed(1)
    theirs = MarianMTModel(MarianConfig(**SIZES | changes, attn_implementation="eager")).eval()
    with torch.no_grad():
        for parameter in theirs.parameters():
            if parameter.requires_grad:
                parameter.normal_(std=0.3)
        theirs.final_logits_bias.normal_()
    return theirs


@pytest.mark.parametrize("changes", [{}, UNEQUAL, {"activation_function": "relu"}], ids=["equal", "unequal", "relu"])
def test_a_random_marian_gives_hugging_faces_logits_hidden_states_and_attention(changes):
    theirs = make_theirs(**changes)
    ours = convert(theirs.config.to_dict(), theirs.state_dict())
    assert isinstance(ours, Seq2Seq)
    assert ours.shared == (changes is not UNEQUAL)
    source, target = torch.randint(1, 31, (3, 11)), torch.randint(1, 31, (3, 7))
    mask = padding_mask(torch.tensor([11, 2, 5]))
    with torch.no_grad():
        expected = theirs(source, mask[:, 0].long(), target, output_attentions=True, output_hidden_states=True)
        logits, weights, cross_weights = ours(source, target, mask, return_weights=True)
        hidden, encoder_weights = ours.encoder(source, mask, return_weights=True)
        fused = ours(source, target, mask)
    words = mask[:, 0]
    assert_close(hidden[words], expected.encoder_last_hidden_state[words], **TOLERANCE)
    for each, theirs_at in zip(encoder_weights, expected.encoder_attentions, strict=True):
        assert_close(each[:, :, :2], theirs_at[:, :, :2], **TOLERANCE)  # the rows that are words in all three
    assert_close(weights, torch.stack(expected.decoder_attentions), **TOLERANCE)
    assert_close(cross_weights, torch.stack(expected.cross_attentions), **TOLERANCE)
    for each in (logits, fused):
        assert_close(each, expected.logits, atol=1e-5, rtol=1e-5)


@pytest.mark.slow
def test_greedy_and_beam_search_translate_as_hugging_faces():
    theirs = make_theirs()
    ours = convert(theirs.config.to_dict(), theirs.state_dict())
    source, mask = torch.randint(2, 31, (3, 7)), padding_mask(torch.tensor([7, 3, 5]))
    start = torch.zeros(3, 1, dtype=torch.int64)
    for beams in (1, 2):
        expected = theirs.generate(
            source, attention_mask=mask[:, 0].long(), num_beams=beams, do_sample=False, max_new_tokens=7,
            length_penalty=0.0, bad_words_ids=None, eos_token_id=1, pad_token_id=0, forced_eos_token_id=None,
        )[:, 1:]  # fmt: skip
        options = {"source": source, "source_mask": mask, "max_new_tokens": 7, "end_id": 1}
        if beams == 1:
            written = generate(ours, start, **options)
        else:
            written = beam_search(ours, start, n_beams=beams, length_penalty=0.0, **options)[0][:, 0]
        assert torch.equal(written[:, : expected.shape[1]], expected)


def test_a_saved_marian_may_lack_its_tables_and_its_bias():
    """They are left out of newer files; a table of positions that is there is the same one."""
    theirs = make_theirs()
    with torch.no_grad():
        theirs.final_logits_bias.zero_()
    state = theirs.state_dict()
    few = {k: v for k, v in state.items() if "embed_" not in k and k not in ("lm_head.weight", "final_logits_bias")}
    assert few.keys() < state.keys()
    configs = marian_configs(theirs.config.to_dict())
    models = [marian(configs, each) for each in (state, few)]
    source = torch.randint(1, 31, (2, 5))
    assert torch.equal(*[model(source, source) for model in models])
    table = theirs.model.encoder.embed_positions.weight
    assert_close(models[0].encoder.embed.positions.weight, table, atol=1e-6, rtol=0)


def test_a_config_that_names_no_shared_embedding_has_one():
    config = make_theirs().config.to_dict()
    few = {name: value for name, value in config.items() if not name.startswith(("share_", "tie_word_"))}
    assert len(few) == len(config) - 2
    assert marian_configs(few) == marian_configs(config)


def test_what_does_not_fit_is_refused():
    config = make_theirs().config.to_dict()
    with pytest.raises(ValueError, match=r"share_encoder_decoder_embeddings must be True: .* but was False"):
        marian_configs(config | {"share_encoder_decoder_embeddings": False})
    with pytest.raises(ValueError, match="activation_function must be one of"):
        marian_configs(config | {"activation_function": "tanh"})
    with pytest.raises(ValueError, match=r"state must hold every tensor of the model, but lacks .*fc1"):
        marian(marian_configs(config), {})
