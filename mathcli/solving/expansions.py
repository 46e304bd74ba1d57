"""Functions for large t as sums of monomials of growth with coefficients in balls, certain on all of [M, infinity).

What an elementary function does to such a sum is worked out to a few terms by Taylor's formula; the remainder becomes
a coefficient that is a ball. sin t is the ball [-1, 1]. A coefficient keeps its exact tree where it has one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from flint import arb, fmpq

from mathcli.algebra.balls import Evaluation
from mathcli.algebra.conditions import constant_value, number
from mathcli.algebra.exact import is_zero
from mathcli.algebra.jets import expand
from mathcli.solving.growth import UNIT, Exact, Monomial, TooEarlyError, UnknownGrowthError, compare, sign_of, worth
from mathcli.syntax.tree import (
    ONE,
    PI,
    TWO,
    Call,
    E,
    Name,
    Negative,
    Node,
    Power,
    Product,
    Quotient,
    Sum,
    walk,
)

_MOST_TERMS = 40
_ORDER = 3
T = Name("t#")
_U = Name("u#")
BALL = arb(0, 1)
_LOG = Monomial((), fmpq(0), fmpq(1))
_LOG_LOG = Monomial((), fmpq(0), fmpq(0), fmpq(1))


class Coefficient(NamedTuple):
    value: Exact
    node: Node | None = None

    def plus(self, other: Coefficient) -> Coefficient:
        node = None if self.node is None or other.node is None else Sum.of(self.node, other.node)
        return _coefficient(self.value + other.value, node)

    def times(self, other: Coefficient) -> Coefficient:
        node = None if self.node is None or other.node is None else Product.of(self.node, other.node)
        return _coefficient(self.value * other.value, node)


def _coefficient(value: Exact, node: Node | None) -> Coefficient:
    return Coefficient(value, number(value)) if isinstance(value, fmpq) else Coefficient(value, node)


def rational(value: int | fmpq) -> Coefficient:
    return Coefficient(fmpq(value), number(fmpq(value)))


Terms = dict[Monomial, Coefficient]


class Expansion:
    """A sum of terms that a function equals on [start, infinity)."""

    __slots__ = ("start", "terms")

    def __init__(self, terms: Terms, start: fmpq) -> None:
        self.terms = {monomial: c for monomial, c in terms.items() if not _vanishes(c)}
        self.start = start
        if len(self.terms) > _MOST_TERMS:
            raise UnknownGrowthError

    def plus(self, other: Expansion) -> Expansion:
        terms = dict(self.terms)
        for monomial, c in other.terms.items():
            terms[monomial] = terms[monomial].plus(c) if monomial in terms else c
        return Expansion(terms, self.start)

    def times(self, other: Expansion) -> Expansion:
        terms: Terms = {}
        for monomial, c in self.terms.items():
            for other_monomial, d in other.terms.items():
                product, coefficient = monomial.times(other_monomial), c.times(d)
                terms[product] = terms[product].plus(coefficient) if product in terms else coefficient
        return Expansion(terms, self.start)

    def by(self, c: Coefficient, monomial: Monomial = UNIT) -> Expansion:
        return Expansion({m.times(monomial): d.times(c) for m, d in self.terms.items()}, self.start)

    def lead(self) -> tuple[Monomial, Coefficient]:
        """The term that outgrows all others; its coefficient may be a ball about 0."""
        if not self.terms:
            raise UnknownGrowthError
        best: Monomial | None = None
        for monomial in self.terms:
            if best is None or compare(monomial, best) > 0:
                best = monomial
        assert best is not None
        return best, self.terms[best]

    def relative(self) -> tuple[Monomial, Coefficient, Expansion, arb]:
        """(m, c, d, bounds of d) with the function equal to c m (1 + d), c not 0 and d > -1."""
        monomial, c = self.lead()
        sign_of(c.value)
        inverse = _coefficient(1 / c.value, None if c.node is None else Quotient(ONE, c.node))
        rest = {m: d for m, d in self.terms.items() if m is not monomial}
        small = Expansion(rest, self.start).by(inverse, monomial.to_the(fmpq(-1)))
        bounds = small.bounds()
        if not bounds > -1:
            raise TooEarlyError
        return monomial, c, small, bounds

    def bounds(self) -> arb:
        """A ball that holds all values on [start, infinity); no term may grow."""
        total = arb(0)
        for monomial, c in self.terms.items():
            high = monomial.largest(self.start)
            total += c.value * (high if monomial.way == 0 else arb(0).union(high))
        return total

    def parts(self) -> tuple[Terms, Coefficient, Expansion]:
        """What grows, the constant, and what goes to 0."""
        growing: Terms = {}
        vanishing: Terms = {}
        constant = rational(0)
        for monomial, c in self.terms.items():
            way = monomial.way
            if way == 0:
                constant = c
            else:
                (growing if way > 0 else vanishing)[monomial] = c
        return growing, constant, Expansion(vanishing, self.start)


def _vanishes(c: Coefficient) -> bool:
    if isinstance(c.value, fmpq):
        return bool(c.value == 0)
    return bool(c.value.contains(0)) and c.node is not None and c.value.rad() < 1e-6 and is_zero(c.node) is True


def expansion(f: Node, start: fmpq) -> Expansion:
    """Return f, a function of T, on [start, infinity), at the precision that is set.

    Raises:
        UnknownGrowthError: it has none that is found here.
        TooEarlyError: a later start may serve.
    """
    made: dict[Node, Expansion] = {}
    for node in walk(f):
        made[node] = _of_node(node, made, start)
    return made[f]


def _constant(node: Node, start: fmpq) -> Expansion:
    value = Evaluation({}).value(node)
    if value is None or (isinstance(value, arb) and not value.is_finite()):
        raise UnknownGrowthError
    return Expansion({UNIT: _coefficient(value, node)}, start)


def _of_node(node: Node, made: dict[Node, Expansion], start: fmpq) -> Expansion:
    if not node.names:
        return _constant(node, start)
    match node:
        case Name():
            return Expansion({Monomial((), fmpq(1)): rational(1)}, start)
        case Negative(u):
            return made[u].by(rational(-1))
        case Sum(terms):
            total = made[terms[0]]
            for term in terms[1:]:
                total = total.plus(made[term])
            return total
        case Product(factors):
            product = made[factors[0]]
            for factor in factors[1:]:
                product = product.times(made[factor])
            return product
        case Quotient(top, below):
            return made[top].times(_power(made[below], fmpq(-1)))
        case Power(base, exponent):
            return _of_power(base, exponent, made)
        case Call(function, arguments, 0):
            return _of_call(function, arguments, made)
    raise UnknownGrowthError


def _of_power(base: Node, exponent: Node, made: dict[Node, Expansion]) -> Expansion:
    if base is E:
        return _exponential(made[exponent])
    value = constant_value(exponent)
    if isinstance(value, fmpq):
        return _power(made[base], value)
    return _exponential(made[exponent].times(_logarithm(made[base])))


def _of_call(function: str, arguments: tuple[Node, ...], made: dict[Node, Expansion]) -> Expansion:
    u = made[arguments[0]]
    if function == "log" and len(arguments) == 2 and not arguments[1].names:
        return _logarithm(u).times(_power(_logarithm(made[arguments[1]]), fmpq(-1)))
    if function == "root":
        index = constant_value(arguments[1])
        if not isinstance(index, fmpq) or index == 0:
            raise UnknownGrowthError
        return _power(u, 1 / index)
    if len(arguments) != 1:
        raise UnknownGrowthError
    return _of_function(function, u)


def _of_function(function: str, u: Expansion) -> Expansion:
    match function:
        case "log":
            return _logarithm(u)
        case "sqrt":
            return _power(u, fmpq(1, 2))
        case "cbrt":
            return _power(u, fmpq(1, 3))
        case "abs":
            return u.by(rational(sign_of(u.relative()[1].value)))
        case "sign":
            return _rational(sign_of(u.relative()[1].value), u.start)
    if not u.terms or u.lead()[0].way <= 0:
        return _analytic(function, u)
    return _of_growing(function, u)


def _rational(value: int | fmpq, start: fmpq) -> Expansion:
    return Expansion({UNIT: rational(value)}, start)


def _of_growing(function: str, u: Expansion) -> Expansion:
    one = _rational(1, u.start)
    if function in ("sin", "cos"):
        return Expansion({UNIT: Coefficient(BALL)}, u.start)
    if function in ("sinh", "cosh", "tanh", "coth", "sech", "csch"):
        return _hyperbolic(function, u)
    by = sign_of(u.relative()[1].value)
    if function == "asinh":
        size = u.by(rational(by))
        root = _power(size.times(size).plus(one), fmpq(1, 2))
        return _logarithm(size.plus(root)).by(rational(by))
    if function == "acosh" and by > 0:
        return _logarithm(u.plus(_power(u.times(u).plus(_rational(-1, u.start)), fmpq(1, 2))))
    if function == "atan":
        quarter = _constant(Quotient(PI, TWO) if by > 0 else Negative(Quotient(PI, TWO)), u.start)
        return quarter.plus(_analytic("atan", _power(u, fmpq(-1))).by(rational(-1)))
    if function == "acot" and by > 0:
        return _analytic("atan", _power(u, fmpq(-1)))
    if function == "erf":
        tail = _exponential(u.times(u).by(rational(-1))).by(Coefficient(arb(0.5, 0.5)))
        return _rational(by, u.start).plus(tail.by(rational(-by)))
    raise UnknownGrowthError


def _hyperbolic(function: str, u: Expansion) -> Expansion:
    up, down = _exponential(u), _exponential(u.by(rational(-1)))
    half = rational(fmpq(1, 2))
    sine, cosine = up.plus(down.by(rational(-1))).by(half), up.plus(down).by(half)
    tops = {"sinh": sine, "cosh": cosine, "tanh": sine, "coth": cosine}
    below = {"tanh": cosine, "coth": sine, "sech": cosine, "csch": sine}
    top = tops.get(function) or _rational(1, u.start)
    return top.times(_power(below[function], fmpq(-1))) if function in below else top


def _taylor(coefficients: Iterable[Coefficient], small: Expansion) -> Expansion:
    """c_0 + c_1 d + c_2 d^2 + ... ; the last coefficient is that of the remainder."""
    total = Expansion({}, small.start)
    power = _rational(1, small.start)
    for k, c in enumerate(coefficients):
        if k:
            power = _short(power.times(small))
        total = total.plus(power.by(c))
    return total


def _short(u: Expansion) -> Expansion:
    """The same with the least terms put together in the largest of them, if there are many."""
    if len(u.terms) <= 6:
        return u
    order: list[Monomial] = []
    for monomial in u.terms:
        place = next((k for k, other in enumerate(order) if compare(monomial, other) > 0), len(order))
        order.insert(place, monomial)
    kept = {monomial: u.terms[monomial] for monomial in order[:5]}
    lead = order[5]
    rest = Expansion({m: u.terms[m] for m in order[5:]}, u.start).by(rational(1), lead.to_the(fmpq(-1)))
    kept[lead] = Coefficient(rest.bounds())
    return Expansion(kept, u.start)


def _power(u: Expansion, power: fmpq) -> Expansion:
    if power.q == 1 and 0 <= power <= 6:
        result = _rational(1, u.start)
        for _ in range(int(power.p)):
            result = result.times(u)
        return result
    monomial, c, small, bounds = u.relative()
    by = sign_of(c.value)
    if by < 0 and power.q % 2 == 0:
        raise UnknownGrowthError
    is_negative = by < 0 and power.p % 2 == 1
    size = c if by > 0 else c.times(rational(-1))
    factor = _to_the(size, power)
    binomials = [fmpq(1)]
    for k in range(_ORDER):
        binomials.append(binomials[-1] * (power - k) / (k + 1))
    around = 1 + bounds.union(arb(0))
    remainder = binomials[_ORDER] * (around.log() * (power - _ORDER)).exp()
    series = _taylor([*map(rational, binomials[:_ORDER]), Coefficient(remainder)], small)
    return series.by(factor.times(rational(-1)) if is_negative else factor, monomial.to_the(power))


def _to_the(c: Coefficient, power: fmpq) -> Coefficient:
    node = None if c.node is None else Power(c.node, number(power))
    if isinstance(c.value, fmpq) and power.q == 1:
        return _coefficient(c.value ** int(power.p), node)
    if c.value == 1:
        return rational(1)
    return _coefficient(arb(c.value) ** arb(power), node)


def _logarithm(u: Expansion) -> Expansion:
    monomial, c, small, bounds = u.relative()
    if sign_of(c.value) < 0 or monomial.c != 0:
        raise UnknownGrowthError
    terms: Terms = {}
    if c.value != 1:
        terms[UNIT] = Coefficient(arb(c.value).log(), None if c.node is None else Call("log", (c.node,)))
    for (power, logs), weight in monomial.q:
        terms[Monomial((), power, logs)] = _coefficient(worth(weight), weight if isinstance(weight, Node) else None)
    for power, kind in (
        (monomial.a, Monomial((), fmpq(0), fmpq(1))),
        (monomial.b, Monomial((), fmpq(0), fmpq(0), fmpq(1))),
    ):
        if power != 0:
            terms[kind] = rational(power)
    around = 1 + bounds.union(arb(0))
    remainder = 1 / (_ORDER * around**_ORDER)
    series = [rational(0), rational(1), rational(fmpq(-1, 2)), Coefficient(remainder)]
    return Expansion(terms, u.start).plus(_taylor(series, small))


def _exponential(u: Expansion) -> Expansion:
    growing, constant, small = u.parts()
    if any(kind.q for kind in growing):
        return _beyond_all_powers(u)
    monomial = UNIT
    for kind, c in growing.items():
        monomial = monomial.times(_exponential_of(kind, c))
    factor = Coefficient(arb(constant.value).exp(), None if constant.node is None else Power(E, constant.node))
    if constant.value == 0:
        factor = rational(1)
    remainder = Coefficient(small.bounds().union(arb(0)).exp() / 6)
    series = [rational(1), rational(1), rational(fmpq(1, 2)), remainder]
    return _taylor(series, small).by(factor, monomial)


def _beyond_all_powers(u: Expansion) -> Expansion:
    """e^u for a u that falls faster than -t^2: between 0 and e^(-t^2)."""
    monomial, c, _, bounds = u.relative()
    if sign_of(c.value) > 0:
        raise UnknownGrowthError
    ratio = Monomial((), fmpq(2)).over(monomial).largest(u.start)
    if not ratio < -c.value * (1 + bounds):
        raise TooEarlyError
    return Expansion({Monomial((((fmpq(2), fmpq(0)), fmpq(-1)),)): Coefficient(arb(0.5, 0.5))}, u.start)


def _exponential_of(kind: Monomial, c: Coefficient) -> Monomial:
    """e^(c kind) for a kind that grows."""
    if kind.q or kind.c not in (0, 1) or (isinstance(c.value, arb) and c.node is None):
        raise UnknownGrowthError
    if kind.a == 0 and kind.c == 0 and kind.b == 1 and isinstance(c.value, fmpq):
        return Monomial((), c.value)
    if kind.a == 0 and kind.b == 0 and kind.c == 1 and isinstance(c.value, fmpq):
        return Monomial((), fmpq(0), c.value)
    if kind.a > 0 and kind.c == 0 and kind.b >= 0 and kind.b.q == 1:
        return Monomial((((kind.a, kind.b), c.value if isinstance(c.value, fmpq) else _weight(c)),))
    raise UnknownGrowthError


def _weight(c: Coefficient) -> Node:
    if c.node is None:
        raise UnknownGrowthError
    return c.node


def _analytic(function: str, u: Expansion) -> Expansion:
    """f(c + d) for a constant c and d -> 0, by Taylor's formula."""
    growing, constant, small = u.parts()
    if growing:
        raise UnknownGrowthError
    if small.terms and constant.value in (1, -1) and function in _SINGULAR_AT_ONE:
        return _at_one(function, u, int(constant.value.p) if isinstance(constant.value, fmpq) else 0)
    call = Call(function, (_U,))
    bounds = arb(constant.value) + small.bounds().union(arb(0))
    if not small.terms:
        value = Evaluation({_U: arb(constant.value)}).value(call)
        if value is None or (isinstance(value, arb) and not value.is_finite()):
            raise UnknownGrowthError
        return Expansion({UNIT: Coefficient(arb(value), _called(function, constant))}, u.start)
    precision = _precision()
    around = expand(call, _U, {_U: bounds}, order=_ORDER, precision=precision)
    there = expand(call, _U, {_U: constant.value}, order=_ORDER, precision=precision)
    if around is None or there is None or not all(c.is_finite() for c in (*around, *there)):
        raise TooEarlyError
    if constant.value == 0:
        exact = _at_zero(function)
        series = [*exact, Coefficient(around[_ORDER])] if exact is not None else None
    else:
        series = None
    if series is None:
        first = Coefficient(there[0], _called(function, constant))
        series = [first, *(Coefficient(c) for c in there[1:_ORDER]), Coefficient(around[_ORDER])]
    return _taylor(series, small)


