"""What PyTorch says of the shipped models, which the page's engine must run alike (see write_fixtures.py).

Each model reads a few tokens, drawn from its own vocabulary, for a fingerprint of what it computes.
"""

import hashlib

import torch

from transformer_lib import Bert, Decoder, Seq2Seq
from transformer_lib.batching import END, START
from transformer_lib.trained import FOLDER, load_trained, trained_names

FIRST = 5  # ids below are special
LENGTH = 11


def some_tokens(vocab_size, length=LENGTH):
    """Ids from all over the vocabulary."""
    return [FIRST + (17 * i * i + 29 * i) % (vocab_size - FIRST) for i in range(length)]


def rounded(x):
    """Numbers on which processors agree, and which are held to 1e-4."""
    return [round(float(each), 5) for each in x.flatten()]


def of_model(name):
    trained = load_trained(name)
    model = trained.model.double()
    said = {"name": name, "digest": hashlib.sha256((FOLDER / f"{name}.safetensors").read_bytes()).hexdigest()}
    source = torch.tensor([some_tokens(trained.source.vocab_size)])
    with torch.no_grad():
        if isinstance(model, Seq2Seq):
            target = torch.tensor([[START, *some_tokens(trained.target.vocab_size, 6), END]])
            logits, own, cross = model(source, target, return_weights=True)
            hidden = model.encoder(source)
            weights = {"weights": own[-1, 0], "cross_weights": cross[-1, 0]}
            said |= {"target": target[0].tolist()}
        elif isinstance(model, Bert):
            segments = torch.tensor([[0] * (LENGTH - 5) + [1] * 5])
            hidden, own = model.encoder(source, segments=segments, return_weights=True)
            logits = model.word_logits(hidden)
            weights = {"weights": own[-1, 0], "isNext": model.is_next(model.pooled(hidden))}
            said |= {"segments": segments[0].tolist()}
        else:
            assert isinstance(model, Decoder)
            logits, own = model(source, return_weights=True)
            hidden, weights = model.hidden(source), {"weights": own[-1, 0]}
    best = logits[0].topk(5)
    return {
        **said,
        "source": source[0].tolist(),
        "hidden": rounded(hidden[0, -1]),
        "best": best.indices.tolist(),
        "logits": rounded(best.values),
        "last": rounded(logits[0, -1, :50]),
        **{key: rounded(value) for key, value in weights.items()},
    }


def fixtures():
    return {"models": [of_model(name) for name in trained_names()]}
