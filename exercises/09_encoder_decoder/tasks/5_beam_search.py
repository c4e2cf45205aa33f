"""Beam search over a table of transitions: how many beginnings are kept, what is compared, and what has ended."""

from collections.abc import Callable

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task

PLAIN, PENALTY, LIMIT = "without a length penalty", "with a length penalty", "cut off at max_new"
Beam = tuple[float, list[int]]  # log p, the words written


def rate(length: int, penalty: float) -> float:
    return float(((5 + length) / 6) ** penalty)


def search(
    log_p: Tensor,
    start: int,
    end: int,
    n_beams: int,
    max_new: int,
    penalty: float,
    *,
    kept: Callable[[float, int, float], float] = lambda p, n, penalty: p / rate(n, penalty),
    last: Callable[[float, int, float], float] | None = None,
    ended: str = "stay",
    stop: Callable[[list[bool]], bool] = all,
    extra: int = 0,
    keep: int | None = None,
) -> Tensor:
    """The right answer, with its steps to be put wrong one by one."""
    keep = n_beams if keep is None else keep
    last = kept if last is None else last
    beams: list[Beam] = [(0.0, [])]
    done: list[Beam] = []
    rows = log_p.tolist()
    for _ in range(max_new + extra):
        candidates: list[Beam] = []
        for p, words in beams:
            if words and words[-1] == end and ended == "stay":
                candidates.append((p, words))
                continue
            row = rows[words[-1] if words else start]
            candidates += [(p + row[word], [*words, word]) for word in range(len(row))]
        candidates.sort(key=lambda beam: -kept(beam[0], len(beam[1]), penalty))
        beams = candidates[:keep]
        if ended == "aside":
            done += [beam for beam in beams if beam[1][-1] == end]
            beams = [beam for beam in beams if beam[1][-1] != end]
        if not beams or stop([words[-1] == end for _, words in beams]):
            break
    best = max([*beams, *done], key=lambda beam: last(beam[0], len(beam[1]), penalty))
    return torch.tensor(best[1])


def draw(generator: Generator) -> list[Case]:
    """Tables on which beams find what greedy does not, and where penalty, pruning and ended sentences each matter."""

    def table(n: int) -> Tensor:
        log_p = (1.5 * torch.randn(n, n, generator=generator)).log_softmax(-1)
        return (log_p * 1000).round() / 1000

    def case(n: int, n_beams: int, max_new: int, penalty: float, part: str) -> Case:
        for _ in range(20_000):
            given = (table(n), 0, 1, n_beams, max_new, penalty)
            answer = search(*given)
            complete = int(answer[-1]) == 1
            others = [search(*given, keep=1), search(*given, ended="aside")]
            if part == PLAIN:
                wanted = complete and 2 <= len(answer) < max_new and not torch.equal(answer, others[0])
            elif part == PENALTY:
                others.append(search(*given[:-1], 0.0))
                wanted = complete and 3 <= len(answer) < max_new and not torch.equal(answer, others[2])
            else:
                longer = search(*given, extra=1)
                wanted = not complete and len(answer) == max_new and not torch.equal(answer, longer[:max_new])
            if wanted:
                break
        what = f"{n} words, {n_beams} beams, max_new {max_new}, penalty {penalty}"
        return Case(given, what, part)

    plain = [case(n, 2, 6, 0.0, PLAIN) for n in (4, 5)] + [case(6, 3, 7, 0.0, PLAIN) for _ in range(2)]
    penalty = [
        case(n, b, 8, p, PENALTY) for n, b, p in ((4, 2, 1.0), (5, 2, 0.6), (6, 3, 1.0), (6, 4, 1.5), (5, 3, 0.6))
    ]
    limit = [case(n, b, 3, 1.0, LIMIT) for n, b in ((4, 2), (5, 2), (6, 3))]
    return [*plain, *penalty, *limit]


def changed(**steps):
    return lambda *given: search(*given, **steps)


