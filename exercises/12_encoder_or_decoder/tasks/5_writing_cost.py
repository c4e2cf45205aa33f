"""What writing costs in multiplications: a prompt, a loop, and what is kept."""

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task

READ, AGAIN, CACHED = "one new token", "no cache", "a cache"


def written(
    prompt: int,
    new: int,
    d_model: int,
    d_ff: int,
    n_layers: int,
    cached: bool,
    *,
    attention_matrices: int = 4,
    ff_matrices: int = 2,
    looks: int = 2,
    layers=lambda n: n,
    met=lambda kept, read: kept + read,
    last: int = 0,
    keep=lambda cached: cached,
    kept_prompt: bool = True,
    prompt_again: bool = False,
    product: int = 1,
) -> Tensor:
    """The right answer, with its numbers to be put wrong one by one."""

    def reading(read: int, kept: int) -> int:
        matrices = attention_matrices * d_model**2 + ff_matrices * d_model * d_ff
        return layers(n_layers) * read * (matrices + looks * d_model * met(kept, read))

    total = reading(prompt, 0)
    for i in range(1, new + last):
        if keep(cached):
            total += reading(1, prompt * kept_prompt + i - 1)
        elif prompt_again or kept_prompt:
            total += reading(prompt + i, 0)
        else:
            total += reading(i, 0)
    return torch.tensor(product * total)


def draw(generator: Generator) -> list[Case]:
    """Sizes so small that every product counts."""

    def case(prompt: int, new: int, part: str) -> Case:
        numbers = torch.randint(0, 3, (3,), generator=generator).tolist()
        d_model, d_ff, n_layers = 2 + numbers[0], 5 + 2 * numbers[1], 2 + numbers[2]
        cached = part == CACHED or (part == READ and prompt % 2 == 0)
        what = f"prompt {prompt}, {new} new, d_model {d_model}, d_ff {d_ff}, {n_layers} layers, cached {cached}"
        return Case((prompt, new, d_model, d_ff, n_layers, cached), what, part)

    sizes = {
        READ: [(2, 1), (3, 1), (6, 1)],
        AGAIN: [(2, 2), (3, 4), (5, 7)],
        CACHED: [(2, 2), (3, 4), (5, 7)],
    }
    return [case(*size, part) for part, list_of in sizes.items() for size in list_of]


def wrong(**changes):
    return lambda *args: written(*args, **changes)


TASK = Task(
    name="writing_cost",
    title="What writing costs",
    function="my_writing_cost",
    parameters=("prompt", "new", "d_model", "d_ff", "n_layers", "cached"),
    parts={READ: 2, AGAIN: 2, CACHED: 3},
    draw=draw,
    solution=wrong(),
    mistakes=(
        Mistake(
            "the last token is read as well",
            "You read the last new token, too. Once it is chosen the text is finished: nobody reads it.",
            (wrong(last=1),),
        ),
        Mistake(
            "the cache is never used",
            "Your cost is the same with a cache and without. With one only the newest token is read.",
            (wrong(keep=lambda cached: False),),
        ),
        Mistake(
            "the cache is always used",
            "Your cost is the same with a cache and without. Without one the whole text is read for every new token.",
            (wrong(keep=lambda cached: True),),
        ),
        Mistake(
            "cache and no cache exchanged",
            "You have them the other way round: the cache is what spares the reading.",
            (wrong(keep=lambda cached: not cached),),
        ),
        Mistake(
            "the prompt is forgotten after the first token",
            "After the first new token your text consists of new tokens only. They still meet the prompt.",
            (wrong(kept_prompt=False), wrong(kept_prompt=False, prompt_again=True)),
        ),
        Mistake(
            "a token does not meet itself",
            "A token that is read meets the kept ones and those that are read with it, itself among them.",
            (wrong(met=lambda kept, read: kept + read - 1), wrong(met=lambda kept, read: kept)),
        ),
        Mistake(
            "only the kept or only the new",
            "A token meets the kept ones *and* those that are read with it.",
            (wrong(met=lambda kept, read: read),),
        ),
        Mistake(
            "scores without values",
            "A token multiplies d_model numbers twice for each token that it meets: for the score, and for its value.",
            (wrong(looks=1),),
        ),
        Mistake(
            "attention without its looking",
            "You count the matrices only. A token also multiplies with each token that it meets.",
            (wrong(looks=0),),
        ),
        Mistake(
            "a matrix of attention is missing",
            "Attention has four matrices of d_model x d_model: for queries, keys, values, and for what comes out.",
            (wrong(attention_matrices=3), wrong(attention_matrices=1)),
        ),
        Mistake(
            "a matrix of the feed-forward network is missing",
            "The feed-forward network has two matrices: one up to d_ff, one back down.",
            (wrong(ff_matrices=1),),
        ),
        Mistake(
            "one layer",
            "You count one layer. Every layer does all of this.",
            (wrong(layers=lambda n: 1),),
        ),
        Mistake(
            "sums counted, too",
            "Your number is twice the right one. Asked for are multiplications, not multiplications and sums.",
            (wrong(product=2),),
        ),
    ),
)
