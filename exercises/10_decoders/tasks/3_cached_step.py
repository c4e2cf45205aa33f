"""One step with a cache: what is appended, in which order, and what the new tokens may see of each other."""

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task
from transformer_lib.attention import attention

ONE, FIRST, SEVERAL = "one new token", "an empty cache", "several new tokens"


def step(
    q: Tensor,
    k_new: Tensor,
    v_new: Tensor,
    k_cache: Tensor,
    v_cache: Tensor,
    *,
    join=lambda cache, new: torch.cat([cache, new], dim=-2),
    join_v=None,
    mask=lambda n, t: torch.arange(t) <= torch.arange(t - n, t)[:, None],
) -> Tensor:
    """The right answer, with its steps to be put wrong one by one."""
    k, v = join(k_cache, k_new), (join_v or join)(v_cache, v_new)
    n = q.shape[-2]
    return attention(q, k, v, mask(n, k.shape[-2]))[0]


def draw(generator: Generator) -> list[Case]:
    """Values that tell which were mixed; caches of several lengths, one of them empty."""

    def case(heads: int, kept: int, new: int, width: int, part: str) -> Case:
        def x(length: int) -> Tensor:
            numbers = torch.randn(heads, length, width, generator=generator)
            return (numbers * 4).round() / 4

        q, k_new, v_new, k_cache, v_cache = x(new), x(new), 3 * x(new), x(kept), 3 * x(kept)
        return Case((q, k_new, v_new, k_cache, v_cache), f"{heads} heads, {kept} kept, {new} new", part)

    sizes = {
        ONE: [(1, 1, 1, 2), (2, 3, 1, 2), (3, 7, 1, 5)],
        FIRST: [(1, 0, 1, 2), (2, 0, 1, 3)],
        SEVERAL: [(1, 2, 2, 3), (2, 5, 3, 2), (3, 0, 4, 5), (2, 3, 5, 3)],
    }
    return [case(*size, part) for part, list_of in sizes.items() for size in list_of]


def everything(n: int, t: int) -> Tensor:
    return torch.ones(n, t, dtype=torch.bool)


def unscaled(q, k_new, v_new, k_cache, v_cache):
    return step(q * q.shape[-1] ** 0.5, k_new, v_new, k_cache, v_cache)


def two_attentions(q, k_new, v_new, k_cache, v_cache):
    """Each with a softmax of its own, added up."""
    new = step(q, k_new, v_new, k_cache[:, :0], v_cache[:, :0])
    if not k_cache.shape[-2]:
        return new
    return new + attention(q, k_cache, v_cache)[0]


def the_last_only(q, k_new, v_new, k_cache, v_cache):
    return step(q, k_new, v_new, k_cache, v_cache)[..., -1:, :]


def over_the_queries(q, k_new, v_new, k_cache, v_cache):
    k, v = torch.cat([k_cache, k_new], 1), torch.cat([v_cache, v_new], 1)
    n, t = q.shape[-2], k.shape[-2]
    scores = (q @ k.mT / q.shape[-1] ** 0.5).masked_fill(~(torch.arange(t) <= torch.arange(t - n, t)[:, None]), -1e9)
    return scores.softmax(-2) @ v


TASK = Task(
    name="cached_step",
    title="A step with a cache",
    function="my_cached_step",
    parameters=("q", "k_new", "v_new", "k_cache", "v_cache"),
    parts={ONE: 3, FIRST: 1, SEVERAL: 3},
    draw=draw,
    solution=lambda q, k_new, v_new, k_cache, v_cache: step(q, k_new, v_new, k_cache, v_cache),
    allowed=("transformer_lib.attention:attention",),
    mistakes=(
        Mistake(
            "the cache is forgotten",
            "Your new tokens see each other and nothing before them. What was kept must be looked at, too.",
            (lambda q, kn, vn, kc, vc: step(q, kn, vn, kc[:, :0], vc[:, :0]),),
        ),
        Mistake(
            "a token does not see itself",
            "The new tokens look at the cache alone. Their own keys and values must be appended before they look.",
            (
                lambda q, kn, vn, kc, vc: attention(q, kc, vc)[0] if kc.shape[-2] else torch.zeros_like(q),
                lambda q, kn, vn, kc, vc: step(
                    q, kn, vn, kc, vc, mask=lambda n, t: torch.arange(t) < torch.arange(t - n, t)[:, None]
                ),
            ),
        ),
        Mistake(
            "the new tokens see the future",
            "With several new tokens the first of them sees those after it. Among the new ones the triangle holds.",
            (lambda *args: step(*args, mask=everything),),
        ),
        Mistake(
            "the triangle begins at the left edge",
            "Your triangle counts from the first key: query 0 sees key 0 only. But queries are the *last* positions, "
            "and all that was kept lies before them.",
            (lambda *args: step(*args, mask=lambda n, t: everything(n, t).tril()),),
        ),
        Mistake(
            "the new before the old",
            "You put the new keys and values in front of the kept ones. With one token nothing changes; with several "
            "the triangle then hides the wrong ones.",
            (lambda *args: step(*args, join=lambda cache, new: torch.cat([new, cache], dim=-2)),),
        ),
        Mistake(
            "keys and values in different orders",
            "The keys have the new ones last and the values have them first (or the other way round). Each value must "
            "stand where its key stands.",
            (
                lambda *args: step(*args, join_v=lambda cache, new: torch.cat([new, cache], dim=-2)),
                lambda *args: step(
                    *args,
                    join=lambda cache, new: torch.cat([new, cache], dim=-2),
                    join_v=lambda cache, new: torch.cat([cache, new], dim=-2),
                ),
            ),
        ),
        Mistake(
            "keys taken for values",
            "What you mix are the keys. Keys say where to look; what is mixed are the values.",
            (lambda q, kn, vn, kc, vc: step(q, kn, kn, kc, kc),),
        ),
        Mistake(
            "two attentions added up",
            "You attend to the cache and to the new tokens separately, and add. Their weights must come from *one* "
            "softmax, and add up to 1.",
            (two_attentions, lambda *args: two_attentions(*args) / (2 if args[3].shape[-2] else 1)),
        ),
        Mistake(
            "the oldest is overwritten",
            "You drop as many old tokens as there are new ones. Nothing is dropped here: the cache grows.",
            (lambda q, kn, vn, kc, vc: step(q, kn, vn, kc[:, kn.shape[1] :], vc[:, kn.shape[1] :]),),
        ),
        Mistake(
            "not scaled",
            "The scores are not divided by the root of a key's width.",
            (unscaled,),
        ),
        Mistake(
            "softmax over the queries",
            "Your softmax runs along the queries. Each query shares its own weight among the keys.",
            (over_the_queries,),
        ),
        Mistake(
            "only the last token's output",
            "You return the last token's output alone. Each new token has one: the next layer needs them all.",
            (the_last_only,),
        ),
    ),
)
