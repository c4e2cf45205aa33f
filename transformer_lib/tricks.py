"""The tricks that help training, each to be left out: what the chapter on training compares, and with what certainty.

A class or function of this file takes the place of the library's own inside `use_mine`:

    with use_mine(Residual=WithoutSum):
        model = Decoder(config)
"""

import math
from collections.abc import Callable, Sequence

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from transformer_lib.attention import attention
from transformer_lib.batching import Batch
from transformer_lib.config import Config
from transformer_lib.layers import Residual, Stack
from transformer_lib.recipe import Recipe

NORMS = ("post", "pre", "none")
STARTS = ("default", "xavier")
SCALED = (attention,)  # in a tuple, where `use_mine` does not find and replace it
# Student's t: how many standard errors to each side hold 95 %, for 2, 3, ... runs
T_95 = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262)


class WithoutSum(Residual):
    """The sublayer's output replaces its input; the norm stays where it was."""

    def after(
        self, x: Float[Tensor, "batch len d_model"], out: Float[Tensor, "batch len d_model"]
    ) -> Float[Tensor, "batch len d_model"]:
        """Drop `x`."""
        out = self.dropout(out)
        return out if self.pre_norm else self.norm(out)


class WithoutNorm(Residual):
    """x + f(x), and no norm; the norm's parameters stay, unused."""

    def before(self, x: Float[Tensor, "batch len d_model"]) -> Float[Tensor, "batch len d_model"]:
        """Return `x` as it is."""
        return x

    def after(
        self, x: Float[Tensor, "batch len d_model"], out: Float[Tensor, "batch len d_model"]
    ) -> Float[Tensor, "batch len d_model"]:
        """Add the sublayer's `out` to `x`."""
        return x + self.dropout(out)


class WithoutEither(WithoutNorm):
    """f(x) alone."""

    def after(
        self, x: Float[Tensor, "batch len d_model"], out: Float[Tensor, "batch len d_model"]
    ) -> Float[Tensor, "batch len d_model"]:
        """Drop `x`."""
        return self.dropout(out)


def unscaled_attention(
    q: Float[Tensor, "*batch q_len d_head"],
    k: Float[Tensor, "*batch k_len d_head"],
    v: Float[Tensor, "*batch k_len d_value"],
    mask: Bool[Tensor, "..."] | None = None,
    bias: Float[Tensor, "..."] | None = None,
) -> tuple[Float[Tensor, "*batch q_len d_value"], Float[Tensor, "*batch q_len k_len"]]:
    """Return `attention` without the division by sqrt(d_head), for `use_mine(attention=...)`."""
    return SCALED[0](q * math.sqrt(q.shape[-1]), k, v, mask, bias)


def plain_sgd(momentum: float = 0.9) -> Callable[[nn.Module, Recipe], list[torch.optim.Optimizer]]:
    """Return what takes the place of `make_optimizers`: stochastic gradient descent for all parameters.

    Raises:
        ValueError: a momentum outside 0 ... 1.
    """
    if not 0 <= momentum < 1:
        raise ValueError(f"momentum must be at least 0 and below 1, but was {momentum}")

    def make(model: nn.Module, recipe: Recipe) -> list[torch.optim.Optimizer]:
        return [torch.optim.SGD(model.parameters(), lr=recipe.learning_rate, momentum=momentum)]

    return make


