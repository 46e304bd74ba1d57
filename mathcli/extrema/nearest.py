"""The points of a curve or surface that are nearest to a point, with the proof that no other point is nearer.

The root is increasing, so the squared distance D has the same nearest points. Along a path D is a function of the
parameter. On a level set F = 0 the vector from the point to a nearest one is a combination of the gradients, unless
these are dependent or missing there; both cases are looked at. On a closed set a nearest point exists, so the nearest
of these candidates is it. A ball around the point that reaches the set holds every nearest point: where the whole line
or space is too much to search, such a ball is searched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from flint import fmpq

from mathcli.algebra.budget import Budget
from mathcli.algebra.conditions import number
from mathcli.algebra.domains import derivative_domain, domain
from mathcli.algebra.equality import EQUAL, compare
from mathcli.algebra.exact import evaluated, root_of_surd, shortest
from mathcli.calculus.derivation import Derivation, Phrase
from mathcli.calculus.differentiation import differentiate
from mathcli.calculus.vectors import worked_out
from mathcli.errors import BudgetSpentError, UndefinedError
from mathcli.extrema.constraints import Constraint, dependence
from mathcli.extrema.critical import Critical, CriticalFamily, Extreme
from mathcli.extrema.far_out import best
from mathcli.extrema.joints import value_at
from mathcli.extrema.one_variable import critical_points
from mathcli.extrema.several import edges
from mathcli.solving.extended_systems import Curve
from mathcli.solving.real_points import RealPoint
from mathcli.solving.reduction import constant_on
from mathcli.solving.regions import Bound, Piece, shifted
from mathcli.solving.systems import Box, Solutions, solutions
from mathcli.syntax.tree import (
    ZERO,
    Call,
    Equation,
    Interval,
    Name,
    Negative,
    Node,
    Number,
    Piecewise,
    Power,
    Product,
    Relation,
    Sum,
    integer,
    walk,
)

_MOST_TURNS = 12
_RADII = tuple(fmpq(2) ** k for k in range(0, 9, 2))
_STARTS = tuple(
    fmpq(p, q) for p, q in ((0, 1), (1, 1), (-1, 1), (1, 2), (2, 1), (-2, 1), (3, 1), (5, 1), (-5, 1), (10, 1))
)


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest points, by their coordinates, or a curve of them; without proof where `is_complete` is False.

    `is_attained` is False where the set comes nearer than any of its points. `critical` is what was found of D along a
    path, `places` the parameters of the nearest points, and `pieces` those of which all are equally near.
    """

    squared: Bound
    points: tuple[tuple[Bound, ...], ...]
    curves: tuple[Curve, ...] = ()
    is_attained: bool = True
    is_complete: bool = True
    reasons: tuple[Phrase, ...] = ()
    critical: Critical | None = None
    derivations: tuple[Derivation, ...] = ()
    conditions: tuple[Node, ...] = ()
    places: tuple[Bound, ...] = ()
    pieces: tuple[Piece, ...] = ()

    @property
    def distance(self) -> Bound | None:
        """The root of the squared distance."""
        if self.squared.exact is not None:
            simple = root_of_surd(self.squared.exact)
            return Bound.of(shortest(Call("sqrt", (self.squared.exact,))) if simple is None else simple)
        d = Name("d")
        return RealPoint((d,), (self.squared,)).value(Call("sqrt", (d,)))


def squared_distance(coordinates: Sequence[Node], to: Sequence[Node]) -> Node:
    """Return (x - a)^2 + (y - b)^2 + ..., nothing worked out but a coordinate 0 left out."""
    return Sum.of(
        *(Power(c if a is ZERO else Sum.of(c, _minus(a)), integer(2)) for c, a in zip(coordinates, to, strict=True))
    )


def _minus(a: Node) -> Node:
    return a.operand if isinstance(a, Negative) else Negative(a)


# -- along a path ---------------------------------------------------------------------------------------------------


