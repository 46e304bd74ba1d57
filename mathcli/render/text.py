"""How wide text is on a screen, and words set to a width."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from unicodedata import category, combining, east_asian_width


def display_width(text: str) -> int:
    """Return how many columns of a terminal the text takes: wide characters two, combining ones none."""
    return len(text) if text.isascii() else sum(map(columns, text))


@lru_cache(maxsize=4096)
def columns(character: str) -> int:
    """Return how many columns one character takes."""
    if combining(character) or category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(character) in ("W", "F") else 1


def padded(text: str, width: int) -> str:
    """Return the text with spaces behind it up to the width."""
    return text + " " * (width - display_width(text))


def wrapped(words: Iterable[str], width: int) -> list[str]:
    """Set words into lines of at most the width; a single word may be wider."""
    lines: list[str] = []
    line = ""
    for word in words:
        if line and display_width(line) + 1 + display_width(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line] if line else lines
