"""Lagrange's points in a box, by branch and prune: where the gradients of f and of the constraints are dependent.

With k constraints, all minors of k + 1 columns of the gradients vanish at such a point. In a box in which k columns of
the gradients of the constraints are independent all over, the minors of these k columns and one more do already say
so: with the constraints they are as many equations as there are unknowns, and the Krawczyk operator proves of a box
that it holds exactly one of their zeros. Other boxes are dropped where a constraint, an inequality or a minor certainly
fails, drawn together by interval Newton steps, or cut in two. What stays undecided is reported, never dropped.
Source: Neumaier, Interval Methods for Systems of Equations, sections 5.1 and 5.2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import combinations

from flint import arb, arb_mat, fmpq

from mathcli.algebra.algebraic_points import rational_ends
from mathcli.algebra.ball_functions import is_nan
from mathcli.algebra.balls import Evaluation, working_precision
from mathcli.algebra.budget import Budget
from mathcli.algebra.ranges import Range, range_over
from mathcli.algebra.rational import expanded
from mathcli.calculus.differentiation import differentiate
from mathcli.extrema.several import determinant
from mathcli.solving.box_search import (
    Place,
    Pruned,
    SquareSystem,
    branch_and_prune,
    hull,
    krawczyk,
    point_in,
    refined,
    shown_box,
    shown_hull,
    together,
    whole_box,
    widened,
)
from mathcli.solving.real_points import RealPoint
from mathcli.solving.recognition import candidates
from mathcli.solving.regions import Bound
from mathcli.solving.systems import Box, Solutions
from mathcli.syntax.tree import ZERO, Call, Name, Node, Piecewise, Relation

_BITS = 64
_SMALLEST = fmpq(1, 1 << 18)
_MOST_BOXES = 40_000
_MOST_TRIES = 60
_MOST_GROUPS = 20
_MOST_SHOWN = 4
_STEPS = 12
_FIRST_TRY = 0.125
_REACHES = tuple(fmpq(1, 1 << k) for k in (4, 7, 12, 20))

Matrix = list[list[arb]]


class LagrangeSystem:
    """f and the active constraints u = 0 by their gradients, with relations that hold where points are looked for."""

    def __init__(
        self,
        gradient: tuple[Node, ...],
        constraints: Sequence[tuple[Node, tuple[Node, ...]]],
        names: tuple[Name, ...],
        where: tuple[Node, ...],
    ) -> None:
        self.names = names
        self.where = where
        self.constraints = tuple(u for u, _ in constraints)
        self.rows = (gradient, *(slopes for _, slopes in constraints))
        self._squares: dict[tuple[int, ...], SquareSystem] = {}

    @cached_property
    def second(self) -> tuple[tuple[tuple[Node, ...], ...], ...]:
        """The derivatives of each row, symmetric: [row][column][variable]."""
        size = range(len(self.names))
        upper = [
            {(j, k): differentiate(row[j], self.names[k]).result for j in size for k in size if j <= k}
            for row in self.rows
        ]
        return tuple(tuple(tuple(found[min(j, k), max(j, k)] for k in size) for j in size) for found in upper)

    @cached_property
    def _jumping(self) -> SquareSystem | None:
        """All that may jump; None where nothing does."""
        everything = (*self.constraints, *(slope for row in self.rows for slope in row))
        system = SquareSystem(tuple(u for u in everything if u.contains(Call, Piecewise)), (), self.names)
        return system if system.equations else None

    @property
    def minors(self) -> Iterator[tuple[int, ...]]:
        """The columns of each minor."""
        return combinations(range(len(self.names)), len(self.rows))

    @property
    def equations(self) -> tuple[Node, ...]:
        """The constraints and all minors, each = 0."""
        minors = (determinant([[row[k] for k in columns] for row in self.rows]) for columns in self.minors)
        return (*self.constraints, *minors)

    def with_pivots(self, pivots: tuple[int, ...]) -> list[tuple[int, ...]]:
        """The columns of the minors that hold all pivots."""
        return [tuple(sorted((*pivots, k))) for k in range(len(self.names)) if k not in pivots]

    def square(self, pivots: tuple[int, ...]) -> SquareSystem:
        """As many equations as unknowns that say the same as all of them where the pivots are independent."""
        if pivots not in self._squares:
            minors = [
                expanded(determinant([[row[k] for k in columns] for row in self.rows]))
                for columns in self.with_pivots(pivots)
            ]
            self._squares[pivots] = SquareSystem.of((*self.constraints, *minors), self.names)
        return self._squares[pivots]

    def pivot_minor(self, pivots: tuple[int, ...], place: Place, bits: int) -> arb | None:
        """The minor of the gradients of the constraints in the pivot columns, over a box."""
        with working_precision(bits):
            evaluation = Evaluation(self._at(place))
            rows = [[_number(evaluation, row[k]) for k in pivots] for row in self.rows[1:]]
            known = [[v for v in row if v is not None] for row in rows]
            return _determinant(known) if all(len(a) == len(b) for a, b in zip(known, rows, strict=True)) else None

    def _at(self, place: Place) -> dict[Node, arb | fmpq | int]:
        return dict(zip(self.names, place, strict=True))

    # one box

    def look(self, place: Place) -> tuple[str, Place]:
        """("none" | "one" | "some", a smaller box in which the points lie)."""
        with working_precision(_BITS):
            here = Evaluation(self._at(place))
            values = [here.value(u) for u in self.constraints]
            if any(_is_not_zero(value) for value in values) or self._is_outside(here):
                return "none", place
            if any(is_nan(v) and self._is_off_zero(u, here) for u, v in zip(self.constraints, values, strict=True)):
                return "none", place
            rows = [[here.value(slope) for slope in row] for row in self.rows]
            if any(v is None for row in rows for v in row):
                return "none", place
            gradients = [[arb(v) for v in row if v is not None] for row in rows]
            if not all(v.is_finite() for row in gradients for v in row):
                return ("none" if self._keeps_off_edge(here) else "some"), place
            if any(_is_not_zero(_minor(gradients, columns)) for columns in self.minors):
                return "none", place
            return self._by_slopes(place, here, gradients)

    def _is_off_zero(self, u: Node, here: Evaluation) -> bool:
        """Whether a constraint is certainly not 0 in a box in which a ball shows no value for it."""
        found = range_over(u, here, self._positive)
        return found is None or found.is_positive or found.is_negative

    def _keeps_off_edge(self, here: Evaluation) -> bool:
        """Whether a minor is not 0 in a box at the edge of the domain, where a gradient may grow without bound."""
        found = [[range_over(slope, here, self._positive) for slope in row] for row in self.rows]
        rows = [[v for v in row if v is not None] for row in found]
        if any(len(a) < len(b) for a, b in zip(rows, found, strict=True)):
            return True
        minors = (_range_of_minor([[row[k] for k in columns] for row in rows]) for columns in self.minors)
        return any(minor.is_positive or minor.is_negative for minor in minors)

    @cached_property
    def _positive(self) -> frozenset[Node]:
        """What the relations say to be positive."""
        sides = (condition for condition in self.where if isinstance(condition, Relation))
        return frozenset(c.sides[0] for c in sides if c.signs == (">",) and c.sides[1] is ZERO)

    def _is_outside(self, here: Evaluation) -> bool:
        return any(here.truth(condition) is False for condition in self.where)

    def _by_slopes(self, place: Place, here: Evaluation, gradients: Matrix) -> tuple[str, Place]:
        """Mean value forms, and what interval Newton steps make of the box."""
        middle = [arb(side.mid()) for side in place]
        at_middle = self._around(middle)
        if at_middle is None or self._jumps(place):
            return "some", place
        values, slopes, _ = at_middle
        smaller: Place | None = _newton_steps(place, middle, values, gradients[1:])
        second = self._second(here)
        if smaller is None:
            return "none", place
        pivots = self._pivots(slopes)
        if second is None or pivots is None:
            return "some", smaller
        chosen = self.with_pivots(pivots)
        centre = [*values, *(_minor(slopes, columns) for columns in chosen)]
        jacobian = [*gradients[1:], *(_minor_slopes(gradients, second, columns) for columns in chosen)]
        for value, row in zip(centre, jacobian, strict=True):
            if _is_not_zero(value + _dot(row, [side - m for side, m in zip(place, middle, strict=True)])):
                return "none", place
        prepared = _preconditioned(centre, jacobian)
        if prepared is None:
            return "some", smaller
        smaller = _newton_steps(smaller, middle, *prepared)
        if smaller is None:
            return "none", place
        return self._decided(place, smaller, pivots)

    def _decided(self, place: Place, smaller: Place, pivots: tuple[int, ...]) -> tuple[str, Place]:
        """Whether a box that Newton's steps made much smaller holds exactly one point."""
        if any(a.rad() > b.rad() * fmpq(3, 4) for a, b in zip(smaller, place, strict=True)):
            return "some", smaller
        found = self._only_one(widened(smaller), pivots)
        return ("some", smaller) if found is None else ("one", found)

    def _only_one(self, place: Place, pivots: tuple[int, ...]) -> Place | None:
        """The box, if it holds exactly one point, which is proved."""
        minor = self.pivot_minor(pivots, place, _BITS)
        if minor is None or not _is_not_zero(minor):
            return None
        image = krawczyk(self.square(pivots), place, _BITS)
        if image is None or not all(a.contains_interior(b) for a, b in zip(place, image, strict=True)):
            return None
        return place

    def _jumps(self, place: Place) -> bool:
        return self._jumping is not None and self._jumping.may_jump(place, _BITS)

    def _around(self, place: Place) -> tuple[list[arb], Matrix, Evaluation] | None:
        """The constraints and the gradients at a point; None where one has no value."""
        here = Evaluation(self._at(place))
        values = [_number(here, u) for u in self.constraints]
        rows = [[_number(here, slope) for slope in row] for row in self.rows]
        known = [v for v in values if v is not None]
        slopes = [[v for v in row if v is not None] for row in rows]
        if len(known) < len(values) or any(len(a) < len(b) for a, b in zip(slopes, rows, strict=True)):
            return None
        return known, slopes, here

    def _second(self, here: Evaluation) -> list[Matrix] | None:
        found = [[[_number(here, u) for u in entry] for entry in row] for row in self.second]
        known = [[[v for v in entry if v is not None] for entry in row] for row in found]
        size = len(self.names)
        return known if all(len(entry) == size for row in known for entry in row) else None

    def _pivots(self, slopes: Matrix) -> tuple[int, ...] | None:
        """The columns in which the gradients of the constraints are farthest from dependent."""
        size = len(self.constraints)
        if size > len(self.names):
            return None
        sizes = {
            columns: float(abs(_determinant([[row[k] for k in columns] for row in slopes[1:]])).mid())
            for columns in combinations(range(len(self.names)), size)
        }
        best = max(sizes, key=lambda columns: sizes[columns])
        return best if sizes[best] > 1e-12 else None

    # points found by Newton's steps before the search reaches them

    def near(self, place: Place) -> Place | None:
        """A box around a point that Newton's steps lead to from the middle of this one, proved to hold just that."""
        with working_precision(_BITS):
            middle = [arb(side.mid()) for side in place]
            for _ in range(_STEPS):
                found = self._step(middle)
                if found is None:
                    return None
                middle, moved, pivots = found
                if moved < 1e-14:
                    return self._box_around(middle, pivots)
        return None

    def _step(self, middle: Place) -> tuple[Place, float, tuple[int, ...]] | None:
        around = self._around(middle)
        if around is None:
            return None
        values, slopes, here = around
        pivots, second = self._pivots(slopes), self._second(here)
        if pivots is None or second is None:
            return None
        chosen = self.with_pivots(pivots)
        centre = [*values, *(_minor(slopes, columns) for columns in chosen)]
        jacobian = [*slopes[1:], *(_minor_slopes(slopes, second, columns) for columns in chosen)]
        prepared = _preconditioned(centre, jacobian)
        if prepared is None:
            return None
        steps = [arb(v.mid()) for v in prepared[0]]
        moved = max((float(abs(step)) for step in steps), default=0.0)
        if not moved < 100:
            return None
        return [arb((m - step).mid()) for m, step in zip(middle, steps, strict=True)], moved, pivots

    def _box_around(self, middle: Place, pivots: tuple[int, ...]) -> Place | None:
        for reach in _REACHES:
            found = self._only_one([side + arb(0, 1) * (reach * (1 + abs(side))) for side in middle], pivots)
            if found is not None:
                return found
        return None

    def holder(self, place: Place) -> SquareSystem | None:
        """A square system of which the one point in a box is the only zero there."""
        for pivots in combinations(range(len(self.names)), len(self.constraints)):
            minor = self.pivot_minor(pivots, place, _BITS)
            if minor is not None and _is_not_zero(minor) and self._only_one(place, pivots) is not None:
                return self.square(pivots)
        return None


