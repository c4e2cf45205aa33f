"""Submissions per second, seconds per submission, memory: this grader, and nbgrader and otter if they are installed.

    python benchmarks/grading.py [--submissions 60] [--workers 4] [--nbgrader PYTHON] [--otter PYTHON]

The peers need an environment of their own: give its Python. They grade two of the functions with asserts, as their
users would write them; the rounds are interleaved, so that a busy machine is busy for all of them.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import tempfile
import time
import zipfile
from pathlib import Path

import psutil
import torch

from grader.__main__ import WORKERS
from grader.exercises import exercises
from grader.gradebook import Gradebook, course_of, grade_all
from grader.inside.lockdown import Limits
from grader.inside.program import Cell
from grader.late import LatePolicy
from grader.question import Question
from grader.report import report
from grader.sandbox import Sandbox
from grader.uploads import uploads

WRONG = [("", ""), ("math.sqrt(q.shape[-1])", "1.0"), ("dim=-1", "dim=-2"), ("~mask", "mask"), ("<=", "<")]
TESTS = {
    "attention": "import torch.nn.functional as F\nq, k, v = torch.rand(3, 2, 5, 8)\n"
    "assert torch.allclose(my_attention(q, k, v), F.scaled_dot_product_attention(q, k, v), atol=1e-5)",
    "causal_mask": "assert torch.equal(my_causal_mask(5), torch.ones(5, 5).tril().bool())",
}


def answers():
    source = next(e for e in exercises() if e.name == "attention").source.read_text()
    found = re.findall(r"^(def .*?)    ### BEGIN SOLUTION\n(.*?)    ### END SOLUTION$", source, re.M | re.S)
    return dict(zip(("attention", "causal_mask", "slide"), (head + body for head, body in found), strict=True))


def write_class(folder, count):
    """Right and wrong answers in released notebooks."""
    released = json.loads(next(e for e in exercises() if e.name == "attention").notebook.read_text())
    right = answers()
    for i in range(count):
        notebook = json.loads(json.dumps(released))
        old, new = WRONG[i % len(WRONG)]
        for cell in notebook["cells"]:
            own = cell["metadata"].get("nbgrader", {})
            if own.get("solution"):
                text = right[own["grade_id"]]
                cell["source"] = text.replace(old, new) if old else text
        (folder / f"student{i:03}.ipynb").write_text(json.dumps(notebook))


def ours(folder, count, workers):
    """Seconds per submission with parsing and reports, once the sandbox's parent is up (which is told apart)."""
    with tempfile.TemporaryDirectory() as out:
        book = Gradebook(Path(out))
        course = course_of(book, ["attention"], seed=1)
        book.write(book.folder / "run.json", {"exercises": ["03_attention"], "course_seed": 1})
        stamps = []
        began = time.perf_counter()

        def tell(record):
            stamps.append(time.perf_counter())

        grade_all(uploads(folder), course, book, workers=workers, limits=Limits(), tell=tell)
        graded = time.perf_counter()
        report(book, LatePolicy())
        ended = time.perf_counter()
    working = (stamps[-1] - stamps[0]) / (count - 1) + (ended - graded) / count
    return working, stamps[0] - began


def memory():
    """MB of one question's processes that are not shared with the parent, at work on the largest task."""
    course = course_of(Gradebook(Path("/nowhere")), ["attention"], seed=1)
    task = course.tasks[0]
    with Sandbox() as sandbox:
        before = set(psutil.Process(sandbox.process.pid).children(recursive=True))
        question = Question(sandbox, [Cell("cell", "import math\n" + answers()["attention"], True)], task)
        for case in task.cases(1):
            question(task.function, case.args)
        own = set(psutil.Process(sandbox.process.pid).children(recursive=True)) - before
        used = sum(process.memory_full_info().uss for process in own)
        parent = max(process.memory_info().rss for process in before)
        question.close()
    return used / 2**20, parent / 2**20


