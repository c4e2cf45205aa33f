"""Two sentences as BERT reads them: marks, segments, padding, and what is cut where they are too long."""

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task

FITS, PADDED, CUT = "it fits", "padding", "too long"


def longest_first(a: list[int], b: list[int], room: int) -> None:
    while len(a) + len(b) > room:
        (a if len(a) > len(b) else b).pop()


def pair(
    a: Tensor,
    b: Tensor,
    cls: int,
    sep: int,
    pad: int,
    max_len: int,
    *,
    cut=longest_first,
    marks=lambda a, b, cls, sep: ([cls, *a, sep], [*b, sep]),
    segments=lambda first, second: [0] * len(first) + [1] * len(second),
    pad_segment: int = 0,
    fill=lambda row, value, n: [*row, *[value] * n],
    rows=lambda tokens, segments: [tokens, segments],
) -> Tensor:
    """The right answer, with its steps to be put wrong one by one."""
    a_ids, b_ids = a.tolist(), b.tolist()
    cut(a_ids, b_ids, max_len - 3)
    first, second = marks(a_ids, b_ids, cls, sep)
    tokens, types = first + second, segments(first, second)
    n = max(0, max_len - len(tokens))
    tokens, types = fill(tokens, pad, n)[:max_len], fill(types, pad_segment, n)[:max_len]
    return torch.tensor(rows(tokens, types))


def draw(generator: Generator) -> list[Case]:
    """Ids that all differ, so that one sees which was cut; marks of any number."""

    def case(n: int, m: int, room: int, part: str) -> Case:
        ids = (torch.randperm(90, generator=generator) + 10)[: n + m]
        cls, sep, pad = (torch.randperm(8, generator=generator)[:3] + 2).tolist()
        what = f"{n} and {m} tokens, max_len {room}"
        return Case((ids[:n].clone(), ids[n:].clone(), cls, sep, pad, room), what, part)

    sizes = {
        FITS: [(1, 2, 6), (3, 2, 8), (2, 5, 10)],
        PADDED: [(1, 1, 7), (3, 2, 11), (2, 5, 13)],
        CUT: [(6, 1, 8), (5, 2, 8), (2, 6, 8), (4, 4, 10), (7, 5, 11), (4, 7, 10), (5, 5, 9)],
    }
    return [case(*size, part) for part, list_of in sizes.items() for size in list_of]


def wrong(**changes):
    return lambda a, b, cls, sep, pad, max_len: pair(a, b, cls, sep, pad, max_len, **changes)


def never(a: list[int], b: list[int], room: int) -> None:
    pass


def only_second(a: list[int], b: list[int], room: int) -> None:
    del b[max(0, room - len(a)) :]


def only_first(a: list[int], b: list[int], room: int) -> None:
    del a[max(0, room - len(b)) :]


