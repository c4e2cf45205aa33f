"""What mixed the words of a sentence before attention, or without it; each is called as `MultiHeadAttention` is.

    Encoder(config, mixer=lambda: Recurrence(config.d_model))

builds an encoder of which nothing else differs. A Decoder's mixers are made with causal=True.
"""

from typing import Literal

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor, nn


class Recurrence(nn.Module):
    """A recurrent network: each state is made from the one before it, so that word n waits for n - 1 steps.

    LSTM (Hochreiter and Schmidhuber 1997) or GRU (Cho et al. 2014). What the first word said reaches
    the n-th through n updates of one vector of fixed size.

    Args:
        d_model: width of input, output and state.
        cell: "lstm" or "gru".
        causal: read from left to right only, instead of in both directions.
    """

    def __init__(self, d_model: int, *, cell: Literal["lstm", "gru"] = "lstm", causal: bool = False) -> None:
        super().__init__()
        if cell not in ("lstm", "gru"):
            raise ValueError(f"cell must be one of ('lstm', 'gru'), but was {cell!r}")
        self.causal = causal
        kind = nn.LSTM if cell == "lstm" else nn.GRU
        self.cell = kind(d_model, d_model, batch_first=True, bidirectional=not causal)
        self.w_o = nn.Linear(d_model if causal else 2 * d_model, d_model)

    def forward(
        self,
        x: Float[Tensor, "batch len d_model"],
        context: None = None,
        mask: Bool[Tensor, "..."] | None = None,
        *,
        causal: bool = False,
        return_weights: bool = False,
    ) -> Float[Tensor, "batch len d_model"]:
        """Read the words one after the other.

        Args:
            mask: a padding mask, of padding on the right; its output there is zero.
            causal: as it was built.

        Raises:
            ValueError: a mask of another kind, or what only attention has.
        """
        words = words_of(mask, x)
        refuse(causal != self.causal, "causal", f"be {self.causal}, as the mixer was made", causal)
        refuse(return_weights, "return_weights", "be False: there are no weights", return_weights)
        lengths = words.sum(1)
        prefix = torch.arange(x.shape[1], device=x.device) < lengths[:, None]
        refuse(not torch.equal(words, prefix), "mask", "have its padding on the right", "of another kind")
        if not x.numel():
            return x
        read = lengths.clamp(min=1).cpu()  # a sequence without words: one step, whose output is dropped
        packed = nn.utils.rnn.pack_padded_sequence(x, read, batch_first=True, enforce_sorted=False)
        out, _ = nn.utils.rnn.pad_packed_sequence(self.cell(packed)[0], batch_first=True, total_length=x.shape[1])
        return self.w_o(out).masked_fill(~words[..., None], 0.0)


