"""Tree -> an interval that its values cannot leave, whatever its names are worth: x^2 + 1 stays in [1, inf).

The bounds are certain and seldom the best; they are found from the inside out, and a quadratic in one name by its
vertex. Values are taken where the tree has them, so the range of log(-x^2) is a range of nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from typing import NamedTuple

from flint import arb, fmpq, fmpq_poly

from mathcli.algebra.balls import Evaluation, exact, working_precision
from mathcli.syntax.tree import (
    Call,
    E,
    IndexedProduct,
    IndexedSum,
    Name,
    Negative,
    Node,
    Norm,
    Number,
    Piecewise,
    Power,
    Product,
    Quotient,
    Sum,
    walk,
)


class Range(NamedTuple):
    """low <= value <= high, or < where open; None stands for no bound."""

    low: fmpq | None = None
    high: fmpq | None = None
    is_low_open: bool = False
    is_high_open: bool = False

    @property
    def is_positive(self) -> bool:
        return self.low is not None and (self.low > 0 or (self.low == 0 and self.is_low_open))

    @property
    def is_negative(self) -> bool:
        return (-self).is_positive

    @property
    def is_zero(self) -> bool:
        return self.low is not None and bool(self.low == 0 == self.high)

    @property
    def is_non_negative(self) -> bool:
        return self.low is not None and bool(self.low >= 0)

    def __neg__(self) -> Range:
        low = None if self.high is None else -self.high
        return Range(low, None if self.low is None else -self.low, self.is_high_open, self.is_low_open)

    def plus(self, other: Range) -> Range:
        return Range(
            None if self.low is None or other.low is None else self.low + other.low,
            None if self.high is None or other.high is None else self.high + other.high,
            self.is_low_open or other.is_low_open,
            self.is_high_open or other.is_high_open,
        )

    def times(self, other: Range) -> Range:
        """The range of a product; where a sign is not known, both need bounds."""
        if self.is_zero or other.is_zero:
            return POINT_ZERO
        if (-self).is_non_negative:
            return -((-self).times(other))
        if (-other).is_non_negative:
            return -(self.times(-other))
        if self.low is not None and self.low >= 0 and other.low is not None and other.low >= 0:
            high = None if self.high is None or other.high is None else self.high * other.high
            low = self.low * other.low
            is_high_open = high is not None and bool(high > 0) and (self.is_high_open or other.is_high_open)
            return Range(low, high, bool(low == 0) and self.is_positive and other.is_positive, is_high_open)
        bounds = (self.low, self.high, other.low, other.high)
        if None in bounds:
            return ANYTHING
        corners = [a * b for a in bounds[:2] for b in bounds[2:]]  # type: ignore[operator]
        return Range(min(corners), max(corners))

    def reciprocal(self) -> Range:
        if self.is_negative:
            return -(-self).reciprocal()
        if not self.is_non_negative or self.is_zero:
            return ANYTHING  # at 0 there is no value to bound
        low = ZERO if self.high is None else 1 / self.high
        high = None if self.low is None or self.low == 0 else 1 / self.low
        return Range(low, high, self.high is None or self.is_high_open, self.is_low_open)


ZERO = fmpq(0)
ONE = fmpq(1)
ANYTHING = Range()
POSITIVE = Range(ZERO, None, True)
NON_NEGATIVE = Range(ZERO)
POINT_ZERO = Range(ZERO, ZERO)


@lru_cache(maxsize=512)
def value_range(node: Node) -> Range:
    """Return bounds on the values of a tree.

    >>> from mathcli.syntax.tree import ONE as one, TWO as two
    >>> value_range(Sum((Power(Name("x"), two), one))).low
    1
    """
    ranges: dict[Node, Range] = {}
    for part in walk(node):
        ranges[part] = _range(part, ranges)
    return ranges[node]


def ranges_of_parts(node: Node, known: Mapping[Node, Range]) -> dict[Node, Range]:
    """Return bounds on the values of all parts of a tree, with what is known of some of them, such as its names."""
    ranges: dict[Node, Range] = {}
    for part in walk(node):
        ranges[part] = known[part] if part in known else _range(part, ranges)
    return ranges


def range_over(node: Node, here: Evaluation, positive: Collection[Node] = ()) -> Range | None:
    """Return bounds on the values over the box of an evaluation, also where they have none on one side: log x near 0.

    None where the tree has no value in the box. Only such places count at which all of `positive` are positive.
    """
    ranges: dict[Node, Range] = {}
    for part in walk(node):
        value = here.value(part)
        if value is None:
            return None
        found = _of_value(value)
        ranges[part] = _beyond(part, ranges) if found is None else found
        if part in positive:
            ranges[part] = _positive_part(ranges[part])
    return ranges[node]


def _of_value(value: arb | fmpq) -> Range | None:
    if isinstance(value, fmpq):
        return Range(value, value)
    if not value.is_finite():
        return None
    low, high = exact(value.lower()), exact(value.upper())
    return Range(low, high) if isinstance(low, fmpq) and isinstance(high, fmpq) else ANYTHING


def _positive_part(found: Range) -> Range:
    return found if found.is_positive else Range(ZERO, found.high, True, found.is_high_open)


def _beyond(node: Node, ranges: dict[Node, Range]) -> Range:
    """Bounds by the parts where a ball shows none; roots and logarithms may come to the edge of their domain."""
    match node:
        case Call("log" | "sqrt" as function, (u,), 0) if (high := ranges[u].high) is not None and high > 0:
            top = _of_value(arb(high).log() if function == "log" else arb(high).sqrt())
            bound = None if top is None else top.high
            return Range(None, bound) if function == "log" else Range(ZERO, bound, ranges[u].is_positive)
    return _range(node, ranges)


def _range(node: Node, ranges: dict[Node, Range]) -> Range:
    if not node.names:
        return _of_constant(node)
    match node:
        case Negative(operand):
            return -ranges[operand]
        case Sum((u, Call("sqrt", (Sum((Power(v, Number(2, 0)), c)),)))) if v is u and ranges[c].is_positive:
            return POSITIVE
        case Sum(terms) if _is_root_beside_its_base(terms, ranges):
            return NON_NEGATIVE
        case Sum(terms):
            return _of_quadratic(node) or _total([ranges[term] for term in terms])
        case Product(factors):
            if all(factors.count(factor) % 2 == 0 for factor in factors):
                return NON_NEGATIVE
            product = ranges[factors[0]]
            for factor in factors[1:]:
                product = product.times(ranges[factor])
            return product
        case Quotient(numerator, denominator):
            return ranges[numerator].times(ranges[denominator].reciprocal())
        case Power(base, exponent):
            return _of_power(base, exponent, ranges)
        case Call("cos", (Call("atan"),), 0):
            return Range(ZERO, ONE, True)
        case Call("cos", (Call("asin"),), 0):
            return Range(ZERO, ONE)
        case Call(function, arguments, 0) if function in _CALLS and arguments:
            return _CALLS[function](ranges[arguments[0]])
        case Call("log", (operand,), 0):
            return _logarithm(ranges[operand])
        case Norm():
            return NON_NEGATIVE
        case Piecewise(branches, otherwise):
            values = [value for value, _ in branches] + ([] if otherwise is None else [otherwise])
            return _hull([ranges[value] for value in values])
        case IndexedSum(body, _, lower, upper):
            return _of_sum(ranges[body], lower, upper)
        case IndexedProduct(body):
            return POSITIVE if ranges[body].is_positive else NON_NEGATIVE if ranges[body].is_non_negative else ANYTHING
    return ANYTHING


def _is_root_beside_its_base(terms: tuple[Node, ...], ranges: dict[Node, Range]) -> bool:
    """Whether two terms are u or -u and sqrt(u^2 + c) with c >= 0, which is at least |u|."""
    if len(terms) != 2:
        return False
    for u, root in (terms, terms[::-1]):
        match u.operand if isinstance(u, Negative) else u, root:
            case base, Call("sqrt", (Sum(parts),), 0):
                others = [part for part in parts if part is not Power(base, Number(2))]
                return len(others) < len(parts) and all(ranges[part].is_non_negative for part in others)
    return False


def _of_sum(term: Range, lower: Node, upper: Node) -> Range:
    """A sum of numbers of one sign; from 1 to n there is at least one."""
    has_terms = isinstance(lower, Number) and (not isinstance(upper, Number) or upper.numerator >= lower.numerator)
    if term.is_non_negative:
        return POSITIVE if term.is_positive and has_terms else NON_NEGATIVE
    return -_of_sum(-term, lower, upper) if (-term).is_non_negative else ANYTHING


def _of_constant(node: Node) -> Range:
    if isinstance(node, Number):
        number = fmpq(node.numerator, 10**node.scale)
        return Range(number, number)
    with working_precision(64):
        value = Evaluation({}).value(node)
        if isinstance(value, arb) and value.is_finite():
            low, high = exact(value.lower()), exact(value.upper())
            return Range(low, high) if isinstance(low, fmpq) and isinstance(high, fmpq) else ANYTHING
    return Range(value, value) if isinstance(value, fmpq) else ANYTHING


def _total(ranges: list[Range]) -> Range:
    total = ranges[0]
    for addend in ranges[1:]:
        total = total.plus(addend)
    return total


def _hull(ranges: list[Range]) -> Range:
    """A range over all of them; its ends count as reached, but that a positive value is positive."""
    lows, highs = [r.low for r in ranges if r.low is not None], [r.high for r in ranges if r.high is not None]
    low = min(lows) if len(lows) == len(ranges) else None
    high = max(highs) if len(highs) == len(ranges) else None
    is_positive, is_negative = all(r.is_positive for r in ranges), all(r.is_negative for r in ranges)
    return Range(low, high, is_positive and low == 0, is_negative and high == 0)


def _of_quadratic(node: Node) -> Range | None:
    """The range of a x^2 + b x + c by its vertex."""
    if len(node.names) != 1:
        return None
    polynomial = polynomial_in(next(iter(node.names)), node)
    if polynomial is None or polynomial.degree() != 2:
        return None
    c, b, a = polynomial.coeffs()
    vertex = c - b * b / (4 * a)
    return Range(vertex, None) if a > 0 else Range(None, vertex)


@lru_cache(maxsize=512)
def polynomial_in(x: Name, node: Node) -> fmpq_poly | None:
    """Return the tree as a polynomial of degree at most 2 in its only name, if it is one as it stands."""
    known: dict[Node, fmpq_poly | None] = {}
    for part in walk(node):
        known[part] = _polynomial(x, part, known)
    return known[node]


def _polynomial(x: Name, node: Node, known: dict[Node, fmpq_poly | None]) -> fmpq_poly | None:
    parts = [known[child] for child in node.children()]
    polynomials = [part for part in parts if part is not None]
    if len(polynomials) < len(parts):
        return None
    match node:
        case Name():
            return fmpq_poly([0, 1]) if node is x else None
        case Number(numerator, scale):
            return fmpq_poly([fmpq(numerator, 10**scale)])
        case Negative():
            return -polynomials[0]
        case Sum():
            return sum(polynomials, fmpq_poly([0]))
        case Product():
            return _multiplied(polynomials)
        case Quotient() if polynomials[1].degree() == 0:
            return polynomials[0] * (1 / polynomials[1][0])
        case Power(_, Number(1 | 2 as exponent, 0)) if polynomials[0].degree() * exponent <= 2:
            return polynomials[0] ** exponent
    return None


def _multiplied(polynomials: list[fmpq_poly]) -> fmpq_poly | None:
    result = fmpq_poly([1])
    for polynomial in polynomials:
        result = result * polynomial
        if result.degree() > 2:
            return None
    return result


def _of_power(base: Node, exponent: Node, ranges: dict[Node, Range]) -> Range:
    if base is E:
        return _exponential(ranges[exponent])
    if ranges[base].is_positive:
        return POSITIVE
    index = ranges[exponent]
    if index.low is None or index.low != index.high:
        return ANYTHING
    if index.low.q % 2 == 0 or index.low.p % 2 == 0:
        return _even_power(ranges[base], index.low)
    power = ranges[base]
    if index.low > 0:
        return NON_NEGATIVE._replace(is_low_open=power.is_positive) if power.is_non_negative else _odd(power)
    return POSITIVE if power.is_non_negative else -POSITIVE if (-power).is_non_negative else ANYTHING


def _even_power(base: Range, exponent: fmpq) -> Range:
    if exponent < 0:
        return POSITIVE
    is_never_zero = base.is_positive or base.is_negative
    if exponent.q == 1 and exponent <= 20:
        nearest = base.low if base.is_positive else base.high if base.is_negative else ZERO
        ends = None if base.low is None or base.high is None else max(abs(base.low), abs(base.high)) ** int(exponent.p)
        low = abs(nearest or ZERO) ** int(exponent.p)
        return Range(low, ends, is_never_zero and bool(low == 0))
    return POSITIVE if is_never_zero else NON_NEGATIVE


def _odd(u: Range) -> Range:
    """An odd increasing function keeps the sign of its argument."""
    if u.is_non_negative:
        return POSITIVE if u.is_positive else NON_NEGATIVE
    return -_odd(-u) if (-u).is_non_negative else ANYTHING


def _exponential(u: Range) -> Range:
    if u.low is not None and u.low >= 0:
        return Range(ONE, None, u.is_positive)
    return Range(ZERO, ONE, True, u.is_negative) if (-u).is_non_negative else POSITIVE


def _absolute(u: Range) -> Range:
    return _even_power(u, fmpq(1, 1)) if u.is_positive or u.is_negative else NON_NEGATIVE


def _root(u: Range) -> Range:
    return POSITIVE if u.is_positive else NON_NEGATIVE


def _logarithm(u: Range) -> Range:
    if u.low is not None and u.low >= 1:
        return Range(ZERO, None, bool(u.low > 1) or u.is_low_open)
    if u.high is not None and u.high <= 1:
        return Range(None, ZERO, False, bool(u.high < 1) or u.is_high_open)
    return ANYTHING


def _of_lambert(u: Range) -> Range:
    """W(u) has the sign of u, and is at least -1."""
    if u.is_non_negative:
        return POSITIVE if u.is_positive else NON_NEGATIVE
    return Range(-ONE, ZERO, False, u.is_negative) if (-u).is_non_negative else Range(-ONE)


def _always(low: int | None, high: int | None, is_open: bool = False) -> Callable[[Range], Range]:
    bounds = Range(None if low is None else fmpq(low), None if high is None else fmpq(high), is_open, is_open)
    return lambda _: bounds


_CALLS: dict[str, Callable[[Range], Range]] = {
    "sin": _always(-1, 1),
    "cos": _always(-1, 1),
    "sign": _always(-1, 1),
    "tanh": _always(-1, 1, True),
    "erf": _always(-1, 1, True),
    "lambertw": _of_lambert,
    "lambertwm": lambda _: Range(None, -ONE),
    "atan": _always(-2, 2),
    "asin": _always(-2, 2),
    "acos": _always(0, 4),
    "acosh": _always(0, None),
    "cosh": _always(1, None),
    "sech": lambda _: Range(ZERO, ONE, True),
    "abs": _absolute,
    "sqrt": _root,
    "cbrt": _odd,
    "sinh": _odd,
    "asinh": _odd,
}
