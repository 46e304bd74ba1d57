"""Tree -> certified derivatives at a point, by arithmetic on power series in balls.

Nothing here knows a rule of differentiation: f(x + t) is worked out as a series in t, so its coefficients bear witness
against a rule. A derivative that stands in the tree is read off the series of its operand; with respect to another
variable, the arithmetic is done on polynomials in several small quantities at once (`Mixed`).

An unknown function is given one arbitrary analytic body (`ball_functions.generic_body`), the same at each call: good
for refuting a claim about every function, and for nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product as pairs
from math import perm
from typing import TypeAlias

from flint import arb, arb_series, ctx, fmpq

from mathcli.algebra.ball_functions import FUNCTIONS, NAN, Value, generic_body, is_nan
from mathcli.algebra.balls import Evaluation, Point, expanded_terms, in_order, is_the_entry, working_precision
from mathcli.algebra.verdict import all_hold
from mathcli.syntax.families import varying
from mathcli.syntax.tree import (
    TWO,
    Call,
    Derivative,
    E,
    Equation,
    Indexed,
    IndexedProduct,
    IndexedSum,
    Name,
    Negative,
    Node,
    Norm,
    Piecewise,
    Power,
    Product,
    Quotient,
    Relation,
    Sum,
    Vector,
)

Orders = tuple[tuple[Name, int], ...]
"""The variables that move, each with the highest power of its displacement that is kept."""

Taylor: TypeAlias = Callable[[arb_series], arb_series]


class _NoSeriesError(Exception):
    """There is no series here; it never leaves this module."""


class _series_length:  # noqa: N801 - used as a statement
    """Sets the length of FLINT's series, which is global, and puts the old one back."""

    __slots__ = ("_before", "_length")

    def __init__(self, length: int) -> None:
        self._length = length

    def __enter__(self) -> None:
        self._before = ctx.cap
        ctx.cap = self._length

    def __exit__(self, *_: object) -> None:
        ctx.cap = self._before


def expand(
    node: Node, x: Name, at: Point, *, order: int, precision: int = 64, generic: bool = True
) -> tuple[arb, ...] | None:
    """Return the Taylor coefficients c_0, ..., c_order of node as a function of x at the point: f^(k)(x) = k! c_k.

    None where the function is not analytic there (|x| at 0, sqrt(x) at 0, the edge of a domain), where that is not
    certain, and where something stands in the tree that has no series. Every name needs a value in `at`; without
    `generic`, unknown functions and entries such as y_1 need one too.
    """
    with working_precision(precision):
        try:
            series = _Expansion(Evaluation(at, generic=generic), ((x, order),), {}).series(varying(node, (x,)))
            return tuple(_coefficients(series, order))
        except _NoSeriesError:
            return None


def derivative_value(evaluation: Evaluation, node: Derivative) -> Value:
    """Return what a standing derivative is worth at the point, NAN where no series shows it."""
    try:
        value = _Expansion(evaluation, (), {}).series(node)
    except _NoSeriesError:
        return NAN
    return value if isinstance(value, arb) else NAN


class Mixed:
    """A polynomial in several displacements, cut off above the order of each: {powers: coefficient}."""

    __slots__ = ("coefficients", "orders")

    def __init__(self, coefficients: dict[tuple[int, ...], arb], orders: tuple[int, ...]) -> None:
        self.coefficients = coefficients
        self.orders = orders

    @property
    def constant(self) -> arb:
        return self.coefficients.get((0,) * len(self.orders), arb(0))

    def __add__(self, other: Mixed | arb) -> Mixed:
        addend = other.coefficients if isinstance(other, Mixed) else {(0,) * len(self.orders): arb(other)}
        total = dict(self.coefficients)
        for powers, coefficient in addend.items():
            total[powers] = total[powers] + coefficient if powers in total else coefficient
        return Mixed(total, self.orders)

    def __mul__(self, other: Mixed | arb) -> Mixed:
        if not isinstance(other, Mixed):
            return Mixed({powers: c * other for powers, c in self.coefficients.items()}, self.orders)
        total: dict[tuple[int, ...], arb] = {}
        for (a, c), (b, d) in pairs(self.coefficients.items(), other.coefficients.items()):
            powers = tuple(map(int.__add__, a, b))
            if all(power <= order for power, order in zip(powers, self.orders, strict=True)):
                total[powers] = total[powers] + c * d if powers in total else c * d
        return Mixed(total, self.orders)

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self) -> Mixed:
        return Mixed({powers: -c for powers, c in self.coefficients.items()}, self.orders)

    def into(self, f: Taylor) -> Mixed:
        """Return f of this, by Horner's scheme on the Taylor coefficients of f at the constant term."""
        degree = sum(self.orders)
        with _series_length(degree + 1):
            taylor = _coefficients(f(arb_series([self.constant, 1])), degree)
        origin = (0,) * len(self.orders)
        rest = Mixed({powers: c for powers, c in self.coefficients.items() if powers != origin}, self.orders)
        result = Mixed({origin: taylor[-1]}, self.orders)
        for coefficient in reversed(taylor[:-1]):
            result = result * rest + coefficient
        return result


