"""What the decoder and the encoder-decoder owe whatever their weights are."""

import pytest
import torch
from torch.testing import assert_close

from tests.oracles import pytorchs_stack, randomise
from transformer_lib import Config, Decoder, Encoder, Seq2Seq, causal_mask, padding_mask
from transformer_lib.cache import Cache

CONFIG = Config(vocab_size=17, d_model=30, n_heads=3, n_layers=2, d_ff=13, max_len=23, dropout=0.0)
TOKENS = torch.randint(17, (3, 11), generator=torch.Generator().manual_seed(0))
SOURCE = torch.randint(17, (3, 7), generator=torch.Generator().manual_seed(1))
POSITIONS = ["none", "sinusoidal", "learned", "rope", "alibi", "relative"]
each_position = pytest.mark.parametrize("position", POSITIONS)
each_pre_norm = pytest.mark.parametrize("pre_norm", [False, True], ids=["post-norm", "pre-norm"])


@each_position
def test_a_decoder_is_an_encoder_with_a_causal_mask_and_an_output_layer(position):
    """One network, two masks (the relative bias alone has other buckets: no key lies ahead)."""
    decoder, encoder = randomise(Decoder(CONFIG.replace(position=position))), Encoder(CONFIG.replace(position=position))
    encoder.load_state_dict({k: v for k, v in decoder.state_dict().items() if k != "to_logits.weight"})
    if position == "relative":
        encoder.relative.bias.causal = True
    hidden = encoder(TOKENS, causal_mask(11))
    assert_close(decoder.hidden(TOKENS), hidden)
    assert_close(decoder(TOKENS), hidden @ decoder.embed.tokens.T)


def test_tied_weights_are_one_matrix():
    decoder = Decoder(CONFIG)
    assert decoder.to_logits.weight is decoder.embed.tokens
    assert Decoder(CONFIG.replace(tie_weights=False)).to_logits.weight is not decoder.embed.tokens
    model = Seq2Seq(CONFIG)
    assert model.encoder.embed.tokens is model.decoder.embed.tokens is model.decoder.to_logits.weight
    model = Seq2Seq(CONFIG.replace(tie_weights=False))
    assert model.encoder.embed.tokens is not model.decoder.embed.tokens
    model = Seq2Seq(CONFIG, CONFIG.replace(vocab_size=19, n_layers=1))
    assert model(SOURCE, TOKENS).shape == (3, 11, 19)


def test_logits_at_some_positions_are_those_of_all_of_them():
    at = torch.rand(3, 11, generator=torch.Generator().manual_seed(2)) > 0.5
    decoder, seq2seq = randomise(Decoder(CONFIG)), randomise(Seq2Seq(CONFIG))
    assert_close(decoder(TOKENS, at=at), decoder(TOKENS)[at])
    assert_close(seq2seq(SOURCE, TOKENS, at=at), seq2seq(SOURCE, TOKENS)[at])
    logits, weights = decoder(TOKENS, at=at, return_weights=True)
    assert_close(logits, decoder(TOKENS)[at])
    assert weights.shape == (2, 3, 3, 11, 11)


def sentences(model, tokens, mask=None, **options):
    """Call a decoder, or an encoder-decoder on SOURCE, of which one sentence is shorter."""
    if isinstance(model, Decoder):
        return model(tokens, mask, **options)
    source_mask = padding_mask(torch.tensor([7, 2, 5]))
    return model.decoder(tokens, mask, model.encoder(SOURCE, source_mask), source_mask, **options)


@pytest.mark.slow
@each_pre_norm
@each_position
@pytest.mark.parametrize("kind", [Decoder, Seq2Seq])
def test_no_position_sees_a_later_one(kind, position, pre_norm):
    model = randomise(kind(CONFIG.replace(position=position, pre_norm=pre_norm)))
    logits, changed = sentences(model, TOKENS), TOKENS.clone()
    changed[:, 5:] = (changed[:, 5:] + 1) % 17
    assert_close(sentences(model, changed)[:, :5], logits[:, :5])
    assert (sentences(model, changed)[:, 5:] != logits[:, 5:]).any()
    assert_close(sentences(model, TOKENS[:, :5]), logits[:, :5])


@pytest.mark.slow
@each_position
@pytest.mark.parametrize("kind", [Decoder, Seq2Seq])
@pytest.mark.parametrize("steps", [[1] * 11, [4, 1, 6], [11]], ids=str)
@torch.no_grad()
def test_cached_equals_uncached(steps, kind, position):
    """Also with left padding, where each row's positions start where its words do."""
    model, cache = randomise(kind(CONFIG.replace(position=position))), Cache(CONFIG.n_layers, max_len=13)
    mask = padding_mask(torch.tensor([11, 5, 7])).flip(-1)
    positions = (mask[:, 0].cumsum(1) - 1).clamp(min=0)
    logits, weights, *_ = sentences(model, TOKENS, mask, positions=positions, return_weights=True)
    start = 0
    for n in steps:
        end = start + n
        got = sentences(
            model,
            TOKENS[:, start:end],
            mask[:, :, :end],
            positions=positions[:, start:end],
            cache=cache,
            return_weights=True,
        )
        assert_close(got[0], logits[:, start:end])
        assert_close(got[1], weights[:, :, :, start:end, :end])
        start = end
        assert cache.length == end


