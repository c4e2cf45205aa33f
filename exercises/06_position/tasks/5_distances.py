"""T5's distances: near ones exactly, far ones in spans that grow, and two sides that share the numbers."""

import math
from collections.abc import Callable

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task
from transformer_lib.position import relative_buckets

NEAR, FAR, BOTH = "a decoder, near keys", "a decoder, far keys", "an encoder, both sides"
SIZES = [(8, 20), (10, 50), (18, 90), (32, 128)]  # n_buckets, max_distance


def clear(offset: Tensor, causal: bool, n_buckets: int, max_distance: int) -> Tensor:
    """Where no rounding can move an offset over the border of a span."""
    exact = (n_buckets if causal else n_buckets // 2) // 2
    rest = (n_buckets if causal else n_buckets // 2) - exact
    steps = (offset.abs().clamp(min=1).double() / exact).log() / math.log(max_distance / exact) * rest
    inside = (offset.abs() > exact) & (offset.abs() < max_distance)
    return ~inside | ((steps - steps.round()).abs() > 1e-3)


def draw_offsets(generator: Generator) -> list[Case]:
    """Rows of offsets in order, then whole matrices of them."""

    def case(offset: Tensor, causal: bool, size: tuple[int, int], what: str, part: str) -> Case:
        offset = offset.where(clear(offset, causal, *size), -torch.ones_like(offset))
        kind = "" if part == NEAR else f", {size[0]} numbers, up to {size[1]}"
        return Case((offset, causal, *size), what + kind, part)

    def matrix(q_len: int, k_len: int, end: int) -> Tensor:
        return torch.arange(k_len)[None] - torch.arange(end - q_len, end)[:, None]

    few = int(torch.randint(3, 6, (), generator=generator))
    near = [
        case(-torch.arange(3), True, (8, 20), "keys 0, 1 and 2 back, of 4 exact ones", NEAR),
        case(matrix(few, few, few), True, (12, 50), f"{few} queries, {few} keys, the later ones too", NEAR),
        case(-torch.randint(6, (2, 4), generator=generator), True, (12, 50), "near keys in a batch", NEAR),
    ]
    far = [
        case(-torch.arange(n_buckets // 2, most + 3), True, (n_buckets, most), "far keys", FAR)
        for n_buckets, most in SIZES
    ]
    wild = -torch.randint(200, (2, 3, 5), generator=generator)
    wilder = torch.randint(-200, 201, (2, 3, 5), generator=generator)
    far += [
        case(wild, True, (32, 128), "any keys, in a batch", FAR),
        case(matrix(3, 60, 60), True, (20, 40), "the last 3 of 60 words", FAR),
    ]
    both = [case(torch.arange(-2, 3), False, (16, 30), "keys from 2 before to 2 after", BOTH)]
    both += [
        case(torch.arange(-most - 2, most + 3), False, (n_buckets, most), "keys on both sides", BOTH)
        for n_buckets, most in SIZES
    ]
    both += [
        case(matrix(7, 7, 7), False, (8, 20), "7 queries, 7 keys", BOTH),
        case(wilder, False, (32, 128), "any keys, in a batch", BOTH),
    ]
    return near + far + both


def sorted_into(
    n_sides: Callable[[bool], int] = lambda causal: 1 if causal else 2,
    exact: Callable[[int], int] = lambda per_side: per_side // 2,
    spans: Callable[..., Tensor] | None = None,
    distance: Callable[[Tensor, bool], Tensor] = lambda offset, causal: (
        (-offset).clamp(min=0) if causal else offset.abs()
    ),
    second: Callable[[Tensor], Tensor] = lambda offset: offset > 0,
    last: Callable[[int], int | None] = lambda per_side: per_side - 1,
) -> Callable[[Tensor, bool, int, int], Tensor]:
    """The right answer but for what is given."""

    def answer(offset: Tensor, causal: bool, n_buckets: int, max_distance: int) -> Tensor:
        per_side = n_buckets // n_sides(causal)
        n, e = distance(offset, causal), exact(per_side)
        make = spans or (lambda n, e, rest, most: ((n / e).log() / math.log(most / e) * rest).long())
        far = e + make(n.clamp(min=1).double(), e, per_side - e, max_distance)
        far = far if last(per_side) is None else far.clamp(max=last(per_side))
        number = torch.where(n < e, n, far)
        return number if causal else number + per_side * second(offset)

    return answer


def in_float(offset, causal, n_buckets, max_distance):
    return relative_buckets(offset, causal=causal, n_buckets=n_buckets, max_distance=max_distance).float()


TASK = Task(
    name="distances",
    title="T5's distances",
    function="my_relative_buckets",
    parameters=("offset", "causal", "n_buckets", "max_distance"),
    parts={NEAR: 2, FAR: 4, BOTH: 2},
    draw=draw_offsets,
    solution=lambda offset, causal, n_buckets, max_distance: relative_buckets(
        offset, causal=causal, n_buckets=n_buckets, max_distance=max_distance
    ),
    mistakes=(
        Mistake(
            "the sign of the offset",
            "You take positive offsets for keys that lie back. An offset is the key's place minus the query's: it is "
            "negative for what came before.",
            (
                sorted_into(
                    distance=lambda offset, causal: offset.clamp(min=0) if causal else offset.abs(),
                    second=lambda offset: offset < 0,
                ),
                sorted_into(distance=lambda offset, causal: offset.clamp(min=0) if causal else offset.abs()),
            ),
        ),
        Mistake(
            "before and after exchanged",
            "In an encoder your keys *before* the query have the second half of the numbers. Those after it should.",
            (sorted_into(second=lambda offset: offset < 0),),
        ),
        Mistake(
            "distance 0 is counted as after",
            "The query's own key, at offset 0, gets a number of the second half. Only what comes after does.",
            (sorted_into(second=lambda offset: offset >= 0),),
        ),
        Mistake(
            "both sides share their numbers",
            "In an encoder a key three before and a key three after get the same number. Each side has half of them.",
            (
                sorted_into(second=lambda offset: torch.zeros_like(offset)),
                sorted_into(n_sides=lambda causal: 1, second=lambda offset: torch.zeros_like(offset)),
            ),
        ),
        Mistake(
            "the sides are not halved",
            "In an encoder each side has n_buckets / 2 numbers, not n_buckets. Halve them before anything else.",
            (sorted_into(n_sides=lambda causal: 1),),
        ),
        Mistake(
            "a decoder's numbers are halved, too",
            "A decoder sees one side only, and that side has all the numbers.",
            (sorted_into(n_sides=lambda causal: 2),),
        ),
        Mistake(
            "later keys are not at 0",
            "In a decoder, keys after the query get numbers of their own, or negative ones. A mask will hide them, so "
            "they all get 0.",
            (
                sorted_into(distance=lambda offset, causal: offset.abs()),
                sorted_into(distance=lambda offset, causal: -offset if causal else offset.abs()),
            ),
        ),
        Mistake(
            "every distance exactly",
            "You never put distances together: far ones have numbers of their own until those run out. Only the first "
            "half of a side is exact.",
            (
                sorted_into(
                    exact=lambda per_side: per_side - 1, spans=lambda n, e, rest, most: torch.zeros_like(n).long()
                ),
            ),
        ),
        Mistake(
            "spans of equal length",
            "Your far spans are all equally long. They should grow: the number rises with the *logarithm* of the "
            "distance.",
            (sorted_into(spans=lambda n, e, rest, most: ((n - e) / (most - e) * rest).long()),),
        ),
        Mistake(
            "not divided by the exact ones",
            "The logarithm is taken of the distance itself. It should start at 0 where the exact numbers end: take it "
            "of distance / exact.",
            (
                sorted_into(spans=lambda n, e, rest, most: (n.log() / math.log(most) * rest).long()),
                sorted_into(spans=lambda n, e, rest, most: (n.log() / math.log(most / e) * rest).long()),
            ),
        ),
        Mistake(
            "the scale forgets the exact ones",
            "The logarithm starts at the right place and rises too slowly: at max_distance it should have risen by all "
            "the numbers that are left. Divide by the logarithm of max_distance / exact.",
            (sorted_into(spans=lambda n, e, rest, most: ((n / e).log() / math.log(most) * rest).long()),),
        ),
        Mistake(
            "the scale forgets max_distance",
            "Your spans grow at a pace of their own. How fast they grow is set by max_distance: there the last number "
            "begins.",
            (
                sorted_into(spans=lambda n, e, rest, most: (n / e).log().long()),
                sorted_into(spans=lambda n, e, rest, most: (n / e).log2().long()),
            ),
        ),
        Mistake(
            "rounded, not cut off",
            "You round to the nearest number, or up. A span has its number until the next one begins: cut off the "
            "fraction.",
            (
                sorted_into(spans=lambda n, e, rest, most: ((n / e).log() / math.log(most / e) * rest).round().long()),
                sorted_into(spans=lambda n, e, rest, most: ((n / e).log() / math.log(most / e) * rest).ceil().long()),
            ),
        ),
        Mistake(
            "too many numbers for the far ones",
            "You multiply the logarithm by all the numbers of a side. Half of them are taken by the exact distances.",
            (sorted_into(spans=lambda n, e, rest, most: ((n / e).log() / math.log(most / e) * (rest + e)).long()),),
        ),
        Mistake(
            "numbers that do not exist",
            "At max_distance and beyond your numbers go on. The last one of a side is for all that is far.",
            (sorted_into(last=lambda per_side: None), sorted_into(last=lambda per_side: per_side)),
        ),
        Mistake(
            "not whole numbers",
            "The numbers are right, but as floats. They pick rows of a table, so they have to be integers (int64).",
            (in_float, lambda *args: in_float(*args).int()),
        ),
    ),
)
