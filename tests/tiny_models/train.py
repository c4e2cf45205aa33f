"""Learns a handful of lines by heart, so that the tiny models write something: python -m tests.tiny_models.train."""

import itertools
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from tests.tiny_models import SHELF
from transformer_lib import Bert, Config, Decoder, Seq2Seq, pad, padding_mask
from transformer_lib.batching import END, MASK, START
from transformer_lib.text import CharacterTokenizer, WordTokenizer
from transformer_lib.trained import Trained, save_trained

CHOICES = {"position": "rope", "norm": "rms", "pre_norm": True, "bias": False, "activation": "relu_squared"}
WHO = {"der Mann": "the man", "die Frau": "the woman", "das Kind": "the child"}
DOES = {"schläft": "sleeps", "sieht den Hund": "sees the dog", "steht auf": "gets up"}
LETTERS = "ab cab\nA bad cab faced a deaf bee.\nDad fed a bead; a cafe bade.\nDead? A fad, a decade!\n" * 2
SOUNDS = {
    "beach": "B IY1 CH", "each": "IY1 CH", "bed": "B EH1 D", "edge": "EH1 JH", "head": "HH EH1 D", "bad": "B AE1 D",
    "cage": "K EY1 JH", "age": "EY1 JH", "cab": "K AE1 B", "dad": "D AE1 D", "face": "F EY1 S", "fee": "F IY1",
}  # fmt: skip
VERSES = [
    ["In the beginning God made the heaven and the earth .", "And the earth was dark ."],
    ["And God said , let there be light .", "And there was light ."],
    ["And God saw the light .", "It was good ."],
]


def config(tokenizer, **changes):
    sizes = {"d_model": 24, "n_heads": 3, "n_layers": 2, "d_ff": 29, "max_len": 97, "dropout": 0.0}
    return Config(tokenizer.vocab_size, **{**sizes, **CHOICES, **changes})


def sentences():
    """German and English, with and without inversion."""
    for (who, she), (does, did) in itertools.product(WHO.items(), DOES.items()):
        verb, *rest = does.split()
        yield f"{who[0].upper()}{who[1:]} {does}.", f"{she[0].upper()}{she[1:]} {did}."
        yield f"{' '.join(['Morgen', verb, who, *rest])}.", f"Tomorrow {she} {did}."


def letters() -> tuple[Trained, Callable[[], Tensor]]:
    """A language model."""
    tokenizer = CharacterTokenizer([LETTERS + "ghijklmnopqrstuvwxyz,:'-"])
    model = Decoder(config(tokenizer))
    ids = torch.tensor([tokenizer.encode(LETTERS)[i : i + 60] for i in range(0, 90, 3)])
    return Trained(model, tokenizer, tokenizer), lambda: cross_entropy(model(ids[:, :-1]).mT, ids[:, 1:])


def pairs(texts, source, target) -> tuple[Trained, Callable[[], Tensor]]:
    """A model that turns the first text of each pair into the second."""
    model = Seq2Seq(config(source), config(target))
    read, words = pad([source.encode(a) for a, _ in texts])
    write, written = pad([[START, *target.encode(b), END] for _, b in texts])

    def loss() -> Tensor:
        logits = model(read, write[:, :-1], words[:, None], written[:, None, :-1])
        return cross_entropy(logits[written[:, 1:]], write[:, 1:][written[:, 1:]])

    return Trained(model, source, target), loss


def masked() -> tuple[Trained, Callable[[], Tensor]]:
    """A masked language model, with every word masked in turn."""
    tokenizer = WordTokenizer([text for verse in VERSES for text in verse], lowercase=True)
    model = Bert(config(tokenizer, n_segments=2))
    rows = []
    for (one, _), (_, other) in itertools.product(VERSES, VERSES):
        a, b = [START, *tokenizer.encode(one), END], [*tokenizer.encode(other), END]
        follows = int([one, other] not in VERSES)
        for at in range(1, len(a + b)):
            rows.append(([MASK if i == at else x for i, x in enumerate(a + b)], len(a), at, (a + b)[at], follows))
    tokens, words = pad([row[0] for row in rows])
    segments = (torch.arange(tokens.shape[1]) >= torch.tensor([row[1] for row in rows])[:, None]).long() * words
    at, wanted, follows = (torch.tensor([row[i] for row in rows]) for i in (2, 3, 4))

    def loss() -> Tensor:
        logits, is_next = model(tokens, padding_mask(words.sum(1)), segments=segments)
        return cross_entropy(logits[torch.arange(len(at)), at], wanted) + cross_entropy(is_next, follows)

    return Trained(model, tokenizer, tokenizer), loss


def translator() -> tuple[Trained, Callable[[], Tensor]]:
    """German to English."""
    texts = list(sentences())
    return pairs(texts, *(WordTokenizer(side) for side in zip(*texts, strict=True)))


def pronouncer() -> tuple[Trained, Callable[[], Tensor]]:
    """Spelling to sounds."""
    return pairs(list(SOUNDS.items()), CharacterTokenizer(SOUNDS), WordTokenizer(SOUNDS.values()))


if __name__ == "__main__":
    for make, steps in ((letters, 120), (translator, 250), (pronouncer, 250), (masked, 150)):
        torch.manual_seed(0)
        trained, loss = make()
        optimizer = torch.optim.AdamW(trained.model.parameters(), lr=0.01)
        for _ in range(steps):
            optimizer.zero_grad()
            loss().backward()
            optimizer.step()
        save_trained(f"tiny_{make.__name__}", trained, folder=SHELF)
        print(make.__name__, f"{loss().item():.3f}")
