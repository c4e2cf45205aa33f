"""The table at the end of the question "encoder or decoder": what comes out, when the input is there, and what fits."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import traitlets

from transformer_lib.widgets.base import Whole, Widget, check_whole, text_table

OUTPUTS = ("one label", "one vector", "a tag for each token", "a missing word", "a new text")
INPUTS = ("all there before the first answer", "goes on arriving")


@dataclass(frozen=True)
class Decision:
    """One cell.

    Args:
        architecture: what fits.
        why: in a sentence or two.
        known: a model that does so.
        where: in this book.
        tasks: for which one comes here.
    """

    architecture: str
    why: str
    known: str
    where: str
    tasks: tuple[str, ...]


DECISIONS = (
    Decision(
        "encoder",
        "All of the text is there, so each vector may see both sides; one reading gives the label.",
        "BERT, fine-tuned",
        "chapter 11",
        ("is this review kind?",),
    ),
    Decision(
        "decoder",
        "The last token has seen all there is so far, and nothing is read twice when more arrives.",
        "GPT-1 with one matrix on its last token",
        "chapter 10",
        ("is this call still friendly?",),
    ),
    Decision(
        "encoder",
        "One reading, both sides, the mean of the tokens' vectors; it is stored and compared for ever after.",
        "MiniLM, as a sentence encoder",
        "chapter 11",
        ("search",),
    ),
    Decision(
        "decoder",
        "The last token's vector stands for all so far; a cache keeps the rest. An encoder would read all again.",
        "E5-Mistral: the last token's vector",
        "chapter 10",
        ("what is this talk about by now?",),
    ),
    Decision(
        "encoder",
        "The output is as long as the input, and what a word is often shows to its right.",
        "BERT with a tag for each token",
        "chapter 12, Tag now",
        ("names in a text",),
    ),
    Decision(
        "decoder, some tokens late",
        "A few tokens of patience stand in for the right side; nothing is read twice.",
        "Transformer Transducer, for speech",
        "chapter 12, Tag now",
        ("subtitles while one speaks",),
    ),
    Decision(
        "encoder",
        "It sees both sides in one reading. (A decoder can try words and read on: one reading for each.)",
        "BERT; T5 for gaps of several words",
        "chapters 11 and 12",
        ("restore a torn page",),
    ),
    Decision(
        "decoder",
        "What has not arrived cannot be seen: this is no gap but the next token.",
        "GPT-2",
        "chapter 10",
        ("complete as I type",),
    ),
    Decision(
        "encoder-decoder",
        "The source is read once, both ways; the target is written with a cache. A large decoder with the source as "
        "its prompt does it, too.",
        "T5, and the book's translator",
        "chapter 9",
        ("translate", "shorten a report"),
    ),
    Decision(
        "decoder",
        "What it wrote becomes part of what it reads. Its cache never goes stale, and every token was a question in "
        "training.",
        "GPT-3 and the chat models after it",
        "chapter 10",
        ("chat",),
    ),
)


class DecisionTable(Widget):
    """Choose what comes out and when the input is there, or a task; read what fits, why, who does so, and where.

    Args:
        chosen: which cell is told in words at first, counted row by row.
        outputs, inputs: what rows and columns are called; left out, the book's.
        cells: the fields of a `Decision` for each cell, row by row; left out, the book's.

    Raises:
        ValueError: as many cells as rows times columns not given, or one chosen that there is not.
    """

    outputs = traitlets.List(traitlets.Unicode()).tag(sync=True)
    inputs = traitlets.List(traitlets.Unicode()).tag(sync=True)
    cells: traitlets.List[Any] = traitlets.List().tag(sync=True)
    chosen = Whole(0, 0).tag(sync=True)

    def __init__(
        self,
        chosen: int = 0,
        *,
        outputs: Sequence[str] = OUTPUTS,
        inputs: Sequence[str] = INPUTS,
        cells: Sequence[dict[str, Any]] | None = None,
    ) -> None:
        if cells is None:
            cells = [asdict(decision) | {"tasks": list(decision.tasks)} for decision in DECISIONS]
        if len(cells) != len(outputs) * len(inputs):
            raise ValueError(f"cells must be {len(outputs)} times {len(inputs)}, but were {len(cells)}")
        check_whole("chosen", chosen, 0, len(cells) - 1)
        super().__init__(outputs=list(outputs), inputs=list(inputs), cells=list(cells), chosen=chosen)

    def place(self, i: int) -> str:
        """Return what cell i's row and column are called."""
        row, column = divmod(i, len(self.inputs))
        return f"{self.outputs[row]}, {self.inputs[column]}"

    def __repr__(self) -> str:
        rows = []
        for i, cell in enumerate(self.cells):
            row, column = divmod(i, len(self.inputs))
            names = ["" if column else self.outputs[row], self.inputs[column]]
            rows.append([*names, *(cell[key] for key in ("architecture", "known", "where"))])
        now = self.place(self.chosen).replace(", ", ", input ")
        head = f"DecisionTable: {now}: {self.cells[self.chosen]['architecture']}"
        reasons = [f"{self.place(i)}: {cell['why']}" for i, cell in enumerate(self.cells)]
        return "\n".join(
            [head, text_table(["what comes out", "input", "take", "as in", "where"], rows), "Why:", *reasons]
        )
