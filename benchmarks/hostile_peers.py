"""The hostile submissions of tests/hostile through nbgrader and otter: which of them each survives.

    sudo python -m benchmarks.hostile_peers --nbgrader VENV --otter VENV [--only NAME] [--out FILE]

Each submission is graded alone, as nobody, in a bubblewrap without a network, with the asserts that an instructor would
write. Survived means: every task that deserves its points has them, and no other has. Harm to files, processes or other
students is not looked for here, so this is kind to them. Zips are left out: the two tools take notebooks.
"""

import argparse
import json
import shutil
import sqlite3
import subprocess
import tempfile
import zipfile
from collections import defaultdict
from pathlib import Path

from benchmarks.grading import nbgrader_cell
from grader.exercises import load_file
from tests.sandbox.test_hostile import COURSE, FILES, answers, header_of, notebook

SECONDS = 150
SETUP = "import math\nimport torch\nfrom grader import check"
TESTS = {
    "attention": """import torch.nn.functional as F
q, k, v = torch.rand(3, 2, 5, 8)
seen = torch.rand(5, 5) < 0.7
seen[2] = False
assert torch.allclose(my_attention(q, k, v), F.scaled_dot_product_attention(q, k, v), atol=1e-4)
masked = torch.nan_to_num(F.scaled_dot_product_attention(q, k, v, attn_mask=seen))
assert torch.allclose(my_attention(q, k, v, seen), masked, atol=1e-4)""",
    "causal_mask": """for n in (1, 2, 5):
    assert torch.equal(my_causal_mask(n), torch.ones(n, n).tril().bool())""",
    "slide": """q, k = torch.tensor([[2.0, 0.0]]), torch.tensor([[1.0, 0.0], [0.0, 1.0]])
scores, scaled, weights = torch.tensor([[3.0, 0.0]]), torch.tensor([[2.12, 0.0]]), torch.tensor([[0.89, 0.10]])
first, second = (torch.tensor([i == j for j in range(4)]) for i in range(2))
assert torch.equal(wrong_lines(q, k, k, scores, scaled, weights, weights @ k), first)
assert torch.equal(wrong_lines(q, k, k, q @ k.T, scaled, weights, weights @ k), second)""",
}


