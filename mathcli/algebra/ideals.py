"""Polynomial systems with finitely many solutions: all their real points, as numbers that can be computed with exactly.

A Gröbner basis gives the quotient algebra and its multiplication matrices. A linear form u that tells all solutions
apart gives each coordinate as a polynomial in u (the rational univariate representation), and the real solutions are
the real roots of the minimal polynomial of u. Hermite's trace form counts the real solutions a second time.
Sources: Rouillier, Solving zero-dimensional systems through the rational univariate representation (1999); Cox, Little,
O'Shea, Using Algebraic Geometry, chapter 2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, product
from typing import Any

import flint
from flint import fmpq, fmpq_mat, fmpq_poly

from mathcli.algebra.algebraic_points import AlgebraicPoint, real_roots
from mathcli.algebra.budget import Budget
from mathcli.algebra.definite import sign_changes

Polynomial = Any
"""A flint.fmpz_mpoly."""
Monomial = tuple[int, ...]

LARGEST_ALGEBRA = 80
_BASIS_LIMITS = (400, 3000, 6000)


def groebner(polynomials: Sequence[Polynomial]) -> list[Polynomial] | None:
    """Return the reduced Gröbner basis in the order of the context; None where it grows too large."""
    kept = [p for p in polynomials if not p.is_zero()]
    if not kept:
        return []
    context = kept[0].context()
    vector = flint.fmpz_mpoly_vec(kept, context)
    basis, is_basis = vector.buchberger_naive(limits=_BASIS_LIMITS)
    if not is_basis:
        return None
    return list(basis.autoreduction(groebner=True))


def leading(polynomial: Polynomial) -> Monomial:
    return tuple(int(e) for e in polynomial.monoms()[0])


def is_zero_dimensional(basis: Sequence[Polynomial]) -> bool:
    """Whether a Gröbner basis belongs to a system with finitely many complex solutions."""
    if not basis:
        return False
    size = basis[0].context().nvars()
    pure = {next(k for k, e in enumerate(m) if e) for m in map(leading, basis) if sum(map(bool, m)) == 1}
    return any(not any(leading(g)) for g in basis) or len(pure) == size


class Algebra:
    """The polynomials modulo an ideal with finitely many zeros: a basis of monomials and matrices of multiplication."""

    __slots__ = ("_forms", "_tails", "matrices", "monomials", "size")

    def __init__(self, basis: Sequence[Polynomial], monomials: list[Monomial]) -> None:
        self.monomials = monomials
        self.size = len(monomials)
        place = {m: k for k, m in enumerate(monomials)}
        self._forms: dict[Monomial, list[fmpq]] = {m: _unit(self.size, k) for m, k in place.items()}
        for g in basis:
            self._forms[leading(g)] = self._tail(g, place)
        variables = len(monomials[0])
        self.matrices = [self._matrix(k) for k in range(variables)]

    def _tail(self, g: Polynomial, place: dict[Monomial, int]) -> list[fmpq]:
        vector = [fmpq(0)] * self.size
        terms = list(g.terms())
        first = fmpq(terms[0][1])
        for monomial, coefficient in terms[1:]:
            vector[place[tuple(int(e) for e in monomial)]] = -fmpq(coefficient) / first
        return vector

    def _form(self, monomial: Monomial) -> list[fmpq]:
        """The normal form of a monomial one step outside the basis, by a smaller monomial that is not in it either."""
        known = self._forms.get(monomial)
        if known is not None:
            return known
        k, below = next(
            (k, below)
            for k in range(len(monomial))
            if monomial[k] and self._is_outside(below := _stepped(monomial, k, -1))
        )
        vector = [fmpq(0)] * self.size
        for coefficient, m in zip(self._form(below), self.monomials, strict=True):
            if coefficient != 0:
                for j, entry in enumerate(self._form(_stepped(m, k, 1))):
                    vector[j] += coefficient * entry
        self._forms[monomial] = vector
        return vector

    def _is_outside(self, monomial: Monomial) -> bool:
        return monomial not in self.monomials

    def _matrix(self, k: int) -> fmpq_mat:
        columns = [self._form(_stepped(m, k, 1)) for m in self.monomials]
        return fmpq_mat([[column[row] for column in columns] for row in range(self.size)])

    def traces(self) -> tuple[list[fmpq], list[fmpq_mat]]:
        """The trace of multiplication by each monomial of the basis, and these multiplications."""
        identity = fmpq_mat([[int(i == j) for j in range(self.size)] for i in range(self.size)])
        found: dict[Monomial, fmpq_mat] = {}
        for m in sorted(self.monomials, key=sum):
            k = next((k for k, e in enumerate(m) if e), None)
            found[m] = identity if k is None else self.matrices[k] * found[_stepped(m, k, -1)]
        multiplications = [found[m] for m in self.monomials]
        return [_trace(matrix) for matrix in multiplications], multiplications


def _unit(size: int, k: int) -> list[fmpq]:
    return [fmpq(int(j == k)) for j in range(size)]


def _stepped(monomial: Monomial, k: int, by: int) -> Monomial:
    return (*monomial[:k], monomial[k] + by, *monomial[k + 1 :])


def _trace(matrix: fmpq_mat) -> fmpq:
    return sum((matrix[k, k] for k in range(matrix.nrows())), fmpq(0))


def standard_monomials(basis: Sequence[Polynomial], limit: int = LARGEST_ALGEBRA) -> list[Monomial] | None:
    """Return the monomials that no leading monomial divides, the smallest first; None where there are too many."""
    heads = [leading(g) for g in basis]
    found: list[Monomial] = []
    layer: list[Monomial] = [(0,) * len(heads[0])]
    while layer:
        layer = [m for m in layer if not any(_divides(head, m) for head in heads)]
        found.extend(layer)
        if len(found) > limit:
            return None
        layer = sorted({_stepped(m, k, 1) for m in layer for k in range(len(m))})
    return found


def _divides(a: Monomial, b: Monomial) -> bool:
    return all(x <= y for x, y in zip(a, b, strict=True))


def real_points(basis: Sequence[Polynomial], budget: Budget) -> list[AlgebraicPoint] | None:
    """Return all real points of a system with finitely many solutions; None where the algebra is too large.

    `basis` is a reduced Gröbner basis in a degree order.
    """
    monomials = standard_monomials(basis)
    if monomials is None:
        return None
    if not monomials:
        return []
    budget.spend(len(monomials) ** 3)
    algebra = Algebra(basis, monomials)
    traces, multiplications = algebra.traces()
    hermite = _hermite(traces, multiplications)
    distinct = hermite.rank()
    for form in _separating_forms(len(algebra.matrices)):
        budget.spend(len(monomials) ** 2)
        u = _combination(algebra.matrices, form)
        characteristic = fmpq_poly(u.charpoly())
        squarefree = characteristic // characteristic.gcd(characteristic.derivative())
        if squarefree.degree() == distinct:
            points = list(_points(algebra, traces, u, squarefree))
            if len(points) != signature(hermite):
                raise AssertionError("two ways of counting the real solutions of a system disagree")
            return points
    return None


def _hermite(traces: list[fmpq], multiplications: list[fmpq_mat]) -> fmpq_mat:
    """The matrix of Tr(ab) over the basis: its rank counts the distinct solutions, its signature the real ones."""
    row = fmpq_mat([traces])
    rows = [(row * matrix).tolist()[0] for matrix in multiplications]
    return fmpq_mat(rows)


def signature(symmetric: fmpq_mat) -> int:
    """Return the number of positive less the number of negative eigenvalues, by Descartes' rule, exact here."""
    coefficients = list(fmpq_poly(symmetric.charpoly()).coeffs())
    positive = sign_changes(coefficients)
    negative = sign_changes([c if k % 2 == 0 else -c for k, c in enumerate(coefficients)])
    return positive - negative


