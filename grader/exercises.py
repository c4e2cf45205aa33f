"""Where the exercises are, and what is in their folders.

An exercise is a folder `exercises/NN_name/` that holds
    tasks/1_name.py   TASK: a task with its solution, its cases and its named mistakes (see grader/task.py)
    unusual.py        UNUSUAL: per task, answers that are right though nobody expects them;
                      EQUIVALENT: per task, changes of one token that leave the author's answer right
    source.md         the notebook as its author writes it, with the solutions in it
    name.ipynb        the learner's notebook, written by `python -m grader release`
"""

import functools
import importlib.util
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from torch import Tensor

from grader.task import Task

EXERCISES = Path(__file__).resolve().parent.parent / "exercises"


@dataclass(frozen=True)
class Exercise:
    """One folder: its tasks, and its two notebooks."""

    folder: Path
    tasks: tuple[Task, ...]

    @property
    def name(self) -> str:
        """The folder's name without its number: 03_attention -> attention."""
        return self.folder.name.partition("_")[2]

    @property
    def source(self) -> Path:
        """What the author edits."""
        return self.folder / "source.md"

    @property
    def notebook(self) -> Path:
        """What the learner opens."""
        return self.folder / f"{self.name}.ipynb"

    def unusual(self) -> dict[str, dict[str, Callable[..., Tensor]]]:
        """Per task, unusual right answers by what is unusual in them."""
        answers: dict[str, dict[str, Callable[..., Tensor]]] = load_file(self.folder / "unusual.py").UNUSUAL
        return answers

    def equivalent(self) -> dict[str, dict[str, str]]:
        """Per task, changes of the author's answer that leave it right (the changed line), each with the reason."""
        changes: dict[str, dict[str, str]] = load_file(self.folder / "unusual.py").EQUIVALENT
        return changes


@functools.cache
def exercises(root: Path = EXERCISES) -> tuple[Exercise, ...]:
    """All exercises, in the book's order."""
    return tuple(
        Exercise(folder.parent, tuple(load_file(path).TASK for path in sorted(folder.glob("*.py"))))
        for folder in sorted(root.glob("*/tasks"))
    )


def all_tasks() -> dict[str, Task]:
    """Every task of every exercise by its name; a name given twice is an author's error."""
    tasks: dict[str, Task] = {}
    for exercise in exercises():
        for task in exercise.tasks:
            if task.name in tasks:
                raise ValueError(f"two tasks are named {task.name!r}; the second is in {exercise.folder.name}")
            tasks[task.name] = task
    return tasks


def load_file(path: Path) -> ModuleType:
    """Import a Python file by its path: the exercises' folders start with a number and are no package."""
    name = "_".join(["exercise", *path.relative_to(path.parents[2]).with_suffix("").parts])
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
