"""The functions that a normal form looks into, as functions of forms: what sin, tan, cosh, log, max, n! are there.

`COMMON` are looked into in every field, `PROVING` in those that are made for proofs. What stands in neither is an atom
whole.
"""

from __future__ import annotations

from collections.abc import Callable

import flint

from mathcli.algebra import atoms
from mathcli.algebra.atoms import opaque_call
from mathcli.algebra.field import Field, Fraction, NoFormError

Builder = Callable[[Field, list[Fraction]], Fraction]


def _one_argument(function: Callable[[Field, Fraction], Fraction]) -> Builder:
    def build(field: Field, arguments: list[Fraction]) -> Fraction:
        if len(arguments) != 1:
            raise NoFormError("one argument is expected")
        return function(field, arguments[0])

    return build


def _logarithm(field: Field, arguments: list[Fraction]) -> Fraction:
    result = atoms.logarithm(field, arguments[0])
    if len(arguments) == 2:
        return result / atoms.logarithm(field, arguments[1])
    return result


def _root(field: Field, arguments: list[Fraction]) -> Fraction:
    radicand, order = arguments
    constant = order.constant
    if constant is None or constant.q != 1 or constant <= 0:
        raise NoFormError("a root of symbolic order")
    return atoms.rational_power(field, radicand, 1 / constant)


def _sine(field: Field, u: Fraction) -> Fraction:
    return atoms.cosine_and_sine(field, u)[1]


def _cosine(field: Field, u: Fraction) -> Fraction:
    return atoms.cosine_and_sine(field, u)[0]


def _tangent(field: Field, u: Fraction) -> Fraction:
    cosine, sine = atoms.cosine_and_sine(field, u)
    return sine / cosine


def _hyperbolic_sine(field: Field, u: Fraction) -> Fraction:
    e = atoms.exponential(field, u)
    return (e - field.inverse(e)) / field.rational(2)


def _hyperbolic_cosine(field: Field, u: Fraction) -> Fraction:
    e = atoms.exponential(field, u)
    return (e + field.inverse(e)) / field.rational(2)


def _hyperbolic_tangent(field: Field, u: Fraction) -> Fraction:
    square = atoms.exponential(field, u + u)
    return (square - field.one) / (square + field.one)


def _inverted(function: Callable[[Field, Fraction], Fraction]) -> Callable[[Field, Fraction], Fraction]:
    return lambda field, u: field.inverse(function(field, u))


def _odd(name: str) -> Callable[[Field, Fraction], Fraction]:
    """An opaque function with f(-u) = -f(u)."""

    def build(field: Field, u: Fraction) -> Fraction:
        if u.is_zero():
            return u
        if u.num.leading_coefficient() < 0:
            return -opaque_call(field, name, 0, [-u])
        return opaque_call(field, name, 0, [u])

    return build


def _arctangent(field: Field, u: Fraction) -> Fraction:
    constant = u.constant
    if constant is not None and abs(constant) == 1:
        return atoms.pi(field) * field.of_fmpq(constant / 4)
    return _odd("atan")(field, u)


def _factorial(field: Field, u: Fraction) -> Fraction:
    constant = u.constant
    if constant is not None and constant.q == 1 and 0 <= constant <= 3_000:
        return field.rational(flint.fmpz.fac_ui(int(constant.p)))
    return opaque_call(field, "factorial", 0, [u])


def _square_root(field: Field, u: Fraction) -> Fraction:
    return atoms.rational_power(field, u, flint.fmpq(1, 2))


def _cube_root(field: Field, u: Fraction) -> Fraction:
    return atoms.rational_power(field, u, flint.fmpq(1, 3))


def _extreme(sense: int) -> Builder:
    """max(u, v) = (u + v + |u - v|)/2, and min with a minus."""

    def build(field: Field, arguments: list[Fraction]) -> Fraction:
        result = arguments[0]
        for other in arguments[1:]:
            spread = atoms.size_of_difference(field, result - other)
            result = (result + other + spread * field.rational(sense)) / field.rational(2)
        return result

    return build


COMMON: dict[str, Builder] = {
    "sqrt": _one_argument(_square_root),
    "cbrt": _one_argument(_cube_root),
    "root": _root,
    "abs": _one_argument(atoms.absolute),
    "factorial": _one_argument(_factorial),
}
"""What a field kept for showing looks into as well."""
PROVING: dict[str, Builder] = COMMON | {
    "log": _logarithm,
    "max": _extreme(1),
    "min": _extreme(-1),
    **{
        name: _one_argument(function)
        for name, function in {
            "sin": _sine,
            "cos": _cosine,
            "tan": _tangent,
            "cot": _inverted(_tangent),
            "sec": _inverted(_cosine),
            "csc": _inverted(_sine),
            "sinh": _hyperbolic_sine,
            "cosh": _hyperbolic_cosine,
            "tanh": _hyperbolic_tangent,
            "coth": _inverted(_hyperbolic_tangent),
            "sech": _inverted(_hyperbolic_cosine),
            "csch": _inverted(_hyperbolic_sine),
            "sign": atoms.sign,
            "atan": _arctangent,
            **{name: _odd(name) for name in ("asin", "asinh", "atanh", "erf")},
        }.items()
    },
}
