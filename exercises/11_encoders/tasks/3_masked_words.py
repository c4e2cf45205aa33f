"""BERT's masking from given throws: what is chosen, its three fates, and what the loss is asked for."""

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task

HIDDEN, FATES, MARKS = "all chosen words are hidden", "three fates", "marks and padding"
MASK, FIRST, NOT_ASKED = 4, 5, -100


def masking(
    tokens: Tensor,
    choose: Tensor,
    fate: Tensor,
    fillers: Tensor,
    rate: int,
    *,
    chosen=lambda tokens, choose, rate: (choose < rate) & (tokens >= FIRST),
    masked=lambda fate: fate < 80,
    random=lambda fate: (fate >= 80) & (fate < 90),
    replace=lambda chosen: chosen,
    asked=lambda chosen, inputs, tokens: chosen,
    answers=lambda inputs, tokens: tokens,
    nothing: int = NOT_ASKED,
    rows=lambda inputs, labels: [inputs, labels],
) -> Tensor:
    """The right answer, with its steps to be put wrong one by one."""
    these = chosen(tokens, choose, rate)
    inputs = fillers.where(replace(these) & random(fate), tokens)
    inputs = inputs.masked_fill(replace(these) & masked(fate), MASK)
    labels = answers(inputs, tokens).masked_fill(~asked(these, inputs, tokens), nothing)
    return torch.stack(rows(inputs, labels))


def draw(generator: Generator) -> list[Case]:
    """Dice of 100 sides, often on the border; of each fate some, and of the words not chosen, too."""

    def borders(rate: int, part: str) -> Case:
        """One row, short enough to be shown whole: a throw that equals the rate, the fates' ends, a [MASK]."""

        def any_of(low: int, high: int) -> int:
            return int(torch.randint(low, high, (), generator=generator))

        def word() -> int:
            return any_of(FIRST, 12)

        places = {
            HIDDEN: [
                (FIRST, rate - 1, any_of(0, 80)),
                (word(), any_of(0, rate), any_of(0, 80)),
                (word(), rate, any_of(0, 80)),
                (word(), any_of(rate + 1, 100), any_of(0, 80)),
            ],
            FATES: [
                (word(), any_of(0, rate), 79),
                (word(), rate - 1, 80),
                (FIRST, any_of(0, rate), 89),
                (word(), any_of(0, rate), 90),
                (word(), rate, any_of(0, 80)),
                (word(), any_of(rate, 100), any_of(80, 90)),
            ],
            MARKS: [
                (MASK, any_of(0, rate), any_of(80, 90)),
                (any_of(0, MASK), any_of(0, rate), any_of(0, 80)),
                (any_of(0, MASK), rate - 1, any_of(80, 100)),
                (FIRST, any_of(0, rate), any_of(0, 80)),
                (word(), rate, any_of(80, 90)),
            ],
        }[part]
        places = [places[i] for i in torch.randperm(len(places), generator=generator).tolist()]
        tokens, choose, fate = torch.tensor(places).T[:, None]
        return Case((tokens, choose, fate, other_words(tokens), rate), f"one row of {len(places)}, rate {rate}", part)

    def other_words(tokens: Tensor) -> Tensor:
        return FIRST + (tokens - FIRST + torch.randint(1, 7, tokens.shape, generator=generator)) % 7

    def case(batch: int, length: int, rate: int, part: str) -> Case:
        def whole(low: int, high: int) -> Tensor:
            return torch.randint(low, high, (batch, length), generator=generator)

        def border(values: Tensor, at: list[int]) -> Tensor:
            picked = torch.tensor(at)[whole(0, len(at))]
            return picked.where(whole(0, 3) == 0, values)

        while True:
            tokens = whole(FIRST, 12)
            choose, fate = border(whole(0, 100), [rate - 1, rate]), border(whole(60, 100), [79, 80, 89, 90])
            if part == HIDDEN:
                fate = whole(0, 80)
            if part == MARKS:
                tokens = whole(0, FIRST).where(whole(0, 3) == 0, tokens)
            fillers = other_words(tokens)
            these = (choose < rate) & (tokens >= FIRST)
            kinds = [fate < 80, (fate >= 80) & (fate < 90), fate >= 90]
            met = all(bool((these & kind).any()) for kind in kinds[: 1 if part == HIDDEN else 3])
            free = part == HIDDEN or all(bool((~these & (tokens >= FIRST) & kind).any()) for kind in kinds[:2])
            marked = part != MARKS or all(bool(((tokens < FIRST) & (choose < rate) & kind).any()) for kind in kinds[:2])
            border_met = batch < 3 or (bool((choose == rate).any()) and bool((tokens[these] == FIRST).any()))
            if met and free and marked and border_met and bool((~these).any()):
                break
        return Case((tokens, choose, fate, fillers, rate), f"{batch} rows of {length}, rate {rate}", part)

    sizes = {
        HIDDEN: [(2, 7, 25), (3, 11, 15)],
        FATES: [(2, 7, 50), (3, 11, 40), (5, 13, 35)],
        MARKS: [(2, 11, 50), (3, 13, 40), (7, 17, 35)],
    }
    rates = {HIDDEN: 30, FATES: 50, MARKS: 50}
    return [c for part in sizes for c in [borders(rates[part], part), *(case(*size, part) for size in sizes[part])]]


