"""Zeros of polynomials in cos and sin of one angle: with t = tan(angle/2) they are the real roots of a polynomial.

The angle pi itself is t = infinity, a zero wherever the degree drops. Angles that are rational multiples of pi are
recognized by a proof: the minimal polynomial of 2 cos divides what it has to divide.
"""

from __future__ import annotations

from collections.abc import Iterator

from flint import arb, fmpq, fmpq_poly, fmpz, fmpz_poly

from mathcli.algebra.balls import working_precision
from mathcli.algebra.closed_forms import twice_arctangent
from mathcli.algebra.exact import evaluated
from mathcli.solving.inversion import Found, Series, applied, in_angle, solutions
from mathcli.solving.kernels import Factor, atom_tree, term_tree
from mathcli.solving.polynomial_roots import real_roots
from mathcli.solving.regions import Bound, multiple_of_pi, shifted
from mathcli.syntax.tree import PI, ZERO, Call, Negative, Node, Number, Product, Quotient, Sum

_TURN = Product((Number(2), PI))
_LARGEST_DENOMINATOR = 60
_FLAT = fmpq_poly([1, 0, 1])
"""1 + t^2."""


def in_half_angle(factor: Factor, over: arb | None = None) -> Found | None:
    """Return the zeros of a polynomial in the cosine and the sine of one angle that is linear in x."""
    angle, *others = {atom_tree(factor.field, kernel).children()[0] for kernel in factor.kernels}
    if others:
        return None
    if not factor.is_rational:
        return _of_few_terms(factor, angle, over)
    even, odd = _split(factor)
    polynomial, degree = _in_tangent(even, odd)
    if polynomial.degree() < 0:
        return None
    angles = []
    if polynomial.degree() < 2 * degree:
        angles.append(Series(Bound.of(PI), _TURN, 2 * degree - polynomial.degree()))
    for t, times in real_roots(polynomial):
        angles.append(Series(_angle(t, even, odd), _TURN, times))
    found = in_angle(angle, angles, factor.x, over)
    if found is None or not found.series:
        return found if found is None else found._replace(reasons=((factor.tree, " is never 0"),))
    reason = ("all real solutions: with t = ", Call("tan", (Quotient(angle, Number(2)),)), " it is a polynomial in t")
    return found._replace(reasons=(reason,))


def _split(factor: Factor) -> tuple[fmpq_poly, fmpq_poly]:
    """(A, B) where the factor is A(cos) + B(cos) sin."""
    place = {atom.kind: atom.index for atom in factor.kernels}
    parts: tuple[dict[int, fmpq], dict[int, fmpq]] = ({}, {})
    for monomial, coefficient in factor.polynomial.terms():
        sines = int(monomial[place["sin"]]) if "sin" in place else 0
        cosines = int(monomial[place["cos"]]) if "cos" in place else 0
        parts[sines][cosines] = parts[sines].get(cosines, fmpq(0)) + fmpq(coefficient)
    even, odd = (fmpq_poly([part.get(k, 0) for k in range(max(part, default=0) + 1)]) for part in parts)
    return even, odd


def _in_tangent(even: fmpq_poly, odd: fmpq_poly) -> tuple[fmpq_poly, int]:
    """((1 + t^2)^d times the factor as a polynomial in t, d)."""
    degree = max(even.degree(), odd.degree() + 1 if odd.degree() >= 0 else 0, 0)
    cosine = fmpq_poly([1, 0, -1])
    total = fmpq_poly([0])
    for k in range(even.degree() + 1):
        total = total + cosine**k * _FLAT ** (degree - k) * even[k]
    for k in range(odd.degree() + 1):
        total = total + cosine**k * fmpq_poly([0, 2]) * _FLAT ** (degree - k - 1) * odd[k]
    return total, degree


def _angle(t: Bound, even: fmpq_poly, odd: fmpq_poly) -> Bound:
    """2 arctan t, as a multiple of pi where it is one."""
    with working_precision(192):
        share = 2 * t.ball(128).atan() / arb.pi()
    for denominator in range(1, _LARGEST_DENOMINATOR + 1):
        with working_precision(192):
            numerator = _nearest(share * denominator)
        if numerator is not None and _is_zero(fmpq(numerator, denominator), even, odd):
            return Bound.of(multiple_of_pi(fmpq(numerator, denominator)))
    return applied(twice_arctangent, t)


def _nearest(ball: arb) -> fmpz | None:
    """The whole number that a narrow ball holds."""
    return (ball + arb(0, 2.0**-100)).unique_fmpz()


def _is_zero(turns: fmpq, even: fmpq_poly, odd: fmpq_poly) -> bool:
    """Whether A(cos w) + B(cos w) sin w is certainly 0 at w = turns pi."""
    half = turns / 2
    cosine = fmpq_poly(fmpz_poly.cos_minpoly(int(half.q)))(fmpq_poly([0, 2]))
    if (even % cosine).degree() < 0 and (odd % cosine).degree() < 0:
        return True
    norm = even * even - fmpq_poly([1, 0, -1]) * odd * odd
    if (norm % cosine).degree() >= 0:
        return False
    with working_precision(256):
        c, s = arb.cos_pi_fmpq(turns), arb.sin_pi_fmpq(turns)
        other = _at(even, c) - _at(odd, c) * s
    return not other.contains(0)


def _at(polynomial: fmpq_poly, value: arb) -> arb:
    total = arb(0)
    for coefficient in reversed(polynomial.coeffs()):
        total = total * value + coefficient
    return total


def _of_few_terms(factor: Factor, angle: Node, over: arb | None) -> Found | None:
    """A polynomial in one of the two with constants as coefficients, or a cos w + b sin w."""
    if len(factor.kernels) != 2:
        return None
    cosine, sine = (next(a for a in factor.kernels if a.kind == kind) for kind in ("cos", "sin"))
    parts: dict[str, list[Node]] = {"cos": [], "sin": []}
    for monomial, coefficient in factor.polynomial.terms():
        powers = [int(e) for e in monomial]
        degrees = (powers[cosine.index], powers[sine.index])
        if degrees not in ((1, 0), (0, 1)):
            return None
        powers[cosine.index] = powers[sine.index] = 0
        parts["cos" if degrees[0] else "sin"].append(term_tree(factor.field, tuple(powers), fmpq(coefficient)))
    a, b = Sum.of(*parts["cos"]), Sum.of(*parts["sin"])
    slope = Bound.of(b)
    if slope.compare(Bound.of(ZERO)) in (None, 0):
        return None
    tangent = applied(lambda node: Negative(Quotient(a, node)), slope)
    found = solutions(Call("tan", (angle,)), tangent, factor.x, over)
    return None if found is None else found._replace(series=tuple(_in_full_turns(found.series)))


def _in_full_turns(series: tuple[Series, ...]) -> Iterator[Series]:
    """The same numbers with periods after which the factor itself is the same, and not its opposite."""
    for base, period, times in series:
        turn = evaluated(Product.of(Number(2), period))
        other = shifted(base, period, 1)
        assert other is not None
        yield Series(base, turn, times)
        yield Series(other, turn, times)
