"""The table at the end of the question "encoder or decoder": what comes out, when the input is there, and what fits."""

from dataclasses import asdict, dataclass
from typing import Any

import traitlets

from transformer_lib.widgets.base import Whole, Widget, text_table

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
        output: one of `OUTPUTS`.
        input: one of `INPUTS`.

    Raises:
        ValueError: an output or an input that is not in the table.
    """

    outputs = traitlets.List(traitlets.Unicode()).tag(sync=True)
    inputs = traitlets.List(traitlets.Unicode()).tag(sync=True)
    cells: traitlets.List[Any] = traitlets.List().tag(sync=True)
    chosen = Whole(0, 0, len(DECISIONS) - 1).tag(sync=True)

    def __init__(self, output: str = OUTPUTS[0], input: str = INPUTS[0]) -> None:
        for name, given, choices in (("output", output, OUTPUTS), ("input", input, INPUTS)):
            if given not in choices:
                raise ValueError(f"{name} must be one of {choices}, but was {given!r}")
        cells = [asdict(decision) | {"tasks": list(decision.tasks)} for decision in DECISIONS]
        chosen = OUTPUTS.index(output) * len(INPUTS) + INPUTS.index(input)
        super().__init__(outputs=list(OUTPUTS), inputs=list(INPUTS), cells=cells, chosen=chosen)

    def __repr__(self) -> str:
        rows = [
            [OUTPUTS[i // 2] if i % 2 == 0 else "", INPUTS[i % 2], d.architecture, d.known, d.where]
            for i, d in enumerate(DECISIONS)
        ]
        now = DECISIONS[self.chosen]
        head = f"DecisionTable: {OUTPUTS[self.chosen // 2]}, input {INPUTS[self.chosen % 2]}: {now.architecture}"
        reasons = [f"{OUTPUTS[i // 2]}, {INPUTS[i % 2]}: {d.why}" for i, d in enumerate(DECISIONS)]
        return "\n".join(
            [head, text_table(["what comes out", "input", "take", "as in", "where"], rows), "Why:", *reasons]
        )
