"""Zeros that were found, put in order: filtered by the region, multiplicities added, signs beside each certified.

Zeros that repeat are expanded to one common period, in which the signs repeat too, interrupted at the single zeros of
what does not repeat, and drawn together again where equal spacing allows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from mathcli.algebra.exact import evaluated, is_zero
from mathcli.algebra.jets import expand
from mathcli.calculus.derivation import Phrase
from mathcli.errors import NotCoveredError
from mathcli.solving.inversion import Point, Series
from mathcli.solving.numbers import decimal_node
from mathcli.solving.periods import in_one_period, least_common, period_of, range_of
from mathcli.solving.regions import Bound, Piece, Region, both, cut, inside, overlaps, rising, shifted
from mathcli.solving.roots import Family, Zero, Zeros, sign_on
from mathcli.syntax.tree import ZERO, Name, Node, Number, Product, Quotient, Sum

if TYPE_CHECKING:
    from mathcli.solving.roots import Collection

_MOST_POINTS = 2_000
_MOST_REASONS = 5
_MOST_DERIVATIVES = 12


def arranged(f: Node, x: Name, within: Region, found: Collection) -> Zeros:
    """Return what was collected as zeros in order."""
    points = _merged(point for point in found.points if within.holds(point.at))
    stretches = _stretches(within, [point.at for point in points])
    families: list[tuple[Series, int | None, int | None]] = []
    turn = _turn(f, x, within, [one for series in found.series.values() for one in series])
    if turn is not None:
        for pieces, series in found.series.items():
            for one in _in_common_period(series, turn):
                for piece in overlaps(stretches, pieces):
                    _place(one, piece, within, points, families)
    points = _merged(points)
    continua, points = _absorbed(found.continua, points)
    marks = _Marks(f, x, within, points, families, found, within.period if turn is None else turn)
    return Zeros(
        tuple(marks.zero(point) for point in points),
        drawn_together([marks.family(*family) for family in families], turn),
        tuple(continua),
        not found.uncertain,
        _certain(within, found.uncertain),
        _few(found.reasons),
    )


def _few(reasons: Iterable[Phrase]) -> tuple[Phrase, ...]:
    """The first of many reasons of one kind, and that the others are like them."""
    kept = tuple(reasons)
    return kept if len(kept) <= _MOST_REASONS else (*kept[: _MOST_REASONS - 1], ("and likewise for the other factors",))


def _merged(points: Iterable[Point]) -> list[Point]:
    """The points in rising order, multiplicities of equal ones added."""
    merged: list[Point] = []
    points = list(points)
    for at in rising(point.at for point in points):
        same = [point for point in points if point.at.compare(at) == 0]
        times = [point.times for point in same if point.times is not None]
        exact = next((point.at for point in same if point.at.exact is not None), at)
        merged.append(Point(exact, sum(times) if len(times) == len(same) else None))
    return merged


def _absorbed(continua: list[Piece], points: list[Point]) -> tuple[list[Piece], list[Point]]:
    """Pieces with those of the points that are their ends, touching ones as one, and the other points."""
    if not continua:
        return continua, points
    from mathcli.solving.solution_sets import joined

    order = rising(inside_or_at(piece) for piece in continua)
    pieces = sorted(continua, key=lambda p: next(k for k, b in enumerate(order) if b.equals(inside_or_at(p))))
    ends = [end for piece in pieces for end in (piece.lower, piece.upper) if end is not None]
    own = [end for end in ends if any(piece.holds(end) for piece in pieces)]
    at_ends = [point for point in points if any(point.at.equals(end) for end in ends)]
    rest = [point for point in points if point not in at_ends and not any(piece.holds(point.at) for piece in pieces)]
    open_pieces = [Piece(piece.lower, piece.upper) for piece in pieces if not piece.is_point]
    return joined(open_pieces, rising([*own, *(point.at for point in at_ends)])), rest


def inside_or_at(piece: Piece) -> Bound:
    return piece.lower if piece.is_point and piece.lower is not None else Bound.rational(inside(piece))


def _turn(f: Node, x: Name, within: Region, series: list[Series]) -> Node | None:
    """A common period of all the series, of f if it has one, and of the region."""
    if not series:
        return None
    own = period_of(f, x)
    periods = [one.period for one in series]
    periods += [period for period in (own, within.period) if period is not None]
    turn = least_common(periods)
    if turn is None:
        raise NotCoveredError("zeros that repeat with periods that have no common multiple")
    return turn


def _in_common_period(series: list[Series], turn: Node) -> list[Series]:
    members: list[Point] = []
    for one in series:
        members.extend(Point(at, one.times) for at in in_one_period([one], turn))
    return [Series(at, turn, times) for at, times in _merged(members)]


def _stretches(within: Region, breaks: list[Bound]) -> list[Piece]:
    """The region without the breaks; its own ends stay. A region that repeats is its limits here."""
    pieces = within.limits if within.period is not None else within.pieces
    stretches = []
    for piece in pieces:
        inner = [at for at in breaks if piece.holds(at)]
        ends: list[Bound | None] = [piece.lower, *inner, piece.upper]
        for k, (low, high) in enumerate(pairwise(ends)):
            has_lower = piece.has_lower and k == 0 and low not in inner
            has_upper = piece.has_upper and k == len(ends) - 2 and high not in inner
            if low is None or high is None or low < high:
                stretches.append(Piece(low, high, has_lower, has_upper))
        if piece.is_point and not inner:
            stretches.append(piece)
    for piece in pieces:
        for at in breaks:
            if piece.holds(at):
                stretches.append(Piece(at, at, True, True))
    return stretches


def _place(
    one: Series,
    piece: Piece,
    within: Region,
    points: list[Point],
    families: list[tuple[Series, int | None, int | None]],
) -> None:
    """Add the members of a series in a stretch: one by one where they are few, else as a family."""
    first, last = range_of(one, piece)
    if first is None or last is None:
        at = shifted(one.base, one.period, first if first is not None else last if last is not None else 0)
        if at is not None and within.holds(at):
            families.append((one, first, last))
        return
    if last - first > _MOST_POINTS:
        raise NotCoveredError("more zeros than can be listed")
    for k in range(first, last + 1):
        at = shifted(one.base, one.period, k)
        if at is not None and within.holds(at):
            points.append(Point(at, one.times))


class _Marks:
    """All places where the sign of f may change, and the signs between."""

    def __init__(
        self,
        f: Node,
        x: Name,
        within: Region,
        points: list[Point],
        families: list[tuple[Series, int | None, int | None]],
        found: Collection,
        turn: Node | None,
    ) -> None:
        self.f, self.x, self.within, self.families, self.turn = f, x, within, families, turn
        ends = [end for piece in found.uncertain for end in (piece.lower, piece.upper) if end is not None]
        self.fixed = rising([*(point.at for point in points), *found.corners, *ends])
        self.uncertain = found.uncertain
        self.known: dict[Piece, int | None] = {}
        self.before: dict[int | None, Piece] = {}
        self.after: dict[int | None, Piece] = {}
        if turn is None:
            self._index()

    def zero(self, point: Point) -> Zero:
        before, after = self._signs(point.at)
        times = point.times
        if times is None:
            times = multiplicity(self.f, self.x, point.at)
        return Zero(point.at, times, before, after)

    def family(self, one: Series, first: int | None, last: int | None) -> Family:
        at = shifted(one.base, one.period, first if first is not None else last if last is not None else 0)
        assert at is not None
        before, after = self._signs(at)
        name = Name("k") if self.x is not Name("k") else Name("n")
        shown = spelled(one.base, one.period, name)
        return Family(shown, name, one.base, one.period, one.times, before, after, first, last)

    def _signs(self, at: Bound) -> tuple[int | None, int | None]:
        before, after = self._neighbours(at)
        return self._sign(before), self._sign(after)

    def _neighbours(self, at: Bound) -> tuple[Piece | None, Piece | None]:
        if self.turn is None:
            k = self._place(at)
            return self.before.get(k), self.after.get(k)
        around = self._around(at)
        pieces = cut(around, [*self.fixed, *self._members(around)])
        before = next((piece for piece in pieces if piece.upper is not None and piece.upper.equals(at)), None)
        after = next((piece for piece in pieces if piece.lower is not None and piece.lower.equals(at)), None)
        return before, after

    def _index(self) -> None:
        """Note the pieces between all marks by the mark at which each ends and begins."""
        for piece in cut(self.within, self.fixed):
            if piece.upper is not None:
                self.before[self._place(piece.upper)] = piece
            if piece.lower is not None:
                self.after[self._place(piece.lower)] = piece

    def _place(self, at: Bound) -> int | None:
        """Which of the marks a number is."""
        low, high = 0, len(self.fixed)
        while low < high:
            middle = (low + high) // 2
            if self.fixed[middle] < at:
                low = middle + 1
            else:
                high = middle
        return low if low < len(self.fixed) and self.fixed[low].equals(at) else None

    def _around(self, at: Bound) -> Region:
        if self.turn is None:
            return self.within
        span = Piece(shifted(at, self.turn, -1), shifted(at, self.turn, 1), True, True)
        return both(self.within, Region((span,)))

    def _members(self, around: Region) -> Iterator[Bound]:
        for one, _, _ in self.families:
            for piece in around.pieces:
                if piece.lower is None or piece.upper is None:
                    continue
                first, last = range_of(one, piece)
                for k in range(first or 0, (last or 0) + 1):
                    at = shifted(one.base, one.period, k)
                    if at is not None:
                        yield at

    def _sign(self, piece: Piece | None) -> int | None:
        if piece is None:
            return None
        if piece not in self.known:
            self.known[piece] = None if self._is_uncertain(piece) else sign_on(self.f, self.x, piece)
        return self.known[piece]

    def _is_uncertain(self, piece: Piece) -> bool:
        middle = Bound.rational(inside(piece))
        return any(not other.is_point and other.holds(middle) for other in self.uncertain)


def spelled(base: Bound, period: Node, k: Name) -> Node:
    """Return base + k period as it is written: pi/2 + 2 pi k, with a decimal where the base has no short form."""
    steps = _times(period, k)
    if base.exact is None:
        return Sum.of(decimal_node(base), steps)
    return steps if base.exact is ZERO else Sum.of(base.exact, steps)


def _times(period: Node, k: Name) -> Node:
    match period:
        case Number(1, 0):
            return k
        case Quotient(Number(1, 0), below):
            return Quotient(k, below)
        case Quotient(top, below):
            return Quotient(Product.of(top, k), below)
    return Product.of(period, k)


def drawn_together(families: list[Family], turn: Node | None) -> tuple[Family, ...]:
    """Join families without ends that differ by equal parts of the period and are alike otherwise."""
    if turn is None:
        return ()
    groups: dict[tuple[int | None, ...], list[Family]] = {}
    for family in families:
        groups.setdefault(
            (family.multiplicity, family.sign_before, family.sign_after, family.first, family.last), []
        ).append(family)
    joined: list[Family] = []
    for group in groups.values():
        joined.extend(group if group[0].first is not None or group[0].last is not None else _joined(group, turn))
    order = rising(family.base for family in joined)
    return tuple(sorted(joined, key=lambda family: next(k for k, b in enumerate(order) if b.equals(family.base))))


def _joined(group: list[Family], turn: Node) -> list[Family]:
    count = len(group)
    for parts in range(count, 1, -1):
        if count % parts:
            continue
        each = count // parts
        period = evaluated(Quotient(turn, Number(parts)))
        if all(
            (moved := shifted(a.base, period, 1)) is not None and moved.compare(b.base) == 0
            for a, b in zip(group, group[each:], strict=False)
        ):
            return [replace(one, at=spelled(one.base, period, one.parameter), period=period) for one in group[:each]]
    return group


def _certain(within: Region, uncertain: list[Piece]) -> Region | None:
    if not uncertain:
        return within
    if within.period is not None:
        return None
    ends = [end for piece in uncertain for end in (piece.lower, piece.upper) if end is not None]
    kept = tuple(
        piece
        for piece in cut(within, ends)
        if not any(not other.is_point and other.holds(Bound.rational(inside(piece))) for other in uncertain)
    )
    return Region(kept) if kept else None


def multiplicity(f: Node, x: Name, at: Bound) -> int | None:
    """Return the order of a zero: the derivatives below are proved to be 0 there, and that one is not; else None."""
    if f in at.zero_of:
        return at.zero_of[f]
    value = at.value
    for precision in (64, 256):
        place = at.ball(precision) if value is None else value
        coefficients = expand(f, x, {x: place}, order=_MOST_DERIVATIVES, precision=precision)
        if coefficients is None:
            return None
        order = next((k for k, c in enumerate(coefficients) if c.is_finite() and not c.contains(0)), None)
        if order is None:
            continue
        if order == 1:
            return 1
        return order if _are_zero(f, x, at, range(1, order)) else None
    return None


def _are_zero(f: Node, x: Name, at: Bound, orders: range) -> bool:
    from mathcli.calculus.differentiation import differentiate

    if at.exact is None:
        return False
    for _ in orders:
        f = differentiate(f, x).result
        if is_zero(f.substitute({x: at.exact})) is not True:
            return False
    return True
