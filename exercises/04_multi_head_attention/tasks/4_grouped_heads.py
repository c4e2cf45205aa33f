"""Heads that share keys and values (Ainslie et al. 2023): fewer keys to keep, as many questions to ask."""

import math
from collections.abc import Callable

import torch
from torch import Generator, Tensor

from grader.task import Case, Function, Mistake, Task

PLAIN, ALL, GROUPS, MASKED = "a group for each head", "one group for all", "several groups", "batches and masks"


def halves(shape: tuple[int, ...], generator: Generator) -> Tensor:
    """Numbers from -1 to 1 in steps of a half."""
    return torch.randint(-2, 3, shape, generator=generator).float() / 2


def layer(batch: tuple[int, ...], length: int, d_head: int, n_heads: int, n_groups: int, g: Generator) -> tuple:
    """Draw x of width 4, the four matrices, and the two numbers."""
    x = halves((*batch, length, 4), g)
    w_q, w_o = halves((4, n_heads * d_head), g), halves((n_heads * d_head, 5), g)
    w_k, w_v = (halves((4, n_groups * d_head), g) for _ in range(2))
    return x, w_q, w_k, w_v, w_o, n_heads, n_groups


def visible(shape: tuple[int, ...], g: Generator) -> Tensor:
    """A mask whose every row leaves at least one key, and whose first hides one."""
    order = torch.rand(shape, generator=g).argsort(-1)
    kept = torch.randint(1, shape[-1] + 1, (*shape[:-1], 1), generator=g)
    kept.view(-1)[0] = shape[-1] - 1
    return order < kept


def draw(g: Generator) -> list[Case]:
    """As many groups as heads, then one, then some, then masked batches."""
    return [
        Case(layer((), 2, 2, 2, 2, g), "2 words, 2 heads, 2 groups", PLAIN),
        Case(layer((), 5, 2, 3, 3, g), "5 words, 3 heads, 3 groups", PLAIN),
        Case(layer((), 2, 3, 2, 1, g), "2 words, 2 heads, 1 group", ALL),
        Case(layer((), 5, 2, 3, 1, g), "5 words, 3 heads, 1 group", ALL),
        Case(layer((), 3, 2, 4, 2, g), "3 words, 4 heads, 2 groups", GROUPS),
        Case(layer((), 3, 3, 6, 3, g), "3 words, 6 heads, 3 groups", GROUPS),
        Case(layer((), 5, 3, 6, 2, g), "5 words, 6 heads, 2 groups", GROUPS),
        Case(layer((3,), 5, 2, 4, 2, g), "a batch of 3: 5 words, 4 heads, 2 groups", MASKED),
        Case((*layer((), 3, 2, 4, 2, g), visible((3, 3), g)), "3 words, 4 heads, 2 groups, a mask", MASKED),
        Case((*layer((3,), 5, 2, 4, 2, g), visible((3, 1, 5), g)), "a batch of 3, each with padding", MASKED),
        Case((*layer((2, 3), 5, 2, 6, 3, g), visible((2, 3, 5, 5), g)), "batch axes of 2 and 3, masks", MASKED),
        Case((*layer((), 3, 2, 4, 2, g), None), "3 words, 4 heads, 2 groups, mask=None", MASKED),
    ]


def split(x: Tensor, n_heads: int) -> Tensor:
    return x.unflatten(-1, (n_heads, -1)).transpose(-3, -2)


def merge(x: Tensor) -> Tensor:
    return x.transpose(-3, -2).flatten(-2)


