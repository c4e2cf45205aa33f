"""Writing with a cache, CPU time per token: this library beside Hugging Face's GPT-2 with the same weights (1.00).

    python benchmarks/generation.py [--nanogpt CHECKOUT] [--turns 5] [--tokens 256] [--sizes small mid]

Greedy; every way must write the same tokens. Batch 1; a batch of 16 ragged prompts, padded on the left; 4 beams.
The bound is the time it takes to multiply one vector by every matrix of the model, and nothing else.
"""

import argparse
import contextlib
import importlib
import io
import sys
from collections.abc import Callable
from pathlib import Path

import torch
from timing import interleaved, median, speed_ups, table
from transformers import GPT2Config, GPT2LMHeadModel, logging

from transformer_lib.batching import pad
from transformer_lib.conversion import gpt2_config, gpt2_decoder
from transformer_lib.generation import beam_search, generate

SIZES = {"small": (4, 4, 128), "mid": (6, 6, 384)}  # layers, heads, width
VOCAB = 257


def models(size: str, length: int) -> tuple:
    """Return Hugging Face's random GPT-2 and ours with its weights."""
    layers, heads, width = SIZES[size]
    sizes = {"vocab_size": VOCAB, "n_positions": length, "n_embd": width, "n_layer": layers, "n_head": heads}
    ends = {"bos_token_id": None, "eos_token_id": None, "pad_token_id": 0}
    theirs = GPT2LMHeadModel(GPT2Config(**sizes, **ends, initializer_range=0.1)).eval()
    return theirs, gpt2_decoder(gpt2_config(theirs.config.to_dict()), theirs.state_dict())


def without_cache(checkout: Path, size: str, length: int) -> torch.nn.Module:
    sys.path.insert(0, str(checkout))
    nanogpt = importlib.import_module("model")
    with contextlib.redirect_stdout(io.StringIO()):
        return nanogpt.GPT(nanogpt.GPTConfig(length, VOCAB, *SIZES[size], dropout=0.0, bias=True)).eval()


def bound(ours: torch.nn.Module, tokens: int) -> Callable[[], None]:
    weights = [m.weight.detach() for m in ours.modules() if isinstance(m, torch.nn.Linear)]
    vectors = {w.shape[1]: torch.randn(w.shape[1]) for w in weights}

    def run() -> None:
        for _ in range(tokens):
            for weight in weights:
                torch.mv(weight, vectors[weight.shape[1]])

    return run


def runners(theirs: torch.nn.Module, ours: torch.nn.Module, new: int) -> dict[str, dict[str, Callable]]:
    prompts = [torch.randint(VOCAB, (n,)).tolist() for n in range(2, 18)]
    prompt, (ragged, words) = torch.tensor(prompts[:1]), pad(prompts, side="left")
    seen, options = torch.ones_like(prompt), {"max_new_tokens": new, "do_sample": False, "use_cache": True}
    beams = {"num_beams": 4, "length_penalty": 0.0} | options
    return {
        "one": {
            "Hugging Face": lambda: theirs.generate(prompt, attention_mask=seen, **options)[:, 2:],
            "ours": lambda: generate(ours, prompt, max_new_tokens=new),
            "bound": bound(ours, new),
        },
        "batch of 16": {
            "Hugging Face": lambda: theirs.generate(ragged, attention_mask=words.long(), **options)[:, 17:],
            "ours": lambda: generate(ours, ragged, words=words, max_new_tokens=new),
        },
        "4 beams": {
            "Hugging Face": lambda: theirs.generate(prompt, attention_mask=seen, **beams)[:, 2:],
            "ours": lambda: beam_search(ours, prompt, max_new_tokens=new, length_penalty=0.0)[0][:, 0],
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nanogpt", type=Path, help="a checkout of karpathy/nanoGPT, which has no cache")
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--tokens", type=int, default=256)
    parser.add_argument("--sizes", nargs="+", choices=SIZES, default=list(SIZES))
    given = parser.parse_args()
    logging.set_verbosity_error()
    torch.manual_seed(0)
    new = given.tokens
    for size in given.sizes:
        theirs, ours = models(size, new + 20)
        ways = runners(theirs, ours, new)
        if given.nanogpt:
            model = without_cache(given.nanogpt, size, new + 20)
            ways["one"]["nanoGPT, no cache"] = lambda model=model: model.generate(
                torch.zeros(1, 2).long(), new, top_k=1
            )
        with torch.no_grad():
            for kind, each in ways.items():
                same = torch.equal(each["Hugging Face"](), each["ours"]())
                times = interleaved(each, given.turns, warm_up=0)
                per_token = {name: 1000 * t / new for name, t in median(times).items()}
                ratios = speed_ups(times, "Hugging Face")
                rows: dict[str, list] = {name: [ratios[name], per_token[name]] for name in each}
                rows["same tokens"] = ["yes" if same else "no", ""]
                print(table(f"{size}, {kind}", ["times as fast", "ms a step"], rows), "\n", flush=True)


if __name__ == "__main__":
    main()
