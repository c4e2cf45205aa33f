"""The reader's own parts run in the library's place: everywhere, counted, and only inside the block."""

import math

import pytest
import torch

from transformer_lib import Config, Decoder, Encoder, FeedForward, attention, generate, use_mine
from transformer_lib import attention as library_attention

CONFIG = Config(vocab_size=13, d_model=8, n_heads=2, n_layers=2, d_ff=11, max_len=19)
IDS = torch.tensor([[3, 1, 4, 1, 5]])


def my_attention(q, k, v, mask=None):
    scores = q @ k.mT / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, -math.inf)
    return scores.softmax(-1) @ v


def test_a_model_gives_the_same_with_the_readers_attention():
    for model in (Encoder(CONFIG).eval(), Decoder(CONFIG).eval()):
        wanted = model(IDS)
        with use_mine(attention=my_attention) as calls:
            torch.testing.assert_close(model(IDS), wanted)
        assert calls == {"attention": 2}


def test_a_mask_and_a_bias_are_handed_on():
    model = Decoder(CONFIG.replace(position="alibi")).eval()
    wanted = model(IDS)
    with use_mine(attention=lambda *args: attention(*args)):
        torch.testing.assert_close(model(IDS), wanted)


def test_a_wrong_part_shows():
    model = Encoder(CONFIG).eval()
    with use_mine(attention=lambda q, k, v, mask=None: v):
        assert not torch.allclose(model(IDS), model(IDS) * 0)
        wrong = model(IDS)
    assert not torch.allclose(wrong, model(IDS))


def test_generation_takes_no_way_round_it():
    model = Decoder(CONFIG).eval()
    wanted = generate(model, IDS, max_new_tokens=3)
    with use_mine(attention=my_attention) as calls:
        assert torch.equal(generate(model, IDS, max_new_tokens=3), wanted)
    assert calls["attention"] == 2 * 3


def test_weights_come_from_an_attention_that_returns_them():
    model = Encoder(CONFIG).eval()
    with use_mine(attention=lambda *args: attention(*args)):
        _, weights = model(IDS, return_weights=True)
    assert weights.shape == (2, 1, 2, 5, 5)
    with use_mine(attention=my_attention), pytest.raises(TypeError, match=r"weights are wanted here"):
        model(IDS, return_weights=True)


def test_a_class_is_used_by_models_made_in_the_block():
    class Mine(FeedForward):
        pass

    with use_mine(FeedForward=Mine):
        assert type(Encoder(CONFIG).stack.blocks[0].feed_forward) is Mine
    assert type(Encoder(CONFIG).stack.blocks[0].feed_forward) is FeedForward


def test_all_is_as_before_after_an_error():
    with pytest.raises(ZeroDivisionError), use_mine(attention=my_attention):
        raise ZeroDivisionError
    from transformer_lib.attention import attention as now

    assert now is library_attention


@pytest.mark.usefixtures("as_a_user")
@pytest.mark.parametrize(
    ("parts", "error", "message"),
    [
        ({"atention": my_attention}, ValueError, "no 'atention'; did you mean 'attention'"),
        ({"qqqqqq": my_attention}, ValueError, "transformer_lib has no 'qqqqqq'$"),
        ({"Tensor": my_attention}, ValueError, "transformer_lib has no 'Tensor'"),
        ({"attention": 3}, TypeError, "attention must be a function or a class, but was 3"),
    ],
)
def test_errors_name_the_argument(parts, error, message):
    with pytest.raises(error, match=message), use_mine(**parts):
        pass


@pytest.mark.parametrize(
    ("mine", "message"),
    [
        (my_attention, r"takes \(q, k, v, mask=None\), but here a bias is added to the scores: too many"),
        (lambda q, k, v, *, bias=None: v, r"takes \(q, k, v, \*, bias=None\), but here a bias is added to the scores"),
        (lambda q, k, v: v, r"takes \(q, k, v\), but here a bias is added to the scores"),
    ],
)
def test_an_attention_without_a_bias_says_so_where_one_is_needed(mine, message):
    model = Encoder(Config(vocab_size=13, d_model=8, n_heads=2, n_layers=1, d_ff=11, position="alibi")).eval()
    with use_mine(attention=mine), pytest.raises(TypeError, match=message):
        model(IDS)


def test_an_attention_without_a_mask_says_so_where_one_is_needed():
    with use_mine(attention=lambda q, k, v: v), pytest.raises(TypeError, match=r"\(q, k, v\), but here a mask hides"):
        Decoder(CONFIG).eval()(IDS)
