"""How many parts of the line one search for zeros may look at, over all factors and pieces of a function."""

from __future__ import annotations


class Allowance:
    """Boxes that may still be looked at; a box on which much is worked out counts for more."""

    __slots__ = ("left",)

    def __init__(self, boxes: int = 4_000) -> None:
        self.left = boxes

    def take(self, boxes: int = 1) -> bool:
        """Whether so many were left; they are taken."""
        self.left -= boxes
        return self.left >= 0
