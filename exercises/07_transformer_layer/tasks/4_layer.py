"""The whole layer: the heads, the sums, the norms, and their order."""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Generator, Tensor

from grader.task import Case, Function, Mistake, Task

PLAIN, ONE, HEADS, MASKED = "sums and norms alone", "one head", "several heads", "with a mask"


def draw(g: Generator) -> list[Case]:
    """Sublayers that give nothing, one head, several, and a mask."""

    def case(batch: int, length: int, d: int, n_heads: int, what: str, part: str, **more: Any) -> Case:
        x = torch.randn(batch, length, d, generator=g) * 2 + torch.randn(d, generator=g)
        weights = [torch.randn(d, d, generator=g) * 1.3 / math.sqrt(d) for _ in range(4)]
        d_ff = 2 * d + 1
        w_1, w_2 = torch.randn(d, d_ff, generator=g) / math.sqrt(d), torch.randn(d_ff, d, generator=g) / math.sqrt(d_ff)
        b_1, b_2 = torch.randn(d_ff, generator=g), torch.randn(d, generator=g)
        if part == PLAIN:
            weights[3], w_2, b_2 = torch.zeros(d, d), torch.zeros(d_ff, d), torch.zeros(d)
        arguments = [each.mul(1000).round().div(1000) for each in (x, *weights, w_1, b_1, w_2, b_2)]
        return Case((*arguments, n_heads, *more.values()), what, part)

    lengths = torch.tensor([3, 5])
    words = torch.arange(5)[None, None] < lengths[:, None, None]
    equal = case(1, 2, 4, 2, "a word of equal numbers and one of nearly equal ones; w_o and w_2 are zeros", PLAIN)
    equal.args[0][:] = torch.tensor([[1.0, 1.0, 1.0, 1.0], [2.0, 2.0, 2.0, 2.01]])  # variances: 0, and near epsilon
    return [
        equal,
        case(1, 1, 2, 1, "1 sentence of 1 word, width 2; w_o and w_2 are zeros", PLAIN),
        case(2, 3, 4, 1, "2 sentences of 3 words, width 4; w_o and w_2 are zeros", PLAIN),
        case(1, 2, 3, 1, "1 sentence of 2 words, width 3, 1 head", ONE),
        case(2, 5, 7, 1, "2 sentences of 5 words, width 7, 1 head", ONE),
        case(1, 3, 4, 2, "1 sentence of 3 words, width 4, 2 heads", HEADS),
        case(2, 5, 12, 3, "2 sentences of 5 words, width 12, 3 heads", HEADS),
        case(3, 4, 8, 4, "3 sentences of 4 words, width 8, 4 heads", HEADS),
        case(1, 3, 4, 2, "1 sentence of 3 words, a causal mask", MASKED, mask=torch.ones(3, 3).tril().bool()),
        case(2, 5, 6, 2, "2 sentences of 5 words, a causal mask", MASKED, mask=torch.ones(5, 5).tril().bool()),
        case(2, 5, 6, 3, "2 sentences of 5 words, the first has 2 of padding", MASKED, mask=words),
    ]


def normalise(x: Tensor) -> Tensor:
    variance, mean = torch.var_mean(x, -1, keepdim=True, correction=0)
    return (x - mean) / (variance + 1e-5).sqrt()


def split(x: Tensor, n_heads: int) -> Tensor:
    return x.unflatten(-1, (n_heads, -1)).transpose(1, 2)


def merge(x: Tensor) -> Tensor:
    return x.transpose(1, 2).flatten(2)


def fill(scores: Tensor, mask: Tensor) -> Tensor:
    return scores.masked_fill(~mask, -1e30)


def post_norm(x: Tensor, attend: Callable[[Tensor], Tensor], network: Callable[[Tensor], Tensor]) -> Tensor:
    x = normalise(x + attend(x))
    return normalise(x + network(x))


