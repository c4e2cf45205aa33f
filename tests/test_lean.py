"""The step for one token against the decoder it is made from, of every kind, and what it leaves to the decoder."""

import itertools

import pytest
import torch
from torch.testing import assert_close

from tests.oracles import randomise
from transformer_lib import Block, Config, Decoder
from transformer_lib.lean import serves
from transformer_lib.reading import Reading

CONFIG = Config(vocab_size=17, d_model=30, n_heads=3, n_layers=2, d_ff=13, max_len=23, dropout=0.1)
TOKENS = torch.randint(17, (3, 7), generator=torch.Generator().manual_seed(0))
WORDS = torch.arange(7) >= torch.tensor([[0], [4], [2]])  # the last one's fifth token is read as a single token


def read(model, words, single):
    reading = Reading(model, TOKENS[:, :5], 2, words=None if words is None else words[:, :5])
    reading.can_be_lean &= single
    return [reading.next_logits(tokens) for tokens in (TOKENS[:, :5], TOKENS[:, 5:6], TOKENS[:, 6:])]


@pytest.mark.slow
@torch.no_grad()
@pytest.mark.parametrize("words", [None, WORDS], ids=["no padding", "padding"])
@pytest.mark.parametrize("position", ["none", "sinusoidal", "learned", "rope", "alibi", "relative"])
@pytest.mark.parametrize(("pre_norm", "norm", "activation", "bias"), [
    (False, "layer", "relu", True),
    (True, "layer", "gelu_tanh", False),
    (True, "rms", "swiglu", False),
    (False, "rms", "gelu", True),
])  # fmt: skip
def test_a_lean_step_is_the_decoders(words, position, pre_norm, norm, activation, bias):
    choices = {"pre_norm": pre_norm, "norm": norm, "activation": activation, "bias": bias, "position": position}
    for d_ff in (13, 41):  # narrower and wider than d_model: matrices stored either way
        model = randomise(Decoder(CONFIG.replace(d_ff=d_ff, **choices)))
        assert serves(model)
        assert_close(read(model, words, single=True), read(model, words, single=False))


def test_single_tokens_are_read_by_a_lean_step_when_something_was_read_before():
    """All ways give the same, so that only the calls can tell which one is taken."""
    reading, taken = Reading(Decoder(CONFIG).eval(), TOKENS[:, :1], 3), []
    lean_step = reading.lean_step
    reading.lean_step = lambda tokens, *rest: taken.append(tokens.tolist()) or lean_step(tokens, *rest)
    for tokens in (TOKENS[:, :1], TOKENS[:, 1:3], TOKENS[:, 3:4]):
        reading.next_logits(tokens)
    assert taken == [TOKENS[:, 3:4].tolist()]


def test_what_a_lean_step_would_miss_is_left_to_the_decoder():
    model = Decoder(CONFIG)
    assert not serves(model.train())  # dropout
    assert serves(model.eval())
    handle = model.stack.blocks[1].feed_forward.w_1.register_forward_hook(lambda *_: None)
    assert not serves(model)
    handle.remove()
    handle = model.stack.register_forward_pre_hook(lambda *_: None)
    assert not serves(model)
    handle.remove()
    assert serves(model)
    model.stack.blocks[1].__class__ = type("Other", (Block,), {})
    assert not serves(model)
    assert not serves(Decoder(CONFIG, cross=True).eval())
    assert not serves(Decoder(CONFIG, mixer=torch.nn.Identity).eval())


def test_memory_is_set_aside_for_the_prompt_and_the_text():
    cache = Reading(Decoder(CONFIG), TOKENS[:, :5], 3).cache
    assert [own.max_len for own, _ in cache.layers] == [8, 8]


def test_logits_and_tokens_can_be_trained_on():
    """They come out of inference mode, in which PyTorch makes tensors that autograd refuses."""
    model = randomise(Decoder(CONFIG))
    chosen = read(model, None, single=True)[1].argmax(-1)
    for tokens in itertools.repeat(chosen[:, None], 2):
        model(tokens).sum().backward()