Series: TypeAlias = arb | arb_series | Mixed
"""A constant, a series in one displacement, or a polynomial in several."""


def _coefficients(series: arb | arb_series, order: int) -> list[arb]:
    if isinstance(series, arb):
        return [series] + [arb(0)] * order
    found = list(series.coeffs())[: order + 1]
    if series.prec <= order or not all(c.is_finite() for c in found):
        raise _NoSeriesError
    return found + [arb(0)] * (order + 1 - len(found))


def _constant(u: Series) -> arb:
    if isinstance(u, arb):
        return u
    return u.constant if isinstance(u, Mixed) else u[0]


def _apply(f: Taylor, u: Series) -> Series:
    """Return f(u) for an analytic f."""
    if isinstance(u, Mixed):
        return u.into(f)
    return f(u) if isinstance(u, arb_series) else _constant(f(arb_series([u])))


def _inverse(u: Series) -> Series:
    if _constant(u).contains(0):
        raise _NoSeriesError
    return _apply(lambda s: 1 / s, u)


class _Expansion:
    """The series of trees at one point in the same displacements; each subtree is looked at once."""

    __slots__ = ("_family", "evaluation", "known", "moving", "orders")

    def __init__(self, evaluation: Evaluation, orders: Orders, family: dict[Orders, _Expansion]) -> None:
        self.evaluation = evaluation
        self.orders = orders
        self.moving = frozenset(name for name, _ in orders)
        self.known: dict[Node, Series] = {}
        self._family = family
        family[orders] = self

    def series(self, node: Node) -> Series:
        """Return the series of a tree.

        Raises:
            _NoSeriesError: it has none that can be seen.
        """
        with _series_length(self.orders[0][1] + 1 if self.orders else 1):
            for part in in_order(node):
                if part not in self.known and self._moves(part):
                    series = self._work_out(part)
                    if not _constant(series).is_finite():
                        raise _NoSeriesError
                    self.known[part] = series
            return self[node]

    def __getitem__(self, node: Node) -> Series:
        """The series of a node whose parts are known; of one that does not move, its value."""
        if node in self.known:
            return self.known[node]
        if self._moves(node):
            return self.series(node)
        value = self.evaluation.value(node)
        if value is None or is_nan(value):
            raise _NoSeriesError
        return arb(value)

    def _moves(self, node: Node) -> bool:
        return isinstance(node, Derivative) or not self.moving.isdisjoint(node.names)

    def _work_out(self, node: Node) -> Series:
        match node:
            case Name():
                return self._displaced(node)
            case Negative(operand):
                return -self[operand]
            case Sum(terms):
                return self._total([self[term] for term in terms])
            case Product(factors):
                return self._multiplied([self[factor] for factor in factors])
            case Quotient(numerator, denominator):
                return self[numerator] * _inverse(self[denominator])
            case Power(base, exponent):
                return self._power(base, exponent)
            case Call(function, arguments, primes):
                return self._call(function, [self[argument] for argument in arguments], arguments, primes)
            case Derivative(operand, variable, order):
                return self._derivative(operand, variable, order)
            case Piecewise(branches, otherwise):
                return self._piecewise(branches, otherwise)
            case IndexedSum() | IndexedProduct():
                return self._iterated(node)
            case Indexed():
                return self._entry(node)
            case Norm(Vector(entries)):
                return self[Call("sqrt", (Sum.of(*(Power(entry, TWO) for entry in entries)),))]
        raise _NoSeriesError

    def _entry(self, node: Indexed) -> Series:
        for x in self.moving.intersection(node.variables):
            if is_the_entry(self.evaluation, node, x):
                return self._displaced(x)
        value = self.evaluation.value(node)
        if value is None or is_nan(value):
            raise _NoSeriesError
        return arb(value)

    def _displaced(self, name: Name) -> Series:
        value = self.evaluation.value(name)
        if value is None or is_nan(value):
            raise _NoSeriesError
        if len(self.orders) == 1:
            return arb_series([arb(value), 1])
        powers = {
            (0,) * len(self.orders): arb(value),
            tuple(int(moving is name) for moving, _ in self.orders): arb(1),
        }
        return Mixed(powers, tuple(order for _, order in self.orders))

    @staticmethod
    def _total(terms: list[Series]) -> Series:
        total = terms[0]
        for term in terms[1:]:
            total = total + term
        return total

    @staticmethod
    def _multiplied(factors: list[Series]) -> Series:
        product = factors[0]
        for factor in factors[1:]:
            product = product * factor
        return product

    def _power(self, base: Node, exponent: Node) -> Series:
        if base is E:
            return _apply(arb_series.exp, self[exponent])
        if not exponent.names:
            value = self.evaluation.value(exponent)
            if isinstance(value, fmpq):
                return _rational_power(self[base], value)
        return _apply(arb_series.exp, self[exponent] * _log(self[base]))

    def _call(self, function: str, values: list[Series], arguments: tuple[Node, ...], primes: int) -> Series:
        if function not in FUNCTIONS:
            return self._generic(function, values, primes)
        known = _SINGLE.get(function)
        if primes or not (known or function in _SEVERAL):
            raise _NoSeriesError
        if known:
            return _log(values[0]) * _inverse(_log(values[1])) if len(values) > 1 else known(values[0])
        constants = [None if argument.names else self.evaluation.value(argument) for argument in arguments]
        return _SEVERAL[function](values, constants)

    def _generic(self, function: str, values: list[Series], primes: int) -> Series:
        if not self.evaluation.generic:
            raise _NoSeriesError
        mixture: Series = values[0]
        for k, value in enumerate(values[1:], start=2):
            mixture = mixture + value * arb(k) + mixture * value
        return _apply(lambda s: generic_body(function, primes, s), mixture)

    def _derivative(self, operand: Node, variable: Name, order: int) -> Series:
        """Expand the operand further in the variable, and read the coefficients off."""
        orders = dict(self.orders)
        orders[variable] = orders.get(variable, 0) + order
        inner_orders = tuple(orders.items())
        inner = self._family.get(inner_orders) or _Expansion(self.evaluation, inner_orders, self._family)
        series = inner.series(operand)
        if isinstance(series, arb):
            return arb(0)
        if isinstance(series, Mixed):
            return self._read_off(series, list(orders).index(variable), order, is_kept=variable in self.moving)
        coefficients = _coefficients(series, orders[variable])
        taken = [c * perm(k + order, order) for k, c in enumerate(coefficients[order:])]
        return arb_series(taken) if variable in self.moving else taken[0]

    def _read_off(self, series: Mixed, place: int, order: int, *, is_kept: bool) -> Series:
        taken: dict[tuple[int, ...], arb] = {}
        for powers, coefficient in series.coefficients.items():
            power = powers[place]
            if power >= order and (is_kept or power == order):
                kept = (power - order,) if is_kept else ()
                taken[(*powers[:place], *kept, *powers[place + 1 :])] = coefficient * perm(power, order)
        if len(self.orders) == 1:
            return arb_series([taken.get((k,), arb(0)) for k in range(self.orders[0][1] + 1)])
        return Mixed(taken, tuple(order for _, order in self.orders))

    def _piecewise(self, branches: tuple[tuple[Node, Node], ...], otherwise: Node | None) -> Series:
        for value, condition in branches:
            holds = self._holds_nearby(condition)
            if holds is None:
                raise _NoSeriesError
            if holds:
                return self[value]
        if otherwise is None:
            raise _NoSeriesError
        return self[otherwise]

    def _holds_nearby(self, condition: Node) -> bool | None:
        """Whether a condition certainly holds, or certainly fails, in a whole neighbourhood of the point."""
        match condition:
            case Equation(left, right):
                return self._compare_nearby(left, "=", right)
            case Relation(sides, signs):
                answers = [
                    self._compare_nearby(left, sign, right)
                    for left, sign, right in zip(sides[:-1], signs, sides[1:], strict=True)
                ]
                return all_hold(answers)
        return None

    def _compare_nearby(self, left: Node, sign: str, right: Node) -> bool | None:
        comparison = Relation((left, right), (sign,))
        if not self._moves(comparison):
            return self.evaluation.truth(comparison)
        if self.evaluation.truth(Relation((left, right), ("!=",))):
            return self.evaluation.truth(comparison)
        return None

    def _iterated(self, node: IndexedSum | IndexedProduct) -> Series:
        terms = expanded_terms(self.evaluation, node)
        if terms is None:
            raise _NoSeriesError
        is_sum = isinstance(node, IndexedSum)
        if not terms:
            return arb(0 if is_sum else 1)
        values = [self[term] for term in terms]
        return self._total(values) if is_sum else self._multiplied(values)


