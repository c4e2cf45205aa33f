"""Beam search over a table of transitions: how many beginnings are kept, what is compared, and what has ended."""

import itertools
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
    backwards: bool = False,
    only_ended: bool = False,
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
        if backwards:  # of equals, the other one is taken
            candidates.reverse()
        candidates.sort(key=lambda beam: -kept(beam[0], len(beam[1]), penalty))
        beams = candidates[:keep]
        if ended == "aside":
            done += [beam for beam in beams if beam[1][-1] == end]
            beams = [beam for beam in beams if beam[1][-1] != end]
        if not beams or stop([words[-1] == end for _, words in beams]):
            break
    found = [*beams, *done]
    if only_ended:
        found = [beam for beam in found if beam[1][-1] == end] or found
    best = max(found, key=lambda beam: last(beam[0], len(beam[1]), penalty))
    return torch.tensor(best[1])


def changed(**steps):
    return lambda *given: search(*given, **steps)


SLIPS = {  # wrong answers that are right on many tables: every two of them must differ on one of ours
    "none": search,
    "greedy": changed(keep=1),
    "one beam too few": lambda *given: search(*given, keep=max(1, given[3] - 1)),
    "one beam too many": lambda *given: search(*given, keep=given[3] + 1),
    "nothing is pruned": changed(keep=4000),
    "no penalty": lambda *given: search(*given[:-1], 0.0),
    "multiplied": changed(kept=lambda p, n, penalty: p * rate(n, penalty)),
    "mean": changed(kept=lambda p, n, penalty: p / n),
    "mean to the penalty": changed(kept=lambda p, n, penalty: p / n**penalty),
    "at the end only": changed(kept=lambda p, n, penalty: p, last=lambda p, n, penalty: p / rate(n, penalty)),
    "likeliest at the end": changed(last=lambda p, n, penalty: p),
    "another constant": changed(kept=lambda p, n, penalty: p / ((4 + n) / 6) ** penalty),
    "another beginning": changed(kept=lambda p, n, penalty: (p - 1) / rate(n, penalty)),
    "go on": changed(ended="go on"),
    "go on for ever": changed(ended="go on", stop=lambda ends: False),
    "aside": changed(ended="aside"),
    "first end": changed(stop=any),
    "best has ended": changed(stop=lambda ends: ends[0]),
    "only ended": changed(only_ended=True),
    "one step more": changed(extra=1),
    "one step less": changed(extra=-1),
}
TOGETHER = ({"mean", "mean to the penalty"}, {"go on", "go on for ever"})


def is_clear(case: Case) -> bool:
    """Whether no two beams come so close that rounding decides. (Two that go the same steps in another order tie.)"""

    def rounded(shift: float) -> Callable[[float, int, float], float]:
        return lambda p, n, penalty: round(p / rate(n, penalty) + shift, 3)

    close = [search(*case.args, kept=rounded(s), backwards=b) for s in (0.0, 0.0005) for b in (False, True)]
    return len({tuple(answer.tolist()) for answer in [search(*case.args), *close]}) == 1


def draw(generator: Generator) -> list[Case]:
    """Tables with a start, and an end; then, for each two slips that agree on all of them, one on which they differ."""

    def any_case(part: str) -> Case:
        while not is_clear(case := unchecked_case(part)):
            pass
        return case

    def unchecked_case(part: str) -> Case:
        n = int(torch.randint(4, 6, (), generator=generator))
        log_p = (2 * torch.randn(n, n, generator=generator)).log_softmax(-1)
        n_beams = int(torch.randint(2, 4, (), generator=generator))
        penalty = 0.0 if part == PLAIN else (0.6, 1.0, 1.5)[int(torch.randint(3, (), generator=generator))]
        max_new = 3 if part == LIMIT else 5
        what = f"{n} words, {n_beams} beams, max_new {max_new}, penalty {penalty}"
        return Case(((log_p * 1000).round() / 1000, 0, 1, n_beams, max_new, penalty), what, part)

    def ends(case: Case) -> bool:
        answer = search(*case.args)
        return (int(answer[-1]) == 1 and 2 <= len(answer) < 5) != (case.part == LIMIT)

    def drawn(part: str) -> Case:
        while not ends(case := any_case(part)):
            pass
        return case

    cases = [drawn(part) for part in (PLAIN, PLAIN, PLAIN, PENALTY, PENALTY, PENALTY, LIMIT, LIMIT, LIMIT)]
    said = {name: [slip(*case.args).tolist() for case in cases] for name, slip in SLIPS.items()}
    for one, other in itertools.combinations(SLIPS, 2):
        if said[one] != said[other] or {one, other} in TOGETHER:
            continue
        for _ in range(3000):
            case = any_case(PENALTY)
            if SLIPS[one](*case.args).tolist() != SLIPS[other](*case.args).tolist():
                break
        cases.append(case)
        for name, slip in SLIPS.items():
            said[name].append(slip(*case.args).tolist())
    return sorted(cases, key=lambda case: (PLAIN, PENALTY, LIMIT).index(case.part))


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
            "it stops when the best has ended",
            "You stop as soon as the best beam has ended. With a penalty a longer one can still overtake it: stop when "
            "*all* have ended.",
            (changed(stop=lambda ends: ends[0]),),
        ),
        Mistake(
            "only ended beams may win",
            "You leave out of the answer the beams that were cut off. The best score wins, ended or not.",
            (changed(only_ended=True),),
        ),
        Mistake(
            "nothing is pruned",
            "You keep every beginning. That finds the very best sentence, at an exponential price; asked for is what "
            "n_beams find.",
            (SLIPS["nothing is pruned"],),
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
