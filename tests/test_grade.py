"""Grading a class, but for the sandbox: records, lateness, exports, pages, the command line. Functions run in here."""

import csv
import json
import os
import re
import threading
from datetime import UTC, datetime, timedelta

import pytest

from grader import __main__ as cli
from grader import gradebook, grading
from grader.exercises import all_tasks
from grader.exports import harmless, with_ids_of_their_own
from grader.gradebook import Gradebook, course_of, file_name
from grader.inside.program import run_program
from grader.late import LatePolicy
from grader.learner import in_process
from grader.progress import state_of, verdict_on
from grader.report import commonest
from grader.sandbox import Refused

MASK = "import torch\ndef my_causal_mask(n): return torch.ones(n, n).tril().bool()\n"
AHEAD = MASK.replace("tril()", "tril(1)")


class InHere:
    """A Question without a sandbox, for trusted code."""

    calls = 0
    alone = threading.Lock()

    def __init__(self, sandbox, program, task):
        names = {}
        run_program(program, names, lambda note: None)
        self.call, self.printed, self.notes = in_process(task, names), "said <b>", ["a note"]
        InHere.calls += 1

    def __call__(self, name, args):
        with InHere.alone:  # students' calls take standard output away, which is the whole process's
            return self.call(name, args)

    def close(self):
        pass


class NoSandbox:
    def __init__(self, limits):
        self.limits = limits

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass


@pytest.fixture
def handed_in(tmp_path, monkeypatch):
    monkeypatch.setattr(grading, "Question", InHere)
    monkeypatch.setattr(gradebook, "Sandbox", NoSandbox)
    folder = tmp_path / "in"
    folder.mkdir()
    for student, text in {"ada": MASK, "bob": AHEAD, "=cmd()": AHEAD, "eve": "x = 1"}.items():
        (folder / f"{student}.py").write_text(text)
    InHere.calls = 0
    return folder


def run(command, *arguments):
    chosen = ("--exercise", "03_attention") if command in ("grade", "regrade") else ()
    return cli.main([command, *map(str, (*arguments, *chosen))])


