"""Scaled dot-product attention: what goes wrong on the way from two matrix products and a softmax to a masked batch."""

import math
from collections.abc import Callable

import torch
from torch import Generator, Tensor

from grader.task import Case, Function, Mistake, Task
from transformer_lib import attention

ONE, BATCHES, MASKED, LARGE, EMPTY = (
    "one example",
    "batches and dtypes",
    "with a mask",
    "large scores",
    "nothing to attend to",
)


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
        Case(qkv((), 1, 3, 2, 1, g), "1 query, 3 keys", ONE),
        Case(qkv((), 2, 3, 4, 5, g), "2 queries, 3 keys", ONE),
        Case(qkv((), 3, 3, 3, 3, g), "3 queries, 3 keys, every vector of length 3", ONE),
        Case(qkv((2,), 1, 3, 2, 1, g), "a batch of 2: 1 query, 3 keys", BATCHES),
        Case(qkv((2,), 3, 5, 7, 2, g), "a batch of 2: 3 queries, 5 keys", BATCHES),
        Case(qkv((5,), 5, 5, 6, 6, g), "a batch of 5: 5 queries, 5 keys", BATCHES),
        Case(qkv((2, 3), 5, 7, 11, 13, g), "a batch of 2 with 3 heads: 5 queries, 7 keys", BATCHES),
        Case(qkv((), 2, 3, 5, 2, g, double), "2 queries, 3 keys, in float64", BATCHES),
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
        Case(large(2, 4, 3, g), "2 queries, 3 keys, scores near 900 and near -900", LARGE),
        Case(hidden_wins(150, 0, g), "1 query, 2 keys, scores 150 and 0, the 150 hidden", LARGE),
        Case(hidden_wins(900, -900, g), "1 query, 2 keys, scores 900 and -900, the 900 hidden", LARGE),
        Case(hidden_wins(-600, -1200, g), "1 query, 2 keys, scores -600 and -1200, the -600 hidden", LARGE),
        Case(hidden_wins(-15_000, -20_000, g), "1 query, 2 keys, scores -15,000 and -20,000, the first hidden", LARGE),
        Case(hidden_wins(1e6, -1e6, g), "1 query, 2 keys, scores of a million and minus a million", LARGE),
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
    """Scores of 896 and a little less (after the scaling), far beyond what exp can take; short to print."""
    root = math.sqrt(d_head)
    q = torch.full((q_len, d_head), 16.0)
    q[1:] = -16.0
    k = torch.full((k_len, d_head), 56.0 / root)
    k[:, 0] -= torch.randperm(4, generator=g)[:k_len] * root / 16
    return q, k, 1 + torch.randperm(8, generator=g)[: 2 * k_len].reshape(k_len, 2) / 2


