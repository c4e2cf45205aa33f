"""CPU seconds to a validation loss of 1.88 on characters of Shakespeare, nanoGPT's example for a CPU.

    python benchmarks/shakespeare.py TEXT [--nanogpt CHECKOUT] [--seeds 3] [--nanogpt-seeds 1] [--tune]

TEXT is a file; the last tenth of it is the validation split, as in nanoGPT. The recipe was chosen with --tune, which
trains on the first eight tenths and scores on the ninth: it never saw the split it is judged by. Evaluation is not
counted. nanoGPT is trained with the settings of its own README: AdamW, fp32, 2000 steps of 12 x 64 characters.
"""

import argparse
import contextlib
import importlib
import io
import math
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import torch
import torch.nn.functional as F
from timing import bf16_is_fast
from torch import Tensor, nn

from transformer_lib import Config, Decoder
from transformer_lib.batching import Batch
from transformer_lib.text import CharacterTokenizer
from transformer_lib.training import Recipe, train

GOAL, LENGTH, BATCH, EVERY = 1.88, 64, 32, 10


class Reached(Exception):
    """The goal is reached: training may end."""


class Clock:
    """Scores a model every few steps and notes the CPU time that training has taken so far."""

    def __init__(self, logits: Callable[[Tensor], Tensor], model: nn.Module, held_out: Tensor, stop: bool) -> None:
        starts = torch.linspace(0, len(held_out) - LENGTH - 1, 500).long()
        windows = held_out[starts[:, None] + torch.arange(LENGTH + 1)]
        self.logits, self.model, self.windows, self.stop = logits, model, windows, stop
        self.curve: list[tuple[int, float, float]] = []
        self.scoring, self.start = 0.0, time.process_time()

    def __call__(self, step: int, _: float) -> None:
        if (step + 1) % EVERY:
            return
        begin = time.process_time()
        self.model.eval()
        with torch.no_grad():
            logits = self.logits(self.windows[:, :-1])
            loss = F.cross_entropy(logits.float().flatten(0, 1), self.windows[:, 1:].flatten()).item()
        self.model.train()
        self.curve.append((step + 1, begin - self.start - self.scoring, loss))
        self.scoring += time.process_time() - begin
        if self.stop and loss <= GOAL:
            raise Reached

    def seconds(self) -> tuple[float, bool]:
        """Return when the goal was reached, or else how long it was tried; and whether it was."""
        return next(((seconds, True) for _, seconds, loss in self.curve if loss <= GOAL), (self.curve[-1][1], False))


def windows(data: Tensor, size: int, seed: int) -> Iterator[tuple[Tensor, Tensor]]:
    generator = torch.Generator().manual_seed(seed)
    while True:
        starts = torch.randint(len(data) - LENGTH, (size, 1), generator=generator)
        both = data[starts + torch.arange(LENGTH + 1)]
        yield both[:, :-1].contiguous(), both[:, 1:].contiguous()


def ours(data: Tensor, held_out: Tensor, vocab_size: int, seed: int, steps: int, rate: float, stop: bool) -> Clock:
    torch.manual_seed(seed)
    sizes = {"vocab_size": vocab_size, "d_model": 128, "n_heads": 4, "n_layers": 4, "d_ff": 512, "max_len": LENGTH}
    kinds = {"activation": "relu_squared", "norm": "rms", "position": "rope", "pre_norm": True, "bias": False}
    model = Decoder(Config(**sizes, **kinds, dropout=0.0, scale_embedding=False))
    recipe = Recipe(
        steps=steps, learning_rate=rate, warmup=20, optimizer="muon", betas=(0.9, 0.95), bf16=bf16_is_fast(), seed=seed
    )
    whole = torch.ones(BATCH, LENGTH, dtype=torch.bool)
    batches = (Batch(tokens, targets, whole, whole) for tokens, targets in windows(data, BATCH, seed))
    clock = Clock(model, model, held_out, stop)
    with contextlib.suppress(Reached):
        train(model, batches, recipe, on_step=clock)
    return clock


def nanogpt(data: Tensor, held_out: Tensor, vocab_size: int, seed: int, checkout: Path) -> Clock:
    torch.manual_seed(seed)
    sys.path.insert(0, str(checkout))
    module = importlib.import_module("model")
    with contextlib.redirect_stdout(io.StringIO()):
        model = module.GPT(module.GPTConfig(LENGTH, vocab_size, 4, 4, 128, dropout=0.0, bias=False))
        optimizer = model.configure_optimizers(0.1, 1e-3, (0.9, 0.99), "cpu")
    clock = Clock(lambda tokens: model(tokens.contiguous(), tokens.contiguous())[0], model, held_out, stop=True)
    with contextlib.suppress(Reached):
        for step, (tokens, targets) in zip(range(2000), windows(data, 12, seed), strict=False):
            through = (step - 100) / 1900
            rate = 1e-3 * step / 100 if step < 100 else 1e-4 + 9e-4 * (1 + math.cos(math.pi * through)) / 2
            for group in optimizer.param_groups:
                group["lr"] = rate
            _, loss = model(tokens, targets)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            clock(step, 0.0)
    return clock


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text", type=Path)
    parser.add_argument("--nanogpt", type=Path, help="a checkout of karpathy/nanoGPT")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--nanogpt-seeds", type=int, default=1, help="how many of the seeds nanoGPT is trained with")
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--rate", type=float, default=0.006)
    parser.add_argument("--tune", action="store_true", help="score on the ninth tenth, to the end of the schedule")
    given = parser.parse_args()
    torch.set_num_threads(1)
    text = given.text.read_text()
    tokenizer = CharacterTokenizer([text])
    data = torch.tensor(tokenizer.encode(text))
    eight, nine = len(data) * 8 // 10, len(data) * 9 // 10
    split = (data[:eight], data[eight:nine]) if given.tune else (data[:nine], data[nine:])
    seconds: dict[str, list[float]] = {}
    at_least = ""
    for seed in range(given.seeds):
        size, stop = tokenizer.vocab_size, not given.tune
        runs = {"ours": lambda: ours(*split, size, seed, given.steps, given.rate, stop)}
        if given.nanogpt and seed < given.nanogpt_seeds:
            runs["nanoGPT"] = lambda: nanogpt(*split, size, seed, given.nanogpt)
        for name, run in runs.items():
            clock = run()
            taken, reached = clock.seconds()
            seconds.setdefault(name, []).append(taken)
            if not reached:
                at_least = "at least "
            points = " ".join(f"{step}:{loss:.2f}" for step, _, loss in clock.curve[:: max(1, len(clock.curve) // 12)])
            step, _, last = clock.curve[-1]
            to = f"to {GOAL}" if reached else f"and not yet at {GOAL}"
            print(f"seed {seed}  {name:8s} {taken:6.1f} s {to}; step {step}: {last:.3f}; {points}")
            sys.stdout.flush()
    if given.nanogpt:
        print(f"ratio of the medians: {at_least}{median(seconds['nanoGPT']) / median(seconds['ours']):.2f}")


if __name__ == "__main__":
    main()
