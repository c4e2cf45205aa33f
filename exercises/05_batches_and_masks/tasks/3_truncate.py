"""Truncation that keeps the special tokens at both ends, the head of a text, its tail, or some of each."""

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task

FITS, HEAD, TAIL, SOME = "texts that fit", "the head", "the tail", "some of each"
FIRST, LAST = 101, 102  # BERT's [CLS] and [SEP]


def draw(generator: Generator) -> list[Case]:
    """No token stands twice in a text, so that no wrong one looks right."""

    def case(length: int, max_len: int, n_head: int, part: str) -> Case:
        text = torch.randperm(90, generator=generator)[: length - 2] + 10
        ids = torch.cat([torch.tensor([FIRST]), text, torch.tensor([LAST])])
        return Case((ids, max_len, n_head), f"{length} tokens, max_len {max_len}, n_head {n_head}", part)

    def some(low: int, high: int) -> int:
        return int(torch.randint(low, high, (), generator=generator))

    more = some(3, 8)
    return [
        case(5, 8, 2, FITS),
        case(7, 7, 3, FITS),
        case(9, 12, 10, FITS),
        case(10, 13, 0, FITS),
        case(8, 6, 4, HEAD),
        case(9 + more, 8, 6, HEAD),
        case(20, 11, 9, HEAD),
        case(8, 6, 0, TAIL),
        case(9 + more, 8, 0, TAIL),
        case(20, 11, 0, TAIL),
        case(9, 7, 2, SOME),
        case(12 + more, 9, 4, SOME),
        case(23, 13, 3, SOME),
        case(8, 3, 1, SOME),
        case(6, 2, 0, SOME),
    ]


def cut(ids: Tensor, max_len: int, n_head: int) -> Tensor:
    """The right answer."""
    if len(ids) <= max_len:
        return ids
    text, n_tail = ids[1:-1], max_len - 2 - n_head
    return torch.cat([ids[:1], text[:n_head], text[len(text) - n_tail :], ids[-1:]])


def when_long(answer):
    """Wrong for texts that are too long, right for those that fit."""
    return lambda ids, max_len, n_head: ids if len(ids) <= max_len else answer(ids, max_len, n_head)


def joined(ids: Tensor, *parts: Tensor) -> Tensor:
    """The parts between the two special tokens."""
    return torch.cat([ids[:1], *parts, ids[-1:]])


def tail_of(x: Tensor, n: int) -> Tensor:
    return x[max(0, len(x) - n) :]


def doubled(ids: Tensor, max_len: int, n_head: int) -> Tensor:
    text, n_tail = ids[1:-1], max_len - 2 - n_head
    return joined(ids, text[:n_head], tail_of(text, n_tail))


