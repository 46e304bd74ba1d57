"""Regions of the real line: numbers that are known exactly or enclosed, the pieces between them, and real domains.

A `Bound` is a real number, by an exact tree, by rational ends that can be drawn together, or by both. Comparing two of
them is certified; where nothing decides, that is said and never guessed. A `Region` is a union of disjoint pieces of
the line, rising; with a period it is given on one period and repeats.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cmp_to_key

from flint import arb, fmpq

from mathcli.algebra import exact as exactly
from mathcli.algebra.balls import Evaluation, working_precision
from mathcli.algebra.balls import exact as as_rational
from mathcli.algebra.budget import Budget
from mathcli.algebra.conditions import number
from mathcli.errors import UndecidedError
from mathcli.syntax.tree import Interval, Name, Negative, Node, Sum

Refinement = Callable[[int], tuple[fmpq, fmpq]]
"""Rational ends around a number, at most 2^-bits apart (or as close as could be reached)."""

FIRST_BITS = 64
MOST_BITS = 2048


class Bound:
    """A real number: `exact` is a tree that is worth it, None where there is no closed form.

    `enclosure` are rational ends around it; `within(bits)` draws them together.
    """

    __slots__ = ("_ends", "_refinement", "exact")

    def __init__(
        self, exact: Node | None, enclosure: tuple[fmpq, fmpq] | None = None, refinement: Refinement | None = None
    ) -> None:
        self.exact = exact
        self._refinement = refinement
        self._ends = enclosure if enclosure is not None else self._found(FIRST_BITS)

    @staticmethod
    def of(node: Node) -> Bound:
        """Return the number that a constant is worth.

        Raises:
            UndecidedError: its value could not be enclosed.
        """
        return Bound(node)

    @staticmethod
    def rational(value: fmpq) -> Bound:
        return Bound(number(value), (value, value))

    @property
    def enclosure(self) -> tuple[fmpq, fmpq]:
        return self._ends

    @property
    def value(self) -> fmpq | None:
        """The number itself where its enclosure is one rational."""
        low, high = self._ends
        return low if low == high else None

    def __repr__(self) -> str:
        low, high = self._ends
        return f"Bound({self.exact!r}, {float(low.p) / float(low.q)}..{float(high.p) / float(high.q)})"

    def within(self, bits: int) -> tuple[fmpq, fmpq]:
        """Return rational ends around the number, about 2^-bits apart where that can be reached."""
        low, high = self._ends
        if high - low > fmpq(1, 1 << bits):
            self._ends = self._narrower(self._found(bits))
        return self._ends

    def ball(self, bits: int = FIRST_BITS) -> arb:
        """Return a ball that holds the number."""
        low, high = self.within(bits)
        with working_precision(bits + 32):
            if low == high:
                return arb(low)
            return arb(low).union(arb(high))

    def _found(self, bits: int) -> tuple[fmpq, fmpq]:
        if self._refinement is not None:
            return self._refinement(bits)
        assert self.exact is not None
        return _ends_of(self.exact, bits)

    def _narrower(self, found: tuple[fmpq, fmpq]) -> tuple[fmpq, fmpq]:
        low, high = self._ends
        return max(low, found[0]), min(high, found[1])

    def compare(self, other: Bound) -> int | None:
        """Return -1, 0 or 1 as this number is less than, equal to or greater than the other; None if undecided."""
        if self is other or (self.exact is not None and self.exact is other.exact):
            return 0
        bits = FIRST_BITS
        while True:
            (low, high), (other_low, other_high) = self._ends, other._ends
            if high < other_low:
                return -1
            if low > other_high:
                return 1
            if low == high == other_low == other_high:
                return 0
            if bits == 4 * FIRST_BITS and self._is_same(other):
                return 0
            if bits > MOST_BITS:
                return None
            bits *= 2
            self.within(bits)
            other.within(bits)

    def _is_same(self, other: Bound) -> bool:
        if self.exact is None or other.exact is None:
            return False
        return exactly.is_zero(Sum.of(self.exact, Negative(other.exact))) is True

    def __lt__(self, other: Bound) -> bool:
        return _decided(self, other) < 0

    def __le__(self, other: Bound) -> bool:
        return _decided(self, other) <= 0

    def __gt__(self, other: Bound) -> bool:
        return _decided(self, other) > 0

    def __ge__(self, other: Bound) -> bool:
        return _decided(self, other) >= 0

    def equals(self, other: Bound) -> bool:
        return _decided(self, other) == 0


def _decided(a: Bound, b: Bound) -> int:
    by = a.compare(b)
    if by is None:
        raise UndecidedError("which of two numbers is greater could not be decided")
    return by


def _ends_of(node: Node, bits: int) -> tuple[fmpq, fmpq]:
    precision = bits + 32
    while True:
        with working_precision(precision):
            value = Evaluation({}).value(node)
            if isinstance(value, fmpq):
                return value, value
            if value is None:
                raise UndecidedError("a number that has no value")
            low, high = as_rational(value.lower()), as_rational(value.upper())
        if isinstance(low, fmpq) and isinstance(high, fmpq) and high - low <= fmpq(1, 1 << bits):
            return low, high
        if precision > 4 * MOST_BITS:
            if isinstance(low, fmpq) and isinstance(high, fmpq):
                return low, high
            raise UndecidedError("the value of a number could not be enclosed")
        precision *= 2


def rising(bounds: Iterable[Bound]) -> list[Bound]:
    """Return the numbers in rising order, each once.

    Raises:
        UndecidedError: which of two is greater was not decided.
    """
    ordered: list[Bound] = []
    for bound in sorted(bounds, key=cmp_to_key(_decided)):
        if not ordered or not ordered[-1].equals(bound):
            ordered.append(bound)
    return ordered


@dataclass(frozen=True, slots=True)
class Piece:
    """The numbers between two ends; None stands for no end. A single point is a piece with equal ends, both its own."""

    lower: Bound | None = None
    upper: Bound | None = None
    has_lower: bool = False
    has_upper: bool = False

    @property
    def is_point(self) -> bool:
        return self.lower is not None and self.lower is self.upper

    @property
    def is_bounded(self) -> bool:
        return self.lower is not None and self.upper is not None

    def holds(self, at: Bound) -> bool:
        """Whether the number lies in the piece."""
        if self.lower is not None:
            by = _decided(at, self.lower)
            if by < 0 or (by == 0 and not self.has_lower):
                return False
        if self.upper is not None:
            by = _decided(at, self.upper)
            if by > 0 or (by == 0 and not self.has_upper):
                return False
        return True


LINE = Piece()


@dataclass(frozen=True, slots=True)
class Region:
    """Disjoint pieces, rising. With a period they lie in one period, which repeats without end both ways."""

    pieces: tuple[Piece, ...]
    period: Node | None = None

    @property
    def is_empty(self) -> bool:
        return not self.pieces

    def holds(self, at: Bound) -> bool:
        return any(piece.holds(at) for piece in self.pieces)


REAL_LINE = Region((LINE,))


def region(conditions: Iterable[Node], x: Name, *, on: Interval | None = None, budget: Budget) -> Region | None:
    """Return where all the relations hold, in the interval if one is given; None where that could not be worked out."""
    return None