@torch.no_grad()
def test_a_cache_without_positions_counts_on():
    model, cache = randomise(Decoder(CONFIG.replace(position="learned"))), Cache(CONFIG.n_layers, max_len=11)
    first, second = model(TOKENS[:, :4], cache=cache), model(TOKENS[:, 4:], cache=cache)
    assert_close(torch.cat([first, second], dim=1), model(TOKENS))


@pytest.mark.parametrize("position", ["alibi", "learned"])
@pytest.mark.parametrize("kind", [Decoder, Seq2Seq])
@torch.no_grad()
def test_a_cache_goes_on_with_the_selected_rows(kind, position):
    model, cache = randomise(kind(CONFIG.replace(position=position))), Cache(CONFIG.n_layers, max_len=11)
    source_mask = padding_mask(torch.tensor([7, 2, 5]))
    context = model.encoder(SOURCE, source_mask) if kind is Seq2Seq else None
    rows = torch.tensor([2, 0, 0])
    decode = model.decoder if kind is Seq2Seq else model
    given = () if context is None else (context, source_mask)
    given_rows = () if context is None else (context[rows], source_mask[rows])
    decode(TOKENS[:, :4], None, *given, cache=cache)
    cache.select(rows)
    logits = decode(TOKENS[rows, 4:], None, *given_rows, cache=cache)
    assert_close(logits, decode(TOKENS[rows], None, *given_rows)[:, 4:])


@pytest.mark.parametrize("rows", [[1, 0, 2, 3, 5, 5], [0, 1, 2, 3, 4, 5], [1, 1, 1, 3, 3, 3]])
@torch.no_grad()
def test_beams_take_each_others_place_and_their_source_stays(rows):
    model, cache = randomise(Seq2Seq(CONFIG)), Cache(CONFIG.n_layers, max_len=11)
    rows, context = torch.tensor(rows), model.encoder(SOURCE[:2]).repeat_interleave(3, dim=0)
    tokens = torch.randint(CONFIG.vocab_size, (6, 7))
    model.decoder(tokens[:, :4], None, context, cache=cache)
    kept = cache.layers[0][1].k
    cache.reorder(rows)
    logits = model.decoder(tokens[rows, 4:], None, context, cache=cache)
    assert_close(logits, model.decoder(tokens[rows], None, context)[:, 4:])
    assert cache.layers[0][1].k is kept


@torch.no_grad()
def test_a_cached_context_is_projected_once():
    model, cache = randomise(Seq2Seq(CONFIG)), Cache(CONFIG.n_layers, max_len=11)
    calls = []
    for block in model.decoder.stack.blocks:
        block.cross_attention.w_k.register_forward_hook(lambda *_: calls.append(1))
    for t in range(3):
        model.decoder(TOKENS[:, t : t + 1], None, model.encoder(SOURCE), cache=cache)
    assert len(calls) == CONFIG.n_layers


@each_pre_norm
def test_seq2seq_is_pytorchs_transformer(pre_norm):
    """Of its stacks: `nn.Transformer` itself ends those with post-norm, too, in one more norm."""
    config = CONFIG.replace(pre_norm=pre_norm)
    ours = randomise(Seq2Seq(config))
    source_mask, target_mask = padding_mask(torch.tensor([7, 2, 5])), padding_mask(torch.tensor([3, 11, 5]))
    encoder, decoder = pytorchs_stack(ours.encoder.stack, config), pytorchs_stack(ours.decoder.stack, config)
    embedded = [ours.encoder.embed(t, torch.arange(t.shape[1])[None]) for t in (SOURCE, TOKENS)]
    memory = encoder(embedded[0], src_key_padding_mask=~source_mask[:, 0])
    expected = decoder(
        embedded[1],
        memory,
        tgt_mask=~causal_mask(11),
        tgt_key_padding_mask=~target_mask[:, 0],
        memory_key_padding_mask=~source_mask[:, 0],
    )
    logits, weights, cross_weights = ours(SOURCE, TOKENS, source_mask, target_mask, return_weights=True)
    assert_close(logits, expected @ ours.decoder.embed.tokens.T)
    assert_close(ours(SOURCE, TOKENS, source_mask, target_mask), logits)
    assert weights.shape == (2, 3, 3, 11, 11)
    assert cross_weights.shape == (2, 3, 3, 11, 7)


@pytest.mark.usefixtures("as_a_user")
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: Seq2Seq(CONFIG, CONFIG.replace(d_model=60)),
            "target.d_model must be the source's 30, but was 60",
        ),
        (
            lambda: Decoder(CONFIG)(TOKENS, cache=Cache(2, max_len=7)),
            "max_len must be at least 11 for this many tokens, but the cache's was 7",
        ),
        (
            lambda: Decoder(CONFIG.replace(position="learned", max_len=7))(TOKENS),
            "positions must lie between 0 and 6, but were 0 to 10",
        ),
        (lambda: Decoder(CONFIG)(TOKENS, torch.ones(3, 1, 11)), "mask must be boolean"),
        (lambda: Decoder(CONFIG)(TOKENS, at=torch.ones(3, 11)), "at must be boolean .* but was torch.float32"),
        (lambda: Decoder(CONFIG)(TOKENS, at=torch.ones(11).bool()), r"shape \(3, 11\), but was .* of shape \(11,\)"),
        (lambda: Decoder(CONFIG)(TOKENS, padding_mask(torch.tensor([5, 5, 5]))), r"mask must broadcast"),
    ],
)
def test_errors_name_the_argument_what_it_was_and_what_it_should_be(call, message):
    with pytest.raises(ValueError, match=message):
        call()
