"""The points of a curve or surface F = 0 at which its distance from a point may be least, and what holds there.

A place is a point, or a curve all of whose points are equally far.
"""

from __future__ import annotations

from mathcli.algebra.budget import Budget
from mathcli.algebra.exact import is_zero
from mathcli.checking.comparing import Judged, Witness, are_equal, value_shown
from mathcli.checking.decimals import RIGHT, UNDECIDED, WRONG
from mathcli.checking.distances import Level
from mathcli.errors import MathcliError, UndecidedError
from mathcli.extrema.nearest import Candidates, Nearest, on_level
from mathcli.solving.extended_systems import Curve
from mathcli.solving.feasibility import difference
from mathcli.solving.numbers import decimal_node
from mathcli.solving.real_points import RealPoint
from mathcli.solving.reduction import constant_on, reduced_on
from mathcli.solving.regions import Bound
from mathcli.syntax.tree import ZERO, Call, Name, Node, Power, Quotient, Vector, walk

Place = RealPoint | Curve

_SHOWN_DIGITS = 6


class Places:
    """The candidates of one problem, found when they are first asked for."""

    def __init__(self, level: Level, budget: Budget) -> None:
        self.level, self.budget = level, budget
        self._found: tuple[Nearest, Candidates, tuple[Place, ...], tuple[Bound, ...]] | None = None

    @property
    def nearest(self) -> Nearest:
        """The nearest points.

        Raises:
            UndecidedError: they could not be found for certain.
        """
        return self._everything[0]

    @property
    def all(self) -> tuple[Place, ...]:
        """The candidates."""
        return self._everything[2]

    @property
    def are_nearest(self) -> tuple[bool, ...]:
        """Which of the candidates are nearest."""
        nearest, _, _, values = self._everything
        return tuple(value.compare(nearest.squared) == 0 for value in values)

    @property
    def are_all(self) -> bool:
        """Whether there are no candidates but those that are known."""
        _, candidates, _, _ = self._everything
        return candidates.box is None and candidates.is_complete

    @property
    def _everything(self) -> tuple[Nearest, Candidates, tuple[Place, ...], tuple[Bound, ...]]:
        if self._found is None:
            level = self.level
            nearest, candidates = on_level(level.functions, level.names, level.point.entries, budget=self.budget)
            if nearest is None or not nearest.is_complete or any(one.families for one in candidates.found):
                raise UndecidedError("the nearest points could not be found with certainty")
            points: list[Place] = [p for one in candidates.found for p in one.real_points]
            curves: list[Place] = [c for one in candidates.found for c in one.curves]
            values = [(place, self._squared_distance(place)) for place in (*points, *curves)]
            known = [(place, value) for place, value in values if value is not None]
            if len(known) < len(values):
                raise UndecidedError("the nearest points could not be found with certainty")
            self._found = nearest, candidates, tuple(p for p, _ in known), tuple(v for _, v in known)
        return self._found

    def _squared_distance(self, place: Place) -> Bound | None:
        squared = self.level.squared
        return place.value(squared) if isinstance(place, RealPoint) else constant_on(squared, place)

    def values_of_others(self) -> tuple[Bound, ...]:
        """The squared distances of the candidates that are not nearest."""
        return tuple(value for value, is_near in zip(self._everything[3], self.are_nearest, strict=True) if not is_near)

    def coordinates(self, name: Name) -> tuple[Node, ...]:
        """A coordinate of the nearest points, as far as they are exact."""
        k = self.level.names.index(name)
        values = [point[k].exact for point in self.nearest.points]
        return tuple(value for value in values if value is not None)

    # -- what holds ---------------------------------------------------------------------------------------------------

    def vanishes(self, u: Node) -> bool:
        """Whether a function is proved to be 0 on the whole curve or surface."""
        functions = tuple(f for f in self.level.functions if f is not ZERO)
        somewhere = RealPoint(self.level.names, [Bound.of(ZERO)] * len(self.level.names))  # asked for its names alone
        return vanishes_on(u, Curve(functions, len(self.level.names) - len(functions), somewhere))

    def is_zero_at(self, u: Node, place: Place) -> bool | None:
        """Whether a function is 0 at a place, proved; None where that was not decided or it has no value."""
        if isinstance(place, Curve):
            return True if vanishes_on(u, place) else None  # it may hold at some of its points
        sign = place.sign(u)
        return None if sign is None else sign == 0

    def agree(self, right: Node, written: Node, branch: dict[Node, Node]) -> Judged:
        """Return whether two functions agree on the curve, or on a branch y = ... of it; off it they may differ.

        Without roots a function is meant on the whole curve, so it is refuted by any point of it; with roots it may
        belong to one branch, and is refuted by the nearest points alone.
        """
        u = difference(written, right)
        if self._are_the_same(right, written, branch):
            return Judged(RIGHT, None, "equal by the equation")
        has_roots = _has_roots(written)
        near = [p for p, is_near in zip(self.all, self.are_nearest, strict=True) if is_near]
        points = [p for p in (near if has_roots else (*near, *self.all)) if isinstance(p, RealPoint)]
        apart = [p for p in points if p.sign(u) in (1, -1)]
        if not apart or (has_roots and len(apart) < len(near)):
            return Judged(UNDECIDED, None, "neither proved on the whole curve nor refuted")
        own, true = apart[0].value(written), apart[0].value(right)
        if own is None or true is None:
            return Judged(WRONG)
        at = {x: short(bound) for x, bound in zip(self.level.names, apart[0].bounds, strict=True)}
        return Judged(WRONG, Witness(at, short(own), short(true)))

    def _are_the_same(self, right: Node, written: Node, branch: dict[Node, Node]) -> bool:
        if self.vanishes(difference(written, right)):
            return True
        radicands = [u.arguments[0] for u in (right, written) if isinstance(u, Call) and u.function == "sqrt"]
        if len(radicands) == 2 and self.vanishes(difference(*radicands)):
            return True
        return bool(branch) and are_equal(right.substitute(branch), written.substitute(branch), (), self.budget)


def vanishes_on(u: Node, curve: Curve) -> bool:
    """Whether a function is proved to be 0 wherever the equations of a curve hold."""
    if u is ZERO:
        return True
    reduced = reduced_on(u, curve)
    return reduced is not None and (reduced is ZERO or is_zero(reduced) is True)


def short(bound: Bound) -> Node:
    """Return a number as a reader wants it."""
    if bound.exact is None:
        return decimal_node(bound, _SHOWN_DIGITS)
    try:
        return value_shown(bound.exact, parts=8)
    except MathcliError:
        return bound.exact


def shown(place: Place) -> Node | None:
    """Return a place as a reader wants it: a point; of a curve one of its points."""
    point = place if isinstance(place, RealPoint) else place.witness
    return None if point is None else Vector(tuple(short(bound) for bound in point.bounds))


def _has_roots(node: Node) -> bool:
    return any(
        (isinstance(part, Call) and part.function in ("sqrt", "cbrt", "root", "abs"))
        or (isinstance(part, Power) and isinstance(part.exponent, Quotient))
        for part in walk(node)
    )
