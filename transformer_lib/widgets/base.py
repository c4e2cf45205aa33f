"""What every widget shares: the one JavaScript bundle, the page it stands in without a kernel, and checked traits.

A widget is an anywidget (it works in JupyterLab, with a kernel), and it also writes itself as HTML,
`<transformer-widget name="..." state="...">`, which the same bundle brings to life in a static page: no kernel,
no widget state stored in the notebook, no CDN. Its repr is text: the rounded numbers it shows, computed by PyTorch.
"""

import html
import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, SupportsFloat

import anywidget
import traitlets

FOLDER = Path(__file__).parent
SCRIPT = FOLDER / "widgets.js"
STYLES = (FOLDER / "palette.css", FOLDER / "widgets.css", *sorted((FOLDER / "styles").glob("*.css")))


class Widget(anywidget.AnyWidget):
    """A figure that is drawn by the view of the same name in widgets.js."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        if "_esm" not in cls.__dict__:
            cls._esm = f"{SCRIPT.read_text('utf-8')}\nexport default TransformerWidgets.{cls.__name__};\n"
            cls._css = "\n".join(path.read_text("utf-8") for path in STYLES)
        super().__init_subclass__(**kwargs)

    def state(self) -> dict[str, Any]:
        """Return the traits the view is drawn from, as plain JSON values."""
        mine = set(self.trait_names(sync=True)) - set(anywidget.AnyWidget.class_trait_names())
        return {name: getattr(self, name) for name in sorted(mine) if not name.startswith("_")}

    def to_html(self) -> str:
        """Return the element that a static page needs; readers without JavaScript see the repr."""
        state = json.dumps(self.state(), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        attribute = html.escape(state, quote=False).replace("'", "&#39;")
        fallback = f'<pre class="tf-fallback">{html.escape(repr(self))}</pre>'
        return f"<transformer-widget name=\"{type(self).__name__}\" state='{attribute}'>{fallback}</transformer-widget>"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        return {**data, "text/plain": repr(self), "text/html": self.to_html()}, metadata

    def __repr__(self) -> str:
        raise NotImplementedError(f"{type(self).__name__} must show its numbers")


class Numbers(traitlets.TraitType[list[float], Any]):
    """A trait: one or more finite numbers."""

    def validate(self, obj: Any, value: Any) -> list[float]:
        """Return the numbers as a list of floats, or raise a ValueError that names the trait."""
        return check_numbers(str(self.name), value)


class Vector(traitlets.TraitType[list[float], Any]):
    """A trait: one point in the plane."""

    def validate(self, obj: Any, value: Any) -> list[float]:
        """Return the point as [x, y], or raise a ValueError that names the trait."""
        return check_vector(str(self.name), value)


class Vectors(traitlets.TraitType[list[list[float]], Any]):
    """A trait: one or more points in the plane."""

    def validate(self, obj: Any, value: Any) -> list[list[float]]:
        """Return the points as [[x, y], ...], or raise a ValueError that names the trait."""
        rows = plain(value)
        if not isinstance(rows, list) or not rows:
            raise ValueError(f"{self.name} must be a list of points [x, y], but was {value!r}")
        return [check_vector(f"{self.name}[{i}]", row) for i, row in enumerate(rows)]


class Whole(traitlets.TraitType[int, Any]):
    """A trait: an integer from `low` to `high` (with no upper end where that is None)."""

    def __init__(self, default: int, low: int, high: int | None = None) -> None:
        super().__init__(default)
        self.low, self.high = low, high

    def validate(self, obj: Any, value: Any) -> int:
        """Return the integer, or raise a ValueError that names the trait."""
        return check_whole(str(self.name), value, self.low, self.high)


def plain(value: Any) -> Any:
    """Return tensors, arrays and tuples as the lists they hold; everything else as it is."""
    if hasattr(value, "tolist"):
        return value.tolist()
    return [plain(x) for x in value] if isinstance(value, list | tuple) else value


def is_number(value: Any) -> bool:
    """Say whether the value is a finite int or float (and not a bool)."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def check_numbers(name: str, value: Any) -> list[float]:
    """Return a list of floats, or raise a ValueError that names the argument."""
    numbers = plain(value)
    if not isinstance(numbers, list) or not numbers or not all(is_number(x) for x in numbers):
        raise ValueError(f"{name} must be a list of one or more finite numbers, but was {value!r}")
    return [float(x) for x in numbers]


def check_vector(name: str, value: Any) -> list[float]:
    """Return [x, y], or raise a ValueError that names the argument."""
    numbers = plain(value)
    if not isinstance(numbers, list) or len(numbers) != 2 or not all(is_number(x) for x in numbers):
        raise ValueError(f"{name} must be a point [x, y] of two finite numbers, but was {value!r}")
    return [float(x) for x in numbers]


def check_whole(name: str, value: Any, low: int, high: int | None) -> int:
    """Return the integer, or raise a ValueError that names the argument."""
    inside = isinstance(value, int) and not isinstance(value, bool) and value >= low and (high is None or value <= high)
    if not inside:
        wanted = f"of at least {low}" if high is None else f"from {low} to {high}"
        raise ValueError(f"{name} must be an integer {wanted}, but was {value!r}")
    return value


def check_labels(name: str, value: Any, length: int) -> list[str]:
    """Return a list of `length` strings, or raise a ValueError that names the argument."""
    labels = plain(value)
    if not isinstance(labels, list) or len(labels) != length or not all(isinstance(x, str) and x for x in labels):
        raise ValueError(f"{name} must be a list of {length} words, but was {value!r}")
    return labels


def text_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return the rows under their header, the first column to the left and the numbers to the right."""
    lines = [list(header), *map(list, rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(header))]
    cells = [
        [c.rjust(w) if i else c.ljust(w) for i, (c, w) in enumerate(zip(line, widths, strict=True))] for line in lines
    ]
    return "\n".join("  ".join(line).rstrip() for line in cells)


def fixed(x: SupportsFloat, digits: int) -> str:
    """Return the number with fixed decimals, and no minus before a zero."""
    return f"{round(float(x), digits) + 0.0:.{digits}f}"


def fixed_point(point: Sequence[float], digits: int = 2) -> str:
    """Return (x, y) with fixed decimals."""
    return f"({', '.join(fixed(x, digits) for x in point)})"
