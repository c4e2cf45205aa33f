"""The whole layer: project, split, attend, merge, project."""

import math
from collections.abc import Callable

import torch
from torch import Generator, Tensor

from grader.task import Case, Function, Mistake, Task

ONE, SEVERAL, BATCHES, MASKED = "one head", "several heads", "batches and dtypes", "with a mask"


def halves(shape: tuple[int, ...], generator: Generator, dtype: torch.dtype = torch.float32) -> Tensor:
    """Numbers from -1 to 1 in steps of a half: short to print, and their scores stay small."""
    return torch.randint(-2, 3, shape, generator=generator).to(dtype) / 2


def layer(
    batch: tuple[int, ...], length: int, widths: tuple[int, int, int], g: Generator, dtype: torch.dtype = torch.float32
) -> tuple[Tensor, ...]:
    """Draw x and the four matrices; widths are d_in, d_model, d_out."""
    d_in, d_model, d_out = widths
    x = halves((*batch, length, d_in), g, dtype)
    return x, *(halves((d_in, d_model), g, dtype) for _ in range(3)), halves((d_model, d_out), g, dtype)


def visible(shape: tuple[int, ...], g: Generator) -> Tensor:
    """A mask whose every row leaves at least one key, and whose first hides one."""
    order = torch.rand(shape, generator=g).argsort(-1)
    kept = torch.randint(1, shape[-1] + 1, (*shape[:-1], 1), generator=g)
    kept.view(-1)[0] = shape[-1] - 1
    return order < kept


def draw(g: Generator) -> list[Case]:
    """From one head, by way of several, to batches that are masked."""
    double = torch.float64
    cases = [
        Case((*layer((), 2, (3, 3, 3), g), 1), "2 words, all widths 3, 1 head", ONE),
        Case((*layer((), 3, (4, 4, 4), g), 1), "3 words, all widths 4, 1 head", ONE),
        Case((*layer((), 5, (3, 4, 2), g), 1), "5 words, d_in 3, d_model 4, d_out 2, 1 head", ONE),
        Case((*layer((), 2, (4, 4, 4), g), 2), "2 words, all widths 4, 2 heads", SEVERAL),
        Case((*layer((), 3, (6, 6, 6), g), 2), "3 words, all widths 6, 2 heads", SEVERAL),
        Case((*layer((), 3, (6, 6, 6), g), 3), "3 words, all widths 6, 3 heads", SEVERAL),
        Case((*layer((), 5, (3, 12, 7), g), 3), "5 words, d_in 3, d_model 12, d_out 7, 3 heads", SEVERAL),
        Case((*layer((2,), 3, (4, 6, 5), g), 3), "a batch of 2: 3 words, 3 heads", BATCHES),
        Case((*layer((3,), 5, (4, 8, 7), g), 2), "a batch of 3: 5 words, 2 heads", BATCHES),
        Case((*layer((2, 3), 5, (3, 8, 7), g), 4), "batch axes of 2 and 3: 5 words, 4 heads", BATCHES),
        Case((*layer((), 3, (4, 6, 5), g, double), 3), "3 words, 3 heads, in float64", BATCHES),
        Case((*layer((), 3, (4, 6, 5), g), 2, visible((3, 3), g)), "3 words, 2 heads, a mask", MASKED),
        Case((*layer((2,), 3, (4, 6, 5), g), 2, visible((3, 3), g)), "a batch of 2 that shares a mask", MASKED),
        Case((*layer((2,), 3, (4, 6, 5), g), 2, visible((2, 3, 3), g)), "a batch of 2, a mask for each", MASKED),
        Case((*layer((3,), 5, (4, 6, 5), g), 2, visible((3, 1, 5), g)), "a batch of 3, each with padding", MASKED),
        Case((*layer((2, 3), 5, (4, 8, 7), g), 4, visible((2, 3, 5, 5), g)), "batch axes of 2 and 3, masks", MASKED),
        Case((*layer((), 3, (4, 6, 5), g), 2, None), "3 words, 2 heads, mask=None", MASKED),
    ]
    return cases


