"""The line of one name, cut where something may change its sign: stretches, each with a rational number inside.

The zeros of a tree made of polynomials, roots and absolute values lie among the roots of one polynomial, its norm: each
root atom is eliminated by its relation (a resultant). FLINT isolates the real roots of that. Between two marks every
such tree has one sign, and is defined throughout or nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from flint import arb, fmpq, fmpz_poly

from mathcli.algebra import rational
from mathcli.algebra.balls import working_precision
from mathcli.algebra.conditions import number
from mathcli.algebra.exact import evaluated, square_root
from mathcli.algebra.field import Field, Fraction, NoFormError, Polynomial
from mathcli.syntax.tree import Call, Name, Negative, Node, Number, Quotient, Sum, integer, walk

_BITS = 320
_MOST_DEGREE = 60
_MOST_ATOMS = 5
_MOST_WORK = 90
"""The degree of what is eliminated from, times the order of the root that is eliminated."""
_ELIMINATED = frozenset(("root", "abs", "sign"))
_WITH_POLES = frozenset(("gamma", "factorial", "factorial2", "binomial"))
"""1/gamma(u) counts as 0 at the poles of gamma, which no form shows."""


class Mark(NamedTuple):
    """A real algebraic number: which real root of an irreducible polynomial it is, with a ball around it."""

    polynomial: fmpz_poly
    place: int
    ball: arb

    @property
    def value(self) -> fmpq | None:
        """The number itself where it is rational."""
        p = self.polynomial
        return fmpq(-p[0], p[1]) if p.degree() == 1 else None

    @property
    def exact(self) -> Node | None:
        """The number as a tree, where its polynomial is at most quadratic."""
        p = self.polynomial
        if p.degree() == 1:
            return number(fmpq(-p[0], p[1]))
        if p.degree() != 2:
            return None
        c, b, a = (int(p[k]) for k in range(3))
        root = square_root(Number(b * b - 4 * a * c))
        above = Sum.of(integer(-b), Negative(root) if self.place == 0 else root)
        return evaluated(Quotient(above, Number(2 * a)))

    def ends(self, parts: int) -> tuple[fmpq, fmpq]:
        """Return the number's neighbours among the multiples of 1/parts."""
        low, high = _end(self.ball, -1), _end(self.ball, 1)
        return fmpq((low * parts).floor(), parts), fmpq((high * parts).ceil(), parts)


class Stretch(NamedTuple):
    """The numbers between two neighbouring marks (None: no end on that side)."""

    low: Mark | None
    high: Mark | None
    inside: fmpq


def marks(polynomials: Iterable[fmpz_poly]) -> list[Mark] | None:
    """Return the real roots of all the polynomials, rising, each once; None where two could not be told apart."""
    factors = {str(factor): factor for p in polynomials for factor in _irreducible(p)}
    found: list[Mark] = []
    with working_precision(_BITS):
        for factor in factors.values():
            if factor.degree() > _MOST_DEGREE:
                return None
            balls = sorted((root.real for root, _ in factor.complex_roots() if root.imag.is_zero()), key=_middle)
            found.extend(Mark(factor, place, ball) for place, ball in enumerate(balls))
        found.sort(key=lambda mark: _middle(mark.ball))
        if any(bool(a.ball.overlaps(b.ball)) for a, b in pairwise(found)):
            return None
    return found


def _irreducible(polynomial: fmpz_poly) -> list[fmpz_poly]:
    if polynomial.degree() < 1:
        return []
    factors = [factor for factor, _ in polynomial.factor()[1]]
    return [factor if factor[factor.degree()] > 0 else -factor for factor in factors if factor.degree() > 0]


def _middle(ball: arb) -> fmpq:
    mantissa, exponent = ball.mid().man_exp()
    return fmpq(mantissa) * fmpq(2) ** int(exponent)


def stretches(at: list[Mark]) -> list[Stretch]:
    """Return the open stretches between rising marks, those without end included."""
    ends: list[Mark | None] = [None, *at, None]
    return [Stretch(low, high, _inside(low, high)) for low, high in pairwise(ends)]


def _inside(low: Mark | None, high: Mark | None) -> fmpq:
    """A short rational number between two marks."""
    if low is None and high is None:
        return fmpq(2, 3)
    if low is None:
        assert high is not None
        return fmpq(_end(high.ball, -1).floor() - 1)
    if high is None:
        return fmpq(_end(low.ball, 1).ceil() + 1)
    return _shortest_between(_end(low.ball, 1), _end(high.ball, -1))