def lagrange_points(system: LagrangeSystem, start: Place, budget: Budget) -> Pruned:
    """Return boxes with one Lagrange point each, those left over, and what ended the search early."""
    if len(system.constraints) > len(system.names):
        return Pruned([], [start], "more constraints than variables")
    tries = 0

    def look(place: Place) -> tuple[str, Place]:
        nonlocal tries
        verdict, smaller = system.look(place)
        if verdict == "some" and tries < _MOST_TRIES and max(float(side.rad()) for side in smaller) < _FIRST_TRY:
            tries += 1
            found = system.near(smaller)
            if found is not None:
                return "beside", found
        return verdict, smaller

    def tight(place: Place, bits: int) -> Place:
        square = system.holder(place)
        return place if square is None else refined(square, place, bits)

    cost = 20 * len(system.names) ** 2
    return branch_and_prune(start, look, tight, budget, smallest=_SMALLEST, most=_MOST_BOXES, cost=cost)


# arithmetic on balls


def _number(here: Evaluation, node: Node) -> arb | None:
    """The value as a finite ball, or None."""
    value = here.value(node)
    if value is None:
        return None
    ball = arb(value)
    return ball if ball.is_finite() else None


def _is_not_zero(value: object) -> bool:
    """Whether a value, None where there is none at all, is certainly not 0."""
    if value is None:
        return True
    ball = arb(value)
    return bool(ball.is_finite()) and not ball.contains(0)


