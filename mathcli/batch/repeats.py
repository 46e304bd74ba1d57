"""Ids that stand on several lines: noticed in a few megabytes, however many problems there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST = 40_000
"""So many ids are remembered. One that comes later is still compared with these."""

_LONGEST = 40
_LINES = 1 << 40


def key_of(id: str) -> int:
    """Return what is remembered of an id: a number, never 0, the same within this process alone."""
    return hash(id) & (1 << 64) - 1 or 1


class Repeats:
    """Counts the ids that come again. An id is remembered by its hash, with the line where it stood first.

    Files and lines are one number, which is negative once the id came again.
    """

    def __init__(self, files: Sequence[str], *, most: int = MOST) -> None:
        self._files = files
        self._most = most
        self._lines: dict[int, int] = {}
        self._count = 0
        self._first: tuple[int, int, int] | None = None
        self._id = ""

    def add(self, key: int, file: str, number: int, id: str = "") -> None:
        """Take note of the id of a line, by its key; the id itself is only there to be shown."""
        line = self._files.index(file) * _LINES + number
        before = self._lines.get(key)
        if before is None:
            if len(self._lines) < self._most:
                self._lines[key] = line
            return
        if before > 0:
            self._count += 1
            self._lines[key] = -before
            self._first = self._first or (key, min(before, line), max(before, line))
        if self._first and self._first[0] == key:
            self._id = self._id or id

    def note(self) -> str:
        """Return a sentence on the first id that came again, and how many more did; "" where none did."""
        if self._first is None:
            return ""
        _, before, line = self._first
        id = self._id if len(self._id) <= _LONGEST else f"{self._id[: _LONGEST - 1]}…"
        what = f"the id {id}" if id else "one id"
        text = f"{what} stands {self._where(before, line)}"
        more = self._count - 1
        so_far = "at least " if len(self._lines) >= self._most else ""
        return f"{text}, and {so_far}{more:,} more id{'s' * (more > 1)} on several lines" if more else text

    def _where(self, before: int, line: int) -> str:
        if before // _LINES == line // _LINES:
            return f"on lines {before % _LINES} and {line % _LINES}" + self._of_several(before)
        first, second = (f"line {place % _LINES} of {self._files[place // _LINES]}" for place in (before, line))
        return f"on {first} and {second}"

    def _of_several(self, line: int) -> str:
        return f" of {self._files[line // _LINES]}" if len(self._files) > 1 else ""
