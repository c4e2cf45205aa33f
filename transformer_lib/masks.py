"""Attention masks: boolean tensors in which `True` means "this query may attend to this key".

Every mask broadcasts to (batch, q_len, k_len), so masks are joined with `&`: a key is visible
when all of them allow it.
"""

import functools

import torch
from jaxtyping import Bool, Int
from torch import Tensor


def causal_mask(
    q_len: int, k_len: int | None = None, *, device: torch.device | None = None
) -> Bool[Tensor, "q_len k_len"]:
    """Each position sees itself and what comes before it (Vaswani et al. 2017, section 3.2.3).

    The queries are the *last* `q_len` of the `k_len` positions, so that one mask serves a whole
    sequence (`k_len` left out) and its continuation from cached keys (`k_len > q_len`).

    Raises:
        ValueError: a length is negative, or there are more queries than keys.
    """
    k_len = q_len if k_len is None else k_len
    if q_len < 0:
        raise ValueError(f"q_len must not be negative, but was {q_len}")
    if k_len < q_len:
        raise ValueError(f"k_len must be at least q_len = {q_len} (queries are the last positions), but was {k_len}")
    return torch.ones(q_len, k_len, dtype=torch.bool, device=device).tril(k_len - q_len)


def padding_mask(lengths: Int[Tensor, " batch"], max_len: int | None = None) -> Bool[Tensor, "batch 1 k_len"]:
    """The first `lengths[b]` keys of sequence `b` are words; the rest is padding that nobody may attend to.

    The middle axis has length 1: every query of a sequence sees the same keys.

    Raises:
        ValueError: `lengths` is no integer vector, or a length lies outside 0..`max_len`.
    """
    if lengths.ndim != 1 or lengths.is_floating_point() or lengths.dtype == torch.bool:
        was = f"{lengths.dtype} of shape {tuple(lengths.shape)}"
        raise ValueError(f"lengths must be an integer tensor of shape (batch,), but was {was}")
    longest = int(lengths.max()) if lengths.numel() else 0
    max_len = longest if max_len is None else max_len
    if longest > max_len or (lengths.numel() and int(lengths.min()) < 0):
        raise ValueError(f"lengths must lie between 0 and max_len = {max_len}, but were {lengths.tolist()}")
    words = torch.arange(max_len, device=lengths.device) < lengths[:, None]
    return words[:, None, :]


def combine_masks(*masks: Bool[Tensor, "..."] | None) -> Bool[Tensor, "..."] | None:
    """What all of the given masks allow; `None` stands for a mask that allows everything.

    Raises:
        ValueError: a mask is not boolean, or the shapes do not broadcast.
    """
    given = [mask for mask in masks if mask is not None]
    for mask in given:
        check_is_boolean(mask)
    try:
        return functools.reduce(torch.logical_and, given) if given else None
    except RuntimeError:
        shapes = ", ".join(str(tuple(mask.shape)) for mask in given)
        raise ValueError(f"masks must broadcast to one (batch, q_len, k_len), but their shapes were {shapes}") from None


def check_is_boolean(mask: Tensor) -> None:
    """Refuse a mask of numbers: a 0 in it would mean "hide" to one reader and "add nothing" to another."""
    if mask.dtype != torch.bool:
        raise ValueError(
            f"mask must be boolean with True = may attend, but its dtype was {mask.dtype}. "
            "A mask of ones and zeros becomes one by mask.bool(); a mask of 0 and -inf by mask == 0"
        )
