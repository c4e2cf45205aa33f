"""Attention weights as routes: replayed, rolled out, and scored."""

import pytest
import torch

from transformer_lib import Config, Decoder, Encoder
from transformer_lib.routes import prefix_matching, previous_token, replay, rollout

SIZES = {"d_model": 12, "n_heads": 3, "d_ff": 5, "n_layers": 2, "dropout": 0.0}


def encoder():
    torch.manual_seed(0)
    return Encoder(Config(11, **SIZES)).eval()


def test_its_own_routes_change_nothing_and_anothers_do():
    model, one, other = encoder(), torch.tensor([[1, 2, 3, 4, 5]]), torch.tensor([[6, 7, 8, 9, 10]])
    with torch.no_grad():
        wanted, own = model(one, return_weights=True)
        _, foreign = model(other, return_weights=True)
        with replay(own):
            torch.testing.assert_close(model(one), wanted)
        with replay(foreign):
            _, used = model(one, return_weights=True)
        with replay(foreign):
            assert not torch.allclose(model(one), wanted, atol=1e-2)
    assert torch.equal(used, foreign)


def test_a_decoders_routes_are_replayed_too():
    torch.manual_seed(0)
    model, tokens = Decoder(Config(7, position="rope", **SIZES)).eval(), torch.tensor([[1, 2, 3], [4, 5, 6]])
    with torch.no_grad():
        wanted, own = model(tokens, return_weights=True)
        with replay(own):
            torch.testing.assert_close(model(tokens), wanted)


def test_after_the_block_the_model_chooses_for_itself():
    model, tokens = encoder(), torch.tensor([[1, 2, 3]])
    with torch.no_grad():
        wanted = model(tokens)
        with replay(torch.full((2, 1, 3, 3, 3), 1 / 3)):
            model(tokens)
        assert torch.equal(model(tokens), wanted)


@pytest.mark.parametrize(
    ("shape", "calls", "message"),
    [
        ((2, 1, 3, 5, 5), 1, r"weights must have shape \(1, 3, 3, 3\) .* but were \(1, 3, 5, 5\)"),
        ((1, 1, 3, 3, 3), 1, "every layer of one call, but were for 1"),
        ((2, 1, 3, 3, 3), 2, "every layer of one call, but were for 2"),
        ((3, 1, 3, 3, 3), 1, "every layer of one call, but 1 of 3 were left"),
    ],
)
def test_routes_that_do_not_fit_are_refused(shape, calls, message):
    model = encoder()

    def run():
        with torch.no_grad(), replay(torch.ones(shape)):
            for _ in range(calls):
                model(torch.tensor([[1, 2, 3]]))

    with pytest.raises(ValueError, match=message):
        run()


def test_rollout_is_the_product_of_the_layers_each_half_itself():
    weights = (torch.randn(2, 1, 3, 5, 5, generator=torch.Generator().manual_seed(0)) * 2).softmax(-1)
    first, second = ((layer.mean(1)[0] + torch.eye(5)) / 2 for layer in weights)
    torch.testing.assert_close(rollout(weights)[0], second @ first)
    torch.testing.assert_close(rollout(weights).sum(-1), torch.ones(1, 5))


def test_a_head_that_looks_one_back_is_told_from_one_that_does_not():
    back = torch.eye(5).roll(1, 0)
    back[0] = torch.eye(5)[0]
    weights = torch.stack([back, torch.eye(5), (back + torch.eye(5)) / 2])[None, None].expand(1, 2, 3, 5, 5)
    torch.testing.assert_close(previous_token(weights), torch.tensor([[1.0, 0.0, 0.5]]))


def test_prefix_matching_counts_what_followed_the_same_token():
    tokens = torch.tensor([[7, 3, 7, 5, 7]])  # 7 stood at 0 and 2: what followed is at 1 and 3
    weights = torch.zeros(1, 1, 2, 5, 5)
    weights[..., 0, :, 4] = 1.0
    weights[0, 0, 0, 2, :] = torch.tensor([0.4, 0.6, 0.0, 0.0, 0.0])
    weights[0, 0, 0, 4, :] = torch.tensor([0.0, 0.5, 0.1, 0.3, 0.1])
    torch.testing.assert_close(prefix_matching(weights, tokens), torch.tensor([[0.7, 0.0]]))


def test_prefix_matching_averages_over_all_sequences():
    tokens = torch.tensor([[2, 3, 2], [5, 5, 7]])  # position 2 of the first, position 1 of the second
    weights = torch.zeros(1, 2, 1, 3, 3)
    weights[0, 0, 0, 2, 1] = 1.0
    weights[0, 1, 0, 1, 1] = 0.5
    torch.testing.assert_close(prefix_matching(weights, tokens), torch.tensor([[0.75]]))


def test_without_a_token_that_comes_twice_there_is_no_score():
    with pytest.raises(ValueError, match="tokens must hold one that occurs twice"):
        prefix_matching(torch.zeros(1, 1, 1, 3, 3), torch.tensor([[1, 2, 3]]))
