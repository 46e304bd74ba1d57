"""Equations and their solutions, as a student writes them: 4x^3 + 2x - 6 = 0, x = 1 or x = -1, x = k pi.

A claim is compared with the zeros of f' in the domain of f, or with all critical points. Nothing is called lost or
extra without a number that certainly is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from flint import fmpq

from mathcli.algebra.budget import Budget
from mathcli.algebra.domains import derivative_domain, domain
from mathcli.algebra.exact import as_fraction, evaluated, holds, placed
from mathcli.calculus.differentiation import differentiate
from mathcli.errors import NoAnswerError, UndecidedError
from mathcli.extrema.one_variable import critical_points
from mathcli.solving.regions import Bound, Region, region, shifted
from mathcli.solving.roots import zeros
from mathcli.syntax.tree import (
    ONE,
    ZERO,
    Equation,
    Interval,
    Name,
    Negative,
    Node,
    Product,
    Quotient,
    Relation,
    Sum,
    Vector,
    integer,
)

_MOST_RESIDUES = 24


@dataclass(frozen=True, slots=True)
class Series:
    """All numbers base + k period, k whole."""

    base: Bound
    period: Node


@dataclass(frozen=True, slots=True)
class Solutions:
    """Numbers, and numbers that repeat; `is_known` where these are all, `is_everything` for pieces of the line."""

    points: tuple[Bound, ...] = ()
    families: tuple[Series, ...] = ()
    is_known: bool = True
    is_everything: bool = False

    def __or__(self, other: Solutions) -> Solutions:
        return Solutions(
            self.points + other.points,
            self.families + other.families,
            self.is_known and other.is_known,
            self.is_everything or other.is_everything,
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """What tells two sets apart: numbers that one has and the other certainly has not; None where nobody could tell."""

    lost: tuple[Bound, ...] | None
    extra: tuple[Bound, ...] | None

    @property
    def is_none(self) -> bool:
        return self.lost == () and self.extra == ()


def solutions_of(equation: Equation, x: Name, within: Region, budget: Budget) -> Solutions:
    """Return the real solutions of an equation in a region, as far as both sides are defined."""
    difference = equation.left if equation.right is ZERO else Sum.of(equation.left, Negative(equation.right))
    if x not in difference.names:
        is_true = holds(equation) if not difference.names else None
        return Solutions((), (), is_true is not None, bool(is_true))
    try:
        found = zeros(difference, x, within, budget=budget)
    except NoAnswerError:
        return Solutions(is_known=False)
    if any(family.first is not None or family.last is not None for family in found.families):
        return Solutions(tuple(z.at for z in found.points), is_known=False)
    return Solutions(
        tuple(zero.at for zero in found.points),
        tuple(Series(family.base, family.period) for family in found.families),
        found.is_complete,
        bool(found.continua),
    )


class Stationary:
    """The stationary and the critical points of f on its domain, each found when it is first asked for."""

    def __init__(self, f: Node, x: Name, on: Interval | None, budget: Budget) -> None:
        self.f, self.x, self.on, self.budget = f, x, on, budget
        self._slope: Node | None = None
        self._stationary: Solutions | None = None
        self._critical: Solutions | None = None
        self._within: Region | None = None

    @property
    def slope(self) -> Node:
        """The derivative."""
        if self._slope is None:
            self._slope = differentiate(self.f, self.x).result
        return self._slope

    @property
    def within(self) -> Region:
        """The domain of f."""
        if self._within is None:
            found = region(domain(self.f), self.x, on=self.on, budget=self.budget)
            if found is None:
                raise UndecidedError("where the function is defined could not be worked out")
            self._within = found
        return self._within

    @property
    def stationary(self) -> Solutions:
        """Where f' = 0."""
        if self._stationary is None:
            self._stationary = solutions_of(Equation(self.slope, ZERO), self.x, self.within, self.budget)
        return self._stationary

    @property
    def critical(self) -> Solutions:
        """Where f' = 0 or f has no derivative, inside the domain."""
        if self._critical is None:
            has_corners = derivative_domain(self.f, self.x) != domain(self.f)
            self._critical = self._all_critical() if has_corners or self.on is not None else self.stationary
        return self._critical

    def _all_critical(self) -> Solutions:
        found = critical_points(self.f, self.x, on=self.on, budget=self.budget)
        if any(family.first is not None or family.last is not None for family in found.families):
            return Solutions(is_known=False)
        return Solutions(
            tuple(point.at for point in found.points),
            tuple(Series(family.base, family.period) for family in found.families),
            found.is_complete,
            bool(found.plateaus),
        )

    def is_on_the_edge(self, at: Bound) -> bool:
        """Whether a number is an end that belongs to the domain, or to the interval that was given."""
        return any(
            end is not None and has_end and end.equals(at)
            for piece in self.within.pieces
            for end, has_end in ((piece.lower, piece.has_lower), (piece.upper, piece.has_upper))
        )

    def is_outside(self, at: Bound) -> bool:
        """Whether a number certainly does not belong to the domain."""
        return self.within.period is None and all(
            (piece.lower is not None and (at < piece.lower or (at.equals(piece.lower) and not piece.has_lower)))
            or (piece.upper is not None and (at > piece.upper or (at.equals(piece.upper) and not piece.has_upper)))
            for piece in self.within.pieces
        )


