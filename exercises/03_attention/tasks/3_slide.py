"""Find the error in a printed worked example: which lines do not follow from the line above?"""

import itertools
import math
from collections.abc import Callable

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task

ONE, TWO = "at most one wrong line", "two wrong lines"
LINES = ("scores", "scaled", "weights", "out")
ROUNDING = 0.05  # what the learner is told to allow
RIGHT_WITHIN, WRONG_BEYOND, PRINTING_SHOWS = 0.04, 0.12, 0.012  # what is drawn: nothing lies near the border


def halves(shape: tuple[int, ...], generator: Generator) -> Tensor:
    """Numbers from -2 to 2 in steps of a half: exact in binary, and short to print."""
    return torch.randint(-4, 5, shape, generator=generator).float() / 2


def cut(x: Tensor) -> Tensor:
    """To two decimals without rounding, as the slide's 0.99 and 4.49 were."""
    return (x * 100).trunc() / 100


def deviations(
    q: Tensor, k: Tensor, v: Tensor, scores: Tensor, scaled: Tensor, weights: Tensor, out: Tensor
) -> list[Tensor]:
    """How far each printed line is from what follows from the line above it."""
    return [
        scores - q @ k.transpose(-2, -1),
        scaled - scores / math.sqrt(q.shape[-1]),
        weights - scaled.softmax(-1),
        out - weights @ v,
    ]


def wrong_lines(*lines: Tensor) -> Tensor:
    return torch.stack([(d.abs() > ROUNDING).any() for d in deviations(*lines)])


LITTLE = "a large number a little off"  # by less than 5% of it: a tolerance in proportion does not see it

# What can go wrong in a line: the kinds that are on the slides, or nearly were.
SLIPS = {
    "scores": ("a number too large", "a number too small", "a sign", LITTLE),
    "scaled": (
        "divided by the number of keys",
        "divided by d_head",
        "not divided",
        "divided by the root of the number of keys",
    ),
    "weights": ("softmax of the scores",),
    "out": ("a column with the weights of another row",),
}


def worked_example(
    slips: dict[str, str], q_len: int, k_len: int, d_head: int, generator: Generator
) -> tuple[Tensor, ...]:
    """A printed example with the given slips (line -> kind); each line but a slip follows from the line above it."""
    while True:
        q, k, v = (halves(shape, generator) for shape in ((q_len, d_head), (k_len, d_head), (k_len, 2)))
        scores = q @ k.T
        slip = slips.get("scores")
        place = scores[-1].abs().argmax() if slip == LITTLE else 0
        if slip == LITTLE and scores[-1, place].abs() < 3:
            continue
        scores[-1, place] += {None: 0.0, "a number too large": 0.5, "a number too small": -0.5, LITTLE: 0.13}.get(
            slip, -2 * float(q[-1, 0] * k[0, 0])
        )
        divisor = {
            "divided by the number of keys": k_len,
            "divided by the root of the number of keys": math.sqrt(k_len),
            "divided by d_head": d_head,
            "not divided": 1,
        }
        scaled = scores / divisor.get(slips.get("scaled", ""), math.sqrt(d_head))
        weights = (scores if "weights" in slips else scaled).softmax(-1)
        out = weights @ v
        if "out" in slips:
            out[:, 1] = out[:, 1].roll(1) if q_len > 1 else (weights.flip(-1) @ v)[:, 1]
        lines = (q, k, v, scores, cut(scaled), cut(weights), cut(out))
        if is_clear(lines, slips):
            return lines


def is_clear(lines: tuple[Tensor, ...], slips: dict[str, str]) -> bool:
    """Wrong lines are wrong by far and right ones by the printing only: every sensible tolerance gives one answer."""
    off = dict(zip(LINES, (float(d.abs().max()) for d in deviations(*lines)), strict=True))
    right = max((off[line] for line in LINES if line not in slips), default=0.0)
    if right > RIGHT_WITHIN or any(off[line] < WRONG_BEYOND for line in slips):
        return False
    if not slips and right < PRINTING_SHOWS:
        return False
    return 0.02 < float(lines[5].max(-1).values.min()) < 0.97  # the weights are not all 0 and 1


def draw_slides(generator: Generator) -> list[Case]:
    """Examples with no slip, with every kind of one, and with two in any two lines."""
    sizes = [(1, 3, 4), (2, 4, 3), (2, 3, 5), (3, 5, 3)]

    def case(slips: dict[str, str], size: tuple[int, int, int], part: str) -> Case:
        sized = f"{size[0]} {'query' if size[0] == 1 else 'queries'}, {size[1]} keys"
        where = "; ".join(f"in {line}: {kind}" for line, kind in slips.items())
        return Case(worked_example(slips, *size, generator), f"{sized}, {where or 'no wrong line'}", part)

    cases = [case({}, size, ONE) for size in sizes]
    for line, kinds in SLIPS.items():
        cases += [case({line: kind}, size, ONE) for kind in kinds for size in (sizes[0], sizes[3])]
    for i, (first, second) in enumerate(itertools.combinations(LINES, 2)):
        slips = {line: SLIPS[line][i % len(SLIPS[line])] for line in (first, second)}
        cases.append(case(slips, sizes[1 + i % 3], TWO))
    return cases