def _separating_forms(size: int) -> Iterator[tuple[int, ...]]:
    for k in reversed(range(size)):
        yield tuple(int(j == k) for j in range(size))
    yield from islice(product((1, 2, -1, 3, -2, 5, 7), repeat=size), 200)


def _combination(matrices: Sequence[fmpq_mat], form: Sequence[int]) -> fmpq_mat:
    total = matrices[0] * form[0]
    for matrix, weight in zip(matrices[1:], form[1:], strict=True):
        if weight:
            total = total + matrix * weight
    return total


def _points(algebra: Algebra, traces: list[fmpq], u: fmpq_mat, squarefree: fmpq_poly) -> Iterator[AlgebraicPoint]:
    degree = squarefree.degree()
    one = fmpq_mat([[c] for c in _unit(algebra.size, algebra.monomials.index((0,) * len(algebra.matrices)))])
    weight = _numerator(one, traces, u, squarefree)
    _, inverse, _ = weight.xgcd(squarefree)
    coordinates = [
        (_numerator(matrix * one, traces, u, squarefree) * inverse) % squarefree for matrix in algebra.matrices
    ]
    if degree == 0:
        return
    for factor, _ in squarefree.factor()[1]:
        reduced = tuple(c % factor for c in coordinates)
        for index in range(len(real_roots(factor, 32))):
            yield AlgebraicPoint(factor, index, reduced)


def _numerator(v: fmpq_mat, traces: list[fmpq], u: fmpq_mat, squarefree: fmpq_poly) -> fmpq_poly:
    """The polynomial that is, at each root, v there times the multiplicity times the product over the other roots."""
    degree = squarefree.degree()
    lead = squarefree[degree]
    row = fmpq_mat([traces])
    total = fmpq_poly([0])
    horner = fmpq_poly([1])
    sums: list[fmpq] = []
    for _ in range(degree):
        sums.append((row * v)[0, 0])
        v = u * v
    for k in range(degree):
        total += horner * sums[degree - 1 - k]
        horner = horner * fmpq_poly([0, 1]) + squarefree[degree - 1 - k] / lead
    return total
