"""Trees on whole columns at once: by numpy on floating numbers, and exactly on fractions where the tree allows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from mathcli.errors import NotCoveredError
from mathcli.syntax.tree import (
    PI,
    Call,
    E,
    Name,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
)

_FUNCTIONS = {
    "sin": "sin", "cos": "cos", "tan": "tan", "asin": "arcsin", "acos": "arccos", "atan": "arctan",
    "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "log": "log", "sqrt": "sqrt", "cbrt": "cbrt", "abs": "abs",
    "sign": "sign",
}  # fmt: skip
"""Functions of one argument by their names in numpy."""


def values(node: Node, columns: Mapping[Name, Any]) -> Any:
    """Return the value of a tree on each row, nan where it has none; the columns are arrays of floating numbers.

    Raises:
        NotCoveredError: it holds a function that is not evaluated on columns.
    """
    import numpy as np

    def call(function: str, arguments: list[Any]) -> Any:
        if function in _FUNCTIONS and len(arguments) == 1:
            return getattr(np, _FUNCTIONS[function])(arguments[0])
        raise NotCoveredError(
            f"{function} is not evaluated on columns of data", hint="use powers, exp, log, sqrt, sin, cos"
        )

    with np.errstate(all="ignore"):
        found = _evaluated(node, columns, float, call, np.power, {E: np.e, PI: np.pi})
        return np.asarray(found, dtype=np.float64)


def exact_values(node: Node, columns: Mapping[Name, Any]) -> Any | None:
    """Return the value on each row as a fraction; the columns are arrays of fractions. None where it is irrational."""

    def call(function: str, arguments: list[Any]) -> Any:
        raise _IrrationalError

    def power(base: Any, exponent: Any) -> Any:
        if not isinstance(exponent, Fraction) or exponent.denominator != 1:
            raise _IrrationalError
        return base ** int(exponent)

    try:
        return _evaluated(node, columns, lambda f: f, call, power, {})
    except (_IrrationalError, ZeroDivisionError):
        return None


class _IrrationalError(Exception):
    """A value is no fraction."""


def _evaluated(
    node: Node,
    columns: Mapping[Name, Any],
    number: Callable[[Fraction], Any],
    call: Callable[[str, list[Any]], Any],
    power: Callable[[Any, Any], Any],
    constants: Mapping[Node, float],
) -> Any:
    def value(part: Node) -> Any:
        match part:
            case Number(numerator, scale):
                return number(Fraction(numerator, 10**scale))
            case Name():
                return columns[part]
            case Sum(terms):
                first, *others = map(value, terms)
                return sum(others, first)
            case Product(factors):
                product, *others = map(value, factors)
                for factor in others:
                    product = product * factor
                return product
            case Negative(operand):
                return -value(operand)
            case Quotient(numerator, denominator):
                return value(numerator) / value(denominator)
            case Power(base, exponent):
                return power(value(base), value(exponent))
            case Call(function, arguments, 0):
                return call(function, [value(argument) for argument in arguments])
        if part in constants:
            return constants[part]
        if not constants:
            raise _IrrationalError
        raise NotCoveredError(
            "this expression is not evaluated on columns of data", hint="use powers, exp, log, sqrt, sin, cos"
        )

    return value(node)
