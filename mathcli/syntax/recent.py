"""What was worked out last, kept for problems that ask for the same again."""

from __future__ import annotations

from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    """A dictionary of at most so many entries: the oldest is forgotten for a new one.

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
            entries.pop(next(iter(entries)), None)
        entries[key] = value

    def __contains__(self, key: Key) -> bool:
        return key in self._entries

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()
