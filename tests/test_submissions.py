"""Every way in which files are handed in, and what of them is taken for an answer."""

import json
import os
import zipfile
from datetime import UTC, datetime

import pytest

from grader import files
from grader.cells import Unreadable, pieces_of, program_for
from grader.inside.program import Cell, run_program
from grader.uploads import uploads
from tests.sandbox.tasks import DOUBLE

RIGHT = b"def double(x): return 2 * x\n"


def put(folder, paths):
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(RIGHT)


def zipped(folder, target):
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder))
    return target


def found(place):
    return {upload.student: sorted(upload.read()[0]) for upload in uploads(place)}


LAYOUTS = {
    "plain files": (["ada.py", "bob.ipynb"], {"ada": ["ada.py"], "bob": ["bob.ipynb"]}),
    "folders": (["ada/a.py", "ada/b.py", "bob/x/a.py"], {"ada": ["a.py", "b.py"], "bob": ["x/a.py"]}),
    "nbgrader": (["ada/03_attention/attention.ipynb"], {"ada": ["03_attention/attention.ipynb"]}),
    "Canvas": (
        ["lovelaceada_11_900_attention.ipynb", "babbagecharles_LATE_12_901_my_own_file-1.py"],
        {"11": ["900/attention.ipynb"], "12": ["901/my_own_file-1.py"]},
    ),
    "Moodle": (
        ["Ada Lovelace_77_assignsubmission_file_/a.py", "Bob_78_assignsubmission_file_b.py"],
        {"Ada Lovelace_77": ["a.py"], "Bob_78": ["b.py"]},
    ),
    "Moodle, a file named as Moodle names Ada's": (
        ["Bob_78_assignsubmission_file_x_77_assignsubmission_file_b.py"],
        {"Bob_78": ["x_77_assignsubmission_file_b.py"]},
    ),
}


@pytest.mark.parametrize("as_zip", [False, True])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts(tmp_path, layout, as_zip):
    paths, expected = LAYOUTS[layout]
    put(tmp_path / "in", paths)
    assert found(zipped(tmp_path / "in", tmp_path / "all.zip") if as_zip else tmp_path / "in") == expected


def test_a_zip_with_one_folder_around_a_known_layout(tmp_path):
    put(tmp_path / "in", ["Course 1/Ada Lovelace_77_assignsubmission_file_/a.py"])
    assert found(zipped(tmp_path / "in", tmp_path / "all.zip")) == {"Ada Lovelace_77": ["a.py"]}


@pytest.mark.parametrize(
    "paths",
    [["Bob_78_assignsubmission_file_/Ada_77_assignsubmission_file_.py"], ["bob/ada_11_900_a.py", "bob/mine.py"]],
)
def test_the_only_student_speaks_for_no_other(tmp_path, paths):
    put(tmp_path, paths)
    assert [upload.name.lower() for upload in uploads(tmp_path)] == ["bob"]


def test_canvas_says_what_is_late_and_who_it_is(tmp_path):
    put(tmp_path, ["babbagecharles_LATE_12_901_a.py"])
    upload = uploads(tmp_path)[0]
    assert (upload.late, upload.name, upload.ids) == (True, "babbagecharles", {"canvas": "12"})


def test_gradescope_names_its_students_in_its_own_file(tmp_path):
    put(tmp_path, ["assignment_5_export/submission_31/a.py", "assignment_5_export/submission_32/a.py"])
    (tmp_path / "assignment_5_export" / "submission_metadata.yml").write_text(
        "submission_31:\n  :submitters:\n  - :name: Ada Lovelace\n    :sid: '7'\n    :email: ada@example.org\n"
        "  :created_at: 2026-11-20 10:00:00 Z\n"
        "submission_32:\n  :submitters:\n  - :name: Bob\n    :sid: '8'\n"
    )
    ada, bob = sorted(uploads(tmp_path), key=lambda upload: upload.name)
    assert (ada.student, ada.name, ada.ids) == ("ada@example.org", "Ada Lovelace", {"gradescope": "submission_31"})
    assert ada.when == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert (bob.student, bob.name) == ("8", "Bob")
    assert list(ada.read()[0]) == ["a.py"]


