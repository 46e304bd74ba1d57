"""The real zeros of a function of one variable, proved to be all of them, or said not to be.

The function is taken apart: at its corners into pieces without them, on each piece into the irreducible factors of its
numerator. A factor of a known shape is solved for all real numbers at once (`closed_zeros`); others are searched, piece
by piece of the region (`search`). What the parts give is put together, filtered by certified comparisons, and the sign
between two neighbours is that at one point between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flint import arb, fmpq

from mathcli.algebra import exact as exactly
from mathcli.algebra.balls import enclose, working_precision
from mathcli.algebra.budget import Budget
from mathcli.algebra.conditions import constant_value
from mathcli.algebra.domains import domain, kinks, raw_conditions
from mathcli.algebra.rational import normal_form
from mathcli.calculus.derivation import Phrase
from mathcli.errors import NotCoveredError, UndecidedError
from mathcli.solving.allowance import Allowance
from mathcli.solving.closed_zeros import closed_zeros
from mathcli.solving.inversion import Found, Point, Series, solutions
from mathcli.solving.kernels import Factor, ZeroFunctionError, factors, factors_in
from mathcli.solving.periods import range_of
from mathcli.solving.pieces import without_corners
from mathcli.solving.regions import LINE, Bound, Piece, Region, both, cut, inside, rising, shifted
from mathcli.syntax.tree import (
    ONE,
    Call,
    Constant,
    E,
    I,
    Name,
    Negative,
    Node,
    Power,
    Product,
    Quotient,
    Relation,
    Sum,
    walk,
)


@dataclass(frozen=True, slots=True)
class Zero:
    """A zero of f with its multiplicity and the certified signs of f beside it; None where that is not known."""

    at: Bound
    multiplicity: int | None = None
    sign_before: int | None = None
    sign_after: int | None = None


@dataclass(frozen=True, slots=True)
class Family:
    """All numbers base + k period for whole k; `at` says so as a tree. From k = `first` on to `last`, if not None."""

    at: Node
    parameter: Name
    base: Bound
    period: Node
    multiplicity: int | None = None
    sign_before: int | None = None
    sign_after: int | None = None
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Zeros:
    """What is known of the zeros of f in a region.

    points     single zeros, rising
    families   zeros that repeat
    continua   whole pieces on which f is 0
    is_complete     there are no others in the region, which is proved
    certain_within  where there are certainly no others; None: nowhere
    reasons         why, each a sentence
    """

    points: tuple[Zero, ...] = ()
    families: tuple[Family, ...] = ()
    continua: tuple[Piece, ...] = ()
    is_complete: bool = True
    certain_within: Region | None = None
    reasons: tuple[Phrase, ...] = ()


def zeros(f: Node, x: Name, within: Region, *, budget: Budget) -> Zeros:
    """Return the zeros of f in the region, as far as f is defined there.

    Raises:
        BudgetSpentError: it took more work than it may.
    """
    budget.spend(50)
    try:
        if f.contains(Constant) and any(part is I for part in walk(f)):
            return _nothing_known("the function takes complex values")
        defined = _where_defined(f, x, within, budget)
        if defined is None:
            return _nothing_known("where the function is defined could not be worked out")
        return Collection(f, x, defined, budget).zeros()
    except (UndecidedError, NotCoveredError) as error:
        return _nothing_known(error.message)


def _nothing_known(why: str) -> Zeros:
    return Zeros(is_complete=False, certain_within=None, reasons=((why,),))


def _where_defined(f: Node, x: Name, within: Region, budget: Budget) -> Region | None:
    conditions = tuple(condition for condition in domain(f) if x in condition.names)
    if not conditions or within.is_empty or _hold_in(conditions, x, within):
        return within
    from mathcli.solving.solution_sets import where_all_hold

    if within.period is None and within.pieces != (LINE,):
        return where_all_hold(conditions, x, within, budget=budget)
    whole = where_all_hold(conditions, x, Region((LINE,)), budget=budget)
    return None if whole is None else both(whole, within)


def _hold_in(conditions: Iterable[Node], x: Name, within: Region) -> bool:
    """Whether bounds on x alone, as those of the conditions are, hold in all of the region for all to see."""
    return within.period is None and all(
        isinstance(condition, Relation) and x in condition.sides and _holds_on(condition, x, piece)
        for condition in conditions
        for piece in within.pieces
    )


def _holds_on(condition: Relation, x: Name, piece: Piece) -> bool:
    for left, by, right in zip(condition.sides, condition.signs, condition.sides[1:], strict=False):
        if right is x:
            left, by, right = right, by.translate(_TURNED), left
        if left is not x or right.names:
            return False
        end = Bound.of(right)
        above = _is_beyond(piece.lower, end, 1, by == ">=" or not piece.has_lower)
        below = _is_beyond(piece.upper, end, -1, by == "<=" or not piece.has_upper)
        if not {">": above, ">=": above, "<": below, "<=": below, "!=": above or below}.get(by, False):
            return False
    return True


def _is_beyond(own: Bound | None, end: Bound, way: int, may_touch: bool) -> bool:
    if own is None:
        return False
    return (own.equals(end) and may_touch) or (own > end if way > 0 else own < end)


_TURNED = str.maketrans("<>", "><")


def sign_at(f: Node, x: Name, at: Bound) -> int | None:
    """Return the certified sign of f at a number, 0 only if it is proved to be 0; None if undecided or undefined."""
    if f in at.zero_of:
        return 0
    if at.exact is not None:
        by = _sign_of_ball(f, x, at, (64, 256))
        return by if by is not None else exactly.sign(f.substitute({x: at.exact}))
    return _sign_of_ball(f, x, at, (64, 256, 1024))


def _sign_of_ball(f: Node, x: Name, at: Bound, precisions: tuple[int, ...]) -> int | None:
    for precision in precisions:
        value = at.value
        ball = enclose(f, {x: at.ball(precision) if value is None else value}, precision=precision)
        if ball is None:
            return None
        if ball.is_finite() and not ball.contains(0):
            return 1 if ball > 0 else -1
        if ball.is_finite() and ball.is_zero():
            return 0
    return None


def sign_on(f: Node, x: Name, piece: Piece) -> int | None:
    """Return the sign of f on an open piece that is known to hold no zero and no jump of it; None if not decided."""
    at = inside(piece)
    for precision in (64, 256, 1024, 4096):
        ball = enclose(f, {x: at}, precision=precision)
        if ball is None:
            return None
        if ball.is_finite() and not ball.contains(0):
            return 1 if ball > 0 else -1
    return None


class Collection:
    """The zeros of one function in one region, gathered from its pieces and factors."""

    def __init__(self, f: Node, x: Name, within: Region, budget: Budget) -> None:
        self.f, self.x, self.within, self.budget = f, x, within, budget
        self.reasons: dict[Phrase, None] = {}
        self.points: list[Point] = []
        self.series: dict[tuple[Piece, ...], list[Series]] = {}
        self.continua: list[Piece] = []
        self.corners: list[Bound] = []
        self.uncertain: list[Piece] = []
        self.doubtful: list[Bound] = []
        self.allowance = Allowance()

    def zeros(self) -> Zeros:
        if self.x not in self.f.names:
            return self._of_constant()
        if kinks(self.f):
            repeating = self._in_one_period()
            if repeating is not None:
                return repeating
            self._split_at_corners()
        else:
            self._gather(self.f, list(self.within.pieces if self.within.period is None else self.within.limits))
        self._look_at(self.doubtful)
        from mathcli.solving.arrangement import arranged

        return arranged(self.f, self.x, self.within, self)

    def _of_constant(self) -> Zeros:
        by = exactly.sign(self.f)
        if by is None:
            return _nothing_known("whether a constant is 0 could not be decided")
        return Zeros(continua=self.within.pieces if by == 0 else (), certain_within=self.within)

    def _in_one_period(self) -> Zeros | None:
        """Zeros of a function with corners that repeats, where the region has no end: those of one period."""
        if self.within.period is None and all(piece.is_bounded for piece in self.within.pieces):
            return None
        from mathcli.solving.periodic_zeros import repeated, whole_period

        turn = whole_period(self.f, self.x, self.within)
        if turn is None:
            if self.within.period is not None:
                raise NotCoveredError("corners of a function on a domain that repeats")
            return None
        period, part = turn
        return repeated(zeros(self.f, self.x, part, budget=self.budget), period, self.x, self.within)

    def _split_at_corners(self) -> None:
        """Work on the pieces between the corners, each with the function that f is there, and look at the corners."""
        for corner in kinks(self.f):
            side = Sum.of(corner.left, Negative(corner.right))
            found = zeros(side, self.x, self.within, budget=self.budget)
            if not found.is_complete or found.families:
                raise NotCoveredError("where the corners of the function are could not be worked out")
            self.corners.extend(zero.at for zero in found.points)
            self.corners.extend(_ends(found.continua))
        self.corners = rising(self.corners)
        groups: dict[Node, list[Piece]] = {}
        for piece in cut(self.within, self.corners):
            g = without_corners(self.f, self.x, inside(piece))
            if g is None:
                raise NotCoveredError("a function with jumps that are not covered")
            groups.setdefault(g, []).append(piece)
        for g, pieces in groups.items():
            self._gather(g, pieces)
        marks = rising([*self.corners, *_ends(self.within.pieces)])
        self.doubtful.extend(at for at in marks if self.within.holds(at))

    def _look_at(self, places: Iterable[Bound]) -> None:
        """Take up those of some single places at which f is 0."""
        for at in places:
            if not self.within.holds(at) or any(at.equals(point.at) for point in self.points):
                continue
            by = sign_at(self.f, self.x, at)
            if by == 0:
                self.points.append(Point(at, None))
            elif by is None and _is_defined(self.f, self.x, at) is not False:
                self.uncertain.append(Piece(at, at, True, True))

    def _gather(self, g: Node, pieces: list[Piece]) -> None:
        """Take up the zeros of g, which f is on these pieces: those of its factors, wherever all have values."""
        for part, times in _factors_as_written(g):
            self._gather_part(part, times, pieces)

    def _gather_part(self, g: Node, times: int | None, pieces: list[Piece]) -> None:
        if self.x not in g.names:
            by = exactly.sign(g)
            (self.continua if by == 0 else self.uncertain if by is None else []).extend(pieces)
            return
        if isinstance(g, Call):
            found = solutions(g, Bound.rational(fmpq(0)), self.x, _hull(pieces))
            if found is not None:
                self._take_all(found.raised(times), pieces)
                return
        try:
            parts = factors(g, self.x, is_positive=_is_above_zero(pieces))
        except ZeroFunctionError:
            self.continua.extend(pieces)
            return
        if parts is None:
            self._search(g, times, pieces, g)
            return
        excluded = self._keys_of_conditions(g, parts)
        for part in parts:
            if part.exponent > 0:
                self._take(part, None if times is None else times * part.exponent, pieces, g)
            elif part.tree not in excluded:
                self._suspect(part, pieces)

    def _take(self, part: Factor, times: int | None, pieces: list[Piece], whole: Node) -> None:
        found = closed_zeros(part, _hull(pieces))
        if found is None and part.tree is not self.f and kinks(part.tree):
            self._take_with_corners(part.tree, times, pieces)
        elif found is None:
            self._search(part.tree, times, pieces, whole)
        else:
            self._take_all(found.raised(times), pieces)

    def _take_with_corners(self, g: Node, times: int | None, pieces: list[Piece]) -> None:
        """A factor in which an absolute value has come up: sqrt(x^2) is |x|."""
        found = zeros(g, self.x, Region(tuple(pieces)), budget=self.budget)
        if not found.is_complete or found.families:
            self.uncertain.extend(pieces)
            return
        self.points.extend(Found(tuple(Point(z.at, z.multiplicity) for z in found.points)).raised(times).points)
        self.continua.extend(found.continua)
        self.reasons.update(dict.fromkeys(found.reasons))

    def _take_all(self, found: Found, pieces: list[Piece]) -> None:
        self.reasons.update(dict.fromkeys(found.reasons))
        self.points.extend(p for p in found.points if _is_in(p.at, pieces))
        self._take_series(found.series, pieces)

    def _take_series(self, series: Iterable[Series], pieces: list[Piece]) -> None:
        """Take up zeros that repeat, as far as they lie in the pieces: elsewhere f may be another function."""
        self.series.setdefault(tuple(pieces), []).extend(series)

    def _suspect(self, part: Factor, pieces: list[Piece]) -> None:
        """Note the zeros of a denominator that the function may have values at."""
        found = closed_zeros(part)
        if found is None:
            self._suspect_by_search(part, pieces)
            return
        self.doubtful.extend(p.at for p in found.points if _is_in(p.at, pieces))
        for one in found.series:
            for piece in pieces:
                first, last = range_of(one, piece)
                if first is None or last is None:
                    raise NotCoveredError("a denominator that may vanish again and again")
                self.doubtful.extend(at for k in range(first, last + 1) if (at := shifted(one.base, one.period, k)))

    def _suspect_by_search(self, part: Factor, pieces: list[Piece]) -> None:
        from mathcli.solving.search import search

        for piece in pieces:
            searched = search(part.tree, self.x, piece, budget=self.budget, allowance=self.allowance)
            if not searched.is_complete:
                self.uncertain.append(piece)
            self.doubtful.extend(point.at for point in searched.points)

    def _keys_of_conditions(self, g: Node, parts: list[Factor]) -> set[Node]:
        """The denominators that vanish nowhere in the domain for all to see: each is in a condition of it."""
        if all(part.exponent > 0 for part in parts):
            return set()
        keys: set[Node] = set()
        for condition in raw_conditions(g):
            if isinstance(condition, Relation) and condition.signs in (("!=",), (">",)):
                below = normal_form(condition.sides[0], field=parts[0].field)
                if below is not None and not below.is_zero():
                    keys.update(part.tree for part in factors_in(below, self.x) if part.exponent > 0)
        return keys

    def _search(self, g: Node, times: int | None, pieces: list[Piece], whole: Node) -> None:
        from mathcli.solving.periodic_zeros import in_each_period
        from mathcli.solving.search import search

        repeating = in_each_period(g, self.x, pieces, budget=self.budget)
        if repeating is not None:
            self.reasons.update(dict.fromkeys(repeating.reasons))
            self._take_series(repeating.raised(times).series, pieces)
            return
        for piece in pieces:
            searched = search(g, self.x, piece, budget=self.budget, allowance=self.allowance, factor_of=whole)
            self.reasons.update(dict.fromkeys(searched.reasons))
            self.points.extend(Found(searched.points).raised(times).points)
            self.uncertain.extend(searched.uncertain)


def _factors_as_written(g: Node) -> Iterator[tuple[Node, int | None]]:
    """What has to be 0 for g to be 0 where it has a value, each with the exponent; None for one that is not whole."""
    match g:
        case Product(written):
            for factor in written:
                yield from _factors_as_written(factor)
        case Quotient(numerator, _):
            yield from _factors_as_written(numerator)
        case Negative(u):
            yield from _factors_as_written(u)
        case Power(base, exponent) if base is E or exponent.names:
            yield ONE, 1
        case Power(base, exponent):
            power = constant_value(exponent)
            if not isinstance(power, fmpq) or power <= 0:
                yield (base, None) if power is None or isinstance(power, arb) else (ONE, 1)
                return
            for factor, times in _factors_as_written(base):
                yield factor, None if power.q != 1 or times is None else times * int(power.p)
        case _:
            yield g, 1


def _hull(pieces: list[Piece]) -> arb | None:
    """A ball over pieces that have ends."""
    ends = [end.enclosure for end in _ends(pieces)]
    if not pieces or not all(piece.is_bounded for piece in pieces):
        return None
    low, high = (
        fmpq((min(low for low, _ in ends) * _GRID).floor()),
        fmpq((max(high for _, high in ends) * _GRID).ceil()),
    )
    with working_precision(64):
        return arb((low + high) / 2 / _GRID, (high - low) / 2 / _GRID)


_GRID = 64
"""Ends on a grid keep the radius of the ball exact, so that it does not reach below 0 where the pieces do not."""


def _ends(pieces: Iterable[Piece]) -> list[Bound]:
    return [end for piece in pieces for end in (piece.lower, piece.upper) if end is not None]


def _is_in(at: Bound, pieces: Iterable[Piece]) -> bool:
    return any(piece.holds(at) for piece in pieces)


def _is_above_zero(pieces: Iterable[Piece]) -> bool:
    return all(piece.lower is not None and piece.lower.enclosure[0] >= 0 and not piece.holds_zero for piece in pieces)


def _is_defined(f: Node, x: Name, at: Bound) -> bool | None:
    return exactly.is_defined(f.substitute({x: at.exact})) if at.exact is not None else None
