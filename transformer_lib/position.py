"""How a Transformer, to which a sentence is a set, is told the order of its tokens.

Three places to tell it: the embedding (`sinusoidal`, learned), the queries and keys (`rotate`), the scores (a bias).
"""

import math

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from transformer_lib.config import Config


def sinusoidal(
    positions: Int[Tensor, "*batch len"],
    d_model: int,
) -> Float[Tensor, "*batch len d_model"]:
    r"""Waves of d_model / 2 lengths, from 2 pi to nearly 10000 * 2 pi.

    (Vaswani et al. 2017, section 3.5)

        PE(pos, 2i)     = sin(pos / 10000^(2i / d_model))
        PE(pos, 2i + 1) = cos(pos / 10000^(2i / d_model))

    PE(pos + k) is a rotation of PE(pos) that depends on k alone, so that
    attending "k back" is linear.

    Raises:
        ValueError: d_model is odd or below 2: sines and cosines come in pairs.
    """
    angles = wave_angles(positions, d_model, "d_model")
    pairs = torch.stack([angles.sin(), angles.cos()], dim=-1)
    return pairs.flatten(-2)  # interleaved: sin, cos, sin, cos ...


def rotary(positions: Int[Tensor, "*batch len"], d_head: int) -> Float[Tensor, "2 *batch len half"]:
    r"""Cosine and sine of the angles by which `rotate` turns queries and keys (RoPE, Su et al. 2021, section 3.2.2).

    Pair i of the d_head / 2 pairs of channels turns by pos / 10000^(2i / d_head).

    Raises:
        ValueError: d_head is odd or below 2: channels turn in pairs.
    """
    angles = wave_angles(positions, d_head, "d_head")
    return torch.stack([angles.cos(), angles.sin()])