def along(
    coordinates: Sequence[Node], t: Name, to: Sequence[Node], *, on: Interval | None = None, budget: Budget
) -> Nearest | None:
    """Return the nearest points of the path (x(t), y(t), ...); None where not even a candidate was found.

    Raises:
        UndefinedError: the path is defined nowhere.
    """
    start = squared_distance(coordinates, to)
    tidied = _tidied(start, t)
    found = critical_points(tidied.result, t, on=on, budget=budget)
    if not _is_decided(found) and on is None:
        nearer = _in_reach(coordinates, t, to, tidied.result, budget)
        found = found if nearer is None else nearer
    return _of_path(found, coordinates, t, tidied, budget)


def _tidied(start: Node, t: Name) -> Derivation:
    """D multiplied out where it is a polynomial in t; left as it is otherwise, with domain and all."""
    if any(isinstance(part, Call | Piecewise) for part in walk(start)) or domain(start):
        return Derivation(start, ())
    return worked_out(start, "expand", "rewrite") if _is_polynomial(start, t) else Derivation(start, ())


def _is_polynomial(node: Node, t: Name) -> bool:
    return all(
        not (isinstance(part, Power) and (t in part.exponent.names or not isinstance(part.exponent, Number)))
        for part in walk(node)
    )


def _is_decided(found: Critical) -> bool:
    return found.is_complete and isinstance(found.minimum, Extreme)


def _in_reach(
    coordinates: Sequence[Node], t: Name, to: Sequence[Node], squared: Node, budget: Budget
) -> Critical | None:
    """The critical points of D that are no farther than a point that is known, where t is itself a coordinate."""
    if t not in coordinates:
        return None
    low, high = Bound.of(to[list(coordinates).index(t)]).enclosure
    for start in (low, *_STARTS):
        there = value_at(squared, t, Bound.rational(start))
        if there is None:
            continue
        r = _root_above(there.enclosure[1])
        on = Interval(number((low - r).floor() * fmpq(1)), number((high + r).ceil() * fmpq(1)), True, True)
        found = critical_points(squared, t, on=on, budget=budget)
        if _is_decided(found):
            why: Phrase = (
                Equation(t, number(start)),
                " is at most as far as ",
                number(r),
                ", so nothing nearer lies beyond ",
                on,
            )
            return replace(found, reasons=(*found.reasons, why))
        return None
    return None


def _root_above(square: fmpq) -> fmpq:
    """A whole number that is at least the root."""
    from math import isqrt

    return fmpq(isqrt(int(square.ceil())) + 1)


def _of_path(
    found: Critical, coordinates: Sequence[Node], t: Name, tidied: Derivation, budget: Budget
) -> Nearest | None:
    derivations = (tidied, *found.derivations) if tidied.steps else found.derivations
    least = found.minimum
    if isinstance(least, Extreme):
        turns = [_turns(found, at, coordinates, t, budget) for at in least.at]
        places = [place for turn in turns if turn is not None for place in turn]
        points = _distinct([_place(coordinates, t, place) for place in places])
        level = tuple(p.piece for p in found.plateaus if p.value is not None and p.value.compare(least.value) == 0)
        is_open = None in turns or (least.is_attained and not points and not level)
        return Nearest(
            least.value,
            tuple(points),
            is_attained=least.is_attained,
            is_complete=found.is_complete and not is_open,
            reasons=found.reasons,
            critical=found,
            derivations=derivations,
            conditions=found.conditions,
            places=tuple(places),
            pieces=level,
        )
    known = [p for p in (*found.points, *found.boundary) if p.value is not None]
    value = best([p.value for p in known if p.value is not None], 1)
    if value is None:
        return None
    places = [p.at for p in known if p.value is not None and p.value.compare(value) == 0]
    points = _distinct([_place(coordinates, t, place) for place in places])
    return Nearest(
        value,
        tuple(points),
        is_complete=False,
        reasons=found.reasons,
        critical=found,
        derivations=derivations,
        conditions=found.conditions,
        places=tuple(places),
    )


