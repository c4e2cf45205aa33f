"""Writing with a model: one token at a time, each read back in before the next (Vaswani et al. 2017, section 3.1)."""

from collections.abc import Iterator

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from transformer_lib.decoder import Decoder
from transformer_lib.reading import Reading
from transformer_lib.seq2seq import Seq2Seq


def generate(model: Decoder | Seq2Seq, prompt: Int[Tensor, "batch len"], **options: object) -> Int[Tensor, "batch new"]:
    """Return what `stream` yields, as one tensor; the arguments are those of `stream`."""
    written = list(stream(model, prompt, **options))  # type: ignore[arg-type]
    return torch.stack(written, dim=1) if written else prompt[:, :0]


def stream(
    model: Decoder | Seq2Seq,
    prompt: Int[Tensor, "batch len"],
    *,
    max_new_tokens: int,
    temperature: float = 0.0,
    top_k: int | None = None,
    top_p: float | None = None,
    end_id: int | None = None,
    pad_id: int = 0,
    words: Bool[Tensor, "batch len"] | None = None,
    source: Int[Tensor, "batch source_len"] | None = None,
    source_mask: Bool[Tensor, "batch 1 source_len"] | None = None,
    generator: torch.Generator | None = None,
) -> Iterator[Int[Tensor, " batch"]]:
    """Yield each sequence's next token as soon as it is chosen, until all have ended.

    Args:
        model: a `Decoder`, or a `Seq2Seq`, whose `source` is then read first.
        prompt: what the text starts with; for a `Seq2Seq` the target's start token.
        max_new_tokens: how many to write at most.
        temperature: 0 always takes the likeliest token (greedy); otherwise the logits are divided by
            it and the token is drawn: below 1 bolder, above 1 more varied.
        top_k: draw from the k likeliest tokens only (Fan et al. 2018, section 5.1).
        top_p: draw from the likeliest tokens that make up p of the probability (Holtzman et al. 2020).
        end_id: the token that ends a sequence; after it come pad_id until all have ended.
        words: which prompt tokens are words: prompts of unequal length are padded on the left, so
            that all end where the writing begins.
        source, source_mask: the text to translate, and which of it are words.
        generator: the source of randomness.

    Raises:
        ValueError: an option out of its range, an empty prompt, or more tokens than learned positions.
    """
    if temperature < 0:
        raise ValueError(f"temperature must not be negative, but was {temperature}")
    reading = Reading(model, prompt, max_new_tokens, words=words, source=source, source_mask=source_mask)
    ended = torch.zeros(len(prompt), dtype=torch.bool, device=prompt.device)
    tokens = prompt
    for _ in range(max_new_tokens):
        with torch.no_grad():
            logits = reading.next_logits(tokens)
        chosen = choose(logits, temperature, top_k, top_p, generator).masked_fill(ended, pad_id)
        ended |= chosen == end_id  # never, if there is none
        yield chosen
        if ended.all():
            return
        tokens = chosen[:, None]


def choose(
    logits: Float[Tensor, "batch vocab_size"],
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    generator: torch.Generator | None = None,
) -> Int[Tensor, " batch"]:
    """Draw one token for each row, or take the likeliest if the temperature is 0."""
    if temperature == 0:
        return logits.argmax(-1)
    probabilities = (keep_likeliest(logits / temperature, top_k, top_p)).softmax(-1)
    return torch.multinomial(probabilities, 1, generator=generator)[:, 0]


def keep_likeliest(
    logits: Float[Tensor, "*batch vocab_size"], top_k: int | None = None, top_p: float | None = None
) -> Float[Tensor, "*batch vocab_size"]:
    """Set all but the likeliest logits to -infinity: the top_k, and of these the fewest that hold top_p.

    A model gives a little to each of many bad tokens; one of them, drawn, spoils all that follows.

    Raises:
        ValueError: top_k below 1, or top_p outside 0 ... 1.
    """
    if top_k is not None and top_k < 1:
        raise ValueError(f"top_k must be at least 1, but was {top_k}")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError(f"top_p must be above 0 and at most 1, but was {top_p}")
    ordered, order = logits.sort(dim=-1, descending=True, stable=True)
    if top_k is not None:
        rank = torch.arange(ordered.shape[-1], device=logits.device)
        ordered = ordered.masked_fill(rank >= top_k, -torch.inf)
    if top_p is not None:
        probabilities = ordered.softmax(-1)
        before = probabilities.cumsum(-1) - probabilities  # of the likelier ones
        ordered = ordered.masked_fill(before >= top_p, -torch.inf)
    return torch.empty_like(ordered).scatter_(-1, order, ordered)


