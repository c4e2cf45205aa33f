"""From one student's upload to a record of it: what each task is worth, why, and what is needed to grade it again."""

import hashlib
import platform
import threading
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import torch

import transformer_lib
from grader.cells import Piece, Unreadable, pieces_of, program_for
from grader.exercises import Exercise
from grader.inside.answer import Failure, Reply
from grader.inside.lockdown import Limits
from grader.judge import Verdict, cases_of, judge, outputs, right_answers
from grader.question import Question
from grader.sandbox import Refused, Sandbox
from grader.show import Result
from grader.task import Task
from grader.uploads import Upload

Record = dict[str, Any]  # as it is written to results/STUDENT.json
PARSING = threading.Lock()  # warnings and loggers are the whole process's


@dataclass(frozen=True)
class Course:
    """What a run of grading is about.

    Args:
        exercises: whose tasks are graded.
        seed: the course's. Every student's function is called on the same inputs, drawn from it; keep it to yourself.
    """

    exercises: tuple[Exercise, ...]
    seed: int

    @property
    def tasks(self) -> tuple[Task, ...]:
        """In the book's order."""
        return tuple(task for exercise in self.exercises for task in exercise.tasks)

    def seed_of(self, task: Task) -> int:
        """The seed of one task's inputs."""
        return int.from_bytes(hashlib.sha256(f"{self.seed}:{task.name}".encode()).digest()[:4], "big")

    def prepare(self) -> None:
        """Compute every right and every named wrong answer once, before any worker needs them."""
        for task in self.tasks:
            seed = self.seed_of(task)
            cases_of(task, seed)
            right_answers(task, seed)
            for mistake in task.mistakes:
                for solution in mistake.solutions:
                    outputs(solution, task, seed)


@cache
def versions() -> dict[str, str]:
    """What a grade depends on besides the submission and the seed."""
    return {
        "transformer_lib": transformer_lib.__version__,
        "torch": torch.__version__,
        "python": platform.python_version(),
    }


@cache
def digest_of(folder: Path) -> str:
    """A fingerprint of an exercise's tasks: another one is another exercise."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("tasks/*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def fingerprint(course: Course, limits: Limits, files: dict[str, bytes], problems: list[str]) -> str:
    """Equal for equal work: what has this fingerprint already need not be graded again."""
    parts = [str(course.seed), str(limits), str(sorted(versions().items())), *problems]
    parts += [digest_of(exercise.folder) for exercise in course.exercises]
    digest = hashlib.sha256("\0".join(parts).encode(errors="replace"))
    for name, blob in sorted(files.items()):
        digest.update(name.encode(errors="replace") + b"\0" + hashlib.sha256(blob).digest())
    return digest.hexdigest()


def about(upload: Upload) -> Record:
    """Whose it is and when it came: the part of a record that may change without grading again."""
    return {
        "student": upload.student,
        "name": upload.name,
        "ids": upload.ids,
        "when": upload.when.isoformat() if upload.when else None,
        "late": upload.late,
    }


def basis(course: Course) -> Record:
    """The part of a record that is the same for all students."""
    return {
        "course_seed": course.seed,
        "versions": versions(),
        "exercises": {exercise.folder.name: digest_of(exercise.folder) for exercise in course.exercises},
    }


def not_graded(upload: Upload, course: Course, error: Exception) -> Record:
    """The record of an upload on which the grader itself has failed: no grade, and tried again at the next run."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    problem = "This could not be graded, which is not your fault: ask your instructor."
    record = about(upload) | {"files": {}, "problems": [problem], "notes": [], "fingerprint": "", "tasks": {}}
    return record | {"error": f"{error!r:.300} in {Path(frame.filename).name}, line {frame.lineno}"} | basis(course)


def grade(upload: Upload, course: Course, sandbox: Sandbox, done: Record | None = None) -> Record:
    """Grade one upload, unless `done` is of the very same work; a failure of the grader's is this upload's alone.

    Raises:
        Refused: this machine allows no sandbox, so that nothing can be graded.
    """
    try:
        return graded(upload, course, sandbox, done)
    except Refused:
        raise
    except Exception as error:
        return not_graded(upload, course, error)


def graded(upload: Upload, course: Course, sandbox: Sandbox, done: Record | None) -> Record:
    """The record of one upload."""
    files, problems = upload.read()
    mark = fingerprint(course, sandbox.limits, files, problems)
    if done and done["fingerprint"] == mark:
        return done | about(upload)
    notes: list[str] = []
    parsed = []
    for name, blob in files.items():
        try:
            with PARSING:
                parsed.append(pieces_of(name, blob, notes))
        except Unreadable as reason:
            problems.append(f"{name} is not accepted: {reason}")
    record = about(upload) | {
        "files": {name: hashlib.sha256(blob).hexdigest() for name, blob in files.items()},
        "problems": problems,
        "notes": notes[:50],
        "fingerprint": mark,
        "error": "",
    }
    record |= basis(course)
    record["tasks"] = {task.name: grade_task(task, course, parsed, problems, sandbox) for task in course.tasks}
    return record


def grade_task(
    task: Task, course: Course, files: Sequence[list[Piece]], problems: list[str], sandbox: Sandbox
) -> Record:
    """One task's part of a record."""
    began, seed = time.perf_counter(), course.seed_of(task)
    program = program_for(task, list(files))
    if not program:
        why = problems[0] if problems else f"No file of the submission answers it: {task.function} is not in one."
        verdict = judge(task, lambda name, args: Reply(Failure("missing", why)), seed)
        return entry(verdict, why=why, seconds=time.perf_counter() - began)
    question = Question(sandbox, program, task)
    try:
        verdict = judge(task, question, seed)
    finally:
        question.close()
    seconds = time.perf_counter() - began
    return entry(verdict, printed=question.printed, notes=question.notes, seconds=seconds)


def entry(verdict: Verdict, *, printed: str = "", notes: Sequence[str] = (), why: str = "", seconds: float) -> Record:
    """A verdict as JSON, with the words that its student will read."""
    task, problem, shown = verdict.task, verdict.problem, Result(verdict, note="")
    return {
        "title": task.title,
        "points": verdict.points,
        "of": task.points,
        "parts": {part: [verdict.earned[part], of] for part, of in task.parts.items()},
        "inputs_seed": verdict.seed,
        "kind": problem.kind if problem else "",
        "mistake": problem.mistake.name if problem and problem.mistake else "",
        "sentence": problem.sentence if problem else "",
        "why": why,
        "text": repr(shown),
        "html": shown.body(),
        "printed": printed,
        "notes": list(notes),
        "seconds": round(seconds, 3),
    }