def rotate(
    x: Float[Tensor, "batch heads len d_head"],
    rotation: Float[Tensor, "2 #batch len half"] | None,
) -> Float[Tensor, "batch heads len d_head"]:
    r"""Turn each pair of channels (a, b) of a query or key.

        (a, b) -> (a cos - b sin, a sin + b cos)      (Su et al. 2021, eq. 34)

    Turned by m and n, a query and a key have a dot product that depends on
    n - m alone: where they stand relative to each other. Pairs are
    (i, i + d_head / 2), as in GPT-NeoX and Llama; the paper's (2i, 2i + 1)
    differ by a renumbering of channels that are learned anyway. `None` turns
    nothing.

    Raises:
        ValueError: a rotation for another width or length.
    """
    if rotation is None:
        return x
    if rotation.shape[-2:] != (x.shape[-2], x.shape[-1] // 2):
        wanted = f"(2, batch, {x.shape[-2]}, {x.shape[-1] // 2})"
        was = tuple(rotation.shape)
        raise ValueError(f"rotation must have shape {wanted}, but was {was}")
    cos, sin = rotation.unsqueeze(2).to(x.dtype)  # the same for every head
    a, b = x.chunk(2, dim=-1)
    return torch.cat([a * cos - b * sin, a * sin + b * cos], dim=-1)


def wave_angles(
    positions: Int[Tensor, "*batch len"],
    width: int,
    name: str,
) -> Float[Tensor, "*batch len half"]:
    """Return pos / 10000^(2i / width) for i = 0 ... width / 2 - 1.

    Raises:
        ValueError: an odd width, or one below 2; the message calls it `name`.
    """
    if width < 2 or width % 2:
        kinds = "sinusoidal or rotary positions"
        raise ValueError(f"{name} must be even for {kinds}, but was {width}")
    exponents = torch.arange(0, width, 2, device=positions.device) / width
    frequencies = 10_000.0**-exponents
    return positions[..., None] * frequencies


def alibi_slopes(n_heads: int) -> Float[Tensor, " heads"]:
    r"""2^(-8 / n), 2^(-16 / n), ..., 2^-8 for n heads (ALiBi, Press et al. 2022, section 3).

    Each head forgets at its own pace. Where n is no power of two, the slopes are those of the power
    of two below, then every other one of the power above (the authors' code).
    """
    below = 2 ** int(math.log2(n_heads))
    exponents = [-8 * (i + 1) / below for i in range(below)]
    exponents += [-4 * (2 * i + 1) / below for i in range(n_heads - below)]
    return 2 ** torch.tensor(exponents)


def alibi(
    q_positions: Int[Tensor, "batch q_len"], k_positions: Int[Tensor, "batch k_len"], n_heads: int
) -> Float[Tensor, "batch {n_heads} q_len k_len"]:
    """Return a bias that falls off with distance: - slope * |q_position - k_position| (Press et al. 2022, section 3).

    Nothing is learned and nothing ends: it was made for sequences longer than those trained on.
    """
    distance = (q_positions[:, :, None] - k_positions[:, None, :]).abs()
    return -alibi_slopes(n_heads).to(distance.device)[:, None, None] * distance[:, None]


def relative_buckets(
    offset: Int[Tensor, "*any"], *, causal: bool, n_buckets: int = 32, max_distance: int = 128
) -> Int[Tensor, "*any"]:
    """Sort offsets (key position - query position) into n_buckets: near ones exactly, far ones on a logarithmic scale.

    Half of the buckets are for single distances, half for spans growing up to `max_distance`, beyond
    which all is one (T5, Raffel et al. 2020, section 2.1). Without `causal`, keys after the query
    have buckets of their own, and each side gets half.
    """
    per_side = n_buckets if causal else n_buckets // 2
    distance = (-offset).clamp(min=0) if causal else offset.abs()
    exact = per_side // 2
    log_steps = (distance.clamp(min=1) / exact).log() / math.log(max_distance / exact) * (per_side - exact)
    bucket = torch.where(distance < exact, distance, (exact + log_steps.long()).clamp(max=per_side - 1))
    return bucket if causal else bucket + per_side * (offset > 0)


class RelativeBias(nn.Module):
    """A learned number for each head and each bucket of distances, added to the scores (T5).

    Shared by all layers, as in T5. (T5 does not divide its scores by sqrt(d_head); here they are.)
    """

    def __init__(self, n_heads: int, *, causal: bool, n_buckets: int = 32, max_distance: int = 128) -> None:
        super().__init__()
        self.causal, self.n_buckets, self.max_distance = causal, n_buckets, max_distance
        self.weight = nn.Parameter(torch.zeros(n_buckets, n_heads))

    def forward(
        self, q_positions: Int[Tensor, "batch q_len"], k_positions: Int[Tensor, "batch k_len"]
    ) -> Float[Tensor, "batch heads q_len k_len"]:
        """Return the bias of each key for each query."""
        offset = k_positions[:, None, :] - q_positions[:, :, None]
        sizes = {"n_buckets": self.n_buckets, "max_distance": self.max_distance}
        return self.weight[relative_buckets(offset, causal=self.causal, **sizes)].permute(0, 3, 1, 2)


class RelativePosition(nn.Module):
    """What self-attention is told about positions, as arguments for it: a rotation, a bias, or nothing."""

    def __init__(self, config: Config, *, causal: bool = False) -> None:
        super().__init__()
        self.position, self.n_heads, self.d_head = config.position, config.n_heads, config.d_model // config.n_heads
        self.bias = RelativeBias(config.n_heads, causal=causal) if config.position == "relative" else None

    def forward(
        self, q_positions: Int[Tensor, "batch q_len"], k_positions: Int[Tensor, "batch k_len"]
    ) -> dict[str, Tensor]:
        """Return keyword arguments of `MultiHeadAttention.forward`."""
        if self.position == "rope":
            return {"rotation": rotary(q_positions, self.d_head)}  # cached keys were turned when they were new
        if self.position == "alibi":
            return {"bias": alibi(q_positions, k_positions, self.n_heads)}
        return {} if self.bias is None else {"bias": self.bias(q_positions, k_positions)}


class SinusoidalPosition(nn.Module):
    """`sinusoidal` as a layer: nothing to learn, and no longest sequence."""

    def __init__(self, d_model: int) -> None:
        super().__init__()
        sinusoidal(torch.arange(1), d_model)  # refuses an odd width here, not at the first use
        self.d_model = d_model

    def forward(self, positions: Int[Tensor, "*batch len"]) -> Float[Tensor, "*batch len d_model"]:
        """One vector for each position."""
        return sinusoidal(positions, self.d_model)


class LearnedPosition(nn.Module):
    """One trained vector for each of `max_len` positions (BERT, GPT-2); there is none for a position beyond.

    The paper found it no better than `sinusoidal` (table 3, row E).
    """

    def __init__(self, max_len: int, d_model: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(max_len, d_model).normal_(std=0.02))

    def forward(self, positions: Int[Tensor, "*batch len"]) -> Float[Tensor, "*batch len d_model"]:
        """One vector for each position.

        Raises:
            ValueError: a position at or past max_len.
        """
        return look_up(self.weight, positions, "positions")


def look_up(table: Float[Tensor, "rows width"], indices: Int[Tensor, "*any"], name: str) -> Float[Tensor, "*any width"]:
    """Pick row `indices[...]` of the table; the ValueError for a row that is not there calls the indices `name`."""
    try:
        return nn.functional.embedding(indices, table)
    except IndexError:
        was = f"{int(indices.min())} to {int(indices.max())}"
        raise ValueError(f"{name} must lie between 0 and {len(table) - 1}, but were {was}") from None