def in_blocks(k: Tensor, n_heads: int) -> Tensor:
    """Heads 0, 1, ... of a group stand side by side."""
    return k.repeat_interleave(n_heads // k.shape[-3], -3)


def in_turns(k: Tensor, n_heads: int) -> Tensor:
    return torch.cat([k] * (n_heads // k.shape[-3]), -3)


def hidden(scores: Tensor, mask: Tensor | None) -> Tensor:
    return scores if mask is None else scores.masked_fill(~mask.unsqueeze(-3), -1e30)


def by_hand(
    *,
    share_k: Callable[[Tensor, int], Tensor] = in_blocks,
    share_v: Callable[[Tensor, int], Tensor] = in_blocks,
    cut: Callable[[Tensor, int], Tensor] = split,
    join: Callable[[Tensor], Tensor] = merge,
    scale: Callable[[Tensor, int, int], float] = lambda q, n_heads, n_groups: math.sqrt(q.shape[-1]),
    hide: Callable[[Tensor, Tensor | None], Tensor] = hidden,
    axis: int = -1,
    last: Callable[[Tensor, Tensor], Tensor] = lambda joined, w_o: joined @ w_o,
) -> Function:
    """Grouped heads with their steps to be put wrong one by one."""

    def wrong(
        x: Tensor,
        w_q: Tensor,
        w_k: Tensor,
        w_v: Tensor,
        w_o: Tensor,
        n_heads: int,
        n_groups: int,
        mask: Tensor | None = None,
    ) -> Tensor:
        q, k, v = cut(x @ w_q, n_heads), cut(x @ w_k, n_groups), cut(x @ w_v, n_groups)
        k, v = share_k(k, n_heads), share_v(v, n_heads)
        scores = q @ k.transpose(-2, -1) / scale(q, n_heads, n_groups)
        return last(join(hide(scores, mask).softmax(axis) @ v), w_o)

    return wrong


def keys_split_into_heads(
    x: Tensor,
    w_q: Tensor,
    w_k: Tensor,
    w_v: Tensor,
    w_o: Tensor,
    n_heads: int,
    n_groups: int,
    mask: Tensor | None = None,
) -> Tensor:
    q, k, v = (split(x @ w, n_heads) for w in (w_q, w_k, w_v))
    return merge(hidden(q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1]), mask).softmax(-1) @ v) @ w_o


def broadcast(k: Tensor, n_heads: int) -> Tensor:
    """Nothing is done about the groups: broadcasting must see to it."""
    return k


def first_group(k: Tensor, n_heads: int) -> Tensor:
    return k[..., :1, :, :].expand(*k.shape[:-3], n_heads, *k.shape[-2:])


def mean_group(k: Tensor, n_heads: int) -> Tensor:
    return k.mean(-3, keepdim=True).expand(*k.shape[:-3], n_heads, *k.shape[-2:])


def reversed_groups(k: Tensor, n_heads: int) -> Tensor:
    return in_blocks(k.flip(-3), n_heads)


def by_reshape(x: Tensor, n_heads: int) -> Tensor:
    return x.reshape(*x.shape[:-2], n_heads, x.shape[-2], -1)


def merge_by_reshape(x: Tensor) -> Tensor:
    return x.reshape(*x.shape[:-3], x.shape[-2], -1)


TASK = Task(
    name="grouped_heads",
    title="Heads that share keys and values",
    function="my_grouped_heads",
    parameters=("x", "w_q", "w_k", "w_v", "w_o", "n_heads", "n_groups", "mask=None"),
    parts={PLAIN: 1, ALL: 2, GROUPS: 5, MASKED: 2},
    draw=draw,
    solution=by_hand(),
    banned=("attention",),
    mistakes=(
        Mistake(
            "groups handed out in turns",
            "You deal the groups out like cards: head 0 gets group 0, head 1 group 1, and so on, round and round. "
            "Heads of one group should be neighbours: with 4 heads and 2 groups, heads 0 and 1 share group 0.",
            (by_hand(share_k=in_turns, share_v=in_turns),),
        ),
        Mistake(
            "keys in blocks and values in turns",
            "A head looks with one group's keys and takes another group's values. Repeat both in the same way.",
            (by_hand(share_v=in_turns), by_hand(share_k=in_turns)),
        ),
        Mistake(
            "groups are left to broadcasting",
            "That works with one group, or with as many as there are heads. Otherwise the axes of heads and of groups "
            "have different lengths, and PyTorch cannot know which head belongs to which group.",
            (by_hand(share_k=broadcast, share_v=broadcast),),
        ),
        Mistake(
            "keys and values split into n_heads",
            "`w_k` and `w_v` make n_groups heads, so that is into how many their result is split.",
            (keys_split_into_heads,),
        ),
        Mistake(
            "every head uses the first group",
            "All heads get the keys and values of group 0, whatever the number of groups.",
            (by_hand(share_k=first_group, share_v=first_group),),
        ),
        Mistake(
            "the groups are averaged",
            "You average over the groups, so that all heads see the same. Each group of heads keeps keys and values "
            "of its own.",
            (by_hand(share_k=mean_group, share_v=mean_group),),
        ),
        Mistake(
            "the groups are in reverse order",
            "The first heads get the last group.",
            (by_hand(share_k=reversed_groups, share_v=reversed_groups),),
        ),
        Mistake(
            "scaled by another width",
            "The scores are divided by the root of the full width, or of the groups' full width. A score sums over "
            "one head's channels.",
            (
                by_hand(scale=lambda q, n_heads, n_groups: math.sqrt(q.shape[-1] * n_heads)),
                by_hand(scale=lambda q, n_heads, n_groups: math.sqrt(q.shape[-1] * n_groups)),
            ),
        ),
        Mistake(
            "no scaling",
            "The softmax is taken of the raw dot products. Divide them by the root of a head's width first.",
            (by_hand(scale=lambda q, n_heads, n_groups: 1.0),),
        ),
        Mistake(
            "heads split or merged by a reshape alone",
            "Numbers of one word get into another word's row. Cut the last axis, then swap heads and words; and the "
            "same backwards when you merge.",
            (
                by_hand(cut=by_reshape),
                by_hand(cut=by_reshape, join=merge_by_reshape),
                by_hand(join=merge_by_reshape),
            ),
        ),
        Mistake(
            "softmax over the wrong axis",
            "Your weights do not add up to 1 over the keys, the last axis of the scores.",
            (by_hand(axis=-2), by_hand(axis=-3)),
        ),
        Mistake(
            "W^O is missing",
            "You return the heads side by side. The last matrix, `w_o`, mixes what they found.",
            (by_hand(last=lambda joined, w_o: joined),),
        ),
        Mistake(
            "the mask is ignored",
            "Your answer is the same with a mask as without one.",
            (by_hand(hide=lambda scores, mask: scores),),
        ),
        Mistake(
            "the mask is inverted",
            "You hide what may be seen. True means: may attend.",
            (by_hand(hide=lambda scores, mask: hidden(scores, None if mask is None else ~mask)),),
        ),
        Mistake(
            "the mask's first axis meets the heads",
            "A mask has no axis for the heads. The scores do, just before the last two; give the mask one of length 1 "
            "there.",
            (by_hand(hide=lambda scores, mask: scores if mask is None else scores.masked_fill(~mask, -1e30)),),
        ),
    ),
)
