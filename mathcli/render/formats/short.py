"""One line for each thing found, as editors and compilers write them: file:line:column: name: sentence."""

from __future__ import annotations

from mathcli.render.formats._bare import bare_lines
from mathcli.render.options import RenderOptions
from mathcli.solution import Solution


def render(solution: Solution, options: RenderOptions) -> str:
    """Return the lines of the bare answer, at a terminal too."""
    return bare_lines(solution)
