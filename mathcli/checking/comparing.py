"""One written value against what is right: proved, refuted by a witness that a reader can check, or undecided."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from flint import arb, fmpq

from mathcli.algebra import rational
from mathcli.algebra.balls import enclose
from mathcli.algebra.budget import Budget
from mathcli.algebra.conditions import number
from mathcli.algebra.domains import holds, sample_points
from mathcli.algebra.equality import DIFFERENT, EQUAL, EQUAL_ON_COMMON_DOMAIN, compare
from mathcli.algebra.exact import as_fraction, evaluated, fraction_node
from mathcli.checking.truths import Right
from mathcli.errors import MathcliError, UndecidedError
from mathcli.solving.numbers import decimal_node
from mathcli.solving.regions import Bound
from mathcli.syntax.tree import Matrix, Name, Negative, Node, Number, Relation, Vector, walk

RIGHT, WRONG, UNDECIDED = "right", "wrong", "undecided"
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
    if sign == "≈":
        close = agrees_to_its_digits(right.value, written)
        if close is not None:
            return Judged(RIGHT) if close else Judged(WRONG, witness(right, written))
    if _is_the_same(right, written):
        return Judged(RIGHT if right.is_proved else UNDECIDED)
    found = compare(right.value, written, under=right.under, budget=budget)
    if found.verdict in (EQUAL, EQUAL_ON_COMMON_DOMAIN):
        return Judged(RIGHT) if right.is_proved else Judged(UNDECIDED, None, "our own derivative is not proved here")
    if found.verdict != DIFFERENT and _agree_where_negative(right, written, budget):
        return Judged(RIGHT if right.is_proved else UNDECIDED)
    if found.verdict != DIFFERENT:
        return Judged(UNDECIDED, None, _why(found.points, found.bits))
    if sign == "=" and has_decimals(written) and agrees_to_its_digits(right.value, written):
        return Judged(UNDECIDED, None, "right to the digits written: for that write ≈")
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


# -- decimals ---------------------------------------------------------------------------------------------------------


def agrees_to_its_digits(right: Node, written: Node) -> bool | None:
    """Whether a decimal is the right number to the digits written, one unit in the last place allowed; None: none.

    Vectors are compared entry by entry.
    """
    if isinstance(right, Vector) and isinstance(written, Vector) and len(right.entries) == len(written.entries):
        answers = [agrees_to_its_digits(r, w) for r, w in zip(right.entries, written.entries, strict=True)]
        known = [answer for answer in answers if answer is not None]
        return all(known) if known and _all_exact(right, written, answers) else None
    places = [part.scale for part in walk(written) if isinstance(part, Number) and part.scale > 0]
    if right.names or written.names or isinstance(right, Vector) or isinstance(written, Vector):
        return None
    value, own = enclose(right, {}, precision=128), as_fraction(written)
    if value is None or own is None or not value.is_finite():
        return None
    scale = max(places, default=0)
    exactly = as_fraction(right)
    if exactly is not None and (exactly * 10**scale).denominator == 1:
        return exactly == own
    if not places and own.denominator != 1:
        return None
    unit = arb(fmpq(1, 10**scale))
    away = abs(value - arb(fmpq(own.numerator, own.denominator)))
    if away <= unit:
        return bool(places) or bool(away <= unit / 2)
    return False if away > unit else None


def has_decimals(node: Node) -> bool:
    """Whether a number was written with a decimal point."""
    return any(isinstance(part, Number) and part.scale > 0 for part in walk(node))


def _all_exact(right: Vector, written: Vector, answers: list[bool | None]) -> bool:
    """Whether the entries that are no decimals agree exactly."""
    return all(
        answer is not None or rational.agree(r, w) is True
        for r, w, answer in zip(right.entries, written.entries, answers, strict=True)
    )


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
        return Witness(at, value_shown(yours.substitute(there)), value_shown(true.substitute(there)))
    except MathcliError:
        return None


def value_shown(value: Node) -> Node:
    """Return a constant as a reader wants it: a whole number, a fraction, a short closed form, else a decimal.

    Raises:
        UndecidedError: it could not be enclosed.
    """
    if value.names or isinstance(value, Vector):
        return evaluated(value)
    exact = as_fraction(value)
    if exact is not None:
        return fraction_node(exact) if exact.denominator < 1000 else decimal_node(Bound.of(value), 6)
    short = evaluated(value)
    if len(walk(short)) <= 4:
        return short
    try:
        return decimal_node(Bound.of(value), 6)
    except UndecidedError:
        return short
