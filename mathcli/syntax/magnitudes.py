"""What can be said of a tree's size by looking at it: the value of a plain number, what is too large to work out,
what is never negative. It decides which powers are odd roots of something negative and which must stay as written.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import factorial, inf

from mathcli.syntax.tree import (
    Call,
    Constant,
    E,
    IndexedProduct,
    IndexedSum,
    Negative,
    Node,
    Norm,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    unvisited,
    walk,
)

Value = int | Fraction | float
"""A rational number; a float (inf) for a number that is too large to work out."""

LARGEST_POWER_BITS = 40_000
LARGEST_FACTORIAL = 3_000


class Magnitudes:
    """What is known of the nodes that were shown to `look`, children before parents."""

    def __init__(self) -> None:
        self.values: dict[Node, Value] = {}
        self._signs: dict[Node, bool] = {}

    def look(self, node: Node) -> None:
        """Take note of the value of a plain number."""
        if node.names:
            return
        value = _value(node, self.values)
        if value is not None:
            self.values[node] = value

    def is_never_negative(self, node: Node) -> bool:
        """Whether a node that was looked at shows that it is nowhere negative: a square, an exponential, |u|."""
        signs = self._signs
        for part in unvisited(node, signs):
            signs[part] = _is_never_negative(part, signs, self.values)
        return signs[node]

    def odd_root(self, node: Power) -> Fraction | None:
        """The exponent p/q of a real root with odd q of something that may be negative, else None."""
        exponent = self.values.get(node.exponent)
        if not isinstance(exponent, Fraction) or exponent.denominator % 2 == 0 or exponent.denominator == 1:
            return None
        return None if self.is_never_negative(node.base) else exponent

    def is_too_large(self, node: Power | Call) -> bool:
        """Whether working out this power or factorial would take more room than it is worth."""
        if isinstance(node, Call):
            arguments = [self.values.get(argument) for argument in node.arguments]
            return any(
                value is not None and not -LARGEST_FACTORIAL <= value <= LARGEST_FACTORIAL for value in arguments
            )
        exponent = self.values.get(node.exponent)
        if exponent is None:
            return False
        base = self.values.get(node.base)
        if base is None and isinstance(node.base, Product | Quotient | Negative | Power):
            base = 2  # a coefficient in there would be raised too
        return base is not None and _power_is_too_large(base, exponent)


def holds_what_is_too_large(node: Node) -> bool:
    """Whether a power or a factorial somewhere in the tree is too large to be worked out."""
    known = Magnitudes()
    for part in walk(node):
        known.look(part)
        match part:
            case Power() | Call("factorial" | "factorial2" | "gamma" | "binomial") if known.is_too_large(part):
                return True
    return False


def _finite(value: Value) -> bool:
    return not isinstance(value, float)


def _power_is_too_large(base: Value, exponent: Value) -> bool:
    if not _finite(exponent) or not _finite(base):
        return True
    if base in (0, 1, -1):
        return False
    return _bits(base) * abs(Fraction(exponent)) > LARGEST_POWER_BITS


def _bits(value: Value) -> int:
    exact = Fraction(value)
    return max(exact.numerator.bit_length(), exact.denominator.bit_length())


def _value(node: Node, values: Mapping[Node, Value]) -> Value | None:
    match node:
        case Number(numerator, scale):
            return numerator if scale == 0 else Fraction(numerator, 10**scale)
        case Negative(operand):
            value = values.get(operand)
            return None if value is None else -value
        case Sum(terms):
            return _sum(terms, values)
        case Product(factors):
            return _product(factors, values)
        case Quotient(numerator, denominator):
            top, bottom = values.get(numerator), values.get(denominator)
            if top is None or not bottom:
                return None
            return _bounded(Fraction(top) / Fraction(bottom)) if _finite(top) and _finite(bottom) else inf
        case Power(base, exponent):
            return _power(values.get(base), values.get(exponent))
        case Call("factorial" | "factorial2" as function, (argument,), 0):
            return _factorial(values.get(argument), 1 if function == "factorial" else 2)
    return None


def _sum(terms: tuple[Node, ...], values: Mapping[Node, Value]) -> Value | None:
    result: Value = 0
    for term in terms:
        value = values.get(term)
        if value is None:
            return None
        result = _bounded(result + value) if _finite(result) and _finite(value) else inf
    return result


def _product(factors: tuple[Node, ...], values: Mapping[Node, Value]) -> Value | None:
    result: Value = 1
    for factor in factors:
        value = values.get(factor)
        if value is None:
            return None
        result = _bounded(result * value) if _finite(result) and _finite(value) else inf
    return result


def _power(base: Value | None, exponent: Value | None) -> Value | None:
    if base is None or exponent is None:
        return None
    if _power_is_too_large(base, exponent):
        return inf
    if Fraction(exponent).denominator != 1 or (base == 0 and exponent < 0):
        return None
    return _bounded(Fraction(base) ** int(exponent))


def _factorial(value: Value | None, step: int) -> Value | None:
    if value is None:
        return None
    if not _finite(value) or value > LARGEST_FACTORIAL:
        return inf
    if Fraction(value).denominator != 1 or value < 0:
        return None
    if step == 1:
        return factorial(int(value))
    result = 1
    for k in range(int(value), 1, -2):
        result *= k
    return result


def _bounded(value: Value) -> Value:
    if not _finite(value):
        return inf
    if isinstance(value, Fraction) and value.denominator == 1:
        value = int(value)
    return inf if _bits(value) > LARGEST_POWER_BITS * 2 else value


_NEVER_NEGATIVE = frozenset(("abs", "sqrt", "cosh", "factorial", "factorial2", "acosh", "acos", "sech"))


def _is_never_negative(node: Node, sure: Mapping[Node, bool], values: Mapping[Node, Value]) -> bool:
    match node:
        case Number():
            return True
        case Constant(name):
            return name != "i"
        case Sum(children) | Product(children):
            return all(sure[child] for child in children)
        case Quotient(numerator, denominator):
            return sure[numerator] and sure[denominator]
        case Power(base, exponent):
            return base is E or sure[base] or _is_even(values.get(exponent))
        case Call("max", arguments):
            return any(sure[argument] for argument in arguments)
        case Call("min" | "root" | "cbrt", arguments):
            return all(sure[argument] for argument in arguments)
        case Call(function):
            return function in _NEVER_NEGATIVE
        case IndexedSum(body) | IndexedProduct(body):
            return sure[body]
    return isinstance(node, Norm)


def _is_even(value: Value | None) -> bool:
    return isinstance(value, int | Fraction) and Fraction(value).numerator % 2 == 0


def compared(extreme: Call) -> tuple[Node, ...]:
    """Return what a max (min) is the largest (smallest) of: those inside a max of its own too, each of them once."""
    found: dict[Node, None] = {}
    waiting = list(reversed(extreme.arguments))
    while waiting:
        match waiting.pop():
            case Call(function, inner, 0) if function == extreme.function:
                waiting.extend(reversed(inner))
            case other:
                found[other] = None
    return tuple(found)
