"""What a function does far out in every direction at once: it tends to infinity, or to one limit, with proof."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from flint import fmpq

from mathcli.algebra import definite
from mathcli.algebra.conditions import number
from mathcli.algebra.exact import evaluated
from mathcli.algebra.exact import sign as sign_of
from mathcli.algebra.field import Field
from mathcli.algebra.ranges import value_range
from mathcli.algebra.rational import normal_form, value
from mathcli.algebra.rings import Polynomial, Ring
from mathcli.calculus.derivation import Phrase
from mathcli.solving.ends import MINUS_INF, behaviour
from mathcli.syntax.tree import (
    INF,
    ZERO,
    Call,
    E,
    Name,
    Negative,
    Node,
    Power,
    Product,
    Quotient,
    Sum,
)


class Growth(NamedTuple):
    """`sign` is 1 or -1 where f tends to plus or minus infinity as the point goes far out in any way; else `limit`."""

    sign: int | None
    limit: Node | None
    why: Phrase


_FUNCTIONS = ("sqrt", "log", "cbrt", "sinh", "asinh")


def growth(f: Node, names: Sequence[Name]) -> Growth | None:
    """Return what f does far out; None where that was not found. f has to be continuous on the whole space.

    >>> from mathcli.syntax.parser import parse
    >>> growth(parse("x^4 + y^4 - 4xy"), (Name("x"), Name("y"))).sign
    1
    """
    return (
        _of_rational(f, names)
        or _of_function(f, names)
        or _of_exponentials(f, names)
        or _of_sum(f, names)
        or _of_single_variables(f, names)
    )


def _of_rational(f: Node, names: Sequence[Name]) -> Growth | None:
    fraction = Ring(names).fraction(f)
    if fraction is None:
        return None
    above, below = (definite.terms_of(part) for part in fraction)
    if not above:
        return None
    if fraction[1].is_constant():
        sign = definite.coercive_sign(above)
        if sign is None:
            return None
        sign *= 1 if fraction[1].leading_coefficient() > 0 else -1
        return Growth(sign, None, ("the highest terms are a definite form, so f tends to infinity in every direction",))
    return _of_proper_fraction(above, below)


def _of_proper_fraction(above: definite.Terms, below: definite.Terms) -> Growth | None:
    """A fraction whose denominator outgrows the numerator in every direction; a limit at the same weight is 1 ratio."""
    if definite.coercive_sign(below) is None:
        return None
    size = len(next(iter(below)))
    tops = [max(m[k] for m in below if m[k] and sum(map(bool, m)) == 1) for k in range(size)]
    weights = tuple(Fraction(1, top) for top in tops)
    heaviest = {m: c for m, c in above.items() if definite.weight(m, weights) >= 1}
    lead = {m: c for m, c in below.items() if definite.weight(m, weights) == 1}
    why: Phrase = ("the denominator outgrows the numerator in every direction",)
    if not heaviest:
        return Growth(None, ZERO, why)
    first = next(iter(lead))
    ratio = heaviest.get(first, 0) / lead[first]
    if ratio != 0 and heaviest == {m: c * ratio for m, c in lead.items()}:
        return Growth(None, number(ratio), ("numerator and denominator have proportional highest terms",))
    return None


def _of_function(f: Node, names: Sequence[Name]) -> Growth | None:
    """A monotone function of something that grows: sqrt u, log u, e^u, a multiple of it."""
    match f:
        case Negative(u):
            inner = growth(u, names)
            return None if inner is None else _scaled(inner, -1)
        case Product(factors):
            return _of_multiple(factors, names)
        case Quotient(u, v) if not v.names:
            inner, by = growth(u, names), sign_of(v)
            return None if inner is None or inner.limit not in (None, ZERO) or not by else _scaled(inner, by)
        case Call(function, (u,), 0) if function in _FUNCTIONS:
            inner = growth(u, names)
            if inner is None or inner.sign is None or (inner.sign < 0 and function in ("sqrt", "log")):
                return None
            return Growth(inner.sign, None, inner.why)
        case Call("abs" | "cosh", (u,), 0):
            inner = growth(u, names)
            return None if inner is None or inner.sign is None else Growth(1, None, inner.why)
        case Power(base, u) if base is E:
            inner = growth(u, names)
            if inner is None or inner.sign is None:
                return None
            return Growth(1, None, inner.why) if inner.sign > 0 else Growth(None, ZERO, inner.why)
        case Power(u, exponent) if not exponent.names:
            inner, by = growth(u, names), sign_of(exponent)
            if inner is None or inner.sign != 1 or not by:
                return None
            return Growth(1, None, inner.why) if by > 0 else Growth(None, ZERO, inner.why)
    return None


def _of_multiple(factors: Sequence[Node], names: Sequence[Name]) -> Growth | None:
    constants = [u for u in factors if not u.names]
    rest = [u for u in factors if u.names]
    if not constants or len(rest) != 1:
        return None
    by, inner = sign_of(Product.of(*constants)), growth(rest[0], names)
    return None if inner is None or not by or inner.limit not in (None, ZERO) else _scaled(inner, by)


def _scaled(inner: Growth, by: int) -> Growth:
    if inner.sign is not None:
        return Growth(inner.sign * by, None, inner.why)
    limit = inner.limit
    assert limit is not None
    return Growth(None, limit if by > 0 or limit is ZERO else Negative(limit), inner.why)


def _of_exponentials(f: Node, names: Sequence[Name]) -> Growth | None:
    """Polynomials times e^Q with Q tending to minus infinity in every direction die out, and the rest decides."""
    parts = exponential_parts(f, names)
    if parts is None:
        return None
    ring = Ring(names)
    rest: Polynomial = None
    rest_scale = 1
    for exponent, scale, polynomial, below in parts:
        terms = definite.terms_of(exponent)
        if not any(sum(m) for m in terms):
            if terms:
                return None
            rest, rest_scale = polynomial, below
        elif (definite.coercive_sign(terms) or 0) * scale >= 0:
            return None
    why: Phrase = ("the exponential dies out faster than any power grows, in every direction",)
    if rest is None:
        return Growth(None, ZERO, why)
    if rest.is_constant():
        return Growth(None, number(fmpq(rest.leading_coefficient()) / rest_scale), why)
    inner = _of_rational(ring.tree(rest), names)
    return (
        None
        if inner is None or inner.sign is None
        else Growth(inner.sign * (1 if rest_scale > 0 else -1), None, inner.why)
    )


def exponential_parts(f: Node, names: Sequence[Name]) -> list[tuple[Polynomial, int, Polynomial, int]] | None:
    """Return f as the sum of P/c · e^(Q/d), d positive, each (Q, sign of d, P, c); None where it is no such sum."""
    field = Field()
    form = normal_form(f, field=field)
    if form is None or len(form.den) != 1:
        return None
    ring = Ring(names)
    below = {k: int(e) for k, e in enumerate(field.lifted(form.den).monoms()[0]) if e}
    if any(field.atoms[k].kind != "exp" for k in below):
        return None
    grouped: dict[tuple[tuple[int, int], ...], list[tuple[dict[int, int], int]]] = {}
    for monomial, coefficient in field.lifted(form.num).terms():
        powers = {k: int(e) for k, e in enumerate(monomial) if e}
        kinds = {field.atoms[k].kind for k in powers}
        if not kinds <= {"name", "exp"}:
            return None
        exps = {k: powers.get(k, 0) - below.get(k, 0) for k in {*powers, *below} if field.atoms[k].kind == "exp"}
        key = tuple(sorted((k, e) for k, e in exps.items() if e))
        plain = {k: e for k, e in powers.items() if field.atoms[k].kind == "name"}
        grouped.setdefault(key, []).append((plain, int(coefficient)))
    parts = []
    common = int(form.den.leading_coefficient())
    for key, terms in grouped.items():
        exponent = _exponent(field, ring, key)
        if exponent is None:
            return None
        polynomial = ring.context.from_dict(
            {
                tuple(next((e for k, e in plain.items() if field.atoms[k].shown is name), 0) for name in names): c
                for plain, c in terms
            }
        )
        parts.append((exponent, 1, polynomial, common))
    return parts


def _exponent(field: Field, ring: Ring, key: Sequence[tuple[int, int]]) -> Polynomial | None:
    """A positive multiple of the exponent of a product of powers of e."""
    total = field.zero
    for k, e in key:
        data = field.atoms[k].data
        if data[1] is not None:
            return None
        total = total + data[0] * field.rational(e)
    if not total.den.is_constant():
        return None
    return ring.polynomial(total, field.lifted(total.num))


def _of_sum(f: Node, names: Sequence[Name]) -> Growth | None:
    """One part that grows in every direction, and others that are bounded on that side."""
    if not isinstance(f, Sum):
        return None
    for k, term in enumerate(f.terms):
        inner = growth(term, names) if term.names >= set(names) else None
        if inner is None:
            continue
        others = [t for j, t in enumerate(f.terms) if j != k]
        if inner.sign is not None:
            ranges = [value_range(t) for t in others]
            if all((r.low if inner.sign > 0 else r.high) is not None for r in ranges):
                return inner
        elif all(value(t) is not None for t in others):
            assert inner.limit is not None
            return Growth(None, evaluated(Sum.of(inner.limit, *others)), inner.why)
    return _of_polynomial_part(f, names)


def _of_polynomial_part(f: Sum, names: Sequence[Name]) -> Growth | None:
    """The terms that are polynomials together, where the other terms are bounded on that side."""
    ring = Ring(names)
    polynomial = [t for t in f.terms if (found := ring.fraction(t)) is not None and found[1].is_constant()]
    others = [t for t in f.terms if t not in polynomial]
    inner = _of_rational(Sum.of(*polynomial), names) if polynomial and others else None
    if inner is None or inner.sign is None:
        return None
    ranges = [value_range(t) for t in others]
    return inner if all((r.low if inner.sign > 0 else r.high) is not None for r in ranges) else None


def _of_single_variables(f: Node, names: Sequence[Name]) -> Growth | None:
    """A sum of functions of one variable each, all of which tend to the same infinity at both ends."""
    parts = single_variables(f, names)
    if parts is None:
        return None
    limits = [
        found.limit if (found := behaviour(g, x, end)).is_proved else None
        for x, g in parts.items()
        for end in (INF, MINUS_INF)
    ]
    for sign, wanted in ((1, INF), (-1, MINUS_INF)):
        if all(limit is wanted for limit in limits):
            return Growth(sign, None, ("f is a sum of functions of one variable, each of which grows at both ends",))
    return None


def single_variables(f: Node, names: Sequence[Name]) -> dict[Name, Node] | None:
    """Return the functions of one variable each whose sum is f; None where it is no such sum of all the variables."""
    if not isinstance(f, Sum):
        return None
    parts: dict[Name, list[Node]] = {name: [] for name in names}
    constants: list[Node] = []
    for term in f.terms:
        if len(term.names) > 1:
            return None
        (parts[next(iter(term.names))] if term.names else constants).append(term)
    if not all(parts.values()):
        return None
    parts[names[0]] += constants
    return {x: Sum.of(*terms) for x, terms in parts.items()}