def _turns(found: Critical, at: Bound, coordinates: Sequence[Node], t: Name, budget: Budget) -> list[Bound] | None:
    """The parameters of a family at which the path is at different points: until it comes back to where it was."""
    family = next((family for family in found.families if family.base is at), None)
    if family is None:
        return [at]
    turns: list[Bound] = [at]
    for k in range(1, _MOST_TURNS):
        moved = Sum.of(t, _times(k, family))
        if all(compare(c, c.substitute({t: moved}), budget=budget).verdict == EQUAL for c in coordinates):
            return turns
        further = shifted(at, family.period, k)
        assert further is not None
        turns.append(further)
    return None


def _times(k: int, family: CriticalFamily) -> Node:
    return evaluated(Product.of(integer(k), family.period)) if k > 1 else family.period


def _place(coordinates: Sequence[Node], t: Name, at: Bound) -> tuple[Bound, ...] | None:
    values = [value_at(c, t, at) for c in coordinates]
    return None if None in values else tuple(v for v in values if v is not None)


def _distinct(points: Sequence[tuple[Bound, ...] | None]) -> list[tuple[Bound, ...]]:
    found: list[tuple[Bound, ...]] = []
    for point in points:
        if point is not None and not any(all(a.compare(b) == 0 for a, b in zip(point, p, strict=True)) for p in found):
            found.append(point)
    return found


# -- on a level set -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Candidates:
    """The conditions for a nearest point of F = 0, ... and all points that satisfy them, in the box if there is one."""

    gradients: tuple[tuple[Derivation, ...], ...]
    equations: tuple[Node, ...]
    found: tuple[Solutions, ...]
    box: Box | None = None

    @property
    def is_complete(self) -> bool:
        return all(one.is_complete for one in self.found)


def on_level(
    levels: Sequence[Node], names: tuple[Name, ...], to: Sequence[Node], *, budget: Budget
) -> tuple[Nearest | None, Candidates]:
    """Return the nearest points of the set on which all `levels` are 0, and the conditions that they solve.

    Raises:
        UndefinedError: the set is empty, which is proved.
    """
    search = _LevelSearch(tuple(levels), names, tuple(to), budget)
    candidates = search.candidates(None)
    nearest = search.nearest(candidates)
    if nearest is not None and nearest.is_complete:
        return nearest, candidates
    if (
        nearest is None
        and candidates.is_complete
        and search.is_closed
        and not any(c.families for c in candidates.found)
    ):
        raise UndefinedError("there is no real point on it: the equation has no real solution")
    within = search.in_reach(nearest)
    return within if within is not None else (nearest, candidates)


