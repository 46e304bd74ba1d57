"""The curve or surface that a distance is taken to, and the squared distance that a student works with."""

from __future__ import annotations

from typing import NamedTuple

from mathcli.calculus.differentiation import differentiate
from mathcli.checking.tasks import Task
from mathcli.extrema import curves
from mathcli.extrema.nearest import squared_distance
from mathcli.syntax.tree import Call, Name, Negative, Node, Quotient, Sum, Vector


class Path(NamedTuple):
    """A curve by its coordinates in terms of one letter, and the point: what is squared is minimised."""

    names: tuple[Name, ...]
    coordinates: tuple[Node, ...]
    t: Name
    point: Vector

    @property
    def squared(self) -> Node:
        """(x - a)^2 + (y(x) - b)^2, with the curve put in."""
        return squared_distance(self.coordinates, self.point.entries)

    @property
    def distance(self) -> Node:
        """The root of it."""
        return Call("sqrt", (self.squared,))


class Level(NamedTuple):
    """A curve or surface on which the functions are 0, and the point; one point is where each coordinate is given."""

    names: tuple[Name, ...]
    functions: tuple[Node, ...]
    point: Vector

    @property
    def squared(self) -> Node:
        """(x - a)^2 + (y - b)^2, in all coordinates."""
        return squared_distance(self.names, self.point.entries)

    @property
    def distance(self) -> Node:
        """The root of it."""
        return Call("sqrt", (self.squared,))

    @property
    def slope(self) -> Node:
        """dy/dx = -F_x/F_y on a curve of the plane."""
        x, y = self.names
        by_x, by_y = (differentiate(self.functions[0], name).result for name in (x, y))
        return Negative(Quotient(by_x, by_y))


def curve(task: Task) -> Path | Level:
    """Return the curve or surface of a task.

    Raises:
        UsageError: the point and the curve do not belong to one plane or space.
        NotCoveredError: a region, a surface by two parameters, letters that are no coordinates.
    """
    point = task.given["P"]
    assert isinstance(point, Vector)
    size = len(point.entries)
    asked = task.variables if len(task.variables) == size or isinstance(task.problem, Vector) else ()
    meant = curves.curve_meant(task.problem, (), size, asked=asked, has_interval=task.on is not None)
    if isinstance(meant, curves.Level):
        return Level(meant.names, meant.functions, point)
    if meant.t not in {name for c in meant.coordinates for name in c.names}:
        away = tuple(Sum.of(x, Negative(c)) for x, c in zip(meant.names, meant.coordinates, strict=True))
        if meant.t not in meant.coordinates and isinstance(task.problem, Vector):
            return Level(meant.names, away, point)
    return Path(meant.names, meant.coordinates, meant.t, point)
