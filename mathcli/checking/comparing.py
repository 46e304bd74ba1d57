"""One written value against what is right: proved, refuted by a witness that a reader can check, or undecided."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from flint import fmpq

from mathcli.algebra import rational
from mathcli.algebra.balls import enclose
from mathcli.algebra.budget import Budget
from mathcli.algebra.conditions import number
from mathcli.algebra.domains import holds, sample_points
from mathcli.algebra.equality import DIFFERENT, EQUAL, EQUAL_ON_COMMON_DOMAIN, compare
from mathcli.algebra.exact import as_fraction, evaluated, fraction_node
from mathcli.algebra.ranges import value_range
from mathcli.checking.decimals import RIGHT, UNDECIDED, WRONG, agrees_to_its_digits, has_decimals, nearly
from mathcli.checking.truths import Right
from mathcli.errors import MathcliError, UndecidedError
from mathcli.solving.numbers import decimal_node
from mathcli.solving.regions import Bound
from mathcli.syntax.tree import (
    ZERO,
    Matrix,
    Name,
    Negative,
    Node,
    Number,
    Relation,
    Sum,
    Transpose,
    Vector,
    walk,
)

_NEARLY = "right to the digits written: for that write ≈"
_NEAR_AT_POINTS = "agrees to the digits written at the points tried, which proves nothing"
_NICE = ((0, 1), (1, 1), (2, 1), (-1, 1), (3, 1), (1, 2), (-2, 1), (4, 1), (5, 1), (10, 1), (1, 4))


class Witness(NamedTuple):
    """A point with what the line gives there and what is right; decimals where there is no short closed form."""

    at: Mapping[Name, Node]
    yours: Node
    true: Node


class Judged(NamedTuple):
    """The verdict on one value, with its witness or what else there is to say."""

    verdict: str
    witness: Witness | None = None
    remark: str = ""


def judged(right: Right, written: Node, sign: str, budget: Budget) -> Judged:
    """Return the verdict on `written` in the place of what is right, where that is defined."""
    if isinstance(right.value, Vector) and written is ZERO:
        written = Vector((ZERO,) * len(right.value.entries))
    if right.is_proved and (other := _of_another_shape(right.value, written)):
        return Judged(WRONG, None, other)
    if sign == "≈":
        close = agrees_to_its_digits(right.value, written)
        if close is not None:
            return Judged(RIGHT) if close else Judged(WRONG, witness(right, written))
    if _is_the_same(right, written):
        return Judged(RIGHT if right.is_proved else UNDECIDED)
    found = compare(right.value, written, under=right.under, budget=budget)
    if found.verdict in (EQUAL, EQUAL_ON_COMMON_DOMAIN):
        if not right.is_proved:
            return Judged(UNDECIDED, None, "our own derivative is not proved here")
        is_narrower = found.witness is not None and found.witness.right is None and found.witness.left is not None
        return Judged(RIGHT, None, "equal where both have a value" if is_narrower else "")
    if found.verdict != DIFFERENT and _agree_where_negative(right, written, budget):
        return Judged(RIGHT if right.is_proved else UNDECIDED)
    if found.verdict != DIFFERENT:
        return Judged(UNDECIDED, None, _why(found.points, found.bits))
    if has_decimals(written) and (near := nearly(right, written, budget)) != WRONG:
        if near == RIGHT and sign == "≈":
            return Judged(RIGHT if right.is_proved else UNDECIDED, None, "right to the digits written")
        return Judged(UNDECIDED, None, _NEARLY if near == RIGHT else _NEAR_AT_POINTS)
    if not right.is_proved:
        return Judged(UNDECIDED, None, "our own derivative is not proved here")
    shown = witness(right, written)
    if shown is None and found.witness is not None:
        at = {name: number(value) for name, value in found.witness.at.items() if isinstance(name, Name)}
        shown = _values_at(right.value, written, at)
    return Judged(WRONG, shown)


def _why(points: int, bits: int) -> str:
    if not points:
        return "no point was found where both have a value"
    return f"both agree at {points} points to {bits} bits, which proves nothing"


def _of_another_shape(right: Node, written: Node) -> str:
    """What is said where a number or too short a vector stands in the place of a vector; "" elsewhere.

    Nothing is said of a vector in the place of a number: a comma may stand before words, or before a condition.
    """
    if any(part.contains(Matrix) or part.contains(Transpose) for part in (right, written)):
        return ""
    if isinstance(right, Vector) and not written.contains(Vector):
        return f"a number, and no vector of {len(right.entries)} entries"
    if isinstance(right, Vector) and isinstance(written, Vector) and len(right.entries) != len(written.entries):
        return f"a vector of {len(written.entries)} entries, and not of {len(right.entries)}"
    return ""


def _agree_where_negative(right: Right, written: Node, budget: Budget) -> bool:
    """Whether the two agree for x < 0, where that is given: as functions of -x, which is positive."""
    for relation in right.under:
        match relation:
            case Relation((Name() as x, bound), ("<",)) if (
                not bound.names and holds((relation,), {x: fmpq(0)}) is not True
            ):
                turned: dict[Node, Node] = {x: Negative(x)}
                under = (Relation((x, Number(0)), (">",)), *(part.substitute(turned) for part in right.under))
                return are_equal(right.value.substitute(turned), written.substitute(turned), under, budget)
    return False


def _is_the_same(right: Right, written: Node) -> bool:
    """Whether the normal forms agree, and there is a point where both have a value."""
    if isinstance(right.value, Vector | Matrix) or isinstance(written, Vector | Matrix):
        return right.value is written
    if right.value is written:
        return True
    if rational.agree(right.value, written) is not True:
        return False
    names = tuple(sorted(right.value.names | written.names, key=lambda name: name.name))
    return bool(sample_points((right.value, written), names, 1, under=right.under))


def are_equal(left: Node, right: Node, under: Iterable[Node], budget: Budget) -> bool:
    """Whether two values are proved to agree wherever both are defined."""
    if left is right:
        return True
    if isinstance(left, Vector) is not isinstance(right, Vector):
        return False
    return compare(left, right, under=tuple(under), budget=budget).verdict in (EQUAL, EQUAL_ON_COMMON_DOMAIN)


def always_holds(relation: Node) -> bool | None:
    """Whether a comparison holds for all real values of its letters (true), or for none (false).

    >>> from mathcli.syntax.parser import parse
    >>> always_holds(parse("e^x > 0")), always_holds(parse("x^2 + 1 < 0")), always_holds(parse("x > 0"))
    (True, False, None)
    """
    if not isinstance(relation, Relation):
        return None
    answers = [
        _holds(a, sign, b) for a, sign, b in zip(relation.sides, relation.signs, relation.sides[1:], strict=False)
    ]
    return False if False in answers else None if None in answers else True


def _holds(left: Node, sign: str, right: Node) -> bool | None:
    if sign in ("<", "<="):
        left, right, sign = right, left, sign.replace("<", ">")
    found = value_range(left if right is ZERO else Sum.of(left, Negative(right)))
    opposite = -found
    match sign:
        case ">":
            return True if found.is_positive else False if opposite.is_non_negative else None
        case ">=":
            return True if found.is_non_negative else False if opposite.is_positive else None
        case "!=":
            return True if found.is_positive or opposite.is_positive else None
    return None


# -- witnesses --------------------------------------------------------------------------------------------------------


def witness(right: Right, written: Node) -> Witness | None:
    """Return a simple point at which the two certainly differ: x = 0, 1, 2 ...; None if none of these tells."""
    if isinstance(right.value, Vector) and isinstance(written, Vector):
        if len(right.value.entries) != len(written.entries):
            return None
        for r, w in zip(right.value.entries, written.entries, strict=True):
            found = witness(right._replace(value=r), w)
            if found is not None:
                return found
        return None
    names = sorted(right.value.names | written.names, key=lambda name: name.name)
    for point in _nice_points(names):
        if holds(right.under, point) is not True:
            continue
        if _are_apart(right.value, written, point):
            return _values_at(
                right.value, written, {n: number(value) for n, value in point.items() if isinstance(n, Name)}
            )
    return None


def _nice_points(names: list[Name]) -> Iterator[dict[Node, fmpq]]:
    if len(names) < 2:
        for p, q in _NICE:
            yield {name: fmpq(p, q) for name in names}
        return
    for turn, shift in itertools.product(range(4), range(3)):
        yield {name: fmpq((turn + (1 + shift) * place) % 5 + (turn > 1)) for place, name in enumerate(names)}


def _are_apart(a: Node, b: Node, at: Mapping[Node, fmpq]) -> bool:
    first, second = (enclose(side, at, precision=128, generic=True) for side in (a, b))
    if first is None or second is None or not (first.is_finite() and second.is_finite()):
        return False
    return not first.overlaps(second)


def _values_at(true: Node, yours: Node, at: Mapping[Name, Node]) -> Witness | None:
    if not at and (true.names or yours.names):
        return None
    there: dict[Node, Node] = dict(at.items())
    try:
        return Witness(at, *_to_compare(yours.substitute(there), true.substitute(there)))
    except MathcliError:
        return None


def _to_compare(yours: Node, true: Node) -> tuple[Node, Node]:
    """Two constants as a reader compares them: where one is a decimal, no root or logarithm stands beside it."""
    shown = value_shown(yours), value_shown(true)
    if not any(isinstance(part, Number) and part.scale for value in shown for part in walk(value)):
        return shown
    one, other = (value if as_fraction(value) is not None else _as_decimal(value) for value in shown)
    return one, other


def value_shown(value: Node, *, parts: int = 4) -> Node:
    """Return a constant as a reader wants it: a whole number, a fraction, a short closed form, else a decimal.

    A closed form is short that has no more than so many different parts.

    Raises:
        UndecidedError: it could not be enclosed.
    """
    if value.names or isinstance(value, Vector):
        return evaluated(value)
    exact = as_fraction(value)
    if exact is not None:
        return fraction_node(exact) if exact.denominator < 1000 else decimal_node(Bound.of(value), 6)
    short = evaluated(value)
    return short if len(walk(short)) <= parts else _as_decimal(short)


def _as_decimal(value: Node) -> Node:
    try:
        return decimal_node(Bound.of(value), 6)
    except UndecidedError:
        return value