def _rational_power(u: Series, exponent: fmpq) -> Series:
    numerator, denominator = int(exponent.p), int(exponent.q)
    if denominator == 1:
        positive = _apply(lambda s: s ** abs(numerator), u)
        return positive if numerator >= 0 else _inverse(positive)
    if denominator % 2 and _constant(u) < 0:
        positive = _rational_power(-u, exponent)
        return -positive if numerator % 2 else positive
    if exponent == fmpq(1, 2):
        return _apply(arb_series.sqrt, _positive(u))
    return _apply(arb_series.exp, _log(u) * arb(exponent))


def _positive(u: Series) -> Series:
    if not _constant(u) > 0:
        raise _NoSeriesError
    return u


def _log(u: Series) -> Series:
    return _apply(arb_series.log, _positive(u))


def _analytic(f: Taylor) -> Callable[[Series], Series]:
    return lambda u: _apply(f, u)


def _by_slope(value: Callable[[arb], arb], slope: Taylor) -> Callable[[Series], Series]:
    """A function by its value at the constant term and the integral of its slope."""

    def integrated(s: arb_series) -> arb_series:
        constant = value(s[0])
        if not constant.is_finite():
            raise _NoSeriesError
        if s.length() < 2:
            return arb_series([constant])
        try:
            return (slope(s) * s.derivative()).integral() + arb_series([constant])
        except ValueError:  # the slope is not finite there
            raise _NoSeriesError from None

    return _analytic(integrated)


