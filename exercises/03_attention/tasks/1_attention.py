"""Scaled dot-product attention: what goes wrong on the way from two matrix products and a softmax to a masked batch."""

import math
from collections.abc import Callable

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task
from transformer_lib import attention

PLAIN, MASKED, LARGE, EMPTY = "no mask", "with a mask", "large scores", "nothing to attend to"


def halves(shape: tuple[int, ...], generator: Generator, dtype: torch.dtype = torch.float32) -> Tensor:
    """Numbers from -2 to 2 in steps of a half: exact in binary, and short to print."""
    return torch.randint(-4, 5, shape, generator=generator).to(dtype) / 2


def qkv(
    batch: tuple[int, ...],
    q_len: int,
    k_len: int,
    d_head: int,
    d_value: int,
    generator: Generator,
    dtype: torch.dtype = torch.float32,
) -> tuple[Tensor, Tensor, Tensor]:
    """Queries, keys and values; the keys' scores differ for the first query, so that the weights are not all alike."""
    while True:
        q, k, v = (
            halves((*batch, n, d), generator, dtype) for n, d in ((q_len, d_head), (k_len, d_head), (k_len, d_value))
        )
        scores = q @ k.transpose(-2, -1)
        weights = (scores / math.sqrt(d_head)).softmax(-1)
        telling = (scores.amax(-1) - scores.amin(-1)).amin() > 0.9 and weights.amax() < 0.97
        if k_len == 1 or (telling if not batch else scores.std() > 0.5):
            return q, k, v


def some_of_each(shape: tuple[int, ...], generator: Generator) -> Tensor:
    """A mask whose every row hides at least one key and leaves at least one."""
    order = torch.rand(shape, generator=generator).argsort(-1)
    visible = torch.randint(1, shape[-1], (*shape[:-1], 1), generator=generator)
    return order < visible


def draw_attention(generator: Generator) -> list[Case]:
    """From two numbers by hand to a batch of heads with an empty row."""
    g, double = generator, torch.float64
    cases = [
        Case(qkv((), 1, 2, 2, 1, g), "1 query, 2 keys", PLAIN),
        Case(qkv((), 2, 3, 2, 3, g), "2 queries, 3 keys", PLAIN),
        Case(qkv((), 3, 3, 3, 3, g), "3 queries, 3 keys, every vector of length 3", PLAIN),
        Case(qkv((2,), 1, 3, 2, 1, g), "a batch of 2: 1 query, 3 keys", PLAIN),
        Case(qkv((2,), 3, 5, 7, 2, g), "a batch of 2: 3 queries, 5 keys", PLAIN),
        Case(qkv((5,), 5, 5, 6, 6, g), "a batch of 5: 5 queries, 5 keys", PLAIN),
        Case(qkv((2, 3), 5, 7, 11, 13, g), "a batch of 2 with 3 heads: 5 queries, 7 keys", PLAIN),
        Case(qkv((), 2, 3, 5, 2, g, double), "2 queries, 3 keys, in float64", PLAIN),
    ]
    masks: list[tuple[tuple[int, ...], int, int, tuple[int, ...], str]] = [
        ((), 1, 2, (1, 2), "1 query, 2 keys, one of them hidden"),
        ((), 2, 3, (2, 3), "2 queries, 3 keys, a mask"),
        ((2,), 2, 2, (2, 1, 2), "a batch of 2, each with its own hidden key"),
        ((2,), 3, 5, (3, 5), "a batch of 2 that shares one mask"),
        ((2,), 3, 5, (2, 1, 5), "a batch of 2, each with its own hidden keys"),
        ((2, 3), 5, 7, (2, 1, 5, 7), "a batch of 2 with 3 heads that share their masks"),
    ]
    for batch, q_len, k_len, mask_shape, what in masks:
        mask = some_of_each(mask_shape, g)
        cases.append(
            Case((*qkv(batch, q_len, k_len, 2 * len(batch) + (3 if q_len > 2 else 1), 3, g), mask), what, MASKED)
        )
    cases.append(Case((*qkv((), 2, 3, 5, 2, g), None), "2 queries, 3 keys, mask=None", MASKED))
    cases += [
        Case(large(1, 1, 2, g), "1 query, 2 keys, scores near 900", LARGE),
        Case(large(2, 16, 3, g), "2 queries, 3 keys, scores near 900 and near -900", LARGE),
    ]
    for batch, q_len, k_len, mask_shape, what in [
        ((), 1, 2, (1, 2), "1 query, 2 keys, both hidden"),
        ((), 2, 2, (2, 2), "2 queries, 2 keys, both hidden from the first query"),
        ((2,), 2, 5, (2, 1, 5), "a batch of 2, the first all padding"),
        ((2, 3), 3, 5, (3, 5), "a batch of 2 with 3 heads, the first query sees nothing"),
    ]:
        mask = some_of_each(mask_shape, g)
        mask[0] = False
        cases.append(Case((*qkv(batch, q_len, k_len, 3, 2, g), mask), what, EMPTY))
    return cases


