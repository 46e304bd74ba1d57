"""Convex and concave functions, by the rules that keep convexity: sums, positive multiples, compositions."""

from __future__ import annotations

from mathcli.algebra import definite
from mathcli.algebra.exact import sign
from mathcli.algebra.ranges import value_range
from mathcli.algebra.rings import Ring
from mathcli.syntax.tree import Call, E, Negative, Node, Number, Power, Product, Quotient, Sum

_CONVEX = ("abs", "cosh")


def curvature(f: Node) -> int | None:
    """Return 1 where f is convex, -1 where it is concave, 0 where it is affine; None where the rules do not tell.

    >>> from mathcli.syntax.parser import parse
    >>> curvature(parse("e^(x+y) + (x-y)^4"))
    1
    """
    if not f.names:
        return 0
    quadratic = _of_quadratic(f)
    if quadratic is not None:
        return quadratic
    match f:
        case Negative(u):
            inner = curvature(u)
            return None if inner is None else -inner
        case Sum(terms):
            return _together([curvature(term) for term in terms])
        case Product((u, Call("log", (v,), 0))) if u is v and curvature(u) == 0:
            return 1  # u log u, defined for u > 0
        case Product(factors):
            constants = [u for u in factors if not u.names]
            rest = [u for u in factors if u.names]
            return _multiple(rest[0], Product.of(*constants)) if len(rest) == 1 and constants else None
        case Quotient(u, v) if not v.names:
            return _multiple(u, v)
        case Power(base, u) if base is E and curvature(u) in (0, 1):
            return 1
        case Power(u, Number(exponent, 0)) if exponent % 2 == 0 and exponent > 0:
            inner = curvature(u)
            return 1 if inner == 0 or (inner == 1 and value_range(u).is_non_negative) else None
        case Call(function, (u,), 0) if function in _CONVEX and curvature(u) == 0:
            return 1
        case Call("log" | "sqrt", (u,), 0) if curvature(u) in (0, -1):
            return -1
    return None


def _of_quadratic(f: Node) -> int | None:
    names = tuple(sorted(f.names, key=lambda name: name.name))
    fraction = Ring(names).fraction(f)
    if fraction is None or not fraction[1].is_constant():
        return None
    terms = definite.terms_of(fraction[0])
    by = 1 if fraction[1].leading_coefficient() > 0 else -1
    degree = max(map(sum, terms), default=0)
    if degree <= 1:
        return 0
    if degree > 2:
        return None
    found = definite.semidefinite_sign({m: c for m, c in terms.items() if sum(m) == 2})
    return None if found is None else found * by


def _together(found: list[int | None]) -> int | None:
    kinds = {kind for kind in found if kind != 0}
    if not kinds:
        return 0
    return kinds.pop() if len(kinds) == 1 else None


def _multiple(u: Node, factor: Node) -> int | None:
    inner, by = curvature(u), sign(factor)
    return None if inner is None or by is None else inner * by
