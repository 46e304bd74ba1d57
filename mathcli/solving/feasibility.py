"""Whether a point satisfies equations and inequalities."""

from __future__ import annotations

from mathcli.algebra.verdict import all_hold
from mathcli.solving.real_points import RealPoint
from mathcli.syntax.tree import ZERO, Equation, Negative, Node, Relation, Sum


def difference(left: Node, right: Node) -> Node:
    """Return left - right, without a zero or a double minus."""
    if right is ZERO:
        return left
    if isinstance(right, Negative):
        return right.operand if left is ZERO else Sum.of(left, right.operand)
    return Negative(right) if left is ZERO else Sum.of(left, Negative(right))


def satisfies(point: RealPoint, condition: Node) -> bool | None:
    """Whether a relation holds at a point, proved either way; None where that was not decided."""
    match condition:
        case Equation(left, right):
            return _holds("=", point.sign(difference(left, right)))
        case Relation(sides, signs):
            verdicts = [
                _holds(sign, point.sign(difference(left, right)))
                for left, sign, right in zip(sides[:-1], signs, sides[1:], strict=True)
            ]
            return all_hold(verdicts)
    return None


def _holds(relation: str, sign: int | None) -> bool | None:
    return None if sign is None else compares(relation, sign)


def compares(relation: str, sign: int) -> bool:
    """Whether a number of this sign stands in the relation to 0."""
    match relation:
        case "=":
            return sign == 0
        case "!=":
            return sign != 0
        case "<":
            return sign < 0
        case "<=":
            return sign <= 0
        case ">":
            return sign > 0
    return sign >= 0
