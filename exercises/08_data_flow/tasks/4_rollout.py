"""Attention rollout: heads averaged, half the lane, layers in the right order."""

from collections.abc import Callable

import torch
from torch import Generator, Tensor

from grader.task import Case, Function, Mistake, Task

ONE, LAYERS, BATCHES = "one layer", "several layers", "batches"


def draw(g: Generator) -> list[Case]:
    """One layer with one head, then heads, layers, batches."""

    def case(shape: tuple[int, ...], what: str, part: str) -> Case:
        size = (*shape, shape[-1])
        return Case(((torch.randn(size, generator=g) * 2).softmax(-1),), what, part)

    return [
        case((1, 1, 1, 2), "1 layer of 1 head, 2 words", ONE),
        case((1, 1, 3, 4), "1 layer of 3 heads, 4 words", ONE),
        case((2, 1, 1, 2), "2 layers of 1 head, 2 words", LAYERS),
        case((3, 1, 2, 3), "3 layers of 2 heads, 3 words", LAYERS),
        case((4, 1, 4, 4), "4 layers of 4 heads, 4 words", LAYERS),
        case((2, 3, 2, 5), "a batch of 3: 2 layers of 2 heads, 5 words", BATCHES),
        case((5, 5, 5, 5), "a batch of 5: 5 layers of 5 heads, 5 words", BATCHES),
        case((3, 2, 7, 11), "a batch of 2: 3 layers of 7 heads, 11 words", BATCHES),
    ]


def rolled(
    *,
    heads: Callable[[Tensor], Tensor] = lambda weights: weights.mean(2),
    lane: Callable[[Tensor, Tensor], Tensor] = lambda layer, identity: (layer + identity) / 2,
    step: Callable[[Tensor, Tensor], Tensor] = lambda layer, carried: layer @ carried,
    finish: Callable[[Tensor], Tensor] = lambda carried: carried,
) -> Function:
    """Rollout with a part to be put wrong."""

    def answer(weights: Tensor) -> Tensor:
        identity = torch.eye(weights.shape[-1])
        first, *later = (lane(layer, identity) for layer in heads(weights))
        for layer in later:
            first = step(layer, first)
        return finish(first)

    return answer


def averaged(weights: Tensor) -> Tensor:
    return (weights.mean((0, 2)) + torch.eye(weights.shape[-1])) / 2


def lane_at_the_end(weights: Tensor) -> Tensor:
    return (rolled(lane=lambda layer, identity: layer)(weights) + torch.eye(weights.shape[-1])) / 2


def halved_once(weights: Tensor) -> Tensor:
    return rolled(lane=lambda layer, identity: layer + identity)(weights) / 2


def normalised_at_the_end(weights: Tensor) -> Tensor:
    total = rolled(lane=lambda layer, identity: layer + 2 * identity)(weights)
    return total / total.sum(-1, keepdim=True)


TASK = Task(
    name="rollout",
    title="Attention rollout",
    function="rollout",
    parameters=("weights",),
    parts={ONE: 1, LAYERS: 3, BATCHES: 1},
    draw=draw,
    solution=rolled(),
    mistakes=(
        Mistake(
            "the lane is missing",
            "You multiply the weights alone. Half of what a word is comes up its own lane: that is the identity.",
            (rolled(lane=lambda layer, identity: layer),),
        ),
        Mistake(
            "not halved",
            "Weights plus identity: the rows now sum to 2, and to 4 after two layers. Each layer must share out 1.",
            (rolled(lane=lambda layer, identity: layer + identity), halved_once),
        ),
        Mistake(
            "the lane at the end only",
            "You add the lane once, after all layers. Every layer has one.",
            (lane_at_the_end,),
        ),
        Mistake(
            "the lane counts twice",
            "In your answer the lane carries more than the attention does. Both count the same.",
            (
                rolled(lane=lambda layer, identity: (layer + 2 * identity) / 3),
                normalised_at_the_end,
            ),
        ),
        Mistake(
            "the layers in the wrong order",
            "The first layer acts on the words, the second on what the first made of them. In a matrix product the "
            "first to act stands on the right.",
            (rolled(step=lambda layer, carried: carried @ layer),),
        ),
        Mistake(
            "number by number",
            "You multiply the layers number by number. To go from word to word to word takes a matrix product.",
            (rolled(step=lambda layer, carried: layer * carried),),
        ),
        Mistake(
            "the layers are averaged",
            "You take the average of the layers. The routes of one layer begin where those of the layer below end.",
            (averaged,),
        ),
        Mistake(
            "the layers are added",
            "You add the layers up. The routes of one layer begin where those of the layer below end.",
            (rolled(step=lambda layer, carried: layer + carried),),
        ),
        Mistake(
            "the last layer only",
            "Your answer depends on the last layer alone.",
            (rolled(step=lambda layer, carried: layer),),
        ),
        Mistake(
            "the first layer only",
            "Your answer depends on the first layer alone.",
            (rolled(step=lambda layer, carried: carried),),
        ),
        Mistake(
            "the heads are added",
            "You add the heads up, so a layer of four heads shares out four times too much. Take their average.",
            (rolled(heads=lambda weights: weights.sum(2)),),
        ),
        Mistake(
            "one head",
            "You follow one head and forget the others, or the largest weight of each pair. Take the average of the "
            "heads.",
            (
                rolled(heads=lambda weights: weights[:, :, 0]),
                rolled(heads=lambda weights: weights.amax(2)),
            ),
        ),
        Mistake(
            "transposed",
            "Rows and columns have changed places. Row i says what is in output i.",
            (
                rolled(finish=lambda carried: carried.mT),
                rolled(heads=lambda weights: weights.mean(2).mT),
            ),
        ),
        Mistake(
            "the axes of batch and heads mixed up",
            "You averaged over the batch. The axes are: layers, batch, heads, and then the two of the words.",
            (rolled(heads=lambda weights: weights.mean(1)),),
        ),
    ),
)
