"""What a learner sees of a verdict: text in a terminal, HTML in a notebook, the same words in both."""

from dataclasses import dataclass
from html import escape
from typing import Any

import torch
from torch import Tensor

from grader.card import box, card, code_marks, style
from grader.compare import wrong_elements
from grader.judge import Problem, Verdict

NO_MARK = "This is a self-check, not a mark."
MOST = 8  # rows and columns of a tensor that are shown
WRONG = " class='wrong' title='differs'"
MOST_INPUT = 24  # numbers of an input that are shown


@dataclass(frozen=True, repr=False)
class Note:
    """A sentence, where there is nothing to judge."""

    sentence: str

    def __repr__(self) -> str:
        return self.sentence

    def _repr_html_(self) -> str:
        return card("note", f"<p>{code_marks(self.sentence)}</p>")


@dataclass(frozen=True, repr=False)
class Result:
    """A verdict for its learner's eyes, with what else there is to say; `note` is its last line."""

    verdict: Verdict
    note: str = NO_MARK
    remarks: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """The verdict in a few words."""
        v = self.verdict
        if v.problem is None:
            return f"✓ {v.task.name}: right. {v.points} of {v.task.points} points."
        if v.problem.kind == "not written":
            return f"○ {v.task.name}: not written yet."
        return f"✗ {v.task.name}: not right yet. {v.points} of {v.task.points} points."

    def parts(self) -> list[str]:
        """Each part with its points: "✓ no mask 3/3"."""
        v = self.verdict
        if len(v.task.parts) == 1 or (v.problem and v.problem.kind == "not written"):
            return []
        return [f"{'✓' if v.earned[part] else '✗'} {part} {v.earned[part]}/{of}" for part, of in v.task.parts.items()]

    def sentences(self) -> list[str]:
        """What to say about the problem; the mistake's name comes first, where there is one."""
        problem = self.verdict.problem
        if problem is None:
            return list(self.remarks)
        if problem.mistake is None:
            return [problem.sentence, *self.remarks]
        named = f"It looks like this mistake: {problem.mistake.name}."
        return [named, problem.mistake.hint, problem.sentence, *self.remarks]

    def __repr__(self) -> str:
        problem, lines = self.verdict.problem, [self.heading]
        if self.parts():
            lines.append("  " + "   ".join(self.parts()))
        lines += ["  " + sentence for sentence in self.sentences()]
        if problem and problem.kind != "not written":
            lines.append(f"  The smallest input that shows it: {problem.case.what}.")
            lines += ["    " + line for line in input_lines(self.verdict)]
            lines += ["  " + line for line in side_by_side(problem, self.verdict.task.tolerance)]
        return "\n".join([*lines, self.note] if self.note else lines)

    def _repr_html_(self) -> str:
        return style() + self.body()

    def body(self) -> str:
        """The HTML without the style sheet, for a page that has it already."""
        problem, html = self.verdict.problem, [f"<h4>{escape(self.heading)}</h4>"]
        if self.parts():
            html.append("<p class='parts'>" + " ".join(f"<span>{escape(p)}</span>" for p in self.parts()) + "</p>")
        sentences = [code_marks(sentence) for sentence in self.sentences()]
        if problem and problem.mistake:
            sentences[0] = f"<strong>{sentences[0]}</strong>"
        html += [f"<p>{sentence}</p>" for sentence in sentences]
        if problem and problem.kind != "not written":
            html.append(f"<p>The smallest input that shows it: {escape(problem.case.what)}.</p>")
            html.append(f"<pre tabindex='0'>{escape(chr(10).join(input_lines(self.verdict)))}</pre>")
            tables = [(title, *block) for title, block in blocks(problem, self.verdict.task.tolerance)]
            html.append("<div class='pair'>" + "".join(html_table(*each) for each in tables) + "</div>")
        if self.note:
            html.append(f"<p class='small'>{self.note}</p>")
        state = "good" if problem is None else "note" if problem.kind == "not written" else "bad"
        return box(state, "".join(html))


Block = tuple[str, list[list[str]], list[list[bool]]]  # which slice; its numbers as text; which of them are wrong


def blocks(problem: Problem, tolerance: float) -> list[tuple[str, Block]]:
    """The expected tensor and, where there is one, the given: the first two-dimensional slice that differs."""
    expected, given = problem.expected, problem.given
    if given is None:
        return [("expected", block(expected, torch.zeros_like(expected, dtype=torch.bool), ()))]
    if given.shape != expected.shape:
        pair = (("expected", expected), ("yours", given))
        return [(title, block(x, torch.zeros_like(x, dtype=torch.bool), (0,) * (x.ndim - 2))) for title, x in pair]
    wrong = wrong_elements(given, expected, tolerance)
    place = wrong.nonzero()[0].tolist() if wrong.any() else [0] * wrong.ndim
    index = tuple(place[: max(wrong.ndim - 2, 0)])
    return [("expected", block(expected, wrong & False, index)), ("yours", block(given, wrong, index))]