def _determinant(rows: Sequence[Sequence[arb]]) -> arb:
    if not rows:
        return arb(1)
    if len(rows) == 1:
        return rows[0][0]
    if len(rows) == 2:
        return rows[0][0] * rows[1][1] - rows[0][1] * rows[1][0]
    total = arb(0)
    for k, entry in enumerate(rows[0]):
        minor = entry * _determinant([[*row[:k], *row[k + 1 :]] for row in rows[1:]])
        total = total - minor if k % 2 else total + minor
    return total


def _range_of_minor(rows: Sequence[Sequence[Range]]) -> Range:
    if len(rows) == 1:
        return rows[0][0]
    total = Range(fmpq(0), fmpq(0))
    for k, entry in enumerate(rows[0]):
        minor = entry.times(_range_of_minor([[*row[:k], *row[k + 1 :]] for row in rows[1:]]))
        total = total.plus(-minor if k % 2 else minor)
    return total


def _minor(rows: Matrix, columns: Sequence[int]) -> arb:
    return _determinant([[row[k] for k in columns] for row in rows])


def _minor_slopes(rows: Matrix, second: Sequence[Matrix], columns: Sequence[int]) -> list[arb]:
    """The derivatives of a minor by all variables: one row after the other is differentiated."""
    chosen = [[row[k] for k in columns] for row in rows]
    slopes: list[arb] = []
    for i in range(len(rows[0])):
        total = arb(0)
        for r in range(len(rows)):
            moved = [second[r][k][i] for k in columns]
            if any(not v.is_zero() for v in moved):
                total += _determinant([moved if j == r else row for j, row in enumerate(chosen)])
        slopes.append(total)
    return slopes