def split(x: Tensor, n_heads: int) -> Tensor:
    return x.unflatten(-1, (n_heads, -1)).transpose(-3, -2)


def merge(x: Tensor) -> Tensor:
    return x.transpose(-3, -2).flatten(-2)


def split_by_reshape(x: Tensor, n_heads: int) -> Tensor:
    return x.reshape(*x.shape[:-2], n_heads, x.shape[-2], -1)


def merge_by_reshape(x: Tensor) -> Tensor:
    return x.reshape(*x.shape[:-3], x.shape[-2], -1)


def interleaved(x: Tensor, n_heads: int) -> Tensor:
    return x.unflatten(-1, (-1, n_heads)).movedim(-1, -3)


def shuffled(x: Tensor) -> Tensor:
    return x.movedim(-3, -1).flatten(-2)


def hidden(scores: Tensor, mask: Tensor | None) -> Tensor:
    return scores if mask is None else scores.masked_fill(~mask.unsqueeze(-3), -1e30)


def by_hand(
    *,
    cut: Callable[[Tensor, int], Tensor] = split,
    join: Callable[[Tensor], Tensor] = merge,
    scale: Callable[[Tensor, int], float] = lambda q, d_model: math.sqrt(q.shape[-1]),
    hide: Callable[[Tensor, Tensor | None], Tensor] = hidden,
    axis: int = -1,
    last: Callable[[Tensor, Tensor], Tensor] = lambda joined, w_o: joined @ w_o,
) -> Function:
    """The layer with its steps to be put wrong one by one."""

    def wrong(
        x: Tensor, w_q: Tensor, w_k: Tensor, w_v: Tensor, w_o: Tensor, n_heads: int, mask: Tensor | None = None
    ) -> Tensor:
        q, k, v = (cut(x @ w, n_heads) for w in (w_q, w_k, w_v))
        scores = q @ k.transpose(-2, -1) / scale(q, w_q.shape[-1])
        return last(join(hide(scores, mask).softmax(axis) @ v), w_o)

    return wrong


def with_matrices(change: Callable[..., tuple[Tensor, ...]], *, heads: Callable[[int], int] = lambda n: n) -> Function:
    """The right layer with other matrices, or another number of heads."""

    def wrong(
        x: Tensor, w_q: Tensor, w_k: Tensor, w_v: Tensor, w_o: Tensor, n_heads: int, mask: Tensor | None = None
    ) -> Tensor:
        return by_hand()(x, *change(w_q, w_k, w_v, w_o), heads(n_heads), mask)

    return wrong


def keys_as_values(
    x: Tensor, w_q: Tensor, w_k: Tensor, w_v: Tensor, w_o: Tensor, n_heads: int, mask: Tensor | None = None
) -> Tensor:
    return by_hand()(x, w_q, w_k, w_k, w_o, n_heads, mask)


def split_before_projecting(
    x: Tensor, w_q: Tensor, w_k: Tensor, w_v: Tensor, w_o: Tensor, n_heads: int, mask: Tensor | None = None
) -> Tensor:
    """Each head projects its own piece of x only."""
    d_in, d_model = x.shape[-1] // n_heads, w_q.shape[-1] // n_heads
    q, k, v = (
        torch.stack(
            [
                x[..., i * d_in : (i + 1) * d_in] @ w[i * d_in : (i + 1) * d_in, i * d_model : (i + 1) * d_model]
                for i in range(n_heads)
            ],
            -3,
        )
        for w in (w_q, w_k, w_v)
    )
    weights = hidden(q @ k.mT / math.sqrt(d_model), mask).softmax(-1)
    return merge(weights @ v) @ w_o


def one_mask_for_each_head(scores: Tensor, mask: Tensor | None) -> Tensor:
    return scores if mask is None else scores.masked_fill(~mask, -1e30)


SOLUTION = by_hand()

