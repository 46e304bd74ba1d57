"""Derivatives of normal forms, by a table of their own.

This is the other road by which steps are proved: it shares nothing with the rules of differentiation. A form is
differentiated as a polynomial in its atoms (FLINT does that), times the derivative of each atom from the table here.
Source of the table: Abramowitz and Stegun, 4.2-4.6 and 7.1.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable

import flint

from mathcli.algebra import atoms, iterated
from mathcli.algebra.field import Atom, Field, Fraction, NoFormError, Polynomial
from mathcli.syntax.tree import Name, Node, Relation


def slope(form: Fraction, x: Name) -> Fraction:
    """Return the derivative of the form with respect to x."""
    field = form.field
    above = _polynomial_slope(field, form.num, x)
    if form.den.is_constant():
        return above / Fraction(field, form.den, field.unit)
    below = Fraction(field, form.den, field.unit)
    return (above - form * _polynomial_slope(field, form.den, x)) / below


def _polynomial_slope(field: Field, polynomial: Polynomial, x: Name) -> Fraction:
    terms = []
    for index in field.indices(polynomial):
        atom = field.atoms[index]
        if x in atom.names:
            partial = Fraction(field, polynomial.derivative(index), field.unit)
            terms.append(partial * _atom_slope(field, atom, x))
    return field.total(terms)


def _atom_slope(field: Field, atom: Atom, x: Name) -> Fraction:
    known = field.slopes.get((atom.index, x))
    if known is None:
        known = field.slopes[(atom.index, x)] = _SLOPES[atom.kind](field, atom, x)
    return known


def _of_name(field: Field, atom: Atom, x: Name) -> Fraction:
    return field.one


def _of_index(field: Field, atom: Atom, x: Name) -> Fraction:
    raise NoFormError("the index of a sum depends on the variable")


def _of_exponential(field: Field, atom: Atom, x: Name) -> Fraction:
    return field.fraction_of(atom) * slope(atom.data[0], x)


def _of_power(field: Field, atom: Atom, x: Name) -> Fraction:
    exponent, base = atom.data
    if x in base.names:
        raise NoFormError("a power whose base may be negative")
    return field.fraction_of(atom) * slope(exponent, x) * atoms.logarithm(field, base)


def _of_logarithm(field: Field, atom: Atom, x: Name) -> Fraction:
    return slope(atom.data, x) / atom.data  # type: ignore[no-any-return]


def _of_cosine(field: Field, atom: Atom, x: Name) -> Fraction:
    return -field.fraction_of(field.atoms[atom.data[1]]) * slope(atom.data[0], x)


def _of_sine(field: Field, atom: Atom, x: Name) -> Fraction:
    return field.fraction_of(field.atoms[atom.data[1]]) * slope(atom.data[0], x)


def _of_root(field: Field, atom: Atom, x: Name) -> Fraction:
    radicand = Fraction(field, field.lifted(atom.data[0]), field.unit)
    return field.fraction_of(atom) * slope(radicand, x) / (radicand * field.rational(atom.order))


def _of_absolute_value(field: Field, atom: Atom, x: Name) -> Fraction:
    inner = atom.data[1]
    return inner * slope(inner, x) / field.fraction_of(atom)  # type: ignore[no-any-return]


def _of_sign(field: Field, atom: Atom, x: Name) -> Fraction:
    return field.zero


def _of_call(field: Field, atom: Atom, x: Name) -> Fraction:
    function, orders, arguments = atom.data
    known = _FUNCTIONS.get(function)
    if known is not None and orders == (0,):
        return known(field, arguments[0]) * slope(arguments[0], x)
    if function in _WITHOUT_SLOPE:
        raise NoFormError(f"the derivative of {function}")
    if function == "atan2":
        y, z = arguments
        return (z * slope(y, x) - y * slope(z, x)) / (z * z + y * y)  # type: ignore[no-any-return]
    terms = []
    for place, argument in enumerate(arguments):
        if x in argument.names:
            raised = tuple(order + (k == place) for k, order in enumerate(orders))
            key: Hashable = (function, raised, tuple(field.key(a) for a in arguments))
            partial = field.atom("call", key, atom.names, (function, raised, arguments))
            terms.append(field.fraction_of(partial) * slope(argument, x))
    return field.total(terms)


# the table of functions that are atoms whole

Slope = Callable[[Field, Fraction], Fraction]


def _root_of(field: Field, u: Fraction) -> Fraction:
    return atoms.rational_power(field, u, flint.fmpq(1, 2))


def _of_arcsine(field: Field, u: Fraction) -> Fraction:
    return field.inverse(_root_of(field, field.one - u * u))


def _of_arctangent(field: Field, u: Fraction) -> Fraction:
    return field.inverse(field.one + u * u)


def _of_arcsecant(field: Field, u: Fraction) -> Fraction:
    return field.inverse(atoms.absolute(field, u) * _root_of(field, u * u - field.one))


def _of_inverse_sinh(field: Field, u: Fraction) -> Fraction:
    return field.inverse(_root_of(field, u * u + field.one))


def _of_inverse_cosh(field: Field, u: Fraction) -> Fraction:
    # the root of u - 1 times the root of u + 1, both real where arcosh u is
    return field.inverse(_root_of(field, u * u - field.one))


def _of_inverse_tanh(field: Field, u: Fraction) -> Fraction:
    return field.inverse(field.one - u * u)


def _of_inverse_sech(field: Field, u: Fraction) -> Fraction:
    return -field.inverse(u * _root_of(field, field.one - u * u))


def _of_inverse_csch(field: Field, u: Fraction) -> Fraction:
    return -field.inverse(atoms.absolute(field, u) * _root_of(field, field.one + u * u))


def _of_error_function(field: Field, u: Fraction) -> Fraction:
    return field.rational(2) * atoms.exponential(field, -(u * u)) / _root_of(field, atoms.pi(field))


def _of_lambert(function: str) -> Slope:
    """y' = e^(-y)/(1 + y) for the y with y e^y = u."""

    def of_u(field: Field, u: Fraction) -> Fraction:
        y = atoms.opaque_call(field, function, 0, [u])
        return atoms.exponential(field, -y) / (field.one + y)

    return of_u