def layer(
    *,
    order: Callable[..., Tensor] = post_norm,
    split: Callable[[Tensor, int], Tensor] = split,
    merge: Callable[[Tensor], Tensor] = merge,
    scale: Callable[[Tensor, int], float] = lambda q, n_heads: math.sqrt(q.shape[-1]),
    masked: Callable[[Tensor, Tensor], Tensor] = fill,
    axis: int = -1,
    kink: Callable[[Tensor], Tensor] = torch.relu,
    values: str = "v",
    transposed: bool = False,
    join: bool = True,
    heads: Callable[[int], int] = lambda n_heads: n_heads,
) -> Function:
    """The layer with a part to be put wrong."""

    def wrong(
        x: Tensor, w_q: Tensor, w_k: Tensor, w_v: Tensor, w_o: Tensor,
        w_1: Tensor, b_1: Tensor, w_2: Tensor, b_2: Tensor, n_heads: int, mask: Tensor | None = None,
    ) -> Tensor:  # fmt: skip
        def attend(x: Tensor) -> Tensor:
            w = [one.T if transposed else one for one in (w_q, w_k, w_v, w_o)]
            q, k, v = (split(x @ one, heads(n_heads)) for one in w[:3])
            v = {"v": v, "k": k, "x": split(x, heads(n_heads))}[values]
            scores = q @ k.mT / scale(q, n_heads)
            if mask is not None:
                scores = masked(scores, mask[:, None] if mask.ndim == 3 else mask)
            found = merge(scores.softmax(axis) @ v)
            return found @ w[3] if join else found

        return order(x, attend, lambda x: kink(x @ w_1 + b_1) @ w_2 + b_2)

    return wrong


def cut(x: Tensor, n_heads: int) -> Tensor:
    """The wrong split: a reshape alone."""
    return x.reshape(len(x), n_heads, x.shape[1], -1)


def pre_norm(x: Tensor, attend: Callable[[Tensor], Tensor], network: Callable[[Tensor], Tensor]) -> Tensor:
    x = x + attend(normalise(x))
    return x + network(normalise(x))


def sums(
    x: Tensor,
    attend: Callable[[Tensor], Tensor],
    network: Callable[[Tensor], Tensor],
    *,
    add: tuple[bool, bool] = (True, True),
    norm: tuple[bool, bool] = (True, True),
) -> Tensor:
    """Sums and norms, some left out."""
    for sublayer, with_sum, with_norm in zip((attend, network), add, norm, strict=True):
        out = x + sublayer(x) if with_sum else sublayer(x)
        x = normalise(out) if with_norm else out
    return x


def from_the_start(x: Tensor, attend: Callable[[Tensor], Tensor], network: Callable[[Tensor], Tensor]) -> Tensor:
    return normalise(x + network(normalise(x + attend(x))))


def side_by_side(x: Tensor, attend: Callable[[Tensor], Tensor], network: Callable[[Tensor], Tensor]) -> Tensor:
    return normalise(normalise(x + attend(x)) + network(x))


def norm_of_the_sublayer(x: Tensor, attend: Callable[[Tensor], Tensor], network: Callable[[Tensor], Tensor]) -> Tensor:
    x = x + normalise(attend(x))
    return x + normalise(network(x))


def network_first(x: Tensor, attend: Callable[[Tensor], Tensor], network: Callable[[Tensor], Tensor]) -> Tensor:
    return post_norm(x, network, attend)


def in_another_order(x: Tensor) -> Tensor:
    return x.permute(0, 2, 3, 1).flatten(2)


def sqrt_of_d_model(q: Tensor, n_heads: int) -> float:
    return math.sqrt(q.shape[-1] * n_heads)


