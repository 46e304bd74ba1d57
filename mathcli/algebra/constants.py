"""Whether two constants are the same number: a proof by one of several roads, never by digits alone.

normal form     the same fraction over the same atoms
bound           numbers from roots and from sines of rational multiples of pi, by a separation bound (`algebraic`)
arcs            rational multiples of arctangents and of their kin: the product of complex numbers with these
                arguments is real, and an enclosure says which multiple of pi the sum is (Machin's formula)
logarithms      a sum of rational multiples of logarithms is 0 where the product of the powers is 1
"""

from __future__ import annotations

from math import lcm

from flint import fmpq

from mathcli.algebra import algebraic, rational
from mathcli.algebra.balls import enclose
from mathcli.algebra.field import Field, Fraction, NoFormError
from mathcli.syntax.tree import (
    ONE,
    PI,
    TWO,
    Call,
    E,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    fraction,
    rewrite,
)

Combination = dict[Node, fmpq]
"""Parts with rational coefficients; the key ONE stands for the rational number."""

_MOST_FACTORS = 400
_ARCS = frozenset(("atan", "asin", "acos", "acot"))


def agree(a: Node, b: Node) -> str:
    """Return a proof that two constants are the same number, "" where none was found.

    >>> from mathcli.syntax.parser import parse
    >>> agree(parse("4 atan(1/5) - atan(1/239)"), parse("pi/4"))
    'complex numbers with these arguments, whose product is real'
    """
    if a is b or rational.agree(a, b):
        return "the same normal form"
    if not _may_be_equal(a, b):
        return ""
    if algebraic.agree(a, b):
        return "a difference below the bound for an algebraic number"
    difference = combination(Sum.of(a, Negative(b)))
    if difference is not None:
        if _is_vanishing_angle(difference, a, b):
            return "complex numbers with these arguments, whose product is real"
        if _is_logarithm_of_one(difference):
            return "logarithms of numbers whose product is 1"
    if rational.agree(Power(E, a), Power(E, b)):
        return "equal powers of e"
    first, second = defined(a), defined(b)
    if (first, second) != (a, b) and agree(first, second):
        return "inverse functions by their definitions"
    return ""


def defined(node: Node) -> Node:
    """Return the tree with area functions as logarithms and arcs of reciprocals as such; equal where it has a value."""

    def definition(part: Node) -> Node | None:
        match part:
            case Call("asec" | "acsc" | "acsch" | "asech" as function, (u,), 0):
                inner = Quotient(ONE, defined(u))
                reciprocal = Call(_OF_RECIPROCAL[function], (inner,))
                return definition(reciprocal) or reciprocal
            case Call("asinh", (u,), 0):
                v = defined(u)
                return Call("log", (Sum.of(v, Call("sqrt", (Sum.of(Power(v, TWO), ONE),))),))
            case Call("acosh", (u,), 0):
                v = defined(u)
                return Call("log", (Sum.of(v, Call("sqrt", (Sum.of(Power(v, TWO), Negative(ONE)),))),))
            case Call("atanh", (u,), 0):
                v = defined(u)
                return Quotient(Call("log", (Quotient(Sum.of(ONE, v), Sum.of(ONE, Negative(v))),)), TWO)
            case Call("acoth", (u,), 0):
                v = defined(u)
                return Quotient(Call("log", (Quotient(Sum.of(v, ONE), Sum.of(v, Negative(ONE))),)), TWO)
        return None

    return rewrite(node, definition)


_OF_RECIPROCAL = {"asec": "acos", "acsc": "asin", "acsch": "asinh", "asech": "acosh"}


def _may_be_equal(a: Node, b: Node) -> bool:
    balls = [enclose(side, {}, precision=128) for side in (a, b)]
    return all(ball is not None and ball.is_finite() for ball in balls) and bool(balls[0].overlaps(balls[1]))  # type: ignore[union-attr]


