"""Curves drawn with the dots of braille, two in width and four in height to a character; in ASCII with stars."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import floor

from mathcli.render.notation.alphabet import Alphabet
from mathcli.render.notation.one_line import OneLine
from mathcli.render.text import display_width, padded
from mathcli.solution import Curve

_HEIGHT = 9
_WIDEST = 64
_FIRST = 0x2800
_BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_NARROWEST = 12


def drawn(curve: Curve, width: int, alphabet: Alphabet) -> Iterator[str]:
    """Return the lines of the drawing, none wider than the width; none at all where there is no room for it."""
    drawing = _Drawing(curve, width, alphabet)
    if drawing.columns >= _NARROWEST:
        yield from drawing.lines()


class _Drawing:
    def __init__(self, curve: Curve, width: int, alphabet: Alphabet) -> None:
        self.curve, self.alphabet = curve, alphabet
        self.left, self.right, self.low, self.high = curve.window
        self.line = OneLine(alphabet)
        self.dots: set[tuple[int, int]] = set()
        room = width - display_width(curve.horizontal) - 5
        self.columns = min(room - max(map(display_width, self._heights().values())), _WIDEST)
        if curve.is_to_scale and self.columns >= _NARROWEST:
            self._scale()
        self.labels = self._heights()
        self.margin = max(map(display_width, self.labels.values())) + 2
        self.columns = min(room + 2 - self.margin, self.columns)

    def _scale(self) -> None:
        """Widen the window until a dot is as wide as it is high."""
        across, down = self.columns * 2, _HEIGHT * 4
        dot = max((self.right - self.left) / across, (self.high - self.low) / down)
        x, y = (self.left + self.right) / 2, (self.low + self.high) / 2
        self.left, self.right = x - dot * across / 2, x + dot * across / 2
        self.low, self.high = y - dot * down / 2, y + dot * down / 2

    def _heights(self) -> dict[int, str]:
        """What is written beside a row: the greatest and the least height, and 0 where it lies between."""
        heights = {0: self.high, _HEIGHT - 1: self.low}
        zero = self._row(0.0)
        if self.low < 0 < self.high and 0 < zero < _HEIGHT - 1:
            heights[zero] = 0.0
        return {row: self._number(value) for row, value in heights.items()}

    def lines(self) -> Iterator[str]:
        """The rows from the top, and the names of the marked places below."""
        for strand in self.curve.strands:
            self._trace(strand)
        cells = [[self._cell(row, column) for column in range(self.columns)] for row in range(_HEIGHT)]
        axis = self._row(0.0) if self.low <= 0 <= self.high else _HEIGHT - 1
        for column in range(self.columns):
            if cells[axis][column] == " ":
                cells[axis][column] = "-" if self.alphabet.is_ascii else "─"
        for mark in self.curve.marks:
            row, column = self._row(mark.y), self._column(mark.x)
            if 0 <= row < _HEIGHT and 0 <= column < self.columns:
                cells[row][column] = "o" if self.alphabet.is_ascii else "●"
        widest = self.margin - 2
        for row, cells_of_row in enumerate(cells):
            label = self.labels.get(row, "")
            side = (
                ("+" if label else "|") if self.alphabet.is_ascii else ("┼" if row == axis else "┤" if label else "│")
            )
            arrow = f"{'>' if self.alphabet.is_ascii else '→'} {self.curve.horizontal}" if row == axis else ""
            yield f"{' ' * (widest - display_width(label))}{label} {side}{''.join(cells_of_row)}{arrow}".rstrip()
        below = self._places()
        if below.strip():
            yield " " * self.margin + below

    def _places(self) -> str:
        """The marked places below their columns, from the left, as far as there is room; then where the axis ends."""
        line = self._marked()
        end = self._number(self.right)
        start = self.columns + 1 - display_width(end)
        return padded(line, start) + end if start > display_width(line) + 1 else line

    def _number(self, value: float) -> str:
        return f"{value:.3g}".replace("-", "-" if self.alphabet.is_ascii else "−")

    def _marked(self) -> str:
        line = ""
        for mark in sorted(self.curve.marks, key=lambda mark: mark.x):
            if mark.label is None or not self.left <= mark.x <= self.right:
                continue
            label = self.line.write(mark.label)
            start = max(self._column(mark.x) - (display_width(label) - 1) // 2, 0)
            if (not line or start > display_width(line)) and start + display_width(label) <= self.columns + 3:
                line = padded(line, start) + label
        return line

    # -- from numbers to places -------------------------------------------------------------------------------------

    def _across(self, x: float) -> float:
        return (x - self.left) / (self.right - self.left)

    def _down(self, y: float) -> float:
        return (self.high - y) / (self.high - self.low)

    def _column(self, x: float) -> int:
        return min(floor(self._across(x) * self.columns), self.columns - 1)

    def _row(self, y: float) -> int:
        return min(floor(self._down(y) * _HEIGHT), _HEIGHT - 1)

    def _trace(self, strand: Sequence[tuple[float, float]]) -> None:
        """Set the dots of a strand, without gaps where it is steep."""
        before: tuple[int, int] | None = None
        for x, y in strand:
            across = floor(self._across(x) * self.columns * 2) - (x == self.right)
            down = max(min(floor(self._down(y) * _HEIGHT * 4), _HEIGHT * 4), -1)
            if before is not None:
                self._join(before, (across, down))
            self._dot(across, down)
            before = (across, down)

    def _join(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        steps = max(abs(end[0] - start[0]), abs(end[1] - start[1]))
        for k in range(1, steps):
            self._dot(*(a + round((b - a) * k / steps) for a, b in zip(start, end, strict=True)))

    def _dot(self, across: int, down: int) -> None:
        if 0 <= down < _HEIGHT * 4 and 0 <= across < self.columns * 2:
            self.dots.add((across, down))

    def _cell(self, row: int, column: int) -> str:
        bits = 0
        for down, pair in enumerate(_BITS):
            for across, bit in enumerate(pair):
                if (column * 2 + across, row * 4 + down) in self.dots:
                    bits |= bit
        if not bits:
            return " "
        return "*" if self.alphabet.is_ascii else chr(_FIRST + bits)
