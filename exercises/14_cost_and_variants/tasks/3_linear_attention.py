"""Linear attention: the same three factors, multiplied in the other order; and its running sums."""

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task
from transformer_lib.variants import linear_attention

ALL, CAUSAL = "all words", "causal"


def right(q: Tensor, k: Tensor, v: Tensor, causal: bool = False) -> Tensor:
    return linear_attention(q, k, v, causal=causal)


def weighed(q: Tensor, k: Tensor, causal: bool, diagonal: int = 0) -> Tensor:
    """The weights before they are normalised: the slow way."""
    scores = q @ k.mT
    return scores.tril(diagonal) if causal else scores


def by(normalise):
    """Wrong ways to normalise: from the scores and all the rest."""
    return lambda q, k, v, causal=False: normalise(weighed(q, k, causal), q, k, v)


def total_of_all(q: Tensor, k: Tensor, v: Tensor, causal: bool = False) -> Tensor:
    return weighed(q, k, causal) @ v / (q @ k.mT).sum(-1, keepdim=True)


def the_future(q: Tensor, k: Tensor, v: Tensor, causal: bool = False) -> Tensor:
    scores = (q @ k.mT).triu() if causal else q @ k.mT
    return scores @ v / scores.sum(-1, keepdim=True)


def without_itself(q: Tensor, k: Tensor, v: Tensor, causal: bool = False) -> Tensor:
    scores = weighed(q, k, causal, -1)
    return scores @ v / scores.sum(-1, keepdim=True).clamp(min=1e-9)


def sums_along_the_width(q: Tensor, k: Tensor, v: Tensor, causal: bool = False) -> Tensor:
    if not causal:
        return right(q, k, v)
    memory, total = (k[..., :, None] * v[..., None, :]).cumsum(-2), k.cumsum(-1)
    return (q[..., None, :] @ memory)[..., 0, :] / (q * total).sum(-1, keepdim=True)


def draw(generator: Generator) -> list[Case]:
    """Positive queries and keys; batches and heads; widths that differ."""

    def qkv(batch: tuple[int, ...], length: int, d: int, d_value: int, dtype=torch.float32):
        q, k = (torch.randint(1, 9, (*batch, length, d), generator=generator).to(dtype) / 4 for _ in range(2))
        return q, k, torch.randint(-8, 9, (*batch, length, d_value), generator=generator).to(dtype) / 2

    shapes = (((), 3, 2, 1), ((), 5, 3, 2), ((2,), 4, 3, 5), ((2, 3), 7, 5, 2))
    cases = [Case(qkv(*shape), f"{shape[1]} words, d {shape[2]}, batch {shape[0]}", ALL) for shape in shapes]
    cases.append(Case(qkv((), 5, 3, 2, torch.float64), "5 words, in float64", ALL))
    cases += [Case((*qkv(*s), True), f"{s[1]} words, d {s[2]}, batch {s[0]}, causal", CAUSAL) for s in shapes]
    return cases


TASK = Task(
    name="linear_attention",
    title="Linear attention",
    function="my_linear_attention",
    parameters=("q", "k", "v", "causal=False"),
    parts={ALL: 3, CAUSAL: 4},
    draw=draw,
    solution=right,
    mistakes=(
        Mistake(
            "not normalised",
            "The weights of a query do not sum to 1. Divide by their sum, which is q times the sum of the keys.",
            (by(lambda s, q, k, v: s @ v),),
        ),
        Mistake(
            "divided by the number of words",
            "You divide by how many words there are. Divide by the sum of the weights, another for each query.",
            (by(lambda s, q, k, v: s @ v / k.shape[-2]),),
        ),
        Mistake(
            "a softmax",
            "You take a softmax of the scores. Here the scores themselves, divided by their sum, are the weights.",
            (
                lambda q, k, v, causal=False: (
                    (
                        (q @ k.mT).masked_fill(~torch.ones(q.shape[-2], k.shape[-2]).tril().bool(), -torch.inf)
                        if causal
                        else q @ k.mT
                    ).softmax(-1)
                    @ v
                ),
            ),
        ),
        Mistake(
            "normalised over the queries",
            "You divide by sums over the queries. Each query's weights, over the keys, sum to 1.",
            (by(lambda s, q, k, v: s / s.sum(-2, keepdim=True) @ v),),
        ),
        Mistake(
            "the queries are left out of the sum",
            "You divide by the sum of the keys' entries alone. How much a key weighs depends on the query, too.",
            (lambda q, k, v, causal=False: weighed(q, k, causal) @ v / k.sum((-2, -1), keepdim=True),),
        ),
        Mistake(
            "causal is ignored",
            "With causal=True your outputs still hold later words. The sums must stop at the query's own place.",
            (lambda q, k, v, causal=False: right(q, k, v),),
        ),
        Mistake(
            "the future instead of the past",
            "Your causal sums run from the end. Word i has seen words 0 to i.",
            (the_future,),
        ),
        Mistake(
            "a word does not see itself",
            "Your causal sums stop one word early. A word's own key and value are part of them.",
            (without_itself,),
        ),
        Mistake(
            "the sums run along the width",
            "Your causal sums run from number to number within a word. They must run from word to word.",
            (sums_along_the_width,),
        ),
        Mistake(
            "the total is of all words",
            "The causal outputs hold the past only, and are divided by a sum over all words. Both sums must run along.",
            (total_of_all,),
        ),
        Mistake(
            "divided by the square root of the width",
            "You divide by the root of the width and not by the sum of the weights. No scale is needed.",
            (by(lambda s, q, k, v: s @ v / q.shape[-1] ** 0.5),),
        ),
    ),
)
