"""How many layers until one place depends on another: shortest paths by boolean matrix products."""

from collections.abc import Callable

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task

SMALL, KNOWN, ANY = "two and three places", "windows, chains and masks", "any layer"


def band(n: int, before: int, after: int) -> Tensor:
    i = torch.arange(n)
    return (i[None] - i[:, None] >= -before) & (i[None] - i[:, None] <= after)


def drawn(n: int, share: float, g: Generator) -> Tensor:
    """A random layer in which not all is near: some pair needs three layers or more, or never meets."""
    while True:
        sees = torch.rand(n, n, generator=g) < share
        wanted = layers_needed(sees)
        if wanted.max() >= 3 and not torch.equal(wanted, wanted.T) and not sees.diagonal().all():
            return sees


def draw(g: Generator) -> list[Case]:
    """By hand; the layers of the chapter; random ones, in which a place may not see itself."""
    n, more = (int(torch.randint(low, low + 3, (), generator=g)) for low in (5, 8))
    dim = int(torch.randint(2, 4, (), generator=g))
    cycle = torch.eye(n, dtype=torch.bool).roll(1, 1)
    return [
        Case((torch.tensor([[True, False], [True, True]]),), "2 places, the first does not see the second", SMALL),
        Case((band(3, 1, 0),), "3 places, each sees itself and the one before", SMALL),
        Case((torch.tensor([[False, True], [True, False]]),), "2 places, each sees only the other", SMALL),
        Case((torch.tensor([[False, False], [True, False]]),), "2 places, the second sees the first, no more", SMALL),
        Case((torch.rand(3, 3, generator=g) < 0.5,), "3 places, a random layer", SMALL),
        Case((band(n, 1, 1),), f"{n} places, windows of 3", KNOWN),
        Case((band(more, 2, 0),), f"{more} places, causal windows of 3", KNOWN),
        Case((band(more, dim, dim),), f"{more} places, windows of {2 * dim + 1}", KNOWN),
        Case((torch.ones(n, n, dtype=torch.bool),), f"{n} places, attention", KNOWN),
        Case((torch.ones(n, n, dtype=torch.bool).tril(),), f"{n} places, causal attention", KNOWN),
        Case((torch.eye(n, dtype=torch.bool),), f"{n} places, each sees only itself", KNOWN),
        Case((cycle,), f"{n} places in a ring, each sees the next one only", ANY),
        Case((drawn(5, 0.3, g),), "5 places, a random layer", ANY),
        Case((drawn(7, 0.2, g),), "7 places, a random layer", ANY),
        Case((drawn(8, 0.18, g),), "8 places, a random layer", ANY),
        Case((torch.zeros(3, 3, dtype=torch.bool),), "3 places that see nothing", ANY),
    ]


def layers_needed(
    sees: Tensor, never: int = -1, first: int = 1, most: Callable[[int], int] = lambda n: n, overwrite: bool = False
) -> Tensor:
    """The right answer, and, by its options, some wrong ones."""
    layers = torch.full(sees.shape, never)
    reached = torch.eye(len(sees))
    for depth in range(first, most(len(sees)) + first):
        reached = (sees.float() @ reached > 0).float()
        layers[(reached > 0) & ((layers == never) | torch.tensor(overwrite))] = depth
    return layers


def with_itself(sees):
    return layers_needed(sees | torch.eye(len(sees), dtype=torch.bool))


def zero_from_itself(sees):
    return layers_needed(sees).fill_diagonal_(0)


def elementwise(sees):
    return torch.where(sees, 1, -1)


def minus_bool(sees):
    return layers_needed(1 - sees)


def number_of_paths(sees):
    return torch.linalg.matrix_power(sees.double(), 2).long()


def doubled(sees):
    """Squares the matrix in each round, so that the depth is counted wrongly from the third on."""
    layers, reached = torch.full(sees.shape, -1), sees.float()
    for depth in range(1, len(sees) + 1):
        layers[(reached > 0) & (layers < 0)] = depth
        reached = (reached @ reached > 0).float()
    return layers


