"""All real zeros of one irreducible factor, where its shape allows a complete answer at once.

A polynomial in x; a polynomial in one kernel u(x), whose roots c lead to u(x) = c; a polynomial in cos and sin of one
angle, rational in t = tan(angle/2); x beside a root of a linear radicand, which is a polynomial in that root. What has
another shape is None here, and searched for.
"""

from __future__ import annotations

from flint import arb, fmpq, fmpq_poly

from mathcli.algebra.conditions import number
from mathcli.algebra.exact import evaluated
from mathcli.algebra.raising import length
from mathcli.algebra.ranges import value_range
from mathcli.solving.inversion import (
    Found,
    Point,
    Series,
    against,
    applied,
    solutions,
    together,
)
from mathcli.solving.kernels import Factor, atom_tree
from mathcli.solving.lambert_roots import lambert_zeros
from mathcli.solving.polynomial_roots import real_roots
from mathcli.solving.regions import Bound
from mathcli.solving.trigonometric_roots import in_half_angle
from mathcli.syntax.tree import ZERO, Call, Negative, Node, Number, Power, Product, Quotient, Sum, integer, walk

_LONGEST_SHOWN = 40
_HIGHEST_IN_HALF_ANGLE = 12


def closed_zeros(factor: Factor, over: arb | None = None) -> Found | None:
    """Return all real zeros of the factor with their multiplicities, None where its shape is not covered.

    With `over`, a ball, those in it are enough.
    """
    values = value_range(factor.tree)
    if values.is_positive or values.is_negative:
        kind = "positive" if values.is_positive else "negative"
        shown: Node | str = factor.tree if length(factor.tree) <= _LONGEST_SHOWN else "the factor"
        return Found(reasons=((shown, f" is {kind} wherever it is defined"),))
    kinds = sorted(atom.kind for atom in factor.kernels)
    if kinds in (["cos"], ["sin"], ["cos", "sin"]):
        found = _of_angle(factor, over)
        if found is not None:
            return found
    if len(factor.kernels) == 1:
        return _in_one_kernel(factor, over)
    if kinds == ["name", "root"] and factor.is_rational:
        return _beside_root(factor)
    return lambert_zeros(factor.tree, factor.x) if len(kinds) == 2 and "name" in kinds else None


def _of_angle(factor: Factor, over: arb | None) -> Found | None:
    """By t = tan(w/2), or by arccos and arcsin where the cosine or the sine stands alone and has them simpler."""
    is_alone = len(factor.kernels) == 1
    if is_alone and factor.is_rational and factor.univariate().degree() > _HIGHEST_IN_HALF_ANGLE:
        return _in_one_kernel(factor, over)
    found = in_half_angle(factor, over)
    if not is_alone or found is None or all(one.base.exact is not None and _is_plain(one) for one in found.series):
        return found
    other = _in_one_kernel(factor, over)
    return found if other is None or any(one.base.exact is None for one in other.series) else other


def _is_plain(one: Series) -> bool:
    return one.base.exact is not None and not any(isinstance(part, Call) for part in walk(one.base.exact))


def _in_one_kernel(factor: Factor, over: arb | None) -> Found | None:
    [kernel] = factor.kernels
    shown = atom_tree(factor.field, kernel)
    if factor.is_rational:
        polynomial = factor.univariate()
        roots: list[tuple[Bound, int | None]] = [*real_roots(polynomial)]
        reason = _on_polynomial(factor, polynomial, len(roots))
    else:
        few = _few_roots(factor.coefficients())
        if few is None:
            return None
        roots, reason = few, ()
    found = together(_raised(solutions(shown, root, factor.x, over), times) for root, times in roots)
    if found is None or not reason or (found.reasons and kernel.kind == "name"):
        return found
    return found._replace(reasons=(reason, *found.reasons))


def _raised(found: Found | None, times: int | None) -> Found | None:
    return None if found is None else found.raised(times)


