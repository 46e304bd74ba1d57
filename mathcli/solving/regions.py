"""Regions of the real line: numbers that are known exactly or enclosed, the pieces between them, and real domains.

A `Bound` is a real number, by an exact tree, by rational ends that can be drawn together, or by both. Comparing two of
them is certified; where nothing decides, that is said and never guessed. A `Region` is a union of disjoint pieces of
the line, rising; with a period it is given on one period and repeats.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cmp_to_key

from flint import arb, fmpq, fmpz, fmpz_poly

from mathcli.algebra import exact as exactly
from mathcli.algebra.angles import pi_multiple
from mathcli.algebra.balls import Evaluation, working_precision
from mathcli.algebra.budget import Budget
from mathcli.algebra.conditions import number
from mathcli.errors import NotCoveredError, UndecidedError
from mathcli.syntax.tree import INF, PI, ZERO, Interval, Name, Negative, Node, Number, Product, Quotient, Sum, integer

Refinement = Callable[[int], tuple[fmpq, fmpq]]
"""Rational ends around a number, at most 2^-bits apart (or as close as could be reached)."""

FIRST_BITS = 64
MOST_BITS = 2048
_LARGEST_EXPONENT = 1_000_000


class Bound:
    """A real number: `exact` is a tree that is worth it, None where there is no closed form.

    `enclosure` are rational ends around it; `within(bits)` draws them together. `root_of` says which real root of an
    irreducible polynomial it is, counted from 0, where that is known; `zero_of` the functions of which it was found to
    be a zero, with the multiplicity.
    """

    __slots__ = ("_ends", "_refinement", "exact", "root_of", "shifted_from", "zero_of")

    def __init__(
        self, exact: Node | None, enclosure: tuple[fmpq, fmpq] | None = None, refinement: Refinement | None = None
    ) -> None:
        self.exact = exact
        self.root_of: tuple[fmpz_poly, int] | None = None
        self.shifted_from: tuple[Bound, Node] = (self, ZERO)
        self.zero_of: dict[Node, int] = {}
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
        (base, shift), (other_base, other_shift) = self.shifted_from, other.shifted_from
        if base is other_base and (base is not self or base is not other):
            return Bound.of(shift).compare(Bound.of(other_shift))
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
        if self.root_of is not None and other.root_of is not None:
            return self.root_of[1] == other.root_of[1] and bool(self.root_of[0] == other.root_of[0])
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
            found = ends_of_ball(value)
        if found is not None and (found[1] - found[0] <= fmpq(1, 1 << bits) or precision > 4 * MOST_BITS):
            return found
        if precision > 4 * MOST_BITS:
            raise UndecidedError("the value of a number could not be enclosed")
        precision *= 2


def ends_of_ball(ball: arb) -> tuple[fmpq, fmpq] | None:
    """Return rational ends of a finite ball, None for one that is not finite."""
    if not ball.is_finite():
        return None
    low, high = (_rational(end.man_exp()) for end in (ball.lower(), ball.upper()))
    return low, high


def _rational(parts: tuple[fmpz, fmpz]) -> fmpq:
    mantissa, exponent = parts[0], int(parts[1])
    if abs(exponent) > _LARGEST_EXPONENT:
        raise UndecidedError("a number that is too large, or too close to 0")
    return fmpq(mantissa << exponent) if exponent >= 0 else fmpq(mantissa, fmpz(1) << -exponent)


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


def rising_pairs(pairs: Iterable[tuple[Bound, int]]) -> list[tuple[Bound, int]]:
    """Return numbers with what goes with each, in rising order; those of equal numbers are added up.

    Raises:
        UndecidedError: which of two is greater was not decided.
    """

    def order(a: tuple[Bound, int], b: tuple[Bound, int]) -> int:
        return _decided(a[0], b[0])

    ordered: list[tuple[Bound, int]] = []
    for bound, times in sorted(pairs, key=cmp_to_key(order)):
        if ordered and ordered[-1][0].equals(bound):
            ordered[-1] = (ordered[-1][0], ordered[-1][1] + times)
        else:
            ordered.append((bound, times))
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

    @property
    def holds_zero(self) -> bool:
        return self.holds(Bound.rational(fmpq(0)))

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
    """Disjoint pieces, rising. With a period they lie in one period, which repeats without end within the limits."""

    pieces: tuple[Piece, ...]
    period: Node | None = None
    limits: tuple[Piece, ...] = (LINE,)

    @property
    def is_empty(self) -> bool:
        return not self.pieces

    def holds(self, at: Bound) -> bool:
        """Whether the number lies in the region."""
        if self.period is None:
            return any(piece.holds(at) for piece in self.pieces)
        if not any(piece.holds(at) for piece in self.limits):
            return False
        over = Piece(at, at, True, True)
        steps = whole_numbers_between(self.pieces[0].lower, Bound.of(self.period), over)
        back = [shifted(at, self.period, -k) for k in steps]
        return any(piece.holds(other) for other in back if other is not None for piece in self.pieces)


REAL_LINE = Region((LINE,))


def both(first: Region, second: Region) -> Region:
    """Return where two regions overlap.

    Raises:
        NotCoveredError: both repeat for ever, with periods that have no common multiple.
        UndecidedError: which of two ends is greater was not decided.
    """
    if first.pieces == (LINE,):
        return second
    if second.pieces == (LINE,):
        return first
    if first.period is not None and second.period is not None:
        return _both_repeating(first, second)
    if second.period is not None:
        first, second = second, first
    if first.period is None:
        return Region(overlaps(first.pieces, second.pieces))
    limits = overlaps(first.limits, second.pieces)
    if not limits:
        return Region(())
    if not all(piece.is_bounded for piece in limits):
        return Region(first.pieces, first.period, limits)
    unrolled = tuple(piece for over in limits for piece in _unrolled(first, over))
    return Region(overlaps(unrolled, limits))


def overlaps(first: Iterable[Piece], second: Iterable[Piece]) -> tuple[Piece, ...]:
    """Return the parts that pieces of one kind have in common with those of another."""
    second = tuple(second)
    found = (_overlap(a, b) for a in first for b in second)
    return tuple(piece for piece in found if piece is not None)


def _both_repeating(first: Region, second: Region) -> Region:
    from mathcli.solving.periods import least_common

    if first == second:
        return first
    assert first.period is not None
    assert second.period is not None
    turn = least_common((first.period, second.period))
    if turn is None:
        raise NotCoveredError("two regions that repeat, with periods that have no common multiple")
    start = first.pieces[0].lower
    whole = Region((Piece(start, shifted(start, turn, 1), True, False),))
    one, other = (both(Region(region.pieces, region.period), whole) for region in (first, second))
    pieces = overlaps(one.pieces, other.pieces)
    return Region(pieces, turn, overlaps(first.limits, second.limits)) if pieces else Region(())


def _unrolled(region: Region, over: Piece) -> Iterator[Piece]:
    """The pieces of a region that repeats, as often as they meet a bounded piece."""
    if over.lower is None or over.upper is None or region.period is None:
        raise NotCoveredError("a region that repeats for ever, on a part of the line without end")
    period = Bound.of(region.period)
    for k in whole_numbers_between(region.pieces[0].lower, period, over):
        for piece in region.pieces:
            yield Piece(
                shifted(piece.lower, region.period, k), shifted(piece.upper, region.period, k),
                piece.has_lower, piece.has_upper,
            )  # fmt: skip


def whole_numbers_between(start: Bound | None, period: Bound, over: Piece) -> range:
    """The k for which [start + k period, start + (k+1) period] may meet a bounded piece; a few too many do no harm."""
    assert over.lower is not None
    assert over.upper is not None
    base = start.enclosure[0] if start is not None else fmpq(0)
    size = period.enclosure[0]
    first = int(((over.lower.enclosure[0] - base) / size).floor()) - 2
    last = int(((over.upper.enclosure[1] - base) / size).ceil()) + 1
    if last - first > 10_000:
        raise NotCoveredError("more periods than can be listed")
    return range(first, last + 1)


def shifted(at: Bound | None, period: Node, k: int) -> Bound | None:
    """Return at + k period."""
    if at is None or k == 0:
        return at
    turns, start = pi_multiple(period), None if at.exact is None else pi_multiple(at.exact)
    if start is None and at.exact is ZERO:
        start = fmpq(0)
    if turns is not None and start is not None:
        return Bound.of(multiple_of_pi(start + k * turns))
    shift = exactly.evaluated(Product.of(integer(k), period)) if turns is None else multiple_of_pi(k * turns)
    if at.exact is not None:
        return Bound.of(exactly.evaluated(Sum.of(at.exact, shift)))
    step = Bound.of(shift)

    def refine(bits: int) -> tuple[fmpq, fmpq]:
        (low, high), (less, more) = at.within(bits + 2), step.within(bits + 2)
        return low + less, high + more

    moved = Bound(None, None, refine)
    base, before = at.shifted_from
    moved.shifted_from = (base, exactly.evaluated(Sum.of(before, shift)))
    return moved


def multiple_of_pi(turns: fmpq) -> Node:
    """Return turns pi as it is written: 0, pi, -pi/2, 2 pi/3."""
    if turns == 0:
        return ZERO
    top, bottom = abs(int(turns.p)), int(turns.q)
    size: Node = PI if top == 1 else Product((Number(top), PI))
    if bottom != 1:
        size = Quotient(size, Number(bottom))
    return size if turns > 0 else Negative(size)


def _overlap(a: Piece, b: Piece) -> Piece | None:
    lower, has_lower = _inner_end(a.lower, a.has_lower, b.lower, b.has_lower, 1)
    upper, has_upper = _inner_end(a.upper, a.has_upper, b.upper, b.has_upper, -1)
    if lower is None or upper is None:
        return Piece(lower, upper, has_lower, has_upper)
    by = _decided(lower, upper)
    if by > 0 or (by == 0 and not (has_lower and has_upper)):
        return None
    return Piece(lower, lower if by == 0 else upper, has_lower, has_upper)


def _inner_end(a: Bound | None, has_a: bool, b: Bound | None, has_b: bool, way: int) -> tuple[Bound | None, bool]:
    if a is None or b is None:
        return (b, has_b) if a is None else (a, has_a)
    by = _decided(a, b) * way
    return (a, has_a and has_b) if by == 0 else (a, has_a) if by > 0 else (b, has_b)


def cut(region: Region, at: Iterable[Bound]) -> list[Piece]:
    """Return the open pieces that are left of a region without period when its ends and these points are taken out."""
    points = rising(at)
    open_pieces: list[Piece] = []
    k = 0
    for piece in region.pieces:
        if piece.is_point:
            continue
        lower = piece.lower
        while lower is not None and k < len(points) and _decided(points[k], lower) <= 0:
            k += 1
        while k < len(points) and (piece.upper is None or _decided(points[k], piece.upper) < 0):
            open_pieces.append(Piece(lower, points[k]))
            lower = points[k]
            k += 1
        open_pieces.append(Piece(lower, piece.upper))
    return open_pieces


def inside(piece: Piece) -> fmpq:
    """Return a short rational number strictly between the ends of a piece that is no single point."""
    if piece.lower is None or piece.upper is None:
        if piece.lower is not None:
            return fmpq(piece.lower.enclosure[1].floor() + 1)
        return fmpq(piece.upper.enclosure[0].ceil() - 1) if piece.upper is not None else fmpq(1, 3)
    bits = FIRST_BITS
    while piece.lower.enclosure[1] >= piece.upper.enclosure[0]:
        bits *= 2
        if bits > 4 * MOST_BITS:
            raise UndecidedError("two numbers that could not be told apart")
        piece.lower.within(bits)
        piece.upper.within(bits)
    low, high = piece.lower.enclosure[1], piece.upper.enclosure[0]
    return _shortest_between(low + (high - low) / 4, high - (high - low) / 4)


def _shortest_between(low: fmpq, high: fmpq) -> fmpq:
    """The rational with the least denominator in [low, high]."""
    whole = low.ceil()
    if whole <= high:
        return fmpq(whole)
    floor = low.floor()
    return floor + 1 / _shortest_between(1 / (high - floor), 1 / (low - floor))


def interval(on: Interval) -> Region:
    """Return the numbers of an interval; none where it is empty."""
    lower = None if on.lower is Negative(INF) else Bound.of(on.lower)
    upper = None if on.upper is INF else Bound.of(on.upper)
    piece = _overlap(Piece(lower, upper, lower is not None and on.has_lower, upper is not None and on.has_upper), LINE)
    return Region(() if piece is None else (piece,))


def region(conditions: Iterable[Node], x: Name, *, on: Interval | None = None, budget: Budget) -> Region | None:
    """Return where all the relations hold, in the interval if one is given; None where that could not be worked out.

    What repeats for ever on a part of the line alone is no region that is handed out: None.

    Raises:
        BudgetSpentError: it took more work than it may.
    """
    from mathcli.solving.solution_sets import where_all_hold

    found = where_all_hold(tuple(conditions), x, REAL_LINE if on is None else interval(on), budget=budget)
    return None if found is not None and found.limits != (LINE,) else found
