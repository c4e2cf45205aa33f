"""Three ways to read a sentence: how far one word is from another, and what has to wait for what."""

from collections.abc import Sequence
from typing import Any

import torch
import traitlets
from torch import Tensor

from transformer_lib.alternatives import Recurrence, WindowConvolution
from transformer_lib.attention import MultiHeadAttention
from transformer_lib.tracing import influence
from transformer_lib.widgets.base import Whole, Widget, check_labels, check_whole, text_table

KINDS = ("recurrence", "window", "attention")
SENTENCES = (
    "The dogs were tired",
    "The dogs that the man saw were tired",
    "The dogs that the man in the red coat saw were tired",
    "The dogs that the man in the red coat with the silver buttons saw were tired",
)


class PathExplorer(Widget):
    """Choose a network, a sentence and two words; see the path between them, and the steps one after the other.

    Args:
        sentences: texts, or lists of words.
        sentence: which one is shown.
        kind: "recurrence" (from left to right), "window" (a convolution) or "attention".
        window: how many words a window sees, odd, from 3 to 9.
        layers: how many windows stand on top of each other, from 1 to 8.
        start, end: the path leads from this word to the vector computed at that one; left out, from the
            second word to the last but one.
        step: how many steps have been taken.

    Raises:
        ValueError: an argument of the wrong kind or out of its range.
    """

    sentences = traitlets.List(traitlets.List(traitlets.Unicode())).tag(sync=True)
    sentence = Whole(0, 0).tag(sync=True)
    kind = traitlets.Enum(KINDS, "recurrence").tag(sync=True)
    window = Whole(3, 3, 9).tag(sync=True)
    layers = Whole(2, 1, 8).tag(sync=True)
    start = Whole(0, 0).tag(sync=True)
    end = Whole(0, 0).tag(sync=True)
    step = Whole(0, 0).tag(sync=True)

    def __init__(
        self,
        sentences: Sequence[str | Sequence[str]] = SENTENCES,
        *,
        sentence: int = 1,
        kind: str = "recurrence",
        window: int = 3,
        layers: int = 2,
        start: int | None = None,
        end: int | None = None,
        step: int = 0,
    ) -> None:
        if isinstance(sentences, str) or not len(sentences):
            raise ValueError(f"sentences must be a list of one or more texts, but was {sentences!r}")
        texts = [text.split() if isinstance(text, str) else list(text) for text in sentences]
        for i, words in enumerate(texts):
            if not 2 <= len(check_labels(f"sentences[{i}]", words, len(words))) <= 16:
                raise ValueError(f"sentences[{i}] must have 2 to 16 words, but had {len(words)}")
        check_whole("sentence", sentence, 0, len(texts) - 1)
        if kind not in KINDS:
            raise ValueError(f"kind must be one of {KINDS}, but was {kind!r}")
        n = len(texts[sentence])
        super().__init__(
            sentences=texts,
            sentence=sentence,
            kind=kind,
            window=window,
            layers=layers,
            start=check_whole("start", min(1, n - 1) if start is None else start, 0, n - 1),
            end=check_whole("end", n - 2 if end is None else end, 0, n - 1),
            step=step,
        )

    @traitlets.validate("window")
    def _with_a_middle(self, proposal: Any) -> Any:
        if proposal["value"] % 2 == 0:
            raise ValueError(f"window must be odd, from 3 to 9, but was {proposal['value']}")
        return proposal["value"]

    def __repr__(self) -> str:
        words = self.sentences[self.sentence]
        start, end = min(self.start, len(words) - 1), min(self.end, len(words) - 1)
        lines = []
        for kind in KINDS:
            parents = network(kind, len(words), self.window, self.layers)
            hops = path_length(parents, start, len(parents) - len(words) + end)
            lines.append([kind, "none" if hops is None else str(hops), str(max(waves(parents))), str(len(words))])
        shown = f"{self.kind}, step {min(self.step, int(lines[KINDS.index(self.kind)][2]))}"
        return "\n".join(
            [
                f"PathExplorer: {' '.join(words)}; from {words[start]} to {words[end]}; shown: {shown}",
                text_table(["network", "path", "steps that wait", "words"], lines),
                f"windows of {self.window} words, {self.layers} on top of each other",
            ]
        )


def network(kind: str, n: int, window: int, layers: int) -> list[list[int]]:
    """Return what each vector is computed from: n words (from nothing), then each layer's n vectors.

    Which words a layer's vectors depend on is measured on the library's modules.
    """
    with torch.random.fork_rng():
        torch.manual_seed(0)
        if kind == "recurrence":
            reader = Recurrence(2, causal=True).double()
            seen = influence(lambda x: reader(x, causal=True), words_of(2))
            assert seen.tolist() == [[True, False], [True, True]]  # a step: its own word, and the state before it
            return [[] for _ in range(n)] + [[i] + [n + i - 1] * (i > 0) for i in range(n)]
        if kind == "window":
            seen, depth = influence(WindowConvolution(2, window).double(), words_of(n)), layers
        else:
            seen, depth = influence(MultiHeadAttention(2, 1).double(), words_of(n)), 1
    rows = [row.nonzero().flatten().tolist() for row in seen]
    return [[] for _ in range(n)] + [[layer * n + j for j in row] for layer in range(depth) for row in rows]


def words_of(n: int) -> Tensor:
    """Return one sentence of n random vectors."""
    return torch.randn(1, n, 2, dtype=torch.float64)


def waves(parents: list[list[int]]) -> list[int]:
    """Return for every vector the step at which it can be computed; 0 for the words."""
    wave: list[int] = []
    for row in parents:
        wave.append(1 + max(wave[v] for v in row) if row else 0)
    return wave


def path_length(parents: list[list[int]], start: int, end: int) -> int | None:
    """Return the fewest steps from one vector to another, None if the second does not depend on the first."""
    distance = {start: 0}
    for v, row in enumerate(parents):
        known = [distance[parent] for parent in row if parent in distance]
        if known:
            distance[v] = min(known) + 1
    return distance.get(end)
