"""Encoder-decoder training: CPU time of one epoch over the same real sentences, the Annotated Transformer = 1.00.

    python benchmarks/seq2seq_training.py TEXT [--annotated CHECKOUT] [--sentences 512] [--turns 3]

The sentences of a text, cut at their full stops, are to be written backwards. Every runner sees each of them once, so
that times compare as tokens per second do; only the batches differ: 64 random sentences, or sentences of similar
length up to as many tokens as 64 average sentences have. The loss per token of the same epochs is printed beside.
Without a checkout of the Annotated Transformer, PyTorch's nn.Transformer on random batches is 1.00.
"""

import argparse
import importlib
import random
import re
import sys
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import torch
import torch.nn.functional as F
from timing import bf16_is_fast, interleaved, speed_ups, table
from torch import nn

from transformer_lib import Config, Seq2Seq, causal_mask, pair_batch
from transformer_lib.batching import END, PAD, START, Batch, bucket, padding_share
from transformer_lib.position import sinusoidal
from transformer_lib.text import WordTokenizer
from transformer_lib.training import Recipe, train

SIZES = {"d_model": 256, "n_heads": 4, "n_layers": 3, "d_ff": 1024, "dropout": 0.1}
BATCH, RATE = 64, 5e-4
# What the Annotated Transformer imports for its figures and data sets:
UNMEASURED = ("pandas", "altair", "spacy", "GPUtil", "torchtext", "torchtext.data", "torchtext.datasets")
UNMEASURED += ("torchtext.data.functional", "torchtext.vocab")


class PyTorchs(nn.Module):
    """`nn.Transformer` with what it lacks: embeddings, positions and an output layer that shares their weights."""

    def __init__(self, vocab_size: int) -> None:
        super().__init__()
        width, heads, layers, d_ff, dropout = SIZES.values()
        self.scale, self.tokens = width**0.5, nn.Embedding(vocab_size, width)
        nn.init.normal_(self.tokens.weight, std=width**-0.5)
        self.transformer = nn.Transformer(width, heads, layers, layers, d_ff, dropout, batch_first=True)
        self.register_buffer("positions", sinusoidal(torch.arange(512), width))

    def embed(self, tokens):
        return self.tokens(tokens) * self.scale + self.positions[: tokens.shape[1]]

    def forward(self, batch: Batch):
        hidden = self.transformer(
            self.embed(batch.source),
            self.embed(batch.tokens),
            tgt_mask=~causal_mask(batch.tokens.shape[1]),
            tgt_is_causal=True,
            src_key_padding_mask=~batch.source_words,
            tgt_key_padding_mask=~batch.words,
            memory_key_padding_mask=~batch.source_words,
        )
        return hidden @ self.tokens.weight.T

    def loss(self, batch: Batch):
        targets = batch.targets.masked_fill(~batch.counts, -100).flatten()
        return F.cross_entropy(self(batch).flatten(0, 1), targets)


class Annotated(nn.Module):
    """The Annotated Transformer's model, masks and loss, as `SimpleLossCompute` puts them together."""

    def __init__(self, vocab_size: int, checkout: Path) -> None:
        super().__init__()
        sys.path.insert(0, str(checkout))
        importlib.import_module("torch._dynamo")  # would be imported below, and looks for what it finds there
        with mock.patch.dict(sys.modules, {name: mock.MagicMock() for name in UNMEASURED}):
            self.theirs = importlib.import_module("the_annotated_transformer")
        width, heads, layers, d_ff, dropout = SIZES.values()
        self.model = self.theirs.make_model(vocab_size, vocab_size, layers, width, d_ff, heads, dropout)
        self.criterion = self.theirs.LabelSmoothing(vocab_size, PAD, 0.0)

    def loss(self, batch: Batch):
        whole = torch.cat([batch.tokens, batch.targets[:, -1:]], dim=1)
        whole[:, 1:] = batch.targets  # the end token is nobody's input, but their batch starts from the whole target
        given = self.theirs.Batch(batch.source, whole, PAD)
        out = self.model(given.src, given.tgt, given.src_mask, given.tgt_mask)
        compute = self.theirs.SimpleLossCompute(self.model.generator, self.criterion)
        return compute(out, given.tgt_y, given.ntokens)[1]