def large(q_len: int, d_head: int, k_len: int, g: Generator) -> tuple[Tensor, Tensor, Tensor]:
    """Scores, after the scaling, far beyond what exp can take; neighbouring ones differ by about 1."""
    side = 30.0 / d_head**0.25
    q = torch.full((q_len, d_head), side)
    q[1:] = -side
    k = torch.full((k_len, d_head), side)
    steps = torch.randperm(4, generator=g)[:k_len]
    k[:, 0] -= steps / side * math.sqrt(d_head) * 0.75
    return q, k, halves((k_len, 2), g)


def by_hand(
    scale: Callable[[Tensor, Tensor, Tensor], float] = lambda q, k, v: math.sqrt(q.shape[-1]),
    *,
    axis: int = -1,
    fill: float = -1e30,
    empty: Callable[[Tensor, Tensor], Tensor] = lambda weights, mask: weights.masked_fill(~mask, 0.0),
) -> Callable[..., Tensor]:
    """Attention with its steps to be put wrong one by one."""

    def wrong_attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
        scores = q @ k.transpose(-2, -1) / scale(q, k, v)
        if mask is not None:
            scores = scores.masked_fill(~mask, fill)
        weights = scores.softmax(axis)
        if mask is not None:
            weights = empty(weights, mask)
        return weights @ v

    return wrong_attention


def scores_of(q: Tensor, k: Tensor) -> Tensor:
    return q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])