def combination(node: Node) -> Combination | None:
    """Return a tree as a sum of rational multiples of parts, None where its coefficients are not to be seen."""
    match node:
        case Sum(terms):
            total: Combination = {}
            for term in terms:
                found = combination(term)
                if found is None:
                    return None
                for part, times in found.items():
                    total[part] = total.get(part, fmpq(0)) + times
            return {part: times for part, times in total.items() if times != 0}
        case Negative(operand):
            return _scaled(combination(operand), fmpq(-1))
        case Number():
            return {ONE: fmpq(node.numerator, 10**node.scale)}
        case Quotient(above, below):
            divisor = rational.value(below)
            return None if divisor is None or divisor == 0 else _scaled(combination(above), 1 / divisor)
        case Product(factors):
            values = [rational.value(factor) for factor in factors]
            others = [factor for factor, value in zip(factors, values, strict=True) if value is None]
            scale = fmpq(1)
            for value in values:
                scale = scale * value if value is not None else scale
            if len(others) > 1:
                return {Product.of(*others): scale}
            return _scaled(combination(others[0]) if others else {ONE: fmpq(1)}, scale)
    return {node: fmpq(1)}


def _scaled(found: Combination | None, by: fmpq) -> Combination | None:
    return None if found is None else {part: times * by for part, times in found.items() if times * by != 0}


def _whole(found: Combination) -> tuple[int, dict[Node, int]]:
    """The least common denominator and the coefficients times it."""
    over = lcm(*(int(times.q) for times in found.values()))
    return over, {part: int((times * over).p) for part, times in found.items()}


# arcs


def _is_vanishing_angle(difference: Combination, a: Node, b: Node) -> bool:
    """Whether a sum of arcs is 0: a product of complex numbers with these arguments is real, and no pi is left."""
    if not all(part is PI or (isinstance(part, Call) and part.function in _ARCS) for part in difference):
        return False
    over, times = _whole(difference)
    if sum(abs(count) for part, count in times.items() if part is not PI) > _MOST_FACTORS:
        return False
    total = enclose(Product.of(fraction(over, 1), Sum.of(a, Negative(b))), {}, precision=192)
    if total is None or not total.is_finite() or not abs(total) < 3:
        return False
    with Field() as field:
        try:
            return _has_real_product(field, times)
        except NoFormError:
            return False


def _has_real_product(field: Field, times: dict[Node, int]) -> bool:
    real, imaginary = field.one, field.zero
    for part, count in times.items():
        if part is PI:
            continue
        assert isinstance(part, Call)
        width, height = _direction(part)
        x, y = (rational.normal_form(side, field=field) for side in (width, height))
        if x is None or y is None:
            return False
        real, imaginary = _times(real, imaginary, *_power(x, y if count > 0 else -y, abs(count)))
    return imaginary.is_zero()


def _direction(arc: Call) -> tuple[Node, Node]:
    """A complex number with the arc as its argument."""
    (u,) = arc.arguments
    root: Node = Call("sqrt", (Sum.of(ONE, Negative(Power(u, TWO))),))
    match arc.function:
        case "asin":
            return root, u
        case "acos":
            return u, root
        case "acot":
            return ONE, Quotient(ONE, u)
    return ONE, u


def _times(a: Fraction, b: Fraction, c: Fraction, d: Fraction) -> tuple[Fraction, Fraction]:
    return a * c - b * d, a * d + b * c


def _power(x: Fraction, y: Fraction, count: int) -> tuple[Fraction, Fraction]:
    real, imaginary = x.field.one, x.field.zero
    while count:
        if count & 1:
            real, imaginary = _times(real, imaginary, x, y)
        count >>= 1
        x, y = _times(x, y, x, y)
    return real, imaginary


# logarithms


def _is_logarithm_of_one(difference: Combination) -> bool:
    """Whether a sum of rational multiples of logarithms of positive numbers is 0."""
    if not difference or not all(_is_logarithm(part) for part in difference):
        return False
    product = Product.of(*(Power(part.children()[0], _exponent(times)) for part, times in difference.items()))
    return bool(rational.agree(product, ONE)) or algebraic.agree(product, ONE) is True


def _is_logarithm(part: Node) -> bool:
    return isinstance(part, Call) and part.function == "log" and len(part.arguments) == 1


def _exponent(times: fmpq) -> Node:
    return fraction(int(times.p), int(times.q))