def rows(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_class_is_graded_reported_and_exported(handed_in, tmp_path):
    out = tmp_path / "out"
    assert run("grade", handed_in, "--out", out, "--seed", 5, "--exercise", "attention") == 0
    grades = {row["student"]: row for row in rows(out / "grades.csv")}
    assert {who: row["causal_mask"] for who, row in grades.items()} == {
        "ada": "4",
        "bob": "0",
        "'=cmd()": "0",
        "eve": "0",
    }
    assert grades["bob"]["causal_mask: mistake"] == "sees one position ahead"
    assert grades["ada"]["course_seed"] == "5"
    assert rows(out / "canvas.csv")[1]["03 attention"] == "4.0"
    assert rows(out / "moodle.csv")[1]["Maximum Grade"] == "20"
    assert {"student_id", "raw_score", "max_score", "late_submission_penalty"} <= set(rows(out / "nbgrader.csv")[0])
    results = json.loads((out / "gradescope" / "ada" / "results.json").read_text())
    assert results["score"] == 4
    assert sum(test["max_score"] for test in results["tests"]) == 20
    page = (out / "feedback" / "ada.html").read_text()
    assert "4 of 20 points" in page
    assert "said &lt;b&gt;" in page
    assert "self-check" not in page
    index = (out / "index.html").read_text()
    assert 'aria-label="The commonest mistakes' in index
    assert "causal_mask: sees one position ahead, 2" in index
    assert not re.search(r"(src|href)='?\"?http", index + page)


def test_a_record_says_how_to_get_the_same_grade_again(handed_in, tmp_path):
    run("grade", handed_in, "--out", tmp_path / "out")
    record = Gradebook(tmp_path / "out").record_of("bob")
    assert set(record["versions"]) == {"transformer_lib", "torch", "python"}
    task = all_tasks()["causal_mask"]
    again = verdict_on_seed(task, AHEAD, record["tasks"]["causal_mask"]["inputs_seed"])
    assert again.problem.mistake.name == record["tasks"]["causal_mask"]["mistake"]
    assert record["course_seed"] == Gradebook(tmp_path / "out").run()["course_seed"]


def verdict_on_seed(task, source, seed):
    names = {}
    exec(source, names)
    return grading.judge(task, in_process(task, names), seed)


def test_a_second_run_grades_only_what_is_new(handed_in, tmp_path, capsys):
    out = tmp_path / "out"
    run("grade", handed_in, "--out", out)
    calls = InHere.calls
    run("grade", handed_in, "--out", out)
    assert InHere.calls == calls
    (handed_in / "bob.py").write_text(MASK)
    run("grade", handed_in, "--out", out)
    assert InHere.calls == calls + 1
    assert "bob: causal_mask 0 -> 4" in capsys.readouterr().out
    run("regrade", handed_in, "--out", out, "--student", "ada")
    assert InHere.calls == calls + 2


def test_an_interrupted_run_leaves_whole_records(handed_in, tmp_path):
    out = tmp_path / "out"
    run("grade", handed_in, "--out", out)
    (out / "results" / "bob.json").write_text('{"student": "bo')
    assert run("grade", handed_in, "--out", out) == 0
    assert Gradebook(out).record_of("bob")["tasks"]["causal_mask"]["points"] == 0


@pytest.mark.slow
def test_an_error_of_the_graders_own_costs_nobody_else_and_is_no_grade(handed_in, tmp_path, capsys, monkeypatch):
    out = tmp_path / "out"
    right = grading.pieces_of
    monkeypatch.setattr(grading, "pieces_of", lambda name, *rest: {"ada.py": 1}[name] and right(name, *rest))
    assert run("grade", handed_in, "--out", out) == 1
    error = capsys.readouterr().err
    assert "bob could not be graded: KeyError('bob.py')" in error
    assert "ada" not in error
    assert Gradebook(out).record_of("ada")["tasks"]["causal_mask"]["points"] == 4
    assert [row["Student"] for row in rows(out / "canvas.csv")] == ["ada"]
    assert not (out / "gradescope" / "bob").exists()
    failed = {row["student"]: row["not graded"] for row in rows(out / "grades.csv")}
    assert failed["bob"].startswith("KeyError('bob.py')")
    assert failed["ada"] == ""
    assert "could not be graded" in (out / "feedback" / "bob.html").read_text()
    monkeypatch.undo()
    monkeypatch.setattr(grading, "Question", InHere)
    monkeypatch.setattr(gradebook, "Sandbox", NoSandbox)
    assert run("grade", handed_in, "--out", out) == 0
    assert len(rows(out / "canvas.csv")) == 4


@pytest.mark.slow
def test_a_sandbox_that_refuses_ends_the_run(handed_in, tmp_path, capsys, monkeypatch):
    def refuse(*arguments):
        raise Refused("It does not close")

    monkeypatch.setattr(grading, "Question", refuse)
    assert run("grade", handed_in, "--out", tmp_path / "out") == 2
    assert "It does not close" in capsys.readouterr().err


@pytest.mark.slow
def test_limits_are_kept_and_other_limits_are_another_question(handed_in, tmp_path):
    out = tmp_path / "out"
    run("grade", handed_in, "--out", out, "--wall", 20, "--memory", 512)
    calls = InHere.calls
    run("grade", handed_in, "--out", out)
    assert InHere.calls == calls
    assert (Gradebook(out).run()["wall"], Gradebook(out).run()["memory"]) == (20, 512)
    run("grade", handed_in, "--out", out, "--wall", 10)
    assert InHere.calls == 2 * calls


@pytest.mark.slow
def test_a_corrected_hand_in_time_is_taken_over_without_grading(handed_in, tmp_path):
    out = tmp_path / "out"
    run("grade", handed_in, "--out", out)
    calls = InHere.calls
    os.utime(handed_in / "bob.py", (DUE.timestamp(),) * 2)
    run("grade", handed_in, "--out", out)
    assert Gradebook(out).record_of("bob")["when"] == DUE.isoformat()
    assert InHere.calls == calls


def test_a_record_of_another_student_in_the_same_file_is_not_believed(tmp_path):
    book = Gradebook(tmp_path)
    book.write(book.path_of("ada"), {"student": "eve"})
    assert book.record_of("ada") is None


@pytest.mark.slow
def test_names_that_are_markup_or_no_text_stop_nothing(handed_in, tmp_path):
    for folder in (os.fsdecode(b"M\xfcller"), "submission_1"):
        (handed_in / folder).mkdir()
        (handed_in / folder / "a.py").write_text(MASK)
    people = '{":submitters": [{":name": "\\ud800", ":email": "[/b]@x.org"}]}'
    (handed_in / "submission_metadata.yml").write_text(f"submission_1: {people}")
    assert run("grade", handed_in, "--out", tmp_path / "out") == 0
    students = {row["student"] for row in rows(tmp_path / "out" / "grades.csv")}
    assert students == {"ada", "bob", "'=cmd()", "eve", "M\\udcfcller", "[/b]@x.org"}


def test_an_id_that_two_students_have_is_flagged():
    records = [{"ids": {"moodle": number}} for number in ("77", "78", "77")] + [{"ids": {"canvas": "78"}}]
    flagged = [record["ids"] for record in with_ids_of_their_own(records)]
    assert flagged[0] == flagged[2] == {"moodle": "77 (of several students)"}
    assert [flagged[1], flagged[3]] == [{"moodle": "78"}, {"canvas": "78"}]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["grade", "{}/nowhere", "--out", "{}/out"], "there is no folder, zip or file"),
        (["grade", "{}/in", "--out", "{}/out", "--exercise", "zzz"], "there is no exercise 'zzz'"),
        (["grade", "{}/in", "--out", "{}/out", "--student", "zzz"], "there is no submission"),
        (["report", "{}/out"], "there is no report in"),
    ],
)
def test_errors_are_one_sentence(handed_in, tmp_path, capsys, arguments, sentence):
    assert run(*[argument.format(tmp_path) for argument in arguments]) == 2
    assert sentence in capsys.readouterr().err


