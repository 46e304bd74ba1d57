"""A page in ASCII characters alone, two-dimensional where that helps."""

from __future__ import annotations

from mathcli.render.document import compose, without_steps
from mathcli.render.notation.alphabet import ASCII
from mathcli.render.options import RenderOptions
from mathcli.render.page import Page
from mathcli.solution import Solution


def render(solution: Solution, options: RenderOptions) -> str:
    """Return the solution as a page of ASCII text."""
    document = compose(solution, detail=options.detail, draws=True)
    rows = Page(ASCII, options.width).rows(document if options.steps else without_steps(document))
    return "\n".join("".join(run.text for run in row).rstrip() for row in rows)
