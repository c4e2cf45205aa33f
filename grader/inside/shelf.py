"""The book's library as an answer may use it: what the task allows, and a refusal in the place of everything else.

In the sandbox there is no file of the library. Its modules are made here, from the source that the grader sends of the
allowed parts. Every other name can be imported, so that a notebook's other cells run, and refuses when it is used.
"""

import __future__

import functools
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from inspect import unwrap
from types import FunctionType, ModuleType
from typing import Any

from grader.inside.bans import NotAccepted, refusal, refusing

FLAGS = __future__.annotations.compiler_flag  # their annotations name packages that are not here


def says(module: str, name: str) -> str:
    """The sentence that is raised."""
    return f"{name} of {module} is not accepted here: write it yourself"


class Refusal(type):
    """The class of what stands for a part that is not allowed: it can be named and inherited from, and no more."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        """Refuse, also as another class's parent."""
        refused = cls.__mro__[-2]
        raise NotAccepted(says(refused.__module__, refused.__name__))

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise NotAccepted(says(cls.__module__, cls.__name__))


def stand_in(module: str, name: str) -> Any:
    """What `from module import name` gives if it is not allowed."""
    if name.startswith("__"):
        raise AttributeError(f"module {module!r} has no attribute {name!r}")
    return Refusal(name, (), {"__module__": module})


def stock(modules: list[str], exports: Mapping[str, str], sources: Mapping[str, str]) -> None:
    """Make the library's modules: for a process of one question.

    Args:
        modules: the names of all of them; the first is the package's.
        exports: what the package itself offers: name -> the module that defines it.
        sources: module -> the source of its allowed parts, in an order in which it can be run.
    """
    for name in modules:
        made = ModuleType(name)
        made.__path__ = []
        made.__getattr__ = functools.partial(stand_in, name)  # type: ignore[method-assign]
        sys.modules[name] = made
    for name, source in sources.items():
        exec(compile(source, f"<{name}>", "exec", flags=FLAGS, dont_inherit=True), vars(sys.modules[name]))
    for name, origin in exports.items():
        if name in vars(sys.modules[origin]):
            setattr(sys.modules[modules[0]], name, vars(sys.modules[origin])[name])


@contextmanager
def refused_but(names: frozenset[tuple[str, str]], library: str) -> Iterator[None]:
    """Refuse the parts of an imported library that are not in `names`, for a while: for a self-check."""
    loaded = tuple(name for name in sys.modules if name.partition(".")[0] == library)
    changes = [(*change, getattr(*change[:2])) for change in refusals(names, loaded)]
    for target, attribute, value, _ in changes:
        setattr(target, attribute, value)
    try:
        yield
    finally:
        for target, attribute, _, value in reversed(changes):
            setattr(target, attribute, value)


@functools.lru_cache(maxsize=64)
def refusals(names: frozenset[tuple[str, str]], modules: tuple[str, ...]) -> list[tuple[Any, str, Any]]:
    """(object, attribute, what refuses in its place) for every part of some modules that is not in `names`."""
    found: dict[tuple[int, str], tuple[Any, str, Any]] = {}
    for module in modules:
        for name, thing in vars(sys.modules[module]).items():
            if getattr(thing, "__module__", None) != module or (module, name) in names:
                continue
            if isinstance(thing, type):
                for method in {"__init__", "forward"} & set(vars(thing)):
                    found[id(thing), method] = (thing, method, refusing(says(module, name)))
            elif isinstance(function := unwrap(thing), FunctionType) and not function.__code__.co_freevars:
                found[id(function), ""] = (function, "__code__", refusal(says(module, name)))  # under every name
    return list(found.values())
