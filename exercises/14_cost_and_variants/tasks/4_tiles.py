"""The streaming softmax: what is kept from tile to tile, and what must be scaled down when a larger score turns up."""

import math

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task
from transformer_lib import attention

ONE, SEVERAL, REST, LARGE = "one tile", "several tiles", "a rest", "large scores"


def streamed(
    q: Tensor,
    k: Tensor,
    v: Tensor,
    size: int,
    *,
    shrink_total: bool = True,
    shrink_out: bool = True,
    scale: bool = True,
    divide: bool = True,
    subtract: bool = True,
    keep_top: bool = True,
) -> Tensor:
    """The right answer, with its steps to be left out one by one."""
    top = q.new_full((*q.shape[:-1], 1), -math.inf)
    total, out, found = torch.zeros_like(top), q.new_zeros(*q.shape[:-1], v.shape[-1]), []
    for start in range(0, k.shape[-2], size):
        keys, values = k[..., start : start + size, :], v[..., start : start + size, :]
        scores = q @ keys.mT / (math.sqrt(q.shape[-1]) if scale else 1)
        larger = scores.amax(-1, keepdim=True) if subtract else torch.zeros_like(top)
        larger = torch.maximum(top, larger) if subtract and keep_top else larger
        shrink = (top - larger).exp() if subtract else torch.ones_like(top)
        share = (scores - larger).exp()
        total = (total * shrink if shrink_total else total) + share.sum(-1, keepdim=True)
        out = (out * shrink if shrink_out else out) + share @ values
        top = larger
        found.append(out / total if divide else out)
    return torch.stack(found)


def without(*steps: str):
    return lambda q, k, v, size: streamed(q, k, v, size, **dict.fromkeys(steps, False))


def each_alone(q: Tensor, k: Tensor, v: Tensor, size: int) -> Tensor:
    pairs = zip(k.split(size, -2), v.split(size, -2), strict=True)
    return torch.stack([attention(q, keys, values)[0] for keys, values in pairs])


def averaged(q: Tensor, k: Tensor, v: Tensor, size: int) -> Tensor:
    alone = each_alone(q, k, v, size)
    return alone.cumsum(0) / torch.arange(1, len(alone) + 1).to(q).view(-1, *[1] * q.ndim)


def whole_tiles(q: Tensor, k: Tensor, v: Tensor, size: int) -> Tensor:
    n = max(1, k.shape[-2] // size) * size
    return streamed(q, k[..., :n, :], v[..., :n, :], size)


def draw(generator: Generator) -> list[Case]:
    """Several keys a tile, a last tile of fewer, and scores whose exponentials overflow."""

    def case(part: str, batch: tuple[int, ...], q_len: int, k_len: int, d: int, size: int, times: float = 1.0) -> Case:
        while True:
            shapes = ((q_len, d), (k_len, d), (k_len, d + 1))
            q, k, v = (torch.randint(-4, 5, (*batch, *shape), generator=generator) / 2 for shape in shapes)
            scores = q @ k.mT
            firsts = [part_.amax(-1) for part_ in scores.split(size, -1)]
            rises = len(firsts) == 1 or bool((torch.stack(firsts[1:]).amax(0) > firsts[0] + 1).any())
            if rises and scores.std() > 0.8 and scores.max() > 1:
                what = f"{q_len} queries, {k_len} keys, tiles of {size}"
                return Case((times * q, k, v, size), what + (", large scores" if times > 1 else ""), part)

    return [
        case(ONE, (), 2, 3, 2, 3),
        case(ONE, (2,), 3, 5, 3, 7),
        case(SEVERAL, (), 2, 6, 2, 2),
        case(SEVERAL, (2,), 3, 6, 5, 3),
        case(SEVERAL, (2, 3), 5, 8, 3, 2),
        case(REST, (), 2, 5, 3, 2),
        case(REST, (2,), 3, 11, 5, 4),
        case(LARGE, (), 2, 6, 3, 2, 400.0),
        case(LARGE, (2,), 3, 7, 5, 3, 400.0),
    ]


TASK = Task(
    name="tiles",
    title="Attention in tiles",
    function="my_tiles",
    parameters=("q", "k", "v", "size"),
    parts={ONE: 2, SEVERAL: 4, REST: 2, LARGE: 2},
    draw=draw,
    solution=streamed,
    banned=("attention",),
    mistakes=(
        Mistake(
            "nothing is scaled down",
            "When a larger score turns up, what you added up so far was relative to the old one. Scale both sums down.",
            (without("shrink_total", "shrink_out"),),
        ),
        Mistake(
            "the output is not scaled down",
            "The total is scaled down and the output is not. Both were relative to the old largest score.",
            (without("shrink_out"),),
        ),
        Mistake(
            "the total is not scaled down",
            "The output is scaled down and the total is not. Both were relative to the old largest score.",
            (without("shrink_total"),),
        ),
        Mistake(
            "no scaling by the width",
            "The scores are not divided by the square root of the width, as attention's are.",
            (without("scale"),),
        ),
        Mistake(
            "not divided by the total",
            "Your outputs are sums, not averages: divide by the total before an output is handed out.",
            (without("divide"),),
        ),
        Mistake(
            "each tile by itself",
            "Each of your outputs knows its own tile only. After tile t it must hold all the keys up to there.",
            (each_alone,),
        ),
        Mistake(
            "the tiles count alike",
            "You average the tiles' outputs. A tile with larger scores must count more, by its share of the total.",
            (averaged,),
        ),
        Mistake(
            "the last tile is dropped",
            "Where the keys do not divide evenly you leave out the rest. The last tile may be shorter.",
            (whole_tiles,),
        ),
        Mistake(
            "exponentials that overflow",
            "Large scores give NaN: the exponential overflows. Subtract the largest score so far before you take it.",
            (without("subtract"),),
        ),
        Mistake(
            "the largest score of this tile alone",
            "You subtract the tile's own largest score. When it falls, what was kept is scaled up and overflows: "
            "top is the largest so far.",
            (without("keep_top"),),
        ),
        Mistake(
            "only the last output",
            "The last output is right. The answer has one for each tile, the first axis of the result.",
            (lambda q, k, v, size: streamed(q, k, v, size)[-1], lambda q, k, v, size: streamed(q, k, v, size)[-1:]),
        ),
        Mistake(
            "the tiles on another axis",
            "The outputs are right, and their axes are not in order: the tiles come first.",
            (lambda q, k, v, size: streamed(q, k, v, size).movedim(0, -2),),
        ),
    ),
)
