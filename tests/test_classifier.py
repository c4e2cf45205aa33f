"""The classifier: its two masks, each of which pads need."""

import pytest
import torch

from transformer_lib import Config, pad
from transformer_lib.classifier import Classifier

CONFIG = Config(vocab_size=13, d_model=6, n_heads=3, n_layers=2, d_ff=7, dropout=0.0)


def make(read_out="mean"):
    torch.manual_seed(0)
    return Classifier(CONFIG, 3, read_out=read_out).double().eval()


@pytest.mark.parametrize("read_out", ["mean", "last"])
def test_a_text_is_classified_alike_alone_and_in_company(read_out):
    model = make(read_out)
    texts = [[5, 7, 11], [6], [12, 5, 6, 7, 8]]
    tokens, words = pad(texts)
    logits = model(tokens, words[:, None], words)
    assert logits.shape == (3, 3)
    for text, row in zip(texts, logits, strict=True):
        torch.testing.assert_close(model(torch.tensor([text]))[0], row)


@pytest.mark.parametrize("left_out", ["mask", "words"])
def test_each_mask_is_needed(left_out):
    model = make()
    tokens, words = pad([[5, 7, 11], [6]])
    masks = {"mask": words[:, None], "words": words}
    del masks[left_out]
    alone = model(torch.tensor([[6]]))[0]
    assert (model(tokens, **masks)[1] - alone).abs().max() > 0.01


@pytest.mark.parametrize(
    ("read_out", "vector"), [("last", lambda hidden: hidden[:, 2]), ("mean", lambda hidden: hidden[:, :3].mean(1))]
)
def test_the_words_are_read_out_where_they_stand(read_out, vector):
    model = make(read_out)
    tokens = torch.tensor([[5, 7, 11, 0, 0]])
    hidden = model.encoder(tokens, tokens.ne(0)[:, None])
    torch.testing.assert_close(model(tokens, tokens.ne(0)[:, None], tokens.ne(0)), model.to_classes(vector(hidden)))


def test_there_are_two_classes_where_none_are_counted():
    assert Classifier(CONFIG)(torch.tensor([[5, 7, 11]])).shape == (1, 2)


def test_a_read_out_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match=r"read_out must be one of \('mean', 'last'\), but was 'max'"):
        Classifier(CONFIG, read_out="max")
