"""The functions that a normal form looks into, as functions of forms: what sin, tan, cosh, log, max, n! are there.

`COMMON` are looked into in every field, `PROVING` in those that are made for proofs. What stands in neither is an atom
whole.
"""

from __future__ import annotations

from collections.abc import Callable

import flint

from mathcli.algebra import atoms, iterated
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
    """atan with atan(1/v) = sign(v) pi/2 - atan v."""
    constant = u.constant
    if constant is not None and abs(constant) == 1:
        return atoms.pi(field) * field.of_fmpq(constant / 4)
    if constant is None and u.num.is_constant():
        turned = field.inverse(u)
        return atoms.sign(field, turned) * atoms.pi(field) / field.rational(2) - _odd("atan")(field, turned)
    return _odd("atan")(field, u)


def _arcsine(field: Field, u: Fraction) -> Fraction:
    constant = u.constant
    turns = None if constant is None else _EXACT_ARCS.get(abs(constant))
    if constant is not None and turns is not None:
        return atoms.pi(field) * field.of_fmpq(turns if constant > 0 else -turns)
    return _odd("asin")(field, u)


_EXACT_ARCS = {flint.fmpq(1): flint.fmpq(1, 2), flint.fmpq(1, 2): flint.fmpq(1, 6)}


def _arccosine(field: Field, u: Fraction) -> Fraction:
    return atoms.pi(field) / field.rational(2) - _arcsine(field, u)


def _factorial(field: Field, u: Fraction) -> Fraction:
    constant = u.constant
    if constant is not None and constant.q == 1 and 0 <= constant <= 3_000:
        return field.rational(flint.fmpz.fac_ui(int(constant.p)))
    return opaque_call(field, "factorial", 0, [u])


_MOST_SHIFTS = 40


def _constant_term(u: Fraction) -> flint.fmpq | None:
    """The rational term of a form, None where its denominator is no number."""
    if not u.den.is_constant():
        return None
    above = sum((c for monomial, c in u.num.terms() if not any(monomial)), flint.fmpz(0))
    return flint.fmpq(above, u.den.leading_coefficient())


def _gamma(field: Field, u: Fraction) -> Fraction:
    """gamma(v + n) = v (v + 1) ... (v + n - 1) gamma(v), with a constant term of v in [0, 1)."""
    constant = _constant_term(u)
    if constant is None or abs(constant) > _MOST_SHIFTS:
        return opaque_call(field, "gamma", 0, [u])
    steps = int(constant.floor())
    base = u - field.rational(steps)
    value = base.constant
    if value == 0:
        if steps <= 0:
            raise NoFormError("a pole of gamma")
        return field.rational(flint.fmpz.fac_ui(steps - 1))
    if value is not None and value == flint.fmpq(1, 2):
        result = _square_root(field, atoms.pi(field))
    else:
        result = opaque_call(field, "gamma", 0, [base])
    for j in range(steps):
        result = result * (base + field.rational(j))
    for j in range(-steps):
        result = result / (base - field.rational(j + 1))
    return result


def _factorial_by_gamma(field: Field, u: Fraction) -> Fraction:
    constant = u.constant
    if constant is not None and constant.q == 1:
        return _factorial(field, u)
    return _gamma(field, u + field.one)


def _binomial(field: Field, arguments: list[Fraction]) -> Fraction:
    """n (n - 1) ... (n - k + 1)/k! for a whole number k, an atom for any other."""
    n, k = arguments
    whole = k.constant
    if whole is None or whole.q != 1 or whole > _MOST_SHIFTS:
        return opaque_call(field, "binomial", 0, arguments)
    result = field.one if whole >= 0 else field.zero
    for j in range(int(whole.p)):
        result = result * (n - field.rational(j)) / field.rational(j + 1)
    return result


def _floor(field: Field, u: Fraction) -> Fraction:
    """floor(v + n) = floor(v) + n for a whole number n, floor(-v) = -ceil(v)."""
    return _step(field, u, "floor", "ceil")


def _ceiling(field: Field, u: Fraction) -> Fraction:
    return _step(field, u, "ceil", "floor")


def _step(field: Field, u: Fraction, own: str, other: str) -> Fraction:
    constant = _constant_term(u)
    if constant is None:
        return opaque_call(field, own, 0, [u])
    whole = field.total([field.rational(int(constant.floor())), *_whole_terms(field, u)])
    rest = u - whole
    value = rest.constant
    if value is not None:
        return whole + field.rational(int(value.floor() if own == "floor" else value.ceil()))
    if rest.num.leading_coefficient() < 0:
        return whole - opaque_call(field, other, 0, [-rest])
    return whole + opaque_call(field, own, 0, [rest])


def _whole_terms(field: Field, u: Fraction) -> list[Fraction]:
    """The terms that are whole numbers wherever they have a value: products of floor, ceil and sign."""
    if not u.den.is_one():
        return []
    return [
        Fraction(field, field.context.from_dict({monomial: coefficient}), field.unit)
        for monomial, coefficient in field.lifted(u.num).terms()
        if any(monomial) and all(_is_whole(field, k) for k, exponent in enumerate(monomial) if exponent)
    ]


def _is_whole(field: Field, index: int) -> bool:
    atom = field.atoms[index]
    return atom.kind == "sign" or (atom.kind == "call" and atom.data[0] in ("floor", "ceil"))


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
    "kronecker": iterated.delta,
    "max": _extreme(1),
    "min": _extreme(-1),
    "factorial": _one_argument(_factorial_by_gamma),
    "binomial": _binomial,
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
            "gamma": _gamma,
            "floor": _floor,
            "ceil": _ceiling,
            "atan": _arctangent,
            "asin": _arcsine,
            "acos": _arccosine,
            **{name: _odd(name) for name in ("asinh", "atanh", "erf")},
        }.items()
    },
}