TASK = Task(
    name="multi_head_attention",
    title="Multi-head attention",
    function="my_multi_head_attention",
    parameters=("x", "w_q", "w_k", "w_v", "w_o", "n_heads", "mask=None"),
    parts={ONE: 1, SEVERAL: 4, BATCHES: 1, MASKED: 2},
    draw=draw,
    solution=SOLUTION,
    banned=("attention",),
    mistakes=(
        Mistake(
            "scaled by the width of the layer",
            "The scores are divided by sqrt(d_model). A score sums over one head's channels only, so its size goes "
            "with sqrt(d_model / n_heads).",
            (by_hand(scale=lambda q, d_model: math.sqrt(d_model)),),
        ),
        Mistake(
            "no scaling",
            "The softmax is taken of the raw dot products. Divide them by the root of a head's width first.",
            (by_hand(scale=lambda q, d_model: 1.0),),
        ),
        Mistake(
            "scaled without the root",
            "The scores are divided by a head's width itself. Divide by its square root.",
            (by_hand(scale=lambda q, d_model: q.shape[-1]),),
        ),
        Mistake(
            "heads split by a reshape alone",
            "With one head all is well; with several, numbers of one word get into another word's row. Splitting "
            "takes two steps: cut the last axis, then swap the heads with the words.",
            (by_hand(cut=split_by_reshape), by_hand(cut=split_by_reshape, join=merge_by_reshape)),
        ),
        Mistake(
            "heads merged by a reshape alone",
            "The heads are split rightly, but joined in the order in which they lie in memory: the words get mixed. "
            "Swap heads and words back before you join the last two axes.",
            (by_hand(join=merge_by_reshape),),
        ),
        Mistake(
            "heads merged in another order than split",
            "The channels come out in another order than they went in: all of head 0 belongs first, then all of "
            "head 1.",
            (by_hand(join=shuffled), by_hand(cut=interleaved)),
        ),
        Mistake(
            "neighbouring channels go to different heads",
            "Head 0 gets every n-th channel. It should get the first d_head, head 1 the next.",
            (by_hand(cut=interleaved, join=shuffled),),
        ),
        Mistake(
            "the heads are not used",
            "You attend once, over the full width, however many heads are asked for.",
            (with_matrices(lambda *w: w, heads=lambda n: 1),),
        ),
        Mistake(
            "W^O is missing",
            "You return the heads side by side. The last matrix, `w_o`, mixes what they found.",
            (by_hand(last=lambda joined, w_o: joined),),
        ),
        Mistake(
            "the matrices are transposed",
            "You multiply by transposed matrices, as `nn.Linear` stores them. Here they are meant as they stand: "
            "`x @ w_q`.",
            (
                with_matrices(lambda q, k, v, o: (q.T, k.T, v.T, o.T)),
                with_matrices(lambda q, k, v, o: (q, k, v, o.T)),
                with_matrices(lambda q, k, v, o: (q.T, k.T, v.T, o)),
            ),
        ),
        Mistake(
            "keys as values",
            "You average the keys. What is averaged are the values, `x @ w_v`.",
            (keys_as_values,),
        ),
        Mistake(
            "queries and keys exchanged",
            "You ask with the keys and look among the queries: a row of your weights belongs to a key.",
            (with_matrices(lambda q, k, v, o: (k, q, v, o)),),
        ),
        Mistake(
            "the words are split before they are projected",
            "Each head sees only its own piece of the *words*. Every head reads the whole word; it is the projected "
            "queries, keys and values that are cut.",
            (split_before_projecting,),
        ),
        Mistake(
            "softmax over the wrong axis",
            "Your weights do not add up to 1 over the keys, the last axis of the scores.",
            (by_hand(axis=-2), by_hand(axis=-3)),
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
            "A mask has no axis for the heads: it is the same for all of them. The scores do have one, just before "
            "the last two, and there the mask needs an axis of length 1.",
            (by_hand(hide=one_mask_for_each_head),),
        ),
        Mistake(
            "hidden by a score of zero",
            "You multiply the scores by the mask, so that a hidden key has a score of 0. That is an ordinary score. A "
            "hidden key's should be lower than any.",
            (by_hand(hide=lambda scores, mask: scores if mask is None else scores * mask.unsqueeze(-3)),),
        ),
    ),
)
