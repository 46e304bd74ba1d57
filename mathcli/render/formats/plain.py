"""Plain text: the bare answer, or with steps a page without colour whose mathematics stands on one line each."""

from __future__ import annotations

from mathcli.render.formats._bare import bare_lines
from mathcli.render.options import RenderOptions
from mathcli.solution import Solution


def render(solution: Solution, options: RenderOptions) -> str:
    """Return the solution as plain text."""
    if not options.steps:
        return bare_lines(solution)
    from mathcli.render.document import compose
    from mathcli.render.notation.alphabet import ASCII, UNICODE
    from mathcli.render.page import Page

    page = Page(UNICODE if options.unicode else ASCII, options.width, is_flat=True)
    rows = page.rows(compose(solution, detail=options.detail))
    return "\n".join("".join(run.text for run in row).rstrip() for row in rows)