def hidden_wins(hidden: float, visible: float, g: Generator) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Two keys with these scores: the better one is hidden, so all the weight belongs to the other."""
    order = torch.randperm(2, generator=g)
    side = 1000.0 if abs(visible) > 1e5 else 30.0 if abs(visible) < 1e4 else 100.0
    k = torch.tensor([[hidden / side], [visible / side]])[order]
    v = 1 + torch.randperm(4, generator=g)[:2, None] / 2
    return torch.tensor([[side]]), k, v, torch.tensor([[False, True]])[:, order]


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


def in_float(fill: float, factor: float) -> Callable[..., Tensor]:
    """The mask inverted, multiplied and added."""

    def wrong_attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
        scores = scores_of(q, k)
        if mask is None:
            return scores.softmax(-1) @ v
        return (scores + (~mask) * fill).softmax(-1) * mask.to(v.dtype) ** factor @ v

    return wrong_attention


def guards(weights: Tensor, total: Tensor) -> dict[str, Tensor]:
    """How weights are divided by their sum, and what is done about 0/0."""
    return {
        "none": weights / total,
        "zero": (weights / total).masked_fill(total == 0, 0.0),
        "nan_to_num": (weights / total).nan_to_num(),
        "epsilon": weights / (total + 1e-9),
    }


def exponentials(shift: Callable[[Tensor], Tensor | float], guard: str, *, late: bool) -> Callable[..., Tensor]:
    """A softmax by hand: exp(scores - shift) over its sum; late: the mask comes after the exp."""

    def wrong_attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
        scores = scores_of(q, k)
        if mask is not None and not late:
            scores = scores.masked_fill(~mask, -math.inf)
        parts = (scores - shift(scores)).exp()
        if mask is not None and late:
            parts = parts * mask
        return guards(parts, parts.sum(-1, keepdim=True))[guard] @ v

    return wrong_attention


def by_each(guards: tuple[str, ...], shift: Callable[[Tensor], Tensor | float], *late: bool) -> tuple[Function, ...]:
    return tuple(exponentials(shift, guard, late=when) for when in late for guard in guards)


def row_max(scores: Tensor) -> Tensor:
    return scores.amax(-1, keepdim=True)


def summed_wrongly(
    total: Callable[[Tensor], Tensor], shift: Callable[[Tensor], Tensor | float]
) -> Callable[..., Tensor]:
    def wrong_attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
        scores = scores_of(q, k)
        parts = (scores - shift(scores)).exp()
        return parts / total(parts) @ v

    return wrong_attention


def low_in_the_weights(fill: float) -> Callable[..., Tensor]:
    return by_hand(fill=fill, empty=lambda weights, mask: weights.masked_fill(~mask, fill))


def low_in_the_weights_only(fill: float) -> Callable[..., Tensor]:
    def wrong_attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
        weights = scores_of(q, k).softmax(-1)
        return (weights if mask is None else weights.masked_fill(~mask, fill)) @ v

    return wrong_attention


def empty_rows_by_index(of_out: bool) -> Callable[..., Tensor]:
    def wrong_attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
        scores = scores_of(q, k)
        weights = (scores if mask is None else scores.masked_fill(~mask, -math.inf)).softmax(-1)
        out = weights @ v
        if mask is not None and of_out:
            out[~mask.any(-1)] = 0
        elif mask is not None:
            weights[~mask.any(-1)] = 0
        return out

    return wrong_attention


def one_minus(inverted: Callable[[Tensor], Tensor]) -> Callable[..., Tensor]:
    """Arithmetic on a boolean mask, which PyTorch refuses."""

    def wrong_attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
        scores = scores_of(q, k)
        return (scores if mask is None else scores.masked_fill(inverted(mask), -1e30)).softmax(-1) @ v

    return wrong_attention


def no_dim(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = scores_of(q, k)
    scores = scores if mask is None else scores.masked_fill(~mask, -1e30)
    return torch.nn.functional.softmax(scores) @ v


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


def plainly(
    scores: Callable[[Tensor, Tensor], Tensor] = scores_of,
    mix: Callable[[Tensor, Tensor], Tensor] = lambda weights, v: weights @ v,
) -> Callable[..., Tensor]:
    """Wrong before there is any mask, so that what is done with one does not matter."""
    return lambda q, k, v, mask=None: mix(scores(q, k).softmax(-1), v)


def all_axes_transposed(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = q @ k.T / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    return scores.softmax(-1) @ v


def always_float32(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    return attention(q.float(), k.float(), v.float(), mask)[0]


def uniform_when_empty(weights: Tensor, mask: Tensor) -> Tensor:
    return weights


def zero_when_hidden(weights: Tensor, mask: Tensor) -> Tensor:
    return weights.masked_fill(~mask, 0.0)


FILLS = (-10.0, -100.0, -1e3, -1e4, -1e5, -1e6)  # people's idea of minus infinity


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
    parts={ONE: 2, BATCHES: 2, MASKED: 3, LARGE: 1, EMPTY: 2},
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
            (by_hand(d_head), by_hand(lambda q, k, v: q.shape[1]), by_hand(lambda q, k, v: k.shape[1])),
        ),
        Mistake(
            "scaling by the number of keys",
            "The scores are divided by how many keys there are. How large a dot product gets depends on how long "
            "the vectors are, not on how many of them there are. (`k.shape[0]` and `len(k)` count the keys, or the "
            "batch: the length of a vector is `shape[-1]`.)",
            (by_hand(n_keys), by_hand(lambda q, k, v: len(k))),
        ),
        Mistake(
            "scaling by the root of the number of keys",
            "A square root is right, but of another number: `shape[-2]` counts the keys, and `shape[0]` the keys or "
            "the batch. The width of a key is `k.shape[-1]`.",
            (by_hand(lambda q, k, v: math.sqrt(k.shape[-2])), by_hand(lambda q, k, v: math.sqrt(len(k)))),
        ),
        Mistake(
            "scaling by the root of the number of queries",
            "`shape[0]` counts the queries (or the batch), and so does `shape[-2]`. For the width of a query use "
            "`shape[-1]`.",
            (by_hand(lambda q, k, v: math.sqrt(q.shape[-2])), by_hand(lambda q, k, v: math.sqrt(len(q)))),
        ),
        Mistake(
            "scaling by the number of queries",
            "The scores are divided by how many queries there are (`shape[0]`, `shape[-2]`). How large a dot product "
            "gets depends on how long the vectors are: `shape[-1]`.",
            (by_hand(lambda q, k, v: q.shape[-2]), by_hand(lambda q, k, v: len(q))),
        ),
        Mistake(
            "the width is taken from axis 1",
            "`shape[1]` is the width of a vector only as long as there is no batch in front. The width is always the "
            "last axis: `shape[-1]`.",
            (by_hand(lambda q, k, v: math.sqrt(q.shape[1])), by_hand(lambda q, k, v: math.sqrt(k.shape[1]))),
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
            "attention out among the keys. Which axis of the scores counts the keys? Count from the end, since there "
            "may be a batch in front.",
            (by_hand(axis=-2), by_hand(axis=0)),
        ),
        Mistake(
            "softmax without dim",
            "Without `dim`, `softmax` guesses an axis, and with a batch it guesses wrong. Say which axis counts the "
            "keys, counted from the end.",
            (no_dim,),
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
            "the sum goes over all queries",
            "`sum()` without an axis adds up everything, so all the weights together make 1. Each query's weights "
            "should: sum over the keys, and keep that axis (`keepdim=True`).",
            (summed_wrongly(torch.sum, lambda s: 0.0), summed_wrongly(torch.sum, row_max)),
        ),
        Mistake(
            "keepdim is missing",
            "A sum or a maximum over the keys leaves one number for each query, and its axis is gone: with three "
            "queries they are taken for three keys. `keepdim=True` leaves an axis of length 1 in its place.",
            (
                summed_wrongly(lambda parts: parts.sum(-1), lambda s: 0.0),
                summed_wrongly(lambda parts: parts.sum(-1), row_max),
                summed_wrongly(lambda parts: parts.sum(-1), lambda s: s.amax(-1)),
                summed_wrongly(lambda parts: parts.sum(-1, keepdim=True), lambda s: s.amax(-1)),
            ),
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
            "key (a row of k), so k has to be transposed first.",
            (plainly(lambda q, k: q @ k / math.sqrt(q.shape[-1])), plainly(lambda q, k: q @ k)),
        ),
        Mistake(
            "v @ weights",
            "The order is turned round. Row by row, the weights say how much of each value to take: `weights @ v`.",
            (
                plainly(mix=lambda weights, v: v @ weights),
                plainly(mix=lambda weights, v: v.transpose(-2, -1) @ weights),
            ),
        ),
        Mistake(
            "k.T with a batch",
            "`k.T` reverses all axes, the batch too. It works while there are only two. Swap just the last "
            "two: `k.transpose(-2, -1)`.",
            (all_axes_transposed,),
        ),
        Mistake(
            "the first two axes are swapped",
            "`transpose(0, 1)` means the last two axes only while there is no batch. Count from the end: "
            "`transpose(-2, -1)`.",
            (plainly(lambda q, k: q @ k.transpose(0, 1) / math.sqrt(q.shape[-1])),),
        ),
        Mistake(
            "* where @ is meant",
            "`*` multiplies number by number. Dot products, and mixtures, are matrix products: `@`.",
            (
                plainly(lambda q, k: q * k / math.sqrt(q.shape[-1]), lambda weights, v: weights * v),
                plainly(lambda q, k: q * k / math.sqrt(q.shape[-1])),
                plainly(lambda q, k: q * k.transpose(-2, -1) / math.sqrt(q.shape[-1])),
                plainly(mix=lambda weights, v: weights * v),
            ),
        ),
        Mistake(
            "everything turned into float32",
            "The inputs are float64 and the answer is float32. Let the inputs decide the dtype.",
            (always_float32,),
        ),
        Mistake(
            "a whole mask where one True or False is needed",
            "Python needs one True or False here (`if`, `not`, `and`). To ask whether there is a mask: "
            "`mask is not None`. To invert one: `~mask`.",
            (if_mask,),
        ),
        Mistake(
            "1 - mask",
            "A boolean mask is not a number: PyTorch neither subtracts nor negates it. `~mask` inverts it.",
            (one_minus(lambda mask: 1 - mask), one_minus(lambda mask: -mask)),
        ),
        Mistake(
            "a mask as an index",
            "`x[~mask] = ...` works only if the mask has exactly the shape of `x`, or of its first axes. A mask may be "
            "smaller and be shared by the batch or the queries: `masked_fill` and `torch.where` broadcast it.",
            (indexed_by(lambda mask: ~mask), empty_rows_by_index(True), empty_rows_by_index(False)),
        ),
        Mistake(
            "mask ignored",
            "The answer is the same as without a mask. Each query may attend only to the keys where its row of "
            "the mask is True. (`masked_fill` returns a new tensor: `scores = scores.masked_fill(…)`.)",
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
            "the hidden keys' share is divided up afterwards",
            "The softmax is taken with the hidden keys in it, and what is left is divided by its sum. If a hidden key "
            "fits best by far, nothing is left: 0/0. Hide the scores, then take the softmax.",
            by_each(("none", "zero", "epsilon"), row_max, True),
        ),
        Mistake(
            "hidden scores that are not low enough",
            "Hidden keys get a low score instead of none, and a visible key's score can be lower still. Scores go down "
            "to minus a million here: a hidden one has to be lower than any of them.",
            (
                *(by_hand(fill=fill, empty=e) for fill in FILLS for e in (uniform_when_empty, zero_when_hidden)),
                *(in_float(fill, factor) for fill in FILLS[2:] for factor in (0.0, 1.0)),
            ),
        ),
        Mistake(
            "0 · inf",
            "`mask * inf` is NaN wherever the mask is False, for 0 · inf is no number. Fill the hidden places instead: "
            "`masked_fill`, or `torch.where`.",
            (in_float(-math.inf, 0.0), lambda q, k, v, mask=None: in_float(-math.inf, 0.0)(q, k, v, mask).nan_to_num()),
        ),
        Mistake(
            "-inf among the weights",
            "A low number belongs among the scores, where exp turns it into 0. Among the weights, which the values are "
            "multiplied with, a hidden key needs 0 itself.",
            tuple(wrong(fill) for fill in (-math.inf, -1e9) for wrong in (low_in_the_weights, low_in_the_weights_only)),
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
            "exp of a score of 90 no longer fits into a float32: it is inf, and inf/inf is NaN. Subtract each row's "
            "largest score first: the weights stay the same. (`softmax` does it for you; `nan_to_num` only hides it.)",
            by_each(("none", "zero", "nan_to_num", "epsilon"), lambda scores: 0.0, False, True),
        ),
        Mistake(
            "the largest score of all is subtracted",
            "One number is subtracted from the scores of all queries. A query whose own scores are all far below it is "
            "left with 0/0. Subtract from each row its own largest score.",
            by_each(("none", "zero", "epsilon"), torch.max, False, True),
        ),
        Mistake(
            "NaN where a query may attend to nothing",
            "These weights are 0/0: no key is left to share among. Such a query should get zeros.",
            (nan_when_empty,),
        ),
        Mistake(
            "an average where a query may attend to nothing",
            "All scores of that query are equally small, and a softmax of equal scores gives each the same "
            "weight: it averages just the values it must not see. It should get zeros.",
            (by_hand(empty=uniform_when_empty),),
        ),
    ),
)
