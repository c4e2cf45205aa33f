"""GPT-1's fine-tuning and GPT-2's first weights."""

import math

import pytest
import torch
import torch.nn.functional as F
from torch.testing import assert_close

from transformer_lib import Config, Decoder
from transformer_lib.gpt import DecoderClassifier, fine_tuning_loss, gpt2_init

CONFIG = Config(vocab_size=13, d_model=6, n_heads=3, n_layers=2, d_ff=11, dropout=0.0)
WORDS = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 0, 0, 0], [1, 1, 1, 0, 0]], dtype=torch.bool)


def classifier() -> tuple[DecoderClassifier, torch.Tensor]:
    torch.manual_seed(0)
    return DecoderClassifier(Decoder(CONFIG), 7), torch.randint(1, 13, (3, 5)).masked_fill(~WORDS, 0)


def test_a_text_is_classified_by_its_own_words():
    model, tokens = classifier()
    together, _ = model(tokens, WORDS)
    for row, length in enumerate((5, 2, 3)):
        alone, logits = model(tokens[row : row + 1, :length])
        assert_close(alone[0], together[row])
        assert_close(logits, model.decoder(tokens[row : row + 1, :length]))


def test_the_loss_is_both_tasks_each_as_a_mean():
    model, tokens = classifier()
    classes, logits = model(tokens, WORDS)
    labels = torch.tensor([6, 0, 3])
    nats = [F.cross_entropy(logits[i, j], tokens[i, j + 1]) for i, n in enumerate((5, 2, 3)) for j in range(n - 1)]
    wanted = F.cross_entropy(classes, labels) + 0.3 * torch.stack(nats).mean()
    assert_close(fine_tuning_loss(classes, labels, logits, tokens, WORDS, weight=0.3), wanted)
    alone = fine_tuning_loss(classes, labels, logits, tokens, WORDS, weight=0.0)
    assert_close(alone, F.cross_entropy(classes, labels))
    only_a_start = (classes, labels, logits[:, :1], tokens[:, :1])
    assert_close(fine_tuning_loss(*only_a_start, weight=0.0), alone)
    by_itself, halved = (fine_tuning_loss(classes, labels, logits, tokens, WORDS, **w) for w in ({}, {"weight": 0.5}))
    assert_close(by_itself, halved)
    full = fine_tuning_loss(classes[:1], labels[:1], logits[:1], tokens[:1], weight=1.0)
    assert_close(full, fine_tuning_loss(classes[:1], labels[:1], logits[:1], tokens[:1], WORDS[:1], weight=1.0))


@pytest.mark.parametrize("options", [{}, {"scale_residual": False}])
def test_only_what_writes_to_the_stream_starts_smaller(options):
    torch.manual_seed(0)
    model = gpt2_init(Decoder(CONFIG.replace(d_model=60, d_ff=110, n_layers=3)), std=0.1, **options)
    for name, parameter in model.named_parameters():
        if parameter.ndim > 1:
            writes = "w_o" in name or "w_2" in name
            wanted = 0.1 / math.sqrt(6) if writes and not options else 0.1
            assert parameter.std().item() == pytest.approx(wanted, rel=0.1), name
        else:
            assert parameter.unique().tolist() == [0.0 if name.endswith("bias") else 1.0]


def test_left_out_the_spread_is_gpt2s():
    torch.manual_seed(0)
    model = gpt2_init(Decoder(CONFIG.replace(d_model=60, n_layers=1)))
    assert model.stack.blocks[0].attention.w_q.weight.std().item() == pytest.approx(0.02, rel=0.1)


def test_errors_name_the_argument():
    model, tokens = classifier()
    classes, logits = model(tokens, WORDS)
    with pytest.raises(ValueError, match=r"weight must not be negative, but was -0\.5"):
        fine_tuning_loss(classes, torch.tensor([0, 1, 2]), logits, tokens, weight=-0.5)
    for std in (0.0, -0.1):
        with pytest.raises(ValueError, match=f"std must be positive, but was {std}"):
            gpt2_init(model.decoder, std=std)