def numbers_in(claims: Iterable[Node], integers: frozenset[Name]) -> Solutions:
    """Return the numbers that a student listed; one with a letter of its own stands for a family: pi/4 + k pi.

    Raises:
        UndecidedError: a number that cannot be enclosed, or a family that is none.
    """
    points: list[Bound] = []
    families: list[Series] = []
    for claim in claims:
        free = claim.names
        if not free:
            points.append(Bound.of(evaluated(claim)))
            continue
        if len(free) > 1 or not free <= integers:
            raise UndecidedError("a solution with a letter in it that nobody has named")
        (k,) = free
        base, then = (evaluated(placed(claim, {k: value})) for value in (ZERO, ONE))
        period = evaluated(Sum.of(then, Negative(base)))
        families.append(Series(Bound.of(base), period))
    return Solutions(tuple(points), tuple(families))


def difference(claimed: Solutions, true: Solutions) -> Difference:
    """Return what tells a claimed set from the true one."""
    if claimed.is_everything or true.is_everything:
        return _with_everything(claimed, true)
    own, others = _residues(claimed, true)
    if own is None or others is None:
        return Difference(None, None)
    extra = _missing_in(own, others) if true.is_known else None
    lost = _missing_in(others, own) if claimed.is_known else None
    return Difference(lost, extra)


def cover_a_period(claimed: Solutions, true: Solutions) -> bool:
    """Whether single numbers, repeated, are all that repeats: pi/4 and 5 pi/4 of pi/4 + k pi."""
    if not true.families or not claimed.points or claimed.families:
        return False
    for k in range(1, 4):
        period = evaluated(Product.of(integer(k), true.families[0].period))
        repeated = Solutions((), tuple(Series(at, period) for at in claimed.points))
        if difference(repeated, true).is_none:
            return True
    return False


def _with_everything(claimed: Solutions, true: Solutions) -> Difference:
    """Where one of the two holds whole pieces of the line, only the other can be short of something."""
    if claimed.is_everything and true.is_everything:
        return Difference(None, None)
    if claimed.is_everything and not true.families and true.is_known:
        for candidate in (fmpq(7, 5), fmpq(17, 6), fmpq(2, 7)):
            at = Bound.rational(candidate)
            if all(at.compare(point) not in (0, None) for point in true.points):
                return Difference((), (at,))
    return Difference(None, None)