def _dot(row: Sequence[arb], steps: Sequence[arb]) -> arb:
    return sum((a * b for a, b in zip(row, steps, strict=True)), arb(0))


def _preconditioned(values: list[arb], slopes: Matrix) -> tuple[list[arb], Matrix] | None:
    """Values and slopes times an inverse of the middle of the slopes; None where there is none."""
    try:
        inverse = arb_mat([[arb(v.mid()) for v in row] for row in slopes]).inv()
    except ZeroDivisionError:
        return None
    by = arb_mat([[arb(v.mid()) for v in row] for row in inverse.tolist()])
    if not all(v.is_finite() for row in by.tolist() for v in row):
        return None
    step = by * arb_mat([[v] for v in values])
    return [row[0] for row in step.tolist()], (by * arb_mat(slopes)).tolist()


def _newton_steps(place: Place, middle: Place, values: list[arb], slopes: Matrix) -> Place | None:
    """The part of a box in which values + slopes (X - middle) can be 0, one unknown after the other; None for none."""
    now = list(place)
    for value, row in zip(values, slopes, strict=True):
        for i, slope in enumerate(row):
            if slope.contains(0):
                continue
            rest = value
            for j, other in enumerate(row):
                if j != i:
                    rest = rest + other * (now[j] - middle[j])
            side = middle[i] - rest / slope
            if not side.overlaps(now[i]):
                return None
            if side.is_finite() and side.rad() < now[i].rad():
                now[i] = side.intersection(now[i])
    return now


