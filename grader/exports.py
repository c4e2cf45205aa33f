"""Grades for other systems: Canvas, Moodle, Gradescope, nbgrader, and a plain table."""

import csv
import json
import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from grader.gradebook import file_name
from grader.grading import Record
from grader.late import LatePolicy

Row = dict[str, Any]


def total(record: Record) -> int:
    """The points earned, before anything is taken off."""
    return sum(task["points"] for task in record["tasks"].values())


def possible(record: Record) -> int:
    """What a right submission earns."""
    return sum(task["of"] for task in record["tasks"].values())


def scored(record: Record, policy: LatePolicy) -> tuple[float, int]:
    """(the points after lateness, the days late)."""
    days = policy.days_late(record["student"], when_of(record))
    return round(total(record) * policy.factor(days), 2), days


def when_of(record: Record) -> datetime | None:
    """When it was handed in."""
    return datetime.fromisoformat(record["when"]) if record["when"] else None


def canvas(record: Record, policy: LatePolicy, title: str) -> Row:
    """A row of Canvas's gradebook import. The bulk download names students by Canvas's own id."""
    return {
        "Student": record["name"],
        "ID": record["ids"].get("canvas", ""),
        "SIS User ID": "",
        "SIS Login ID": "" if "canvas" in record["ids"] else record["student"],
        "Section": "",
        title: scored(record, policy)[0],
    }


def moodle(record: Record, policy: LatePolicy, title: str) -> Row:
    """A row of Moodle's grading worksheet."""
    number = record["ids"].get("moodle")
    return {
        "Identifier": f"Participant {number}" if number else record["student"],
        "Full name": record["name"],
        "Grade": scored(record, policy)[0],
        "Maximum Grade": possible(record),
        "Feedback comments": summary(record),
    }


def nbgrader(record: Record, policy: LatePolicy, title: str) -> Row:
    """A row of what `nbgrader export` writes, with its columns."""
    score, _ = scored(record, policy)
    return {
        "assignment": title,
        "duedate": policy.due.isoformat() if policy.due else "",
        "timestamp": record["when"] or "",
        "student_id": record["student"],
        "last_name": "",
        "first_name": record["name"],
        "email": record["student"] if "@" in record["student"] else "",
        "raw_score": total(record),
        "late_submission_penalty": round(total(record) - score, 2),
        "score": score,
        "max_score": possible(record),
    }


def table(record: Record, policy: LatePolicy, title: str) -> Row:
    """A row with everything: points per task and per part."""
    score, days = scored(record, policy)
    row: Row = {"student": record["student"], "name": record["name"], "score": score, "of": possible(record)}
    row |= {"earned": total(record), "days_late": days, "handed_in": record["when"] or ""}
    for name, task in record["tasks"].items():
        row[name] = task["points"]
        row |= {f"{name}: {part}": points for part, (points, _) in task["parts"].items()}
        row[f"{name}: mistake"] = task["mistake"]
    row["not graded"] = record.get("error", "")
    return row | {"course_seed": record["course_seed"], **record["versions"]}


def summary(record: Record) -> str:
    """One line for each task, for systems that show plain text."""
    lines = []
    for task in record["tasks"].values():
        said = f": {task['mistake'] or task['sentence']}" if task["points"] < task["of"] else ""
        lines.append(f"{task['title']} {task['points']}/{task['of']}{said}")
    return "\n".join(lines)


def gradescope(record: Record, policy: LatePolicy) -> dict[str, Any]:
    """What a Gradescope autograder leaves as results.json."""
    score, days = scored(record, policy)
    return {
        "score": score,
        "output": f"{days} days late: {total(record) - score:g} points are taken off." if days else "",
        "tests": [
            {
                "name": f"{task['title']}: {part}",
                "score": points,
                "max_score": of,
                "output": task["text"] if points < of else "",
                "visibility": "visible",
            }
            for task in record["tasks"].values()
            for part, (points, of) in task["parts"].items()
        ],
    }


CSVS: dict[str, Callable[[Record, LatePolicy, str], Row]] = {
    "grades.csv": table,
    "canvas.csv": canvas,
    "moodle.csv": moodle,
    "nbgrader.csv": nbgrader,
}


def export(records: list[Record], policy: LatePolicy, folder: Path, title: str) -> list[Path]:
    """Write every export of a class; return the files and folders written.

    What the grader has failed on is in the plain table alone: it is no grade yet.
    """
    written = []
    records = with_ids_of_their_own(records)
    graded = [record for record in records if record["tasks"]]
    for name, row_of in CSVS.items():
        rows = [row_of(record, policy, title) for record in (records if row_of is table else graded)]
        path = folder / name
        with path.open("w", newline="", encoding="utf-8", errors="replace") as file:
            writer = csv.DictWriter(file, list(dict.fromkeys(column for row in rows for column in row)))
            writer.writeheader()
            writer.writerows({key: harmless(value) for key, value in row.items()} for row in rows)
        written.append(path)
    target = folder / "gradescope"
    target.mkdir(exist_ok=True)
    for record in graded:
        path = target / file_name(record["student"])
        path.mkdir(exist_ok=True)
        (path / "results.json").write_text(json.dumps(gradescope(record, policy), indent=1), encoding="utf-8")
    return [*written, target]


def with_ids_of_their_own(records: list[Record]) -> list[Record]:
    """The records; an id that several students have is made one that no system takes for anybody's."""
    holders = Counter(pair for record in records for pair in record["ids"].items())

    def own(pair: tuple[str, str]) -> tuple[str, str]:
        return pair if holders[pair] == 1 else (pair[0], f"{pair[1]} (of several students)")

    return [record | {"ids": dict(map(own, record["ids"].items()))} for record in records]


def harmless(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula, as a text; some also begin a cell at a semicolon."""
    return re.sub(r"""(^|[;\t\r\n])([\s"]*)([=+@-])""", r"\1\2'\3", value) if isinstance(value, str) else value
