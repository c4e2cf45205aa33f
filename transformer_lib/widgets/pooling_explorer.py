"""The same losses, averaged in four ways: what a perplexity is the perplexity of."""

from typing import Any

import traitlets

from transformer_lib.metrics import LanguageModelScore, perplexity
from transformer_lib.widgets.base import Widget, check_whole, fixed, is_number, text_table

WAYS = {  # the right one first
    "tokens": "each token counts once",
    "sentences": "mean of the sentences' means",
    "perplexities": "mean of the perplexities",
    "pads": "padding counted, too",
}
EASY_AND_HARD = [{"name": "easy", "tokens": 40, "nats": 0.5}, {"name": "hard", "tokens": 4, "nats": 4.0}]
LONGEST, HIGHEST = 60, 6.0


class PoolingExplorer(Widget):
    """A skyline of two or more sentences: as wide as their share of the average, as high as what is averaged.

    Args:
        sentences: dicts with "name", "tokens" (1 to 60) and "nats", what a token costs (0 to 6).
        pad_nats: what a padding token costs; a model learns at once that padding follows padding.
        way: "tokens", "sentences", "perplexities" or "pads".

    Raises:
        ValueError: an argument of the wrong kind or out of its range.
    """

    sentences: traitlets.List[Any] = traitlets.List().tag(sync=True)
    pad_nats = traitlets.Float(0.01).tag(sync=True)
    way = traitlets.Unicode("tokens").tag(sync=True)

    def __init__(self, sentences: Any = None, *, pad_nats: float = 0.01, way: str = "tokens") -> None:
        super().__init__(sentences=EASY_AND_HARD if sentences is None else sentences, pad_nats=pad_nats, way=way)

    @traitlets.validate("sentences")
    def _lengths_and_losses(self, proposal: Any) -> Any:
        given = proposal["value"]
        if len(given) < 2:
            raise ValueError(f"sentences must be a list of two or more, but was {given!r}")
        return [check_sentence(f"sentences[{i}]", each) for i, each in enumerate(given)]

    @traitlets.validate("pad_nats")
    def _no_negative_loss(self, proposal: Any) -> Any:
        return check_nats("pad_nats", proposal["value"])

    @traitlets.validate("way")
    def _known(self, proposal: Any) -> Any:
        if proposal["value"] not in WAYS:
            raise ValueError(f"way must be one of {list(WAYS)}, but was {proposal['value']!r}")
        return proposal["value"]

    def pooled(self, way: str) -> float:
        """Return the perplexity in one of the four ways."""
        scores = [LanguageModelScore(each["nats"] * each["tokens"], each["tokens"]) for each in self.sentences]
        nats, tokens = sum(score.nats for score in scores), sum(score.tokens for score in scores)
        if way == "sentences":
            return perplexity(sum(score.cross_entropy for score in scores) / len(scores))
        if way == "perplexities":
            return sum(score.perplexity for score in scores) / len(scores)
        pads = max(score.tokens for score in scores) * len(scores) - tokens if way == "pads" else 0
        return LanguageModelScore(nats + pads * self.pad_nats, tokens + pads).perplexity

    def __repr__(self) -> str:
        rows = [[each["name"], str(each["tokens"]), fixed(each["nats"], 1)] for each in self.sentences]
        ways = [
            [f"{'> ' if way == self.way else '  '}{text}", fixed(self.pooled(way), 2)] for way, text in WAYS.items()
        ]
        return "\n".join(
            [
                f"PoolingExplorer: {len(rows)} sentences, a padding token costs {fixed(self.pad_nats, 2)} nats",
                text_table(["sentence", "tokens", "nats per token"], rows),
                text_table(["  averaged how", "perplexity"], ways),
            ]
        )


def check_nats(name: str, value: Any) -> float:
    """Return a loss that the sliders reach, or raise a ValueError that names it."""
    if not is_number(value) or not 0 <= value <= HIGHEST:
        raise ValueError(f"{name} must be a number of nats from 0 to {HIGHEST:.0f}, but was {value!r}")
    return float(value)


def check_sentence(name: str, value: Any) -> dict[str, Any]:
    """Return a sentence as the view reads it, or raise a ValueError that says what is wrong in it."""
    if not isinstance(value, dict) or set(value) != {"name", "tokens", "nats"} or not isinstance(value["name"], str):
        raise ValueError(f'{name} must be a dict with "name", "tokens" and "nats", but was {value!r}')
    tokens = check_whole(f"{name}['tokens']", value["tokens"], 1, LONGEST)
    return {"name": value["name"], "tokens": tokens, "nats": check_nats(f"{name}['nats']", value["nats"])}
