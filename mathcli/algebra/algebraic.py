"""Whether two constants built from whole numbers by + - * / and roots are the same number: a proof by a bound.

Sines and their kin of rational multiples of pi are such numbers too: 2 cos(2 pi k/n) is an algebraic integer whose
conjugates are at most 2, and all of these for one n lie in a field of degree phi(n)/2.

An expression of this kind that is not 0 cannot be arbitrarily small. The bound is that of Burnikel, Funke, Mehlhorn,
Schirra and Schmitt, A Separation Bound for Real Algebraic Expressions (Algorithmica 55, 2009): with u and l from the
table in `_grown` and D the product of the degrees of the different roots, a value E other than 0 has
|E| >= 1 / (l u^(D-1)).
"""

from __future__ import annotations

from math import lcm
from typing import NamedTuple

from flint import arb, fmpq, fmpz

from mathcli.algebra.angles import TRIGONOMETRIC, pi_multiple
from mathcli.algebra.balls import Evaluation, enclose, working_precision
from mathcli.syntax.tree import Call, Negative, Node, Number, Power, Product, Quotient, Sum, walk

_MOST_BITS = 8192


class _Bounds(NamedTuple):
    """log2 of u and l, at least 0."""

    u: float
    l: float  # noqa: E741 - the letter of the source


def agree(a: Node, b: Node) -> bool | None:
    """Whether two constants are the same number; None where they are not of this kind, or too involved."""
    difference = Sum.of(a, Negative(b))
    bits = _separation_bits(difference)
    if bits is None or bits > _MOST_BITS:
        return None
    ball = enclose(difference, {}, precision=bits + 64)
    if ball is None or not ball.is_finite():
        return None
    if not ball.contains(0):
        return False
    with working_precision(64):
        return True if ball.abs_upper() < arb(2) ** (-bits) else None


def _separation_bits(node: Node) -> int | None:
    """k such that a value other than 0 is at least 2^-k; None outside what the bound covers."""
    grown: dict[Node, _Bounds] = {}
    degree, inside = _degree_of_angles(node)
    if not degree:
        return None
    for part in walk(node):
        if part in inside:
            continue
        known = _of_trigonometric(part)
        if known is not None:
            grown[part] = known
            continue
        root = _root_index(part)
        if root is None:
            return None
        degree *= root
        bounds = _grown(part, root, grown)
        if bounds is None or degree > 4096:
            return None
        grown[part] = bounds
    u, l = grown[node]  # noqa: E741
    return int(l + u * (degree - 1)) + 8


def _degree_of_angles(node: Node) -> tuple[int, frozenset[Node]]:
    """The degree of a field with all sines that occur (0: none was found), and the nodes that stand in their angles."""
    calls = [part for part in walk(node) if isinstance(part, Call) and part.function in TRIGONOMETRIC]
    order = 1
    for call in calls:
        turns = pi_multiple(call.arguments[0])
        if turns is None or turns.q > 500:
            return 0, frozenset()
        order = lcm(order, 4 * int(turns.q))
    inside = {part for call in calls for part in walk(call.arguments[0])}
    outside = _reached(node, frozenset(calls))
    return (max(1, int(fmpz(order).euler_phi()) // 2) if calls else 1), frozenset(inside - outside)


def _reached(node: Node, stops: frozenset[Node]) -> set[Node]:
    """The nodes that are reached from the top without passing through one of the stops."""
    found: set[Node] = set()
    stack = [node]
    while stack:
        part = stack.pop()
        if part not in found:
            found.add(part)
            if part not in stops:
                stack.extend(part.children())
    return found


def _of_trigonometric(part: Node) -> _Bounds | None:
    """sin and cos are half of an algebraic integer of size at most 2; the others are quotients of these."""
    if not isinstance(part, Call) or part.function not in TRIGONOMETRIC:
        return None
    return _Bounds(1.0, 1.0) if part.function in ("sin", "cos") else _Bounds(2.0, 2.0)


def _exponent(node: Node) -> fmpq | None:
    with working_precision(64):
        value = Evaluation({}).value(node)
    return value if isinstance(value, fmpq) else None


def _root_index(node: Node) -> int | None:
    """The degree of the root that a node takes, 1 if it takes none, None if it is of no use here."""
    match node:
        case Number() | Negative() | Sum() | Product() | Quotient():
            return 1
        case Power(_, exponent):
            power = _exponent(exponent)
            return None if power is None or abs(power.p) > 64 else int(power.q)
        case Call("sqrt", _, 0):
            return 2
        case Call("cbrt", _, 0):
            return 3
    return None


def _grown(node: Node, root: int, known: dict[Node, _Bounds]) -> _Bounds | None:
    match node:
        case Number(numerator, scale):
            return _Bounds(_log2(numerator), _log2(10**scale))
        case Negative(operand):
            return known[operand]
        case Sum(terms):
            total = known[terms[0]]
            for term in terms[1:]:
                total = _added(total, known[term])
            return total
        case Product(factors):
            return _Bounds(sum(known[f].u for f in factors), sum(known[f].l for f in factors))
        case Quotient(numerator, denominator):
            top, bottom = known[numerator], known[denominator]
            return _Bounds(top.u + bottom.l, top.l + bottom.u)
        case Power(base, exponent):
            power = _exponent(exponent)
            assert power is not None
            u, l = _rooted(known[base], root)  # noqa: E741
            times = abs(int(power.p))
            return _Bounds(u * times, l * times) if power > 0 else _Bounds(l * times, u * times)
        case Call(_, (operand,)):
            return _Bounds(*_rooted(known[operand], root))
    return None


def _log2(number: int) -> float:
    return float(number.bit_length())


def _added(a: _Bounds, b: _Bounds) -> _Bounds:
    return _Bounds(max(a.u + b.l, a.l + b.u) + 1, a.l + b.l)


def _rooted(bounds: _Bounds, k: int) -> tuple[float, float]:
    u, l = bounds  # noqa: E741
    return ((u + (k - 1) * l) / k, l) if u >= l else (u, (u * (k - 1) + l) / k)