def beam_search(
    model: Decoder | Seq2Seq,
    prompt: Int[Tensor, "batch len"],
    *,
    max_new_tokens: int,
    n_beams: int = 4,
    length_penalty: float = 0.6,
    end_id: int | None = None,
    pad_id: int = 0,
    words: Bool[Tensor, "batch len"] | None = None,
    source: Int[Tensor, "batch source_len"] | None = None,
    source_mask: Bool[Tensor, "batch 1 source_len"] | None = None,
) -> tuple[Int[Tensor, "batch n_beams new"], Float[Tensor, "batch n_beams"]]:
    r"""Keep the n_beams best beginnings instead of one: the likeliest sentence need not start with the likeliest word.

        score = log p / ((5 + length) / 6)^length_penalty     (Wu et al. 2016, equation 14)

    log p falls with every token, so that without the penalty short sentences win. The defaults are
    those of Vaswani et al. 2017, section 6.1. Ended sentences stay among the beams, to be overtaken.

    Args: as of `stream`, and:
        n_beams: how many beginnings are kept.
        length_penalty: 0 compares log p alone.

    Returns:
        The sentences, best first, and their scores; -infinity where there are fewer than n_beams sentences.

    Raises:
        ValueError: an option out of its range, an empty prompt, or more tokens than learned positions.
    """
    if n_beams < 1:
        raise ValueError(f"n_beams must be at least 1, but was {n_beams}")
    reading = Reading(model, prompt, max_new_tokens, words=words, source=source, source_mask=source_mask)
    batch, device = len(prompt), prompt.device
    written = prompt.new_empty(batch, n_beams, 0)
    log_p = torch.full((batch, n_beams), -torch.inf, device=device).index_fill(1, torch.tensor([0], device=device), 0.0)
    lengths = torch.zeros(batch, n_beams, device=device)
    ended = torch.zeros(batch, n_beams, dtype=torch.bool, device=device)
    scores, tokens = log_p, prompt
    for step in range(max_new_tokens):
        with torch.no_grad():
            step_log_p = reading.next_logits(tokens).float().log_softmax(-1)
        if step == 0:
            reading.select(torch.arange(batch, device=device).repeat_interleave(n_beams))
            step_log_p = step_log_p.repeat_interleave(n_beams, dim=0)
        step_log_p = step_log_p.unflatten(0, (batch, n_beams))
        stay = torch.full_like(step_log_p[0, 0], -torch.inf).index_fill(0, torch.tensor([pad_id], device=device), 0.0)
        step_log_p = torch.where(ended[..., None], stay, step_log_p)  # an ended sentence goes on at no cost
        lengths = lengths + ~ended
        candidates = log_p[..., None] + step_log_p
        scores, best = (candidates / ((5 + lengths) / 6).pow(length_penalty)[..., None]).flatten(1).topk(n_beams)
        parent, chosen = best // step_log_p.shape[-1], best % step_log_p.shape[-1]
        log_p, lengths, ended = (
            candidates.flatten(1).gather(1, best),
            lengths.gather(1, parent),
            ended.gather(1, parent),
        )
        written = torch.cat([written[torch.arange(batch, device=device)[:, None], parent], chosen[..., None]], dim=-1)
        ended = ended | (chosen == end_id)
        if ended.all():
            break
        reading.reorder((torch.arange(batch, device=device)[:, None] * n_beams + parent).flatten())
        tokens = chosen.flatten()[:, None]
    return written, scores
