"""If a word is marked, copy it; else take the average: as one softmax."""

from collections.abc import Callable

import torch
from torch import Generator, Tensor

from grader.task import Case, Function, Mistake, Task

ONE, BATCHES, SHARP = "one list", "batches", "large sharpness"


def draw(g: Generator) -> list[Case]:
    """One list with a mark, with two and with none; batches; a sharpness at which exp overflows."""

    def case(shape: tuple[int, ...], n_marked: int, sharpness: float, what: str, part: str) -> Case:
        values = torch.rand(shape, generator=g).argsort(-2) * 2 + torch.randint(1, 5, shape[-1:], generator=g)
        marked = torch.rand(shape[:-1], generator=g).argsort(-1) < n_marked
        return Case((values.float(), marked, sharpness), what, part)

    return [
        case((2, 1), 1, 1.0, "2 words, one of them marked, sharpness 1", ONE),
        case((3, 1), 1, 2.0, "3 words, one of them marked, sharpness 2", ONE),
        case((5, 2), 2, 1.5, "5 words of 2 numbers, two of them marked, sharpness 1.5", ONE),
        case((3, 3), 1, 0.5, "3 words of 3 numbers, one of them marked, sharpness 0.5", ONE),
        case((3, 2), 0, 2.0, "3 words, none of them marked, sharpness 2", ONE),
        case((3, 2), 1, 0.0, "3 words, one of them marked, sharpness 0", ONE),
        case((2, 5, 3), 1, 1.0, "a batch of 2 lists of 5 words", BATCHES),
        case((5, 5, 5), 2, 1.0, "a batch of 5 lists of 5 words of 5 numbers", BATCHES),
        case((3, 2, 7, 4), 3, 2.5, "a batch of 3 by 2 lists of 7 words", BATCHES),
        case((3, 1), 1, 1000.0, "3 words, one of them marked, sharpness 1000", SHARP),
        case((2, 5, 3), 0, 1000.0, "2 lists of 5 words, none of them marked, sharpness 1000", SHARP),
    ]


def by_scores(
    scores: Callable[[Tensor, float], Tensor] = lambda marks, sharpness: marks * sharpness,
    *,
    weigh: Callable[[Tensor], Tensor] = lambda scores: scores.softmax(-1),
) -> Function:
    """The head with a part to be put wrong."""

    def answer(values: Tensor, marked: Tensor, sharpness: float) -> Tensor:
        weights = weigh(scores(marked.to(values.dtype), sharpness))
        return (weights[..., None] * values).sum(-2)

    return answer


def program(values: Tensor, marked: Tensor, sharpness: float) -> Tensor:
    chosen = (marked | ~marked.any(-1, keepdim=True)).to(values.dtype)[..., None]
    return (chosen * values).sum(-2) / chosen.sum(-2)


def only_the_marked(values: Tensor, marked: Tensor, sharpness: float) -> Tensor:
    return (marked.to(values.dtype)[..., None] * values).sum(-2)


def the_better_of_two(values: Tensor, marked: Tensor, sharpness: float) -> Tensor:
    first = torch.take_along_dim(values, marked.long().argmax(-1)[..., None, None], -2).squeeze(-2)
    return torch.where(marked.any(-1, keepdim=True), first, values.mean(-2))


def scaled(values: Tensor, marked: Tensor, sharpness: float) -> Tensor:
    return by_scores()(values, marked, sharpness / values.shape[-1] ** 0.5)


def multiplied(values: Tensor, marked: Tensor, sharpness: float) -> Tensor:
    return sharpness * by_scores()(values, marked, 1.0)


TASK = Task(
    name="soft_if",
    title="A soft if",
    function="soft_if",
    parameters=("values", "marked", "sharpness"),
    parts={ONE: 2, BATCHES: 1, SHARP: 1},
    draw=draw,
    solution=by_scores(),
    mistakes=(
        Mistake(
            "the hard program",
            "You take the average of the marked words alone, whatever the sharpness. A soft choice leaves some "
            "weight for the others: how much, the softmax of the scores says.",
            (program,),
        ),
        Mistake(
            "the first marked word, or the average",
            "You branch with `where`: the first marked word, or else the average. The head has no branch: give each "
            "word a score, and let one softmax do both.",
            (the_better_of_two,),
        ),
        Mistake(
            "the marked words only",
            "You add up the marked words' values, so without a mark nothing is left, and two marks give twice as much. "
            "Weights sum to 1.",
            (only_the_marked,),
        ),
        Mistake(
            "exp overflows",
            "The exponential of 1000 is infinite, and infinity divided by infinity is no number. A softmax does not "
            "change when the same number is taken from all scores.",
            (by_scores(weigh=lambda s: s.exp() / s.exp().sum(-1, keepdim=True)),),
        ),
        Mistake(
            "the weights do not sum to 1",
            "You weigh with exponentials of the scores, but they are not divided by their sum.",
            (by_scores(weigh=lambda s: s.exp()), by_scores(weigh=lambda s: s.exp() / s.shape[-1])),
        ),
        Mistake(
            "the unmarked words get the score",
            "In your answer the words *without* a mark win.",
            (
                by_scores(lambda marks, sharpness: (1 - marks) * sharpness),
                by_scores(lambda marks, sharpness: -marks * sharpness),
            ),
        ),
        Mistake(
            "the unmarked words get a minus",
            "Your unmarked words score minus the sharpness, so a mark is worth twice what it should be. They score 0.",
            (by_scores(lambda marks, sharpness: (2 * marks - 1) * sharpness),),
        ),
        Mistake(
            "the sharpness divides",
            "You divide by the sharpness, as one does with a temperature. A large sharpness must make the choice "
            "sharper.",
            (by_scores(lambda marks, sharpness: marks / max(sharpness, 1e-9)),),
        ),
        Mistake(
            "the sharpness multiplies the result",
            "The softmax never sees the sharpness in your answer; it multiplies what comes out. It belongs into the "
            "scores.",
            (multiplied,),
        ),
        Mistake(
            "divided by the root of the width",
            "Here the scores are given: the sharpness for a marked word. Nothing is divided by the root of anything.",
            (scaled,),
        ),
        Mistake(
            "the softmax over another axis",
            "Your weights do not sum to 1 within a list: the softmax goes over another axis. It goes over the words.",
            (by_scores(weigh=lambda s: s.softmax(0)),),
        ),
        Mistake(
            "sigmoid instead of softmax",
            "You turn each score into a weight by itself. The words share one unit of weight: that takes a softmax.",
            (by_scores(weigh=lambda s: s.sigmoid()),),
        ),
    ),
)