def block(x: Tensor, wrong: Tensor, index: tuple[int, ...]) -> Block:
    """One slice of a tensor as rows of text, with its shape and dtype."""
    title = f"{str(x.dtype).removeprefix('torch.')} of shape {tuple(x.shape)}"
    if x.numel() == 0:
        return title, [], []
    if x.ndim > 2:
        index = index or (0,) * (x.ndim - 2)
        ordinals = ("first", "second", "third", "fourth", "fifth")
        known = len(index) == 1 and index[0] < len(ordinals)
        title += f", {ordinals[index[0]]} along the first axis" if known else f", at {list(index)}"
        x, wrong = x[index], wrong[index]
    rows = x.reshape(1, -1) if x.ndim < 2 else x
    if rows.shape[0] > MOST or rows.shape[1] > MOST:
        title += f", its first {min(rows.shape[0], MOST)} × {min(rows.shape[1], MOST)} numbers"
    numbers = [[number(value) for value in row] for row in rows[:MOST, :MOST].tolist()]
    return title, numbers, wrong.reshape(rows.shape)[:MOST, :MOST].tolist()


def number(value: Any) -> str:
    """A number as short as it can be at four decimals."""
    if not isinstance(value, float):
        return str(value)
    return f"{value:.4f}" if abs(value) < 1e4 or value != value else f"{value:.4g}"


def side_by_side(problem: Problem, tolerance: float) -> list[str]:
    """The blocks beside each other, a * before each number that is wrong."""
    columns = []
    for who, (title, numbers, wrong) in blocks(problem, tolerance):
        marked = [["*" * w + n for n, w in zip(row, bad, strict=True)] for row, bad in zip(numbers, wrong, strict=True)]
        width = max((len(n) for row in marked for n in row), default=0)
        rows = ["[ " + "  ".join(n.rjust(width) for n in row) + " ]" for row in marked]
        lines = [f"{who} ({title})", *(rows or ["(empty)"])]
        columns.append([line.ljust(max(map(len, lines))) for line in lines])
    height = max(map(len, columns))
    padded = [column + [" " * len(column[0])] * (height - len(column)) for column in columns]
    lines = ["   ".join(row).rstrip() for row in zip(*padded, strict=True)]
    return [*lines, "(* differs)"] if any("*" in line for line in lines) else lines


def html_table(who: str, title: str, numbers: list[list[str]], wrong: list[list[bool]]) -> str:
    """One block as a table; a wrong number is bold, underlined and coloured, and says so to a screen reader."""
    rows = "".join(
        "<tr>" + "".join(f"<td{WRONG if w else ''}>{n}</td>" for n, w in zip(row, bad, strict=True)) + "</tr>"
        for row, bad in zip(numbers, wrong, strict=True)
    )
    caption = f"<caption><b>{who}</b><br>{escape(title)}</caption>"
    return f"<table>{caption}<tbody>{rows or '<tr><td>(empty)</td></tr>'}</tbody></table>"


def input_lines(verdict: Verdict) -> list[str]:
    """The call that shows the problem, as lines to paste into a cell; a long tensor only by its shape."""
    task, problem = verdict.task, verdict.problem
    if problem is None:
        return []
    names = [name.partition("=")[0] for name in task.parameters][: len(problem.case.args)]
    lines = [input_line(name, value) for name, value in zip(names, problem.case.args, strict=True)]
    return [*lines, f"{task.function}({', '.join(names)})"]


def input_line(name: str, value: Any) -> str:
    """One argument as Python."""
    if not isinstance(value, Tensor):
        return f"{name} = {value}"
    if value.numel() > MOST_INPUT:
        return f"# {name}: {str(value.dtype).removeprefix('torch.')} of shape {tuple(value.shape)}"
    unlike = value.dtype == torch.float64 or (value.numel() == 0 and not value.is_floating_point())  # [] is float32
    dtype = f", dtype={value.dtype}" if unlike else ""
    numbers = value.double().apply_(shortened) if value.is_floating_point() else value
    return f"{name} = torch.tensor({numbers.tolist()}{dtype})"


def shortened(x: float) -> float:
    """Four decimals; of a small number three digits, as four decimals of it would be another number."""
    return float(f"{x:.3g}") if abs(x) < 0.01 else round(x, 4)
