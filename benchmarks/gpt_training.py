"""GPT training, tokens per CPU second: this library beside what one would pick instead; nanoGPT in fp32 = 1.00.

    python benchmarks/gpt_training.py --nanogpt CHECKOUT [--mingpt CHECKOUT] [--from-scratch CHECKOUT]
        [--turns 9] [--sizes small mid] [--only ours nanoGPT]

A step is zero_grad, forward, loss, backward, clipping, AdamW. All models have the same sizes and see the
same batches. Peers that are neither installed (requirements-benchmarks.txt) nor checked out are left out.
"""

import argparse
import contextlib
import importlib
import io
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType

import torch
import torch.nn.functional as F
from timing import bf16_is_fast, interleaved, speed_ups, table
from torch import nn

from transformer_lib import Config, Decoder
from transformer_lib.batching import Batch
from transformer_lib.training import Recipe, train

SIZES = {  # layers, heads, width, length; batch, steps in a turn
    "small": (4, 4, 128, 64, 32, 4),
    "mid": (6, 6, 384, 256, 8, 1),
}
VOCAB = 65  # the characters of nanoGPT's Shakespeare


def ours(layers: int, heads: int, width: int, length: int) -> nn.Module:
    return Decoder(
        Config(
            vocab_size=VOCAB,
            d_model=width,
            n_heads=heads,
            n_layers=layers,
            d_ff=4 * width,
            max_len=length,
            dropout=0.0,
            activation="gelu",
            pre_norm=True,
            position="learned",
            scale_embedding=False,
            bias=False,
        )
    )


def nanogpt(checkout: Path, layers: int, heads: int, width: int, length: int) -> nn.Module:
    sys.path.insert(0, str(checkout))
    model = importlib.import_module("model")
    config = model.GPTConfig(length, VOCAB, layers, heads, width, dropout=0.0, bias=False)
    with contextlib.redirect_stdout(io.StringIO()):
        return model.GPT(config)


def hugging_face(layers: int, heads: int, width: int, length: int) -> nn.Module:
    from transformers import GPT2Config, GPT2LMHeadModel

    sizes = {"vocab_size": VOCAB, "n_positions": length, "n_embd": width, "n_layer": layers, "n_head": heads}
    sizes |= {"bos_token_id": None, "eos_token_id": None}
    return GPT2LMHeadModel(GPT2Config(**sizes, resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0, use_cache=False))


def x_transformers(layers: int, heads: int, width: int, length: int) -> nn.Module:
    import x_transformers

    decoder = x_transformers.Decoder(
        dim=width, depth=layers, heads=heads, attn_dim_head=width // heads, attn_flash=True
    )
    return x_transformers.TransformerWrapper(num_tokens=VOCAB, max_seq_len=length, attn_layers=decoder)


def mingpt(checkout: Path, layers: int, heads: int, width: int, length: int) -> nn.Module:
    sys.path.insert(0, str(checkout))
    model = importlib.import_module("mingpt.model").GPT
    config = model.get_default_config()
    for name, value in {"n_layer": layers, "n_head": heads, "n_embd": width, "vocab_size": VOCAB}.items():
        setattr(config, name, value)
    config.model_type, config.block_size = None, length
    config.embd_pdrop = config.resid_pdrop = config.attn_pdrop = 0.0
    with contextlib.redirect_stdout(io.StringIO()):
        return model(config)


def from_scratch(checkout: Path, layers: int, heads: int, width: int, length: int) -> nn.Module:
    package = ModuleType("llms_from_scratch")  # its own __init__ imports what the book's other chapters need
    package.__path__ = [str(checkout / "pkg" / "llms_from_scratch")]
    sys.modules.setdefault("llms_from_scratch", package)
    sizes = {"vocab_size": VOCAB, "context_length": length, "emb_dim": width, "n_heads": heads, "n_layers": layers}
    return importlib.import_module("llms_from_scratch.ch04").GPTModelFast(sizes | {"drop_rate": 0.0, "qkv_bias": False})


class PyTorchs(nn.Module):
    """The decoder that PyTorch's tutorials build from `nn.TransformerEncoder`."""

    def __init__(self, layers: int, heads: int, width: int, length: int) -> None:
        super().__init__()
        layer = nn.TransformerEncoderLayer(width, heads, 4 * width, 0.0, F.gelu, batch_first=True, norm_first=True)
        self.tokens, self.positions = nn.Embedding(VOCAB, width), nn.Embedding(length, width)
        self.encoder = nn.TransformerEncoder(layer, layers, nn.LayerNorm(width), enable_nested_tensor=False)
        self.out = nn.Linear(width, VOCAB, bias=False)
        self.mask = nn.Transformer.generate_square_subsequent_mask(length)

    def forward(self, tokens):
        x = self.tokens(tokens) + self.positions(torch.arange(tokens.shape[1]))
        return self.out(self.encoder(x, mask=self.mask, is_causal=True))


