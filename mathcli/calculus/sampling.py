"""Two trees compared by their values in ball arithmetic at several rational points.

Agreement is no proof and is called tested; a certain difference refutes, and so does a point at which the first has
a value, or a derivative, and the second certainly has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from flint import arb, fmpq

from mathcli.algebra.balls import enclose
from mathcli.algebra.verdict import Verdict
from mathcli.syntax.families import counting_names, have_distinct_entries
from mathcli.syntax.tree import (
    Derivative,
    Equation,
    Matrix,
    Name,
    Node,
    Relation,
    Vector,
)

_VALUES = tuple(
    fmpq(p, q)
    for p, q in (
        (7, 5), (-8, 11), (3, 8), (19, 7), (-13, 6), (5, 9), (23, 3), (-2, 13), (1, 17), (-31, 4), (12, 11), (-5, 8),
        (41, 10), (9, 14), (-17, 16), (101, 7), (2, 3), (-1, 40), (57, 56), (-99, 10),
    )
)  # fmt: skip
_PRECISION = 128
_ENOUGH = 4
_FEWEST = 3
_REACH = 24
"""Zeros are looked for at thirds from -8 to 8, and between two of them."""

Point = dict[Node, "arb | fmpq | int"]


def compared(before: Node, after: Node, conditions: Sequence[Node]) -> Verdict:
    """Return the verdict on before = after wherever before is defined: refuted, tested or undecided."""
    if type(before) is type(after) and isinstance(before, Vector | Matrix):
        pairs = list(zip(before.children(), after.children(), strict=False))
        if len(before.children()) != len(after.children()):
            return Verdict.REFUTED
        return min((compared(a, b, conditions) if a is not b else Verdict.PROVED for a, b in pairs))
    if isinstance(before, Equation) or isinstance(after, Equation):
        return Verdict.UNDECIDED
    agreed = 0
    for point in _points(before, after, conditions):
        left = _value(before, point)
        if left is None or not _is_sharp(left):
            continue
        right = enclose(after, point, precision=_PRECISION, generic=True)
        if right is None:
            return Verdict.REFUTED
        if not _is_sharp(right):
            continue
        if not left.overlaps(right):
            return Verdict.REFUTED
        agreed += 1
        if agreed >= _ENOUGH:
            break
    return Verdict.TESTED if agreed >= _FEWEST or (agreed and not (before.names or after.names)) else Verdict.UNDECIDED


def domain_is_kept(before: Node, after: Node, conditions: Sequence[Node], *, proved: bool) -> Verdict:
    """Return the verdict on an equality that holds where both are defined: whether after is defined where before is."""
    if type(before) is type(after) and isinstance(before, Vector | Matrix):
        pairs = zip(before.children(), after.children(), strict=True)
        return min(domain_is_kept(a, b, conditions, proved=proved) for a, b in pairs)
    seen = 0
    for point in _points(before, after, conditions):
        function = before.operand if isinstance(before, Derivative) else before
        if not _is_finite(enclose(function, point, generic=True)):
            continue
        if enclose(after, point, generic=True) is None and _is_finite(enclose(before, point, generic=True)):
            return Verdict.REFUTED
        seen += 1
        if seen >= _ENOUGH:
            break
    return Verdict.PROVED if proved else Verdict.TESTED


def has_hole_at(zeros: Sequence[tuple[Name, fmpq]], before: Node, after: Node, conditions: Sequence[Node]) -> bool:
    """Whether before has a value, and after none, at a point where one of these names has that value."""
    for name, zero in zeros:
        for point in islice(_points(before, after, ()), 2):
            point[name] = zero
            if (
                all(_holds(condition, point) for condition in conditions)
                and _is_finite(enclose(before, point, generic=True))
                and enclose(after, point, generic=True) is None
            ):
                return True
    return False


def has_hole_between(divisors: Iterable[Node], before: Node, conditions: Sequence[Node]) -> bool:
    """Whether one of the divisors is certainly 0 at a place where before has a value: it changes its sign there."""
    for divisor in divisors:
        for name in divisor.names:
            for point in islice(_points(before, divisor, ()), 2):
                if any(
                    all(_holds(condition, place) for condition in conditions)
                    and _is_finite(enclose(before, place, generic=True))
                    for place in _zeros_on_line(divisor, name, point)
                ):
                    return True
    return False


def _zeros_on_line(divisor: Node, name: Name, point: Point) -> Iterator[Point]:
    """Small intervals of one name, the others as they are at the point, that each hold a zero of the divisor."""
    last: tuple[fmpq, int] | None = None
    for k in range(-_REACH, _REACH + 1):
        place = fmpq(k, 3)
        by = _sign(divisor, {**point, name: place})
        if by == 0:
            yield {**point, name: place}
        elif by is not None and last is not None and last[1] == -by:
            yield from _zero_between(divisor, {**point}, name, last[0], place)
        last = None if by is None else (place, by)


def _zero_between(divisor: Node, point: Point, name: Name, low: fmpq, high: fmpq) -> Iterator[Point]:
    before = _sign(divisor, {**point, name: low})
    for _ in range(40):
        middle = (low + high) / 2
        by = _sign(divisor, {**point, name: middle})
        if not by:
            break
        low, high = (middle, high) if by == before else (low, middle)
    interval = arb(low).union(arb(high))
    if _is_finite(enclose(divisor, {**point, name: interval}, generic=True)):  # so it is continuous there
        yield {**point, name: interval}


def _sign(node: Node, point: Point) -> int | None:
    ball = enclose(node, point, generic=True)
    if ball is None or not ball.is_finite():
        return None
    return 1 if ball > 0 else -1 if ball < 0 else 0 if ball == 0 else None


def _value(node: Node, point: Point) -> arb | None:
    return enclose(node, point, precision=_PRECISION, generic=True)


def _is_finite(ball: arb | None) -> bool:
    return ball is not None and bool(ball.is_finite())


def _is_sharp(ball: arb) -> bool:
    """Whether the enclosure is narrow enough to tell values apart."""
    return bool(ball.is_finite() and ball.rad() <= arb(2) ** -40 * (1 + abs(ball.mid())))


def _points(before: Node, after: Node, conditions: Sequence[Node]) -> Iterator[Point]:
    """Rational points at which the conditions certainly hold."""
    names = sorted(before.names | after.names, key=lambda name: name.name)
    counts = counting_names(before) | counting_names(after)
    for attempt in range(len(_VALUES) if names else 1):
        point: Point = {
            name: fmpq(1 + (attempt + attempt // 4 * k + k) % 4)
            if name in counts
            else _VALUES[(attempt + 7 * k) % len(_VALUES)]
            for k, name in enumerate(names)
        }
        if all(_holds(condition, point) for condition in conditions) and have_distinct_entries(before, point):
            yield point


def _holds(condition: Node, point: Point) -> bool:
    if not isinstance(condition, Relation):
        return True
    values = [enclose(side, point, precision=_PRECISION, generic=True) for side in condition.sides]
    return all(
        left is not None and right is not None and _compares(left, sign, right)
        for left, sign, right in zip(values, condition.signs, values[1:], strict=False)
    )


def _compares(left: arb, sign: str, right: arb) -> bool:
    match sign:
        case "<" | "<=":
            return bool(left < right)
        case ">" | ">=":
            return bool(left > right)
        case "!=":
            return bool(not left.overlaps(right))
        case _:
            return False
