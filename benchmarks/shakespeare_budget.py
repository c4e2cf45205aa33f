"""Bits per character of the shipped model of Shakespeare, beside nanoGPT's on the same split for as many CPU-seconds.

    python benchmarks/shakespeare_budget.py --nanogpt CHECKOUT [--seconds N] [--bf16] [--windows 400]

Both have the same sizes and see batches of the same shape; both are scored on the same windows, in this run. nanoGPT is
trained as its own character example is: AdamW, rate 1e-3 falling to 1e-4 along a cosine, 100 steps of warm-up, in fp32
on a CPU. Its schedule ends with the budget, which is what our report says that our training took, if not given.
"""

import argparse
import contextlib
import importlib
import io
import math
import sys
import time
from pathlib import Path

import torch
from timing import table
from torch import Tensor, nn

from recipes.common import parameters
from recipes.shakespeare import BATCH, LENGTH, Windows, bits_per_character
from transformer_lib.datasets import shakespeare
from transformer_lib.trained import load_trained


def nanogpt(checkout: Path, ids: Tensor, config: object, seconds: float, bf16: bool) -> nn.Module:
    torch.manual_seed(0)
    sys.path.insert(0, str(checkout))
    module = importlib.import_module("model")
    sizes = (LENGTH, config.vocab_size, config.n_layers, config.n_heads, config.d_model)
    with contextlib.redirect_stdout(io.StringIO()):
        model = module.GPT(module.GPTConfig(*sizes, dropout=0.0, bias=False))
        optimizer = model.configure_optimizers(0.1, 1e-3, (0.9, 0.99), "cpu")
    start = time.process_time()
    for step, batch in enumerate(Windows(ids, length=LENGTH, batch=BATCH)):
        through = (time.process_time() - start) / seconds
        if through >= 1:
            print(f"nanoGPT: {step} steps, loss {loss.item():.3f}", flush=True)
            return model.eval()
        rate = 1e-3 * step / 100 if step < 100 else 1e-4 + 9e-4 * (1 + math.cos(math.pi * through)) / 2
        for group in optimizer.param_groups:
            group["lr"] = rate
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            _, loss = model(batch.tokens, batch.targets)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
    raise AssertionError("the windows never end")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nanogpt", type=Path, required=True, help="a checkout of karpathy/nanoGPT")
    parser.add_argument("--seconds", type=float, help="the budget; left out, what our training took")
    parser.add_argument("--bf16", action="store_true", help="let nanoGPT compute in bfloat16, as ours did")
    parser.add_argument("--windows", type=int, default=400)
    given = parser.parse_args()
    torch.set_num_threads(1)
    shipped = load_trained("shakespeare")
    seconds = given.seconds or shipped.report["cpu_seconds"]
    train, validation = (torch.tensor(shipped.vocabulary.encode(text)) for text in shakespeare().split(0.1))
    theirs = nanogpt(given.nanogpt, train, shipped.model.config, seconds, given.bf16)
    models = {
        "ours, shipped": (shipped.model, shipped.model, shipped.report["cpu_seconds"]),
        f"nanoGPT {'bf16' if given.bf16 else 'fp32'}": (theirs, lambda x: theirs(x, x)[0], seconds),
    }
    rows: dict[str, list[float | str]] = {}
    for name, (model, logits, spent) in models.items():
        bits = bits_per_character(logits, validation, given.windows)
        interval = f"{bits.low:.3f} to {bits.high:.3f}"
        rows[name] = [str(parameters(model)), str(round(spent)), f"{bits.value:.3f}", interval]
    print(table("Shakespeare", ["parameters", "CPU-s", "bits per character", "95 % interval"], rows))


if __name__ == "__main__":
    main()
