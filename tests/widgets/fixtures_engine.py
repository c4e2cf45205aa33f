"""What PyTorch says of small models of every kind, which the page's engine must run alike (see write_fixtures.py)."""

import base64
import tempfile
from pathlib import Path

import torch

from transformer_lib import Bert, Config, Decoder, Encoder, Seq2Seq, beam_search, generate
from transformer_lib.generation import keep_likeliest
from transformer_lib.text import CharacterTokenizer, WordTokenizer
from transformer_lib.trained import Trained, load_trained, save_trained

SOURCE = WordTokenizer(["Der Hund schläft nicht , wenn 's kalt ist ."])
TARGET = CharacterTokenizer(["abcdefgh"])
SIZES = {"d_model": 10, "n_heads": 5, "n_layers": 2, "d_ff": 7, "max_len": 17, "dropout": 0.0}
IDS = [7, 5, 11, 3, 12, 5, 9]
SPELLED = "bad 🙂 cafe"
WRITTEN = [1, 6, 12, 5, 8]


def source_config(**choices):
    return Config(SOURCE.vocab_size, **{**SIZES, **choices})


def target_config(**choices):
    return Config(TARGET.vocab_size, **{**SIZES, **choices})


MODELS = {
    "the paper's encoder": lambda: Encoder(source_config()),
    "an encoder of today": lambda: Encoder(
        source_config(position="rope", norm="rms", pre_norm=True, bias=False, activation="swiglu", n_segments=3)
    ),
    "bert": lambda: Bert(
        source_config(position="learned", activation="gelu", n_segments=2, embedding_norm=True, scale_embedding=False)
    ),
    "a bert of today": lambda: Bert(
        source_config(position="rope", norm="rms", pre_norm=True, activation="relu_squared", n_segments=2, bias=False)
    ),
    "gpt-2": lambda: Decoder(
        source_config(
            position="learned", pre_norm=True, activation="gelu_tanh", scale_embedding=False, d_model=15, n_heads=3
        )
    ),
    "a decoder of today": lambda: Decoder(
        source_config(position="rope", norm="rms", pre_norm=True, bias=False, activation="relu_squared", norm_eps=0.01)
    ),
    "an untied decoder": lambda: Decoder(
        source_config(position="none", activation="silu", tie_weights=False, logits_bias=True, n_layers=1)
    ),
    "the paper's": lambda: Seq2Seq(source_config()),
    "two vocabularies": lambda: Seq2Seq(
        source_config(position="rope", norm="rms", pre_norm=True, bias=False, activation="swiglu"),
        target_config(position="rope", norm="rms", pre_norm=True, bias=False, activation="swiglu", n_layers=1),
    ),
    "two tables": lambda: Seq2Seq(source_config(tie_weights=False, logits_bias=True, position="sinusoidal")),
}


def written(name):
    """The file of a model whose numbers are drawn as integers, so that every processor draws the same."""
    generator = torch.Generator().manual_seed(len(name))
    model = MODELS[name]()
    with torch.no_grad():
        for key, weight in model.named_parameters():
            drawn = torch.randint(-127, 128, weight.shape, generator=generator) / 256
            weight.copy_(drawn + 1 if "norm" in key and key.endswith("weight") else drawn)
    trained = Trained(model, SOURCE, TARGET if name == "two vocabularies" else SOURCE)
    with tempfile.TemporaryDirectory() as folder:
        data = save_trained("it", trained, folder=Path(folder)).read_bytes()
        return data, load_trained("it", folder=Path(folder)).model.double()


def outputs(model):
    """What each kind of model computes for the ids above."""
    tokens = torch.tensor([IDS])
    if isinstance(model, Encoder | Bert):
        segments = torch.tensor([[0, 0, 0, 1, 1, 1, 1]]) if model.config.n_segments else None
        encoder = model.encoder if isinstance(model, Bert) else model
        hidden, weights = encoder(tokens, segments=segments, return_weights=True)
        wanted = {"hidden": hidden, "weights": weights}
        if isinstance(model, Bert):
            words, is_next = model(tokens, segments=segments)
            wanted |= {"words": words, "isNext": is_next}
        return {"segments": None if segments is None else segments[0].tolist(), "wanted": wanted}
    options = {"max_new_tokens": 9, "end_id": 2}
    if isinstance(model, Seq2Seq):
        target = torch.tensor([WRITTEN])
        logits, weights, cross = model(tokens, target, return_weights=True)
        wanted = {"logits": logits, "weights": weights, "cross_weights": cross, "hidden": model.encoder(tokens)}
        prompt, options = target[:, :1], options | {"source": tokens}
    else:
        logits, weights = model(tokens, return_weights=True)
        wanted = {"logits": logits, "weights": weights, "hidden": model.hidden(tokens)}
        prompt = tokens[:, :3]
    beams, scores = beam_search(model, prompt, n_beams=3, **options)
    return {
        "wanted": wanted,
        "prompt": prompt[0].tolist(),
        "greedy": generate(model, prompt, **options)[0].tolist(),
        "beams": beams[0].tolist(),
        "scores": [round(x, 4) for x in scores[0].tolist()],
    }


def of_model(name):
    data, model = written(name)
    with torch.no_grad():
        said = outputs(model)
    said["wanted"] = {key: round_all(value) for key, value in said["wanted"].items()}
    return {"name": name, "kind": type(model).__name__, "file": base64.b64encode(data).decode(), **said}


def round_all(tensor):
    """Every number, one after the other, to 6 decimals: the engine is held to 5."""
    return [round(x, 6) for x in tensor.flatten().tolist()]


def cuts():
    """What is left of some logits."""
    logits = torch.tensor([2, -1, 0.5, 2, 3, -4, 0.25, 1], dtype=torch.float64)
    options = [
        {"temperature": temperature, "top_k": top_k, "top_p": top_p}
        for temperature in (1, 0.5, 3)
        for top_k in (None, 1, 3)
        for top_p in (None, 0.2, 0.7, 1.0)
    ]
    left = [
        keep_likeliest(logits / each["temperature"], each["top_k"], each["top_p"]).softmax(-1).tolist()
        for each in options
    ]
    return {
        "logits": logits.tolist(),
        "cases": [{**each, "wanted": wanted} for each, wanted in zip(options, left, strict=True)],
    }


def texts():
    """Texts and their ids."""
    given = ["Der Hund, wenn's kalt ist.", "Die Katze schläft nicht_ (ist)", ""]
    return {
        "words": SOURCE.vocabulary.items,
        "characters": TARGET.vocabulary.items,
        "cases": [
            {
                "text": text,
                "split": SOURCE.split(text),
                "ids": SOURCE.encode(text),
                "decoded": SOURCE.decode(SOURCE.encode(text)),
            }
            for text in given
        ],
        "spelled": {"text": SPELLED, "ids": TARGET.encode(SPELLED), "decoded": TARGET.decode(TARGET.encode(SPELLED))},
    }


def fixtures():
    return {
        "ids": IDS,
        "written": WRITTEN,
        "models": [of_model(name) for name in MODELS],
        "cuts": cuts(),
        "texts": texts(),
    }
