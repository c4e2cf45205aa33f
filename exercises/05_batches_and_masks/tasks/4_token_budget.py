"""Batches of similar lengths within a budget of tokens: what counts, in which order, and where the answer stands."""

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task

SORTED, MIXED, EQUAL = "lengths in order", "lengths in any order", "equal lengths"


def grouped(
    lengths: Tensor,
    max_tokens: int,
    *,
    full=lambda rows, new, longest, total, budget: (rows + 1) * new > budget,
    order=lambda lengths: lengths.argsort(stable=True),
    first: int = 0,
    again: int = 0,
) -> Tensor:
    """The right answer, with its steps to be put wrong one by one."""
    batch_of = torch.zeros_like(lengths)
    number, rows, longest, total = first, 0, 0, 0
    for i in order(lengths).tolist():
        new = int(lengths[i])
        if rows and full(rows, new, longest, total, max_tokens):
            number, rows, longest, total = number + 1, again, 0, 0
        batch_of[i] = number
        rows, longest, total = rows + 1, max(longest, new), total + new
    return batch_of


def telling(lengths: Tensor, max_tokens: int) -> bool:
    """Whether exact fits, padding and rests all occur: several batches, one exactly full, one of several lengths."""
    batch_of = grouped(lengths, max_tokens)
    boxes = [lengths[batch_of == b] for b in range(int(batch_of.max()) + 1)]
    exact = any(len(box) * int(box.max()) == max_tokens for box in boxes[:-1])
    padded = any(int(box.min()) < int(box.max()) for box in boxes[:-1])
    summed = grouped(lengths, max_tokens, full=lambda rows, new, longest, total, budget: total + new > budget)
    return len(boxes) > 2 and exact and padded and not torch.equal(summed, batch_of)


def draw(generator: Generator) -> list[Case]:
    """Lengths from 1 to a dozen, and budgets that some batches meet exactly."""

    def case(n: int, part: str) -> Case:
        while True:
            lengths = torch.randint(2, 10, (n,), generator=generator)
            max_tokens = int(torch.randint(12, 31, (), generator=generator))
            if part == SORTED:
                lengths = lengths.sort().values
            elif part == EQUAL:
                lengths = lengths[torch.randint(3, (n,), generator=generator)]
            ordered = lengths.sort().values
            shuffled = not torch.equal(ordered, lengths) and not torch.equal(ordered.flip(0), lengths)
            if telling(lengths, max_tokens) and (part == SORTED or shuffled):
                return Case((lengths, max_tokens), f"lengths {lengths.tolist()}, max_tokens {max_tokens}", part)

    return [case(n, part) for part in (SORTED, MIXED, EQUAL) for n in (7, 9, 12, 16)]


def unstable(lengths: Tensor) -> Tensor:
    """Sorted by length, equal lengths from back to front."""
    return len(lengths) - 1 - lengths.flip(0).argsort(stable=True)


def of_sorted(lengths: Tensor, max_tokens: int) -> Tensor:
    return grouped(lengths.sort().values, max_tokens)


