"""Grading on an existing Dask cluster. Every worker process starts a sandbox of its own; records come back as they are.

A record depends on the submission, the course's seed and the versions, on nothing of the worker: whichever worker
grades, the record is the same. So what a lost worker held is graded again elsewhere, and written once. A worker with
another version of the exercises or of the libraries is refused.
"""

import atexit
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from grader.exercises import exercises
from grader.grading import Course, Record, about, digest_of, fingerprint, grade, not_graded, versions
from grader.inside.lockdown import Limits
from grader.sandbox import Sandbox
from grader.uploads import Upload

if TYPE_CHECKING:
    from grader.gradebook import Gradebook

LOCK = threading.Lock()
SANDBOXES: dict[Limits, Sandbox] = {}  # of this process, if it is a worker
SECONDS_TO_CONNECT = 30
Same = tuple[dict[str, str], dict[str, str]]  # versions, and the exercises' digests


@dataclass
class ReadUpload(Upload):
    """An upload whose files have been read: it can travel."""

    files: dict[str, bytes] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def read(self) -> tuple[dict[str, bytes], list[str]]:
        """What was read."""
        return self.files, list(self.problems)


def sent(upload: Upload) -> ReadUpload:
    """The upload with its files in it."""
    files, problems = upload.read()
    return ReadUpload(**{**vars(upload), "entries": [], "files": files, "problems": problems})


def same_for(course: Course) -> Same:
    """What must be the same on a worker as here."""
    return versions(), {each.folder.name: digest_of(each.folder) for each in course.exercises}


def sandbox_of(limits: Limits) -> Sandbox:
    """This worker's sandbox, started at its first submission."""
    with LOCK:
        if limits not in SANDBOXES:
            SANDBOXES[limits] = Sandbox(limits)
            atexit.register(SANDBOXES[limits].close)
        return SANDBOXES[limits]


def grade_here(upload: ReadUpload, seed: int, same: Same, limits: dict[str, Any]) -> Record:
    """Grade one upload in a worker.

    Raises:
        RuntimeError: this worker would not grade as the others do.
    """
    course = Course(tuple(each for each in exercises() if each.folder.name in same[1]), seed)
    if same_for(course) != same:
        raise RuntimeError(f"a worker has {same_for(course)}, but the cluster's client has {same}: install the same")
    return grade(upload, course, sandbox_of(Limits(**limits)))


def grade_on(
    address: str,
    found: list[Upload],
    course: Course,
    book: "Gradebook",
    *,
    limits: Limits,
    again: bool = False,
    tell: Callable[[Record], None] = lambda record: None,
) -> list[Record]:
    """Grade uploads on the cluster at `address` ("tcp://10.0.0.5:8786"); the other arguments are `grade_all`'s.

    Raises:
        ValueError: there is no cluster, or no Dask here.
    """
    try:
        from distributed import Client, as_completed
    except ImportError as error:
        raise ValueError("--cluster needs Dask: `pip install distributed`") from error
    try:
        client = Client(address, timeout=SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ValueError(f"there is no Dask scheduler at {address}: {error}") from error
    records: list[Record] = []

    def keep(record: Record) -> None:
        book.write(book.path_of(record["student"]), record)
        records.append(record)
        tell(record)

    same = same_for(course)
    with client, client.as_current():
        todo, running = iter(found), as_completed([])
        while True:
            while running.count() < 2 * max(sum(client.nthreads().values()), 1) + 2:
                if (upload := next(todo, None)) is None:
                    break
                try:
                    ready = sent(upload)
                except Exception as error:
                    keep(not_graded(upload, course, error))
                    continue
                mark = fingerprint(course, limits, *ready.read())
                done = None if again else book.record_of(upload.student)
                if done and done["fingerprint"] == mark:
                    keep(done | about(upload))
                    continue
                key = f"grade-{upload.student}-{mark}"
                running.add(client.submit(grade_here, ready, course.seed, same, asdict(limits), key=key, pure=True))
            if running.is_empty():
                return records
            keep(next(running).result())