def exhaustive(*given):
    return search(*given, keep=4000)


TASK = Task(
    name="beam_search",
    title="Beam search with a length penalty",
    function="beam_search",
    parameters=("log_p", "start", "end", "n_beams", "max_new", "penalty"),
    parts={PLAIN: 4, PENALTY: 4, LIMIT: 2},
    draw=draw,
    solution=lambda *given: search(*given),
    mistakes=(
        Mistake(
            "greedy",
            "You keep one beginning only: the likeliest. Keep n_beams of them at every step.",
            (changed(keep=1),),
        ),
        Mistake(
            "one beam too few",
            "You keep n_beams - 1 beginnings.",
            (lambda *given: search(*given, keep=max(1, given[3] - 1)),),
        ),
        Mistake(
            "one beam too many",
            "You keep n_beams + 1 beginnings.",
            (lambda *given: search(*given, keep=given[3] + 1),),
        ),
        Mistake(
            "no length penalty",
            "You compare log p as it is. Each word makes it smaller, so that short sentences win. Divide it by "
            "((5 + length) / 6) ** penalty.",
            (lambda *given: search(*given[:-1], 0.0),),
        ),
        Mistake(
            "the penalty is multiplied",
            "You multiply log p, which is negative, by the factor: a long sentence gets worse still. Divide.",
            (changed(kept=lambda p, n, penalty: p * rate(n, penalty)),),
        ),
        Mistake(
            "the mean per word",
            "You divide log p by the number of words. The factor grows more slowly: ((5 + length) / 6) ** penalty.",
            (
                changed(kept=lambda p, n, penalty: p / n),
                changed(kept=lambda p, n, penalty: p / n**penalty),
            ),
        ),
        Mistake(
            "the penalty at the end only",
            "You prune by log p and compare scores only among those that are left. Compare scores at every step.",
            (
                changed(
                    kept=lambda p, n, penalty: p,
                    last=lambda p, n, penalty: p / rate(n, penalty),
                ),
            ),
        ),
        Mistake(
            "the likeliest at the end",
            "You prune by the scores, and then return the beam with the highest log p. Return the best *score*.",
            (changed(last=lambda p, n, penalty: p),),
        ),
        Mistake(
            "ended sentences go on",
            "After the end token you let a sentence go on. It stays as it is, with the score that it has.",
            (changed(ended="go on"), changed(ended="go on", stop=lambda ends: False)),
        ),
        Mistake(
            "ended sentences leave their place",
            "You take ended sentences out and fill their places with others. They stay among the n_beams, to be "
            "overtaken or not.",
            (changed(ended="aside"),),
        ),
        Mistake(
            "it stops with the first end",
            "You stop as soon as some beam has ended. Another may still overtake it: stop when *all* have.",
            (changed(stop=any),),
        ),
        Mistake(
            "nothing is pruned",
            "You keep every beginning. That finds the very best sentence, at an exponential price; asked for is what "
            "n_beams find.",
            (exhaustive,),
        ),
        Mistake(
            "one step too many",
            "Your sentences may have max_new + 1 words.",
            (changed(extra=1),),
        ),
        Mistake(
            "one step too few",
            "Your sentences may have only max_new - 1 words.",
            (changed(extra=-1),),
        ),
        Mistake(
            "columns for rows",
            "You read the table by columns. `log_p[w]` is the row of word w: the log-probabilities of what follows it.",
            (lambda log_p, *rest: search(log_p.T, *rest),),
        ),
        Mistake(
            "the start is in the answer",
            "Your answer begins with the start word. Only what was written is asked for.",
            (lambda *given: torch.cat([torch.tensor([given[1]]), search(*given)]),),
        ),
        Mistake(
            "the end is not written",
            "The end token is missing from the answer. It belongs to the sentence.",
            (lambda *given: (lambda a: a[:-1] if int(a[-1]) == given[2] else a)(search(*given)),),
        ),
    ),
)
