"""Matplotlib figures in the book's colours, drawn as SVG that follows the page from light to dark."""

import hashlib
import html
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

PALETTE = Path(__file__).parent / "widgets" / "palette.css"


@cache
def palette() -> dict[str, str]:
    """The light palette of `widgets/palette.css`: role ("query", "ink", ...) to hex colour."""
    light = PALETTE.read_text().split("}")[0]
    return dict(re.findall(r"--tf-([a-z]+): (#[0-9a-f]{6})", light))


@contextmanager
def style() -> Iterator[dict[str, str]]:
    """Matplotlib settings for a figure of the book, and the palette to colour it with.

    Lines carry their labels, so a figure needs neither a legend nor a frame.
    """
    colours = palette()
    with mpl.rc_context(
        {
            "figure.figsize": (6.2, 3.4),
            "figure.facecolor": "none",
            "axes.facecolor": "none",
            "axes.edgecolor": colours["muted"],
            "axes.labelcolor": colours["ink"],
            "axes.spines.top": False,
            "axes.spines.right": False,
            "text.color": colours["ink"],
            "xtick.color": colours["muted"],
            "ytick.color": colours["muted"],
            "font.size": 11,
            "figure.constrained_layout.use": True,
            "lines.linewidth": 2,
            "svg.fonttype": "none",
            "svg.hashsalt": "transformer_lib",
        }
    ):
        yield colours


class ThemedFigure:
    """A figure as a notebook shows it: inline SVG, whose palette colours are CSS variables, and its description.

    Args:
        figure: drawn inside `style()`.
        alt: one or two sentences that say what the figure shows, for who cannot see it. They are
            also its text form, so compute the numbers in them.
    """

    def __init__(self, figure: Figure, alt: str) -> None:
        self.alt = alt
        file = io.StringIO()
        with style():
            figure.savefig(file, format="svg", metadata={"Date": None}, bbox_inches="tight")
        svg = file.getvalue()
        svg = svg[svg.index("<svg") :]
        svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
        svg = re.sub(r"font-family: [^;\"]*; ", "", svg)  # the page's own
        svg = re.sub(r"(\.\d{2})\d+", r"\1", svg)  # a hundredth of a point is enough
        svg = named_apart(svg, alt)
        svg = svg.replace(
            "<svg", f'<svg role="img" aria-label="{html.escape(alt)}" style="max-width: 100%; height: auto"', 1
        )
        for role, colour in palette().items():
            svg = svg.replace(colour, f"var(--tf-{role}, {colour})")
        self.svg = svg

    def __repr__(self) -> str:
        return f"Figure: {self.alt}"

    def _repr_html_(self) -> str:
        return f'<figure class="tf-figure">{self.svg}</figure>'


def named_apart(svg: str, text: str) -> str:
    """Give every id of the drawing a prefix made from the text, so that a page can hold several figures."""
    prefix = "figure-" + hashlib.sha256(text.encode()).hexdigest()[:8]
    svg = re.sub(r'\bid="', f'id="{prefix}-', svg)
    return re.sub(r'(url\(#|href="#)', rf"\g<1>{prefix}-", svg)
