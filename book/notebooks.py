"""Chapters are written in MyST Markdown (`chapters/*.md`) and read as executed notebooks (`chapters/*.ipynb`).

    python -m book.notebooks [--all] [STEM ...]

makes the notebooks from the Markdown and executes those whose code has changed since (or all, or
those named). Outputs are stored so that the book is built, and the widgets live, without a kernel.
"""

import argparse
import sys
import time
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

CHAPTERS = Path(__file__).parents[1] / "chapters"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
LANGUAGE = {"name": "python", "pygments_lexer": "ipython3"}


def sources() -> list[Path]:
    """Every chapter's Markdown, in the order of the book."""
    return sorted(CHAPTERS.glob("[0-9]*.md"))


def from_markdown(source: Path) -> NotebookNode:
    """The notebook that `source` describes, not executed; cells are numbered so that a rewrite changes few lines."""
    notebook = jupytext.read(source)
    for i, cell in enumerate(notebook.cells):
        cell.id = f"cell-{i}"
        cell.metadata.pop("lines_to_next_cell", None)
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": LANGUAGE,
    }
    return notebook


def read(source: Path) -> NotebookNode:
    """The executed notebook stored beside `source`."""
    return nbformat.read(source.with_suffix(".ipynb"), as_version=4)


def text_of(notebook: NotebookNode) -> list[tuple]:
    """What the author wrote: all of a notebook but its outputs."""
    return [(cell.cell_type, cell.source, sorted(cell.metadata.get("tags", []))) for cell in notebook.cells]


def is_fresh(source: Path) -> bool:
    """Whether the notebook beside `source` holds the same text, executed from top to bottom."""
    if not source.with_suffix(".ipynb").exists():
        return False
    notebook = read(source)
    return text_of(notebook) == text_of(from_markdown(source)) and is_executed(notebook)


def is_executed(notebook: NotebookNode) -> bool:
    """Whether every cell was run once, from top to bottom."""
    counts = [cell.execution_count for cell in code_of(notebook)]
    return counts == list(range(1, len(counts) + 1))


def code_of(notebook: NotebookNode) -> list[NotebookNode]:
    """The cells that run."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def take_outputs(notebook: NotebookNode, stored: NotebookNode) -> bool:
    """Give the notebook the stored one's outputs if its code is the same; tell whether it was."""
    code, as_stored = ([text for text in text_of(each) if text[0] == "code"] for each in (notebook, stored))
    if code != as_stored or not is_executed(stored):
        return False
    for cell, old in zip(code_of(notebook), code_of(stored), strict=True):
        cell.outputs, cell.execution_count = old.outputs, old.execution_count
    return True


def execute(notebook: NotebookNode, folder: Path) -> None:
    """Run every cell in a fresh kernel, in `folder`, and keep only outputs that are the same on every run."""
    NotebookClient(
        notebook,
        timeout=600,
        resources={"metadata": {"path": str(folder)}},
        store_widget_state=False,
        coalesce_streams=True,
    ).execute()
    notebook.metadata["language_info"] = LANGUAGE  # without the version of this machine's Python
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)  # times
        for output in cell.get("outputs", []):
            # A stored page needs the widget's own HTML; the view would name a model that lives in the ended kernel.
            output.get("data", {}).pop(WIDGET_VIEW, None)


def main(arguments: list[str]) -> None:
    """Bring the notebooks up to date; see the module's text."""
    parser = argparse.ArgumentParser(prog="python -m book.notebooks", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("stems", nargs="*", help="chapters to execute even if unchanged, such as 03_attention")
    parser.add_argument("--all", action="store_true", help="execute every chapter")
    options = parser.parse_args(arguments)
    unknown = set(options.stems) - {source.stem for source in sources()}
    if unknown:
        parser.error(f"no chapter is called {', '.join(sorted(unknown))}; there are {[s.stem for s in sources()]}")
    for source in sources():
        if not options.all and source.stem not in options.stems and is_fresh(source):
            print(f"{source.stem}: up to date")
            continue
        start = time.perf_counter()
        notebook = from_markdown(source)
        named = options.all or source.stem in options.stems
        if not named and source.with_suffix(".ipynb").exists() and take_outputs(notebook, read(source)):
            done = "new text around the same code"
        else:
            execute(notebook, source.parent)
            done = f"executed in {time.perf_counter() - start:.1f} s"
        nbformat.write(notebook, source.with_suffix(".ipynb"))
        print(f"{source.stem}: {done}")


if __name__ == "__main__":
    main(sys.argv[1:])
