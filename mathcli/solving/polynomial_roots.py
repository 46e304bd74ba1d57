"""The real roots of polynomials with rational coefficients: FLINT factors and isolates, and short radicals are given.

Nothing is rounded: a root without a short exact form is known by its irreducible polynomial and its place among the
real roots of it, and can be enclosed as closely as is wanted.
"""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

from flint import fmpq, fmpq_poly, fmpz_poly

from mathcli.algebra.balls import working_precision
from mathcli.algebra.conditions import number
from mathcli.algebra.exact import fraction_node, square_root, surd
from mathcli.solving.regions import FIRST_BITS, Bound, Refinement, ends_of_ball, rising_pairs
from mathcli.syntax.tree import Call, Negative, Node, Quotient, Sum, integer

Root = tuple[Bound, int]
"""A root and its multiplicity."""


def real_roots(polynomial: fmpq_poly) -> list[Root]:
    """Return the real roots with their multiplicities, rising, all of them; the polynomial must not be 0.

    >>> [(bound.value, times) for bound, times in real_roots(fmpq_poly([0, 0, -1, 1]))]
    [(0, 2), (1, 1)]
    """
    if polynomial.degree() < 1:
        return []
    _, factors = polynomial.numer().factor()
    return rising_pairs([(root, int(times)) for factor, times in factors for root in _of_irreducible(factor)])


def _of_irreducible(polynomial: fmpz_poly) -> list[Bound]:
    degree = polynomial.degree()
    if degree == 1:
        return [Bound.rational(fmpq(-polynomial[0], polynomial[1]))]
    if degree == 2:
        return [_tied(Bound.of(node), polynomial, k) for k, node in enumerate(_quadratic(polynomial))]
    isolated = _isolated(polynomial, FIRST_BITS)
    nodes = _in_radicals(polynomial) if isolated else []
    bounds = []
    for k, ends in enumerate(isolated):
        node = nodes[k] if len(nodes) == len(isolated) else None
        bounds.append(_tied(Bound(node, ends, _refinement(polynomial, k)), polynomial, k))
    return bounds


def _tied(bound: Bound, polynomial: fmpz_poly, place: int) -> Bound:
    bound.root_of = (polynomial, place)
    return bound


def _isolated(polynomial: fmpz_poly, bits: int) -> list[tuple[fmpq, fmpq]]:
    """Disjoint ends around the real roots, rising."""
    with working_precision(bits + 32):
        ends = []
        for root, _ in polynomial.complex_roots():
            if root.imag.is_zero():
                found = ends_of_ball(root.real)
                assert found is not None
                ends.append(found)
    return sorted(ends)


def _refinement(polynomial: fmpz_poly, place: int) -> Refinement:
    return lambda bits: _isolated(polynomial, bits)[place]


def _quadratic(polynomial: fmpz_poly) -> list[Node]:
    """The roots of a x^2 + b x + c in square roots, rising."""
    c, b, a = (int(coefficient) for coefficient in polynomial.coeffs())
    if a < 0:
        a, b, c = -a, -b, -c
    discriminant = b * b - 4 * a * c
    if discriminant < 0:
        return []
    outer, inner = _square_part(discriminant)
    middle, spread = Fraction(-b, 2 * a), Fraction(outer, 2 * a)
    if not middle:
        return [surd(-spread, inner), surd(spread, inner)]
    below = middle.denominator * spread.denominator // _gcd(middle.denominator, spread.denominator)
    first = integer(int(middle * below))
    root = surd(spread * below, inner)
    tops = [Sum.of(first, Negative(root)), Sum.of(first, root)]
    return [top if below == 1 else Quotient(top, integer(below)) for top in tops]


def _gcd(a: int, b: int) -> int:
    while b:
        a, b = b, a % b
    return a


def _square_part(n: int) -> tuple[int, int]:
    root = isqrt(n)
    if root * root == n:
        return root, 1
    outer, divisor = 1, 2
    while divisor * divisor <= n and divisor < 10_000:
        while n % (divisor * divisor) == 0:
            n //= divisor * divisor
            outer *= divisor
        divisor += 1
    return outer, n


def _in_radicals(polynomial: fmpz_poly) -> list[Node]:
    """The real roots of p(x^k), p linear or quadratic, as k-th roots, rising; [] for other polynomials."""
    inner, k = polynomial.deflation()
    if k < 2 or inner.degree() > 2:
        return []
    if inner.degree() == 1:
        values = [number(fmpq(-inner[0], inner[1]))]
        bounds = [Bound.of(value) for value in values]
    else:
        values = _quadratic(inner)
        bounds = [Bound.of(value) for value in values]
    roots: list[Node] = []
    for value, bound in zip(values, bounds, strict=True):
        low, high = bound.enclosure
        if low > 0:
            root = _kth_root(value, bound.value, k)
            roots = ([Negative(root)] if k % 2 == 0 else []) + roots if k % 2 == 0 else roots
            roots = [*roots, root]
        elif k % 2 and high < 0:
            opposite = _kth_root(_opposite(value), None if bound.value is None else -bound.value, k)
            roots = [*roots, Negative(opposite)]
    return roots


def _opposite(value: Node) -> Node:
    match value:
        case Negative(operand):
            return operand
        case Quotient(Sum() as top, below):
            return Quotient(_opposite(top), below)
        case Sum(terms):
            return Sum.of(*(term.operand if isinstance(term, Negative) else Negative(term) for term in terms))
    return Negative(value)


def _kth_root(value: Node, rational: fmpq | None, k: int) -> Node:
    if k == 2:
        return square_root(value) if rational is not None else Call("sqrt", (value,))
    if rational is not None:
        shown = fraction_node(Fraction(int(rational.p), int(rational.q)))
        return Call("cbrt", (shown,)) if k == 3 else Call("root", (shown, integer(k)))
    return Call("cbrt", (value,)) if k == 3 else Call("root", (value, integer(k)))
