"""What a function does at the ends of a piece of the line: at infinity, at a pole, at the edge of its domain."""

from __future__ import annotations

from dataclasses import dataclass

from mathcli.calculus.regions import Bound
from mathcli.syntax.tree import INF, Name, Negative, Node

MINUS_INF = Negative(INF)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """The limit of f towards an end: a number, INF or MINUS_INF; None where there is none or none was found.

    `from_side` is 1 where f comes down to its limit from above, -1 where it comes up from below, 0 where it is the
    limit all the way, None where that was not decided. Nothing is to be relied on unless `is_proved`.
    """

    limit: Node | None = None
    from_side: int | None = None
    is_proved: bool = False


def behaviour(f: Node, x: Name, towards: Bound | Node, side: int = 0) -> Behaviour:
    """Return the limit of f as x goes to INF, to MINUS_INF, or to a number from below (side -1) or from above (1)."""
    return Behaviour()
