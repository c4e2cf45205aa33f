"""Temperature, top-k and top-p: the order of the steps and the border of the nucleus are what goes wrong."""

import math

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task
from transformer_lib.generation import keep_likeliest

DRAWN = 500  # sets of logits at a time, of which the first that tells is taken
TEMPERATURE, TOP_K, TOP_P, ALL = "temperature", "top-k", "top-p", "all together"


def solution(logits, temperature=1.0, top_k=None, top_p=None):
    if temperature == 0:
        return torch.nn.functional.one_hot(logits.argmax(-1), logits.shape[-1]).to(logits.dtype)
    return keep_likeliest(logits / temperature, top_k, top_p).softmax(-1)


def draw(generator: Generator) -> list[Case]:
    """Logits without ties, whose nucleus is neither one token nor all of them."""

    def case(shape: tuple[int, ...], temperature: float, k: int | None, p: float | None, part: str) -> Case:
        n, rows = shape[-1], math.prod(shape[:-1])
        told = torch.zeros(0, rows, n)
        while not len(told):
            ranks, noise = torch.rand(2, DRAWN, rows, n, generator=generator)
            drawn = (ranks.argsort(-1) * (2.4 / n) + noise * 0.3) * 1.5 - 1
            told = drawn[tells(drawn, temperature, k, p)]
        logits = told[0].reshape(shape)
        options = [f"temperature {temperature}"]
        options += [f"top_k {k}"] if k is not None else []
        options += [f"top_p {p}"] if p is not None else []
        args = (logits, temperature, k, p)
        while args[-1] is None:
            args = args[:-1]
        what = f"{' x '.join(map(str, shape))} logits, {', '.join(options)}"
        return Case(args, what, part)

    return [
        case((4,), 0.5, None, None, TEMPERATURE),
        case((7,), 2.0, None, None, TEMPERATURE),
        case((3, 5), 0.7, None, None, TEMPERATURE),
        Case((torch.randperm(5, generator=generator) / 2.0,), "5 logits, nothing else given", TEMPERATURE),
        case((5,), 0.0, None, None, TEMPERATURE),
        case((2, 7), 0.0, 3, 0.8, TEMPERATURE),
        case((5,), 1.0, 2, None, TOP_K),
        case((7,), 1.0, 3, None, TOP_K),
        case((3, 11), 1.0, 5, None, TOP_K),
        case((3,), 1.0, 7, None, TOP_K),
        case((5,), 1.0, None, 0.6, TOP_P),
        case((7,), 1.0, None, 0.8, TOP_P),
        case((3, 11), 1.0, None, 0.7, TOP_P),
        case((5,), 1.0, None, 0.001, TOP_P),
        case((11,), 2.0, 7, 0.8, ALL),
        case((3, 11), 0.5, 5, 0.7, ALL),
        case((2, 13), 1.5, 7, 0.75, ALL),
    ]


def tells(drawn: Tensor, temperature: float, k: int | None, p: float | None) -> Tensor:
    """Which of the drawn (many, rows, n) tell the mistakes below from the right answer; no running total is near p."""
    if temperature == 0 or p is None or p < 0.01:
        return torch.ones(len(drawn), dtype=torch.bool)
    right = solution(drawn, temperature, k, p)
    ordered = keep_likeliest(drawn / temperature, k).softmax(-1).sort(-1, descending=True).values
    kept = (right > 0).sum(-1)
    good = ((ordered.cumsum(-1) - p).abs().amin((-2, -1)) >= 0.02) & (kept.amin(-1) >= 2)
    if k is None:
        return good & (kept.amax(-1) < drawn.shape[-1] - 1)
    different = [p_before_k(drawn, temperature, k, p), solution(drawn, 1.0, k, p)]
    different.append(solution(keep_likeliest(drawn, None, p) / temperature, 1.0, k))
    for other in different:
        good &= ((other > 0).sum(-1) != kept).any(-1)
    return good & (kept.amax(-1) < min(k, drawn.shape[-1] - 1))


def p_before_k(logits, temperature=1.0, top_k=None, top_p=None):
    """The nucleus of all tokens, not of the k that were kept."""
    if temperature == 0:
        return solution(logits, 0)
    scaled = logits / temperature
    return keep_likeliest(keep_likeliest(scaled, None, top_p), top_k).softmax(-1)


def warm(change):
    """A wrong way to use the temperature; at 0 it is right."""

    def answer(logits, temperature=1.0, top_k=None, top_p=None):
        if temperature == 0:
            return solution(logits, 0)
        return change(logits, temperature, top_k, top_p)

    return answer


def nucleus(keep, nan=0.0):
    """A wrong border of the nucleus: `keep(probabilities, before, p)` says which of the ordered tokens stay.

    `nan` is what comes out where none does.
    """

    def answer(logits, temperature=1.0, top_k=None, top_p=None):
        if temperature == 0:
            return solution(logits, 0)
        scaled = keep_likeliest(logits / temperature, top_k)
        if top_p is None:
            return scaled.softmax(-1)
        ordered, order = scaled.sort(dim=-1, descending=True, stable=True)
        probabilities = ordered.softmax(-1)
        before = probabilities.cumsum(-1) - probabilities
        ordered = ordered.masked_fill(~keep(probabilities, before, top_p), -torch.inf)
        return torch.empty_like(ordered).scatter(-1, order, ordered).softmax(-1).nan_to_num(nan)

    return answer


def not_normalised(logits, temperature=1.0, top_k=None, top_p=None):
    if temperature == 0:
        return solution(logits, 0)
    kept = keep_likeliest(logits / temperature, top_k, top_p) > -torch.inf
    return (logits / temperature).softmax(-1) * kept


