"""Points of the plane and of space: critical points of several variables, nearest points of a curve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mathcli.algebra.budget import Budget
from mathcli.algebra.exact import evaluated, is_zero
from mathcli.checking.distances import Path
from mathcli.checking.tasks import Task
from mathcli.errors import UndecidedError
from mathcli.extrema import several
from mathcli.extrema.nearest import Nearest, along
from mathcli.solving.numbers import decimal_node
from mathcli.solving.real_points import RealPoint
from mathcli.solving.regions import Bound
from mathcli.syntax.tree import Equation, Name, Negative, Node, Sum, Vector

if TYPE_CHECKING:
    from mathcli.checking.marks import Marked

Point = tuple[Bound, ...]


class PointClaims:
    """What a student says of points, against the critical points of f or the nearest points of a curve."""

    def __init__(self, task: Task, path: Path | None, budget: Budget) -> None:
        self.task, self.path, self.budget = task, path, budget
        self._points: tuple[Point, ...] | None = None
        self._is_complete = False
        self._nearest: Nearest | None = None
        self.listed: list[tuple[Marked, Point]] = []

    @property
    def names(self) -> tuple[Name, ...]:
        return self.task.variables if self.path is None else self.path.names

    @property
    def nearest(self) -> Nearest:
        """The nearest points of the curve.

        Raises:
            UndecidedError: they could not be found for certain.
        """
        assert self.path is not None
        if self._nearest is None:
            found = along(
                self.path.coordinates, self.path.t, self.path.point.entries, on=self.task.on, budget=self.budget
            )
            if found is None or not found.is_complete:
                raise UndecidedError("the nearest points could not be found with certainty")
            self._nearest = found
        return self._nearest

    def coordinates(self, name: Name) -> tuple[Node, ...]:
        """A coordinate of the nearest points, as far as they are exact."""
        k = self.names.index(name)
        values = [point[k].exact for point in self.nearest.points]
        return tuple(value for value in values if value is not None)

    def values_of_others(self) -> tuple[Bound, ...]:
        """The squared distances of the points at which they are stationary, and not least."""
        found = self.nearest.critical
        values = [p.value for p in found.points if p.value is not None] if found is not None else []
        return tuple(value for value in values if value.compare(self.nearest.squared) == 1)

    @property
    def true(self) -> tuple[Point, ...]:
        """The points that are right, all of them.

        Raises:
            UndecidedError: nobody could tell whether these are all.
        """
        if self._points is None:
            if self.path is not None:
                self._points = tuple(self.nearest.points)
            else:
                found = several.critical_points(self.task.problem, self.task.variables, budget=self.budget)
                if not found.is_complete or found.families or found.curves:
                    raise UndecidedError("the critical points could not be found with certainty")
                self._points = tuple(_coordinates(point.at) for point in found.points)
        return self._points

    def judge(
        self, points: Sequence[Vector], numbers: Sequence[Node], equations: Sequence[Equation], mark: Marked
    ) -> None:
        """Judge points, or equations that all points have to fulfil."""
        true = self.true
        if equations and not points and not self._is_a_point(equations):
            self._necessary(equations, true, mark)
            return
        if equations and not points:
            by_name = {equation.left: equation.right for equation in equations}
            points = (Vector(tuple(by_name[name] for name in self.names)),)
        mark.written = points[0] if len(points) == 1 else Vector(tuple(points))
        mark.expected = self._shown(true)
        claimed = [tuple(Bound.of(evaluated(entry)) for entry in point.entries) for point in points]
        if any(len(point) != len(self.names) for point in claimed):
            raise UndecidedError("a point with another number of coordinates")
        wrong = next((point for point in claimed if all(_are_apart(point, other) for other in true)), None)
        if wrong is not None:
            mark.status, mark.because = "wrong", (self._no_point(wrong),)
            return
        if not all(any(_are_one(point, other) for other in true) for point in claimed):
            mark.status, mark.because = "undecided", ("this point could not be compared",)
            return
        mark.status, mark.because = "right", ("the nearest point",) if self.path is not None else ("a critical point",)
        self.listed.extend((mark, point) for point in claimed)

    def _no_point(self, point: Point) -> str:
        return "not the nearest point" if self.path is not None else "no critical point"

    def _is_a_point(self, equations: Sequence[Equation]) -> bool:
        return {equation.left for equation in equations} == set(self.names) and not any(
            e.right.names for e in equations
        )

    def _necessary(self, equations: Sequence[Equation], true: tuple[Point, ...], mark: Marked) -> None:
        """An equation that holds at all critical points is a consequence; one that some point breaks loses it."""
        mark.written = equations[0]
        for point in true:
            there: dict[Node, Node] = {}
            for name, value in zip(self.names, point, strict=True):
                there[name] = value.exact if value.exact is not None else decimal_node(value)
            if any(value.exact is None for value in point):
                mark.status, mark.because = "undecided", ("this could not be compared",)
                return
            answers = [is_zero(Sum.of(e.left, Negative(e.right)).substitute(there)) for e in equations]
            if True in answers:
                continue
            if None in answers:
                mark.status, mark.because = "undecided", ("this could not be compared",)
                return
            mark.status = "wrong"
            mark.because = ("does not hold at the critical point ", Vector(tuple(there[n] for n in self.names)))
            return
        mark.status, mark.because = "right", ("holds at every critical point",)

    def settle(self) -> None:
        """Where points were listed, and not all of them, the last line is short of one."""
        if not self.listed or self.path is not None:
            return
        for point in self.true:
            if all(_are_apart(point, other) for _, other in self.listed):
                mark = self.listed[-1][0]
                shown = Vector(tuple(v.exact if v.exact is not None else decimal_node(v, 6) for v in point))
                mark.status, mark.because = "wrong", ("the critical point ", shown, " is missing")
                return

    @staticmethod
    def _shown(true: tuple[Point, ...]) -> Node | None:
        vectors = [Vector(tuple(v.exact if v.exact is not None else decimal_node(v, 6) for v in p)) for p in true]
        return None if not vectors else vectors[0] if len(vectors) == 1 else Vector(tuple(vectors))


def _coordinates(point: RealPoint) -> Point:
    return point.bounds


def _are_apart(a: Point, b: Point) -> bool:
    return any(p.compare(q) in (-1, 1) for p, q in zip(a, b, strict=False))


def _are_one(a: Point, b: Point) -> bool:
    return len(a) == len(b) and all(p.compare(q) == 0 for p, q in zip(a, b, strict=True))