# what is said of it


def lagrange_solutions(system: LagrangeSystem, box: Box | None, budget: Budget) -> Solutions:
    """Return the Lagrange points in the box, and of -10 to 10 in an unknown for which it has no ends.

    Complete where nothing is left over in a box that has all its ends; else what is left over is said.
    """
    searched, start = whole_box(box, system.names)
    pruned = lagrange_points(system, start, budget)
    points = [point for place in pruned.found if (point := _point(system, place)) is not None]
    groups = together(pruned.rest)
    points += [p for p in _exact_points(system, groups) if not any(_lies_in(p, place) for place in pruned.found)]
    points.sort(key=lambda point: [float(bound.ball().mid()) for bound in point.bounds])
    total = {0: "no point", 1: "one point"}.get(len(points), f"{len(points)} points")
    within = f"interval search of {shown_box(searched)}"
    if pruned.rest:
        late = f", stopped at {pruned.stopped}" if pruned.stopped else ""
        why = f"{within}{late}: {total} found; open: {_of_groups(system, groups, len(pruned.rest))}"
        return Solutions((), (), False, None, ((why,),), (), tuple(points))
    each = {0: "", 1: ", isolated and simple, and no other"}.get(
        len(points), ", each isolated and simple, and no other"
    )
    why = f"{within}: {total}{each}"
    if box is not None and all(None not in box.get(x, (None, None)) for x in system.names):
        return Solutions((), (), True, None, ((why,),), (), tuple(points))
    return Solutions((), (), False, searched, ((f"{why} there; nothing is known beyond",),), (), tuple(points))


def _point(system: LagrangeSystem, place: Place) -> RealPoint | None:
    square = system.holder(place)
    return None if square is None else point_in(square, place)


def _exact_points(system: LagrangeSystem, groups: Sequence[Sequence[Place]]) -> list[RealPoint]:
    """Points with simple coordinates in what is left over at which all equations are 0, which is proved."""
    equations = system.equations
    found: list[RealPoint] = []
    for group in groups[:_MOST_GROUPS]:
        near = hull(group)
        if any(side.rad() > fmpq(1, 100) for side in near):
            continue
        guesses = [next(candidates(_somewhere_in(side)), None) for side in near]
        if None not in guesses:
            point = RealPoint(system.names, [guess for guess in guesses if guess is not None])
            if all(point.is_zero(u) for u in equations) and not any(point.same_as(known) for known in found):
                found.append(point)
    return found


def _somewhere_in(side: arb) -> Bound:
    ends = rational_ends(side)
    return Bound(None, ends, lambda _: ends)


def _lies_in(point: RealPoint, place: Place) -> bool:
    return all(side.contains(bound.ball()) for side, bound in zip(place, point.bounds, strict=True))


def _of_groups(system: LagrangeSystem, groups: Sequence[Sequence[Place]], count: int) -> str:
    """The hulls of what is left over where these are few, else how many boxes there are and how wide."""
    hulls = [shown_hull(system.names, hull(group)) for group in groups[:_MOST_SHOWN]]
    if len(groups) <= _MOST_SHOWN:
        return "; ".join(hulls)
    widest = max(float(side.rad()) for group in groups for place in group for side in place)
    return f"{count} boxes no wider than {2 * widest:.1g}, such as {hulls[0]}"