def mask_ignored(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    return attention(q, k, v)[0]


def mask_inverted(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    return attention(q, k, v, None if mask is None else ~mask)[0]


def indexed_by(hidden: Callable[[Tensor], Tensor]) -> Callable[..., Tensor]:
    def wrong_attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
        scores = scores_of(q, k)
        if mask is not None:
            scores[hidden(mask)] = -1e30
        return scores.softmax(-1) @ v

    return wrong_attention


def if_mask(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    return attention(q, k, v, mask if mask else None)[0]


def mask_after_softmax(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    weights = scores_of(q, k).softmax(-1)
    return (weights if mask is None else weights * mask) @ v


def mask_added(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = scores_of(q, k)
    return (scores if mask is None else scores + mask).softmax(-1) @ v


def exp_overflow(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    parts = scores_of(q, k).exp()
    if mask is not None:
        parts = parts * mask
    total = parts.sum(-1, keepdim=True)
    weights = parts / total
    return (weights if mask is None else weights.masked_fill(total == 0, 0.0)) @ v


def exp_overflow_and_nan(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    parts = scores_of(q, k).exp()
    if mask is not None:
        parts = parts * mask
    return parts / parts.sum(-1, keepdim=True) @ v


def scaled_after_softmax(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    return attention(q * math.sqrt(q.shape[-1]), k, v, mask)[0] / math.sqrt(q.shape[-1])


def no_softmax(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = scores_of(q, k)
    return (scores if mask is None else scores.masked_fill(~mask, 0.0)) @ v


def divided_by_sum(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = scores_of(q, k)
    scores = scores if mask is None else scores.masked_fill(~mask, 0.0)
    return scores / scores.sum(-1, keepdim=True) @ v


def log_weights(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = scores_of(q, k)
    return (scores if mask is None else scores.masked_fill(~mask, float("-inf"))).log_softmax(-1) @ v


def hard_attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = scores_of(q, k)
    scores = scores if mask is None else scores.masked_fill(~mask, float("-inf"))
    return torch.nn.functional.one_hot(scores.argmax(-1), k.shape[-2]).to(v.dtype) @ v


def weights_returned(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    return attention(q, k, v, mask)[1]


def keys_averaged(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    return attention(q, k, k, mask)[0]


def queries_and_keys_swapped(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = scores_of(k, q)
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    return scores.softmax(-1) @ v


def not_transposed(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    return (q @ k / math.sqrt(q.shape[-1])).softmax(-1) @ v


def all_axes_transposed(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = q @ k.T / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    return scores.softmax(-1) @ v


def first_axes_transposed(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = q @ k.transpose(0, 1) / math.sqrt(q.shape[-1])
    return scores.softmax(-1) @ v


def elementwise(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    return (q * k / math.sqrt(q.shape[-1])).softmax(-1) * v


def always_float32(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    return attention(q.float(), k.float(), v.float(), mask)[0]


def uniform_when_empty(weights: Tensor, mask: Tensor) -> Tensor:
    return weights


def nan_when_empty(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    return by_hand(fill=float("-inf"), empty=uniform_when_empty)(q, k, v, mask)


def d_head(q: Tensor, k: Tensor, v: Tensor) -> float:
    return q.shape[-1]


def n_keys(q: Tensor, k: Tensor, v: Tensor) -> float:
    return k.shape[-2]


TASK = Task(
    name="attention",
    title="Scaled dot-product attention",
    function="my_attention",
    parameters=("q", "k", "v", "mask=None"),
    parts={PLAIN: 4, MASKED: 3, LARGE: 1, EMPTY: 2},
    draw=draw_attention,
    solution=lambda q, k, v, mask=None: attention(q, k, v, mask)[0],
    banned=("attention",),
    mistakes=(
        Mistake(
            "no scaling",
            "The softmax is taken of the raw dot products. They grow with the length of the vectors: divide them "
            "by sqrt(d_head) first.",
            (by_hand(lambda q, k, v: 1.0),),
        ),
        Mistake(
            "scaling by d_head",
            "The scores are divided by d_head itself. The spread of a sum of d_head terms grows only like its "
            "square root.",
            (by_hand(d_head),),
        ),
        Mistake(
            "scaling by the number of keys",
            "The scores are divided by how many keys there are. How large a dot product gets depends on how long "
            "the vectors are, not on how many of them there are.",
            (by_hand(n_keys),),
        ),
        Mistake(
            "scaling by the root of the number of keys",
            "A square root is right, but of another number: count the entries of one key (`k.shape[-1]`), not the "
            "keys.",
            (by_hand(lambda q, k, v: math.sqrt(k.shape[-2])),),
        ),
        Mistake(
            "scaling by the root of the number of queries",
            "A square root is right, but of another number: count the entries of one query (`q.shape[-1]`), not "
            "the queries.",
            (by_hand(lambda q, k, v: math.sqrt(q.shape[-2])),),
        ),
        Mistake(
            "scaling by the number of queries",
            "The scores are divided by how many queries there are. How large a dot product gets depends on how "
            "long the vectors are.",
            (by_hand(lambda q, k, v: q.shape[-2]),),
        ),
        Mistake(
            "the length of the vectors is taken from the front",
            "The scale comes from the first or second axis (`len`, `shape[0]` or `shape[1]`). With a batch in front "
            "these are something else. The entries of a vector are always the last axis: `shape[-1]`.",
            (
                by_hand(lambda q, k, v: len(q)),
                by_hand(lambda q, k, v: math.sqrt(len(q))),
                by_hand(lambda q, k, v: len(k)),
                by_hand(lambda q, k, v: math.sqrt(len(k))),
                by_hand(lambda q, k, v: q.shape[1]),
                by_hand(lambda q, k, v: math.sqrt(q.shape[1])),
                by_hand(lambda q, k, v: k.shape[1]),
                by_hand(lambda q, k, v: math.sqrt(k.shape[1])),
            ),
        ),
        Mistake(
            "scaling by a fixed number",
            "You divide by the same number, however long the vectors are. Read their length from `q.shape`.",
            (by_hand(lambda q, k, v: math.sqrt(2)), by_hand(lambda q, k, v: 2.0), by_hand(lambda q, k, v: 8.0)),
        ),
        Mistake(
            "torch.sqrt of a plain number",
            "`torch.sqrt` takes tensors, and a length is a plain number: `math.sqrt(...)`, or `(...) ** 0.5`.",
            (by_hand(lambda q, k, v: torch.sqrt(q.shape[-1])),),
        ),
        Mistake(
            "scaling by the length of the values",
            "A square root is right, but of another number. The dot product is between a query and a key; the "
            "values may be longer or shorter.",
            (by_hand(lambda q, k, v: math.sqrt(v.shape[-1])),),
        ),
        Mistake(
            "multiplying by sqrt(d_head)",
            "The scaling goes the wrong way: it should make the scores smaller, so divide.",
            (by_hand(lambda q, k, v: 1 / math.sqrt(q.shape[-1])),),
        ),
        Mistake(
            "scaling after the softmax",
            "The division comes too late. The weights should add up to 1 for each query, and dividing them "
            "afterwards breaks that: scale the scores, then take the softmax.",
            (scaled_after_softmax,),
        ),
        Mistake(
            "softmax over the queries",
            "Each column of your weights adds up to 1. It is each *row* that should: one query shares its "
            "attention out among the keys. Which axis of the scores counts the keys?",
            (by_hand(axis=-2),),
        ),
        Mistake(
            "softmax over the first axis",
            "The softmax goes over axis 0. Without a batch these are the queries, with one it is the batch. Count "
            "from the end: which axis counts the keys, however many stand in front?",
            (by_hand(axis=0),),
        ),
        Mistake(
            "softmax over axis 1",
            "The softmax goes over axis 1. Those are the keys only as long as there is no batch in front. Count "
            "axes from the end instead.",
            (by_hand(axis=1),),
        ),
        Mistake(
            "no softmax",
            "The scores themselves are used as weights. They can be negative, and they do not add up to 1.",
            (no_softmax,),
        ),
        Mistake(
            "divided by the sum instead of a softmax",
            "The scores are divided by their sum. Scores can be negative, so that gives no shares: exp comes first.",
            (divided_by_sum,),
        ),
        Mistake(
            "log-softmax for softmax",
            "The weights are logarithms (all of them negative). The values want the probabilities themselves.",
            (log_weights,),
        ),
        Mistake(
            "only the best key counts",
            "The best key gets all the attention. The softmax shares it out: a mixture, in which every visible "
            "key has a part.",
            (hard_attention,),
        ),
        Mistake(
            "the weights are returned",
            "That is how much each query attends to each key. One step is missing: the mixture of the values in "
            "these shares.",
            (weights_returned,),
        ),
        Mistake(
            "the keys are averaged, not the values",
            "The weights are right, but what they mix is the keys. Keys are for finding, values for handing over.",
            (keys_averaged,),
        ),
        Mistake(
            "queries and keys swapped",
            "Each key looks for queries here. Scores should have one row for each query and one column for each key.",
            (queries_and_keys_swapped, lambda q, k, v, mask=None: scores_of(k, q).softmax(-1) @ v),
        ),
        Mistake(
            "the keys are not transposed",
            "`q @ k` multiplies along the wrong axes. A score is the dot product of a query (a row of q) with a "
            "key (a row of k), so k has to be turned first.",
            (not_transposed,),
        ),
        Mistake(
            "k.T with a batch",
            "`k.T` turns all the axes round, the batch too. It works while there are only two. Swap just the last "
            "two: `k.transpose(-2, -1)`.",
            (all_axes_transposed,),
        ),
        Mistake(
            "the first two axes are swapped",
            "`transpose(0, 1)` means the last two axes only while there is no batch. Count from the end: "
            "`transpose(-2, -1)`.",
            (first_axes_transposed,),
        ),
        Mistake(
            "* where @ is meant",
            "`*` multiplies number by number. Dot products, and mixtures, are matrix products: `@`.",
            (elementwise,),
        ),
        Mistake(
            "everything turned into float32",
            "The inputs are float64 and the answer is float32. Let the inputs decide the dtype.",
            (always_float32,),
        ),
        Mistake(
            "`if mask` for `if mask is not None`",
            "A mask of several entries is neither true nor false as a whole, so `if mask` cannot ask whether there "
            "is one. `if mask is not None` can.",
            (if_mask,),
        ),
        Mistake(
            "a mask as an index",
            "`scores[~mask] = ...` works only if the mask has the very shape of the scores. A mask may be smaller and "
            "be shared by the batch or the queries: `masked_fill` and `torch.where` broadcast it.",
            (indexed_by(lambda mask: ~mask),),
        ),
        Mistake(
            "mask ignored",
            "The answer is the same as without a mask. Each query may attend only to the keys where its row of "
            "the mask is True.",
            (mask_ignored,),
        ),
        Mistake(
            "mask inverted",
            "Your queries attend to exactly what they should not see. In this book True means *may attend*.",
            (mask_inverted, indexed_by(lambda mask: mask)),
        ),
        Mistake(
            "mask after the softmax",
            "The hidden keys do get no weight, but the softmax had already given them a share, so the rest no "
            "longer adds up to 1. Hide them before the softmax.",
            (mask_after_softmax,),
        ),
        Mistake(
            "hidden scores set to 0",
            "A score of 0 is not 'no attention': exp(0) = 1, so a hidden key still gets a share. Which score has "
            "exp(score) = 0?",
            (
                by_hand(fill=0.0, empty=uniform_when_empty),
                by_hand(fill=0.0, empty=lambda w, m: w * m.any(-1, keepdim=True)),
            ),
        ),
        Mistake(
            "mask added to the scores",
            "Adding the mask gives each visible key a score 1 higher. That is a nudge; a hidden key must get "
            "nothing at all.",
            (mask_added,),
        ),
        Mistake(
            "overflow of exp",
            "exp of a score of 90 no longer fits into a float32. Subtract each row's largest score first: the "
            "weights stay the same. (`softmax` does that for you.)",
            (exp_overflow, exp_overflow_and_nan),
        ),
        Mistake(
            "NaN where a query may attend to nothing",
            "A softmax over nothing but -inf is 0/0. A query that may attend to nothing should get zeros.",
            (nan_when_empty,),
        ),
        Mistake(
            "an average where a query may attend to nothing",
            "All scores of that query are equally small, and a softmax of equal scores shares out evenly: it "
            "averages just the values it must not see. It should get zeros.",
            (by_hand(empty=uniform_when_empty),),
        ),
    ),
)
