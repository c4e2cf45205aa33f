"""The masks between causal and full, what a stack makes of them, and what reading and writing cost."""

import pytest
import torch

from transformer_lib import Config, Decoder, Seq2Seq, causal_mask
from transformer_lib.architectures import (
    Reader,
    encoder_decoder_mask,
    prefix_mask,
    products,
    products_to_write,
    reach,
)
from transformer_lib.cache import Cache
from transformer_lib.cost import cost
from transformer_lib.layers import Stack
from transformer_lib.tracing import influence

CONFIG = Config(11, d_model=6, n_heads=3, n_layers=2, d_ff=13, dropout=0.0)


def picture(mask: torch.Tensor) -> list[str]:
    return ["".join(".#"[may] for may in row) for row in mask.int().tolist()]


def test_a_prefix_mask_by_hand():
    masks = prefix_mask(torch.tensor([2, 0, 4]), 4)
    assert picture(masks[0]) == ["##..", "##..", "###.", "####"]
    assert picture(masks[1]) == picture(causal_mask(4))
    assert picture(masks[2]) == ["####"] * 4
    assert masks.dtype == torch.bool


def test_an_encoder_decoders_blocks():
    mask = encoder_decoder_mask(3, 2)
    assert picture(mask) == ["###..", "###..", "###..", "####.", "#####"]
    assert encoder_decoder_mask(0, 0).shape == (0, 0)


@pytest.mark.parametrize("prefix", [0, 3, 7])
def test_a_stack_under_a_prefix_mask_depends_on_what_the_mask_says(prefix):
    torch.manual_seed(0)
    mask = prefix_mask(torch.tensor([prefix]), 7)
    stack = Stack(CONFIG).eval()
    assert torch.equal(influence(lambda x: stack(x, mask), torch.randn(1, 7, 6)), mask[0])


def test_an_encoder_decoder_depends_on_what_the_prefix_mask_says():
    torch.manual_seed(0)
    model = Seq2Seq(CONFIG).eval()

    def both(x):
        context = model.encoder.stack(x[:, :3])
        return torch.cat([context, model.decoder.stack(x[:, 3:], None, context, causal=True)], dim=1)

    assert torch.equal(influence(both, torch.randn(1, 7, 6)), encoder_decoder_mask(3, 4))


def test_what_a_stack_hands_on():
    places = torch.arange(7)
    window = (places[:, None] - places).abs() <= 1
    for layers in (0, 1, 2, 3):
        assert torch.equal(reach(window, layers), (places[:, None] - places).abs() <= layers)
    shifted = (places[:, None] - places) == 2  # sees the one two places before it, and itself by the residual alone
    assert picture(reach(shifted, 2))[6] == "..#.#.#"
    assert torch.equal(reach(causal_mask(7), 5), causal_mask(7))
    assert reach(causal_mask(7), 5).dtype == torch.bool


def test_reach_is_what_a_stack_does():
    torch.manual_seed(0)
    mask = torch.rand(7, 7) < 0.25
    for layers in (1, 2, 3):
        stack = Stack(CONFIG.replace(n_layers=layers)).eval()
        moved = influence(lambda x, stack=stack: stack(x, mask), torch.randn(1, 7, 6))
        assert torch.equal(moved, reach(mask, layers))


def test_a_reader_is_an_encoder_or_a_decoder_by_its_mask():
    torch.manual_seed(0)
    reader = Reader(CONFIG, 5).eval()
    tokens = torch.randint(11, (2, 7))
    later = tokens.clone()
    later[:, 4] = (later[:, 4] + 1) % 11
    for mask, first in ((None, 0), (causal_mask(7), 4)):
        moved = (reader(tokens, mask) - reader(later, mask)).abs().amax((0, 2)) > 1e-6
        assert reader(tokens, mask).shape == (2, 7, 5)
        assert moved.nonzero().flatten().tolist() == list(range(first, 7))


def test_products_by_hand():
    config = Config(1, d_model=2, n_heads=1, n_layers=2, d_ff=3)
    assert products(config, 3, 2) == 2 * 3 * (4 * 4 + 2 * 6 + 2 * 2 * 5) == 288
    assert products(config.replace(activation="swiglu"), 1) == 2 * (16 + 3 * 6 + 4)
    assert products(config, 0) == products_to_write(config, 0, cached=True) == 0
    assert products_to_write(config, 3, cached=True) == 2 * (3 * 28 + 4 * (1 + 2 + 3))
    assert products_to_write(config, 3, cached=False) == 2 * (28 * (1 + 2 + 3) + 4 * (1 + 4 + 9))


@pytest.mark.slow
@pytest.mark.parametrize("activation", ["relu", "swiglu"])
def test_products_are_those_that_pytorch_counts(activation):
    config = CONFIG.replace(activation=activation, bias=False)
    model = Decoder(config).eval()
    tokens = torch.randint(11, (1, 5))

    def written(cached):
        cache = Cache(config.n_layers, max_len=5) if cached else None
        for t in range(5):
            read = tokens[:, t : t + 1] if cached else tokens[:, : t + 1]
            model.hidden(read, cache=cache, return_weights=True)

    assert cost(model.hidden, tokens, return_weights=True).multiplications == products(config, 5)
    for cached in (True, False):
        assert cost(written, cached).multiplications == products_to_write(config, 5, cached=cached)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: prefix_mask(torch.tensor([1.0]), 3), "prefix_lengths must be an integer tensor"),
        (lambda: prefix_mask(torch.tensor([True]), 3), "but was torch.bool of shape \\(1,\\)"),
        (lambda: prefix_mask(torch.tensor([[1]]), 3), "but was torch.int64 of shape \\(1, 1\\)"),
        (lambda: prefix_mask(torch.tensor([1, 4]), 3), "between 0 and max_len = 3, but were \\[1, 4\\]"),
        (lambda: prefix_mask(torch.tensor([-1]), 3), "between 0 and max_len = 3, but were \\[-1\\]"),
        (lambda: encoder_decoder_mask(-1, 3), "source_len must not be negative, but was -1"),
        (lambda: encoder_decoder_mask(1, -3), "target_len must not be negative, but was -3"),
        (lambda: reach(torch.ones(3, 3), 1), "mask must be boolean and square, but was torch.float32"),
        (lambda: reach(torch.ones(3, 2).bool(), 1), "mask must be boolean and square"),
        (lambda: reach(torch.ones(3, 3, 1).bool(), 1), "mask must be boolean and square"),
        (lambda: reach(causal_mask(3), -1), "n_layers must not be negative, but was -1"),
        (lambda: products(CONFIG, -1), "new and kept must not be negative, but were -1 and 0"),
        (lambda: products(CONFIG, 1, -2), "new and kept must not be negative, but were 1 and -2"),
        (lambda: products_to_write(CONFIG, -1, cached=True), "length must not be negative, but was -1"),
    ],
)
def test_what_it_refuses(call, message, as_a_user):
    with pytest.raises(ValueError, match=message):
        call()