def in_order(logits, temperature=1.0, top_k=None, top_p=None):
    return solution(logits, temperature, top_k, top_p).sort(-1, descending=True).values


def cut_at_zero(logits, temperature=1.0, top_k=None, top_p=None):
    if temperature == 0:
        return solution(logits, 0)
    scaled = logits / temperature
    return scaled.where(keep_likeliest(scaled, top_k, top_p) > -torch.inf, torch.zeros(())).softmax(-1)


def one_border_for_all(logits, temperature=1.0, top_k=None, top_p=None):
    if temperature == 0 or logits.ndim == 1 or top_k is None:
        return solution(logits, temperature, top_k, top_p)
    scaled = logits / temperature
    border = scaled.flatten().sort(descending=True).values[min(top_k, scaled.shape[-1]) - 1]
    return keep_likeliest(scaled.masked_fill(scaled < border, -torch.inf), None, top_p).softmax(-1).nan_to_num()


def one_favourite_for_all(logits, temperature=1.0, top_k=None, top_p=None):
    if temperature == 0:
        return (logits == logits.max()).to(logits.dtype)
    return solution(logits, temperature, top_k, top_p)


TASK = Task(
    name="next_token",
    title="What the next token is drawn from",
    function="my_next_token",
    parameters=("logits", "temperature=1.0", "top_k=None", "top_p=None"),
    parts={TEMPERATURE: 2, TOP_K: 2, TOP_P: 3, ALL: 1},
    draw=draw,
    solution=solution,
    mistakes=(
        Mistake(
            "multiplied by the temperature",
            "You multiply by the temperature. A high temperature should make the choice more varied, so it *divides*.",
            (warm(lambda x, t, k, p: solution(x * t, 1.0, k, p)),),
        ),
        Mistake(
            "the probabilities are divided",
            "You divide the probabilities by the temperature. It belongs before the softmax, to the logits.",
            (
                warm(lambda x, t, k, p: solution(x, 1.0, k, p) / t),
                warm(lambda x, t, k, p: (solution(x, 1.0, k, p) / t).softmax(-1)),
            ),
        ),
        Mistake(
            "no temperature",
            "The temperature changes nothing in your answer, except at 0.",
            (warm(lambda x, t, k, p: solution(x, 1.0, k, p)),),
        ),
        Mistake(
            "temperature 0 divides",
            "At temperature 0 nothing can be divided. The limit of small temperatures is greedy: the likeliest token "
            "has all the probability.",
            (
                lambda x, t=1.0, k=None, p=None: solution(x, t, k, p) if t else torch.full_like(x, torch.nan),
                lambda x, t=1.0, k=None, p=None: solution(x, t or 1.0, k, p),
                lambda x, t=1.0, k=None, p=None: solution(x, t, k, p) if t else torch.zeros_like(x),
            ),
        ),
        Mistake(
            "the least likely are kept",
            "You keep the other end: the least likely tokens.",
            (warm(lambda x, t, k, p: keep_lowest(x / t, k, p)),),
        ),
        Mistake(
            "one token too many in the nucleus",
            "Your nucleus has one token more than it needs. Ask of each token: do those before it hold top_p already?",
            (nucleus(lambda probabilities, before, p: shifted(before >= p)),),
        ),
        Mistake(
            "the token that crosses is left out",
            "You keep tokens while their running total is below top_p. The one that carries it over is needed: without "
            "it the nucleus holds less than top_p, or nothing at all.",
            (
                nucleus(lambda probabilities, before, p: before + probabilities <= p),
                nucleus(lambda probabilities, before, p: (before + probabilities <= p) | (before == 0)),
                nucleus(lambda probabilities, before, p: before + probabilities <= p, nan=torch.nan),
            ),
        ),
        Mistake(
            "top-p as a border for single tokens",
            "You compare each token's own probability with top_p. The running total of the likeliest is what counts.",
            (
                nucleus(lambda probabilities, before, p: probabilities >= p),
                nucleus(lambda probabilities, before, p: probabilities >= 1 - p),
                nucleus(lambda probabilities, before, p: (probabilities >= p) | (before == 0)),
            ),
        ),
        Mistake(
            "not renormalised",
            "Your probabilities add up to less than 1. What was cut must be shared among those that stay.",
            (not_normalised,),
        ),
        Mistake(
            "cut to logit 0",
            "You set the logits of the others to 0. A logit of 0 is not a probability of 0: exp(0) is 1.",
            (cut_at_zero,),
        ),
        Mistake(
            "left in order of probability",
            "The probabilities are right, and sorted. Each must stand at its token's place again.",
            (in_order,),
        ),
        Mistake(
            "top-p before top-k",
            "Your nucleus is taken from all tokens. First top_k; then top_p of what is left, with its probabilities "
            "adding up to 1 again.",
            (p_before_k,),
        ),
        Mistake(
            "one border for the whole batch",
            "You treat all rows as one: one largest logit, or one border, for the whole batch. Each row has likeliest "
            "tokens of its own.",
            (one_border_for_all, one_favourite_for_all),
        ),
        Mistake(
            "logits instead of probabilities",
            "Those are the logits of what stays. Asked for are probabilities.",
            (warm(lambda x, t, k, p: keep_likeliest(x / t, k, p)),),
        ),
    ),
)


def shifted(cut: Tensor) -> Tensor:
    """What stays if the cut begins one token later."""
    return ~torch.cat([torch.zeros_like(cut[..., :1]), cut[..., :-1]], dim=-1)


def keep_lowest(scaled, top_k, top_p):
    kept = keep_likeliest(-scaled, top_k, top_p) > -torch.inf
    return scaled.masked_fill(~kept, -torch.inf).softmax(-1)
