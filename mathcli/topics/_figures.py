"""What is drawn to a file: level lines with a path, a graph with points, data with a line."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, nan

from flint import fmpq

from mathcli.algebra.balls import enclose
from mathcli.errors import UsageError
from mathcli.solution import Figure
from mathcli.syntax.tree import Name, Node
from mathcli.topics._function import Subject

PICTURES = (".svg", ".png", ".pdf")
_GRID = 60
_SAMPLES = 240
_ROOM = 0.25


def check_name(path: str | None) -> None:
    """Raise a UsageError unless the name ends like that of a picture which can be drawn."""
    if path is not None and not path.lower().endswith(PICTURES):
        raise UsageError(f"{path} does not end in .svg, .png or .pdf", hint="--plot picture.svg")


def of_descent(path: str, about: Subject, places: Sequence[Sequence[float]], heights: Sequence[float]) -> Figure:
    """Return the picture of a descent in one or two variables.

    Raises:
        UsageError: there are more variables.
    """
    if len(about.variables) > 2:
        raise UsageError(f"--plot draws one or two variables, and here are {len(about.variables)}")
    xs = [place[0] for place in places]
    if len(about.variables) == 1:
        low, high = _window(xs)
        graph = [low + (high - low) * k / _SAMPLES for k in range(_SAMPLES + 1)]
        curve = [_height(about.plain, about.variables, (x,)) for x in graph]
        points = ((xs, list(heights), "steps"),)
        return Figure(path, ((graph, curve, about.function),), points, None, about.variables[0].name, about.function)
    ys = [place[1] for place in places]
    across, down = (_between(*_window(values)) for values in (xs, ys))
    rows = [[_height(about.plain, about.variables, (x, y)) for x in across] for y in down]
    line = ((xs, ys, "path"),)
    return Figure(path, line, ((xs, ys, ""),), (across, down, rows), about.variables[0].name, about.variables[1].name)


def _window(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    room = _ROOM * (high - low) or max(abs(low), 1.0)
    return low - room, high + room


def _between(low: float, high: float) -> list[float]:
    return [low + (high - low) * k / _GRID for k in range(_GRID + 1)]


def _height(f: Node, variables: Sequence[Name], point: Sequence[float]) -> float:
    """The value there, nan where there is none."""
    ball = enclose(f, {x: fmpq(*a.as_integer_ratio()) for x, a in zip(variables, point, strict=True)}, precision=64)
    if ball is None or not ball.is_finite():
        return nan
    height = float(ball.mid())
    return height if isfinite(height) else nan
