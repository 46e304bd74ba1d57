"""Constants in the shortest form that is known for them: cos(acos(-1/4)) = -1/4, e^(2 log 3) = 9, max(1/2, 1/3) = 1/2.

What is done here: whole turns and inverse functions inside trigonometric ones, logarithms inside exponentials, the
arcs with known sines, and functions that only ask which of two numbers is greater. Then `exact.evaluated` works it out.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import ceil, floor

from mathcli.algebra.exact import as_fraction, evaluated, fraction_node, holds, is_zero, sign, square_root
from mathcli.algebra.raising import length
from mathcli.syntax.tree import (
    ONE,
    PI,
    TWO,
    ZERO,
    Call,
    E,
    IndexedSum,
    Negative,
    Node,
    Piecewise,
    Power,
    Product,
    Quotient,
    Sum,
    integer,
    walk,
)

_MOST_TERMS = 50
_MOST_TURNS = 8
"""The largest multiple of an arc that is worked out: cos(8 acos u)."""

Angle = tuple[Fraction, dict[Node, int]]
"""(q, {arc: n}): q pi plus n times each arc, an inverse trigonometric function of a constant."""


def closed_form(node: Node) -> Node:
    """Return a constant in a shorter form that is worth the same; names in it are left alone.

    >>> from mathcli.syntax.parser import parse
    >>> from mathcli.syntax.writer import write
    >>> write(closed_form(parse("sin(pi - acos(1/3)) + max(2, e)")))
    '2*sqrt(2)/3 + e'
    """
    made: dict[Node, Node] = {}
    for part in walk(node):
        children = part.children()
        fresh = tuple([made[child] for child in children])
        if isinstance(part, Call):
            fresh = tuple([child if child.names else evaluated(child) for child in fresh])
        rebuilt = part.rebuilt(fresh) if fresh != children else part
        made[part] = rebuilt if rebuilt.names else (_shorter(rebuilt) or rebuilt)
    return rationalized(evaluated(made[node]))


def rationalized(node: Node) -> Node:
    """Return a constant without a square root in its denominator, where there is one of them: 1/(1 + sqrt 2)."""
    match node:
        case Negative(operand):
            return Negative(rationalized(operand))
        case Quotient(top, below) if not node.names:
            roots = {part for part in walk(below) if isinstance(part, Call)}
            root = roots.pop() if len(roots) == 1 else None
            if root is None or root.function != "sqrt" or as_fraction(root.arguments[0]) is None:
                return node
            conjugate = below.substitute({root: Negative(root)})
            if as_fraction(evaluated(Product.of(below, conjugate))) in (None, 0):
                return node
            whole = evaluated(Quotient(Product.of(top, conjugate), Product.of(below, conjugate)))
            return whole if length(whole) <= length(node) else node
    return node


def twice_arctangent(t: Node) -> Node:
    """Return 2 arctan t, as an arc with a short cosine or sine if there is one: acos(-1/8), pi - asin(1/4)."""
    plain = evaluated(Product.of(TWO, Call("atan", (t,))))
    by, beyond = sign(t), sign(_minus(Call("abs", (t,)), ONE))
    if not by or beyond is None:
        return plain
    square = evaluated(Power(t, TWO))
    cosine = rationalized(evaluated(Quotient(_minus(ONE, square), Sum.of(ONE, square))))
    sine = rationalized(evaluated(Quotient(Product.of(TWO, t), Sum.of(ONE, square))))
    by_cosine, by_sine = Call("acos", (cosine,)), Call("asin", (sine,))
    straight = PI if by > 0 else Negative(PI)
    arcs = (by_cosine if by > 0 else Negative(by_cosine), by_sine if beyond <= 0 else _minus(straight, by_sine))
    best = min(arcs, key=length)
    return evaluated(best) if length(best) <= length(plain) + 4 else plain


def _minus(a: Node, b: Node) -> Node:
    return Sum.of(a, Negative(b))


def _shorter(node: Node) -> Node | None:
    match node:
        case Call("sin" | "cos" | "tan" | "cot" | "sec" | "csc" as function, (u,), 0):
            return _of_angle(function, u)
        case Call("asin" | "acos" as function, (u,), 0):
            return _arc(function, u)
        case Call("acosh" | "asech", (u,), 0):
            return ZERO if u is ONE else None
        case Power(base, exponent) if base is E:
            return _exponential(exponent)
        case Power(base, exponent):
            return _of_power(evaluated(base), exponent)
        case Call("abs", (u,), 0):
            by = sign(u)
            return None if by is None else evaluated(Negative(u)) if by < 0 else u
        case Call("sign", (u,), 0):
            by = sign(u)
            return None if by is None else integer(by)
        case Call("floor" | "ceil" as function, (u,), 0):
            return _whole(floor if function == "floor" else ceil, u)
        case Call("max" | "min" as function, arguments, 0):
            return _best(function, arguments)
        case Piecewise(branches, otherwise):
            return _branch(branches, otherwise)
        case IndexedSum(body, index, lower, upper):
            return _added_up(body, index, as_fraction(lower), as_fraction(upper))
    return None


def _added_up(body: Node, index: Node, first: Fraction | None, last: Fraction | None) -> Node | None:
    """A sum of a few terms, each worked out."""
    if first is None or last is None or not 0 <= last - first < _MOST_TERMS:
        return None
    if first.denominator != 1 or last.denominator != 1:
        return None
    return evaluated(Sum.of(*(body.substitute({index: integer(k)}) for k in range(int(first), int(last) + 1))))


def _branch(branches: tuple[tuple[Node, Node], ...], otherwise: Node | None) -> Node | None:
    for value, condition in branches:
        truth = holds(condition)
        if truth is not False:
            return value if truth else None
    return otherwise


def _of_power(base: Node, exponent: Node) -> Node | None:
    """1^pi = 1, 0^pi = 0, (e^(-1))^pi = e^(-pi)"""
    if base is ONE:
        return ONE
    if base is ZERO:
        return ZERO if sign(exponent) == 1 else None
    match base:
        case Power(inner, power) if inner is E and as_fraction(exponent) is None:
            return Power(E, evaluated(Product.of(power, exponent)))
    return None


def _whole(rounded: Callable[[Fraction], int], u: Node) -> Node | None:
    value = as_fraction(u)
    return None if value is None else integer(rounded(value))


def _best(function: str, arguments: tuple[Node, ...]) -> Node | None:
    best = arguments[0]
    for other in arguments[1:]:
        by = sign(Sum.of(other, Negative(best)))
        if by is None:
            return None
        best = other if by == (1 if function == "max" else -1) else best
    return best


# -- trigonometric functions of arcs and parts of pi ----------------------------------------------------------------


def _of_angle(function: str, u: Node) -> Node | None:
    angle = _angle(u)
    if angle is None:
        return None
    turns, arcs = angle
    if not arcs:
        return _reduced(function, turns)
    if sum(map(abs, arcs.values())) > _MOST_TURNS or (2 * turns).denominator > 6:
        return None
    c, s = _reduced("cos", turns), _reduced("sin", turns)
    for arc, times in arcs.items():
        one = _cosine_and_sine(arc)
        if times < 0:
            one = one[0], Negative(one[1])
        for _ in range(abs(times)):
            c, s = (
                evaluated(Sum.of(Product.of(c, one[0]), Negative(Product.of(s, one[1])))),
                evaluated(Sum.of(Product.of(s, one[0]), Product.of(c, one[1]))),
            )
    tops = {"sin": (s, ONE), "cos": (c, ONE), "tan": (s, c), "cot": (c, s), "sec": (ONE, c), "csc": (ONE, s)}
    top, below = tops[function]
    if below is ONE:
        return top
    return evaluated(Quotient(top, below)) if is_zero(below) is False else None


def _angle(u: Node) -> Angle | None:
    """Return a constant as a multiple of pi and of arcs; None where it is none."""
    match u:
        case Sum(terms):
            found: Angle = (Fraction(0), {})
            for term in terms:
                part = _angle(term)
                if part is None:
                    return None
                found = _together(found, part)
            return found
        case Negative(operand):
            return _times(_angle(operand), Fraction(-1))
        case Product(factors):
            others = [factor for factor in factors if as_fraction(factor) is None]
            by = as_fraction(Product.of(*(factor for factor in factors if factor not in others)))
            return _times(_angle(others[0]), by) if len(others) == 1 and by is not None else None
        case Quotient(numerator, denominator):
            below = as_fraction(denominator)
            return _times(_angle(numerator), 1 / below) if below else None
        case Call("asin" | "acos" | "atan", (v,), 0) if not v.names:
            return Fraction(0), {u: 1}
    if u is PI:
        return Fraction(1), {}
    return (Fraction(0), {}) if u is ZERO else None


def _together(a: Angle, b: Angle) -> Angle:
    arcs = dict(a[1])
    for arc, times in b[1].items():
        arcs[arc] = arcs.get(arc, 0) + times
    return a[0] + b[0], {arc: times for arc, times in arcs.items() if times}


def _times(angle: Angle | None, by: Fraction | None) -> Angle | None:
    if angle is None or by is None:
        return None
    turns, arcs = angle
    if arcs and by.denominator != 1:
        return None
    return turns * by, {arc: times * by.numerator for arc, times in arcs.items()}


def _cosine_and_sine(arc: Node) -> tuple[Node, Node]:
    assert isinstance(arc, Call)
    (u,) = arc.arguments
    if arc.function == "atan":
        root = square_root(evaluated(Sum.of(ONE, Power(u, TWO))))
        return evaluated(Quotient(ONE, root)), evaluated(Quotient(u, root))
    other = square_root(evaluated(Sum.of(ONE, Negative(Power(u, TWO)))))
    return (u, other) if arc.function == "acos" else (other, u)


def _reduced(function: str, turns: Fraction) -> Node:
    """The function at a multiple of pi, taken to an angle from 0 to pi/2, so that equal values look alike."""
    turns %= 2
    by = 1
    if function in ("tan", "cot"):
        turns %= 1
    elif turns >= 1:
        turns, by = turns - 1, -1
    if turns > Fraction(1, 2):
        turns = 1 - turns
        by = -by if function not in ("sin", "csc") else by
    value = evaluated(Call(function, (evaluated(Product((fraction_node(turns), PI))),)))
    return value if by > 0 else evaluated(Negative(value))


def _arc(function: str, u: Node) -> Node | None:
    """The arc with a known sine, proved by its sine: asin(1/2) = pi/6."""
    from mathcli.algebra import balls

    ball = balls.value(Quotient(Call(function, (u,)), PI))
    if ball is None or not ball.is_finite():
        return None
    turns = Fraction(round(float(ball.mid()) * 12), 12)
    if abs(float(ball.mid()) - float(turns)) > 1e-9:
        return None
    arc = evaluated(Product((fraction_node(turns), PI)))
    back = evaluated(Call("sin" if function == "asin" else "cos", (arc,)))
    return arc if is_zero(Sum.of(back, Negative(u))) else None


# -- exponentials of logarithms -------------------------------------------------------------------------------------


def _exponential(exponent: Node) -> Node | None:
    """e^(r log v + w) = v^r e^w."""
    terms = exponent.terms if isinstance(exponent, Sum) else (exponent,)
    factors: list[Node] = []
    rest: list[Node] = []
    for term in terms:
        found = _logarithm(term)
        if found is None:
            rest.append(term)
        else:
            times, v = found
            factors.append(v if times == 1 else Power(v, fraction_node(times)))
    if not factors:
        return None
    left = Sum.of(*rest)
    return evaluated(Product.of(*factors, *(() if left is ZERO else (Power(E, left),))))


def _logarithm(term: Node) -> tuple[Fraction, Node] | None:
    match term:
        case Call("log", (v,), 0):
            return (Fraction(1), v) if sign(v) == 1 else None
        case Call("lambertw" | "lambertwm", (v,), 0) if is_zero(v) is False:
            return Fraction(1), evaluated(Quotient(v, term))  # W e^W = v
        case Negative(operand):
            found = _logarithm(operand)
            return None if found is None else (-found[0], found[1])
        case Product(factors):
            others = [factor for factor in factors if as_fraction(factor) is None]
            by = as_fraction(Product.of(*(factor for factor in factors if factor not in others)))
            found = _logarithm(others[0]) if len(others) == 1 else None
            return None if found is None or by is None else (found[0] * by, found[1])
        case Quotient(numerator, denominator):
            below, found = as_fraction(denominator), _logarithm(numerator)
            return None if found is None or not below else (found[0] / below, found[1])
    return None