_SINGULAR_AT_ONE = ("asin", "acos", "acosh", "atanh")


def _at_one(function: str, u: Expansion, by: int) -> Expansion:
    """What is not analytic at 1 and -1, through what is: arcsin u = pi/2 - 2 arcsin sqrt((1 - u)/2)."""
    one = _rational(1, u.start)
    if function == "atanh":
        ratio = one.plus(u).times(_power(one.plus(u.by(rational(-1))), fmpq(-1)))
        return _logarithm(ratio).by(rational(fmpq(1, 2)))
    if function == "acosh" and by < 0:
        raise UnknownGrowthError
    gap = one.plus(u.by(rational(-by))).by(rational(fmpq(1, 2) if function != "acosh" else fmpq(-1, 2)))
    if sign_of(gap.relative()[1].value) < 0:
        raise UnknownGrowthError
    arc = _analytic("asinh" if function == "acosh" else "asin", _power(gap, fmpq(1, 2))).by(rational(2))
    if function == "acosh":
        return arc
    quarter = _constant(Quotient(PI, TWO), u.start)
    sine = quarter.plus(arc.by(rational(-1))).by(rational(by))
    return sine if function == "asin" else quarter.plus(sine.by(rational(-1)))


def _at_zero(function: str) -> list[Coefficient] | None:
    """The first Taylor coefficients at 0, exactly."""
    if function in ("sin", "sinh", "tan", "tanh", "asin", "atan", "asinh", "atanh"):
        return [rational(0), rational(1), rational(0)]
    if function in ("cos", "cosh"):
        return [rational(1), rational(0), rational(fmpq(-1 if function == "cos" else 1, 2))]
    return None


def _called(function: str, constant: Coefficient) -> Node | None:
    return None if constant.node is None else Call(function, (constant.node,))


def _precision() -> int:
    from flint import ctx

    return int(ctx.prec)