def two_at_most(sees):
    return layers_needed(sees, most=lambda n: 2)


TASK = Task(
    name="layers_needed",
    title="How many layers until one place depends on another",
    function="layers_needed",
    parameters=("sees",),
    parts={SMALL: 1, KNOWN: 2, ANY: 1},
    draw=draw,
    solution=lambda sees: layers_needed(sees),
    mistakes=(
        Mistake(
            "rows and columns swapped",
            "Row i, column j should say when place i sees word j. Yours says it of j and i.",
            (lambda sees: layers_needed(sees.T),),
        ),
        Mistake(
            "counting begins at 0",
            "Each number is one too small. A place that sees a word directly needs one layer for it.",
            (lambda sees: torch.where(layers_needed(sees) > 0, layers_needed(sees) - 1, -1),),
        ),
        Mistake(
            "counting begins at 2",
            "Each number is one too large: before you count, one layer too many has been put on.",
            (lambda sees: torch.where(layers_needed(sees) > 0, layers_needed(sees) + 1, -1),),
        ),
        Mistake(
            "zero layers from a place to itself",
            "You give 0 for a place and its own word. The question is how many layers it takes, at least one: and a "
            "layer need not let a place see itself.",
            (zero_from_itself,),
        ),
        Mistake(
            "every place is taken to see itself",
            "You let every place see its own word, as if there were a residual connection. Whether it does "
            "stands on the diagonal of `sees`.",
            (with_itself,),
        ),
        Mistake(
            "never is 0",
            "Where no number of layers is enough the answer is -1, not 0.",
            (lambda sees: layers_needed(sees, never=0),),
        ),
        Mistake(
            "never is a large number",
            "Where no number of layers is enough the answer is -1.",
            (
                lambda sees: layers_needed(sees).where(layers_needed(sees) > 0, torch.tensor(len(sees))),
                lambda sees: layers_needed(sees).where(layers_needed(sees) > 0, torch.tensor(len(sees) + 1)),
            ),
        ),
        Mistake(
            "one layer only",
            "You say 1 where a layer sees, and never where it does not. Layers on top of it carry things further: a "
            "place also sees what those that it sees have seen. (`sees * sees` goes number by number: a matrix product "
            "is `@`.)",
            (elementwise, lambda sees: layers_needed(sees, most=lambda n: 1)),
        ),
        Mistake(
            "True and False are subtracted",
            "`1 - sees` does not work with booleans: `~sees` inverts them. But do you need that?",
            (minus_bool,),
        ),
        Mistake(
            "the paths are counted",
            "That is the number of ways from the word to the place, not how many layers the shortest takes.",
            (number_of_paths,),
        ),
        Mistake(
            "the last depth, not the first",
            "Every further layer overwrites the number that was there. Wanted is the *first* depth at which a place "
            "sees a word.",
            (lambda sees: layers_needed(sees, overwrite=True),),
        ),
        Mistake(
            "squared in every round",
            "You multiply what has been reached by itself. So the depth doubles in each round, 1, 2, 4, but you count "
            "1, 2, 3. Multiply by the one layer.",
            (doubled,),
        ),
        Mistake(
            "too few layers are tried",
            "You stop before the farthest pair has met. With n places it can take n layers: a place may need a whole "
            "round to see its own word.",
            (
                two_at_most,
                lambda sees: layers_needed(sees, most=lambda n: n - 1),
                lambda sees: layers_needed(sees, most=lambda n: n // 2),
                lambda sees: layers_needed(sees, most=lambda n: 3),
                lambda sees: layers_needed(sees, most=lambda n: 4),
            ),
        ),
        Mistake(
            "only the last place and the first word",
            "You return one number. The whole matrix is asked for: every place and every word.",
            (lambda sees: layers_needed(sees)[-1, 0], lambda sees: torch.tensor(int(layers_needed(sees)[-1, 0]))),
        ),
        Mistake(
            "floats for whole numbers",
            "The numbers are right, but they are floats. Counts are whole numbers: int64.",
            (lambda sees: layers_needed(sees).float(), lambda sees: layers_needed(sees).double()),
        ),
    ),
)
