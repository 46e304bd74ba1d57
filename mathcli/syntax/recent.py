"""What was worked out last, kept for problems that ask for the same again."""

from __future__ import annotations

from itertools import islice
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    """A dictionary of at most so many entries: the oldest are forgotten for a new one.

    Several at once: a dictionary finds its oldest entry by a walk over the gaps that those before it left.

    >>> squares = Recent[int, int](2)
    >>> for k in (3, 4, 5):
    ...     squares[k] = k * k
    >>> squares.get(3), squares.get(5)
    (None, 25)
    """

    __slots__ = ("_entries", "_most", "get")

    def __init__(self, most: int) -> None:
        self._most = most
        self._entries: dict[Key, Value] = {}
        self.get = self._entries.get

    def __setitem__(self, key: Key, value: Value) -> None:
        entries = self._entries
        if len(entries) >= self._most:
            for old in tuple(islice(entries, 1 + self._most // 16)):
                del entries[old]
        entries[key] = value

    def __contains__(self, key: Key) -> bool:
        return key in self._entries

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()