TASK = Task(
    name="layer",
    title="A whole layer",
    function="my_layer",
    parameters=("x", "w_q", "w_k", "w_v", "w_o", "w_1", "b_1", "w_2", "b_2", "n_heads", "mask=None"),
    parts={PLAIN: 2, ONE: 3, HEADS: 3, MASKED: 2},
    draw=draw,
    solution=layer(),
    banned=("attention", "layer_norm"),
    mistakes=(
        Mistake(
            "pre-norm",
            "You normalise what goes into each sublayer. Here it is the sum that is normalised, after the sublayer.",
            (layer(order=pre_norm), layer(order=lambda *parts: normalise(pre_norm(*parts)))),
        ),
        Mistake(
            "no sum around attention",
            "What attention found replaces its input. It should be added to it.",
            (layer(order=partial(sums, add=(False, True))),),
        ),
        Mistake(
            "no sum around the feed-forward network",
            "What the network made replaces its input. It should be added to it.",
            (layer(order=partial(sums, add=(True, False))),),
        ),
        Mistake(
            "no sums",
            "Both sublayers replace their input. What they make should be added to it.",
            (layer(order=partial(sums, add=(False, False))),),
        ),
        Mistake(
            "the first norm is missing",
            "After attention the sum is normalised, before the feed-forward network sees it.",
            (layer(order=partial(sums, norm=(False, True))),),
        ),
        Mistake(
            "the last norm is missing",
            "The sum after the feed-forward network is normalised as well.",
            (layer(order=partial(sums, norm=(True, False))),),
        ),
        Mistake(
            "no norms",
            "Each of the two sums is normalised: mean 0 and variance 1 for every word.",
            (layer(order=partial(sums, norm=(False, False))),),
        ),
        Mistake(
            "the second sum adds the layer's input",
            "The feed-forward network's output is added to what went into *it*, not to what went into the layer.",
            (layer(order=from_the_start),),
        ),
        Mistake(
            "the feed-forward network sees the layer's input",
            "It should get what attention left: the first sum, normalised. Did you keep two names for x?",
            (layer(order=side_by_side),),
        ),
        Mistake(
            "the sublayers are normalised, not the sums",
            "You normalise what a sublayer made and then add. Add first, then normalise the sum.",
            (layer(order=norm_of_the_sublayer),),
        ),
        Mistake(
            "feed-forward first",
            "Attention comes first, then the feed-forward network.",
            (layer(order=network_first),),
        ),
        Mistake(
            "the heads are cut out of the wrong axis",
            "A reshape to (B, n_heads, T, ...) cuts the table of words and numbers across the words. First split the "
            "last axis in two; then move the heads' axis forward.",
            (layer(split=cut), layer(split=cut, merge=lambda x: x.reshape(len(x), x.shape[2], -1))),
        ),
        Mistake(
            "the heads are not brought back",
            "A reshape alone, without moving the heads' axis back, puts different words into one row.",
            (layer(merge=lambda x: x.reshape(len(x), x.shape[2], -1)),),
        ),
        Mistake(
            "the heads' numbers are interleaved",
            "Side by side means: all of head 0's numbers, then all of head 1's.",
            (
                layer(merge=in_another_order),
                layer(split=lambda x, n: x.unflatten(-1, (-1, n)).permute(0, 3, 1, 2)),
            ),
        ),
        Mistake(
            "one head",
            "n_heads is not used: all D numbers make one head. Each head has its own weights.",
            (layer(heads=lambda n_heads: 1),),
        ),
        Mistake(
            "the scale is of the whole width",
            "The scores of a head are divided by the square root of the head's width, D / n_heads.",
            (layer(scale=sqrt_of_d_model),),
        ),
        Mistake(
            "no scaling",
            "The scores are not divided by the square root of the head's width.",
            (layer(scale=lambda q, n_heads: 1.0),),
        ),
        Mistake(
            "softmax over the queries",
            "The weights of each *query* sum to 1: softmax over the last axis, the keys.",
            (layer(axis=-2),),
        ),
        Mistake("the mask is ignored", "The mask changes nothing in your answer.", (layer(masked=lambda s, m: s),)),
        Mistake(
            "the mask is inverted",
            "True means *may attend*. You hide what may be seen.",
            (layer(masked=lambda scores, mask: scores.masked_fill(mask, -1e30)),),
        ),
        Mistake(
            "hidden scores are zero",
            "A score of zero is not nothing: exp(0) is 1. A hidden score must be so low that its weight is 0.",
            (layer(masked=lambda scores, mask: scores * mask), layer(masked=lambda s, m: s.masked_fill(~m, 1e-9))),
        ),
        Mistake(
            "w_o is missing",
            "The heads stand side by side, but are not multiplied by w_o.",
            (layer(join=False),),
        ),
        Mistake(
            "the values are not made by w_v",
            "You average the words (or the keys) themselves. What is averaged is x @ w_v.",
            (layer(values="k"), layer(values="x")),
        ),
        Mistake(
            "the matrices are transposed",
            "Here you multiply from the right, x @ w_q. nn.Linear stores its matrix the other way round; these are "
            "not.",
            (layer(transposed=True),),
        ),
        Mistake(
            "no kink in the feed-forward network",
            "Between its two matrices, what is negative becomes 0.",
            (layer(kink=lambda x: x),),
        ),
        Mistake(
            "another kink in the feed-forward network",
            "It should make negative numbers 0 and leave the others as they are.",
            (layer(kink=F.gelu), layer(kink=torch.tanh), layer(kink=F.silu), layer(kink=torch.sigmoid)),
        ),
    ),
)
