"""ALiBi's bias: a slope for each head times a distance, and what people take for either."""

from collections.abc import Callable

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task
from transformer_lib.position import alibi

ONE, HEADS, BATCH = "one head", "several heads", "batches"


def draw_places(generator: Generator) -> list[Case]:
    """One head, then more; queries that are the last of the keys; texts with places of their own."""

    def row(start: int, n: int) -> Tensor:
        return torch.arange(start, start + n)[None]

    start, n = (int(torch.randint(3, 20, (), generator=generator)) for _ in range(2))
    q, k = (torch.randint(20, (3, n), generator=generator) for n in (2, 5))
    q[:, 0], k[:, 0], k[:, 1] = 9, 4, 17  # one key before the query, one after it
    return [
        Case((row(0, 2), row(0, 2), 1), "2 words, 1 head", ONE),
        Case((row(0, n), row(0, n), 1), f"{n} words, 1 head", ONE),
        Case((row(0, 3), row(0, 3), 2), "3 words, 2 heads", HEADS),
        Case((row(0, 4), row(0, 4), 4), "4 words, 4 heads", HEADS),
        Case((row(start + 3, 2), row(start, 5), 8), "2 queries, which are the last of 5 keys, 8 heads", HEADS),
        Case((row(start, 3), row(start, 3), 16), "3 words, 16 heads", HEADS),
        Case((q, k, 2), "a batch of 3 with places of their own, 2 queries, 5 keys, 2 heads", BATCH),
    ]


def with_slopes(slopes: Callable[[Tensor, int], Tensor]) -> Callable[[Tensor, Tensor, int], Tensor]:
    """The bias with other slopes; they are given the heads' numbers, from 1, and how many there are."""

    def answer(q_positions: Tensor, k_positions: Tensor, n_heads: int) -> Tensor:
        distance = (q_positions[:, :, None] - k_positions[:, None, :]).abs()[:, None]
        return -slopes(torch.arange(1, n_heads + 1), n_heads).float()[:, None, None] * distance

    return answer


def with_distance(distance: Callable[[Tensor, Tensor], Tensor]) -> Callable[[Tensor, Tensor, int], Tensor]:
    """The bias with another distance, of the query's and the key's place."""

    def answer(q_positions: Tensor, k_positions: Tensor, n_heads: int) -> Tensor:
        slopes = 2.0 ** (-8 * torch.arange(1, n_heads + 1) / n_heads)
        steps = distance(q_positions[:, None, :, None], k_positions[:, None, None, :])
        return -slopes[:, None, None] * steps

    return answer


TASK = Task(
    name="alibi",
    title="ALiBi's bias",
    function="my_alibi",
    parameters=("q_positions", "k_positions", "n_heads"),
    parts={ONE: 1, HEADS: 2, BATCH: 1},
    draw=draw_places,
    solution=lambda q_positions, k_positions, n_heads: alibi(q_positions, k_positions, n_heads),
    mistakes=(
        Mistake(
            "far keys are preferred",
            "Your bias grows with the distance. It is added to the scores, so it has to be negative: far keys lose.",
            (lambda q, k, n: -alibi(q, k, n),),
        ),
        Mistake(
            "keys on one side gain",
            "Your bias is negative on one side of the query and positive on the other. A distance has no sign.",
            (with_distance(lambda i, j: i - j), with_distance(lambda i, j: j - i)),
        ),
        Mistake(
            "one side has no distance",
            "On one side of the query every key is at distance 0. Both sides count, also when a mask hides one later.",
            (with_distance(lambda i, j: (i - j).clamp(min=0)), with_distance(lambda i, j: (j - i).clamp(min=0))),
        ),
        Mistake(
            "slopes that do not depend on the number of heads",
            "Your slopes are 1/2, 1/4, 1/8 ... for any number of heads. That is right for 8. With n heads, the "
            "exponents go down to -8 in n equal steps.",
            (with_slopes(lambda i, n: 2.0**-i),),
        ),
        Mistake(
            "the first slope is 1",
            "Your first head has the slope 1. Heads count from 1 in the formula: the first slope is 2^(-8 / n).",
            (with_slopes(lambda i, n: 2.0 ** (-8 * (i - 1) / n)),),
        ),
        Mistake(
            "slopes in reverse",
            "Your slopes are right, but the flat ones come first. The first head is the steepest.",
            (with_slopes(lambda i, n: 2.0 ** (-8 * (n - i + 1) / n)),),
        ),
        Mistake(
            "one slope for all heads",
            "All heads have the same slope. Each forgets at its own pace.",
            (
                with_slopes(lambda i, n: torch.full((n,), 2.0 ** (-8 / n))),
                with_slopes(lambda i, n: torch.full((n,), 2.0**-8)),
            ),
        ),
        Mistake(
            "slopes in equal steps",
            "Your slopes fall in equal steps. It is their exponents that do: each slope is the one before times the "
            "same factor.",
            (with_slopes(lambda i, n: i / n), with_slopes(lambda i, n: 1.0 / i)),
        ),
        Mistake(
            "e instead of 2",
            "Your slopes are powers of e. They are powers of 2.",
            (with_slopes(lambda i, n: (-8.0 * i / n).exp()),),
        ),
        Mistake(
            "the distance is squared, or its logarithm",
            "Your bias does not fall in a straight line. The L in ALiBi stands for linear: slope times distance.",
            (
                with_distance(lambda i, j: (i - j) ** 2),
                with_distance(lambda i, j: (1 + (i - j).abs()).log()),
            ),
        ),
        Mistake(
            "counts the places itself",
            "You number the queries and keys 0, 1, 2 ..., and do not look at the places you are given. The queries may "
            "be the last words of a longer text.",
            (
                lambda q, k, n: alibi(
                    torch.arange(q.shape[1]).expand(q.shape), torch.arange(k.shape[1]).expand(k.shape), n
                ),
            ),
        ),
        Mistake(
            "the axis of the heads is last",
            "The heads are your last axis. The bias is added to scores of shape (batch, heads, q_len, k_len).",
            (lambda q, k, n: alibi(q, k, n).movedim(1, -1),),
        ),
        Mistake(
            "keys and queries have changed places",
            "Your rows are keys. Rows are queries: (batch, heads, q_len, k_len).",
            (lambda q, k, n: alibi(q, k, n).mT,),
        ),
        Mistake(
            "the first text's places for all",
            "Every text of the batch gets the bias of the first one. Each has its own places.",
            (lambda q, k, n: alibi(q[:1].expand(q.shape), k[:1].expand(k.shape), n),),
        ),
    ),
)
