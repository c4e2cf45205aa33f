"""RoPE: turn pairs of numbers. The pairs, the direction and the axes are what goes wrong."""

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task
from transformer_lib.position import rotary, rotate

ONE, BATCH, NOTHING = "one head", "heads and batches", "no rotation"


def draw_turns(generator: Generator) -> list[Case]:
    """One pair, several pairs, heads, batches that share their places and batches that do not."""

    def x(*shape: int) -> Tensor:
        return torch.randint(1, 9, shape, generator=generator) / 2

    def places(*shape: int) -> Tensor:
        return torch.randint(1, 40, shape, generator=generator)

    return [
        Case((x(1, 1, 1, 2), rotary(torch.tensor([[1]]), 2)), "1 word of 2 numbers, at place 1", ONE),
        Case((x(1, 1, 2, 4), rotary(torch.arange(1, 3)[None], 4)), "2 words of 4 numbers, at places 1 and 2", ONE),
        Case((x(1, 1, 5, 6), rotary(places(1, 5), 6)), "5 words of 6 numbers", ONE),
        Case((x(1, 3, 2, 4), rotary(places(1, 2), 4)), "3 heads, 2 words of 4 numbers", BATCH),
        Case((x(2, 1, 3, 4), rotary(places(1, 3), 4)), "a batch of 2 that shares its places", BATCH),
        Case((x(2, 2, 2, 6), rotary(places(2, 2), 6)), "a batch of 2 with places of their own, 2 heads", BATCH),
        Case((x(2, 3, 5, 8), rotary(places(2, 5), 8)), "a batch of 2 with places of their own, 3 heads", BATCH),
        Case((x(1, 2, 3, 4), None), "rotation=None", NOTHING),
    ]


def parts(x: Tensor, rotation: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    cos, sin = rotation.unsqueeze(2)
    a, b = x.chunk(2, -1)
    return a, b, cos, sin


def halves(turn):
    """A wrong turn of the halves a and b."""

    def answer(x, rotation):
        return x if rotation is None else torch.cat(turn(*parts(x, rotation)), -1)

    return answer


def neighbours(x, rotation):
    if rotation is None:
        return x
    cos, sin = rotation.unsqueeze(2)
    a, b = x[..., 0::2], x[..., 1::2]
    return torch.stack([a * cos - b * sin, a * sin + b * cos], -1).flatten(-2)


def neighbours_joined_as_halves(x, rotation):
    if rotation is None:
        return x
    cos, sin = rotation.unsqueeze(2)
    a, b = x[..., 0::2], x[..., 1::2]
    return torch.cat([a * cos - b * sin, a * sin + b * cos], -1)


def halves_joined_as_neighbours(x, rotation):
    if rotation is None:
        return x
    a, b, cos, sin = parts(x, rotation)
    return torch.stack([a * cos - b * sin, a * sin + b * cos], -1).flatten(-2)


def one_after_the_other(x, rotation):
    """The second half is turned with the first half as it is after its own turn: `a` was overwritten."""
    if rotation is None:
        return x
    a, b, cos, sin = parts(x, rotation)
    a = a * cos - b * sin
    return torch.cat([a, a * sin + b * cos], -1)


def first_of_the_batch(x, rotation):
    return rotate(x, None if rotation is None else rotation[:, :1])


def batch_taken_for_heads(x, rotation):
    """The rotation's batch axis meets the heads of x, where their numbers fit; else this stops with an error."""
    if rotation is None:
        return x
    (cos, sin), (a, b) = rotation, x.chunk(2, -1)
    return torch.cat([a * cos - b * sin, a * sin + b * cos], -1)


def zeros_for_none(x, rotation):
    return torch.zeros_like(x) if rotation is None else rotate(x, rotation)


TASK = Task(
    name="rope",
    title="RoPE's turn",
    function="my_rotate",
    parameters=("x", "rotation"),
    parts={ONE: 3, BATCH: 2, NOTHING: 1},
    draw=draw_turns,
    solution=lambda x, rotation: rotate(x, rotation),
    mistakes=(
        Mistake(
            "neighbours are paired",
            "You turn neighbours: 0 with 1, 2 with 3. That is how the paper writes it. Here, as in Llama, number i is "
            "paired with number i + d_head / 2: the first half with the second.",
            (neighbours,),
        ),
        Mistake(
            "pairs taken one way and put back another",
            "You take the pairs as neighbours and put them back as halves, or the other way round. Both times it is "
            "halves.",
            (neighbours_joined_as_halves, halves_joined_as_neighbours),
        ),
        Mistake(
            "turned the other way",
            "You turn clockwise. Place 1 turns (1, 0) to (cos, sin): up, not down.",
            (halves(lambda a, b, cos, sin: (a * cos + b * sin, b * cos - a * sin)),),
        ),
        Mistake(
            "both signs alike",
            "Both of your sums have the same sign before the sine. A turn has a minus in one of them only; else it "
            "changes the vector's length.",
            (
                halves(lambda a, b, cos, sin: (a * cos + b * sin, a * sin + b * cos)),
                halves(lambda a, b, cos, sin: (a * cos - b * sin, b * cos - a * sin)),
            ),
        ),
        Mistake(
            "no crossing over",
            "Each half is multiplied, but neither hears of the other. A turn mixes the two coordinates: each new one "
            "is made of both old ones.",
            (
                halves(lambda a, b, cos, sin: (a * cos, b * sin)),
                halves(lambda a, b, cos, sin: (a * cos, b * cos)),
            ),
        ),
        Mistake(
            "the halves change places",
            "The turned halves come out in the wrong order: the second half first.",
            (halves(lambda a, b, cos, sin: (a * sin + b * cos, a * cos - b * sin)),),
        ),
        Mistake(
            "sine and cosine exchanged",
            "You take rotation[0] for the sine. The cosines come first: for place 0 they are 1, and nothing turns.",
            (halves(lambda a, b, cos, sin: (a * sin - b * cos, a * cos + b * sin)),),
        ),
        Mistake(
            "the first half was overwritten",
            "Your second half is made with the *new* first half. Both need the old ones: keep them until both are "
            "done.",
            (one_after_the_other,),
        ),
        Mistake(
            "only half of the numbers is turned",
            "One half comes out as it went in. Both coordinates of a point move when it turns.",
            (
                halves(lambda a, b, cos, sin: (a * cos - b * sin, b)),
                halves(lambda a, b, cos, sin: (a, a * sin + b * cos)),
            ),
        ),
        Mistake(
            "added, not turned",
            "You add the sines and cosines to the vector. That is another way to tell a place. RoPE turns: it "
            "multiplies.",
            (halves(lambda a, b, cos, sin: (a + cos, b + sin)), halves(lambda a, b, cos, sin: (a + sin, b + cos))),
        ),
        Mistake(
            "the first text's places for all",
            "Every text of the batch is turned as the first one is. The rotation has a batch axis of its own.",
            (first_of_the_batch,),
        ),
        Mistake(
            "the texts' places go to the heads",
            "You multiply shapes (batch, heads, len, ...) and (batch, len, ...) as they are. They are lined up from "
            "the right, so the batch of the rotation meets the heads of x. All heads of a text turn alike.",
            (batch_taken_for_heads,),
        ),
        Mistake(
            "None is not left as it is",
            "With rotation=None nothing should happen to x. You return something else, or stop with an error.",
            (
                zeros_for_none,
                lambda x, rotation: rotate(
                    x, rotary(torch.arange(x.shape[2])[None], x.shape[-1]) if rotation is None else rotation
                ),
            ),
        ),
    ),
)
