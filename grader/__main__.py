"""Exercises for a course: release them, grade what comes back, and see how far you have come yourself."""

import argparse
import os
import sys
from pathlib import Path

from grader.cluster import grade_on
from grader.exercises import exercises
from grader.files import Refused as RefusedFile
from grader.gradebook import Gradebook, course_of, grade_all, limits_of
from grader.grading import Record
from grader.inside.lockdown import Limits
from grader.late import LatePolicy
from grader.sandbox import Refused

WORKERS = 2 * (os.cpu_count() or 1)  # making and ending a sandbox is half waiting for the kernel


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m grader", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("release", help="write each exercise's notebook without its solutions")

    for name, what in (
        ("grade", "grade a folder or zip of submissions; what is graded already is not graded again"),
        ("regrade", "grade again, on the same inputs, and say what has changed"),
    ):
        command = commands.add_parser(name, help=what)
        command.add_argument(
            "submissions", type=Path, help="a folder or zip, also as Canvas, Moodle, Gradescope write it"
        )
        command.add_argument("--out", type=Path, required=True, metavar="REPORT", help="the folder of the report")
        command.add_argument("--late", type=Path, metavar="YAML", help="what lateness costs (see grader/late.py)")
        command.add_argument("--exercise", action="append", default=[], help="such as 03_attention; default: all")
        command.add_argument("--seed", type=int, help="of the inputs; default: the report's, or drawn at random")
        command.add_argument("--workers", type=int, default=WORKERS, help="students graded at a time")
        seconds = "seconds that one task may take, half of them computing"
        default = "default: the report's, or {}"
        command.add_argument("--wall", type=float, help=f"{seconds}; {default.format(Limits.wall)}")
        command.add_argument("--memory", type=int, help=f"MB that one task may use; {default.format(Limits.memory)}")
        command.add_argument("--cluster", metavar="ADDRESS", help="grade on this Dask cluster instead of this machine")
        command.add_argument("--student", action="append", default=[], help="only this one; may be given again")

    command = commands.add_parser("report", help="write the pages and tables of a report anew; grades nothing")
    command.add_argument("out", type=Path, metavar="REPORT")
    command.add_argument("--late", type=Path, metavar="YAML")

    command = commands.add_parser("progress", help="how far your own notebooks are: a self-check, no mark")
    command.add_argument("--html", type=Path, metavar="PAGE", help="write a page as well")

    options = parser.parse_args(arguments)
    try:
        return {"release": release, "grade": grade, "regrade": grade, "report": report, "progress": progress}[
            options.command
        ](options)
    except (Refused, RefusedFile, ValueError, FileNotFoundError) as error:
        print(f"python -m grader: {error}", file=sys.stderr)
        return 2


def release(options: argparse.Namespace) -> int:
    """The learners' notebooks."""
    from grader.release import release_all

    written = release_all()
    for path in written:
        print(f"wrote {path.parent.name}/{path.name}")
    if not written:
        print("every learner's notebook is up to date")
    return 0


def grade(options: argparse.Namespace) -> int:
    """Grade, show how it goes, and write the report."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from grader.report import report as write
    from grader.uploads import uploads

    book = Gradebook(options.out)
    course = course_of(book, options.exercise, options.seed)
    policy = late_policy(options.late, book)
    found = [each for each in uploads(options.submissions) if not options.student or each.student in options.student]
    if not found:
        whose = f" of {' or '.join(options.student)}" if options.student else ""
        raise ValueError(f"there is no submission{whose} in {options.submissions}")
    names = [exercise.folder.name for exercise in course.exercises]
    limits = limits_of(book, options.wall, options.memory)
    run = {"exercises": names, "course_seed": course.seed, "submissions": str(options.submissions)}
    run |= {"late": str(options.late.resolve()) if options.late else book.earlier().get("late")}
    book.write(book.folder / "run.json", run | {"wall": limits.wall, "memory": limits.memory})
    before = {record["student"]: record for record in book.records()}
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns) as bar:
        line = bar.add_task("grading", total=len(found))

        def tell(record: Record) -> None:
            bar.update(line, advance=1, description=f"{record['student'][:24]:24}")
            if changes := changed(before.get(record["student"]), record):
                bar.console.print(changes, markup=False, highlight=False)

        again = options.command == "regrade"
        if options.cluster:
            records = grade_on(options.cluster, found, course, book, limits=limits, again=again, tell=tell)
        else:
            records = grade_all(found, course, book, workers=options.workers, limits=limits, again=again, tell=tell)
    written = write(book, policy)
    failed = [record for record in records if record["error"]]
    for record in failed:
        print(f"{record['student']} could not be graded: {record['error']}", file=sys.stderr)
    count = len(records) - len(failed)
    print(f"{count} submission{'s' * (count != 1)} graded. The report is {written[0]}")
    return 1 if failed else 0


def changed(before: Record | None, after: Record) -> str:
    """What a grade that was there already was, and is now."""
    if before is None:
        return ""
    pairs = [
        f"{name} {before['tasks'][name]['points']} -> {task['points']}"
        for name, task in after["tasks"].items()
        if name in before["tasks"] and before["tasks"][name]["points"] != task["points"]
    ]
    return f"{after['student']}: {', '.join(pairs)}" if pairs else ""


def late_policy(path: Path | None, book: Gradebook) -> LatePolicy:
    """The policy named on the command line, or else the report's own."""
    chosen = path or book.earlier().get("late")
    return LatePolicy.read(Path(chosen)) if chosen else LatePolicy()


def report(options: argparse.Namespace) -> int:
    """The pages and tables of records that are there."""
    from grader.report import report as write

    book = Gradebook(options.out)
    book.run()
    for path in write(book, late_policy(options.late, book)):
        print(f"wrote {path}")
    return 0


def progress(options: argparse.Namespace) -> int:
    """The learner's own."""
    from grader.progress import html, text
    from grader.progress import progress as found

    results = found(exercises())
    print(text(results))
    if options.html:
        options.html.write_text(html(results), encoding="utf-8")
        print(f"wrote {options.html}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
