"""The distance of a point from a curve, as a function that a student works with: its square along the curve."""

from __future__ import annotations

from typing import NamedTuple

from mathcli.checking.tasks import Task
from mathcli.errors import NotCoveredError, UsageError
from mathcli.extrema.nearest import squared_distance
from mathcli.syntax.tree import Call, Definition, Equation, Name, Node, Vector


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


def path(task: Task) -> Path:
    """Return the curve of a task as a path.

    Raises:
        NotCoveredError: it is no graph and no path.
        UsageError: the point and the curve do not belong to one plane.
    """
    point = task.given["P"]
    assert isinstance(point, Vector)
    x, y = Name("x"), Name("y")
    names: tuple[Name, ...]
    coordinates: tuple[Node, ...]
    match task.problem:
        case Definition(_, (t,), body):
            names, coordinates = (t, y), (t, body)
        case Equation(Name() as left, right) if left not in right.names and len(right.names) < 2:
            t = next(iter(right.names), x if left is not x else y)
            names = (t, left) if t.name < left.name else (left, t)
            coordinates = tuple(right if name is left else t for name in names)
        case Vector(entries) if len({name for entry in entries for name in entry.names}) == 1:
            t = next(name for entry in entries for name in entry.names)
            names, coordinates = tuple(map(Name, "xyz"[: len(entries)])), entries
        case Equation() | Vector():
            raise NotCoveredError("a distance is checked for a curve y = f(x), or a path (x(t), y(t))")
        case body if len(body.names) == 1:
            t = next(iter(body.names))
            names, coordinates = (t, y), (t, body)
        case _:
            raise NotCoveredError("a distance is checked for a curve y = f(x), or a path (x(t), y(t))")
    if len(point.entries) != len(coordinates):
        raise UsageError(
            f"the point has {len(point.entries)} coordinates, and the curve lies in {len(coordinates)} dimensions"
        )
    return Path(names, coordinates, t, point)
