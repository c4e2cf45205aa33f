"""Every file of tests/hostile, graded as `python -m grader grade` grades: its points, and nothing else moved."""

import copy
import json
import re
import time
from pathlib import Path

import psutil
import pytest

from grader.exercises import exercises, load_file
from grader.grading import Course, grade
from grader.uploads import uploads
from tests.sandbox.conftest import LIMITS

HOSTILE = Path(__file__).parents[1] / "hostile"
FILES = sorted(path for path in HOSTILE.glob("*.py"))
HEADER = re.compile(r"# class: (.+)\n# tries: (.+)\n# deserves: (.+)\n")
COURSE = Course(tuple(e for e in exercises() if e.name == "attention"), 20261122)
IDLE = 3  # processes of a sandbox that runs no child
WATCHED = [Path("/tmp"), Path.home(), Path.cwd(), Path("/dev/shm")]


def header_of(path):
    match = HEADER.match(path.read_text(encoding="utf-8"))
    assert match, f"{path.name} does not begin with its three lines; see README.md"
    points = {task.name: 0 for task in COURSE.tasks}
    for name, number in re.findall(r"(\w+) (\d+)", match[3]):
        assert name in points, f"{path.name}: there is no task {name}"
        points[name] = int(number)
    return match[1], match[2], points


def notebook(**sources):
    """The released notebook with some of its cells filled in."""
    made = copy.deepcopy(json.loads(COURSE.exercises[0].notebook.read_text()))
    for cell in made["cells"]:
        source = sources.get(cell["metadata"].get("nbgrader", {}).get("grade_id"))
        if source is not None:
            cell["source"] = source
    return made


@pytest.fixture
def right():
    return answers()


def answers():
    """A file that earns everything: the author's own answers."""
    solutions = re.findall(r"^(def .*?)    ### BEGIN SOLUTION\n(.*?)    ### END SOLUTION$", source(), re.M | re.S)
    return "import math\nimport torch\n" + "\n".join(head + body for head, body in solutions)


def source():
    return COURSE.exercises[0].source.read_text()


def watched():
    return {str(path) for folder in WATCHED if folder.is_dir() for path in folder.iterdir()}


def processes(sandbox):
    """What runs below the sandbox's parent, once what is ending has ended."""
    for _ in range(30):
        below = psutil.Process(sandbox.process.pid).children(recursive=True)
        if len(below) <= IDLE:
            break
        time.sleep(0.1)
    return len(below)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name.removesuffix(".py"))
def test_it_gets_what_it_deserves(path, sandbox, tmp_path, right, record_property):
    kind, _, deserved = header_of(path)
    record_property("class", kind)
    folder = tmp_path / "handed in"
    folder.mkdir()
    maker = load_file(path) if path.name.endswith(".make.py") else None
    if maker:
        maker.make(folder, notebook)
    else:
        (folder / "student.py").write_bytes(path.read_bytes())
    before = watched()

    began = time.monotonic()
    upload = next(upload for upload in uploads(folder) if upload.student == "student")
    record = grade(upload, COURSE, sandbox)
    seconds = time.monotonic() - began

    assert {name: task["points"] for name, task in record["tasks"].items()} == deserved
    assert seconds < len(deserved) * (LIMITS.wall + 1)
    for task in record["tasks"].values():
        assert task["points"] == task["of"] or task["sentence"]
        assert len(json.dumps(task, ensure_ascii=False).encode()) < 200_000  # a file can hold it, and it is small
    assert watched() - before <= {str(path) for path in (tmp_path, *tmp_path.parents)}
    assert sandbox.alive()
    assert processes(sandbox) <= IDLE
    if hasattr(maker, "check"):
        maker.check(folder, record)

    (folder / "next.py").write_text(right)
    following = grade(next(u for u in uploads(folder) if u.student == "next"), COURSE, sandbox)
    assert [task["points"] for task in following["tasks"].values()] == [task.points for task in COURSE.tasks]


def test_the_same_seed_gives_the_same_record(sandbox, tmp_path, right):
    (tmp_path / "ada.py").write_text(right.replace("math.sqrt", "math.log"))
    first, second = (grade(uploads(tmp_path)[0], COURSE, sandbox) for _ in range(2))
    for record in (first, second):
        for task in record["tasks"].values():
            del task["seconds"]
    assert first == second
    assert 0 < sum(task["points"] for task in first["tasks"].values()) < 20
