"""A run of grading in its folder: REPORT/run.json says what it was, REPORT/results holds a record of each student.

A record is written whole or not at all, so that a run that was interrupted goes on where it stopped.
"""

import hashlib
import json
import os
import re
import secrets
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.exercises import exercises
from grader.grading import Course, Record, grade
from grader.inside.lockdown import Limits
from grader.sandbox import Sandbox
from grader.uploads import Upload


@dataclass(frozen=True)
class Gradebook:
    """A report's folder."""

    folder: Path

    @property
    def results(self) -> Path:
        """One JSON file for each student."""
        return self.folder / "results"

    def run(self) -> dict[str, Any]:
        """What was graded, and how; ValueError if there is no run in this folder."""
        if not (facts := self.earlier()):
            raise ValueError(f"there is no report in {self.folder}: `python -m grader grade` makes one")
        return facts

    def earlier(self) -> dict[str, Any]:
        """What `run` says, or nothing if there is no run in this folder yet."""
        path = self.folder / "run.json"
        facts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        return facts

    def records(self) -> list[Record]:
        """Every student's, in order."""
        found = filter(None, map(self.read, self.results.glob("*.json")))
        return sorted(found, key=lambda record: str(record["student"]))

    def record_of(self, student: str) -> Record | None:
        """One student's, if there is one."""
        record = self.read(self.path_of(student))
        return record if record and record["student"] == student else None

    def read(self, path: Path) -> Record | None:
        """A record; None if it is not there, or is no whole one."""
        try:
            record: Record = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return record

    def path_of(self, student: str) -> Path:
        """A file name of its own for each student, whatever the student is called."""
        return self.results / f"{file_name(student)}.json"

    def write(self, path: Path, facts: Any) -> None:
        """All of it, or nothing."""
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_text(json.dumps(facts, indent=1), encoding="utf-8")
        os.replace(part, path)


def file_name(student: str) -> str:
    """A student's name as the name of a file: what is strange in it is left away, and then a digest keeps it unique."""
    plain = re.sub(r"[^A-Za-z0-9.@-]+", "_", student).strip("._")[:60]
    if plain and plain == student and not re.search("-[0-9a-f]{8}$", plain):  # that would be another's, with its digest
        return plain
    return f"{plain}-{hashlib.sha256(student.encode(errors='surrogatepass')).hexdigest()[:8]}"


def course_of(book: Gradebook, names: Iterable[str] = (), seed: int | None = None) -> Course:
    """The course of an earlier run in this folder, or a new one.

    Args:
        book: the folder.
        names: of exercises ("03_attention" or "attention"); every exercise if none is named.
        seed: of the inputs; drawn at random for a new run.
    """
    known = {name: exercise for exercise in exercises() for name in (exercise.name, exercise.folder.name)}
    earlier = book.earlier()
    wanted = list(names) or earlier.get("exercises") or [exercise.folder.name for exercise in exercises()]
    for name in wanted:
        if name not in known:
            raise ValueError(
                f"there is no exercise {name!r}; there are {', '.join(e.folder.name for e in exercises())}"
            )
    if seed is None:
        seed = earlier.get("course_seed", secrets.randbelow(2**31))
    return Course(tuple(dict.fromkeys(known[name] for name in wanted)), seed)


def limits_of(book: Gradebook, wall: float | None = None, memory: int | None = None) -> Limits:
    """The limits that are given, or else those of an earlier run in this folder; half of the time may be computing."""
    earlier = book.earlier()
    wall = wall or earlier.get("wall", Limits.wall)
    return Limits(wall=wall, cpu=max(1, round(wall / 2)), memory=memory or earlier.get("memory", Limits.memory))


def grade_all(
    found: list[Upload],
    course: Course,
    book: Gradebook,
    *,
    workers: int,
    limits: Limits,
    again: bool = False,
    tell: Callable[[Record], None] = lambda record: None,
) -> list[Record]:
    """Grade uploads, several at a time, and write each record as soon as it is there.

    Args:
        found: the uploads.
        course: what is asked, and the seed.
        book: where the records go; what it holds of the very same work is not graded again.
        workers: how many students' functions run at a time.
        limits: of each question.
        again: grade also what is there already.
        tell: called with each record, in this thread.
    """
    course.prepare()
    records: list[Record] = []
    with Sandbox(limits) as sandbox, ThreadPoolExecutor(workers) as pool:
        todo = iter(found)
        running: set[Future[Record]] = set()
        while True:
            while len(running) < 2 * workers and (upload := next(todo, None)) is not None:
                done = None if again else book.record_of(upload.student)
                running.add(pool.submit(grade, upload, course, sandbox, done))
            if not running:
                return records
            finished, running = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                record = future.result()
                book.write(book.path_of(record["student"]), record)
                records.append(record)
                tell(record)