def halves(a: list[int], b: list[int], room: int) -> None:
    if len(a) + len(b) > room:
        del a[room - room // 2 :]
        del b[room // 2 :]


def half_for_the_first(a: list[int], b: list[int], room: int) -> None:
    if len(a) + len(b) > room:
        del a[room - room // 2 :]
        del b[room - len(a) :]


def half_for_the_second(a: list[int], b: list[int], room: int) -> None:
    if len(a) + len(b) > room:
        del b[room // 2 :]
        del a[room - len(b) :]


def all_from_the_longer(a: list[int], b: list[int], room: int) -> None:
    (only_first if len(a) > len(b) else only_second)(a, b, room)


def from_the_front(a: list[int], b: list[int], room: int) -> None:
    while len(a) + len(b) > room:
        (a if len(a) > len(b) else b).pop(0)


def ties_from_the_first(a: list[int], b: list[int], room: int) -> None:
    while len(a) + len(b) > room:
        (a if len(a) >= len(b) else b).pop()


def shortest_first(a: list[int], b: list[int], room: int) -> None:
    while len(a) + len(b) > room:
        (a if a and (len(a) < len(b) or not b) else b).pop()


TASK = Task(
    name="pair_input",
    title="Two sentences in one input",
    function="my_pair_input",
    parameters=("a", "b", "cls", "sep", "pad", "max_len"),
    parts={FITS: 2, PADDED: 2, CUT: 3},
    draw=draw,
    solution=wrong(),
    mistakes=(
        Mistake(
            "no mark at the end",
            "Your input has one SEP, between the two. The second sentence is closed by one, too.",
            (wrong(marks=lambda a, b, cls, sep: ([cls, *a, sep], b)),),
        ),
        Mistake(
            "no mark between",
            "Between the two sentences there is no SEP. Without it nobody knows where the first one ends.",
            (wrong(marks=lambda a, b, cls, sep: ([cls, *a], [*b, sep])),),
        ),
        Mistake(
            "no CLS",
            "Your input does not begin with CLS. Its vector is what the second task is read from.",
            (wrong(marks=lambda a, b, cls, sep: ([*a, sep], [*b, sep])),),
        ),
        Mistake(
            "a second CLS",
            "You put CLS in front of the second sentence as well. There is one for the whole input.",
            (wrong(marks=lambda a, b, cls, sep: ([cls, *a, sep], [cls, *b, sep])),),
        ),
        Mistake(
            "the SEP between counts as the second sentence's",
            "The first SEP closes the first sentence, and has its segment: 0.",
            (wrong(segments=lambda first, second: [0] * (len(first) - 1) + [1] * (len(second) + 1)),),
        ),
        Mistake(
            "segments from 1",
            "Your segments are 1 and 2. They are rows of a table, and its rows are 0 and 1.",
            (
                wrong(segments=lambda first, second: [1] * len(first) + [2] * len(second)),
                wrong(segments=lambda first, second: [1] * len(first) + [2] * len(second), pad_segment=2),
            ),
        ),
        Mistake(
            "one segment for both",
            "All your segments are 0. The second sentence and its SEP have 1.",
            (wrong(segments=lambda first, second: [0] * len(first + second)),),
        ),
        Mistake(
            "the pads are in the second segment",
            "The segment goes on into the padding. Pads have segment 0 here.",
            (wrong(pad_segment=1),),
        ),
        Mistake(
            "the end is cut off, marks and all",
            "You put the input together and then cut it at max_len. The last SEP is lost. Cut the sentences *before* "
            "the marks are added.",
            (wrong(cut=never),),
        ),
        Mistake(
            "only the second sentence is cut",
            "You cut the second sentence alone, even where the first one is longer.",
            (wrong(cut=only_second),),
        ),
        Mistake(
            "only the first sentence is cut",
            "You cut the first sentence alone, even where the second one is longer.",
            (wrong(cut=only_first),),
        ),
        Mistake(
            "half the room for each",
            "You cut a sentence to half the room even where the other does not need its half. Cut one token at a "
            "time, from the longer one.",
            (wrong(cut=halves), wrong(cut=half_for_the_first), wrong(cut=half_for_the_second)),
        ),
        Mistake(
            "the excess is cut from one",
            "You cut the whole excess from the sentence that is longer at first. Which one is longer can change with "
            "every token that goes.",
            (wrong(cut=all_from_the_longer),),
        ),
        Mistake(
            "cut from the front",
            "You drop first tokens. Drop the last ones.",
            (wrong(cut=from_the_front),),
        ),
        Mistake(
            "a tie is cut from the first",
            "Where both are equally long the next token goes from the *second* sentence.",
            (wrong(cut=ties_from_the_first),),
        ),
        Mistake(
            "the shorter one is cut",
            "You cut the shorter sentence. It is the longer one that can spare a token.",
            (wrong(cut=shortest_first),),
        ),
        Mistake(
            "pads in front",
            "The padding stands in front. It belongs after the last SEP.",
            (wrong(fill=lambda row, value, n: [*[value] * n, *row]),),
        ),
        Mistake(
            "segments above, tokens below",
            "The first row should be the tokens, the second one the segments.",
            (wrong(rows=lambda tokens, segments: [segments, tokens]),),
        ),
    ),
)