def test_nbgraders_timestamp(tmp_path):
    put(tmp_path, ["ada/03/a.py"])
    (tmp_path / "ada" / "03" / "timestamp.txt").write_text("2026-11-20 10:00:00.5 UTC")
    assert uploads(tmp_path)[0].when == datetime(2026, 11, 20, 10, 0, 0, 500000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Ada_77_assignsubmission_file_/timestamp.txt", "2026-11-20 10:00:00 UTC"),
        ("Ada_77_assignsubmission_file_/03/timestamp.txt", "2026-11-20 10:00:00 UTC"),
        ("ada/timestamp.txt", "2026-11-20 10:00:00 UTC"),
        ("ada/03/timestamp.txt", "2026-11-20 10:00:00 UTC" + " " * 1000),
        ("ada/03/timestamp.txt", "today"),
    ],
)
def test_a_timestamp_that_nbgrader_did_not_write_is_not_believed(tmp_path, path, text):
    put(tmp_path, [path])
    (tmp_path / path).write_text(text)
    changed = datetime(2026, 12, 24, tzinfo=UTC)
    os.utime(tmp_path / path, (changed.timestamp(),) * 2)
    assert uploads(tmp_path)[0].when == changed


def test_names_that_are_no_text_become_text_and_stay_two(tmp_path):
    for name in (b"M\xfcller.py", b"M\xe4ller.py"):
        (tmp_path / os.fsdecode(name)).write_bytes(RIGHT)
    first, second = uploads(tmp_path)
    assert first.student != second.student
    assert (first.name + first.student + "".join(first.read()[0])).encode()


def test_a_zips_member_without_a_name_is_passed_over(tmp_path):
    with zipfile.ZipFile(tmp_path / "ada.zip", "w") as archive:
        archive.writestr("x", RIGHT)
        archive.writestr("a.py", RIGHT)
        archive.filelist[0].filename = ""
    assert found(tmp_path) == {"ada": ["a.py"]}


def test_a_students_own_zip_is_opened_once(tmp_path):
    put(tmp_path / "in", ["deep/a.py"])
    zipped(tmp_path / "in", tmp_path / "ada.zip")
    put(tmp_path / "all", ["x"])
    os.rename(tmp_path / "ada.zip", tmp_path / "all" / "ada.zip")
    (tmp_path / "all" / "x").unlink()
    assert found(tmp_path / "all") == {"ada": ["deep/a.py"]}


@pytest.mark.parametrize("trap", ["link", "pipe", "large"])
def test_what_is_no_ordinary_file_is_refused_with_the_reason(tmp_path, monkeypatch, trap):
    monkeypatch.setattr(files, "MOST_FILE", 1000)
    place = tmp_path / "ada.py"
    if trap == "link":
        place.symlink_to("/etc/passwd")
    elif trap == "pipe":
        os.mkfifo(place)
    else:
        place.write_bytes(bytes(1100))
    read, problems = uploads(tmp_path)[0].read()
    assert read == {}
    assert {"link": "a link", "pipe": "no ordinary", "large": "1.1 kB are too many"}[trap] in problems[0]


def test_a_zip_that_climbs_out_is_refused_member_by_member(tmp_path):
    (tmp_path / "in").mkdir()
    with zipfile.ZipFile(tmp_path / "in" / "ada.zip", "w") as archive:
        archive.writestr("../up.py", RIGHT)
        archive.writestr("/root.py", RIGHT)
        archive.writestr("mine.py", RIGHT)
    read, problems = uploads(tmp_path / "in")[0].read()
    assert list(read) == ["mine.py"]
    assert len(problems) == 2
    assert all("leads out of the zip" in problem for problem in problems)


def test_no_zip_at_all(tmp_path):
    (tmp_path / "ada.zip").write_bytes(b"PK nothing")
    assert "no readable zip" in uploads(tmp_path)[0].read()[1][0]
    with pytest.raises(FileNotFoundError, match="there is no folder, zip or file"):
        uploads(tmp_path / "nowhere")


def notebook(*cells):
    made = [
        {"cell_type": kind, "metadata": {"nbgrader": own} if own else {}, "source": source}
        | ({"outputs": [], "execution_count": None} if kind == "code" else {})
        for kind, own, source in cells
    ]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}).encode()


