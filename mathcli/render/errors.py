"""An error as a person reads it: what is wrong, where, and what to try. Light: syntax errors pass through here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mathcli.render.safety import ascii_only, escaped, shown
from mathcli.render.text import columns, wrapped

if TYPE_CHECKING:
    from mathcli.errors import MathcliError
    from mathcli.syntax.span import Span


def layout(error: MathcliError, *, width: int = 80, unicode: bool = True) -> str:
    """Return an error with a caret under the place in question and its hint.

        error: something is missing after ^
          3x^4 - 5x^ + 2x
                   ^
        hint: an exponent belongs here: 5x^2, or write 5x without the ^

    A text longer than the screen is shown around the fault. `unicode` False keeps to ASCII.
    """
    say = str if unicode else ascii_only
    lines = _paragraph("error: ", say(error.message), width)
    if error.span is not None and error.text.strip():
        excerpt = pointed(error.text, error.span, max(width - 2, 10))
        lines.extend(f"  {line if unicode else _in_one_column_each(line)}" for line in excerpt)
    if error.hint:
        for k, hint in enumerate(say(error.hint).splitlines()):
            lines.extend(_paragraph("      " if k else "hint: ", hint, width))
    return "\n".join(lines)


def _in_one_column_each(line: str) -> str:
    """A line with an escape of one column for what ASCII lacks, so that carets stay under their place."""
    return line if line.isascii() else "".join("?" * columns(c) if not c.isascii() else c for c in line)


def pointed(text: str, span: Span, width: int) -> tuple[str, str]:
    """Return the part of a text around a place, and the line with the caret under it: `^~~~`."""
    cells = [shown(character) for character in text]
    widths = [sum(map(columns, cell)) for cell in cells]
    start = min(span.start, len(cells))
    end = min(max(span.end, start), len(cells))
    first, last = _window(widths, start, end, width)
    before = "…" if first else ""
    after = "…" if last < len(cells) else ""
    shown_text = before + "".join(cells[first:last]) + after
    offset = len(before) + sum(widths[first:start])
    length = max(sum(widths[start : min(end, last)]), 1)
    return shown_text, " " * offset + "^" + "~" * (length - 1)


def _window(widths: list[int], start: int, end: int, width: int) -> tuple[int, int]:
    """The stretch of a text to be shown: all of it if it fits, else the place in question with equal room around it."""
    if sum(widths) <= width:
        return 0, len(widths)
    room = width - 2
    first = start
    last = start
    used = 0
    while last < min(end, len(widths)) and used + widths[last] <= room:
        used += widths[last]
        last += 1
    is_growing = True
    while is_growing:
        is_growing = False
        if first > 0 and used + widths[first - 1] <= room:
            first -= 1
            used += widths[first]
            is_growing = True
        if last < len(widths) and used + widths[last] <= room:
            used += widths[last]
            last += 1
            is_growing = True
    return first, last


def _paragraph(lead: str, text: str, width: int) -> list[str]:
    safe = escaped(text)
    if len(lead) + len(safe) <= width:
        return [lead + safe]
    lines = wrapped(safe.split(" "), max(width - len(lead), 10))
    return [(lead if k == 0 else " " * len(lead)) + line for k, line in enumerate(lines)]


def one_line(error: MathcliError) -> str:
    """Return what is wrong, where, and what to try, in one line."""
    place = f" (column {error.span.column})" if error.span is not None else ""
    hint = f"; {error.hint}" if error.hint else ""
    return escaped(f"{error.message}{place}{hint}").replace("\n", " ")