class WindowConvolution(nn.Module):
    """A one-dimensional convolution: each word sees a window of its neighbours, through weights that ignore content.

    After n layers it has seen n times as far (Gehring et al. 2017).

    Args:
        d_model: width of input and output.
        window: how many words are seen at once; odd, with the word in the middle, unless causal.
        causal: the window ends with the word itself.
    """

    def __init__(self, d_model: int, window: int, *, causal: bool = False) -> None:
        super().__init__()
        if window < 1 or (window % 2 == 0 and not causal):
            raise ValueError(f"window must be positive, and odd unless causal, but was {window}")
        self.causal = causal
        self.before, self.after = (window - 1, 0) if causal else (window // 2, window // 2)
        self.convolution = nn.Conv1d(d_model, d_model, window)

    def forward(
        self,
        x: Float[Tensor, "batch len d_model"],
        context: None = None,
        mask: Bool[Tensor, "..."] | None = None,
        *,
        causal: bool = False,
        return_weights: bool = False,
    ) -> Float[Tensor, "batch len d_model"]:
        """Slide the window over the words; beyond the ends, and in the padding, it sees zeros.

        Args and errors: as of `Recurrence.forward`, but that the padding may be anywhere.
        """
        words = words_of(mask, x)
        refuse(causal != self.causal, "causal", f"be {self.causal}, as the mixer was made", causal)
        refuse(return_weights, "return_weights", "be False: there are no weights", return_weights)
        if not x.shape[1]:
            return x
        x = x.masked_fill(~words[..., None], 0.0).mT  # (batch, d_model, len)
        return self.convolution(F.pad(x, (self.before, self.after))).mT


class GatedMLP(nn.Module):
    r"""gMLP: the words are mixed by one fixed matrix W over positions (Liu et al. 2021, section 2).

        Z = gelu(X U) = [Z_1, Z_2],   out = (Z_1 * (W norm(Z_2) + b)) V

    Learned for positions, not for words; W starts near 0 and b at 1, as no mixing at all. It has
    max_len^2 elements: there is no longer sequence.

    Args:
        d_model: width of input and output.
        d_ff: width of Z, an even number.
        max_len: the longest sequence.
        causal: only the lower triangle of W is used.
    """

    def __init__(self, d_model: int, d_ff: int, max_len: int, *, causal: bool = False) -> None:
        super().__init__()
        if d_ff < 2 or d_ff % 2:
            raise ValueError(f"d_ff must be even, as Z is split in two, but was {d_ff}")
        self.causal, self.max_len = causal, max_len
        self.w_1 = nn.Linear(d_model, d_ff)
        self.norm = nn.LayerNorm(d_ff // 2)
        self.weight = nn.Parameter(torch.empty(max_len, max_len).uniform_(-1e-3, 1e-3))
        self.bias = nn.Parameter(torch.ones(max_len))
        self.w_2 = nn.Linear(d_ff // 2, d_model)

    def forward(
        self,
        x: Float[Tensor, "batch len d_model"],
        context: None = None,
        mask: Bool[Tensor, "..."] | None = None,
        *,
        causal: bool = False,
        return_weights: bool = False,
    ) -> Float[Tensor, "batch len d_model"]:
        """Gate each word by a fixed mixture of all words.

        Args and errors: as of `Recurrence.forward`, but that the padding may be anywhere; and

        Raises:
            ValueError: a sequence longer than max_len.
        """
        words, n = words_of(mask, x), x.shape[1]
        refuse(causal != self.causal, "causal", f"be {self.causal}, as the mixer was made", causal)
        refuse(return_weights, "return_weights", "be False: the mixture is the same for every text", return_weights)
        refuse(n > self.max_len, "x", f"be at most max_len = {self.max_len} long", f"{n} long")
        gate, mixed = F.gelu(self.w_1(x)).chunk(2, dim=-1)
        weight = self.weight[:n, :n].tril() if self.causal else self.weight[:n, :n]
        mixed = weight @ self.norm(mixed).masked_fill(~words[..., None], 0.0) + self.bias[:n, None]
        return self.w_2(gate * mixed)


def words_of(mask: Tensor | None, x: Tensor) -> Tensor:
    """Return (batch, len): which positions are words, by a padding mask of shape (batch, 1, len).

    Raises:
        ValueError: a mask that differs between queries, which only attention can follow.
    """
    if mask is None:
        return torch.ones(x.shape[:2], dtype=torch.bool, device=x.device)
    if mask.dtype != torch.bool or mask.shape not in ((len(x), 1, x.shape[1]), (1, 1, x.shape[1])):
        was = f"{mask.dtype} of shape {tuple(mask.shape)}"
        raise ValueError(f"mask must be a padding mask of shape {(len(x), 1, x.shape[1])}, but was {was}")
    return mask[:, 0].expand(x.shape[:2])


def refuse(condition: bool, name: str, wanted: str, was: object) -> None:
    """Raise a ValueError for the argument if the condition holds."""
    if condition:
        raise ValueError(f"{name} must {wanted}, but was {was}")