OWN = {"grade_id": "double", "solution": True, "locked": False}
CHECK = {"grade_id": "double-check", "solution": False, "locked": True}


def program(*cells):
    notes = []
    return program_for(DOUBLE, [pieces_of("a.ipynb", notebook(*cells), notes)]), notes


def names_of(cells):
    names, told = {}, []
    run_program(cells, names, told.append)
    return names, told


def test_the_tasks_own_cell_is_run_whole_and_checks_are_left_out():
    cells, _ = program(
        ("markdown", None, "text"), ("code", None, "y = 1"), ("code", OWN, "x = 2"), ("code", CHECK, "z")
    )
    assert [(cell.label, cell.whole) for cell in cells] == [("cell 2", False), ("cell 'double'", True)]


def test_what_other_cells_define_is_there_and_nothing_else_of_them_is_run():
    cells, _ = program(
        ("code", None, "import math, time\nN = math.sqrt(4.0)\nM = helper(1)\ntime.sleep(99)\nwhile True: pass"),
        ("code", None, "def helper(x): return 2 * x"),
        ("code", OWN, "print(undefined)\ndef double(x): return helper(x)"),
    )
    names, told = names_of(cells)
    assert names["double"](3) == 6
    assert names["N"] == 2.0
    assert "M" not in names
    assert told == ["cell 'double': NameError in line 1: name 'undefined' is not defined"]


@pytest.mark.parametrize(
    "helper",
    [
        "h = lambda x: x.real",
        "class Scale:\n    def __call__(self, x): return x\nh = Scale()",
        "h = {3: 3}.copy().copy().get",
        "N = 1\nN += 1\nh = {2: int}[N]",
        "try:\n    from nowhere import h\nexcept ImportError:\n    h = lambda x: x.real",
        "if True:\n    def h(x): return x.real",
        "with __import__('contextlib').suppress(KeyError):\n    h = int",
        "import nowhere, operator\nh = operator.abs",
        "from operator import nowhere, abs as h",
    ],
)
def test_a_helper_may_be_made_in_many_ways(helper):
    cells, _ = program(("code", None, helper), ("code", OWN, "def double(x): return h(x)"))
    assert names_of(cells)[0]["double"](3) == 3


@pytest.mark.parametrize("calls", ["N = loop()", "N = again()", "if True:\n    N = loop()", "for N in range(3): pass"])
def test_what_calls_the_students_functions_or_repeats_is_left_out_and_said_if_the_answer_needs_it(calls):
    helper = f"def loop(): 1 / 0\nagain = lambda: loop()\n{calls}\nOTHER = loop()"
    cells, _ = program(("code", None, helper), ("code", OWN, "def double(x): return N * x.OTHER"))
    names, told = names_of(cells)
    assert "N" not in names
    assert len(told) == 1
    assert told[0].startswith("cell 1, line 3 was not run")


def test_a_hint_of_a_package_that_is_not_here_costs_nothing():
    hint = "from nowhere import Float\ny: Float[str] = 2\ndef double(x: Float[str]): return y * x"
    names, told = names_of(program(("code", OWN, hint))[0])
    assert names["double"](2) == 4
    assert len(told) == 1  # of the import


def test_a_line_that_only_a_notebook_can_run_takes_no_other_along():
    names, told = names_of(program(("code", OWN, "def double(x): return x\nimport asyncio\nawait asyncio.sleep(0)"))[0])
    assert names["double"](2) == 2
    assert told == ["cell 'double': SyntaxError in line 3: 'await' outside function (cell 'double', line 3)"]


def test_a_function_outside_its_cell_counts_as_in_run_all():
    cells, _ = program(
        ("code", OWN, "def double(x): raise NotImplementedError"), ("code", None, "double = lambda x: 7")
    )
    assert names_of(cells)[0]["double"](1) == 7
    assert program(("code", None, "def double(x): return 5"))[0]
    assert program(("code", None, "def other(x): return 5"))[0] == []


STUB = "def double(x):\n    raise NotImplementedError('here')"


