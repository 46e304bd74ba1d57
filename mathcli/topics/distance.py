"""The points of a curve or surface that are nearest to a point, and how far away they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mathcli.topics import ReadingOptions, argument, option

if TYPE_CHECKING:
    from mathcli.algebra.budget import Budget
    from mathcli.solution import Solution

KIND = "extrema and equations"


@dataclass(frozen=True, slots=True, kw_only=True)
class Distance(ReadingOptions):
    """The nearest points of a curve or surface to a point.

    mathcli distance 'y = x^2 + 7' --to 3,7
    mathcli distance 'x^2/4 + y^2 = 1' --to 1,1
    mathcli distance '(cos t, sin t)' --to 2,0
    mathcli distance 'x + 2y + 2z = 9' --to 0,0,0
    """

    curve: Any = argument("expression", "a curve or surface: y = x^2 + 7, x^2 + y^2 = 25, '(cos t, sin t)'")
    to: Any = option("point", "the point: 3,7", metavar="3,7")
    on: Any = option("text", "the part of a path that is meant: '[0, 2]', 't in [0, pi]'", metavar="INTERVAL")
    also: tuple[Any, ...] = option("expression", "a further equation: a curve in space needs two", repeated=True)

    def solve(self, budget: Budget) -> Solution:
        """Return the nearest points with a proof that no other is nearer.

        Raises:
            UsageError: the curve and the point do not belong to one plane or space.
            UndefinedError: the curve has no point.
        """
        from mathcli.topics import _nearest

        return _nearest.solve(self, budget)


TOPIC = Distance