def _residues(a: Solutions, b: Solutions) -> tuple[list[Bound] | None, list[Bound] | None]:
    """Both sets as finite lists: their numbers, and of what repeats those of one common period."""
    if not a.families and not b.families:
        return list(a.points), list(b.points)
    if a.points and b.families and not a.families:
        return _against_families(a, b)
    periods = [series.period for series in (*a.families, *b.families)]
    ratios = [_ratio(period, periods[0]) for period in periods]
    known = [ratio for ratio in ratios if ratio]
    if len(known) < len(ratios) or a.points or b.points:
        return None, None
    common = Fraction(lcm(*(abs(r).numerator for r in known)), 1)
    denominators = lcm(*(abs(r).denominator for r in known))
    common = Fraction(lcm(*(int(abs(r) * denominators) for r in known)), denominators)
    whole = evaluated(Product.of(*_factor(common), periods[0]))
    first, second = (
        _within_one(s, ratios_of, common, whole)
        for s, ratios_of in ((a, known[: len(a.families)]), (b, known[len(a.families) :]))
    )
    return first, second


def _factor(value: Fraction) -> tuple[Node, ...]:
    from mathcli.algebra.exact import fraction_node

    return (fraction_node(value),)


def _ratio(period: Node, other: Node) -> Fraction | None:
    return as_fraction(evaluated(Quotient(period, other)))


def _within_one(found: Solutions, ratios: Sequence[Fraction], common: Fraction, whole: Node) -> list[Bound] | None:
    """The members of the families in [0, common period)."""
    members: list[Bound] = []
    for series, ratio in zip(found.families, ratios, strict=True):
        count = int(common / abs(ratio))
        if count > _MOST_RESIDUES:
            return None
        for k in range(count):
            at = shifted(series.base, series.period, k)
            reduced = None if at is None else _reduced(at, whole)
            if reduced is None:
                return None
            members.append(reduced)
    return members


def _reduced(at: Bound, whole: Node) -> Bound | None:
    """The number brought into [0, whole) by multiples of it."""
    low, high = at.enclosure
    size = Bound.of(whole).enclosure[0]
    turns = int(((low + high) / 2 / size).floor())
    for k in (turns, turns + 1, turns - 1):
        moved = shifted(at, whole, -k)
        if moved is None:
            return None
        zero, end = Bound.rational(fmpq(0)), Bound.of(whole)
        above, below = moved.compare(zero), moved.compare(end)
        if above is None or below is None:
            return None
        if above >= 0 and below < 0:
            return moved
    return None


def _against_families(a: Solutions, b: Solutions) -> tuple[list[Bound] | None, list[Bound] | None]:
    """Single numbers against what repeats: those of its members that lie near, and one that is certainly not listed."""
    others: list[Bound] = list(b.points)
    for series in b.families:
        for k in range(-8, 9):
            at = shifted(series.base, series.period, k)
            if at is None:
                return None, None
            others.append(at)
    return list(a.points), others


def _missing_in(these: Sequence[Bound], others: Sequence[Bound]) -> tuple[Bound, ...] | None:
    """Those of the numbers that are certainly none of the others; None where nobody can tell of one."""
    found: list[Bound] = []
    is_certain = True
    for at in these:
        answers = [at.compare(other) for other in others]
        if 0 in answers:
            continue
        if None in answers:
            is_certain = False
        else:
            found.append(at)
    return tuple(found) if is_certain or found else None


def solved_for(x: Name, equation: Equation) -> Node | None:
    """Return what x is worth, where the equation is linear in it with a number before it; None else."""
    difference = Sum.of(equation.left, Negative(equation.right))
    slope = differentiate(difference, x).result
    if slope.names or as_fraction(slope) in (None, 0):
        return None
    return evaluated(Negative(Quotient(difference.substitute({x: ZERO}), slope)))


def as_vector(claims: Sequence[Node], x: Name) -> Node:
    """Return x = 1 or x = -1 as a vector of equations; a single one as it is."""
    equations = tuple(claim if isinstance(claim, Equation | Relation) else Equation(x, claim) for claim in claims)
    return Vector(equations)
