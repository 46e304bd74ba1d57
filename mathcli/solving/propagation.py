"""A box around all that equations and inequalities allow, by carrying bounds through them: x^2 + y^2 = 1, |x| <= 1.

Bounds on the parts of a tree are found from the inside out, then what is known of the whole is carried back to its
names, until nothing changes. An end that is not found this way stays open. All bounds are certain.
Source: Benhamou et al., Revising hull and box consistency (HC4).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flint import arb, fmpq

from mathcli.algebra.ball_functions import nth_root
from mathcli.algebra.balls import exact, working_precision
from mathcli.algebra.ranges import ANYTHING, NON_NEGATIVE, POINT_ZERO, POSITIVE, Range, ranges_of_parts
from mathcli.solving.regions import Bound
from mathcli.syntax.tree import Call, E, Name, Negative, Node, Number, Power, Product, Quotient, Sum

_MOST_ROUNDS = 8
_BITS = 64
_LARGEST_DENOMINATOR = 1000
_OF_SIGN = {"=": POINT_ZERO, ">=": NON_NEGATIVE, ">": POSITIVE}


def propagated(
    relations: Sequence[tuple[Node, str]], names: Sequence[Name]
) -> dict[Name, tuple[Bound | None, Bound | None]]:
    """Return ends for each name where u = 0, u >= 0 or u > 0 holds for all `(u, sign)`; None for one not found.

    A set that is empty may have any ends.
    """
    known: dict[Node, Range] = dict.fromkeys(names, ANYTHING)
    with working_precision(_BITS):
        for _ in range(_MOST_ROUNDS):
            before = dict(known)
            for u, sign in relations:
                _carried_back(u, _OF_SIGN[sign], ranges_of_parts(u, known), known)
            if known == before:
                break
    return {x: (_outwards(known[x].low, -1), _outwards(known[x].high, 1)) for x in names}


def _outwards(end: fmpq | None, way: int) -> Bound | None:
    """An end that can be read: a short fraction, or a few decimals rounded away from the box."""
    if end is None:
        return None
    if end.q > _LARGEST_DENOMINATOR:
        end = fmpq((end * _LARGEST_DENOMINATOR * way).ceil() * way, _LARGEST_DENOMINATOR)
    return Bound.rational(end)


def _meet(a: Range, b: Range) -> Range:
    """What lies in both; ends count as reached."""
    low = a.low if b.low is None or (a.low is not None and a.low >= b.low) else b.low
    high = a.high if b.high is None or (a.high is not None and a.high <= b.high) else b.high
    return Range(low, high)


def _carried_back(node: Node, target: Range, ranges: Mapping[Node, Range], known: dict[Node, Range]) -> None:
    """Narrow what is known of the names in a tree whose value lies in a range."""
    if not node.names:
        return
    target = _meet(target, ranges[node])
    match node:
        case Name():
            known[node] = _meet(known.get(node, ANYTHING), target)
        case Negative(u):
            _carried_back(u, -target, ranges, known)
        case Sum(terms):
            for k, term in enumerate(terms):
                others = POINT_ZERO
                for other in (*terms[:k], *terms[k + 1 :]):
                    others = others.plus(ranges[other])
                _carried_back(term, target.plus(-others), ranges, known)
        case Product(factors):
            for k, factor in enumerate(factors):
                others = Range(fmpq(1), fmpq(1))
                for other in (*factors[:k], *factors[k + 1 :]):
                    others = others.times(ranges[other])
                if others.is_positive or others.is_negative:
                    _carried_back(factor, target.times(others.reciprocal()), ranges, known)
        case Quotient(u, v) if ranges[v].is_positive or ranges[v].is_negative:
            _carried_back(u, target.times(ranges[v]), ranges, known)
        case Power(base, u) if base is E:
            _carried_back(u, _logarithm(target), ranges, known)
        case Power(u, Number(exponent, 0)) if exponent > 0:
            _carried_back(u, _root(target, exponent), ranges, known)
        case Call("sqrt", (u,), 0):
            _carried_back(u, Range(fmpq(0), None if target.high is None else target.high**2), ranges, known)
        case Call("abs", (u,), 0) if target.high is not None:
            _carried_back(u, Range(-target.high, target.high), ranges, known)
        case Call("log", (u,), 0):
            _carried_back(u, _exponential(target), ranges, known)


def _root(target: Range, n: int) -> Range:
    """Where u lies if u^n lies in the range."""
    if n % 2 == 0:
        if target.high is None or target.high < 0:
            return ANYTHING
        high = _ends(nth_root(target.high, n))[1]
        return ANYTHING if high is None else Range(-high, high)
    low = None if target.low is None else _ends(nth_root(target.low, n))[0]
    return Range(low, None if target.high is None else _ends(nth_root(target.high, n))[1])


def _logarithm(target: Range) -> Range:
    low = None if target.low is None or target.low <= 0 else _ends(arb(target.low).log())[0]
    high = None if target.high is None or target.high <= 0 else _ends(arb(target.high).log())[1]
    return Range(low, high)


def _exponential(target: Range) -> Range:
    low = fmpq(0) if target.low is None else _ends(arb(target.low).exp())[0]
    return Range(low, None if target.high is None else _ends(arb(target.high).exp())[1])


def _ends(value: arb | fmpq | None) -> tuple[fmpq | None, fmpq | None]:
    """Rational ends around a value; None where there are none."""
    if isinstance(value, fmpq):
        return value, value
    if value is None or not value.is_finite():
        return None, None
    low, high = exact(value.lower()), exact(value.upper())
    return (low if isinstance(low, fmpq) else None), (high if isinstance(high, fmpq) else None)