def _of_inverse(f: Callable[[Series], Series]) -> Callable[[Series], Series]:
    return lambda u: f(_inverse(u))


def _sinh(u: Series) -> Series:
    rising = _apply(arb_series.exp, u)
    return (rising + -_inverse(rising)) * arb(0.5)


def _cosh(u: Series) -> Series:
    rising = _apply(arb_series.exp, u)
    return (rising + _inverse(rising)) * arb(0.5)


_sin = _analytic(arb_series.sin)
_cos = _analytic(arb_series.cos)
_asin = _analytic(arb_series.asin)
_acos = _analytic(arb_series.acos)
_atan = _analytic(arb_series.atan)
_gamma = _analytic(arb_series.gamma)
_asinh = _by_slope(arb.asinh, lambda s: 1 / (1 + s * s).sqrt())
_acosh = _by_slope(arb.acosh, lambda s: 1 / (s * s - 1).sqrt())
_atanh = _by_slope(arb.atanh, lambda s: 1 / (1 - s * s))


def _lambert(s: arb_series, branch: int) -> arb_series:
    """By Newton's method on w e^w = s, from the value at the constant term."""
    constant = FUNCTIONS["lambertw" if branch == 0 else "lambertwm"](s[0])
    if not isinstance(constant, arb | fmpq) or not arb(constant).is_finite():
        raise _NoSeriesError
    w = arb_series([arb(constant)])
    try:
        for _ in range(int(ctx.cap).bit_length()):
            rising = w.exp()
            w = w - (w * rising - s) / (rising * (w + 1))
    except ValueError:  # -1/e may be in the ball
        raise _NoSeriesError from None
    return arb_series([arb(constant), *(w[k] for k in range(1, ctx.cap))])