def _on_polynomial(factor: Factor, polynomial: fmpq_poly, count: int) -> tuple[str | Node, ...]:
    """Why an irreducible polynomial has just so many real roots."""
    if polynomial.degree() < 2:
        return ()
    if polynomial.degree() == 2:
        if count:
            return ()
        discriminant = polynomial[1] ** 2 - 4 * polynomial[0] * polynomial[2]
        opposite = Negative(Number(int(-discriminant.p)))
        return ("the quadratic factor ", factor.tree, " has discriminant ", opposite, ", so it is never 0")
    words = {0: "no real root", 1: "one real root"}.get(count, f"{count} real roots")
    shown: Node | str = factor.tree if length(factor.tree) <= _LONGEST_SHOWN else "the factor"
    return ("Sturm: ", shown, f" has {words}")


def _few_roots(coefficients: list[Node]) -> list[tuple[Bound, int | None]] | None:
    """The real roots of a linear or quadratic polynomial whose coefficients are constants."""
    if len(coefficients) == 2:
        b, a = coefficients
        if against(Bound.of(a), ZERO) in (None, 0):
            return None
        return [(Bound.of(evaluated(Negative(Quotient(b, a)))), 1)]
    if len(coefficients) != 3:
        return None
    c, b, a = coefficients
    by = against(Bound.of(a), ZERO)
    discriminant = evaluated(Sum.of(Power(b, Number(2)), Negative(Product.of(Number(4), a, c))))
    sign = against(Bound.of(discriminant), ZERO)
    if by is None or by == 0 or sign is None:
        return None
    if sign < 0:
        return []
    twice = Product.of(Number(2), a)
    if sign == 0:
        return [(Bound.of(evaluated(Negative(Quotient(b, twice)))), 2)]
    root = Call("sqrt", (discriminant,))
    tops = (Sum.of(Negative(b), Negative(root)), Sum.of(Negative(b), root))
    return [(Bound.of(evaluated(Quotient(top, twice))), 1) for top in tops]


def _beside_root(factor: Factor) -> Found | None:
    """P(x, u) = 0 for u = (a x + b)^(1/n): x = (u^n - b)/a makes it a polynomial in u."""
    name, root = sorted(factor.kernels, key=lambda atom: atom.kind)
    radicand = factor.field.lifted(root.data[0])
    line = _as_line(factor, radicand, name.index)
    if line is None:
        return None
    b, a = line
    n = root.order
    x_of_u = (fmpq_poly([0, 1]) ** n - b) * (1 / a)
    total = fmpq_poly([0])
    for monomial, coefficient in factor.polynomial.terms():
        of_x = x_of_u ** int(monomial[name.index]) if monomial[name.index] else fmpq_poly([1])
        total = total + of_x * fmpq_poly([0] * int(monomial[root.index]) + [fmpq(coefficient)])
    shown_b, shown_a = number(b), number(a)
    points: list[Point] = []
    for u, times in real_roots(total):
        by = against(u, ZERO)
        if by is None:
            return None
        if n % 2 or by >= 0:
            point = applied(lambda node: Quotient(Sum.of(Power(node, integer(n)), Negative(shown_b)), shown_a), u)
            points.append(Point(point, times if by else None))
    return Found(tuple(points), reasons=_on_root(factor, root.index, len(points)))


def _on_root(factor: Factor, index: int, count: int) -> tuple[tuple[str | Node, ...], ...]:
    shown = atom_tree(factor.field, factor.field.atoms[index])
    words = {0: "no real solution", 1: "one real solution"}.get(count, f"{count} real solutions")
    return (("as a polynomial in u = ", shown, f", the equation has {words}"),)


def _as_line(factor: Factor, radicand: object, index: int) -> tuple[fmpq, fmpq] | None:
    coefficients = [fmpq(0), fmpq(0)]
    for monomial, coefficient in radicand.terms():  # type: ignore[attr-defined]
        degree = int(monomial[index])
        if degree > 1 or any(int(e) for k, e in enumerate(monomial) if k != index):
            return None
        coefficients[degree] = fmpq(coefficient)
    return (coefficients[0], coefficients[1]) if coefficients[1] != 0 else None
