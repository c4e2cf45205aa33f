"""The box in which a learner reads a verdict, in the book's palette."""

import functools
from html import escape
from pathlib import Path

import transformer_lib


def code_marks(sentence: str) -> str:
    """Escaped for HTML, with `code` in code type."""
    pieces = escape(sentence, quote=False).split("`")
    return "".join(f"<code>{piece}</code>" if i % 2 else piece for i, piece in enumerate(pieces))


@functools.cache
def style() -> str:
    """The book's palette and the card's few rules."""
    palette = Path(transformer_lib.__file__).parent / "widgets" / "palette.css"
    rules = palette.read_text(encoding="utf-8").partition("*/")[2]
    return f"<style>{rules}{CARD}</style>"


CARD = """
.tf-check { background: var(--tf-paper); color: var(--tf-ink); border: 1px solid var(--tf-line);
  border-left: 5px solid var(--tf-line); border-radius: 4px; padding: 0.7em 1em; max-width: 46em; line-height: 1.45; }
.tf-check.good { border-left-color: var(--tf-good); }
.tf-check.bad { border-left-color: var(--tf-bad); }
.tf-check h4 { margin: 0 0 0.4em; font-size: 1.05em; color: var(--tf-ink); }
.tf-check p { margin: 0.35em 0; color: var(--tf-ink); }
.tf-check code { background: var(--tf-soft); color: var(--tf-ink); padding: 0 0.2em; }
.tf-check pre { background: var(--tf-soft); color: var(--tf-ink); padding: 0.5em 0.8em; margin: 0.4em 0;
  overflow-x: auto; }
.tf-check .parts span { margin-right: 1.2em; white-space: nowrap; }
.tf-check .pair { display: flex; flex-wrap: wrap; gap: 0.6em 2.5em; }
.tf-check table { border-collapse: collapse; margin: 0.3em 0; font-variant-numeric: tabular-nums; font-size: 1em; }
.tf-check caption { text-align: left; caption-side: top; color: var(--tf-muted); padding: 0 0 0.2em;
  white-space: nowrap; }
.tf-check caption b { color: var(--tf-ink); }
.tf-check tbody tr, .tf-check tbody tr:hover { background: var(--tf-paper); }
.tf-check td { text-align: right; padding: 0.15em 0.6em; border: 1px solid var(--tf-line); color: var(--tf-ink); }
.tf-check td.wrong { color: var(--tf-bad); font-weight: 700; text-decoration: underline; }
.tf-check .small { color: var(--tf-muted); font-size: 0.9em; }
"""


def card(state: str, body: str) -> str:
    """A bordered box that reads on light and on dark paper, with its style sheet."""
    return style() + box(state, body)


def box(state: str, body: str) -> str:
    """The box alone."""
    return f"<div class='tf-check {state}'>{body}</div>"
