"""A class's report: a page of feedback for each student, and an overview with the commonest mistakes."""

from collections import Counter
from html import escape
from pathlib import Path

from matplotlib.figure import Figure

from grader.card import style
from grader.exports import export, possible, scored, total
from grader.gradebook import Gradebook, file_name
from grader.grading import Record
from grader.late import LatePolicy
from transformer_lib.figures import ThemedFigure
from transformer_lib.figures import style as figure_style

MOST_BARS = 12

PAGE = """
body { background: var(--tf-paper); color: var(--tf-ink); font: 17px/1.5 system-ui, sans-serif; max-width: 48em;
  margin: 2em auto; padding: 0 1em; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 1em 0; }
th, td { text-align: left; padding: 0.25em 0.9em 0.25em 0; border-bottom: 1px solid var(--tf-line); }
td.n, th.n { text-align: right; }
a { color: var(--tf-query); }
pre.said { background: var(--tf-soft); padding: 0.5em 0.8em; overflow: auto; max-height: 20em; white-space: pre-wrap; }
.small { color: var(--tf-muted); font-size: 0.9em; }
figure { margin: 1.5em 0; }
"""


def page(title: str, body: str) -> str:
    """A whole HTML page in the book's colours; it loads nothing and runs nothing."""
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    return (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        f"<meta http-equiv='Content-Security-Policy' content=\"{policy}\">"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>{escape(title)}</title>{style()}<style>{PAGE}</style></head><body><h1>{escape(title)}</h1>{body}"
        "</body></html>\n"
    )


def feedback(record: Record, policy: LatePolicy) -> str:
    """What a student reads: points, the verdict on each task, what was printed."""
    score, days = scored(record, policy)
    points = f"{score:g} of {possible(record)} points." if record["tasks"] else "Not graded."
    html = [f"<p><strong>{points}</strong></p>"]
    if days:
        taken = total(record) - score
        html.append(
            f"<p>Handed in {days} day{'s' * (days > 1)} late: {taken:g} of {total(record)} points taken off.</p>"
        )
    html += [f"<p>{escape(problem)}</p>" for problem in record["problems"]]
    for name, task in record["tasks"].items():
        html.append(f"<h2 id='{escape(name)}'>{escape(task['title'])}: {task['points']} of {task['of']}</h2>")
        html.append(task["html"])
        for said in task["notes"]:
            html.append(f"<p class='small'>When your code was loaded: {escape(said)}</p>")
        if task["printed"].strip():
            html.append("<p>Your code printed:</p><pre class='said' tabindex='0'>")
            html.append(escape(printable(task["printed"])) + "</pre>")
    html += [f"<p class='small'>{escape(note)}</p>" for note in record["notes"]]
    html.append(f"<p class='small'>{provenance(record)}</p>")
    return page(f"Feedback for {record['name']}", "\n".join(html))


def printable(text: str) -> str:
    """Without control characters."""
    return "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in text)


def provenance(record: Record) -> str:
    """What is needed to get the same grade again, but for the course's seed, which is the instructor's."""
    versions = ", ".join(f"{name} {version}" for name, version in record["versions"].items())
    inputs = ", ".join(f"{name} {task['inputs_seed']}" for name, task in record["tasks"].items())
    return f"Graded with {escape(versions)}. Seeds of the inputs: {escape(inputs)}."


def commonest(records: list[Record]) -> list[tuple[str, int]]:
    """(task: mistake, how many students made it), the commonest first; what has no name is not counted."""
    found = Counter(
        f"{name}: {task['mistake']}" for record in records for name, task in record["tasks"].items() if task["mistake"]
    )
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))


def mistakes_figure(records: list[Record]) -> ThemedFigure:
    """The commonest named mistakes as bars."""
    shown = commonest(records)[:MOST_BARS]
    with figure_style() as colours:
        figure = Figure(figsize=(7.5, 0.6 + 0.36 * len(shown)))
        axes = figure.subplots()
        axes.barh(range(len(shown)), [count for _, count in shown], color=colours["key"], height=0.62)
        axes.set_yticks(range(len(shown)), [name for name, _ in shown])
        for place, (_, count) in enumerate(shown):
            axes.annotate(str(count), (count, place), xytext=(4, 0), textcoords="offset points", va="center")
        axes.invert_yaxis()
        axes.spines["bottom"].set_visible(False)
        axes.xaxis.set_visible(False)
        axes.tick_params(axis="y", length=0)
    words = "; ".join(f"{name}, {count}" for name, count in shown)
    return ThemedFigure(figure, f"The commonest mistakes and how many students made each: {words}.")


def overview(records: list[Record], policy: LatePolicy, title: str) -> str:
    """The class on one page: points per task, the commonest mistakes, every student with a link."""
    html = [f"<p>{len(records)} submissions.</p>"]
    if graded := [record for record in records if record["tasks"]]:
        html.append("<h2>Tasks</h2><table><tr><th>task</th><th class='n'>all points</th><th class='n'>mean</th></tr>")
        for name, first in graded[0]["tasks"].items():
            points = [record["tasks"][name]["points"] for record in graded if name in record["tasks"]]
            full = sum(each == first["of"] for each in points)
            mean = f"{sum(points) / len(points):.1f} of {first['of']}"
            html.append(f"<tr><td>{escape(first['title'])}</td><td class='n'>{full}</td><td class='n'>{mean}</td></tr>")
        html.append("</table>")
    if commonest(records):
        html.append("<h2>The commonest mistakes</h2>" + mistakes_figure(records)._repr_html_())
    html.append("<h2>Students</h2><table><tr><th>student</th><th class='n'>points</th><th>late</th><th></th></tr>")
    for record in records:
        score, days = scored(record, policy)
        link = f"<a href='feedback/{file_name(record['student'])}.html'>{escape(record['name'])}</a>"
        late = f"{days} d" if days else ""
        earned = f"{score:g}" if record["tasks"] else "not graded"
        trouble = escape("; ".join(record["problems"])[:200])
        html.append(f"<tr><td>{link}</td><td class='n'>{earned}</td><td>{late}</td><td>{trouble}</td></tr>")
    html.append("</table>")
    return page(title, "\n".join(html))


def report(book: Gradebook, policy: LatePolicy) -> list[Path]:
    """Write every page and export from the records; nothing is graded here."""
    records, run = book.records(), book.run()
    title = ", ".join(name.replace("_", " ") for name in run["exercises"])
    target = book.folder / "feedback"
    target.mkdir(parents=True, exist_ok=True)
    for record in records:
        path = target / f"{file_name(record['student'])}.html"
        path.write_text(feedback(record, policy), encoding="utf-8", errors="replace")
    index = book.folder / "index.html"
    index.write_text(overview(records, policy, title), encoding="utf-8", errors="replace")
    return [index, target, *export(records, policy, book.folder, title)]