def theirs(model: nn.Module, batches: list[Batch], losses: list[float]) -> Callable[[], None]:
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, betas=(0.9, 0.98))

    def epoch() -> None:
        model.train()
        nats = tokens = 0
        for batch in batches:
            loss = model.loss(batch)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
            count = int(batch.counts.sum())
            nats, tokens = nats + loss.item() * count, tokens + count
        losses.append(nats / tokens)

    return epoch


def ours(model: nn.Module, batches: list[Batch], losses: list[float], bf16: bool = False) -> Callable[[], None]:
    counts = [int(batch.counts.sum()) for batch in batches]
    recipe = Recipe(steps=len(batches), learning_rate=RATE, warmup=0, schedule="constant", bf16=bf16)

    def epoch() -> None:
        each = train(model, batches, recipe)
        losses.append(sum(loss * count for loss, count in zip(each, counts, strict=True)) / sum(counts))

    return epoch


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text", type=Path)
    parser.add_argument("--annotated", type=Path, help="a checkout of harvardnlp/annotated-transformer")
    parser.add_argument("--only", nargs="*", help="only runners with one of these in their names")
    parser.add_argument("--sentences", type=int, default=512)
    parser.add_argument("--turns", type=int, default=3)
    given = parser.parse_args()
    torch.manual_seed(0)
    sentences = [s for s in re.split(r"(?<=[.!?])\s", given.text.read_text()) if s.strip()]
    tokenizer = WordTokenizer(sentences, max_size=8000)
    every = [tokenizer.encode(s)[:200] for s in random.Random(0).sample(sentences, given.sentences)]
    pairs = [(ids, [START, *reversed(ids), END]) for ids in every]
    lengths = [len(target) for _, target in pairs]
    shuffled = [list(range(i, min(i + BATCH, len(pairs)))) for i in range(0, len(pairs), BATCH)]
    budget = max(max(lengths), BATCH * sum(lengths) // len(lengths))
    bucketed = bucket(lengths, max_tokens=budget)
    print(f"{given.sentences} sentences, {sum(lengths)} target tokens; padding: random batches ", end="")
    print(f"{padding_share(lengths, shuffled):.0%}, bucketed {padding_share(lengths, bucketed):.0%}", flush=True)
    randomly, by_length = ([pair_batch([pairs[i] for i in ids]) for ids in ids_of] for ids_of in (shuffled, bucketed))
    losses: dict[str, list[float]] = {}
    runners, base = {}, "nn.Transformer, random"
    if given.annotated:
        base = "Annotated, random"
        runners[base] = theirs(Annotated(tokenizer.vocab_size, given.annotated), randomly, losses.setdefault(base, []))
    for name, batches in (("random", randomly), ("buckets", by_length)):
        model, key = PyTorchs(tokenizer.vocab_size), f"nn.Transformer, {name}"
        runners[key] = theirs(model, batches, losses.setdefault(key, []))
        for bf16 in (False, True) if bf16_is_fast() else (False,):
            model = Seq2Seq(Config(vocab_size=tokenizer.vocab_size, **SIZES))
            key = f"ours, {name}, {'bf16' if bf16 else 'fp32'}"
            runners[key] = ours(model, batches, losses.setdefault(key, []), bf16)
    if given.only:
        runners = {name: run for name, run in runners.items() if name == base or any(x in name for x in given.only)}
    ratios = speed_ups(interleaved(runners, given.turns, warm_up=0), base)
    rows = {name: [ratio, losses[name][0], losses[name][-1]] for name, ratio in ratios.items()}
    print(table("epoch", ["times as fast", "first loss", "last loss"], rows))


if __name__ == "__main__":
    main()
