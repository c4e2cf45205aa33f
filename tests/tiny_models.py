"""Trained models' files that are small, untrained and quick: what the widgets that run a model are tested with."""

import atexit
import shutil
import tempfile
from pathlib import Path

import torch

from transformer_lib import Bert, Config, Decoder, Seq2Seq
from transformer_lib.text import CharacterTokenizer, WordTokenizer
from transformer_lib.trained import Trained, save_trained
from transformer_lib.widgets.trained import SHELVES

CHOICES = {"position": "rope", "norm": "rms", "pre_norm": True, "bias": False, "activation": "relu_squared"}
LETTERS = CharacterTokenizer(["\nABab cdefghijklmnopqrstuvwxyz,.:;'!?-"])
GERMAN = WordTokenizer(["der Mann schläft , weil die Frau das kleine Haus sieht . Morgen steht sie auf"])
ENGLISH = WordTokenizer(["the man is asleep because the woman sees the small house . Tomorrow she gets up ,"])
SOUNDS = WordTokenizer(["AH0 B K D EH1 F G HH IH1 T"])
WORDS = WordTokenizer(["In the beginning God created the heaven and the earth , and it was so ."], lowercase=True)


def config(tokenizer, **changes):
    return Config(
        tokenizer.vocab_size,
        **{"d_model": 24, "n_heads": 3, "n_layers": 2, "d_ff": 29, "max_len": 97, "dropout": 0.0, **CHOICES, **changes},
    )


MODELS = {
    "tiny_letters": lambda: Trained(Decoder(config(LETTERS)), LETTERS, LETTERS),
    "tiny_translator": lambda: Trained(Seq2Seq(config(GERMAN), config(ENGLISH)), GERMAN, ENGLISH),
    "tiny_pronouncer": lambda: Trained(Seq2Seq(config(LETTERS), config(SOUNDS)), LETTERS, SOUNDS),
    "tiny_masked": lambda: Trained(Bert(config(WORDS, n_segments=2)), WORDS, WORDS),
}


def fill(shelf: Path) -> None:
    """Write every model, with weights so large that its choices are not all alike."""
    for seed, (name, make) in enumerate(MODELS.items()):
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            trained = make()
        with torch.no_grad():
            for weight in trained.model.parameters():
                weight.mul_(1.5)
        save_trained(name, trained, folder=shelf)


SHELF = Path(tempfile.mkdtemp(prefix="tiny_models_"))
atexit.register(shutil.rmtree, SHELF, ignore_errors=True)
fill(SHELF)
SHELVES.append(SHELF)
