"""Where in a text something stands. Nothing here knows what the text means."""

from __future__ import annotations

from typing import NamedTuple


class Span(NamedTuple):
    """A stretch of a text: `start` counts characters from 0, `length` is 0 at the end of the text."""

    start: int
    length: int = 1

    @property
    def end(self) -> int:
        """The first position after the stretch."""
        return self.start + self.length

    @property
    def column(self) -> int:
        """The column as a person counts it, from 1."""
        return self.start + 1

    def to(self, other: Span) -> Span:
        """Return the stretch from the start of this one to the end of the other."""
        return Span(self.start, max(self.end, other.end) - self.start)
