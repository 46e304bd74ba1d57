"""Rectangles of text with a baseline, and how they are put side by side and one above the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mathcli.render.notation.alphabet import Alphabet
from mathcli.render.text import display_width


class Box(NamedTuple):
    """Lines of one width; `baseline` is the line that stands level with the text around it."""

    lines: tuple[str, ...]
    width: int
    baseline: int = 0

    @property
    def height(self) -> int:
        return len(self.lines)

    @property
    def below(self) -> int:
        """How many lines hang below the baseline."""
        return len(self.lines) - 1 - self.baseline

    @property
    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.lines)


def box(text: str) -> Box:
    """Return one line as a box."""
    return Box((text,), display_width(text))


def beside(boxes: Sequence[Box]) -> Box:
    """Return the boxes from left to right, their baselines level."""
    if len(boxes) == 1:
        return boxes[0]
    baseline = max(b.baseline for b in boxes)
    height = baseline + 1 + max(b.below for b in boxes)
    rows = [""] * height
    for b in boxes:
        top = baseline - b.baseline
        for k in range(height):
            rows[k] += b.lines[k - top] if top <= k < top + b.height else " " * b.width
    return Box(tuple(rows), sum(b.width for b in boxes), baseline)


def stacked(boxes: Sequence[Box], *, baseline: int, align: str = "center") -> Box:
    """Return the boxes from top to bottom; `baseline` counts lines of the whole."""
    width = max(b.width for b in boxes)
    lines: list[str] = []
    for b in boxes:
        left = {"left": 0, "center": (width - b.width) // 2, "right": width - b.width}[align]
        lines.extend(" " * left + line + " " * (width - b.width - left) for line in b.lines)
    return Box(tuple(lines), width, baseline)


def fraction(above: Box, below: Box, alphabet: Alphabet) -> Box:
    """Return a fraction with its bar on the baseline."""
    bar = box(alphabet.fraction * max(above.width, below.width, 1))
    return stacked((above, bar, below), baseline=above.height)


def raised(base: Box, exponent: Box) -> Box:
    """Return the base with the exponent above its right shoulder."""
    top = " " * base.width
    lines = [top + line for line in exponent.lines]
    lines.extend(line + " " * exponent.width for line in base.lines)
    return Box(tuple(lines), base.width + exponent.width, exponent.height + base.baseline)


def bracketed(inside: Box, opening: str, closing: str, alphabet: Alphabet) -> Box:
    """Return the box between brackets of its height."""
    return beside((_bracket(opening, inside, alphabet), inside, _bracket(closing, inside, alphabet)))


def _bracket(sign: str, inside: Box, alphabet: Alphabet) -> Box:
    if not sign:
        return Box(("",) * inside.height, 0, inside.baseline)
    if inside.height == 1:
        return box(sign)
    top, middle, foot = alphabet.tall[sign]
    lines = (top, *[middle] * (inside.height - 2), foot)
    return Box(lines, display_width(top), inside.baseline)
