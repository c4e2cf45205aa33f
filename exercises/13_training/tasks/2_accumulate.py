"""The gradient of a large batch from those of its pieces: the mean of means is not the mean."""

import torch
from torch import Generator, Tensor

from grader.task import Case, Function, Mistake, Task

EQUAL, UNEQUAL, EMPTY = "pieces of equal length", "pieces of different lengths", "a piece without tokens"


def draw(g: Generator) -> list[Case]:
    """Equal counts, unequal counts, a piece of padding alone; gradients of several shapes."""

    def case(shape: tuple[int, ...], counts: list[int], what: str, part: str) -> Case:
        gradients = torch.randint(-8, 9, (len(counts), *shape), generator=g) / 2
        gradients[0] += 5 * gradients[-1].sign() + 3  # no two alike
        return Case((gradients, torch.tensor(counts)), what, part)

    def many(n: int) -> list[int]:
        return (torch.randperm(12, generator=g)[:n] + 2).tolist()

    return [
        case((1,), [1], "one piece of one token", EQUAL),
        case((2,), [3, 3], "2 pieces of 3 tokens, 2 parameters", EQUAL),
        case((3,), [4, 4, 4], "3 pieces of 4 tokens, 3 parameters", EQUAL),
        case((1,), [1, 3], "pieces of 1 and 3 tokens, 1 parameter", UNEQUAL),
        case((3,), many(2), "2 pieces, 3 parameters", UNEQUAL),
        case((5,), many(5), "5 pieces, 5 parameters", UNEQUAL),
        case((2, 3), many(3), "3 pieces, a matrix of 2 x 3", UNEQUAL),
        case((3, 3, 2), many(3), "3 pieces, a table of 3 x 3 x 2", UNEQUAL),
        case((2,), [2, 0, 5], "3 pieces, the second without tokens", EMPTY),
        case((3, 2), [0, 3, 7, 1], "4 pieces, the first without tokens, a matrix", EMPTY),
    ]


def whole(gradients: Tensor, counts: Tensor) -> Tensor:
    """The right gradient."""
    return torch.einsum("n,n...->...", counts.to(gradients.dtype), gradients) / counts.sum()


def weighted(gradients: Tensor, weights: Tensor) -> Tensor:
    return torch.einsum("n,n...->...", weights.to(gradients.dtype), gradients)


def by_pieces(gradients: Tensor, counts: Tensor) -> Tensor:
    return weighted(gradients, counts) / len(counts)


def mean_of_pieces(gradients: Tensor, counts: Tensor) -> Tensor:
    return gradients.mean(0)


def mean_of_nonempty(gradients: Tensor, counts: Tensor) -> Tensor:
    return gradients[counts > 0].mean(0)


def sum_of_pieces(gradients: Tensor, counts: Tensor) -> Tensor:
    return gradients.sum(0)


def never_divided(gradients: Tensor, counts: Tensor) -> Tensor:
    return weighted(gradients, counts)


def sum_over_tokens(gradients: Tensor, counts: Tensor) -> Tensor:
    return gradients.sum(0) / counts.sum()


def turned_round(gradients: Tensor, counts: Tensor) -> Tensor:
    shares = 1 / counts.clamp(min=1)
    return weighted(gradients, shares / shares.sum())


def last_piece(gradients: Tensor, counts: Tensor) -> Tensor:
    return gradients[-1]


def longest_counts(gradients: Tensor, counts: Tensor) -> Tensor:
    return weighted(gradients, counts) / counts.max()


def at_least_one(gradients: Tensor, counts: Tensor) -> Tensor:
    return whole(gradients, counts.clamp(min=1))


SOLUTION: Function = whole
TASK = Task(
    name="accumulate",
    title="A large batch in pieces",
    function="my_gradient",
    parameters=("gradients", "counts"),
    parts={EQUAL: 1, UNEQUAL: 1, EMPTY: 1},
    draw=draw,
    solution=SOLUTION,
    mistakes=(
        Mistake(
            "the mean of the means",
            "Every piece counts the same, however many tokens it has. A token in a short piece then counts more than "
            "one in a long piece.",
            (mean_of_pieces,),
        ),
        Mistake(
            "the mean of the means, without the empty pieces",
            "You leave out pieces without tokens, but all the others count the same. How much should a piece of 1 "
            "token count beside one of 3?",
            (mean_of_nonempty,),
        ),
        Mistake(
            "the sum of the means",
            "You add the pieces up and divide by nothing. With more pieces the gradient then gets longer.",
            (sum_of_pieces,),
        ),
        Mistake(
            "weighted, but never divided",
            "You weigh each piece by its tokens, which gives the gradient of the *sum* of all losses. Divide once, at "
            "the end.",
            (never_divided,),
        ),
        Mistake(
            "divided by the number of pieces",
            "You weigh each piece by its tokens and then divide by the number of pieces. How many tokens are there?",
            (by_pieces,),
        ),
        Mistake(
            "divided by the tokens, but not weighted",
            "Each gradient you get is already a mean over its piece. Before you divide by all tokens, undo that.",
            (sum_over_tokens,),
        ),
        Mistake(
            "short pieces count more",
            "You weigh each piece by one over its tokens. A piece with more tokens should count more.",
            (turned_round,),
        ),
        Mistake(
            "only the last piece",
            "You return the last piece's gradient. Each piece should be added to what is there already.",
            (last_piece,),
        ),
        Mistake(
            "divided by the longest piece",
            "You divide by the number of tokens in the longest piece, not in all of them.",
            (longest_counts,),
        ),
        Mistake(
            "a piece without tokens counts as one",
            "A piece of nothing but padding has no tokens, and should change nothing.",
            (at_least_one,),
        ),
    ),
)
