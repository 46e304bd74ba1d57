"""Ids that stand on several lines: noticed in a few megabytes, however many problems there are."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST = 100_000
"""So many ids are remembered. One that comes later is still compared with these."""

_LONGEST = 40
_FIRST_SIZE = 1024
_LINES = 1 << 40
_AGAIN = 1 << 63


def key_of(id: str) -> int:
    """Return what is remembered of an id: a number, never 0, the same within this process alone."""
    return hash(id) & (1 << 64) - 1 or 1


class Repeats:
    """Counts the ids that come again. An id is remembered by its hash, with the line where it stood first."""

    def __init__(self, files: Sequence[str], *, most: int = MOST) -> None:
        self._files = files
        self._most = most
        self._known = 0
        self._keys = array("Q", (0,)) * _FIRST_SIZE
        self._lines = array("Q", (0,)) * _FIRST_SIZE
        self._count = 0
        self._first: tuple[int, int, int] | None = None
        self._id = ""

    def add(self, key: int, file: str, number: int, id: str = "") -> None:
        """Take note of the id of a line, by its key; the id itself is only there to be shown."""
        line = self._files.index(file) * _LINES + number
        slot = self._slot(key)
        if not self._keys[slot]:
            self._remember(slot, key, line)
            return
        before = self._lines[slot]
        if before < _AGAIN:
            self._count += 1
            self._lines[slot] |= _AGAIN
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
        so_far = "at least " if self._known >= self._most else ""
        return f"{text}, and {so_far}{more:,} more id{'s' * (more > 1)} on several lines" if more else text

    def _where(self, before: int, line: int) -> str:
        if before // _LINES == line // _LINES:
            return f"on lines {before % _LINES} and {line % _LINES}" + self._of_several(before)
        first, second = (f"line {place % _LINES} of {self._files[place // _LINES]}" for place in (before, line))
        return f"on {first} and {second}"

    def _of_several(self, line: int) -> str:
        return f" of {self._files[line // _LINES]}" if len(self._files) > 1 else ""

    def _slot(self, key: int) -> int:
        """Where a key stands, or belongs."""
        mask = len(self._keys) - 1
        slot = key & mask
        while self._keys[slot] not in (0, key):
            slot = (slot + 1) & mask
        return slot

    def _remember(self, slot: int, key: int, line: int) -> None:
        if self._known >= self._most:
            return
        self._known += 1
        self._keys[slot], self._lines[slot] = key, line
        if 2 * self._known > len(self._keys):
            self._grow()

    def _grow(self) -> None:
        before = zip(self._keys, self._lines, strict=True)
        size = 2 * len(self._keys)
        self._keys, self._lines = array("Q", (0,)) * size, array("Q", (0,)) * size
        for key, line in before:
            if key:
                slot = self._slot(key)
                self._keys[slot], self._lines[slot] = key, line
