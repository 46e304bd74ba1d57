"""Derivatives of normal forms, by a table of their own.

This is the other road by which steps are proved: it shares nothing with the rules of differentiation. A form is
differentiated as a polynomial in its atoms (FLINT does that), times the derivative of each atom from the table here.
Source of the table: Abramowitz and Stegun, 4.2-4.6 and 7.1.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable

import flint

from mathcli.algebra import atoms
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


def _of_nothing(field: Field, atom: Atom, x: Name) -> Fraction:
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
    "sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "sech", "csch", "abs", "sign", "sqrt",
    "cbrt",
}  # fmt: skip


# sums, products and cases


def sum_of(body: Fraction, index: Name, lower: Fraction, upper: Fraction) -> Fraction:
    """Return the sum over the index with what does not depend on it taken out of each term."""
    field = body.field
    inside, outside = _by_dependence(field, body.den, index)
    terms = []
    for dependent, coefficient in _split(field, body.num, index):
        term = field.quotient(dependent, inside)
        terms.append(Fraction(field, coefficient, field.unit) * _sum_atom(term, index, lower, upper))
    return field.total(terms) / Fraction(field, outside, field.unit)


def _sum_atom(term: Fraction, index: Name, lower: Fraction, upper: Fraction) -> Fraction:
    if term.constant == 1:
        return upper - lower + term.field.one
    return iterated_atom("sum", term, index, lower, upper)


def iterated_atom(kind: str, body: Fraction, index: Name, lower: Fraction, upper: Fraction) -> Fraction:
    field = body.field
    names = (body.names - {index}) | lower.names | upper.names
    key = (index, field.key(body), field.key(lower), field.key(upper))
    return field.fraction_of(field.atom(kind, key, names, (body, index, lower, upper)))


def _by_dependence(field: Field, denominator: Polynomial, index: Name) -> tuple[Polynomial, Polynomial]:
    """Split a denominator into factors with the index and factors without it."""
    if denominator.is_constant():
        return field.unit, field.lifted(denominator)
    content, factors = atoms.factors_of(Fraction(field, denominator, field.unit))
    inside, outside = field.unit, field.context.constant(content.p)
    for factor, exponent in factors:
        depends = any(index in field.atoms[k].names for k in field.indices(factor))
        power = field.lifted(factor) ** exponent
        inside, outside = (inside * power, outside) if depends else (inside, outside * power)
    return inside, outside


def _split(field: Field, polynomial: Polynomial, index: Name) -> list[tuple[Polynomial, Polynomial]]:
    """Write a polynomial as a sum of (monomial in what depends on the index) · (polynomial in what does not)."""
    groups: dict[tuple[int, ...], dict[tuple[int, ...], flint.fmpz]] = {}
    depends = [index in atom.names for atom in field.atoms]
    depends += [False] * (len(field.gens) - len(depends))
    for monomial, coefficient in field.lifted(polynomial).terms():
        inside = tuple(e if d else 0 for e, d in zip(monomial, depends, strict=True))
        outside = tuple(0 if d else e for e, d in zip(monomial, depends, strict=True))
        groups.setdefault(inside, {})[outside] = coefficient
    from_dict = field.context.from_dict
    return [(from_dict({inside: 1}), from_dict(outside)) for inside, outside in groups.items()]


def _of_sum(field: Field, atom: Atom, x: Name) -> Fraction:
    body, index, lower, upper = atom.data
    if x in lower.names or x in upper.names:
        raise NoFormError("the number of terms depends on the variable")
    return sum_of(slope(body, x), index, lower, upper)


def _of_product(field: Field, atom: Atom, x: Name) -> Fraction:
    body, index, lower, upper = atom.data
    if x in lower.names or x in upper.names:
        raise NoFormError("the number of factors depends on the variable")
    return field.fraction_of(atom) * sum_of(slope(body, x) / body, index, lower, upper)


def piecewise_of(
    field: Field, conditions: tuple[Node, ...], values: list[Fraction], names: frozenset[Name]
) -> Fraction:
    """Return cases as one atom, 0 where every case is."""
    if len(values) > len(conditions) and all(value.is_zero() for value in values):
        return field.zero
    key = (conditions, tuple(field.key(value) for value in values))
    return field.fraction_of(field.atom("cases", key, names, (conditions, tuple(values))))


def _of_cases(field: Field, atom: Atom, x: Name) -> Fraction:
    conditions, values = atom.data
    opened = tuple(_opened(condition) for condition in conditions)
    return piecewise_of(field, opened, [slope(value, x) for value in values], atom.names)


def _opened(condition: Node) -> Node:
    """The condition without its joints, at which the derivative is another question."""
    if isinstance(condition, Relation):
        strict = {"<=": "<", ">=": ">"}
        return Relation(condition.sides, tuple(strict.get(sign, sign) for sign in condition.signs))
    return condition


_SLOPES: dict[str, Callable[[Field, Atom, Name], Fraction]] = {
    "name": _of_name,
    "indexed": _of_nothing,
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
