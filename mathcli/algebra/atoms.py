"""Elementary functions of normal forms: which atoms they bring, and the relations between those.

    e^u, a^u, u^v     products of powers of e^(base m), one base for each monomial m over all of a field
    log u             logs of primes and of irreducible factors, split only where the split is true on the domain
    u^(p/q)           powers of one common root for each radicand, primes and factors apart where signs allow
    sin u, cos u      addition formulas and multiple angles down to a common angle; exact values at multiples of pi
    |u|, sign u       |u|^2 = u^2, sign u |u| = u

In a field that is kept for showing (`is_shown`) functions other than powers stay as they were typed.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

import flint

from mathcli.algebra.field import Atom, Field, Fraction, NoFormError, Polynomial, key_of
from mathcli.syntax.tree import PI, Node

MULTIPLE_ANGLE_LIMIT = 12
EXPONENT_LIMIT = 100_000
NON_NEGATIVE = ("exp", "pi", "root", "abs")


# factors


def factors_of(form: Fraction) -> tuple[flint.fmpq, list[tuple[Polynomial, int]]]:
    """Return a rational content and irreducible factors with their exponents, those of the denominator negative."""
    content, factors = _factors(form.num)
    if form.den.is_one():
        return flint.fmpq(content), factors
    below, others = _factors(form.den)
    return flint.fmpq(content, below), factors + [(factor, -exponent) for factor, exponent in others]


def _factors(polynomial: Polynomial) -> tuple[flint.fmpz, list[tuple[Polynomial, int]]]:
    if polynomial.is_constant():
        return polynomial.leading_coefficient() if not polynomial.is_zero() else flint.fmpz(0), []
    if not is_easy(polynomial):
        return _content_alone(polynomial)
    try:
        content, factors = polynomial.factor()
    except OverflowError:  # python-flint 0.9 sorts the factors by coefficients as C integers
        return _content_alone(polynomial)
    ordered = []
    for factor, exponent in factors:
        if factor.leading_coefficient() < 0:
            content *= (-1) ** int(exponent)
            factor = -factor
        ordered.append((factor, int(exponent)))
    return content, ordered


def _content_alone(polynomial: Polynomial) -> tuple[flint.fmpz, list[tuple[Polynomial, int]]]:
    content = polynomial.content() * (1 if polynomial.leading_coefficient() > 0 else -1)
    return content, [(polynomial // polynomial.context().constant(content), 1)]


def is_easy(polynomial: Polynomial) -> bool:
    """Whether FLINT factors it in no time worth speaking of."""
    terms = len(polynomial)
    if terms <= 2:
        return bool(polynomial.total_degree() <= 400)
    used = sum(1 for degree in polynomial.degrees() if degree > 0)
    return bool(terms <= (400 if used <= 1 else 150) and polynomial.total_degree() <= (250 if used <= 1 else 40))


def is_non_negative(field: Field, polynomial: Polynomial) -> bool:
    """Whether every term is visibly >= 0 where the polynomial is defined: even powers, e^u, roots, |u|."""
    atoms = field.atoms
    if field.conditions and key_of(polynomial) in field.conditions:
        return True
    for monomial, coefficient in polynomial.terms():
        if coefficient < 0 or any(
            exponent % 2 and not _atom_is_non_negative(field, atoms[k]) for k, exponent in enumerate(monomial)
        ):
            return not field.is_shown and _outweighs(field, polynomial)
    return True


def _outweighs(field: Field, polynomial: Polynomial) -> bool:
    """Whether a number outweighs the rest: 1 + sin u, 3 - 2 cos u sin v; or e^u - 1 where u is not negative."""
    constant, others = 0, 0
    for monomial, coefficient in polynomial.terms():
        if not any(monomial):
            constant = int(coefficient)
        elif all(field.atoms[k].kind in ("sin", "cos") for k, exponent in enumerate(monomial) if exponent):
            others += abs(int(coefficient))
        else:
            return len(polynomial) == 2 and _is_power_of_e_beside_one(field, polynomial)
    return constant >= others


def _is_power_of_e_beside_one(field: Field, polynomial: Polynomial) -> bool:
    """e^u - c with c <= 1 and u >= 0, or c - e^u with c >= 1 and u <= 0."""
    (monomial, coefficient), (rest, constant) = polynomial.terms()
    if any(rest):
        return False
    (k, *others) = [k for k, exponent in enumerate(monomial) if exponent]
    if others or field.atoms[k].kind != "exp":
        return False
    exponent: Fraction = field.atoms[k].data[0]
    if coefficient > 0:
        return -constant <= coefficient and _has_sign(field, exponent, 1)
    return constant >= -coefficient and _has_sign(field, exponent, -1)


def _has_sign(field: Field, form: Fraction, sign: int) -> bool:
    """Whether a form with a number below is visibly >= 0, or with sign -1 <= 0."""
    if not form.den.is_constant():
        return False
    above = field.lifted(form.num) * (sign * (1 if form.den.leading_coefficient() > 0 else -1))
    primitive = above // field.context.constant(abs(above.content()))
    return is_non_negative(field, primitive)


def is_not_positive(field: Field, polynomial: Polynomial) -> bool:
    """Whether a condition of the field says that the polynomial is never positive."""
    if field.is_shown or polynomial.is_zero():
        return False
    return is_non_negative(field, -polynomial)


def _atom_is_non_negative(field: Field, atom: Atom) -> bool:
    if atom.kind == "root":
        return bool(atom.order % 2 == 0)
    return atom.kind in NON_NEGATIVE or (atom.kind == "name" and atom.key[1] in field.positive)  # type: ignore[index]


def _single(field: Field, polynomial: Polynomial) -> Atom | None:
    """Return the atom where the polynomial is one, to the first power."""
    if len(polynomial) != 1 or polynomial.total_degree() != 1 or polynomial.leading_coefficient() != 1:
        return None
    return field.atoms[field.indices(polynomial)[0]]


def _primes(value: flint.fmpq) -> Iterator[tuple[int, int]]:
    """The primes of a positive rational with their exponents; a large number stands for itself."""
    for part, sign in ((value.p, 1), (value.q, -1)):
        if part == 1:
            continue
        if int(part).bit_length() > 100:
            yield int(part), sign
            continue
        for prime, exponent in part.factor():
            yield int(prime), sign * int(exponent)


def form_of(field: Field, polynomial: Polynomial) -> Fraction:
    return Fraction(field, polynomial, field.unit)


def _split_by_sign(
    field: Field, content: flint.fmpq, factors: list[tuple[Polynomial, int]]
) -> tuple[list[tuple[Fraction, int]], Fraction]:
    """Split what stands under an even root or a log: factors that are >= 0 with their exponents, and what is left.

    content * prod f^e = |content| * prod(g^k) * rest, where the rest must be >= 0 wherever the whole is defined.
    """
    even: list[tuple[Fraction, int]] = []
    odd: list[tuple[Polynomial, int]] = []
    content, factors = _with_sines(field, content, factors)
    for factor, exponent in factors:
        if is_non_negative(field, factor):
            even.append((form_of(field, factor), exponent))
        elif is_not_positive(field, factor):
            even.append((form_of(field, -factor), exponent))
            content = -content if exponent % 2 else content
        elif exponent % 2 == 0:
            even.append((absolute(field, form_of(field, factor)), exponent))
        else:
            odd.append((factor, exponent))
    rest = field.unit if content > 0 else -field.unit
    for factor, _ in odd:
        rest = rest * field.lifted(factor)
    for factor, exponent in odd:
        if exponent != 1:
            size = form_of(field, rest if len(odd) == 1 else factor)
            even.append((size if len(odd) == 1 else absolute(field, size), exponent - 1))
    return even, form_of(field, rest)


def _with_sines(
    field: Field, content: flint.fmpq, factors: list[tuple[Polynomial, int]]
) -> tuple[flint.fmpq, list[tuple[Polynomial, int]]]:
    """The factors with sin u to the square in place of (1 - cos u)(1 + cos u)."""
    if field.is_shown:
        return content, factors
    known = {key_of(factor): (place, times) for place, (factor, times) in enumerate(factors)}
    for atom in field.atoms:
        if atom.kind != "cos" or atom.data[1] is None:
            continue
        generator = field.gens[atom.index]
        pair = known.get(key_of(generator - 1)), known.get(key_of(generator + 1))
        if pair[0] is None or pair[1] is None or pair[0][1] != pair[1][1]:
            continue
        times = pair[0][1]
        rest = [one for place, one in enumerate(factors) if place not in (pair[0][0], pair[1][0])]
        sine = field.gens[atom.data[1]]
        sign = -1 if times % 2 else 1
        return _with_sines(field, content * sign, [*rest, (sine, 2 * times)])
    return content, factors


# exponentials


def exponential(field: Field, exponent: Fraction) -> Fraction:
    """Return the form of e^exponent."""
    result = field.one
    for multiple, monomial, below in _directions(field, exponent):
        if not field.is_shown and below.is_one():
            atom = _single(field, monomial)
            if atom is not None and atom.kind == "log":
                result = result * rational_power(field, atom.data, multiple)
                continue
        result = result * _based(field, None, multiple, Fraction(field, monomial, below))
    return result


def general_power(field: Field, base: Fraction, exponent: Fraction) -> Fraction:
    """Return the form of base^exponent, which is e^(exponent log base) unless the exponent is rational."""
    constant = exponent.constant
    if constant is not None:
        return rational_power(field, base, constant)
    value = base.constant
    if value is not None and value <= 0:
        if value == 0:
            raise NoFormError("zero to a symbolic power")
        return _based(field, base, flint.fmpq(1), exponent)
    if field.is_shown:
        result = field.one
        for multiple, monomial, below in _directions(field, exponent):
            if monomial.is_constant() and below.is_constant():
                result = result * rational_power(field, base, multiple)
            else:
                result = result * _based(field, base, multiple, Fraction(field, monomial, below))
        return result
    return exponential(field, exponent * logarithm(field, base))


def _directions(field: Field, exponent: Fraction) -> list[tuple[flint.fmpq, Polynomial, Polynomial]]:
    """The terms of a sum as (rational multiple, monomial, denominator without content)."""
    if len(exponent.num) > 60:
        raise NoFormError("too many terms")
    den = field.lifted(exponent.den)
    content = den.content()
    below = den // field.context.constant(content)
    directions = []
    above = field.lifted(exponent.num)
    if not field.is_shown and not below.is_constant() and abs(below.leading_coefficient()) == 1:
        whole, above = divmod(above, below)  # so that u + v/w is taken apart, however it was written
        directions += [
            (flint.fmpq(coefficient, content), field.context.from_dict({monomial: 1}), field.unit)
            for monomial, coefficient in whole.terms()
        ]
    for monomial, coefficient in above.terms():
        term = field.quotient(field.context.from_dict({monomial: 1}), below)
        directions.append((flint.fmpq(coefficient, content), term.num, term.den))
    return directions


def _based(field: Field, base: Fraction | None, multiple: flint.fmpq, direction: Fraction) -> Fraction:
    """Return base^(multiple direction) through the atom of its common base (base None is Euler's number)."""
    key: Hashable = ("exp", None if base is None else field.key(base), field.key(direction))
    unit = field.base_for(key, multiple, EXPONENT_LIMIT)
    if unit is None:
        unit = multiple
    exponent = direction * field.of_fmpq(unit)
    names = exponent.names if base is None else exponent.names | base.names
    kind = "exp" if base is None else "power"
    atom = field.atom(kind, (key, (int(unit.p), int(unit.q))), names, (exponent, base))
    times = multiple / unit
    return field.power(field.fraction_of(atom), int(times.p))


# logarithms


def logarithm(field: Field, argument: Fraction) -> Fraction:
    """Return the form of the natural logarithm."""
    if field.is_shown:
        return _log_atom(field, argument)
    if argument.is_zero():
        raise NoFormError("the logarithm of zero")
    content, factors = factors_of(argument)
    parts = [_log_of_prime(field, prime, exponent) for prime, exponent in _primes(abs(content))]
    even, rest = _split_by_sign(field, content, factors)
    parts += [_log_of_factor(field, factor) * field.rational(exponent) for factor, exponent in even]
    if rest.is_constant:
        if rest.num.leading_coefficient() < 0:
            raise NoFormError("the logarithm of what is never positive")
    elif field.splits_logarithms:
        odd = factors_of(rest)[1]
        parts += [_log_of_factor(field, absolute(field, form_of(field, factor))) for factor, _ in odd]
    else:
        parts.append(_log_of_factor(field, rest))
    return field.total(parts)


def _log_of_prime(field: Field, prime: int, exponent: int) -> Fraction:
    return _log_atom(field, field.rational(prime)) * field.rational(exponent)


def _log_of_factor(field: Field, factor: Fraction) -> Fraction:
    atom = _single(field, factor.num) if factor.den.is_one() else None
    if atom is not None and atom.kind == "exp":
        return atom.data[0]  # type: ignore[no-any-return]
    if atom is not None and atom.kind == "abs" and not field.is_shown:
        inner = _single(field, atom.data[1].num) if atom.data[1].den.is_one() else None
        if inner is not None and inner.kind in ("sin", "cos"):
            return _log_of_sine(field, inner)
    if atom is not None and atom.kind in ("sin", "cos"):
        return _log_of_sine(field, atom)
    if atom is not None and atom.kind == "root" and atom.order % 2 == 0:
        return logarithm(field, form_of(field, atom.data[0])) * field.rational(1, atom.order)
    return _log_atom(field, factor)


def _log_of_sine(field: Field, atom: Atom) -> Fraction:
    """log |sin u| = (log(1 - cos u) + log(1 + cos u))/2, and the same of cos u by sin u."""
    partner = field.fraction_of(field.atoms[atom.data[1]])
    return (_log_atom(field, field.one - partner) + _log_atom(field, field.one + partner)) / field.rational(2)


def _log_atom(field: Field, argument: Fraction) -> Fraction:
    if argument.constant == 1:
        return field.zero
    return field.fraction_of(field.atom("log", field.key(argument), argument.names, argument))


# roots


def rational_power(field: Field, base: Fraction, exponent: flint.fmpq) -> Fraction:
    """Return the form of base^exponent; odd roots are real."""
    if exponent.q == 1:
        if abs(exponent.p) > EXPONENT_LIMIT:
            raise NoFormError("the exponent is too large")
        return field.power(base, int(exponent.p))
    if base.is_zero():
        if exponent > 0:
            return field.zero
        raise NoFormError("division by zero")
    if exponent.q > 60:
        raise NoFormError("a root of so high an order")
    content, factors = factors_of(base)
    result = _constant_root(field, abs(content), exponent)
    if exponent.q % 2:
        if content < 0 and exponent.p % 2:
            result = -result
        for factor, times in _together(factors) if field.is_shown else factors:
            result = result * _root_power(field, form_of(field, factor), exponent * times)
        return result
    even, rest = _split_by_sign(field, content, factors)
    for factor, times in even:
        result = result * _root_power(field, factor, exponent * times)
    if not rest.is_constant:
        return result * _root_power(field, rest, exponent)
    if rest.num.leading_coefficient() < 0:
        raise NoFormError("an even root of what is never positive")
    return result


def _together(factors: list[tuple[Polynomial, int]]) -> list[tuple[Polynomial, int]]:
    """Multiply the factors with equal exponents."""
    products: dict[int, Polynomial] = {}
    for factor, times in factors:
        products[times] = products[times] * factor if times in products else factor
    return [(product, times) for times, product in products.items()]


def _constant_root(field: Field, value: flint.fmpq, exponent: flint.fmpq) -> Fraction:
    result = field.one
    for prime, times in _primes(value):
        whole = exponent * times
        floor = whole.p // whole.q
        result = result * field.power(field.rational(prime), int(floor))
        if whole != floor:
            result = result * _root_power(field, field.rational(prime), whole - floor)
    return result


def _root_power(field: Field, radicand: Fraction, exponent: flint.fmpq) -> Fraction:
    """Return radicand^exponent for a radicand that is a polynomial with no factor to take out."""
    if exponent.q == 1:
        return field.power(radicand, int(exponent.p))
    atom = _single(field, radicand.num)
    if atom is not None and atom.kind == "exp":
        return exponential(field, atom.data[0] * field.of_fmpq(exponent))
    if atom is not None and atom.kind == "root" and (atom.order % 2 == 0 or exponent.q % 2):
        return rational_power(field, form_of(field, atom.data[0]), exponent / atom.order)
    key: Hashable = ("root", key_of(radicand.num))
    base = field.base_for(key, flint.fmpq(1, exponent.q), 60)
    order = int(exponent.q if base is None else abs(base).q)
    root = field.atom("root", (key, order), radicand.names, (radicand.num,), order=order)
    times = exponent * order
    whole, rest = divmod(int(times.p), order)
    result = field.power(radicand, whole) if whole else field.one
    return result * field.power(field.fraction_of(root), rest) if rest else result


# absolute values


def absolute(field: Field, argument: Fraction) -> Fraction:
    """Return the form of |argument|."""
    if argument.is_zero():
        return argument
    if field.is_shown:
        constant = argument.constant
        if constant is not None:
            return field.of_fmpq(abs(constant))
        if argument.num.leading_coefficient() < 0:
            argument = -argument
        if not argument.den.is_one():
            return absolute(field, form_of(field, argument.num)) / absolute(field, form_of(field, argument.den))
        return _absolute_atom(field, argument)
    content, factors = factors_of(argument)
    result = field.of_fmpq(abs(content))
    for factor, exponent in factors:
        size = form_of(field, factor)
        if exponent % 2 and is_not_positive(field, factor):
            result = -(result * field.power(size, exponent))
        elif exponent % 2 and not is_non_negative(field, factor):
            result = result * _absolute_atom(field, size) * field.power(size, exponent - 1)
        else:
            result = result * field.power(size, exponent)
    return result


def size_of_difference(field: Field, argument: Fraction) -> Fraction:
    """Return |u| without looking into u, unless a condition says which sign it has: for max and min."""
    if argument.is_zero() or argument.is_constant or not argument.den.is_constant():
        return absolute(field, argument)
    primitive = argument.num // argument.num.context().constant(argument.num.content())
    if key_of(primitive) in field.conditions:
        return argument
    if key_of(-primitive) in field.conditions:
        return -argument
    if argument.num.leading_coefficient() < 0:
        primitive, argument = -primitive, -argument
    return argument / form_of(field, primitive) * _absolute_atom(field, form_of(field, primitive))


def _absolute_atom(field: Field, argument: Fraction) -> Fraction:
    square = field.times(argument.num, argument.num)
    atom = field.atom("abs", field.key(argument), argument.names, (square, argument), order=2)
    return field.fraction_of(atom)


def sign(field: Field, argument: Fraction) -> Fraction:
    """Return the form of sign(argument): 0 at 0, so it is u/|u| only elsewhere."""
    constant = argument.constant
    if constant is not None:
        return field.rational((constant > 0) - (constant < 0))
    content, factors = factors_of(argument)
    result = field.rational(1 if content > 0 else -1)
    for factor, exponent in factors:
        size = absolute(field, form_of(field, factor))
        data = (factor, form_of(field, factor), size.num)
        atom = field.atom("sign", key_of(factor), form_of(field, factor).names, data, order=3)
        result = result * field.power(field.fraction_of(atom), 2 - exponent % 2)
    return result


def vanishes(form: Fraction) -> bool:
    """Whether the form is 0, by the relations and by sign(u) |u| = u, which is tried at u = 0 and elsewhere."""
    if form.is_zero():
        return True
    field = form.field
    for atom in field.atoms_of(form):
        if atom.kind == "sign":
            return _vanishes_at_zero_of(form, atom) and vanishes(_without_sign(form, atom))
    return False


def _without_sign(form: Fraction, atom: Atom) -> Fraction:
    """Return a multiple of the form in which sign u is u/|u|."""
    field = form.field
    inner, size = form_of(field, field.lifted(atom.data[0])), form_of(field, field.lifted(atom.data[2]))
    terms = []
    for monomial, coefficient in field.lifted(form.num).terms():
        exponent = int(monomial[atom.index])
        rest = field.context.from_dict({(*monomial[: atom.index], 0, *monomial[atom.index + 1 :]): coefficient})
        terms.append(form_of(field, rest) * field.power(inner, exponent) * field.power(size, 2 - exponent))
    return field.total(terms)


def _vanishes_at_zero_of(form: Fraction, atom: Atom) -> bool:
    """Whether the form is 0 where u, |u| and sign u are."""
    field = form.field
    inner, size = field.lifted(atom.data[0]), field.lifted(atom.data[2])
    zeros = {atom.index, *(field.indices(size) if _single(field, size) is not None else ())}
    left = {
        monomial: coefficient
        for monomial, coefficient in field.lifted(form.num).terms()
        if not any(monomial[k] for k in zeros)
    }
    rest = field.context.from_dict(left)
    return bool(rest.is_zero() or divmod(rest, inner)[1].is_zero())


# angles


def cosine_and_sine(field: Field, angle: Fraction) -> tuple[Fraction, Fraction]:
    """Return the forms of cos and sin of the angle."""
    cosine, sine = field.one, field.zero
    terms = len(angle.num)
    is_split = terms == 1 or (field.splits_angles and terms <= 4)
    turns = _directions(field, angle) if is_split else [_as_one_direction(field, angle)]
    for multiple, monomial, below in turns:
        c, s = _turn(field, multiple, Fraction(field, monomial, below))
        cosine, sine = cosine * c - sine * s, sine * c + cosine * s
    return cosine, sine


def _as_one_direction(field: Field, angle: Fraction) -> tuple[flint.fmpq, Polynomial, Polynomial]:
    above, below = angle.num.content(), angle.den.content()
    if angle.num.is_zero():
        return flint.fmpq(1), angle.num, angle.den
    above = above if angle.num.leading_coefficient() > 0 else -above
    num, den = field.lifted(angle.num), field.lifted(angle.den)
    constant = field.context.constant
    return flint.fmpq(above, below), num // constant(above), den // constant(below)


def _arc_inside(atom: Atom | None) -> Any:
    """How cos and sin of an atom come out without angles: those of asin u, acos u, atan u."""
    return _INVERSES.get(atom.data[0]) if atom is not None and atom.kind == "call" else None


def _turn(field: Field, multiple: flint.fmpq, direction: Fraction) -> tuple[Fraction, Fraction]:
    """Return cos and sin of multiple·direction through those of the common angle."""
    if direction.is_zero():
        return field.one, field.zero
    atom = _single(field, direction.num) if direction.den.is_one() else None
    if atom is not None and atom.kind == "pi":
        exact = _exact_angle(field, multiple)
        if exact is not None:
            return exact
    arc = _arc_inside(atom)
    if arc is not None and atom is not None and multiple.q == 1 and abs(multiple) <= MULTIPLE_ANGLE_LIMIT:
        cosine, sine = arc(field, atom.data[2][0])
        c, s = _multiple_angle(field, cosine, sine, abs(int(multiple.p)))
        return (c, s) if multiple > 0 else (c, -s)
    key: Hashable = ("angle", field.key(direction))
    base = field.base_for(key, multiple, MULTIPLE_ANGLE_LIMIT)
    if base is None:
        base = abs(multiple)
    cosine, sine = _base_pair(field, key, base, direction)
    times = int((multiple / base).p)
    c, s = _multiple_angle(field, cosine, sine, abs(times))
    return (c, s) if times > 0 else (c, -s)


def _base_pair(field: Field, key: Hashable, base: flint.fmpq, direction: Fraction) -> tuple[Fraction, Fraction]:
    angle = direction * field.of_fmpq(base)
    of = (key, (int(base.p), int(base.q)))
    cosine = field.atom("cos", of, angle.names, (angle, None))
    sine = field.atom("sin", of, angle.names, (angle, cosine.index), order=2)
    cosine.data = (angle, sine.index)
    return field.fraction_of(cosine), field.fraction_of(sine)


def _of_arcsine(field: Field, u: Fraction) -> tuple[Fraction, Fraction]:
    return rational_power(field, field.one - u * u, flint.fmpq(1, 2)), u


def _of_arccosine(field: Field, u: Fraction) -> tuple[Fraction, Fraction]:
    return u, rational_power(field, field.one - u * u, flint.fmpq(1, 2))


def _of_arctangent(field: Field, u: Fraction) -> tuple[Fraction, Fraction]:
    cosine = rational_power(field, field.one + u * u, flint.fmpq(-1, 2))
    return cosine, u * cosine


_INVERSES = {"asin": _of_arcsine, "acos": _of_arccosine, "atan": _of_arctangent}


def _multiple_angle(field: Field, cosine: Fraction, sine: Fraction, times: int) -> tuple[Fraction, Fraction]:
    c, s = cosine, sine
    for _ in range(times - 1):
        c, s = c * cosine - s * sine, s * cosine + c * sine
    return c, s


def _exact_angle(field: Field, multiple: flint.fmpq) -> tuple[Fraction, Fraction] | None:
    """Return cos and sin of multiple·pi where the multiple is one of twelfths."""
    twelfths = multiple * 12
    if twelfths.q != 1:
        return None
    quarters, rest = divmod(int(twelfths.p), 6)
    half = field.rational(1, 2)
    root3 = _constant_root(field, flint.fmpq(3), flint.fmpq(1, 2)) * half
    root2 = _constant_root(field, flint.fmpq(2), flint.fmpq(1, 2)) * half
    more, less = root2 * (root3 + half), root2 * (root3 - half)
    pairs = ((field.one, field.zero), (more, less), (root3, half), (root2, root2), (half, root3), (less, more))
    c, s = pairs[rest]
    for _ in range(quarters % 4):
        c, s = -s, c
    return c, s


# atoms whole


def pi(field: Field) -> Fraction:
    return field.fraction_of(field.atom("pi", "pi", frozenset(), shown=PI))


def opaque_call(
    field: Field, function: str, primes: int, arguments: list[Fraction], shown: Node | None = None
) -> Fraction:
    names = frozenset().union(*(argument.names for argument in arguments))
    orders = (primes,) if len(arguments) == 1 else (0,) * len(arguments)
    key = (function, orders, tuple(field.key(argument) for argument in arguments))
    return field.fraction_of(field.atom("call", key, names, (function, orders, tuple(arguments)), shown=shown))
