"""The head that looks one back: what is hidden, where the softmax goes, and what the first word does."""

from collections.abc import Callable

import torch
from torch import Generator, Tensor

from grader.task import Case, Function, Mistake, Task

FEW, SHARP = "a few words", "large sharpness"


def draw(g: Generator) -> list[Case]:
    """From one word to eight; soft, and so sharp that exp overflows."""
    soft = [float(torch.randint(1, 5, (), generator=g)) / 2 + 0.25 for _ in range(4)]
    lengths = (2, 3, 5, 8)
    few, more = (int(torch.randint(low, 2 * low, (), generator=g)) for low in (3, 6))
    sharp, sharper = (float(torch.randint(low, 2 * low, (), generator=g)) for low in (500, 1000))
    return [
        Case((1, 2.0), "1 word, sharpness 2", FEW),
        *(Case((n, s), f"{n} words, sharpness {s}", FEW) for n, s in zip(lengths, soft, strict=True)),
        Case((4, 0.0), "4 words, sharpness 0", FEW),
        Case((few, sharp), f"{few} words, sharpness {sharp}", SHARP),
        Case((more, sharper), f"{more} words, sharpness {sharper}", SHARP),
    ]


def looking(
    back: int = 1,
    *,
    visible: Callable[[Tensor], Tensor] = lambda x: x.tril(),
    finish: Callable[[Tensor], Tensor] = lambda scores: scores.softmax(-1),
    hide: float = -torch.inf,
) -> Function:
    """The head's weights, with a part to be put wrong."""

    def answer(n: int, sharpness: float) -> Tensor:
        scores = torch.zeros(n, n)
        for i in range(n):
            if 0 <= i - back < n:
                scores[i, i - back] = sharpness
        seen = visible(torch.ones(n, n)).bool()
        return finish(scores.masked_fill(~seen, hide))

    return answer


def exactly(n: int, sharpness: float) -> Tensor:
    weights = torch.eye(n).roll(1, 0)
    weights[0] = torch.eye(n)[0]
    return weights


def hidden_after_the_softmax(n: int, sharpness: float) -> Tensor:
    return looking(visible=torch.ones_like)(n, sharpness).tril()


def the_first_word_sees_nothing(n: int, sharpness: float) -> Tensor:
    weights = looking()(n, sharpness)
    weights[0] = 0
    return weights


def wraps_around(n: int, sharpness: float) -> Tensor:
    return (torch.eye(n).roll(1, 0) * sharpness).softmax(-1)


TASK = Task(
    name="previous_word",
    title="The head that looks one back",
    function="previous_word",
    parameters=("n", "sharpness"),
    parts={FEW: 2, SHARP: 1},
    draw=draw,
    solution=looking(),
    mistakes=(
        Mistake(
            "nothing is hidden",
            "Your words give weight to words that come after them. Position i sees the positions 0 to i. (A score of 0 "
            "hides nothing: its exponential is 1.)",
            (looking(visible=torch.ones_like), looking(hide=0.0), wraps_around),
        ),
        Mistake(
            "hidden after the softmax",
            "You set the later words' weights to zero after the softmax, so the rows no longer sum to 1. Hide their "
            "scores before it.",
            (hidden_after_the_softmax,),
        ),
        Mistake(
            "the next word",
            "Your weights look one ahead, at what may not be seen. Row i is who looks; the column one *before* i "
            "gets the sharpness.",
            (
                looking(-1),
                looking(-1, visible=torch.ones_like),
                looking(-1, visible=lambda x: x.triu()),
            ),
        ),
        Mistake(
            "the word itself",
            "In your answer each word looks for itself. It should look for the one before.",
            (looking(0),),
        ),
        Mistake(
            "two back",
            "You look two back. Count again: position 3 looks for position 2.",
            (looking(2),),
        ),
        Mistake(
            "the word itself is hidden",
            "A position also sees itself. Hide that, and the first word sees nothing, and its softmax is 0 divided "
            "by 0.",
            (
                looking(visible=lambda x: x.tril(-1)),
                lambda n, sharpness: looking(visible=lambda x: x.tril(-1))(n, sharpness).nan_to_num(0.0),
            ),
        ),
        Mistake(
            "the first word sees nothing",
            "There is nobody before the first word, so it is left with what it sees: itself, with weight 1.",
            (the_first_word_sees_nothing,),
        ),
        Mistake(
            "exactly the previous word",
            "You give the word before all the weight, whatever the sharpness. Make scores of it first: the sharpness "
            "for the word before, 0 for the others, then a softmax.",
            (exactly,),
        ),
        Mistake(
            "the softmax over the queries",
            "Your columns sum to 1. The rows should: each word shares out its own attention.",
            (looking(finish=lambda scores: scores.softmax(0)),),
        ),
        Mistake(
            "exp overflows",
            "The exponential of 500 is infinite, and infinity divided by infinity is no number. A softmax does not "
            "change when the same number is taken from all scores.",
            (looking(finish=lambda scores: scores.exp() / scores.exp().sum(-1, keepdim=True)),),
        ),
        Mistake(
            "divided by the root of n",
            "Here the scores are given: the sharpness for the word before. Nothing is divided by the root of anything.",
            (lambda n, sharpness: looking()(n, sharpness / n**0.5),),
        ),
        Mistake(
            "the scores, not the weights",
            "You return the scores. A softmax makes weights of them.",
            (looking(finish=lambda scores: scores), looking(hide=0.0, finish=lambda scores: scores)),
        ),
    ),
)