def _abs(u: Series) -> Series:
    return u if _constant(u) > 0 else _positive(-u)


def _sign(u: Series) -> Series:
    value = _constant(u)
    if value.contains(0):
        raise _NoSeriesError
    return arb(1 if value > 0 else -1)


def _floor(u: Series) -> Series:
    value = _constant(u)
    below = value.floor().unique_fmpz()
    if below is None or value.contains_integer():
        raise _NoSeriesError
    return arb(below)


def _ceil(u: Series) -> Series:
    return _floor(u) + 1


_SINGLE: dict[str, Callable[[Series], Series]] = {
    "sqrt": lambda u: _rational_power(u, fmpq(1, 2)),
    "cbrt": lambda u: _rational_power(u, fmpq(1, 3)),
    "exp": _analytic(arb_series.exp),
    "log": _log,
    "sin": _sin,
    "cos": _cos,
    "tan": lambda u: _sin(u) * _inverse(_cos(u)),
    "cot": lambda u: _cos(u) * _inverse(_sin(u)),
    "sec": lambda u: _inverse(_cos(u)),
    "csc": lambda u: _inverse(_sin(u)),
    "asin": _asin,
    "acos": _acos,
    "atan": _atan,
    "acot": _of_inverse(_atan),
    "asec": _of_inverse(_acos),
    "acsc": _of_inverse(_asin),
    "sinh": _sinh,
    "cosh": _cosh,
    "tanh": lambda u: _sinh(u) * _inverse(_cosh(u)),
    "coth": lambda u: _cosh(u) * _inverse(_sinh(u)),
    "sech": lambda u: _inverse(_cosh(u)),
    "csch": lambda u: _inverse(_sinh(u)),
    "asinh": _asinh,
    "acosh": _acosh,
    "atanh": _atanh,
    "acoth": _of_inverse(_atanh),
    "asech": _of_inverse(_acosh),
    "acsch": _of_inverse(_asinh),
    "abs": _abs,
    "sign": _sign,
    "floor": _floor,
    "ceil": _ceil,
    "erf": _analytic(arb_series.erf),
    "lambertw": _analytic(lambda s: _lambert(s, 0)),
    "lambertwm": _analytic(lambda s: _lambert(s, -1)),
    "gamma": _gamma,
    "factorial": lambda u: _gamma(u + arb(1)),
}


def _root(values: list[Series], constants: list[Value]) -> Series:
    index = constants[1]
    if isinstance(index, fmpq) and index != 0:
        return _rational_power(values[0], 1 / index)
    return _apply(arb_series.exp, _log(values[0]) * _inverse(values[1]))


def _extreme(values: list[Series], sign: int) -> Series:
    best = values[0]
    for value in values[1:]:
        gap = (_constant(value) + -_constant(best)) * sign
        if gap.contains(0):
            raise _NoSeriesError
        best = value if gap > 0 else best
    return best


def _binomial(values: list[Series], constants: list[Value]) -> Series:
    n, k = values
    chosen = constants[1]
    if isinstance(chosen, fmpq) and chosen.q == 1 and 0 <= chosen <= 1000:
        result: Series = arb(1)
        for j in range(int(chosen.p)):
            result = result * (n + arb(-j)) * (arb(1) / (j + 1))
        return result
    reciprocal_gamma = _analytic(arb_series.rgamma)
    return _gamma(n + arb(1)) * reciprocal_gamma(k + arb(1)) * reciprocal_gamma(n + -k + arb(1))


def _atan2(values: list[Series], _: list[Value]) -> Series:
    y, x = values
    if _constant(x) > 0:
        return _atan(y * _inverse(x))
    quarter = arb.pi() / 2
    if _constant(y) > 0:
        return -_atan(x * _inverse(y)) + quarter
    return -_atan(x * _inverse(-_positive(-y))) + -quarter


_SEVERAL: dict[str, Callable[[list[Series], list[Value]], Series]] = {
    "root": _root,
    "min": lambda values, _: _extreme(values, -1),
    "max": lambda values, _: _extreme(values, 1),
    "binomial": _binomial,
    "atan2": _atan2,
}