DUE = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "days", "factor"),
    [(-1, 0, 1.0), (0.1, 0, 1.0), (0.5, 1, 0.9), (24, 1, 0.9), (24.1, 2, 0.8), (24 * 7, 7, 0.5), (24 * 8.5, 9, 0.0)],
)
def test_lateness(tmp_path, hours, days, factor):
    (tmp_path / "late.yml").write_text(
        "due: 2026-11-30 12:00:00Z\ngrace_minutes: 10\npercent_per_day: 10\nmost_percent: 50\nclosed_after_days: 8\n"
        "extensions: {ada: 2026-12-20}\n"
    )
    policy = LatePolicy.read(tmp_path / "late.yml")
    assert policy.days_late("bob", DUE + timedelta(hours=hours)) == days
    assert policy.factor(days) == pytest.approx(factor)
    assert policy.days_late("ada", DUE + timedelta(hours=hours)) == 0
    assert policy.days_late("bob", None) == 0


@pytest.mark.parametrize(
    "text", ["dew: 1", "percent_per_day: many", "due: tomorrow", "- a list", "percent_per_day: -1"]
)
def test_a_wrong_late_policy_is_named(tmp_path, text):
    (tmp_path / "late.yml").write_text(text)
    with pytest.raises(ValueError, match=r"late\.yml"):
        LatePolicy.read(tmp_path / "late.yml")


def test_lateness_takes_points_off_in_every_export(handed_in, tmp_path):
    (tmp_path / "late.yml").write_text("due: 2020-01-01\npercent_per_day: 25\nmost_percent: 25")
    out = tmp_path / "out"
    run("grade", handed_in, "--out", out, "--late", tmp_path / "late.yml", "--exercise", "attention")
    assert rows(out / "canvas.csv")[1]["03 attention"] == "3.0"
    assert rows(out / "nbgrader.csv")[1]["late_submission_penalty"] == "1.0"
    assert "1 of 4 points taken off" in (out / "feedback" / "ada.html").read_text()
    run("report", out)  # remembers the policy
    assert rows(out / "canvas.csv")[1]["03 attention"] == "3.0"


def test_file_names_are_safe_and_unique():
    names = [file_name(student) for student in ("ada", "../../x", "..", "a/b", "a_b", "", "é", "é" * 300, "\udcff")]
    names += [file_name(student) for student in ("José", "\udcfe", "?", file_name("José"))]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9_.@-]{1,80}", name) and not name.startswith(".") for name in names)


def test_a_spreadsheet_takes_no_name_for_a_formula():
    assert [harmless(value) for value in ("=1", "@x", "-1", -1, "ada")] == ["'=1", "'@x", "'-1", -1, "ada"]
    assert harmless("\n =1+1") == "\n '=1+1"
    assert harmless('x;"=1+1') == "x;\"'=1+1"
    assert harmless("x=1; y-1") == "x=1; y-1"


@pytest.mark.slow
def test_what_is_no_text_is_exported_all_the_same(handed_in, tmp_path):
    run("grade", handed_in, "--out", tmp_path / "out")
    book = Gradebook(tmp_path / "out")
    record = book.record_of("ada")
    record["tasks"]["attention"]["sentence"] = "\ud800"
    book.write(book.path_of("ada"), record)
    assert run("report", tmp_path / "out") == 0


def test_seeds_differ_by_task_and_course(tmp_path):
    first, second = (course_of(Gradebook(tmp_path), seed=seed) for seed in (1, 2))
    seeds = [course.seed_of(task) for course in (first, second) for task in course.tasks]
    assert len(set(seeds)) == len(seeds)


@pytest.mark.slow
def test_progress_says_what_is_done(tmp_path, capsys):
    assert run("progress", "--html", tmp_path / "page.html") == 0
    text = capsys.readouterr().out
    assert "○ not written yet" in text
    assert "This is a self-check, not a mark." in text
    assert "<h2>03 attention: 0 of 20</h2>" in (tmp_path / "page.html").read_text()
    task = all_tasks()["causal_mask"]
    for source, state in ((MASK, "✓ right"), (AHEAD, "✗ sees one position ahead"), ("x = (", "○ not written yet")):
        (tmp_path / "mine.py").write_text(source)
        assert state_of(verdict_on(task, tmp_path / "mine.py")) == state


def test_commonest_mistakes_are_sorted(handed_in, tmp_path):
    run("grade", handed_in, "--out", tmp_path / "out")
    assert commonest(Gradebook(tmp_path / "out").records()) == [("causal_mask: sees one position ahead", 2)]
