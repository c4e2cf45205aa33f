import dataclasses

import pytest

from transformer_lib import Config


def test_the_defaults_are_the_papers_base_model():
    config = Config(vocab_size=37_000)
    sizes = (config.n_layers, config.d_model, config.d_ff, config.n_heads, config.dropout, config.activation)
    assert sizes == (6, 512, 2048, 8, 0.1, "relu")  # table 3
    assert (config.position, config.norm, config.pre_norm) == ("sinusoidal", "layer", False)  # section 3
    assert (config.scale_embedding, config.tie_weights) == (True, True)  # section 3.4
    assert (config.n_segments, config.embedding_norm, config.logits_bias) == (0, False, False)
    assert (config.max_len, config.norm_eps, config.bias) == (512, 1e-5, True)
    assert Config(vocab_size=1, d_model=1, n_heads=1, d_ff=1, max_len=1, n_layers=0, dropout=0.0).n_layers == 0


def test_a_configuration_cannot_be_changed_but_replaced():
    config = Config(vocab_size=7)
    with pytest.raises(dataclasses.FrozenInstanceError):
        config.d_ff = 5
    assert config.replace(d_ff=5) == Config(vocab_size=7, d_ff=5)
    assert config.d_ff == 2048


@pytest.mark.usefixtures("as_a_user")
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"vocab_size": 0}, "vocab_size must be at least 1, but was 0"),
        ({"d_model": 0}, "d_model must be at least 1, but was 0"),
        ({"n_heads": -1}, "n_heads must be at least 1, but was -1"),
        ({"d_model": 10, "n_heads": 3}, "d_model must be a multiple of n_heads = 3, but was 10"),
        ({"d_ff": 0}, "d_ff must be at least 1"),
        ({"max_len": 0}, "max_len must be at least 1"),
        ({"n_layers": -1}, "n_layers must not be negative, but was -1"),
        ({"n_segments": -1}, "n_segments must not be negative, but was -1"),
        ({"dropout": 1.0}, "dropout must be a probability below 1, but was 1.0"),
        ({"dropout": -0.1}, "dropout must be a probability below 1, but was -0.1"),
        ({"activation": "tanh"}, r"activation must be one of \('relu', .*\), but was 'tanh'"),
        ({"norm": "batch"}, r"norm must be one of \('layer', 'rms'\), but was 'batch'"),
        ({"position": "cosine"}, r"position must be one of \('none', .*\), but was 'cosine'"),
    ],
)
def test_errors_name_the_argument_what_it_was_and_what_it_should_be(change, message):
    with pytest.raises(ValueError, match=message):
        Config(**({"vocab_size": 7} | change))