def _of_step_function(field: Field, u: Fraction) -> Fraction:
    return field.zero


def _less(function: Slope) -> Slope:
    return lambda field, u: -function(field, u)


_FUNCTIONS: dict[str, Slope] = {
    "asin": _of_arcsine,
    "acos": _less(_of_arcsine),
    "atan": _of_arctangent,
    "acot": _less(_of_arctangent),
    "asec": _of_arcsecant,
    "acsc": _less(_of_arcsecant),
    "asinh": _of_inverse_sinh,
    "acosh": _of_inverse_cosh,
    "atanh": _of_inverse_tanh,
    "acoth": _of_inverse_tanh,
    "asech": _of_inverse_sech,
    "acsch": _of_inverse_csch,
    "erf": _of_error_function,
    "lambertw": _of_lambert("lambertw"),
    "lambertwm": _of_lambert("lambertwm"),
    "floor": _of_step_function,
    "ceil": _of_step_function,
}
_WITHOUT_SLOPE = {
    "min", "max", "factorial", "factorial2", "binomial", "gamma", "mod", "gcd", "lcm", "log", "root",
    "kronecker",
    "sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "sech", "csch", "abs", "sign", "sqrt",
    "cbrt",
}  # fmt: skip


# sums, products and cases


def _of_sum(field: Field, atom: Atom, x: Name) -> Fraction:
    _check_bounds(atom, x, "terms")
    body, ranges = iterated.opened(field, atom)
    return iterated.summed(slope(body, x), ranges)


def _of_product(field: Field, atom: Atom, x: Name) -> Fraction:
    _check_bounds(atom, x, "factors")
    body, ranges = iterated.opened(field, atom)
    return field.fraction_of(atom) * iterated.summed(slope(body, x) / body, ranges)


def _check_bounds(atom: Atom, x: Name, what: str) -> None:
    if any(x in lower.names or x in upper.names for _, lower, upper in atom.data[1]):
        raise NoFormError(f"the number of {what} depends on the variable")


def _of_cases(field: Field, atom: Atom, x: Name) -> Fraction:
    conditions, values = atom.data
    opened = tuple(_opened(condition) for condition in conditions)
    return iterated.cases(field, opened, [slope(value, x) for value in values], atom.names)


def _opened(condition: Node) -> Node:
    """The condition without its joints, at which the derivative is another question."""
    if isinstance(condition, Relation):
        strict = {"<=": "<", ">=": ">"}
        return Relation(condition.sides, tuple(strict.get(sign, sign) for sign in condition.signs))
    return condition


_SLOPES: dict[str, Callable[[Field, Atom, Name], Fraction]] = {
    "name": _of_name,
    "indexed": iterated.slope_of_entry,
    "delta": _of_index,
    "step": _of_index,
    "exp": _of_exponential,
    "power": _of_power,
    "log": _of_logarithm,
    "cos": _of_cosine,
    "sin": _of_sine,
    "root": _of_root,
    "abs": _of_absolute_value,
    "sign": _of_sign,
    "call": _of_call,
    "sum": _of_sum,
    "prod": _of_product,
    "cases": _of_cases,
}