class _LevelSearch:
    def __init__(self, levels: tuple[Node, ...], names: tuple[Name, ...], to: tuple[Node, ...], budget: Budget) -> None:
        self.levels, self.names, self.to, self.budget = levels, names, to, budget
        self.squared = squared_distance(names, to)
        self.where = tuple(dict.fromkeys(c for f in levels for c in domain(f)))
        self.is_closed = not any(map(_may_jump, levels)) and all(
            isinstance(c, Relation) and set(c.signs) <= {">=", "<=", "="} for c in self.where
        )
        self.active = tuple(
            Constraint(f, "=", Equation(f, ZERO), tuple(differentiate(f, x) for x in names)) for f in levels
        )
        from_point = tuple(Sum.of(x, _minus(a)) if a is not ZERO else x for x, a in zip(names, to, strict=True))
        self.equations = dependence(from_point, self.active, names)

    def candidates(self, box: Box | None) -> Candidates:
        """The points at which the gradients are dependent, and those where one of them does not exist."""
        found = [self._solved(self.equations, box)]
        found.extend(self._solved(group, box) for group in self._rough_places())
        return Candidates(tuple(c.slopes for c in self.active), self.equations, tuple(found), box)

    def _solved(self, equations: tuple[Node, ...], box: Box | None) -> Solutions:
        try:
            return solutions(equations, self.names, box=box, where=self.where, budget=self.budget)
        except BudgetSpentError:
            return Solutions((), (), False, None, (("the time limit was reached",),))

    def _rough_places(self) -> list[tuple[Node, ...]]:
        """Where a gradient may be missing, and the edge of the domain."""
        zeros: dict[Node, None] = dict.fromkeys(u for condition in self.where for u in edges(condition))
        for f in self.levels:
            for x in self.names:
                for condition in derivative_domain(f, x):
                    zeros.update(dict.fromkeys(edges(condition)))
        free = len(self.names) - len(self.levels)
        groups = [(*self.levels, u) for u in zeros] if free == 1 else []
        if free > 1 and zeros:
            groups = [(*self.levels, *some) for size in range(1, free + 1) for some in combinations(zeros, size)]
        return groups

    def nearest(self, candidates: Candidates) -> Nearest | None:
        """The nearest of the candidates."""
        points = [(p, p.value(self.squared)) for one in candidates.found for p in one.real_points]
        points += [(f.point, f.point.value(self.squared)) for one in candidates.found for f in one.families]
        curves = [(c, constant_on(self.squared, c)) for one in candidates.found for c in one.curves]
        nested = [self._nearest_of(c) for c, value in curves if value is None]
        values = [value for _, value in (*points, *curves) if value is not None]
        values += [one.squared for one in nested if one is not None]
        least = best(values, 1)
        if least is None:
            return None
        at = [p for p, value in points if value is not None and value.compare(least) == 0]
        on = tuple(c for c, value in curves if value is not None and value.compare(least) == 0)
        has_families = any(one.families for one in candidates.found)
        is_complete = candidates.is_complete and self.is_closed and not has_families
        is_complete = is_complete and None not in (value for _, value in points)
        is_complete = is_complete and all(one is not None and one.is_complete for one in nested)
        least_of_nested = [one for one in nested if one is not None and one.squared.compare(least) == 0]
        return Nearest(
            least,
            tuple(_distinct([*(p.bounds for p in at), *(p for one in least_of_nested for p in one.points)])),
            (*on, *(c for one in least_of_nested for c in one.curves)),
            is_complete=is_complete,
            reasons=self._reasons(candidates, is_complete),
            conditions=self.where,
        )

    def _nearest_of(self, curve: Curve) -> Nearest | None:
        """The nearest point of a curve of candidates that are not equally far: where F is singular all along."""
        if len(curve.equations) != len(self.names) - curve.dimension or curve.equations == self.levels:
            return None
        search = _LevelSearch(curve.equations, self.names, self.to, self.budget)
        return search.nearest(search.candidates(None))

    def _reasons(self, candidates: Candidates, is_complete: bool) -> tuple[Phrase, ...]:
        said: list[Phrase] = [reason for one in candidates.found for reason in one.reasons]
        if is_complete:
            said.insert(0, ("the set is closed, so one of its points is nearest, and it is among these",))
        elif not self.is_closed:
            said.append(("the set need not be closed",))
        return tuple(dict.fromkeys(said))

    def in_reach(self, known: Nearest | None) -> tuple[Nearest, Candidates] | None:
        """The same in a box around the point that holds every nearest point."""
        if not self.is_closed:
            return None
        radii = _RADII if known is None else (_root_above(known.squared.enclosure[1]),)
        for r in radii:
            candidates = self.candidates(self._box(r))
            found = self.nearest(candidates)
            if not candidates.is_complete:
                return None
            if found is not None and found.is_complete and found.squared.enclosure[1] <= r * r:
                why: Phrase = (
                    "nothing nearer lies outside of the box that reaches ",
                    number(r),
                    " around the point",
                )
                return replace(found, reasons=(*found.reasons, why)), candidates
        return None

    def _box(self, r: fmpq) -> Box:
        box: dict[Name, tuple[Bound | None, Bound | None]] = {}
        for x, a in zip(self.names, self.to, strict=True):
            low, high = Bound.of(a).enclosure
            box[x] = (Bound.rational(fmpq((low - r).floor())), Bound.rational(fmpq((high + r).ceil())))
        return box


def _may_jump(node: Node) -> bool:
    jumping = ("sign", "floor", "ceil")
    return any(
        isinstance(part, Piecewise) or (isinstance(part, Call) and part.function in jumping) for part in walk(node)
    )