def _end(ball: arb, way: int) -> fmpq:
    with working_precision(_BITS):
        mantissa, exponent = (ball.upper() if way > 0 else ball.lower()).man_exp()
    return fmpq(mantissa) * fmpq(2) ** int(exponent)


def _shortest_between(low: fmpq, high: fmpq) -> fmpq:
    low, high = low + (high - low) / 5, high - (high - low) / 5
    return _simplest(low, high)


def _simplest(low: fmpq, high: fmpq) -> fmpq:
    """The rational with the least denominator in [low, high]."""
    whole = low.ceil()
    if whole <= high:
        return fmpq(whole)
    floor = low.floor()
    return floor + 1 / _simplest(1 / (high - floor), 1 / (low - floor))


# norms


def zeros_within(u: Node, x: Name) -> fmpz_poly | None:
    """Return a polynomial among whose real roots are all zeros of u as a function of x alone; None for no such one.

    >>> from mathcli.syntax.parser import parse
    >>> zeros_within(parse("|x| - sqrt(x + 2)"), Name("x"))
    x^4 + (-2)*x^3 + (-3)*x^2 + 4*x + 4
    """
    if u.names - {x} or any(isinstance(part, Call) and part.function in _WITH_POLES for part in walk(u)):
        return None
    with Field() as field:
        form = rational.normal_form(u, field=field)
        if form is None or form.is_zero():
            return None
        try:
            norm = eliminated(field, form.num)
        except NoFormError:
            return None
        return None if norm is None else univariate(field, norm, x)


def eliminated(field: Field, polynomial: Polynomial) -> Polynomial | None:
    """Return the norm of a polynomial over the atoms that are no roots; None where other atoms than names occur."""
    p = field.lifted(polynomial)
    used = [field.atoms[k] for k in field.indices(p)]
    count = 0
    while True:
        inner = [atom for atom in used if atom.kind != "name"]
        if not inner:
            return p
        atom = inner[-1]
        count += 1
        if atom.kind not in _ELIMINATED or count > _MOST_ATOMS:
            return None
        if int(p.total_degree()) * atom.order > _MOST_WORK or len(p) > 500:
            return None
        generator = field.gens[atom.index]
        relation = generator**atom.order - field.lifted(field.replacement(atom))
        p = p.resultant(relation, atom.index)
        if p.is_zero() or len(p) > 3000:
            return None
        used = [field.atoms[k] for k in field.indices(p)]


def univariate(field: Field, polynomial: Polynomial, x: Name) -> fmpz_poly | None:
    """Return a polynomial in the atom of x alone, None where it is no such one, or 0."""
    p = field.lifted(polynomial)
    inside = field.indices(p)
    if p.is_zero() or len(inside) > 1:
        return None
    if not inside:
        return fmpz_poly([int(p.leading_coefficient())])
    if field.atoms[inside[0]].shown is not x:
        return None
    coefficients = [0] * (int(p.degrees()[inside[0]]) + 1)
    for monomial, coefficient in p.terms():
        coefficients[int(monomial[inside[0]])] = int(coefficient)
    return fmpz_poly(coefficients)


def last_coefficient(form: Fraction, x: Name) -> fmpz_poly | None:
    """Return q(x) so that a value v of the form is 0, or a root of a polynomial in v that is not 0 where q(x) is not.

    It is the last coefficient, v^m apart, of the minimal relation between v and x: an algebraic function that is 0 at
    one point between two neighbouring zeros of q is 0 at all of these.
    """
    field = form.field
    value = rational.normal_form(Name("#value"), field=field)
    assert value is not None
    try:
        relation = eliminated(field, field.lifted(value.num) * field.lifted(form.den) - field.lifted(form.num))
    except NoFormError:
        return None
    if relation is None:
        return None
    relation = field.lifted(relation)
    index = field.indices(field.lifted(value.num))[0]
    lowest = min(int(monomial[index]) for monomial in relation.monoms())
    terms = {
        (*monomial[:index], 0, *monomial[index + 1 :]): coefficient
        for monomial, coefficient in relation.terms()
        if monomial[index] == lowest
    }
    return univariate(field, field.context.from_dict(terms), x)
