"""The book, run with parts of your own: what you wrote in an exercise takes the place of the library's."""

import difflib
import functools
import importlib
import inspect
import pkgutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from torch import Tensor

import transformer_lib
from transformer_lib.masks import causal_mask, combine_masks


@contextmanager
def use_mine(**mine: Callable[..., Any]) -> Iterator[Counter[str]]:
    """Within the block the whole library calls your functions and classes where it would call its own.

        with use_mine(attention=my_attention) as calls:
            minilm(ids)
        calls["attention"]  # how often yours was called

    Fast paths that would go round your part are switched off meanwhile. Your `attention` may return its output alone;
    where the weights are asked for, it must return (out, weights). Models made before the block keep their classes:
    make them inside it to have layers of your own.

    Args:
        mine: the library's name of a function or class, and yours, which takes the same arguments.

    Raises:
        ValueError: the library has nothing of that name.
        TypeError: what is given cannot be called; or, when it is called, your attention is asked for something it
            does not do.
    """
    modules = library()
    parts = {name: part for module in modules for name, part in vars(module).items() if defined_here(part)}
    calls: Counter[str] = Counter()
    replacements: list[tuple[Any, Any]] = [(parts["serves"], lambda decoder: False)]
    for name, part in mine.items():
        if name not in parts:
            near = difflib.get_close_matches(name, parts, n=1)
            raise ValueError(f"transformer_lib has no {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
        if not callable(part):
            raise TypeError(f"{name} must be a function or a class, but was {part!r}")
        if isinstance(part, type):
            replacements.append((parts[name], part))
        elif name == "attention":
            replacements.append((parts[name], counted(with_weights(part), name, calls)))
            replacements.append((parts["fused_attention"], counted(without_weights(part), name, calls)))
        else:
            replacements.append((parts[name], counted(part, name, calls)))
    places = [
        (module, name, own, yours)
        for module in modules
        for name, value in vars(module).items()
        for own, yours in replacements
        if value is own
    ]
    try:
        for module, name, _, yours in places:
            setattr(module, name, yours)
        yield calls
    finally:
        for module, name, own, _ in places:
            setattr(module, name, own)


def library() -> list[ModuleType]:
    """Every module of the library, and the library itself."""
    names = [found.name for found in pkgutil.iter_modules(transformer_lib.__path__) if not found.ispkg]
    return [transformer_lib, *(importlib.import_module(f"transformer_lib.{name}") for name in names)]


def defined_here(part: Any) -> bool:
    """Whether it is a function or a class of the library."""
    return callable(part) and str(getattr(part, "__module__", "")).startswith("transformer_lib.")


def counted(function: Callable[..., Any], name: str, calls: Counter[str]) -> Callable[..., Any]:
    """The function, and its calls are counted."""

    @functools.wraps(function)
    def run(*args: Any, **options: Any) -> Any:
        calls[name] += 1
        return function(*args, **options)

    return run


def with_weights(mine: Callable[..., Any]) -> Callable[..., Any]:
    """Call the reader's attention as the library calls `attention`."""

    def run(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None, bias: Tensor | None = None) -> Any:
        result = attend(mine, q, k, v, mask, bias)
        if not isinstance(result, tuple):
            raise TypeError("your attention returned its output alone; the weights are wanted here: (out, weights)")
        return result

    return run


def without_weights(mine: Callable[..., Any]) -> Callable[..., Any]:
    """Call the reader's attention as the library calls `fused_attention`."""

    def run(
        q: Tensor,
        k: Tensor,
        v: Tensor,
        mask: Tensor | None = None,
        bias: Tensor | None = None,
        *,
        causal: bool = False,
    ) -> Any:
        if causal:
            mask = combine_masks(causal_mask(q.shape[-2], k.shape[-2], device=q.device), mask)
        result = attend(mine, q, k, v, mask, bias)
        return result[0] if isinstance(result, tuple) else result

    return run


def attend(mine: Callable[..., Any], q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None, bias: Tensor | None) -> Any:
    """Call it with as many arguments as there are, or say which one it does not take."""
    given = [q, k, v, mask, bias]
    while given[-1] is None:
        given.pop()
    try:
        inspect.signature(mine).bind(*given)
    except TypeError as error:
        what = "a bias is added to the scores" if bias is not None else "a mask hides some keys"
        raise TypeError(f"your attention takes {inspect.signature(mine)}, but here {what}: {error}") from None
    return mine(*given)