def windows(ids: Int[Tensor, " text"], n: int, *, batch: int, length: int, seed: int) -> list[Batch]:
    """Return n batches of random windows of a text, each token's target the next one; the same for the same seed.

    Raises:
        ValueError: a text that is too short for a window.
    """
    if len(ids) < length + 1:
        raise ValueError(f"ids must hold at least length + 1 = {length + 1} tokens, but held {len(ids)}")
    generator = torch.Generator().manual_seed(seed)
    starts = torch.randint(len(ids) - length, (n, batch, 1), generator=generator)
    everywhere = torch.ones(batch, length, dtype=torch.bool)
    cut = ids[starts + torch.arange(length + 1)]
    return [Batch(rows[:, :-1], rows[:, 1:], everywhere, everywhere) for rows in cut]


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Return the 95 % interval of the mean of a few runs (Student's t): where it would lie, had we made many more.

    Raises:
        ValueError: fewer than 2 runs, or more than 10.
    """
    if not 2 <= len(values) <= len(T_95) + 1:
        raise ValueError(f"values must be of 2 to {len(T_95) + 1} runs, but were of {len(values)}")
    runs = torch.tensor(values, dtype=torch.float64)
    half = T_95[len(values) - 2] * float(runs.std()) / math.sqrt(len(values))
    return float(runs.mean()) - half, float(runs.mean()) + half


def layer_flow(
    depth: int,
    *,
    add: bool,
    norm: str,
    start: str = "xavier",
    seed: int = 0,
    d_model: int = 32,
    length: int = 7,
    vocab_size: int = 50,
) -> tuple[Float[Tensor, " depth"], Float[Tensor, " depth"]]:
    """How large the signal is after each layer of an untrained stack, and how large a gradient its matrices get.

    The signal is the root mean square of all numbers; the gradient, of the cross-entropy of random targets, is the
    norm of all of a layer's matrices' gradients together, as Xiong et al. (2020, section 3) look at it.

    Args:
        add: whether each sublayer's input is added to its output.
        norm: "post" (on what leaves the sublayer), "pre" (on what enters it, and once at the end), or "none".
        start: how the matrices begin: "default" (PyTorch's, with a third of the variance), or "xavier" (Glorot and
            Bengio 2010), with biases of zero.

    Raises:
        ValueError: a depth below 1, or a norm or a start that does not exist.
    """
    if depth < 1:
        raise ValueError(f"depth must be at least 1, but was {depth}")
    for name, given, choices in (("norm", norm, NORMS), ("start", start, STARTS)):
        if given not in choices:
            raise ValueError(f"{name} must be one of {choices}, but was {given!r}")
    torch.manual_seed(seed)
    config = Config(
        vocab_size, d_model, n_heads=4, n_layers=depth, d_ff=2 * d_model, dropout=0.0, pre_norm=norm == "pre"
    )
    stack, to_logits = Stack(config), nn.Linear(d_model, vocab_size, bias=False)
    x, targets = torch.randn(4, length, d_model), torch.randint(vocab_size, (4 * length,))
    for p in stack.parameters() if start == "xavier" else ():
        if p.ndim > 1:
            nn.init.xavier_uniform_(p)
    for module in stack.modules() if start == "xavier" else ():
        if isinstance(module, nn.Linear):
            nn.init.zeros_(module.bias)
    signal = []
    for block in stack.blocks:
        for name in ("attention_residual", "feed_forward_residual"):
            setattr(block, name, surround(getattr(block, name), add=add, norm=norm != "none"))
        x = block(x, causal=True)
        signal.append(x.detach().square().mean().sqrt())
    logits = to_logits(stack.norm(x))
    nn.functional.cross_entropy(logits.flatten(0, 1), targets).backward()
    return torch.stack(signal), torch.stack([gradient_norm(block) for block in stack.blocks])


def surround(residual: Residual, *, add: bool, norm: bool) -> Residual:
    """Return the residual without its sum or its norm; it is changed in place."""
    residual.__class__ = {
        (True, True): Residual,
        (False, True): WithoutSum,
        (True, False): WithoutNorm,
        (False, False): WithoutEither,
    }[add, norm]
    return residual


def gradient_norm(module: nn.Module) -> Float[Tensor, ""]:
    """Return the Euclidean norm of the gradients of all of a module's matrices, put together."""
    squares = [p.grad.square().sum() for p in module.parameters() if p.ndim > 1 and p.grad is not None]
    return torch.stack(squares).sum().sqrt()