def jail(command, work, venv):
    """Run it as nobody, seeing only the system, the peer's environment and its own folder; False if time ran out."""
    subprocess.run(["chown", "-R", "65534:65534", str(work)], check=True)
    python = Path(venv, "bin", "python").resolve().parents[1]
    line = ["bwrap", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--die-with-parent"]
    line += ["--new-session", "--ro-bind", "/usr", "/usr", "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64"]
    line += ["/lib64", "--symlink", "usr/bin", "/bin", "--proc", "/proc", "--dev", "/dev"]
    line += ["--perms", "0755", "--dir", "/etc", "--ro-bind", "/etc/hosts", "/etc/hosts"]
    shown = [python, Path(venv)]
    for folder in dict.fromkeys(parent for path in shown for parent in reversed(path.parents[:-1])):
        line += ["--perms", "0755", "--dir", str(folder)]
    line += ["--size", "300000000", "--perms", "1777", "--tmpfs", "/home"]
    for path in shown:
        line += ["--ro-bind", str(path), str(path)]
    line += ["--bind", str(work), "/work", "--chdir", "/work", "--clearenv", "--setenv", "HOME", "/home"]
    line += ["--setenv", "TMPDIR", "/home", "--setenv", "PATH", f"{venv}/bin:/usr/bin:/bin"]
    line += ["--setenv", "OMP_NUM_THREADS", "1", "--setenv", "PYTHONPATH", "/work/stub"]
    line += ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs", "--bounding-set=-all"]
    line += ["prlimit", "--nproc=600", "--as=8000000000", "--fsize=300000000", "--cpu=100", *command]
    try:
        return subprocess.run(line, capture_output=True, timeout=SECONDS, check=False).returncode
    except subprocess.TimeoutExpired:
        return "time"


def assignment(sources):
    """A notebook: set-up, and a cell to fill in and one with asserts for each task."""
    cells, number = [(SETUP, {})], 1
    for task, test in TESTS.items():
        cells.append((sources.get(task, ""), {"nbgrader": nbgrader_cell(2 * number - 1) | {"grade_id": task}}))
        cells.append((test, {"nbgrader": nbgrader_cell(2 * number) | {"grade_id": f"{task}-test", "points": 1}}))
        number += 1
    return {
        "cells": [
            {
                "cell_type": "code",
                "id": f"c{i}",
                "metadata": meta,
                "source": text,
                "outputs": [],
                "execution_count": None,
            }
            for i, (text, meta) in enumerate(cells)
        ],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def handed_in(path, tested):
    """The hostile file as a notebook for the peers, or None if it cannot be one."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        if not path.name.endswith(".make.py"):
            made = assignment({"attention": path.read_text(encoding="utf-8")})
        else:
            load_file(path).make(folder, notebook)
            found = [each for each in folder.rglob("student*") if each.is_file() and not each.is_symlink()]
            if len(found) != 1 or found[0].suffix not in (".ipynb", ".py"):
                return None
            if found[0].suffix == ".py":
                return None  # not text that a notebook can hold
            try:
                made = json.loads(found[0].read_text(encoding="utf-8"))
                cells = {c["metadata"].get("nbgrader", {}).get("grade_id", ""): c["source"] for c in made["cells"]}
                made = assignment({task: "".join(cells.get(task, "")) for task in TESTS})
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                return found[0].read_bytes()
        if not tested:
            made["cells"] = [c for c in made["cells"] if c["source"] not in TESTS.values()]
        return json.dumps(made).encode()


def stub(work):
    """`from grader import check` in a notebook is no error."""
    (work / "stub").mkdir()
    (work / "stub" / "grader.py").write_text("def check(*args, **settings): pass\n")


def with_nbgrader(venv, path, work):
    """Task -> whether nbgrader gives its point; None if it grades nothing."""
    stub(work)
    (work / "source" / "a").mkdir(parents=True)
    (work / "source" / "a" / "a.ipynb").write_text(json.dumps(assignment({})))
    target = work / "submitted" / "student" / "a"
    target.mkdir(parents=True)
    (target / "a.ipynb").write_bytes(handed_in(path, tested=True))
    python = str(Path(venv) / "bin" / "python")
    jail([python, "-m", "nbgrader", "generate_assignment", "a"], work, venv)
    jail([python, "-m", "nbgrader", "autograde", "a"], work, venv)
    query = (
        "select c.name, g.auto_score, g.manual_score from grade g join base_cell c on g.cell_id = c.id "
        "join submitted_notebook n on g.notebook_id = n.id"
    )
    try:
        with sqlite3.connect(work / "gradebook.db") as book:
            rows = book.execute(query).fetchall()
    except sqlite3.Error:
        return None
    scores = {name.removesuffix("-test"): auto for name, auto, _ in rows if auto is not None}
    return {task: scores.get(task, 0) > 0 for task in TESTS} if scores else None


def with_otter(venv, path, work):
    """Task -> whether otter gives its point; None if it grades nothing."""
    stub(work)
    (work / "student.ipynb").write_bytes(handed_in(path, tested=False))
    with zipfile.ZipFile(work / "autograder.zip", "w") as archive:
        archive.writestr("otter_config.json", "{}")
        for name, test in TESTS.items():
            code = "\n".join((">>> " if line[:1].strip() else "... ") + line for line in test.splitlines())
            suite = {"type": "doctest", "cases": [{"code": code, "hidden": False, "locked": False}]}
            text = f"OK_FORMAT = True\ntest = {dict(name=name, points=1, suites=[suite])!r}"
            archive.writestr(f"tests/{name}.py", text)
    python = str(Path(venv) / "bin" / "python")
    jail([python, "-m", "otter", "run", "student.ipynb"], work, venv)
    try:
        results = json.loads((work / "results.json").read_text())
    except (OSError, ValueError):
        return None
    given = {each["name"].split(" ")[0]: each.get("score", 0) for each in results.get("tests", [])}
    return {task: given.get(task, 0) > 0 for task in TESTS}


def graded(grade, venv, path):
    """What a peer says of a file, in a folder of its own."""
    work = Path(tempfile.mkdtemp(prefix="peer-"))
    try:
        return grade(venv, path, work)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def solved(grade, venv):
    """Whether the author's own answers get all points: if not, the peer is not set up."""
    with tempfile.NamedTemporaryFile("w", suffix=".py") as file:
        file.write(answers())
        file.flush()
        return graded(grade, venv, Path(file.name)) == dict.fromkeys(TESTS, True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nbgrader", metavar="VENV")
    parser.add_argument("--otter", metavar="VENV")
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    peers = {"nbgrader": with_nbgrader, "otter": with_otter}
    survived, total = defaultdict(lambda: defaultdict(int)), defaultdict(int)
    honest = {name: solved(grade, getattr(options, name)) for name, grade in peers.items() if getattr(options, name)}
    if not all(honest.values()):
        parser.error(f"an honest submission must have every point before a hostile one is tried, but: {honest}")
    for path in FILES:
        name = path.name.removesuffix(".py").removesuffix(".make")
        if (options.only and name not in options.only) or handed_in(path, tested=True) is None:
            continue
        kind, _, points = header_of(path)
        full = {task.name: points[task.name] == task.points for task in COURSE.tasks}
        total[kind] += 1
        for peer, grade in peers.items():
            venv = getattr(options, peer)
            if venv:
                given = graded(grade, venv, path)
                survived[peer][kind] += given == full
                print(
                    f"{name:24} {peer:9} {'survived' if given == full else f'gave {given}, deserved {full}'}",
                    flush=True,
                )
        if options.out:
            options.out.write_text(json.dumps({"total": total, **survived}, indent=1))
    print(f"{'class':24} {'files':>5} " + " ".join(f"{peer:>9}" for peer in survived))
    for kind in sorted(total):
        print(f"{kind:24} {total[kind]:5} " + " ".join(f"{survived[peer][kind]:9}" for peer in survived))


if __name__ == "__main__":
    main()