def fixed_rows(longest) -> Tensor:
    def answer(lengths: Tensor, max_tokens: int) -> Tensor:
        rows = max(1, max_tokens // int(longest(lengths)))
        return lengths.argsort(stable=True).argsort() // rows

    return answer


TASK = Task(
    name="token_budget",
    title="Batches within a budget of tokens",
    function="my_batches",
    parameters=("lengths", "max_tokens"),
    parts={SORTED: 3, MIXED: 3, EQUAL: 2},
    draw=draw,
    solution=lambda lengths, max_tokens: grouped(lengths, max_tokens),
    mistakes=(
        Mistake(
            "the padding is not counted",
            "You add up the lengths. A batch is a box: it costs its rows times its *longest* length, padding included.",
            (
                lambda lengths, max_tokens: grouped(
                    lengths, max_tokens, full=lambda rows, new, longest, total, budget: total + new > budget
                ),
            ),
        ),
        Mistake(
            "a full batch is one too many",
            "A batch that fits exactly is split. At most max_tokens: the budget itself is allowed.",
            (
                lambda lengths, max_tokens: grouped(
                    lengths, max_tokens, full=lambda rows, new, longest, total, budget: (rows + 1) * new >= budget
                ),
            ),
        ),
        Mistake(
            "the new sentence is not counted",
            "You ask whether the batch *without* the new sentence fits. Ask what it would cost with it.",
            (
                lambda lengths, max_tokens: grouped(
                    lengths, max_tokens, full=lambda rows, new, longest, total, budget: rows * new > budget
                ),
                lambda lengths, max_tokens: grouped(
                    lengths, max_tokens, full=lambda rows, new, longest, total, budget: rows * longest > budget
                ),
                lambda lengths, max_tokens: grouped(
                    lengths, max_tokens, full=lambda rows, new, longest, total, budget: rows * longest >= budget
                ),
            ),
        ),
        Mistake(
            "the old longest length",
            "You count one row more but keep the old longest length. Sorted by length, the new one is the longest.",
            (
                lambda lengths, max_tokens: grouped(
                    lengths, max_tokens, full=lambda rows, new, longest, total, budget: (rows + 1) * longest > budget
                ),
            ),
        ),
        Mistake(
            "a fixed number of sentences",
            "Every batch has the same number of sentences. Short ones leave room for more: decide anew for each.",
            (fixed_rows(torch.max), fixed_rows(lambda lengths: lengths.float().mean().ceil())),
        ),
        Mistake(
            "the first sentence of a batch is counted twice",
            "After a batch is closed the next one starts with a row too many. A new batch is empty until the sentence "
            "that did not fit is put in.",
            (lambda lengths, max_tokens: grouped(lengths, max_tokens, again=1),),
        ),
        Mistake(
            "numbers from 1",
            "Your first batch is number 1. Count from 0.",
            (lambda lengths, max_tokens: grouped(lengths, max_tokens, first=1),),
        ),
        Mistake(
            "longest first",
            "You begin with the longest sentences. Begin with the shortest: batch 0 holds those.",
            (
                lambda lengths, max_tokens: grouped(
                    lengths,
                    max_tokens,
                    full=lambda rows, new, longest, total, budget: (rows + 1) * max(longest, new) > budget,
                    order=lambda lengths: lengths.argsort(descending=True, stable=True),
                ),
            ),
        ),
        Mistake(
            "not sorted",
            "You take the sentences as they come. Sort them by length first, so that those in a batch are alike.",
            (
                lambda lengths, max_tokens: grouped(
                    lengths,
                    max_tokens,
                    full=lambda rows, new, longest, total, budget: (rows + 1) * max(longest, new) > budget,
                    order=lambda lengths: torch.arange(len(lengths)),
                ),
                lambda lengths, max_tokens: grouped(
                    lengths, max_tokens, order=lambda lengths: torch.arange(len(lengths))
                ),
            ),
        ),
        Mistake(
            "in the order of the sorted lengths",
            "Your numbers belong to the sorted lengths. Entry i of the answer belongs to sentence i as it was given.",
            (of_sorted,),
        ),
        Mistake(
            "put back the wrong way",
            "You index the numbers by the order where they should be *stored* by it: sentence order[0] gets the first "
            "number.",
            (lambda lengths, max_tokens: of_sorted(lengths, max_tokens)[lengths.argsort(stable=True)],),
        ),
        Mistake(
            "equal lengths from back to front",
            "Of two sentences with the same length, yours takes the later one first. The earlier one comes first.",
            (lambda lengths, max_tokens: grouped(lengths, max_tokens, order=unstable),),
        ),
        Mistake(
            "the order itself",
            "You return in which order the sentences are taken. The answer is each sentence's batch number.",
            (
                lambda lengths, max_tokens: lengths.argsort(stable=True),
                lambda lengths, max_tokens: lengths.argsort(stable=True).argsort(),
            ),
        ),
        Mistake(
            "how many are in each batch",
            "You return the sizes of the batches. The answer has one entry for each sentence: its batch's number.",
            (lambda lengths, max_tokens: grouped(lengths, max_tokens).bincount(),),
        ),
        Mistake(
            "numbers with a decimal point",
            "The numbers are right, but floats. Batch numbers are integers: `dtype=torch.int64`.",
            (lambda lengths, max_tokens: grouped(lengths, max_tokens).float(),),
        ),
        Mistake(
            "everything in one batch",
            "All, or nearly all, are in batch 0. When a sentence does not fit any more, a new batch begins. ("
            "max_tokens counts tokens, rows times the longest length, and not sentences.)",
            (
                lambda lengths, max_tokens: torch.zeros_like(lengths),
                lambda lengths, max_tokens: grouped(
                    lengths, max_tokens, full=lambda rows, new, longest, total, budget: rows + 1 > budget
                ),
            ),
        ),
    ),
)
