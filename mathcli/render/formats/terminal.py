"""A page for a terminal, in colour where that is wanted. Colour is never the only carrier of a meaning.

The sequences are those that every terminal knows, and only foreground colours that read well on light and dark
backgrounds are used. rich is not loaded for them: nothing is left of it once the page is laid out.
"""

from __future__ import annotations

from mathcli.render.document import compose, without_steps
from mathcli.render.notation.alphabet import ASCII, UNICODE
from mathcli.render.options import RenderOptions
from mathcli.render.page import Page, Row
from mathcli.solution import Solution

_STYLES = {"heading": "1", "rule": "36", "hint": "2", "good": "32", "bad": "31", "warning": "33", "bar": "2"}


def render(solution: Solution, options: RenderOptions) -> str:
    """Return the solution laid out for a screen of the width that the options give."""
    document = compose(solution, detail=options.detail, draws=True)
    page = Page(UNICODE if options.unicode else ASCII, options.width)
    rows = page.rows(document if options.steps else without_steps(document))
    draw = _colored if options.color else _uncolored
    return "\n".join(map(draw, rows))


def _uncolored(row: Row) -> str:
    return "".join(run.text for run in row).rstrip()


def _colored(row: Row) -> str:
    parts = [f"\x1b[{_STYLES[run.role]}m{run.text}\x1b[0m" if run.role else run.text for run in row if run.text]
    return "".join(parts).rstrip()