TASK = Task(
    name="truncate",
    title="Truncation that keeps its special tokens",
    function="my_truncate",
    parameters=("ids", "max_len", "n_head"),
    parts={FITS: 1, HEAD: 1, TAIL: 1, SOME: 2},
    draw=draw,
    solution=cut,
    mistakes=(
        Mistake(
            "texts that fit are not left alone",
            "A text that is short enough was changed: tokens are repeated, or it was filled up. If it fits, return it.",
            (
                doubled,
                lambda ids, max_len, n_head: joined(
                    ids, ids[1:-1][:n_head], ids[1:-1][len(ids) - 2 - (max_len - 2 - n_head) :]
                ),
                lambda ids, max_len, n_head: torch.cat(
                    [cut(ids, max_len, n_head), ids.new_zeros(max(0, max_len - len(ids)))]
                ),
                lambda ids, max_len, n_head: joined(ids, ids[1 : n_head + 1], ids[-1 - (max_len - 2 - n_head) : -1]),
            ),
        ),
        Mistake(
            "minus zero",
            "With n_head at its largest, the tail has 0 tokens, and `x[-0:]` is all of x. Count from the start: "
            "where does the tail begin?",
            (
                when_long(
                    lambda ids, max_len, n_head: joined(ids, ids[1:-1][:n_head], ids[1:-1][-(max_len - 2 - n_head) :])
                ),
            ),
        ),
        Mistake(
            "the last special token is cut off",
            "The end token is gone: the text was cut as if it were a word. It stays, whatever is cut.",
            (
                when_long(lambda ids, max_len, n_head: cut(ids, max_len, n_head)[:-1]),
                when_long(
                    lambda ids, max_len, n_head: torch.cat([ids[: n_head + 1], tail_of(ids[:-1], max_len - n_head - 1)])
                ),
                when_long(lambda ids, max_len, n_head: ids[:max_len]),
            ),
        ),
        Mistake(
            "the first special token is cut off",
            "The start token is gone. It stays, whatever is cut: a read-out may stand on it.",
            (
                when_long(lambda ids, max_len, n_head: cut(ids, max_len, n_head)[1:]),
                when_long(lambda ids, max_len, n_head: ids[len(ids) - max_len :]),
            ),
        ),
        Mistake(
            "both special tokens are cut off",
            "Only words are left. The first and the last token are no words; they stay, and they count.",
            (
                when_long(lambda ids, max_len, n_head: cut(ids, max_len, n_head)[1:-1]),
                when_long(
                    lambda ids, max_len, n_head: torch.cat([ids[1:-1][:n_head], tail_of(ids[1:-1], max_len - n_head)])
                ),
            ),
        ),
        Mistake(
            "the special tokens are not counted",
            "The answer is two tokens too long. max_len counts the first and the last token as well.",
            (
                when_long(
                    lambda ids, max_len, n_head: joined(ids, ids[1:-1][:n_head], tail_of(ids[1:-1], max_len - n_head))
                ),
            ),
        ),
        Mistake(
            "only one special token is counted",
            "The answer is one token too long. Two special tokens stay: one at each end.",
            (
                when_long(
                    lambda ids, max_len, n_head: joined(
                        ids, ids[1:-1][:n_head], tail_of(ids[1:-1], max_len - 1 - n_head)
                    )
                ),
            ),
        ),
        Mistake(
            "n_head counts the first special token",
            "One word of the head is missing: n_head counts words, and the first token is none.",
            (
                when_long(
                    lambda ids, max_len, n_head: joined(
                        ids, ids[1 : max(1, n_head)], tail_of(ids[1:-1], max_len - 2 - n_head)
                    )
                ),
                when_long(
                    lambda ids, max_len, n_head: joined(
                        ids, ids[1 : max(1, n_head)], tail_of(ids[1:-1], max_len - 1 - max(1, n_head))
                    )
                ),
            ),
        ),
        Mistake(
            "no tail",
            "Only the head is there. What n_head leaves free belongs to the end of the text.",
            (
                when_long(lambda ids, max_len, n_head: joined(ids, ids[1:-1][:n_head])),
                when_long(lambda ids, max_len, n_head: joined(ids, ids[1:-1][: max_len - 2])),
            ),
        ),
        Mistake(
            "no head",
            "Only the tail is there. The first n_head words stay as well.",
            (
                when_long(lambda ids, max_len, n_head: joined(ids, tail_of(ids[1:-1], max_len - 2 - n_head))),
                when_long(lambda ids, max_len, n_head: joined(ids, tail_of(ids[1:-1], max_len - 2))),
            ),
        ),
        Mistake(
            "head and tail have changed roles",
            "n_head is how many words come from the *start*. Yours come from the end.",
            (
                when_long(
                    lambda ids, max_len, n_head: joined(
                        ids, ids[1:-1][: max_len - 2 - n_head], tail_of(ids[1:-1], n_head)
                    )
                ),
            ),
        ),
        Mistake(
            "the tail comes before the head",
            "The right tokens in the wrong order: the tail stands before the head.",
            (
                when_long(
                    lambda ids, max_len, n_head: joined(
                        ids, tail_of(ids[1:-1], max_len - 2 - n_head), ids[1:-1][:n_head]
                    )
                ),
            ),
        ),
        Mistake(
            "the tail is reversed",
            "The tail reads backwards. Its words stay in the order of the text.",
            (
                when_long(
                    lambda ids, max_len, n_head: joined(
                        ids, ids[1:-1][:n_head], tail_of(ids[1:-1], max_len - 2 - n_head).flip(0)
                    )
                ),
            ),
        ),
        Mistake(
            "nothing is cut",
            "The text is as long as before. At most max_len tokens may stay.",
            (lambda ids, max_len, n_head: ids,),
        ),
    ),
)
