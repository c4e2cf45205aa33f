"""BERT's masking on one sentence: which words are chosen, what becomes of them, and what the loss asks for."""

from collections.abc import Sequence
from typing import Any

import torch
import traitlets

from transformer_lib.widgets.base import Whole, Widget, check_labels, fixed, plain, text_table

MODES = {"80/10/10": (800, 900), "all [MASK]": (1000, 1000), "all kept": (0, 0)}  # of 1000: masked below, random below
FATES = ("masked", "random", "kept")
DRAWS, SIDES = 12, 1000


class MaskingExplorer(Widget):
    """Draw the words of a masked-word batch: a first throw for each word chooses it, a second one says its fate.

    Args:
        words: 2 to 16 words of a sentence.
        fillers: words from which the random ones are drawn.
        rate: of 100 words, how many are chosen, 0 to 60.
        mode: what becomes of the chosen ones: "80/10/10", "all [MASK]" or "all kept".
        draw: which of twelve draws, 0 to 11. The throws stay while rate and mode change.

    Raises:
        ValueError: an argument of the wrong kind or out of its range.
    """

    words = traitlets.List(traitlets.Unicode()).tag(sync=True)
    fillers = traitlets.List(traitlets.Unicode()).tag(sync=True)
    throws = traitlets.List().tag(sync=True)
    rate = Whole(15, 0, 60).tag(sync=True)
    mode = traitlets.Unicode("80/10/10").tag(sync=True)
    draw = Whole(0, 0, DRAWS - 1).tag(sync=True)

    def __init__(
        self, words: Sequence[str], fillers: Sequence[str], rate: int = 15, mode: str = "80/10/10", draw: int = 0
    ) -> None:
        given, fill = plain(list(words)), plain(list(fillers))
        if not 2 <= len(given) <= 16:
            raise ValueError(f"words must be 2 to 16 words, but were {words!r}")
        if not fill:
            raise ValueError(f"fillers must be one or more words, but were {fillers!r}")
        super().__init__(
            words=check_labels("words", given, len(given)),
            fillers=check_labels("fillers", fill, len(fill)),
            throws=throws_for(len(given), len(fill)),
            rate=rate,
            mode=mode,
            draw=draw,
        )

    @traitlets.validate("mode")
    def _known(self, proposal: Any) -> Any:
        if proposal["value"] not in MODES:
            raise ValueError(f"mode must be one of {list(MODES)}, but was {proposal['value']!r}")
        return proposal["value"]

    def fates(self) -> list[str | None]:
        """Return what becomes of each word: "masked", "random", "kept", or None where it was not chosen."""
        masked, random = MODES[self.mode]
        chosen, fate, _ = self.throws[self.draw]
        return [
            None if a >= 10 * self.rate else "masked" if b < masked else "random" if b < random else "kept"
            for a, b in zip(chosen, fate, strict=True)
        ]

    def shown(self) -> list[str]:
        """Return the words that the model sees."""
        replaced = [self.fillers[i] for i in self.throws[self.draw][2]]
        return [
            {"masked": "[MASK]", "random": other}.get(fate or "", word)
            for word, other, fate in zip(self.words, replaced, self.fates(), strict=True)
        ]

    def __repr__(self) -> str:
        fates, shares = self.fates(), shares_of(self.rate, self.mode)
        asked = [f"{word} ({fate})" for word, fate in zip(self.words, fates, strict=True) if fate]
        return "\n".join(
            [
                f"MaskingExplorer: {self.rate} % chosen, {self.mode}, draw {self.draw + 1}",
                f"the model sees: {' '.join(self.shown())}",
                f"the loss asks for: {', '.join(asked) or 'nothing'}",
                text_table(
                    ["", "here", "of 100 words"],
                    [[name, str(fates.count(name)), fixed(share, 1)] for name, share in shares.items()],
                ),
            ]
        )


def throws_for(n_words: int, n_fillers: int) -> list[list[list[int]]]:
    """Return for each draw two throws of a die of 1000 sides, and the number of a filler, for each word."""
    generator = torch.Generator().manual_seed(0)
    return [
        [torch.randint(sides, (n_words,), generator=generator).tolist() for sides in (SIDES, SIDES, n_fillers)]
        for _ in range(DRAWS)
    ]


def shares_of(rate: int, mode: str) -> dict[str, float]:
    """Return of each fate how many of 100 words get it on average."""
    masked, random = MODES[mode]
    return {
        name: rate * part / SIDES for name, part in zip(FATES, (masked, random - masked, SIDES - random), strict=True)
    }
