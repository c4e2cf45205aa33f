"""GPT training, tokens per CPU second: this library beside what one would pick instead; nanoGPT in fp32 = 1.00.

    python benchmarks/gpt_training.py --nanogpt CHECKOUT [--turns 9] [--sizes small mid]

A step is zero_grad, forward, loss, backward, clipping, AdamW. All models have the same sizes and see the
same batches. Peers that are not installed (requirements-benchmarks.txt) are left out.
"""

import argparse
import contextlib
import importlib
import io
import sys
from collections.abc import Callable
from pathlib import Path

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


def runners(size: str, checkout: Path | None) -> dict[str, Callable[[], object]]:
    """Return every library's step, in fp32 and, where the processor has it, in bf16."""
    *sizes, batch, steps = SIZES[size]
    data = torch.randint(VOCAB, (batch, sizes[-1] + 1))
    data = (data[:, :-1].contiguous(), data[:, 1:].contiguous())
    whole = {"PyTorch": PyTorchs, "Hugging Face GPT-2": hugging_face, "x-transformers flash": x_transformers}
    turns = {}
    for bf16 in (False, True) if bf16_is_fast() else (False,):
        precision = "bf16" if bf16 else "fp32"
        if checkout:
            model = nanogpt(checkout, *sizes)
            turns[f"nanoGPT {precision}"] = peer_steps(model, lambda x, y, m=model: m(x, y)[0], data, bf16, steps)
        turns[f"ours {precision}"] = our_steps(ours(*sizes), data, bf16, steps)
        for name, make in whole.items():
            with contextlib.suppress(ImportError):
                model = make(*sizes)
                take = (lambda x, y, m=model: m(x).logits) if make is hugging_face else (lambda x, y, m=model: m(x))
                turns[f"{name} {precision}"] = peer_steps(model, take, data, bf16, steps)
    return turns


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nanogpt", type=Path, help="a checkout of karpathy/nanoGPT")
    parser.add_argument("--turns", type=int, default=9)
    parser.add_argument("--sizes", nargs="+", choices=SIZES, default=list(SIZES))
    parser.add_argument("--only", default="", help="only runners with this in their names")
    given = parser.parse_args()
    rows: dict[str, list] = {}
    for size in given.sizes:
        base = "nanoGPT fp32" if given.nanogpt else "PyTorch fp32"
        chosen = {k: v for k, v in runners(size, given.nanogpt).items() if given.only in k or k == base}
        times = interleaved(chosen, given.turns)
        for name, ratio in speed_ups(times, base).items():
            rows.setdefault(name, []).append(ratio)
    print(table(f"times as fast as {base}", given.sizes, rows))


if __name__ == "__main__":
    main()
