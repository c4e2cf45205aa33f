"""Two attention steps, one after the other: what each of them looks for, sees, and hands over."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Generator, Tensor

from grader.task import Case, Function, Mistake, Task

ONE, BATCHES, SHARP = "one text", "batches", "large sharpness"
TEXTS = ((0, 1, 0), (0, 1, 2, 0, 1), (1, 1, 0, 2, 1))


def draw(g: Generator) -> list[Case]:
    """Texts in which letters come again, twice in a row, too; soft, and so sharp that exp overflows."""

    def case(shape: tuple[int, int], vocab_size: int, sharpness: float, what: str, part: str) -> Case:
        return Case((torch.randint(vocab_size, shape, generator=g), vocab_size, sharpness), what, part)

    names = torch.randperm(3, generator=g)
    texts = [names[torch.tensor(text)][None] for text in TEXTS]
    return [
        *(Case((text, 3, 2.0), f"the text {' '.join(map(str, text[0].tolist()))}, sharpness 2", ONE) for text in texts),
        Case((texts[1], 3, 4.0), "the second of these texts, sharpness 4", ONE),
        Case((texts[2], 5, 1.0), "the third of them, with 5 tokens in the vocabulary, sharpness 1", ONE),
        case((2, 5), 3, 2.0, "a batch of 2 texts of 5 tokens", BATCHES),
        case((5, 5), 5, 3.0, "a batch of 5 texts of 5 tokens, 5 in the vocabulary", BATCHES),
        case((3, 11), 4, 2.5, "a batch of 3 texts of 11 tokens", BATCHES),
        Case((texts[1], 3, 1000.0), "the second of these texts, sharpness 1000", SHARP),
        case((2, 13), 5, 1000.0, "a batch of 2 texts of 13 tokens, sharpness 1000", SHARP),
    ]


def weights_of(scores: Tensor, diagonal: int = 0) -> Tensor:
    hidden = ~torch.ones_like(scores).tril(diagonal).bool()
    return scores.masked_fill(hidden, -torch.inf).softmax(-1).masked_fill(hidden, 0.0)


def composed(
    *,
    back: int = 1,
    sees_first: int = 0,
    sees_second: int = 0,
    clear: bool = True,
    asks: Callable[[Tensor, Tensor], Tensor] = lambda what, notes: what,
    keys: Callable[[Tensor, Tensor], Tensor] = lambda what, notes: notes,
    hands_over: Callable[[Tensor, Tensor], Tensor] = lambda what, notes: what,
    first_sharpness: Callable[[float], float] = lambda sharpness: sharpness,
    second_sharpness: Callable[[float, int], float] = lambda sharpness, vocab_size: sharpness,
    finish: Callable[[Tensor], Tensor] = lambda out: out,
) -> Function:
    """Both steps, with a part to be put wrong."""

    def answer(tokens: Tensor, vocab_size: int, sharpness: float) -> Tensor:
        what = F.one_hot(tokens, vocab_size).float()
        n = tokens.shape[-1]
        one_back = torch.zeros(n, n)
        for i in range(n):
            if 0 <= i - back < n:
                one_back[i, i - back] = first_sharpness(sharpness)
        notes = weights_of(one_back, sees_first) @ what
        if clear:
            notes = notes.clone()
            notes[..., 0, :] = 0
        scores = second_sharpness(sharpness, vocab_size) * asks(what, notes) @ keys(what, notes).mT
        return finish(weights_of(scores, sees_second) @ hands_over(what, notes))

    return answer


def counted(tokens: Tensor, vocab_size: int, sharpness: float) -> Tensor:
    what = F.one_hot(tokens, vocab_size).float()
    out = torch.zeros_like(what)
    for b, text in enumerate(tokens.tolist()):
        for i, token in enumerate(text):
            after = [text[j + 1] for j in range(i) if text[j] == token] or text[: i + 1]
            out[b, i] = sum(torch.eye(vocab_size)[x] for x in after) / len(after)
    return out


ALL = 10_000
TASK = Task(
    name="induction",
    title="The pair of heads that continues a text",
    function="induction",
    parameters=("tokens", "vocab_size", "sharpness"),
    parts={ONE: 4, BATCHES: 2, SHARP: 2},
    draw=draw,
    solution=composed(),
    allowed=("transformer_lib.attention:attention", "transformer_lib.masks:causal_mask"),
    mistakes=(
        Mistake(
            "the first position's note is not empty",
            "The first position sees only itself, so its note says its own token, as if that stood before it. Nothing "
            "stands before it: its note is all zeros.",
            (composed(clear=False),),
        ),
        Mistake(
            "the second step sees the future",
            "In the second step a position also looks at later ones: it knows how the text goes on.",
            (composed(sees_second=ALL),),
        ),
        Mistake(
            "the first step sees the future",
            "In the first step a position also looks at later ones. With a large sharpness one does not see it; with a "
            "small one it leaks.",
            (composed(sees_first=ALL),),
        ),
        Mistake(
            "neither step hides the future",
            "Both of your steps look at later positions. Position i sees the positions 0 to i, in either step.",
            (composed(sees_first=ALL, sees_second=ALL),),
        ),
        Mistake(
            "one step",
            "Your second step matches tokens with tokens: it finds where the *same* token stood, and hands that "
            "over. It must match with the notes.",
            (composed(keys=lambda what, notes: what),),
        ),
        Mistake(
            "the notes are handed over",
            "Your second step looks in the right place, but hands over the note that it finds there, which is the "
            "token you started from. What stands there is what came next.",
            (composed(hands_over=lambda what, notes: notes),),
        ),
        Mistake(
            "the notes ask",
            "Queries and keys have changed places in your second step: the notes ask, and the tokens answer. It is the "
            "current token that asks.",
            (composed(asks=lambda what, notes: notes, keys=lambda what, notes: what),),
        ),
        Mistake(
            "notes match notes",
            "Both sides of your second step are notes: you look for positions with the same token *before* them as the "
            "current one. The query is the current token itself.",
            (composed(asks=lambda what, notes: notes),),
        ),
        Mistake(
            "the first step looks at itself",
            "Your notes say each position's own token. They should say the one before.",
            (composed(back=0),),
        ),
        Mistake(
            "the first step looks ahead",
            "Your notes look for the token after, which is hidden. They should look for the one before.",
            (composed(back=-1),),
        ),
        Mistake(
            "a position does not see itself in the second step",
            "In the second step, too, a position sees itself. It matters when a token comes twice in a row: then what "
            "followed it is the current position.",
            (composed(sees_second=-1),),
        ),
        Mistake(
            "the sharpness is missing in one step",
            "The sharpness multiplies the scores of both steps.",
            (
                composed(first_sharpness=lambda sharpness: 1.0),
                composed(second_sharpness=lambda sharpness, vocab_size: 1.0),
            ),
        ),
        Mistake(
            "divided by a root",
            "Here the scores are given, and nothing divides them. If you call `attention`, which divides by the root "
            "of its width, multiply by that first, in each step.",
            (
                composed(second_sharpness=lambda sharpness, vocab_size: sharpness / vocab_size**0.5),
                lambda tokens, vocab_size, sharpness: composed(
                    first_sharpness=lambda s: s / tokens.shape[-1] ** 0.5,
                    second_sharpness=lambda s, size: s / size**0.5,
                )(tokens, vocab_size, sharpness),
                lambda tokens, vocab_size, sharpness: composed(first_sharpness=lambda s: s / tokens.shape[-1] ** 0.5)(
                    tokens, vocab_size, sharpness
                ),
            ),
        ),
        Mistake(
            "a softmax too many",
            "What the second step hands over is a distribution already. You took a softmax of it.",
            (composed(finish=lambda out: out.softmax(-1)),),
        ),
        Mistake(
            "the last position only",
            "You return one distribution for each text. There is one for each position.",
            (composed(finish=lambda out: out[..., -1, :]),),
        ),
        Mistake(
            "counted, not attended",
            "You count what followed, exactly. That is what the pair does when it is very sharp; with a small "
            "sharpness the other positions get some weight, too.",
            (counted,),
        ),
    ),
)
