"""How far a learner has come through the book: every exercise's notebook is checked, here and without a sandbox."""

from html import escape
from pathlib import Path
from typing import Any

from grader.cells import Unreadable, pieces_of, program_for
from grader.exercises import Exercise
from grader.inside.program import run_program
from grader.judge import Verdict, judge
from grader.learner import in_process
from grader.report import page
from grader.show import NO_MARK, Result
from grader.task import Task


def verdict_on(task: Task, notebook: Path) -> Verdict:
    """A self-check of one task, from the code in a notebook as it was last saved."""
    names: dict[str, Any] = {"__name__": "submission"}
    try:
        program = program_for(task, [pieces_of(notebook.name, notebook.read_bytes(), [])])
    except (Unreadable, OSError):
        program = []
    run_program(program, names, lambda note: None)
    return judge(task, in_process(task, names), seed=0)


def progress(exercises: tuple[Exercise, ...]) -> dict[str, list[Verdict]]:
    """Per exercise, the verdict on each of its tasks."""
    return {each.folder.name: [verdict_on(task, each.notebook) for task in each.tasks] for each in exercises}


def state_of(verdict: Verdict) -> str:
    """A verdict in a word or two."""
    if verdict.passed:
        return "✓ right"
    if verdict.problem and verdict.problem.kind == "not written":
        return "○ not written yet"
    mistake = verdict.problem.mistake if verdict.problem else None
    return f"✗ {mistake.name}" if mistake else "✗ not right yet"


def text(found: dict[str, list[Verdict]]) -> str:
    """As a table for a terminal."""
    rows = [
        (name if not i else "", verdict.task.title, f"{verdict.points}/{verdict.task.points}", state_of(verdict))
        for name, verdicts in found.items()
        for i, verdict in enumerate(verdicts)
    ]
    widths = [max(len(row[i]) for row in rows) for i in range(3)] if rows else [0, 0, 0]
    lines = [f"{a:{widths[0]}}  {b:{widths[1]}}  {c:>{widths[2]}}  {d}" for a, b, c, d in rows]
    return "\n".join([*lines, sum_line(found), NO_MARK])


def sum_line(found: dict[str, list[Verdict]]) -> str:
    """All points of the book."""
    verdicts = [verdict for each in found.values() for verdict in each]
    return f"{sum(v.points for v in verdicts)} of {sum(v.task.points for v in verdicts)} points."


def html(found: dict[str, list[Verdict]]) -> str:
    """As a page, with the feedback of `check` below each task that is not right yet."""
    body = [f"<p><strong>{sum_line(found)}</strong> {NO_MARK}</p>"]
    for name, verdicts in found.items():
        points, of = sum(v.points for v in verdicts), sum(v.task.points for v in verdicts)
        number, _, title = name.partition("_")
        body.append(f"<h2>{number} {escape(title.replace('_', ' '))}: {points} of {of}</h2>")
        body.append(f"<progress max='{of}' value='{points}' aria-label='{points} of {of} points'></progress>")
        for verdict in verdicts:
            body.append(f"<h3>{escape(verdict.task.title)}</h3>" + Result(verdict, note="").body())
    return page("Your progress", "\n".join(body))
