"""The loss of a T-D: a shift, a prompt and padding that do not count, and one mean over all tokens."""

import torch
from torch import Generator, Tensor

from grader.task import Case, Mistake, Task

ALIKE, MIXED, PADDED = "prompts of one length", "prompts of different lengths", "padding"


def loss(
    logits: Tensor,
    tokens: Tensor,
    prompt_lengths: Tensor,
    *,
    log_p=lambda logits: logits.log_softmax(-1),
    pairs=lambda log_p, tokens: (log_p[:, :-1], tokens[:, 1:]),
    first=lambda lengths: lengths,
    pads: bool = False,
    prompt: bool = False,
    mean=lambda each, counts: each[counts].mean(),
) -> Tensor:
    """The right answer, with its steps to be put wrong one by one."""
    scores, targets = pairs(log_p(logits), tokens)
    each = -scores.gather(-1, targets[..., None])[..., 0]
    places = torch.arange(1, tokens.shape[1])
    counts = torch.ones_like(targets, dtype=torch.bool)
    if not prompt:
        counts = places >= first(prompt_lengths)[:, None]
    if not pads:
        counts = counts & (tokens[:, 1:] != 0)
    return mean(each, counts)


def draw(generator: Generator) -> list[Case]:
    """Each row with a prompt and at least two tokens after it; rows of different numbers of targets."""

    def case(batch: int, length: int, vocab: int, part: str) -> Case:
        while True:
            tokens = torch.randint(1, vocab, (batch, length), generator=generator)
            prompts = torch.randint(1, length - 2, (batch,), generator=generator)
            if part == ALIKE:
                prompts = prompts[:1].expand(batch).clone().clamp(min=2)
            ends = torch.full((batch,), length)
            if part == PADDED:
                ends = prompts + 2 + (torch.rand(batch, generator=generator) * (length - 1 - prompts)).long()
                ends = ends.clamp(max=length)
                tokens = tokens.masked_fill(torch.arange(length) >= ends[:, None], 0)
            targets = ends - prompts
            varied = batch == 1 or part == ALIKE or len(set(targets.tolist())) > 1
            mixed = part != MIXED or batch == 1 or len(set(prompts.tolist())) > 1
            padded = part != PADDED or bool((ends < length).any())
            if varied and mixed and padded:
                break
        logits = (torch.randn(batch, length, vocab, generator=generator) * 8).round() / 4
        what = f"{batch} texts of {length} tokens, prompts of {prompts.tolist()}"
        return Case((logits, tokens, prompts), what, part)

    sizes = {
        ALIKE: [(1, 5, 3), (2, 6, 5), (3, 7, 11)],
        MIXED: [(2, 6, 3), (3, 7, 5), (5, 11, 7)],
        PADDED: [(2, 6, 3), (3, 7, 5), (5, 11, 7)],
    }
    return [case(*size, part) for part, list_of in sizes.items() for size in list_of]


def wrong(**changes):
    return lambda logits, tokens, prompt_lengths: loss(logits, tokens, prompt_lengths, **changes)


def inverted(logits, tokens, prompt_lengths):
    """Of a prompt of one token nothing is predicted: 0 then."""
    scores, targets = logits.log_softmax(-1)[:, :-1], tokens[:, 1:]
    counts = torch.arange(1, tokens.shape[1]) < prompt_lengths[:, None]
    each = -scores.gather(-1, targets[..., None])[..., 0]
    return each[counts].sum() / counts.sum().clamp(min=1)


def back(log_p, tokens):
    """The token before instead of the one after."""
    return log_p[:, 1:], tokens[:, :-1]


TASK = Task(
    name="prompt_loss",
    title="A loss that does not count the prompt",
    function="my_prompt_loss",
    parameters=("logits", "tokens", "prompt_lengths"),
    parts={ALIKE: 3, MIXED: 2, PADDED: 2},
    draw=draw,
    solution=wrong(),
    mistakes=(
        Mistake(
            "no shift",
            "You compare the logits at a token with that same token. They are about the *next* one.",
            (wrong(pairs=lambda log_p, tokens: (log_p[:, 1:], tokens[:, 1:])),),
        ),
        Mistake(
            "shifted the other way",
            "You ask each position for the token *before* it.",
            (wrong(pairs=back),),
        ),
        Mistake(
            "the prompt counts",
            "All tokens count in your loss. The model is not to learn to guess the question.",
            (wrong(prompt=True),),
        ),
        Mistake(
            "only the prompt counts",
            "It is the other way round: your loss counts the prompt and leaves the answer out.",
            (inverted,),
        ),
        Mistake(
            "the prompt's last token counts",
            "Your loss begins one token early: with the prompt's last token as target. With a prompt of 2, the first "
            "target is token 2, predicted at position 1.",
            (wrong(first=lambda lengths: lengths - 1),),
        ),
        Mistake(
            "the first answer token is left out",
            "Your loss begins one token late. The answer's first token is predicted at the prompt's last position, "
            "and it counts.",
            (wrong(first=lambda lengths: lengths + 1),),
        ),
        Mistake(
            "the pads count",
            "Your loss counts pads as targets. A pad is token 0, and nobody needs to predict it.",
            (wrong(pads=True),),
        ),
        Mistake(
            "the mean of the texts' means",
            "You average within each text and then over the texts. Here each *token* weighs the same.",
            (wrong(mean=lambda each, counts: ((each * counts).sum(1) / counts.sum(1)).mean()),),
        ),
        Mistake(
            "divided by all positions",
            "The sum is right, but you divide by more tokens than count. Divide by those that do.",
            (
                wrong(mean=lambda each, counts: (each * counts).mean()),
                wrong(mean=lambda each, counts: (each * counts).sum() / (counts.shape[0] * (counts.shape[1] + 1))),
            ),
        ),
        Mistake(
            "the sum instead of the mean",
            "You return the sum of the tokens' losses. Asked for is their mean.",
            (wrong(mean=lambda each, counts: each[counts].sum()),),
        ),
        Mistake(
            "the sum for each text",
            "You divide by the number of texts. Each token weighs the same: divide by their number.",
            (wrong(mean=lambda each, counts: each[counts].sum() / len(each)),),
        ),
        Mistake(
            "no minus",
            "Your loss is negative: log p itself. The surprise is -log p.",
            (wrong(mean=lambda each, counts: -each[counts].mean()),),
        ),
        Mistake(
            "logits for log-probabilities",
            "You take the target's logit as it is. Only after a log-softmax is it the logarithm of a probability.",
            (wrong(log_p=lambda logits: logits),),
        ),
        Mistake(
            "probabilities without a logarithm",
            "You average probabilities. The loss is made of their logarithms.",
            (
                wrong(log_p=lambda logits: logits.softmax(-1)),
                wrong(log_p=lambda logits: 1 + logits.softmax(-1)),
                wrong(log_p=lambda logits: logits.softmax(-1) - 1),
            ),
        ),
        Mistake(
            "one prompt length for all texts",
            "You cut all texts at one place. Each has a prompt of its own length.",
            (
                wrong(first=lambda lengths: lengths[:1].expand_as(lengths)),
                wrong(first=lambda lengths: lengths.max().expand_as(lengths)),
                wrong(first=lambda lengths: lengths.min().expand_as(lengths)),
            ),
        ),
    ),
)
