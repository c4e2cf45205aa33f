"""One sentence, the probability a model gave to each of its words, and what that makes: from p to perplexity."""

import math
from typing import Any

import torch
import traitlets

from transformer_lib.metrics import LanguageModelScore, log_likelihood
from transformer_lib.widgets.base import Widget, check_labels, check_numbers, fixed, text_table

WORDS = ["the", "dogs", "chased", "the", "cat"]
RIVALS = [  # what else the model thought of, and how it shares what is left
    [["a", 0.5], ["my", 0.3], ["one", 0.2]],
    [["dog", 0.4], ["cat", 0.4], ["end", 0.2]],
    [["barked", 0.5], ["saw", 0.3], ["ate", 0.2]],
    [["a", 0.6], ["their", 0.2], ["me", 0.2]],
    [["ball", 0.4], ["car", 0.4], ["postman", 0.2]],
]
START = [0.25, 0.125, 0.5, 0.5, 0.125]
PRESETS = {
    "careful": [0.5, 0.25, 0.45, 0.3, 0.45],
    "bold": [0.9, 0.01, 0.9, 0.01, 0.9],
    "always 1 in 4": [0.25] * 5,
}


class PerplexityLadder(Widget):
    """Each word's probability, to be dragged; its surprise; the sentence's log-likelihood, cross-entropy, perplexity.

    Args:
        p: the probability that the model gave to each word, in the light of the words before it.
        words: the sentence.
        rivals: for each word a list of [other word, share]: how what is left is shared among the
            others. It decides whether the word was the model's first choice, and nothing else.
        presets: name -> p, a button each.

    Raises:
        ValueError: an argument of the wrong kind, length or range.
    """

    words: traitlets.List[Any] = traitlets.List().tag(sync=True)
    rivals: traitlets.List[Any] = traitlets.List().tag(sync=True)
    presets = traitlets.Dict().tag(sync=True)
    p: traitlets.List[Any] = traitlets.List().tag(sync=True)

    def __init__(self, p: Any = None, words: Any = None, rivals: Any = None, presets: Any = None) -> None:
        mine = words is None and rivals is None
        words, rivals = (WORDS, RIVALS) if mine else (words, rivals)
        if not isinstance(words, list) or not words:
            raise ValueError(f"words must be a list of one or more words, but was {words!r}")
        presets = (PRESETS if mine else {}) if presets is None else presets
        if not isinstance(presets, dict):
            raise ValueError(f"presets must map names to lists of probabilities, but was {presets!r}")
        n = len(words)
        super().__init__(
            words=check_labels("words", words, n),
            rivals=check_rivals(rivals, n),
            presets={name: check_p(f"presets[{name!r}]", at, n) for name, at in presets.items()},
            p=check_p("p", (START if mine else [0.25] * n) if p is None else p, n),
        )

    @traitlets.validate("p")
    def _probabilities(self, proposal: Any) -> Any:
        return check_p("p", proposal["value"], len(self.words))

    def __repr__(self) -> str:
        size = 1 + max(map(len, self.rivals))
        rows = [[p, *((1 - p) * share for _, share in others)] for p, others in zip(self.p, self.rivals, strict=True)]
        table = torch.tensor([row + [0.0] * (size - len(row)) for row in rows], dtype=torch.float64)
        logits, targets = table.log(), torch.zeros(len(rows), dtype=torch.int64)
        score = LanguageModelScore().add(logits, targets)
        each = -logits[:, 0]
        lines = [
            [word, fixed(p, 3), show(nats / math.log(2), 2), "yes" if p >= max(row) else "no"]
            for word, p, nats, row in zip(self.words, self.p, each.tolist(), rows, strict=True)
        ]
        return "\n".join(
            [
                f"PerplexityLadder: {' '.join(self.words)}",
                text_table(["word", "p", "bits", "first choice"], lines),
                f"log-likelihood {show(float(log_likelihood(logits, targets)), 2)} nats, cross-entropy "
                f"{show(score.cross_entropy, 3)} nats = {show(score.cross_entropy / math.log(2), 3)} bits",
                f"perplexity {show(score.perplexity, 2)}, accuracy {score.correct} of {score.tokens}",
            ]
        )


def show(x: float, digits: int) -> str:
    """Return the number with fixed decimals, or a sign for an infinite one."""
    return fixed(x, digits) if math.isfinite(x) else "∞" if x > 0 else "-∞"


def check_p(name: str, value: Any, length: int) -> list[float]:
    """Return `length` probabilities, or raise a ValueError that names the argument."""
    numbers = check_numbers(name, value)
    if len(numbers) != length or not all(0 <= p <= 1 for p in numbers):
        raise ValueError(f"{name} must be a list of {length} probabilities from 0 to 1, but was {value!r}")
    return [round(p, 6) for p in numbers]


def check_rivals(value: Any, length: int) -> list[list[list[Any]]]:
    """Return each word's rivals, or raise a ValueError that says which are wrong."""
    if not isinstance(value, list) or len(value) != length:
        raise ValueError(f"rivals must be a list of {length} lists of [word, share], but was {value!r}")
    for i, others in enumerate(value):
        pairs = others if isinstance(others, list) else []
        well = pairs and all(isinstance(pair, list | tuple) and len(pair) == 2 for pair in pairs)
        if not well or not math.isclose(sum(check_numbers(f"rivals[{i}]", [s for _, s in pairs])), 1, abs_tol=1e-6):
            raise ValueError(f"rivals[{i}] must be a list of [word, share] whose shares sum to 1, but was {others!r}")
    return [[[str(word), float(share)] for word, share in others] for others in value]
