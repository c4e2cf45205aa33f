"""Trained models in one file: what is stored is what comes back, and how far it is from what was trained."""

import json

import pytest
import torch
from safetensors.torch import load_file, save_file

from transformer_lib import Bert, Config, Decoder, Encoder, Seq2Seq
from transformer_lib.text import SPECIAL, CharacterTokenizer, Vocabulary, WordTokenizer
from transformer_lib.trained import (
    Trained,
    from_int8,
    load_trained,
    round_to_int8,
    rows_to_int8,
    save_trained,
    to_int8,
)

SIZES = {"d_model": 12, "n_heads": 2, "n_layers": 2, "d_ff": 11, "max_len": 13}
CHARACTERS = CharacterTokenizer(["abcdefg"])
WORDS = WordTokenizer(["The cat saw the dog ."])


def config(tokenizer, **choices):
    return Config(vocab_size=tokenizer.vocab_size, **SIZES, **choices)


MODELS = {
    "encoder": lambda: Encoder(config(CHARACTERS, position="rope", norm="rms", bias=False)),
    "bert": lambda: Bert(config(WORDS, position="learned", n_segments=2, embedding_norm=True)),
    "decoder": lambda: Decoder(config(CHARACTERS, activation="swiglu", tie_weights=False, logits_bias=True)),
    "seq2seq": lambda: Seq2Seq(config(CHARACTERS), config(WORDS, position="learned")),
    "one table": lambda: Seq2Seq(config(WORDS, pre_norm=True)),
}


def trained(name):
    source = WORDS if name in ("bert", "one table") else CHARACTERS
    target = WORDS if name in ("seq2seq", "one table") else source
    return Trained(MODELS[name](), source, target, {"steps": 17, "note": "Käse"})


def outputs(model, vocab_size):
    tokens = torch.arange(6).view(2, 3) % vocab_size
    given = (tokens, tokens) if isinstance(model, Seq2Seq) else (tokens,)
    return model.eval()(*given)


@pytest.mark.parametrize("name", MODELS)
def test_what_was_saved_comes_back(name, tmp_path):
    before = trained(name)
    save_trained("it", before, folder=tmp_path)
    after = load_trained("it", folder=tmp_path)
    assert type(after.model) is type(before.model)
    assert after.model.config == before.model.config
    assert not after.model.training
    assert (after.source.vocabulary.items, after.target.vocabulary.items) == (
        before.source.vocabulary.items,
        before.target.vocabulary.items,
    )
    assert [type(after.source), type(after.target)] == [type(before.source), type(before.target)]
    assert after.report == {"steps": 17, "note": "Käse"}
    torch.testing.assert_close(
        outputs(after.model, len(before.source.vocabulary)),
        outputs(before.model, len(before.source.vocabulary)),
        rtol=0,
        atol=0,
    )
    assert [file.name for file in tmp_path.iterdir()] == ["it.safetensors"]


def test_the_file_holds_int8_rows_float_vectors_and_json(tmp_path):
    file = save_trained("it", trained("decoder"), folder=tmp_path)
    tensors = load_file(file)
    matrix, scale = (
        tensors["stack.blocks.0.feed_forward.w_1.weight"],
        tensors["stack.blocks.0.feed_forward.w_1.weight.scale"],
    )
    assert (matrix.dtype, matrix.shape, scale.dtype, scale.shape) == (torch.int8, (11, 12), torch.float32, (11,))
    assert tensors["stack.blocks.0.feed_forward.w_1.bias"].dtype == torch.float32
    start = int.from_bytes(file.read_bytes()[:8], "little")
    header = json.loads(file.read_bytes()[8 : 8 + start])
    described = json.loads(header["__metadata__"]["trained"])
    assert described.keys() == {"architecture", "config", "tokenizer", "vocabulary", "report"}
    assert described["vocabulary"] == [*SPECIAL, *"abcdefg"]
    assert all(entry["data_offsets"][0] % 4 == 0 for entry in header.values() if entry.get("dtype") == "F32")


def test_no_element_is_off_by_more_than_half_a_scale():
    matrix = torch.randn(7, 101) * torch.logspace(-4, 4, 7)[:, None]
    stored, scale = rows_to_int8(matrix)
    error = (stored * scale[:, None] - matrix).abs()
    assert (error <= scale[:, None] * 0.5001).all()
    torch.testing.assert_close(scale, matrix.abs().amax(1) / 127)
    assert stored.abs().amax(1).tolist() == [127] * 7, "the largest element of each row uses the whole range"


def test_a_row_of_zeros_stays_one():
    stored = to_int8({"m": torch.zeros(3, 5), "v": torch.ones(2)})
    back = from_int8(stored)
    torch.testing.assert_close(back, {"m": torch.zeros(3, 5), "v": torch.ones(2)})


def test_rounding_twice_is_rounding_once():
    model = MODELS["decoder"]()
    before = outputs(model, 12)
    round_to_int8(model)
    once = outputs(model, 12)
    round_to_int8(model)
    torch.testing.assert_close(outputs(model, 12), once, rtol=0, atol=1e-6)
    assert not torch.equal(once, before)


def test_tied_tables_stay_tied(tmp_path):
    save_trained("it", trained("one table"), folder=tmp_path)
    model = load_trained("it", folder=tmp_path).model
    assert model.encoder.embed.tokens is model.decoder.embed.tokens is model.decoder.to_logits.weight


def test_an_unknown_name_is_answered_with_those_there_are(tmp_path):
    for name in ("b", "a"):
        save_trained(name, trained("encoder"), folder=tmp_path)
    with pytest.raises(ValueError, match=r"name must be one of \['a', 'b'\], but was 'c'"):
        load_trained("c", folder=tmp_path)
    with pytest.raises(ValueError, match=r"name must be one of .*, but was '../a'"):
        load_trained("../a")


def test_a_foreign_file_is_refused(tmp_path):
    save_file({"x": torch.zeros(2)}, tmp_path / "x.safetensors")
    with pytest.raises(ValueError, match=r"name must be of a file by save_trained, but .*x\.safetensors is none"):
        load_trained("x", folder=tmp_path)


def test_a_matrix_without_numbers_is_refused():
    with pytest.raises(ValueError, match="matrix must be of finite numbers to be stored, but was not"):
        rows_to_int8(torch.tensor([[1.0, float("nan")]]))


@pytest.mark.parametrize(
    ("items", "message"),
    [
        (["a", "b"], r"items must begin with \('\[PAD\]', .*\), but began with \('a', 'b'\)"),
        ([*SPECIAL, "a", "b", "a"], "items must all be different, but 'a' occurs twice"),
    ],
)
def test_a_vocabulary_of_the_wrong_items_is_refused(items, message):
    with pytest.raises(ValueError, match=message):
        Vocabulary.from_items(items)


def test_tokenizers_are_rebuilt_from_their_items():
    again = WordTokenizer.from_items(WORDS.vocabulary.items, lowercase=True)
    assert again.encode("CAT Dog.") == WORDS.encode("cat dog.")
    assert CharacterTokenizer.from_items(CHARACTERS.vocabulary.items).encode("fade") == CHARACTERS.encode("fade")
    assert (again.vocab_size, len(again.vocabulary)) == (WORDS.vocab_size, WORDS.vocab_size)
