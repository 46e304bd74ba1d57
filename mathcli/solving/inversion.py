"""Equations v = c in which the unknown stands once: the functions around it are taken off from the outside.

Each step of taking off is exact and keeps all real solutions: log is strictly increasing, so log u = c says u = e^c and
nothing else; cos u = c says u = arccos c or -arccos c, and all that lies whole periods further.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from flint import arb, fmpq

from mathcli.algebra import rational
from mathcli.algebra.balls import Evaluation, enclose, working_precision
from mathcli.algebra.conditions import constant_value, number
from mathcli.algebra.exact import evaluated, is_zero
from mathcli.algebra.ranges import Range, polynomial_in, value_range
from mathcli.calculus.derivation import Phrase
from mathcli.errors import UndecidedError
from mathcli.solving.polynomial_roots import real_roots
from mathcli.solving.regions import Bound, Refinement, ends_of_ball, multiple_of_pi, shifted
from mathcli.syntax.tree import (
    ONE,
    PI,
    TWO,
    ZERO,
    Call,
    Constant,
    E,
    Equation,
    Name,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
)


class Point(NamedTuple):
    at: Bound
    times: int | None


class Series(NamedTuple):
    """base + k period for all whole k."""

    base: Bound
    period: Node
    times: int | None


class Found(NamedTuple):
    """All real solutions: single ones and those that repeat."""

    points: tuple[Point, ...] = ()
    series: tuple[Series, ...] = ()
    reasons: tuple[Phrase, ...] = ()

    def raised(self, times: int | None) -> Found:
        """The same with multiplicities multiplied."""
        if times == 1:
            return self
        return Found(
            tuple(Point(at, _product(own, times)) for at, own in self.points),
            tuple(Series(base, period, _product(own, times)) for base, period, own in self.series),
            self.reasons,
        )


NOTHING = Found()
_C = Name("c#")
_MOST_TURNS = 100


def together(found: Iterable[Found | None]) -> Found | None:
    """Return all of them in one, None where one is missing."""
    points: list[Point] = []
    series: list[Series] = []
    reasons: dict[Phrase, None] = {}
    for one in found:
        if one is None:
            return None
        points.extend(one.points)
        series.extend(one.series)
        reasons.update(dict.fromkeys(one.reasons))
    return Found(tuple(points), tuple(series), tuple(reasons))


def applied(build: Callable[[Node], Node], c: Bound) -> Bound:
    """Return a function of a number as a number: exactly where that one is exact, else by its enclosures."""
    if c.exact is not None:
        return Bound.of(_tidy(build(c.exact)))
    node = build(_C)
    return Bound(None, None, _through(node, c))


def _tidy(node: Node) -> Node:
    """A constant in short: with known values put in, an arc as a multiple of pi where it is proved to be one."""
    match node:
        case Call("asin" | "acos" | "atan" as function, (c,), 0):
            return _arc(function, c) or evaluated(node)
        case Quotient(Call("log"), Call("log")) | Power(Constant(), Product() | Quotient() | Call()):
            value = rational.value(node)
            return evaluated(node) if value is None else number(value)
    return evaluated(node)


def _arc(function: str, c: Node) -> Node | None:
    with working_precision(96):
        value = Evaluation({}).value(Call(function, (c,)))
        ratio = None if not isinstance(value, arb) else (value / arb.pi() * 12).unique_fmpz()
    if ratio is None:
        return None
    angle = multiple_of_pi(fmpq(ratio, 12))
    is_same = is_zero(Sum.of(Call(function[1:], (angle,)), Negative(c)))
    return angle if is_same else None


def _through(node: Node, c: Bound) -> Refinement:
    def refine(bits: int) -> tuple[fmpq, fmpq]:
        own = bits + 16
        while True:
            with working_precision(own + 32):
                value = Evaluation({_C: c.ball(own)}).value(node)
                low, high = (value, value) if isinstance(value, fmpq) else _ends(value)
            if high - low <= fmpq(1, 1 << bits) or own > 8 * bits + 1024:
                return low, high
            own *= 2

    return refine


def _ends(value: arb | None) -> tuple[fmpq, fmpq]:
    found = None if value is None else ends_of_ball(value)
    if found is None:
        raise UndecidedError("the value of a number could not be enclosed")
    return found


def _product(a: int | None, b: int | None) -> int | None:
    return None if a is None or b is None else a * b


def against(c: Bound, value: Node) -> int | None:
    """Return the sign of c - value, None if not decided."""
    return c.compare(Bound.of(value))


def solutions(v: Node, c: Bound, x: Name, over: arb | None = None) -> Found | None:
    """Return all real solutions of v = c, None where it has not the shape for it.

    With `over`, a ball, those in it are enough.
    """
    if v is x:
        return Found((Point(c, 1),))
    match v:
        case Negative(u):
            return solutions(u, applied(Negative, c), x, over)
        case Sum(terms):
            return _of_sum(v, terms, c, x, over)
        case Product(factors):
            return _of_product(v, factors, c, x, over)
        case Quotient(top, below):
            return _of_quotient(top, below, c, x, over)
        case Power(base, exponent):
            return _of_power(base, exponent, c, x, over)
        case Call("sqrt", (u,), 0):
            return _of_rational_power(u, fmpq(1, 2), c, x, over)
        case Call("cbrt", (u,), 0):
            return _of_rational_power(u, fmpq(1, 3), c, x, over)
        case Call("root", (u, Number(n, 0)), 0):
            return _of_rational_power(u, fmpq(1, n), c, x, over)
        case Call("log", (u, base), 0) if not base.names:
            return solutions(u, applied(lambda node: Power(base, node), c), x, over)
        case Call(function, (u,), 0) if function in _ONE_TO_ONE:
            return _of_one_to_one(function, u, c, x, over)
        case Call("abs" | "cosh" as function, (u,), 0):
            return _of_even(function, u, c, x, over)
        case Call(function, (u,), 0) if function in _PERIODIC:
            return _of_periodic(function, u, c, x, over)
    return None


def _of_sum(v: Node, terms: tuple[Node, ...], c: Bound, x: Name, over: arb | None = None) -> Found | None:
    moving = [term for term in terms if x in term.names]
    if len(moving) == 1:
        rest = Sum.of(*(term for term in terms if x not in term.names))
        return solutions(moving[0], applied(lambda node: Sum.of(node, Negative(rest)), c), x, over)
    return _of_polynomial(v, c, x, over)


def _of_product(v: Node, factors: tuple[Node, ...], c: Bound, x: Name, over: arb | None = None) -> Found | None:
    moving = [factor for factor in factors if x in factor.names]
    if len(moving) > 1:
        return _of_polynomial(v, c, x, over)
    rest = Product.of(*(factor for factor in factors if x not in factor.names))
    if against(Bound.of(rest), ZERO) in (None, 0):
        return None
    return solutions(moving[0], applied(lambda node: Quotient(node, rest), c), x, over)


def _of_quotient(top: Node, below: Node, c: Bound, x: Name, over: arb | None = None) -> Found | None:
    if x not in below.names:
        return solutions(top, applied(lambda node: Product.of(node, below), c), x, over)
    if x in top.names:
        return None
    by, above = against(c, ZERO), against(Bound.of(top), ZERO)
    if by is None or above is None or above == 0:
        return None
    return NOTHING if by == 0 else solutions(below, applied(lambda node: Quotient(top, node), c), x, over)


def _of_polynomial(v: Node, c: Bound, x: Name, over: arb | None = None) -> Found | None:
    """Quadratics: by the formula for a rational c, by completing the square for others."""
    polynomial = polynomial_in(x, v)
    if polynomial is None or polynomial.degree() < 1:
        from mathcli.solving.lambert_roots import lambert_zeros

        return None if c.exact is None else lambert_zeros(Sum.of(v, Negative(c.exact)), x)
    if c.value is not None:
        return Found(tuple(Point(*root) for root in real_roots(polynomial - c.value)))
    if polynomial.degree() == 1:
        d, a = polynomial.coeffs()
        return Found((Point(applied(lambda node: Quotient(Sum.of(node, number(-d)), number(a)), c), 1),))
    d, b, a = polynomial.coeffs()
    middle, least = -b / (2 * a), d - b * b / (4 * a)
    square = applied(lambda node: Quotient(Sum.of(node, number(-least)), number(a)), c)
    root = _of_rational_power(x, fmpq(2), square, x, over)
    if root is None or middle == 0:
        return root
    return Found(tuple(Point(applied(lambda node: Sum.of(number(middle), node), at), n) for at, n in root.points))


def _of_power(base: Node, exponent: Node, c: Bound, x: Name, over: arb | None = None) -> Found | None:
    if x not in exponent.names:
        power = constant_value(exponent)
        return _of_rational_power(base, power, c, x, over) if isinstance(power, fmpq) else None
    if x in base.names:
        return None
    by = against(c, ZERO)
    if by is None:
        return None
    if by <= 0:
        return Found(reasons=((Power(base, exponent), " is never ", "0" if by == 0 else "negative"),))
    if base is E:
        return solutions(exponent, applied(lambda node: Call("log", (node,)), c), x, over)
    size = Bound.of(base)
    if against(size, ZERO) != 1 or against(size, ONE) in (None, 0):
        return None
    quotient = applied(lambda node: Quotient(Call("log", (node,)), Call("log", (base,))), c)
    return solutions(exponent, quotient, x, over)


def _of_rational_power(u: Node, power: fmpq, c: Bound, x: Name, over: arb | None = None) -> Found | None:
    """u^(p/q) = c."""
    by = against(c, ZERO)
    if by is None or power == 0:
        return None
    if by == 0:
        return NOTHING if power < 0 else _raised(solutions(u, c, x, over), int(power.p) if power.q == 1 else None)
    is_root_even, is_power_even = power.q % 2 == 0, power.p % 2 == 0
    if by < 0 and (is_root_even or is_power_even):
        return NOTHING
    inverse = 1 / power
    size = applied(lambda node: _to_the(node if by > 0 else Negative(node), inverse), c)
    values = [size if by > 0 else applied(Negative, size)]
    if is_power_even and not is_root_even:
        values = [applied(Negative, size), size]
    return together(solutions(u, value, x, over) for value in values)


def _to_the(node: Node, power: fmpq) -> Node:
    """node^power for node > 0, written with a root where that is the custom."""
    if power.q == 1:
        return node if power == 1 else Power(node, number(power))
    root = Call("sqrt", (node,)) if power.q == 2 else Call("root", (node, Number(int(power.q))))
    if power.q == 3:
        root = Call("cbrt", (node,))
    if power.p == 1:
        return root
    return Power(root, number(fmpq(power.p)))


def _raised(found: Found | None, times: int | None) -> Found | None:
    return None if found is None else found.raised(times)


_ONE_TO_ONE: dict[str, tuple[str, Node | None, Node | None, bool]] = {
    "log": ("exp", None, None, True),
    "sinh": ("asinh", None, None, True),
    "tanh": ("atanh", Negative(ONE), ONE, False),
    "asinh": ("sinh", None, None, True),
    "atanh": ("tanh", None, None, True),
    "acosh": ("cosh", ZERO, None, True),
    "atan": ("tan", Negative(Quotient(PI, TWO)), Quotient(PI, TWO), False),
    "asin": ("sin", Negative(Quotient(PI, TWO)), Quotient(PI, TWO), True),
    "acos": ("cos", ZERO, PI, True),
    "lambertw": ("y e^y", Negative(ONE), None, True),
    "lambertwm": ("y e^y", None, Negative(ONE), True),
}
"""By function: its inverse, and the values that it takes (None: no bound; whether the bounds are taken)."""


def _of_one_to_one(function: str, u: Node, c: Bound, x: Name, over: arb | None = None) -> Found | None:
    inverse, low, high, is_reached = _ONE_TO_ONE[function]
    for end, inside in ((low, 1), (high, -1)):
        by = None if end is None else against(c, end)
        if end is not None:
            if by is None:
                return None
            if by == -inside or (by == 0 and not is_reached):
                return Found(reasons=((Call(function, (u,)), " does not take that value"),))
            if by == 0:
                return _raised(solutions(u, _inverse(inverse, c), x, over), None)
    found = solutions(u, _inverse(inverse, c), x, over)
    if found is None or c.exact is None or len(found.points) != 1:
        return found
    way = "decreasing" if function in ("acos", "lambertwm") else "increasing"
    name = "log" if function == "log" else function
    reason = (f"{name} is strictly {way}, so one solution of ", Equation(Call(function, (u,)), c.exact))
    return found._replace(reasons=(*found.reasons, reason))


def _inverse(function: str, c: Bound) -> Bound:
    if function == "y e^y":
        return applied(lambda node: Product.of(node, Power(E, node)), c)
    return applied(lambda node: Power(E, node) if function == "exp" else Call(function, (node,)), c)


def _of_even(function: str, u: Node, c: Bound, x: Name, over: arb | None = None) -> Found | None:
    """|u| = c and cosh u = c."""
    least = ZERO if function == "abs" else ONE
    by = against(c, least)
    if by is None:
        return None
    if by < 0:
        return NOTHING
    if by == 0:
        return _raised(solutions(u, Bound.of(ZERO), x, over), 2 if function == "cosh" else None)
    size = c if function == "abs" else applied(lambda node: Call("acosh", (node,)), c)
    return together((solutions(u, applied(Negative, size), x, over), solutions(u, size, x, over)))


_PERIODIC = frozenset(("sin", "cos", "tan", "cot", "sec", "csc"))


def _of_periodic(function: str, u: Node, c: Bound, x: Name, over: arb | None = None) -> Found | None:
    if function in ("cot", "sec", "csc"):
        by = against(c, ZERO)
        if by is None:
            return None
        if by == 0:
            quarter = Bound.of(Quotient(PI, TWO))
            return in_angle(u, [Series(quarter, PI, 1)], x, over) if function == "cot" else NOTHING
        turned = applied(lambda node: Quotient(ONE, node), c)
        return _of_periodic({"cot": "tan", "sec": "cos", "csc": "sin"}[function], u, turned, x, over)
    if function == "tan":
        return in_angle(u, [Series(applied(lambda node: Call("atan", (node,)), c), PI, 1)], x, over)
    low, high = against(c, Negative(ONE)), against(c, ONE)
    if low is None or high is None:
        return None
    if low < 0 or high > 0:
        return Found(reasons=((Call(function, (u,)), " lies between -1 and 1"),))
    times = 2 if low == 0 or high == 0 else 1
    first = applied(lambda node: Call(f"a{function}", (node,)), c)
    turn = Product((TWO, PI))
    angles = [Series(first, turn, times)]
    if times == 1:
        other = applied(Negative if function == "cos" else lambda node: Sum.of(PI, Negative(node)), first)
        angles.append(Series(other, turn, 1))
    return in_angle(u, angles, x, over)


def in_angle(u: Node, angles: Iterable[Series], x: Name, over: arb | None = None) -> Found | None:
    """Return the x at which the angle u, linear in x, is one of these."""
    line = linear(u, x)
    if line is None:
        return _in_bounded_angle(u, angles, x, over)
    slope, constant = line
    by = against(Bound.of(slope), ZERO)
    if by is None or by == 0:
        return None
    size = slope if by > 0 else Negative(slope)
    series = []
    for base, period, times in angles:
        start = applied(lambda node: Quotient(Sum.of(node, Negative(constant)), slope), base)
        series.append(Series(start, evaluated(Quotient(period, size)), times))
    return Found((), tuple(series))


def _in_bounded_angle(u: Node, angles: Iterable[Series], x: Name, over: arb | None = None) -> Found | None:
    """The same for an angle that is no line, where bounds on its values leave a few of them."""
    values = _values(u, x, over)
    if values.low is None or values.high is None or values.high - values.low > _MOST_TURNS:
        return None
    found: list[Found | None] = []
    for base, period, times in angles:
        size = Bound.of(period).enclosure[0]
        first = int(((values.low - base.enclosure[1]) / size).floor()) - 1
        last = int(((values.high - base.enclosure[0]) / size).ceil()) + 1
        for k in range(first, last + 1):
            angle = shifted(base, period, k)
            if angle is not None and values.low <= angle.enclosure[1] and angle.enclosure[0] <= values.high:
                found.append(_raised(solutions(u, angle, x, over), times))
    return together(found)


def _values(u: Node, x: Name, over: arb | None) -> Range:
    """Bounds on an angle, for x in a ball if one is given."""
    if over is not None:
        ball = enclose(u, {x: over}, precision=64)
        found = None if ball is None else ends_of_ball(ball)
        if found is not None:
            return Range(*found)
    return value_range(u)


def linear(u: Node, x: Name) -> tuple[Node, Node] | None:
    """Return (a, b) where u is a x + b, a and b constants."""
    if x not in u.names:
        return ZERO, u
    match u:
        case Name():
            return ONE, ZERO
        case Negative(v):
            line = linear(v, x)
            return None if line is None else (Negative(line[0]), Negative(line[1]))
        case Sum(terms):
            lines = [linear(term, x) for term in terms]
            known = [line for line in lines if line is not None]
            if len(known) < len(lines):
                return None
            return evaluated(Sum.of(*(a for a, _ in known))), evaluated(Sum.of(*(b for _, b in known)))
        case Product(factors):
            moving = [factor for factor in factors if x in factor.names]
            line = linear(moving[0], x) if len(moving) == 1 else None
            rest = [factor for factor in factors if x not in factor.names]
            return None if line is None else (Product.of(*rest, line[0]), Product.of(*rest, line[1]))
        case Quotient(top, below) if x not in below.names:
            line = linear(top, x)
            return None if line is None else (Quotient(line[0], below), Quotient(line[1], below))
    return None
