"""The read-out of the last word, wherever the padding stands."""

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task
from transformer_lib.batching import last_word

RIGHT, LEFT, BOTH = "padding on the right", "padding on the left", "on both sides"


def halves(shape: tuple[int, ...], generator: Generator) -> Tensor:
    """Different numbers in steps of a half: exact in binary, and short to print."""
    n = torch.Size(shape).numel()
    return (torch.randperm(n, generator=generator) - n // 2).reshape(shape) / 2


def draw(generator: Generator) -> list[Case]:
    """Each row with padding; then one full row among them, for which some wrong answers are right."""

    def case(batch: int, length: int, width: int, part: str) -> Case:
        while True:
            counts = torch.randint(2, length - 1, (batch,), generator=generator)
            room = length - counts
            before = {RIGHT: 0 * room, LEFT: room, BOTH: (room * torch.rand(batch, generator=generator)).long()}[part]
            if part == BOTH:
                before[0] = before[0].clamp(min=1)
            if len(set(counts.tolist())) > 1 and len(set((before + counts).tolist())) > (part != LEFT):
                break
        at = torch.arange(length)
        words = (at >= before[:, None]) & (at < (before + counts)[:, None])
        what = f"{batch} sentences in a box of {length}, {part}"
        return Case((halves((batch, length, width), generator), words), what, part)

    sizes = [(2, 5, 3), (3, 7, 2), (5, 11, 3)]
    cases = [case(*size, part) for part in (RIGHT, LEFT, BOTH) for size in sizes]
    hidden = halves((3, 5, 2), generator)
    words = torch.arange(5) < torch.tensor([[5], [1], [3]])
    return [*cases, Case((hidden, words), "3 sentences, one fills the box and one has one word", RIGHT)]


def at(choose):
    """The vector at a chosen position of each row."""

    def answer(hidden: Tensor, words: Tensor) -> Tensor:
        return hidden[torch.arange(len(hidden)), choose(words)]

    return answer


def last_of(words: Tensor) -> Tensor:
    return torch.where(words, torch.arange(words.shape[1]), -1).argmax(1)


def mean(hidden: Tensor, words: Tensor) -> Tensor:
    return (hidden * words[..., None]).sum(1) / words.sum(1, keepdim=True)


TASK = Task(
    name="last_word",
    title="The read-out of the last word",
    function="my_last_word",
    parameters=("hidden", "words"),
    parts={RIGHT: 2, LEFT: 1, BOTH: 2},
    draw=draw,
    solution=lambda hidden, words: last_word(hidden, words),
    mistakes=(
        Mistake(
            "the last position, whatever stands there",
            "You read out the last column. In a shorter sentence that is a pad's output.",
            (lambda hidden, words: hidden[:, -1],),
        ),
        Mistake(
            "the first position",
            "You read out the first column. That is BERT's way, where it holds [CLS]. Here the last *word* is wanted.",
            (lambda hidden, words: hidden[:, 0],),
        ),
        Mistake(
            "the first word",
            "`argmax` of booleans finds the first True: that is the first word, not the last.",
            (at(lambda words: words.int().argmax(1)),),
        ),
        Mistake(
            "the number of words taken for a position",
            "You count the words and go to that place. It is right while the words begin at position 0; with padding "
            "before them they do not.",
            (at(lambda words: words.sum(1) - 1),),
        ),
        Mistake(
            "one position too far",
            "You read out the position after the last word. With 3 words at 0, 1 and 2, the last is at 2.",
            (
                at(lambda words: words.sum(1)),
                at(lambda words: words.sum(1).clamp(max=words.shape[1] - 1)),
                at(lambda words: (last_of(words) + 1).clamp(max=words.shape[1] - 1)),
            ),
        ),
        Mistake(
            "the last word but one",
            "You stop one word too early: minus one was already done, or is not needed.",
            (at(lambda words: words.sum(1) - 2), at(lambda words: (last_of(words) - 1).clamp(min=0))),
        ),
        Mistake(
            "the last pad",
            "Your mask is the wrong way round: `words` is True where a token is a *word*.",
            (at(lambda words: last_of(~words)),),
        ),
        Mistake(
            "the mean of the words",
            "You average the words. Another read-out, and a good one; here the last word's vector is wanted, as it is.",
            (mean,),
        ),
        Mistake(
            "the sum of the words",
            "You add up the words' vectors. Only one of them is asked for: the last.",
            (lambda hidden, words: (hidden * words[..., None]).sum(1),),
        ),
        Mistake(
            "the largest of each number",
            "You take the largest entry over the words for each number of the vector: max pooling. One word's whole "
            "vector is asked for.",
            (lambda hidden, words: hidden.masked_fill(~words[..., None], float("-inf")).amax(1),),
        ),
        Mistake(
            "an axis of length 1 is left",
            "The vectors are right, but the axis of the positions is still there. Choose a position, and it goes.",
            (lambda hidden, words: last_word(hidden, words)[:, None],),
        ),
        Mistake(
            "every sentence's position in every sentence",
            "`hidden[:, last]` takes all the positions from all the rows. Row 0 goes with position 0, row 1 with "
            "position 1: give both indices.",
            (
                lambda hidden, words: hidden[:, last_of(words)],
                lambda hidden, words: hidden[:, words.sum(1) - 1],
            ),
        ),
        Mistake(
            "one number of each vector",
            "`gather` gives as many numbers as its index has. The index needs the width of the vectors, too.",
            (
                lambda hidden, words: hidden.gather(1, last_of(words)[:, None, None]),
                lambda hidden, words: hidden.gather(1, last_of(words)[:, None, None])[:, 0],
                lambda hidden, words: hidden.gather(1, last_of(words)[:, None, None])[:, 0, 0],
            ),
        ),
        Mistake(
            "one position for the whole batch",
            "You go to the same position in every row, where the longest sentence ends. Each sentence has its own end.",
            (lambda hidden, words: hidden[:, int(last_of(words).max())],),
        ),
    ),
)
