"""A language model that writes while one watches: temperature, top-k, top-p, and what the cache keeps."""

from collections.abc import Callable
from typing import Any

import torch
import traitlets
from torch import Tensor

from transformer_lib.decoder import Decoder
from transformer_lib.generation import keep_likeliest
from transformer_lib.reading import Reading
from transformer_lib.widgets.base import Whole, fixed, is_number, text_table
from transformer_lib.widgets.trained import TrainedWidget

ROWS = 5  # of the repr's table


class TextSampler(TrainedWidget):
    r"""Give a language model a beginning, and see what it draws each next character from, and what it writes.

    The page writes with the same model and the same random numbers as `sample`, so both write the same text.

    Args:
        trained: a shipped `Decoder`.
        prompt: what the text starts with.
        temperature: the logits are divided by it, from 0 (always the likeliest) to 2.
        top_k: draw from the k likeliest characters only; None for all.
        top_p: draw from the likeliest characters that make up so much of the probability, above 0; 1 for all.
        length: how many characters to write, up to 200.
        seed: of the random numbers.
        cached: whether keys and values are kept from step to step.
        window: how many characters the model was trained to read at once; where they are full, it stops.

    Raises:
        ValueError: an argument out of its range, no such model, or a model that is no `Decoder`.
    """

    prompt = traitlets.Unicode("\n").tag(sync=True)
    temperature = traitlets.Float(0.8).tag(sync=True)
    top_k = traitlets.Int(None, allow_none=True).tag(sync=True)
    top_p = traitlets.Float(1.0).tag(sync=True)
    length = Whole(120, 0, 200).tag(sync=True)
    seed = Whole(1, 0).tag(sync=True)
    cached = traitlets.Bool(True).tag(sync=True)
    window = Whole(192, 2).tag(sync=True)

    def __init__(self, trained: str = "shakespeare", prompt: str = "ROMEO:\n", **traits: Any) -> None:
        super().__init__(trained=trained, prompt=prompt, **traits)
        if not isinstance(self.loaded.model, Decoder):
            raise ValueError(f"trained must be a Decoder, but {trained!r} is a {type(self.loaded.model).__name__}")

    @traitlets.validate("temperature", "top_p", "top_k")
    def _in_range(self, proposal: Any) -> Any:
        name, value = proposal["trait"].name, proposal["value"]
        if name == "temperature" and not (is_number(value) and 0 <= value <= 2):
            raise ValueError(f"temperature must be a number from 0 to 2, but was {value!r}")
        if name == "top_p" and not (is_number(value) and 0 < value <= 1):
            raise ValueError(f"top_p must be above 0 and at most 1, but was {value!r}")
        if name == "top_k" and value is not None and value < 1:
            raise ValueError(f"top_k must be at least 1, or None for all, but was {value!r}")
        return value

    def __repr__(self) -> str:
        trained = self.loaded
        cut: dict[str, Any] = {"temperature": self.temperature, "top_k": self.top_k, "top_p": self.top_p}
        prompt = prompt_ids(trained.source.encode(self.prompt))
        new, (before, after) = sample(
            trained.model, prompt, min(self.length, 40), seed=self.seed, window=self.window, **cut
        )
        best = before.argsort(descending=True, stable=True)[:ROWS].tolist()
        rows = [[repr(trained.source.vocabulary.items[i]), fixed(before[i], 2), fixed(after[i], 2)] for i in best]
        config = trained.model.config
        kept = f"2 x {len(prompt)} tokens x {config.n_layers} layers x {config.d_model}"
        top_k = "all" if self.top_k is None else str(self.top_k)
        return "\n".join(
            [
                f"TextSampler: {self.trained} after {self.prompt!r}; temperature {fixed(self.temperature, 2)}, "
                f"top-k {top_k}, top-p {fixed(self.top_p, 2)}, seed {self.seed}",
                text_table(["next", "before the cut", "after it"], rows),
                f"the cache holds {kept} numbers after the prompt",
                f"writes {trained.source.decode(new)!r}",
            ]
        )


def prompt_ids(ids: list[int]) -> list[int]:
    """Return the ids the model can read: unknown characters are left out, and there is at least one token."""
    return [i for i in ids if i != 3] or [1]


def sample(
    model: Any,
    prompt: list[int],
    length: int,
    *,
    seed: int,
    temperature: float,
    top_k: int | None,
    top_p: float,
    window: int = 192,
) -> tuple[list[int], tuple[Tensor, Tensor]]:
    """Return what the page writes, and the first token's probabilities before and after the cut.

    Fewer than `length` tokens come where the model's window is full.
    """
    length = max(0, min(length, window - len(prompt), model.config.max_len - len(prompt)))
    reading = Reading(model, torch.tensor([prompt]), max(length, 1))
    random, written, first = random_numbers(seed), [], None
    tokens = torch.tensor([prompt])
    for _ in range(max(length, 1)):
        with torch.no_grad():
            logits = reading.next_logits(tokens)[0].double() / (temperature or 1)
        after = keep_likeliest(logits, top_k if temperature else 1, top_p).softmax(-1)
        first = (logits.softmax(-1), after) if first is None else first
        token = int((after.cumsum(0) > (random() if temperature else 0.0)).double().argmax())
        written.append(token)
        tokens = torch.tensor([[token]])
    assert first is not None
    return written[:length], first


def random_numbers(seed: int) -> Callable[[], float]:
    """Return a function that gives numbers from 0 to 1, the same as the page's (Park & Miller 1988)."""
    state = seed % 2147483646 + 1

    def draw() -> float:
        nonlocal state
        state = state * 48271 % 2147483647
        return state / 2147483647

    for _ in range(5):
        draw()
    return draw