def peer_notebook(kernel, tests):
    """Two functions and asserts, as a plain notebook."""
    right = answers()
    cells = ["import math\nimport torch", right["attention"], tests and TESTS["attention"], right["causal_mask"]]
    cells.append(tests and TESTS["causal_mask"])
    return {
        "cells": [
            {
                "cell_type": "code",
                "id": f"c{i}",
                "metadata": {"nbgrader": nbgrader_cell(i)} if kernel and i else {},
                "source": source,
                "outputs": [],
                "execution_count": None,
            }
            for i, source in enumerate(cells)
            if source
        ],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def nbgrader_cell(i):
    """What nbgrader keeps of a cell: odd ones are filled in, even ones hold the asserts."""
    tested = i % 2 == 0
    own = {"grade": tested, "grade_id": f"cell{i}", "locked": tested, "schema_version": 3, "solution": not tested}
    return own | {"task": False} | ({"points": 2} if tested else {})


def nbgrader(python, count):
    """Seconds per submission of `nbgrader autograde` over a class."""
    with tempfile.TemporaryDirectory() as place:
        course = Path(place)
        text = json.dumps(peer_notebook(True, True))
        (course / "source" / "a").mkdir(parents=True)
        (course / "source" / "a" / "a.ipynb").write_text(text)
        for i in range(count):
            target = course / "submitted" / f"s{i}" / "a"
            target.mkdir(parents=True)
            (target / "a.ipynb").write_text(text)

        def say(*words):
            path = f"{Path(python).parent}:{os.environ['PATH']}"  # it starts programs of its own environment
            line = [python, "-m", "nbgrader", *words]
            subprocess.run(line, cwd=course, check=True, capture_output=True, env=os.environ | {"PATH": path})

        say("generate_assignment", "a")
        began = time.perf_counter()
        say("autograde", "a")
        say("generate_feedback", "a")
        return (time.perf_counter() - began) / count


def otter(python, count):
    """Seconds per submission of `otter run`, which is what one autograder container executes."""
    with tempfile.TemporaryDirectory() as place:
        course = Path(place)
        (course / "tests").mkdir()
        for name, test in TESTS.items():
            code = ">>> " + "\n>>> ".join(test.splitlines())
            suite = {"type": "doctest", "cases": [{"code": code, "hidden": False, "locked": False}]}
            (course / "tests" / f"{name}.py").write_text(
                f"OK_FORMAT = True\ntest = {dict(name=name, points=2, suites=[suite])!r}"
            )
        (course / "a.ipynb").write_text(json.dumps(peer_notebook(False, False)))
        with zipfile.ZipFile(course / "autograder.zip", "w") as archive:
            archive.writestr("otter_config.json", "{}")
            for path in (course / "tests").iterdir():
                archive.write(path, f"tests/{path.name}")
        began = time.perf_counter()
        for _ in range(count):
            subprocess.run([python, "-m", "otter", "run", "a.ipynb"], cwd=course, check=True, capture_output=True)
        return (time.perf_counter() - began) / count


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--submissions", type=int, default=60)
    parser.add_argument("--workers", type=int, default=WORKERS)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--nbgrader", metavar="PYTHON")
    parser.add_argument("--otter", metavar="PYTHON")
    options = parser.parse_args()
    torch.set_num_threads(1)
    times = {"this": [], "nbgrader": [], "otter": []}
    with tempfile.TemporaryDirectory() as place:
        write_class(Path(place), options.submissions)
        for _ in range(options.rounds):
            seconds, start = ours(Path(place), options.submissions, options.workers)
            times["this"].append(seconds)
            if options.nbgrader:
                times["nbgrader"].append(nbgrader(options.nbgrader, 3))
            if options.otter:
                times["otter"].append(otter(options.otter, 2))
    this = statistics.median(times["this"])
    print(f"this     {this:7.3f} s a submission of 3 tasks, {1 / this:5.1f} a second, {start:.1f} s to the first")
    for name in ("nbgrader", "otter"):
        if times[name]:
            print(
                f"{name:8} {statistics.median(times[name]):7.3f} s a submission of 2 tasks, "
                f"{statistics.median(times[name]) / this:.0f} times as long"
            )
    used, parent = memory()
    print(f"memory   {used:.0f} MB a worker beyond the shared parent's {parent:.0f} MB")


if __name__ == "__main__":
    main()
