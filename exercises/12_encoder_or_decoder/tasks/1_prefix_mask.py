"""The mask between causal and full: which positions see both ways, and what those after them see."""

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task

ONE, ENDS, SEVERAL = "one text", "no prefix, and nothing but prefix", "several texts"


def prefix(prefix_lengths: Tensor, max_len: int, *, rule=lambda i, j, n: (j <= i) | (j < n)) -> Tensor:
    """The right answer, with its rule to be put wrong: query i, key j, prefix n."""
    places = torch.arange(max_len)
    return rule(places[None, :, None], places[None, None, :], prefix_lengths[:, None, None]).expand(
        len(prefix_lengths), max_len, max_len
    )


def draw(generator: Generator) -> list[Case]:
    """Prefixes of at least two words with at least two words after them; and the two ends."""

    def case(batch: int, max_len: int, part: str) -> Case:
        lengths = 2 + torch.randperm(max_len - 3, generator=generator)[:batch]
        if part == ENDS:
            lengths = torch.tensor([0, max_len])[torch.randperm(2, generator=generator)]
        return Case((lengths, max_len), f"prefixes of {lengths.tolist()}, {max_len} positions", part)

    more = int(torch.randint(5, 12, (), generator=generator))
    sizes = {ONE: [(1, 4), (1, 5), (1, 7)], ENDS: [(2, 4), (2, more)], SEVERAL: [(2, 5), (3, 7), (5, 11)]}
    return [case(*size, part) for part, list_of in sizes.items() for size in list_of]


def wrong(rule):
    return lambda prefix_lengths, max_len: prefix(prefix_lengths, max_len, rule=rule)


TASK = Task(
    name="prefix_mask",
    title="The mask between causal and full",
    function="my_prefix_mask",
    parameters=("prefix_lengths", "max_len"),
    parts={ONE: 2, ENDS: 1, SEVERAL: 1},
    draw=draw,
    solution=prefix,
    mistakes=(
        Mistake(
            "the prefix is ignored",
            "Your mask is the triangle, whatever the prefix. The first words are to see each other both ways.",
            (wrong(lambda i, j, n: (j <= i) & (n >= 0)),),
        ),
        Mistake(
            "no triangle after the prefix",
            "After the prefix your positions see the prefix and nothing else: not even themselves.",
            (wrong(lambda i, j, n: (j < n) & (i >= 0)),),
        ),
        Mistake(
            "the prefix sees the whole text",
            "Your prefix looks beyond itself, at words that come after it. They are to be predicted.",
            (wrong(lambda i, j, n: (j <= i) | (i < n)),),
        ),
        Mistake(
            "what comes after does not see the prefix",
            "Your prefix and the rest know nothing of each other. What comes after sees all before it.",
            (wrong(lambda i, j, n: ((i < n) & (j < n)) | ((i >= n) & (j >= n) & (j <= i))),),
        ),
        Mistake(
            "one word too many",
            "Your prefix is one word too long: a prefix of n words are the positions 0 to n - 1.",
            (wrong(lambda i, j, n: (j <= i) | (j <= n)),),
        ),
        Mistake(
            "one word too few",
            "Your prefix is one word too short: a prefix of n words are the positions 0 to n - 1.",
            (wrong(lambda i, j, n: (j <= i) | (j < n - 1)),),
        ),
        Mistake(
            "rows and columns exchanged",
            "A row is a query, a column a key. In your mask it is the other way round: words see what follows.",
            (wrong(lambda i, j, n: (i <= j) | (i < n)),),
        ),
        Mistake(
            "True means hidden",
            "True says *may attend* in this book. Your mask says True where it hides.",
            (wrong(lambda i, j, n: ~((j <= i) | (j < n))),),
        ),
        Mistake(
            "a position does not see itself",
            "After the prefix your positions see what comes before them, but not themselves.",
            (wrong(lambda i, j, n: (j < i) | (j < n)),),
        ),
        Mistake(
            "one prefix for all texts",
            "You use one prefix length for the whole batch. Each text has its own.",
            (
                wrong(lambda i, j, n: (j <= i) | (j < n[:1])),
                wrong(lambda i, j, n: (j <= i) | (j < n.max())),
                wrong(lambda i, j, n: (j <= i) | (j < n.min())),
            ),
        ),
    ),
)
