"""Cross-attention: queries from one sequence, keys and values from another, whose padding nobody sees."""

import math

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task
from transformer_lib import attention

ONE, BATCH, PADDED = "one sentence", "a batch", "with padding"


def cross(x: Tensor, context: Tensor, w_q: Tensor, w_k: Tensor, w_v: Tensor, words: Tensor) -> Tensor:
    """The right answer."""
    return attention(x @ w_q, context @ w_k, context @ w_v, words[:, None])[0]


def draw(generator: Generator) -> list[Case]:
    """Small whole and half numbers; lengths, widths and batch all differ."""

    def halves(*shape: int) -> Tensor:
        return torch.randint(-4, 5, shape, generator=generator) / 2

    def case(batch: int, q_len: int, k_len: int, width: int, part: str) -> Case:
        d_head, d_value = width + 1, width + 2
        words = torch.ones(batch, k_len, dtype=torch.bool)
        if part == PADDED:
            lengths = torch.randint(1, k_len, (batch,), generator=generator)
            words = torch.arange(k_len) < lengths[:, None]
        while True:
            x, context = halves(batch, q_len, width), halves(batch, k_len, width)
            matrices = halves(width, d_head), halves(width, d_head), halves(width, d_value)
            scores = (x @ matrices[0]) @ (context @ matrices[1]).mT / math.sqrt(d_head)
            if 0.5 < float(scores.std()) < 4:
                break
        what = f"{batch} sentence{'s' * (batch > 1)}, {q_len} queries, {k_len} keys, widths {width} and {d_head}"
        return Case((x, context, *matrices, words), what, part)

    sizes = [(1, 2, 3, 2, ONE), (1, 3, 2, 3, ONE), (2, 3, 5, 2, BATCH), (3, 5, 2, 4, BATCH)]
    sizes += [(1, 2, 4, 2, PADDED), (2, 3, 5, 3, PADDED), (3, 5, 7, 2, PADDED)]
    return [case(*size) for size in sizes]


def by_hand(x, context, w_q, w_k, w_v, words, *, scale=None, axis=-1, hide=True, inverted=False, after=False):
    """The right answer, with its steps to be put wrong one by one."""
    scores = x @ w_q @ (context @ w_k).mT
    scores = scores / (math.sqrt(w_q.shape[1]) if scale is None else scale(x, context, w_q))
    seen = (~words if inverted else words)[:, None].expand_as(scores)
    if hide and not after:
        scores = scores.masked_fill(~seen, -math.inf)
    weights = scores.softmax(axis).nan_to_num(0.0)
    return weights * seen @ (context @ w_v) if after else weights @ (context @ w_v)


def wrong(**changes):
    return lambda *given: by_hand(*given, **changes)


def masked_queries(x, context, w_q, w_k, w_v, words):
    """The mask on the other axis, as far as the lengths let it."""
    scores = x @ w_q @ (context @ w_k).mT / math.sqrt(w_q.shape[1])
    n = min(scores.shape[1], words.shape[1])
    weights = scores.softmax(-1)
    weights = torch.cat([weights[:, :n] * words[:, :n, None], weights[:, n:]], 1)
    return weights @ (context @ w_v)


def causal(x, context, w_q, w_k, w_v, words):
    mask = torch.ones(x.shape[1], context.shape[1], dtype=torch.bool).tril()
    return attention(x @ w_q, context @ w_k, context @ w_v, mask & words[:, None])[0]


def context_zeroed(x, context, *rest):
    words = rest[-1]
    return by_hand(x, context * words[..., None], *rest, hide=False)


TASK = Task(
    name="cross_attention",
    title="Cross-attention",
    function="cross_attention",
    parameters=("x", "context", "w_q", "w_k", "w_v", "words"),
    parts={ONE: 2, BATCH: 1, PADDED: 2},
    draw=draw,
    solution=cross,
    banned=("attention",),
    mistakes=(
        Mistake(
            "the encoder asks",
            "Your queries come from the context, so there is an output for each *source* word. The decoder asks: `x` "
            "gives the queries.",
            (
                lambda x, context, w_q, w_k, w_v, words: attention(context @ w_q, x @ w_k, x @ w_v)[0],
                lambda x, context, w_q, w_k, w_v, words: attention(
                    context @ w_q, context @ w_k, context @ w_v, words[:, None]
                )[0],
            ),
        ),
        Mistake(
            "self-attention",
            "Keys and values come from `x` itself. That is self-attention: the source is never looked at.",
            (lambda x, context, w_q, w_k, w_v, words: attention(x @ w_q, x @ w_k, x @ w_v)[0],),
        ),
        Mistake(
            "the padding is seen",
            "Pads are given weight. Hide them: their scores must not take part in the softmax.",
            (wrong(hide=False),),
        ),
        Mistake(
            "words and pads changed places",
            "You hide the words and look at the pads. `words` is True where a token is a word.",
            (wrong(inverted=True),),
        ),
        Mistake(
            "the weights do not add up to 1",
            "You take weight from the pads after the softmax, and what is left no longer adds up to 1. Hide before it.",
            (wrong(after=True),),
        ),
        Mistake(
            "pads as zeros",
            "You set the pads' vectors to zero. Their score is then 0 and not minus infinity: they still get weight.",
            (context_zeroed,),
        ),
        Mistake(
            "the mask is on the queries",
            "Your mask hides rows, which are the target's positions. It is the *source* that is padded: hide columns.",
            (masked_queries,),
        ),
        Mistake(
            "no scaling",
            "The scores are not divided by the root of the width of a query.",
            (wrong(scale=lambda x, context, w_q: 1.0),),
        ),
        Mistake(
            "scaled by another width",
            "You divide by the root of the width of `x`. It is the width of a *query* that counts, after the matrix.",
            (
                wrong(scale=lambda x, context, w_q: math.sqrt(x.shape[-1])),
                wrong(scale=lambda x, context, w_q: math.sqrt(context.shape[1])),
            ),
        ),
        Mistake(
            "softmax over the queries",
            "Your softmax makes columns add up to 1. Each target word shares its attention out among the source's.",
            (wrong(axis=-2),),
        ),
        Mistake(
            "a causal mask",
            "You hide the source's later words. The source is known from the beginning: even the first word written "
            "may look at all of it.",
            (causal,),
        ),
    ),
)