def wrong(**changes):
    return lambda *args: masking(*args, **changes)


TASK = Task(
    name="masked_words",
    title="Masked words",
    function="my_masked_words",
    parameters=("tokens", "choose", "fate", "fillers", "rate"),
    parts={HIDDEN: 2, FATES: 3, MARKS: 3},
    draw=draw,
    solution=wrong(),
    mistakes=(
        Mistake(
            "every chosen word is hidden",
            "Your chosen words all become [MASK]. Of a hundred sides of the second die only the first 80 do that.",
            (wrong(masked=lambda fate: fate < 100),),
        ),
        Mistake(
            "marks are chosen",
            "You choose marks and pads, too. Ids below 5 are no words: nothing is to be guessed there.",
            (wrong(chosen=lambda tokens, choose, rate: choose < rate),),
        ),
        Mistake(
            "everything is asked",
            "Your labels hold all words. Only the chosen ones are asked; the others have -100.",
            (
                wrong(asked=lambda chosen, inputs, tokens: tokens >= 0),
                wrong(asked=lambda chosen, inputs, tokens: tokens >= FIRST),
            ),
        ),
        Mistake(
            "only [MASK] is asked",
            "Words that were replaced or kept are missing from your labels. All chosen words are asked.",
            (wrong(asked=lambda chosen, inputs, tokens: chosen & (inputs == MASK)),),
        ),
        Mistake(
            "kept words are not asked",
            "You ask where the input was changed. A word that was chosen and kept is asked as well: else a visible "
            "word that is asked would always be wrong.",
            (wrong(asked=lambda chosen, inputs, tokens: chosen & (inputs != tokens)),),
        ),
        Mistake(
            "the label is what is seen",
            "Your labels hold what stands in the input. The label is the word that was there before.",
            (wrong(answers=lambda inputs, tokens: inputs),),
        ),
        Mistake(
            "0 for what is not asked",
            "Places that are not asked should have the label -100. 0 is a token's number.",
            (wrong(nothing=0), wrong(nothing=-1)),
        ),
        Mistake(
            "chosen the wrong way round",
            "You choose the words whose throw is the rate or more. A word is chosen where the throw is *below* it.",
            (wrong(chosen=lambda tokens, choose, rate: (choose >= rate) & (tokens >= FIRST)),),
        ),
        Mistake(
            "the border is chosen",
            "A throw that equals the rate chooses nothing. Of 100 sides, 0 to 99, 15 are below 15.",
            (wrong(chosen=lambda tokens, choose, rate: (choose <= rate) & (tokens >= FIRST)),),
        ),
        Mistake(
            "nothing is kept",
            "From 80 on you always put in another word. The throws of 90 and more leave the word as it is.",
            (wrong(random=lambda fate: fate >= 80),),
        ),
        Mistake(
            "nothing is replaced",
            "From 80 on your words stay as they are. The throws from 80 to 89 put the filler there.",
            (wrong(random=lambda fate: fate < 0),),
        ),
        Mistake(
            "kept and replaced exchanged",
            "You keep from 80 to 89 and replace from 90 on. It is the other way round.",
            (wrong(random=lambda fate: fate >= 90),),
        ),
        Mistake(
            "a border of the fates",
            "Throws that stand at a border, 80 or 90, get the wrong fate. Below 80 are 0 to 79; 80 puts the filler "
            "there, and 90 keeps the word.",
            (
                wrong(masked=lambda fate: fate <= 80),
                wrong(random=lambda fate: (fate >= 80) & (fate <= 90)),
                wrong(random=lambda fate: (fate > 80) & (fate < 90)),
                wrong(masked=lambda fate: fate <= 80, random=lambda fate: (fate > 80) & (fate <= 90)),
            ),
        ),
        Mistake(
            "the second fate overwrites the first",
            "You put fillers wherever the fate is below 90. Below 80 it is [MASK]; fillers are for 80 to 89.",
            (wrong(masked=lambda fate: fate < 0, random=lambda fate: fate < 90),),
        ),
        Mistake(
            "[MASK] may be chosen",
            "Token 4, [MASK], is no word either. All tokens below 5 are never chosen.",
            (wrong(chosen=lambda tokens, choose, rate: (choose < rate) & (tokens >= MASK)),),
        ),
        Mistake(
            "the fate falls on every word",
            "Words that were not chosen are replaced as well. The second die counts for chosen words only.",
            (
                wrong(replace=lambda chosen: torch.ones_like(chosen)),
                lambda tokens, choose, fate, fillers, rate: masking(
                    tokens, choose, fate, fillers, rate, replace=lambda chosen: tokens >= FIRST
                ),
            ),
        ),
        Mistake(
            "labels first",
            "The first layer of your answer should be the input, the second one the labels.",
            (wrong(rows=lambda inputs, labels: [labels, inputs]),),
        ),
    ),
)
