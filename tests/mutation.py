"""Do the tests notice when the library is wrong? Each module is changed in one place, and its tests are run.

    nice python -m tests.mutation [module ...] [--sample 60] [--seed 0] [--quick]

Every mutant runs in a fork of one process in which torch and pytest are imported already, and stops at the first
test that fails. With --quick the tests marked slow are left out, and more mutants live. Those that no test can
tell from the original are listed in `equivalent.yaml`, with the reason.
"""

import argparse
import contextlib
import gc
import importlib.abc
import importlib.util
import io
import os
import random
import resource
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
import yaml

from tests.mutants import mutants

TESTS = Path(__file__).parent
LIBRARY = TESTS.parent / "transformer_lib"
ALSO = {  # the tests that belong to a module, beside test_MODULE.py
    "cache": ["generation", "lean", "decoder"],
    "checkpoint": ["training"],
    "conversion": ["huggingface"],
    "decoder": ["huggingface"],
    "encoder": ["huggingface"],
    "evaluation": ["ngrams"],
    "fused": ["attention"],
    "german": ["grammar"],
    "german_clauses": ["grammar"],
    "german_phrases": ["grammar"],
    "layers": ["decoder"],
    "leaks": ["translation"],
    "lean": ["generation"],
    "position": ["decoder"],
    "precision": ["training"],
    "pretrained": ["huggingface", "marian"],
    "reading": ["generation", "lean"],
    "recipe": ["training"],
    "saving": ["training"],
    "seq2seq": ["decoder", "training"],
    "variants": ["alternatives"],
}
LEFT_OUT = {"__init__", "distributed"}  # names alone; the tests of several processes take minutes


class Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module of the library from a changed source."""

    def __init__(self, module: str, source: str) -> None:
        self.name, self.code = f"transformer_lib.{module}", compile(source, str(LIBRARY / f"{module}.py"), "exec")

    def find_spec(self, name, path=None, target=None):
        return importlib.util.spec_from_loader(name, self) if name == self.name else None

    def exec_module(self, module):
        module.__file__ = self.code.co_filename
        exec(self.code, module.__dict__)


def run_tests(files: list[Path], speeds: list[str], seconds: int, finder: Changed | None = None) -> bool:
    """Run the quick tests, then the slow ones, in a fork; tell whether all passed."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    with contextlib.suppress(BaseException):
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))  # other work may make the clock's seconds too few
        signal.alarm(10 * seconds)
        resource.setrlimit(resource.RLIMIT_AS, (16 * 2**30, 16 * 2**30))
        for name in [name for name in sys.modules if name.startswith(("transformer_lib", "tests."))]:
            del sys.modules[name]
        if finder:
            sys.meta_path.insert(0, finder)
        for module in sorted(LIBRARY.glob("*.py")):  # before conftest would import them with annotations enforced
            importlib.import_module(f"transformer_lib.{module.stem}".removesuffix(".__init__"))
        options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:unraisableexception"]
        for file in files:  # a mutant seldom lives longer than its module's own quick tests
            for speed in speeds:
                if pytest.main([*options, "-m", speed, str(file)]) not in (0, 5):  # 5: there is no such test
                    os._exit(1)
        os._exit(0)
    os._exit(1)


def tests_of(module: str) -> list[Path]:
    """The files of its tests, its own first."""
    files = [TESTS / f"test_{name}.py" for name in [module, *ALSO.get(module, [])]]
    files = [file for file in files if file.exists()]
    if not files:
        raise SystemExit(f"{module}: no file tests it; name one in ALSO")
    return files


def score(module: str, given: argparse.Namespace, equivalent: dict[str, str]) -> Iterator[str]:
    """Test a module's mutants; yield lines of the report."""
    files, speeds = tests_of(module), ["not slow"] if given.quick else ["not slow", "slow"]
    start = time.monotonic()
    if not run_tests(files, speeds, 600):
        raise SystemExit(f"{module}: the tests fail without any change")
    seconds = 10 + 5 * int(time.monotonic() - start)
    every = list(mutants((LIBRARY / f"{module}.py").read_text()))
    chosen = random.Random(given.seed).sample(every, min(len(every), given.sample))
    for stale in set(equivalent) - {change for change, _ in every}:
        yield f"    {module} has no such mutant: {stale}, which equivalent.yaml names"
    start, alive, known = time.monotonic(), 0, 0
    for change, source in chosen:
        survived = run_tests(files, speeds, seconds, Changed(module, source))
        if change in equivalent:
            known += 1
            if not survived:
                yield f"    {module} killed: {change}, which equivalent.yaml names"
        elif survived:
            alive += 1
            yield f"    {module} survived: {change}"
    total = len(chosen) - known
    each = (time.monotonic() - start) / len(chosen)
    killed = f"{total - alive:4} of {total:4} killed"
    yield f"{module:14} {killed} ({len(every)} in all, {known} equivalent), {each:.2f} s each"


if __name__ == "__main__":
    names = sorted({file.stem for file in LIBRARY.glob("*.py")} - LEFT_OUT)
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="*", default=[], metavar="module", choices=[*names, []])
    parser.add_argument("--sample", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    given.modules = given.modules or names
    torch.set_num_threads(1)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    with contextlib.redirect_stdout(io.StringIO()):  # imports what the tests import, so that no fork has to
        files = {str(file) for module in given.modules for file in tests_of(module)}
        pytest.main(["--collect-only", "-qq", "-p", "no:cacheprovider", *files])
    torch.optim.AdamW([torch.zeros(1)])  # for which torch imports a good deal, once
    gc.freeze()
    equivalent = yaml.safe_load((TESTS / "equivalent.yaml").read_text()) or {}
    for module in given.modules:
        for line in score(module, given, equivalent.get(module, {})):
            print(line, flush=True)
