"""Greedy decoding of a batch: each chosen word is read back in, and each sentence stops at its own end."""

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task

ONE, LIMIT, BATCH = "one sentence", "cut off at max_new", "a batch"


def greedy(
    logits: Tensor,
    start: Tensor,
    end: int,
    pad: int,
    max_new: int,
    *,
    choose=lambda row, step: row.argmax(-1),
    feed_back: bool = True,
    stop=lambda ended: bool(ended.all()),
    after: int | None = None,
    keep_end: bool = True,
    extra: int = 0,
) -> Tensor:
    """The right answer, with its steps to be put wrong one by one."""
    tokens, ended, written = start, torch.zeros(len(start), dtype=torch.bool), []
    for step in range(max_new + extra):
        chosen = choose(logits[tokens], step)
        chosen = chosen if after == -1 else chosen.masked_fill(ended, pad)
        ended = ended | (chosen == end)
        written.append(chosen if keep_end else chosen.masked_fill(chosen == end, pad))
        tokens = chosen if feed_back else start
        if stop(ended):
            break
    return torch.stack(written, dim=1)


def until_all_say_end(logits: Tensor, start: Tensor, end: int, pad: int, max_new: int) -> Tensor:
    """Nothing is remembered: it stops when the *last* words are all the end."""
    written: list[Tensor] = []
    while len(written) < max_new and not (written and bool((written[-1] == end).all())):
        written.append(logits[written[-1] if written else start].argmax(-1))
    return torch.stack(written, dim=1)


def lengths(logits: Tensor, start: Tensor, end: int) -> Tensor:
    """How many steps each sentence takes to its end, 40 if it has none."""
    answer = greedy(logits, start, end, -1, 40, stop=lambda ended: False, after=-1)
    hits = answer == end
    return torch.where(hits.any(1), hits.int().argmax(1) + 1, 40)


def draw(generator: Generator) -> list[Case]:
    """Tables in which the likeliest words make a path to the end, of a wanted length."""

    def case(batch: int, vocabulary: int, part: str) -> Case:
        while True:
            logits = torch.randn(vocabulary, vocabulary, generator=generator)
            start = torch.randperm(vocabulary - 2, generator=generator)[:batch] + 2
            end, pad = 1, 0
            logits[:, 0] -= 9.0  # nobody says pad
            steps = lengths(logits, start, end)
            looped = bool((logits[:, 2:].argmax(1) + 2 == torch.arange(vocabulary)).any())
            if part == ONE and 3 <= int(steps[0]) <= 6:
                return Case((logits, start, end, pad, 8), f"{vocabulary} words, 1 sentence of {int(steps[0])}", part)
            if part == LIMIT and int(steps[0]) > 6 and not looped:
                return Case((logits, start, end, pad, 4), f"{vocabulary} words, 1 sentence cut off after 4", part)
            sizes = set(steps.tolist())
            if part == BATCH and len(sizes) > 1 and min(sizes) >= 2 and max(sizes) <= 7:
                numbers = " and ".join(str(n) for n in steps.tolist())
                what = f"{vocabulary} words, sentences of {numbers} words"
                return Case((logits, start, end, pad, 9), what, part)

    return (
        [case(1, n, ONE) for n in (6, 7, 8, 9)]
        + [case(1, n, LIMIT) for n in (8, 9)]
        + [case(b, n, BATCH) for b, n in ((2, 7), (2, 9), (3, 9), (3, 11))]
    )


def with_start(*given: Tensor) -> Tensor:
    return torch.cat([given[1][:, None], greedy(*given)], dim=1)


def columns(logits, *rest):
    return greedy(logits.T, *rest)


TASK = Task(
    name="greedy",
    title="Greedy decoding",
    function="greedy",
    parameters=("logits", "start", "end", "pad", "max_new"),
    parts={ONE: 2, LIMIT: 1, BATCH: 3},
    draw=draw,
    solution=lambda *given: greedy(*given),
    mistakes=(
        Mistake(
            "the word is not read back in",
            "Every step looks at the start word's row, so every word is the same. The word just written is read next.",
            (lambda *given: greedy(*given, feed_back=False),),
        ),
        Mistake(
            "it does not stop",
            "Your answer always has max_new columns. When every sentence has ended there is nothing more to write.",
            (lambda *given: greedy(*given, stop=lambda ended: False),),
        ),
        Mistake(
            "words after the end",
            "A sentence that has ended goes on, because another one has not. From then on it gets pads.",
            (
                lambda *given: greedy(*given, after=-1),
                lambda *given: greedy(*given, after=-1, stop=lambda ended: False),
                until_all_say_end,
            ),
        ),
        Mistake(
            "all stop with the first",
            "You stop as soon as *one* sentence has ended. The others are not finished.",
            (lambda *given: greedy(*given, stop=lambda ended: bool(ended.any())),),
        ),
        Mistake(
            "the end is not written",
            "The end token is missing from the answer. It belongs to what the model wrote.",
            (
                lambda *given: greedy(*given, keep_end=False),
                lambda *given: (lambda a: a[:, :-1] if bool((a == given[2]).any()) else a)(greedy(*given)),
            ),
        ),
        Mistake(
            "the start is in the answer",
            "Your answer begins with the start word. Only what was written is asked for.",
            (with_start, lambda *given: with_start(*given)[:, : given[4]]),
        ),
        Mistake(
            "one step too many",
            "You write max_new + 1 words where no end comes.",
            (lambda *given: greedy(*given, extra=1),),
        ),
        Mistake(
            "one step too few",
            "You write max_new - 1 words where no end comes.",
            (lambda *given: greedy(*given, extra=-1),),
        ),
        Mistake(
            "the least likely word",
            "You take the *smallest* score of the row. The largest is the likeliest word's.",
            (lambda *given: greedy(*given, choose=lambda row, step: row.argmin(-1)),),
        ),
        Mistake(
            "columns for rows",
            "You read the table by columns. `logits[w]` is the row of word w: the scores of what follows it.",
            (columns,),
        ),
        Mistake(
            "the scores in place of the words",
            "You return how high the scores are. Which word has the highest one: its *index* is asked for.",
            (
                lambda *given: torch.stack(
                    [given[0][a, b] for a, b in zip(with_start(*given)[:, :-1].T, greedy(*given).T, strict=True)], 1
                ),
            ),
        ),
        Mistake(
            "an axis too few",
            "Your answer has one axis. Keep the batch, also if it is of one sentence: (sentences, words).",
            (lambda *given: greedy(*given)[0], lambda *given: greedy(*given).flatten()),
        ),
    ),
)