def judged_by(*checks: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """Four deviations, one for each line; a line is wrong if one of them is too large."""
    return lambda *lines: torch.stack([(check(*lines).abs() > ROUNDING).any() for check in checks])


def of_scores(q, k, v, scores, scaled, weights, out):
    return scores - q @ k.T


def of_scaled(q, k, v, scores, scaled, weights, out):
    return scaled - scores / math.sqrt(q.shape[-1])


def of_weights(q, k, v, scores, scaled, weights, out):
    return weights - scaled.softmax(-1)


def of_out(q, k, v, scores, scaled, weights, out):
    return out - weights @ v


def d_head(q, k, v):
    return q.shape[-1]


def n_keys(q, k, v):
    return k.shape[-2]


def scaled_by(scale):
    def of_scaled_wrongly(q, k, v, scores, scaled, weights, out):
        return scaled - scores / scale(q, k, v)

    return judged_by(of_scores, of_scaled_wrongly, of_weights, of_out)


def with_tolerance(tolerance):
    return lambda *lines: torch.stack([(d.abs() > tolerance).any() for d in deviations(*lines)])


def recomputed(*own: str):
    """The lines named are not read but worked out again, each from the one above it (worked out again, or printed)."""

    def wrong_chain(q, k, v, scores, scaled, weights, out):
        right_scores = q @ k.T
        right_scaled = (right_scores if "scores" in own else scores) / math.sqrt(q.shape[-1])
        right_weights = (right_scaled if "scaled" in own else scaled).softmax(-1)
        right_out = (right_weights if "weights" in own else weights) @ v
        pairs = (scores, right_scores), (scaled, right_scaled), (weights, right_weights), (out, right_out)
        return torch.stack([((printed - right).abs() > ROUNDING).any() for printed, right in pairs])

    return wrong_chain


CHAINS = tuple(
    recomputed(*own) for n in (3, 2, 1) for own in itertools.combinations(("scores", "scaled", "weights"), n)
)


def rights(q, k, v, scores, scaled, weights, out):
    """Each printed line with what follows from the line above it."""
    return zip(
        (scores, scaled, weights, out),
        (q @ k.T, scores / math.sqrt(q.shape[-1]), scaled.softmax(-1), weights @ v),
        strict=True,
    )


def compared_rounded(decimals):
    return lambda *lines: torch.stack(
        [(a.round(decimals=decimals) != b.round(decimals=decimals)).any() for a, b in rights(*lines)]
    )


def relative(rtol, atol):
    return lambda *lines: torch.stack([((a - b).abs() > atol + rtol * b.abs()).any() for a, b in rights(*lines)])


def first_only(*lines):
    wrong = wrong_lines(*lines)
    return wrong & (wrong.cumsum(0) == 1)


def and_all_after(*lines):
    return wrong_lines(*lines).cumsum(0) > 0


TASK = Task(
    name="slide",
    title="Find the error in a worked example",
    function="wrong_lines",
    parameters=("q", "k", "v", "scores", "scaled", "weights", "out"),
    parts={ONE: 4, TWO: 2},
    draw=draw_slides,
    solution=wrong_lines,
    mistakes=(
        Mistake(
            "everything is recomputed from q, k and v",
            "After a wrong line you also call a line below it wrong. Yet a line may follow faithfully from a "
            "wrong one. Compare each line with what the *printed* line above it gives.",
            (*CHAINS, and_all_after),
        ),
        Mistake(
            "divided by the number of keys",
            "You expect scaled = scores / number of keys, the very slip to be found. The scale is sqrt(d_head).",
            (scaled_by(n_keys),),
        ),
        Mistake(
            "divided by the root of the number of keys",
            "A square root is right, but `k.shape[0]` counts the keys. The length of a query is `q.shape[-1]`.",
            (scaled_by(lambda q, k, v: math.sqrt(len(k))),),
        ),
        Mistake(
            "divided by d_head",
            "You expect scaled = scores / d_head. The scale is its square root.",
            (scaled_by(d_head),),
        ),
        Mistake(
            "no scaling expected",
            "You expect scaled = scores. They should be divided by sqrt(d_head).",
            (scaled_by(lambda q, k, v: 1.0),),
        ),
        Mistake(
            "divided by another number",
            "You divide the scores by something else than the square root of a query's length: by a fixed number, or "
            "by the number of queries or of values. The length of a query is `q.shape[-1]`.",
            tuple(
                map(
                    scaled_by,
                    (
                        lambda q, k, v: math.sqrt(2),
                        lambda q, k, v: 2.0,
                        lambda q, k, v: math.sqrt(len(q)),
                        lambda q, k, v: math.sqrt(v.shape[-1]),
                    ),
                )
            ),
        ),
        Mistake(
            "weights compared with softmax(scores)",
            "You expect the weights to be the softmax of `scores`. The line above them is `scaled`.",
            (
                judged_by(
                    of_scores,
                    of_scaled,
                    lambda q, k, v, scores, scaled, weights, out: weights - scores.softmax(-1),
                    of_out,
                ),
            ),
        ),
        Mistake(
            "softmax over the queries",
            "Your softmax makes columns add up to 1. Each row should: a query shares its attention out among the keys.",
            (
                judged_by(
                    of_scores,
                    of_scaled,
                    lambda q, k, v, scores, scaled, weights, out: weights - scaled.softmax(0),
                    of_out,
                ),
            ),
        ),
        Mistake(
            "no allowance for rounding",
            "You call lines wrong whose numbers were only rounded or cut off in print. Allow each number to be off by "
            "0.05. (Rounding both sides first does not help: 0.99 may stand for 0.998.)",
            (
                *map(with_tolerance, (0.0, 1e-6, 1e-5, 1e-4, 1e-3, 0.005, 0.0051, 0.01)),
                *map(compared_rounded, (1, 2, 3, 4)),
            ),
        ),
        Mistake(
            "a tolerance in proportion",
            "You allow an error in proportion to the number, so large numbers may be far off (and small ones hardly at "
            "all). Allow 0.05 for each: `atol=0.05, rtol=0`, or compare the absolute difference.",
            (relative(0.05, 1e-8), relative(0.05, 0.0), relative(0.05, 0.05)),
        ),
        Mistake(
            "only the first wrong line",
            "You stop at the first wrong line. There may be another below it.",
            (first_only,),
        ),
        Mistake(
            "inverted",
            "True and False have changed places: True marks a line that is *wrong*.",
            (lambda *lines: ~wrong_lines(*lines),),
        ),
        Mistake(
            "a line counts as wrong only if all its numbers are",
            "One wrong number is enough: any number off, or not all of them close.",
            (lambda *lines: torch.stack([(d.abs() > ROUNDING).all() for d in deviations(*lines)]),),
        ),
        Mistake(
            "the sign of the difference",
            "You notice errors in one direction only: compare absolute differences.",
            (
                lambda *lines: torch.stack([(d > ROUNDING).any() for d in deviations(*lines)]),
                lambda *lines: torch.stack([(d < -ROUNDING).any() for d in deviations(*lines)]),
            ),
        ),
        Mistake(
            "the average difference",
            "You average the differences over a line, so that one wrong number is lost among the right ones.",
            (
                lambda *lines: torch.stack([d.mean().abs() > ROUNDING for d in deviations(*lines)]),
                lambda *lines: torch.stack([d.abs().mean() > ROUNDING for d in deviations(*lines)]),
            ),
        ),
        Mistake(
            "the sum of the differences",
            "You add up the differences of a line, so that many small ones from the printing look like an error, or a "
            "plus and a minus cancel. Compare number by number.",
            (
                lambda *lines: torch.stack([d.abs().sum() > ROUNDING for d in deviations(*lines)]),
                lambda *lines: torch.stack([d.sum().abs() > ROUNDING for d in deviations(*lines)]),
            ),
        ),
        Mistake(
            "wrong numbers are counted",
            "You return how many numbers of each line are wrong. The question is only whether there is one: `any()`.",
            (lambda *lines: torch.stack([(d.abs() > ROUNDING).sum() for d in deviations(*lines)]),),
        ),
        Mistake(
            "numbers instead of booleans",
            "Your answer is right, but made of ones and zeros. The answer asked for is boolean: True and False.",
            (lambda *lines: wrong_lines(*lines).long(), lambda *lines: wrong_lines(*lines).float()),
        ),
        Mistake(
            "everything is always wrong",
            "Your answer is four times True, whatever is printed.",
            (lambda *lines: torch.ones(4, dtype=torch.bool),),
        ),
        Mistake(
            "nothing is ever wrong",
            "Your answer is four times False, whatever is printed.",
            (lambda *lines: torch.zeros(4, dtype=torch.bool),),
        ),
        Mistake(
            "one answer for the whole slide",
            "You return one True or False. Return four: one each for scores, scaled, weights and out.",
            (lambda *lines: wrong_lines(*lines).any(),),
        ),
    ),
)