def peer_steps(model: nn.Module, logits: Callable, data: tuple, bf16: bool, steps: int) -> Callable[[], object]:
    """Return some steps as the peers' own training scripts take them (AdamW as PyTorch has it on a CPU)."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, betas=(0.9, 0.95), weight_decay=0.1)
    tokens, targets = data

    def run() -> None:
        for _ in range(steps):
            with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
                loss = F.cross_entropy(logits(tokens, targets).flatten(0, 1), targets.flatten())
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)

    return run


def our_steps(model: nn.Module, data: tuple, bf16: bool, steps: int) -> Callable[[], object]:
    """Return a whole call of `train`."""
    tokens, targets = data
    words = torch.ones_like(tokens, dtype=torch.bool)
    batch, recipe = Batch(tokens, targets, words, words), Recipe(steps=steps, learning_rate=1e-4, bf16=bf16)
    return lambda: train(model, [batch], recipe)


def in_medium_precision(run: Callable[[], object]) -> Callable[[], object]:
    """Return the turn with PyTorch's matrix products in "medium" precision.

    On a CPU that means oneDNN's instead of MKL's. It may round to bf16 only where the processor has AMX.
    """

    def turn() -> None:
        torch.set_float32_matmul_precision("medium")
        run()
        torch.set_float32_matmul_precision("highest")

    return turn


def peers(sizes: tuple[int, ...], given: argparse.Namespace) -> dict[str, tuple[nn.Module, Callable]]:
    """Return the models that are installed or checked out, and how each is called for its logits."""
    found: dict[str, tuple[nn.Module, Callable]] = {}
    if given.nanogpt:
        found["nanoGPT"] = (nanogpt(given.nanogpt, *sizes), lambda model, x, y: model(x, y)[0])
    if given.mingpt:
        found["minGPT"] = (mingpt(given.mingpt, *sizes), lambda model, x, y: model(x)[0])
    if given.from_scratch:
        found["LLMs-from-scratch fast"] = (from_scratch(given.from_scratch, *sizes), lambda model, x, y: model(x))
    found["PyTorch"] = (PyTorchs(*sizes), lambda model, x, y: model(x))
    with contextlib.suppress(ImportError):
        found["Hugging Face GPT-2"] = (hugging_face(*sizes), lambda model, x, y: model(x).logits)
    with contextlib.suppress(ImportError):
        found["x-transformers flash"] = (x_transformers(*sizes), lambda model, x, y: model(x))
    return found


def runners(size: str, given: argparse.Namespace) -> dict[str, Callable[[], object]]:
    """Return every library's step, in fp32 and, where the processor has it, in bf16."""
    *sizes, batch, steps = SIZES[size]
    data = torch.randint(VOCAB, (batch, sizes[-1] + 1))
    data = (data[:, :-1].contiguous(), data[:, 1:].contiguous())
    models = {name: (model, partial(call, model)) for name, (model, call) in peers(tuple(sizes), given).items()}
    turns = {}
    for bf16 in (False, True) if bf16_is_fast() else (False,):
        precision = "bf16" if bf16 else "fp32"
        turns |= {f"{name} {precision}": peer_steps(*model, data, bf16, steps) for name, model in models.items()}
        turns[f"ours {precision}"] = our_steps(ours(*sizes), data, bf16, steps)
    for name in ("nanoGPT", "ours"):
        if f"{name} fp32" in turns:
            turns[f"{name} fp32, medium"] = in_medium_precision(turns[f"{name} fp32"])
    return turns


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nanogpt", type=Path, help="a checkout of karpathy/nanoGPT")
    parser.add_argument("--mingpt", type=Path, help="a checkout of karpathy/minGPT")
    parser.add_argument("--from-scratch", type=Path, help="a checkout of rasbt/LLMs-from-scratch")
    parser.add_argument("--turns", type=int, default=9)
    parser.add_argument("--sizes", nargs="+", choices=SIZES, default=list(SIZES))
    parser.add_argument("--only", nargs="*", default=[""], help="only runners with one of these in their names")
    given = parser.parse_args()
    base = "nanoGPT fp32" if given.nanogpt else "PyTorch fp32"
    for size in given.sizes:
        every = runners(size, given)
        chosen = {k: run for k, run in every.items() if k == base or any(part in k for part in given.only)}
        ratios = speed_ups(interleaved(chosen, given.turns), base)
        print(table(f"{size}, {base} = 1", ["times as fast"], {name: [r] for name, r in ratios.items()}), flush=True)


if __name__ == "__main__":
    main()
