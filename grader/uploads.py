"""What students handed in: a folder or a zip, as a person or Canvas, Moodle, Gradescope or nbgrader lays it out.

    plain       anna.ipynb, or anna/attention.ipynb, or anna.zip: the first name is the student's
    nbgrader    anna/03_attention/attention.ipynb, with timestamp.txt
    Canvas      lovelaceada_LATE_1234_56789_attention.ipynb
    Moodle      Ada Lovelace_1234567_assignsubmission_file_/attention.ipynb
    Gradescope  submission_1234567/attention.ipynb, and submission_metadata.yml

Nothing is unpacked to a disk, no link is followed, and every file is read up to a limit.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import yaml

from grader.files import Entry, Refused, entries_of, entries_of_zip, plain

CANVAS = re.compile(r"^(?P<name>[^_]+)(?P<late>_LATE)?_(?P<id>\d+)_(?P<attempt>\d+)_(?P<file>.+)$")
MOODLE = re.compile(r"^(?P<name>.+?)_(?P<id>\d+)_assignsubmission_file_?(?P<file>.*)$")
METADATA = "submission_metadata.yml"
MOST_FILES, MOST_BYTES = 100, 40_000_000  # of one student


@dataclass
class Upload:
    """One student's files.

    Args:
        student: what identifies the student in reports: an id, a folder's name.
        name: for people to read.
        entries: the files, the last handed in last.
        when: when the last of them was handed in, if that is known.
        late: Canvas's own word on it.
        ids: what the exports need to find the student again, such as {"canvas": "1234"}.
    """

    student: str
    name: str
    entries: list[Entry] = field(default_factory=list)
    when: datetime | None = None
    late: bool = False
    ids: dict[str, str] = field(default_factory=dict)

    def read(self) -> tuple[dict[str, bytes], list[str]]:
        """(file -> its bytes, a sentence for each file that is refused)."""
        files: dict[str, bytes] = {}
        problems: list[str] = []
        left = MOST_BYTES

        def take(entries: list[Entry], inner: bool) -> None:
            nonlocal left
            for entry in entries:
                name = "/".join(entry.path.parts)
                if len(files) >= MOST_FILES:
                    problems.append(f"{name} is left out: more than {MOST_FILES} files were handed in.")
                    return
                try:
                    suffix = entry.path.suffix.lower()
                    if entry.refused or suffix in (".ipynb", ".py", ".zip"):
                        blob = entry.read(left)
                        left -= len(blob)
                        if suffix == ".zip" and inner:
                            raise Refused("it is a zip within a zip")
                        if suffix == ".zip":
                            take(list(entries_of_zip(blob)), inner=True)
                        else:
                            files[name] = blob
                except Refused as refused:
                    problems.append(f"{name} is not accepted: {refused}.")

        take(self.entries, inner=False)
        return files, problems


def uploads(place: Path) -> list[Upload]:
    """Every student's upload in a folder, a zip, or a single notebook or Python file, sorted by student."""
    entries = list(entries_of(place))
    if len({entry.path.parts[0] for entry in entries}) == 1 and not known_layout(entries[0].path.parts[0]):
        inner = [entry.below(1) for entry in entries if len(entry.path.parts) > 1]
        tops = {entry.path.parts[0] for entry in inner}
        if METADATA in tops or (tops and all(map(known_layout, tops))):
            entries = inner
    found: dict[str, Upload] = {}
    gradescope = next((gradescope_students(e) for e in entries if str(e.path) == METADATA), {})
    for entry in sorted(entries, key=lambda e: (e.when or datetime.min.replace(tzinfo=UTC), str(e.path))):
        upload, entry = placed(entry, gradescope)
        if upload.student and entry.path.name != METADATA:
            known = found.setdefault(upload.student, upload)
            known.late |= upload.late
            known.when = max(filter(None, (known.when, upload.when or entry.when)), default=None)
            known.entries.append(entry)
    for upload in found.values():
        if not upload.ids:  # else it is no folder of nbgrader's, and the file is the student's own
            upload.when = timestamp(upload.entries) or upload.when
    return sorted(found.values(), key=lambda upload: upload.student)


def known_layout(name: str) -> bool:
    """Whether a file or folder is named as one of the systems names it."""
    return bool(CANVAS.match(name) or "_assignsubmission_" in name)


def placed(entry: Entry, gradescope: dict[str, Upload]) -> tuple[Upload, Entry]:
    """Whose file it is, and the file under the name that the student gave it."""
    first, rest = entry.path.parts[0], entry.path.parts[1:]
    if first in gradescope:
        known = gradescope[first]
        return Upload(known.student, known.name, when=known.when, ids=known.ids), entry.below(1) if rest else entry
    if match := MOODLE.match(first):
        own = entry.below(1) if rest else entry.renamed(match["file"])
        return Upload(match["name"] + "_" + match["id"], match["name"], ids={"moodle": match["id"]}), own
    if (match := CANVAS.match(first)) and not rest:
        who = Upload(match["id"], match["name"], late=bool(match["late"]), ids={"canvas": match["id"]})
        return who, entry.renamed(f"{match['attempt']}/{match['file']}")
    if rest:
        return Upload(first, first), entry.below(1)
    return Upload(PurePosixPath(first).stem if entry.path.suffix else first, PurePosixPath(first).stem), entry


def gradescope_students(entry: Entry) -> dict[str, Upload]:
    """The folders of a Gradescope export -> whose they are."""
    students = {}
    try:
        listed = yaml.safe_load(entry.read(20_000_000).decode())
        for folder, facts in listed.items():
            people = facts.get(":submitters") or [{}]
            name = " and ".join(str(person.get(":name", folder)) for person in people)
            student = str(people[0].get(":email") or people[0].get(":sid") or folder)
            when = facts.get(":created_at")
            when = when.astimezone(UTC) if isinstance(when, datetime) else None
            students[str(folder)] = Upload(plain(student), plain(name), when=when, ids={"gradescope": str(folder)})
    except (Refused, ValueError, AttributeError, TypeError, KeyError, IndexError, yaml.YAMLError) as error:
        raise ValueError(f"{METADATA} is not as Gradescope writes it: {error}") from error
    return students


def timestamp(entries: list[Entry]) -> datetime | None:
    """nbgrader's record of when it collected a submission: STUDENT/ASSIGNMENT/timestamp.txt."""
    for entry in entries:
        if entry.path.name == "timestamp.txt" and len(entry.path.parts) == 2:
            try:
                when = datetime.fromisoformat(entry.read(1000).decode().strip().replace(" UTC", "+00:00"))
            except (Refused, ValueError):
                return None
            return when if when.tzinfo else when.replace(tzinfo=UTC)
    return None
