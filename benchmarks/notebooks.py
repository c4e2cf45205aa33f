"""What running a chapter costs: CPU seconds of the kernel alone, with its imports, and with the chapter's cells.

    python benchmarks/notebooks.py [--turns 3] [STEM ...]

Each row is one fresh kernel from its start to its end, threads and all; nothing is written to `chapters/`.
"""

import argparse
import resource
import statistics
from collections.abc import Callable

import nbformat
from nbformat import NotebookNode
from timing import table

from book.notebooks import CHAPTERS, execute, from_markdown, sources


def one_cell(code: str) -> NotebookNode:
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])


def cpu_seconds(make: Callable[[], NotebookNode]) -> float:
    """Return what the kernel that executes a notebook spends; an ended child's times are added to its parent's."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    execute(make(), CHAPTERS)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stems", nargs="*", help="chapters, such as 03_attention; left out, all of them")
    parser.add_argument("--turns", type=int, default=3)
    given = parser.parse_args()
    runs: dict[str, Callable[[], NotebookNode]] = {
        "kernel": lambda: one_cell("0"),
        "kernel, torch": lambda: one_cell("import torch"),
        "kernel, transformer_lib": lambda: one_cell("import transformer_lib"),
        "kernel, transformer_lib, figures": lambda: one_cell("import transformer_lib, transformer_lib.figures"),
    }
    for source in sources():
        if not given.stems or source.stem in given.stems:
            runs[source.stem] = lambda source=source: from_markdown(source)
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(given.turns):
        for name, make in runs.items():
            seconds[name].append(cpu_seconds(make))
    print(table("CPU seconds", ["median"], {name: [statistics.median(each)] for name, each in seconds.items()}))


if __name__ == "__main__":
    main()