@pytest.mark.parametrize(
    ("files", "chosen"),
    [
        ([("a.ipynb", STUB), ("a.py", "def double(x): return x")], 1),
        ([("a.py", "def double(x): return x"), ("b.ipynb", STUB)], 0),
        ([("a.ipynb", "def double(x): return x"), ("a.py", STUB)], 0),
        ([("a.ipynb", "def double(x): return x"), ("a.py", "double = abs")], 0),
        ([("a.py", "double = abs"), ("b.py", "double = abs"), ("c.py", "x = 1")], 1),
        ([("a.ipynb", STUB), ("a.py", STUB)], 0),
        ([("a.py", STUB), ("b.py", "x = 1")], 0),
        ([("a.py", STUB + "\n" + "double = abs"), ("b.py", STUB)], 0),
    ],
)
def test_the_file_in_which_the_answer_is_written_counts(files, chosen):
    read = [
        pieces_of(name, notebook(("code", OWN, text)) if name.endswith("ipynb") else text.encode(), [])
        for name, text in files
    ]
    assert [cell.source for cell in program_for(DOUBLE, read)] == [files[chosen][1]]


def test_magics_are_left_out_with_a_note_and_lines_keep_their_numbers():
    cells, notes = program(
        ("code", OWN, "%matplotlib inline\n!ls\nfiles = !ls\ndef double(x):\n    %time x\n    1 / 0")
    )
    names, told = names_of(cells)
    assert told == []
    with pytest.raises(ZeroDivisionError) as error:
        names["double"](1)
    assert error.traceback[-1].lineno == 5
    assert len(notes) == 4
    assert notes[0] == "cell 'double', line 1 was not run: '%matplotlib inline' is for a notebook only."


def test_a_percent_sign_in_an_expression_is_no_magic():
    cells, notes = program(("code", OWN, "double = (7\n% 4)"))
    assert names_of(cells)[0]["double"] == 3
    assert notes == []


@pytest.mark.parametrize(
    "line",
    [
        "    x = x  # or 2 * x?",
        "    'which?'",
        "    '''\n    Twice?\n    %time\n    ! and\n    '''",
        "    f'''{x}\nwhat?\n    '''",
        "    y = '''\nwhat?'''",
    ],
)
def test_what_only_looks_like_a_magic_beside_a_real_one_stays(line):
    cells, notes = program(
        ("code", OWN, f"%matplotlib inline\ndef double(x):\n{line}\n    return x\n?double\ndouble??")
    )
    assert cells[0].source == f"pass\ndef double(x):\n{line}\n    return x\npass\npass"
    assert len(notes) == 3


def test_cell_magics():
    assert names_of(program(("code", OWN, "%%time\nx = 1"))[0])[0]["x"] == 1
    assert program(("code", OWN, "%%bash\nrm -r x"))[0][0].source == ""


def test_a_statement_that_fails_costs_no_other():
    names, told = names_of([Cell("c", "from __future__ import annotations\n1 / 0\ndef f(x: what): return 1", True)])
    assert names["f"](0) == 1
    assert told == ["c: ZeroDivisionError in line 2: division by zero"]
    assert "SyntaxError in line 1" in names_of([Cell("c", "def", True)])[1][0]


@pytest.mark.parametrize(
    ("name", "blob", "reason"),
    [
        ("a.ipynb", b"", "cannot be read"),
        ("a.ipynb", b"[" * 100_000, "cannot be read"),
        ("a.ipynb", b"\xff\xfe", "not text in UTF-8"),
        ("a.ipynb", b'{"cells": 1, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}', "no"),
        ("a.py", b"\xff\xfe", "not text in UTF-8"),
        ("a.py", b"# coding: nonsense", "not text in UTF-8"),
        ("a.py", b"#" * 100_001, "larger than 100,000 bytes"),
    ],
)
def test_what_cannot_be_read_says_why(name, blob, reason):
    with pytest.raises(Unreadable, match=reason):
        pieces_of(name, blob, [])


def test_null_bytes_and_deep_nesting_reach_the_student_as_a_sentence():
    for source in ("x = 1\0", "(" * 5000, "-" * 90_000 + "1", "a" + ".a" * 49_000):
        pieces = pieces_of("a.py", source.encode(), [])
        told = names_of([Cell("c", pieces[0].source, True)])[1]
        assert len(told) == 1
        assert told[0].startswith("c: ")
