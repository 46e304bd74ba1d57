"""Points with algebraic coordinates: each a polynomial in one real root of an irreducible polynomial.

Arithmetic in the number field is exact, so whether a polynomial vanishes at such a point, and its sign, are always
decided. Numbers that have a short form (rationals, square roots, roots of them) are given as trees.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from math import lcm
from typing import Any

import flint
from flint import arb, fmpq, fmpq_mat, fmpq_poly, fmpz

from mathcli.algebra.balls import enclose, working_precision
from mathcli.algebra.conditions import number
from mathcli.algebra.exact import surd
from mathcli.syntax.tree import Call, Negative, Node, Product, Quotient, Sum, integer

_FIRST = 64
_LARGEST_DEGREE = 30
_MOST_POWERS = 6
_MOST = 1 << 16


def real_roots(polynomial: fmpq_poly, bits: int) -> list[arb]:
    """Return balls around the real roots of a polynomial without multiple roots, rising, one for each."""
    return list(_real_roots(tuple(polynomial.numer().coeffs()), bits))


@lru_cache(maxsize=256)
def _real_roots(coefficients: tuple[Any, ...], bits: int) -> tuple[arb, ...]:
    polynomial = flint.fmpz_poly(list(coefficients))
    if polynomial.degree() < 1:
        return ()
    if polynomial.degree() == 1:
        with working_precision(bits):
            return (arb(fmpq(-polynomial[0], polynomial[1])),)
    with working_precision(bits):
        balls = [root.real for root, _ in polynomial.complex_roots() if root.imag == 0]
    return tuple(sorted(balls, key=lambda ball: float(ball.mid())))


class AlgebraicPoint:
    """A real point. `factor` is irreducible, the root the one with this number among its real roots, rising."""

    __slots__ = ("coordinates", "factor", "index")

    def __init__(self, factor: fmpq_poly, index: int, coordinates: tuple[fmpq_poly, ...]) -> None:
        self.factor = factor
        self.index = index
        self.coordinates = coordinates

    @property
    def is_rational(self) -> bool:
        return all(c.degree() < 1 for c in self.coordinates)

    def element(self, polynomial: Any) -> fmpq_poly:
        """Return the value of a multivariate polynomial in the unknowns, as an element of the number field."""
        total = fmpq_poly([0])
        powers: dict[tuple[int, int], fmpq_poly] = {}
        for monomial, coefficient in polynomial.terms():
            term = fmpq_poly([fmpq(coefficient)])
            for k, exponent in enumerate(monomial):
                if exponent:
                    term = (term * self._power(powers, k, int(exponent))) % self.factor
            total += term
        return total % self.factor

    def _power(self, powers: dict[tuple[int, int], fmpq_poly], k: int, exponent: int) -> fmpq_poly:
        known = powers.get((k, exponent))
        if known is None:
            before = fmpq_poly([1]) if exponent == 1 else self._power(powers, k, exponent - 1)
            known = powers[k, exponent] = (before * self.coordinates[k]) % self.factor
        return known

    def quotient(self, numerator: fmpq_poly, denominator: fmpq_poly) -> fmpq_poly:
        """Return a/b in the number field; b is not 0."""
        _, inverse, _ = denominator.xgcd(self.factor)
        return (numerator * inverse) % self.factor

    def vanishes(self, polynomial: Any) -> bool:
        return bool(self.element(polynomial) == 0)

    def sign(self, element: fmpq_poly) -> int:
        """Return the sign of an element of the number field, which is always decided."""
        if element == 0:
            return 0
        bits = _FIRST
        while True:
            ball = self.ball(element, bits)
            if ball > 0:
                return 1
            if ball < 0:
                return -1
            bits *= 2
            assert bits <= _MOST, "an algebraic number other than 0 is apart from it"

    def sign_of(self, polynomial: Any) -> int:
        return self.sign(self.element(polynomial))

    def ball(self, element: fmpq_poly, bits: int) -> arb:
        """Return a ball around an element of the number field."""
        if element.degree() < 1:
            with working_precision(bits):
                return arb(element[0])
        root = real_roots(self.factor, bits + 64)[self.index]
        with working_precision(bits + 64):
            return _horner(element, root)

    def ends(self, element: fmpq_poly, bits: int) -> tuple[fmpq, fmpq]:
        """Return rational ends around an element, at most 2^-bits apart."""
        if element.degree() < 1:
            return element[0], element[0]
        precision = bits
        while True:
            ball = self.ball(element, precision)
            with working_precision(precision + 64):
                low, high = rational_ends(ball)
            if high - low <= fmpq(1, 1 << bits):
                return low, high
            precision *= 2

    def exact(self, element: fmpq_poly) -> Node | None:
        """Return a tree that is worth the element, by rationals and roots; None where there is no short one."""
        if element.degree() < 1:
            return number(element[0])
        minimal = self.minimal_polynomial(element) if not self.is_large else self._short_polynomial(element)
        return None if minimal is None else radical_form(minimal, lambda bits: self.ball(element, bits))

    @property
    def is_large(self) -> bool:
        """Whether minimal polynomials in the number field would take too long: minutes for a degree of 60."""
        return bool(self.factor.degree() > _LARGEST_DEGREE)

    def _short_polynomial(self, element: fmpq_poly) -> fmpq_poly | None:
        """A polynomial t^2 + bt + c, t^n + c or t^4 + bt^2 + c that vanishes, by a few products; None for none."""
        powers = [fmpq_poly([1]), element]
        for _ in range(_MOST_POWERS - 1):
            powers.append((powers[-1] * element) % self.factor)
        for n in range(2, len(powers)):
            if powers[n].degree() < 1:
                return fmpq_poly([-powers[n][0], *[0] * (n - 1), 1])
            if n in (2, 4) and (found := _combined(powers[n], powers[n // 2])) is not None:
                return fmpq_poly([-found[0], *[0] * (n // 2 - 1), -found[1], *[0] * (n // 2 - 1), 1])
        return None

    def minimal_polynomial(self, element: fmpq_poly) -> fmpq_poly:
        """Return the irreducible polynomial over the rationals that the element is a root of."""
        if element.degree() < 1:
            return fmpq_poly([-element[0], 1])
        degree = self.factor.degree()
        columns = [(element * fmpq_poly([0] * k + [1])) % self.factor for k in range(degree)]
        matrix = fmpq_mat([[column[row] for column in columns] for row in range(degree)])
        return fmpq_poly(matrix.minpoly())


def _combined(high: fmpq_poly, low: fmpq_poly) -> tuple[fmpq, fmpq] | None:
    """(c, b) with high = c + b low."""
    top = low.degree()
    b = high[top] / low[top]
    rest = high - low * b
    return (rest[0], b) if rest.degree() < 1 else None


def rational_ends(ball: arb) -> tuple[fmpq, fmpq]:
    """Return rational ends of a finite ball; at the precision that is set, which rounds them outwards."""
    return _rational(ball.lower()), _rational(ball.upper())


def _rational(exact: arb) -> fmpq:
    mantissa, exponent = exact.man_exp()
    return fmpq(mantissa) * fmpq(2) ** int(exponent)


def _horner(polynomial: fmpq_poly, at: arb) -> arb:
    total = arb(0)
    for coefficient in reversed(polynomial.coeffs()):
        total = total * at + arb(coefficient)
    return total


def radical_form(minimal: fmpq_poly, ball: Any) -> Node | None:
    """Return the root of an irreducible polynomial that lies in the ball as a tree with roots, where it is short."""
    degree = minimal.degree()
    candidates: Sequence[Node]
    if degree == 1:
        return number(-minimal[0] / minimal[1])
    if degree == 2:
        candidates = _quadratic(minimal)
    elif all(minimal[k] == 0 for k in range(1, degree)):
        candidates = _pure(-minimal[0] / minimal[degree], degree)
    elif degree == 4 and minimal[1] == 0 and minimal[3] == 0:
        inner = _quadratic(fmpq_poly([minimal[0], minimal[2], minimal[4]]))
        candidates = [signed for u in inner for root in [Call("sqrt", (u,))] for signed in (root, Negative(root))]
    else:
        return None
    return _chosen(candidates, ball)


def _quadratic(p: fmpq_poly) -> list[Node]:
    """Both roots of ax^2 + bx + c, where they are real."""
    c, b, a = p[0], p[1], p[2]
    middle = -b / (2 * a)
    under = middle * middle - c / a
    if under < 0:
        return []
    outer, inner = _square_part(int(under.p) * int(under.q))
    factor = Fraction(outer, int(under.q))  # sqrt(p/q) = sqrt(pq)/q
    return [_sum_with_root(Fraction(int(middle.p), int(middle.q)), sign * factor, inner) for sign in (1, -1)]


def _sum_with_root(middle: Fraction, factor: Fraction, radicand: int) -> Node:
    """middle + factor·sqrt(radicand) over one denominator, the way a textbook writes the quadratic formula."""
    if middle == 0:
        return surd(factor, radicand)
    common = lcm(middle.denominator, factor.denominator)
    top = Sum.of(integer(int(middle * common)), surd(factor * common, radicand))
    return top if common == 1 else Quotient(top, integer(common))


def _square_part(value: int) -> tuple[int, int]:
    """(a, b) with value = a² b, b free of squares as far as its factors are found."""
    outer, inner = 1, 1
    for prime, exponent in fmpz(value).factor():
        outer *= int(prime) ** (exponent // 2)
        inner *= int(prime) ** (exponent % 2)
    return outer, inner


def _pure(value: fmpq, degree: int) -> list[Node]:
    if degree % 2 and value < 0:
        return [Negative(node) for node in _pure(-value, degree)]
    if value < 0:
        return []
    outer, inner = fmpz(1), fmpz(1)
    for prime, exponent in (value.p * value.q ** (degree - 1)).factor():
        outer *= prime ** (exponent // degree)
        inner *= prime ** (exponent % degree)
    base = integer(int(inner))
    root = Call("cbrt", (base,)) if degree == 3 else Call("root", (base, integer(degree)))
    factor = fmpq(outer, value.q)  # root_n(p/q) = root_n(p q^(n-1))/q
    above = root if factor.p == 1 else Product.of(integer(int(factor.p)), root)
    whole = above if factor.q == 1 else Quotient(above, integer(int(factor.q)))
    return [whole] if degree % 2 else [whole, Negative(whole)]


def _chosen(candidates: Sequence[Node], ball: Any) -> Node | None:
    """The one candidate whose value lies where the number does; the others are certified to lie elsewhere."""
    bits = _FIRST
    while bits <= 4096:
        place = ball(bits)
        left = [c for c in candidates if (v := enclose(c, {}, precision=bits)) is not None and v.overlaps(place)]
        if len(left) == 1:
            return left[0]
        if not left:
            return None
        bits *= 2
    return None
