"""Periods: of functions, as they are written, and of sets that repeat."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import gcd, lcm

from flint import fmpq

from mathcli.algebra import rational
from mathcli.algebra.angles import pi_multiple
from mathcli.algebra.exact import as_fraction, evaluated, fraction_node
from mathcli.solving.inversion import Series, linear
from mathcli.solving.regions import Bound, Piece, rising, shifted, whole_numbers_between
from mathcli.syntax.tree import PI, TWO, ZERO, Call, Name, Negative, Node, Product, Quotient

_TURN = Product((TWO, PI))
_TRIGONOMETRIC = frozenset(("sin", "cos", "tan", "cot", "sec", "csc"))


def period_of(f: Node, x: Name) -> Node | None:
    """Return a period that the tree shows: x stands in trigonometric functions of commensurable angles alone.

    >>> from mathcli.syntax.parser import parse
    >>> from mathcli.syntax.writer import write
    >>> write(period_of(parse("sin(4x) + e^(cos(6x))"), Name("x")))
    'pi'
    """
    periods: list[Node] = []
    seen: set[Node] = set()
    stack = [f]
    while stack:
        node = stack.pop()
        if x not in node.names or node in seen:
            continue
        seen.add(node)
        if node is x:
            return None
        if isinstance(node, Call) and node.function in _TRIGONOMETRIC:
            line = linear(node.arguments[0], x)
            if line is not None and as_fraction(line[0]) != 0:
                periods.append(evaluated(Quotient(_TURN, line[0])))
                continue
        stack.extend(node.children())
    return least_common(periods)


def least_common(periods: Iterable[Node]) -> Node | None:
    """Return the least positive number of which each is a divisor, None where two have no rational ratio."""
    periods = [_positive(period) for period in dict.fromkeys(periods)]
    if not periods:
        return None
    first = periods[0]
    total = Fraction(1)
    for period in periods[1:]:
        ratio = _ratio(period, first)
        if ratio is None or not ratio:
            return None
        total = _lcm(total, abs(ratio))
    return evaluated(Product.of(fraction_node(total), first)) if total != 1 else first


def _ratio(a: Node, b: Node) -> Fraction | None:
    """a/b where it is rational for certain."""
    turns, others = pi_multiple(a), pi_multiple(b)
    value = turns / others if turns is not None and others else rational.value(Quotient(a, b))
    return None if value is None else Fraction(int(value.p), int(value.q))


def _positive(period: Node) -> Node:
    return evaluated(Negative(period)) if Bound.of(period).enclosure[1] < 0 else period


def _lcm(a: Fraction, b: Fraction) -> Fraction:
    return Fraction(lcm(a.numerator, b.numerator), gcd(a.denominator, b.denominator))


def common_period(f: Node, x: Name, periods: Iterable[Node]) -> Node | None:
    """Return a period of f of which all of these are divisors, too."""
    own = period_of(f, x)
    return None if own is None else least_common([own, *periods])


def in_one_period(series: Iterable[Series], turn: Node, start: Bound | None = None) -> list[Bound]:
    """Return the numbers of all the series in [start, start + turn), rising; a missing start is 0."""
    start = Bound.of(ZERO) if start is None else start
    end = shifted(start, turn, 1)
    over = Piece(start, end, True, False)
    found: list[Bound] = []
    for one in series:
        for k in whole_numbers_between(one.base, Bound.of(one.period), over):
            at = shifted(one.base, one.period, k)
            if at is not None and over.holds(at):
                found.append(at)
    return rising(found)


def range_of(one: Series, piece: Piece) -> tuple[int | None, int | None]:
    """Return the first and the last k for which base + k period lies in a piece; None for no end on that side."""
    first = None if piece.lower is None else _first(one, piece.lower, piece.has_lower)
    last = None if piece.upper is None else _last(one, piece.upper, piece.has_upper)
    return first, last


def _first(one: Series, lower: Bound, has_lower: bool) -> int:
    k = _about(one, lower) - 2
    while not _is_beyond(shifted(one.base, one.period, k), lower, has_lower, 1):
        k += 1
    return k


def _last(one: Series, upper: Bound, has_upper: bool) -> int:
    k = _about(one, upper) + 2
    while not _is_beyond(shifted(one.base, one.period, k), upper, has_upper, -1):
        k -= 1
    return k


def _about(one: Series, at: Bound) -> int:
    steps: fmpq = (at.enclosure[0] - one.base.enclosure[0]) / Bound.of(one.period).enclosure[0]
    return int(steps.floor())


def _is_beyond(at: Bound | None, end: Bound, has_end: bool, way: int) -> bool:
    assert at is not None
    if has_end and at.equals(end):
        return True
    return at > end if way > 0 else at < end
