"""The bare answer: one line for each value, in the input syntax, so that it can be typed in again."""

from __future__ import annotations

from mathcli.render.safety import escaped
from mathcli.solution import Solution
from mathcli.syntax.writer import write


def bare_lines(solution: Solution) -> str:
    """Return the lines that a pipe gets."""
    return "\n".join(
        "".join(_harmless(part) if isinstance(part, str) else write(part) for part in phrase)
        for phrase in solution.bare
    )


def _harmless(text: str) -> str:
    return "\t".join(map(escaped, text.split("\t")))
