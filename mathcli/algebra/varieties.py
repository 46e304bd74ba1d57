"""The real points of a polynomial system: isolated points, curves and surfaces, and whether that is all.

The equations are split by their factors, factors that never vanish are dropped, and each branch is either a finite set
of points (`ideals`) or has solutions of higher dimension. That such a branch has real points in that dimension is
proved by one real point at which its equations are independent to first order (implicit function theorem).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import flint
from flint import fmpq, fmpq_mat, fmpq_poly

from mathcli.algebra import definite
from mathcli.algebra.algebraic_points import AlgebraicPoint
from mathcli.algebra.budget import Budget
from mathcli.algebra.ideals import groebner, is_zero_dimensional, leading, real_points

Polynomial = Any
Branch = tuple[Polynomial, ...]
_MOST_BRANCHES = 200
_DEEPEST = 6
_SLICES = (fmpq(1, 2), fmpq(-1, 3), fmpq(0), fmpq(3, 2), fmpq(-2), fmpq(5), fmpq(1, 7))


@dataclass(frozen=True, slots=True)
class Continuum:
    """Solutions of positive dimension: all that satisfies the equations. They are regular at `witness`."""

    equations: Branch
    dimension: int
    witness: AlgebraicPoint | None


@dataclass(frozen=True, slots=True)
class Variety:
    """The real points of a system. `open` holds the branches whose real points were not all found."""

    points: tuple[AlgebraicPoint, ...]
    continua: tuple[Continuum, ...]
    open: tuple[Branch, ...]

    @property
    def is_complete(self) -> bool:
        return not self.open


def variety(equations: Sequence[Polynomial], budget: Budget) -> Variety:
    """Return the real solutions of `equations`, polynomials in one context with a degree order, each `= 0`."""
    if all(equation.is_zero() for equation in equations):
        return _everything(equations)
    points: list[tuple[AlgebraicPoint, Branch]] = []
    continua: list[Continuum] = []
    unsolved: list[Branch] = []
    for branch, basis in _solved_branches(tuple(equations), budget, 0):
        if basis is None:
            unsolved.append(branch)
        elif is_zero_dimensional(basis):
            found = real_points(basis, budget)
            if found is None:
                unsolved.append(branch)
            else:
                points.extend((point, branch) for point in found)
        else:
            witness = _regular_point(basis, budget)
            if witness is None:
                unsolved.append(branch)
            else:
                continua.append(Continuum(_shortest(branch, basis), _dimension(basis), witness))
    continua = _without_parts(continua)
    return Variety(tuple(_once(points, continua)), tuple(continua), tuple(unsolved))


def _everything(equations: Sequence[Polynomial]) -> Variety:
    """Equations that say nothing: every point is a solution, the origin for one."""
    size = equations[0].context().nvars()
    origin = AlgebraicPoint(fmpq_poly([0, 1]), 0, (fmpq_poly([0]),) * size)
    return Variety((), (Continuum((), size, origin),), ())


def key(polynomial: Polynomial) -> Hashable:
    return tuple((tuple(int(e) for e in m), int(c)) for m, c in polynomial.terms())


# splitting


def _solved_branches(equations: Branch, budget: Budget, depth: int) -> Iterator[tuple[Branch, list[Polynomial] | None]]:
    """The branches of a system with their Gröbner bases, those without a solution left out; None: too large."""
    branches = _branches(equations, budget)
    if branches is None:
        yield equations, None
        return
    for branch in branches:
        budget.spend(50 * len(branch))
        basis = groebner(branch)
        if basis is not None and any(g.is_constant() and not g.is_zero() for g in basis):
            continue
        if basis is not None and not is_zero_dimensional(basis) and depth < _DEEPEST:
            finer = _finer(branch, basis)
            if finer is not None:
                yield from _solved_branches(finer, budget, depth + 1)
                continue
        yield branch, basis


def _finer(branch: Branch, basis: list[Polynomial]) -> Branch | None:
    """The branch with what its bases say beyond it, where one of them splits; None where none does."""
    for candidate in (basis, _lexical(basis)):
        if any(_splits(g) for g in candidate):
            return (*branch, *candidate)
    return None


def _lexical(basis: list[Polynomial]) -> list[Polynomial]:
    context = basis[0].context()
    names = context.names()
    lexical = flint.fmpz_mpoly_ctx.get(names, flint.Ordering.lex)
    found = groebner([lexical.from_dict(g.to_dict()) for g in basis])
    return [context.from_dict(g.to_dict()) for g in found or ()]


def _splits(polynomial: Polynomial) -> bool:
    choices = _factor_choices(polynomial)
    return len(choices) != 1 or len(choices[0]) != 1 or key(choices[0][0]) != key(_unsigned(polynomial))


def _branches(equations: Branch, budget: Budget) -> list[Branch] | None:
    """All ways of taking one factor of each equation; None where there are too many."""
    partial: dict[frozenset[Hashable], Branch] = {frozenset(): ()}
    for equation in sorted(equations, key=len):
        if equation.is_zero():
            continue
        choices = _factor_choices(equation)
        budget.spend(len(partial) * (1 + len(choices)))
        grown: dict[frozenset[Hashable], Branch] = {}
        for keys, branch in partial.items():
            if any(all(key(p) in keys for p in choice) for choice in choices):
                grown[keys] = branch
                continue
            for choice in choices:
                new = [p for p in choice if key(p) not in keys]
                grown[keys | {key(p) for p in new}] = (*branch, *new)
        partial = _without_supersets(grown)
        if len(partial) > _MOST_BRANCHES:
            return None
    return list(partial.values())


def _without_supersets(branches: dict[frozenset[Hashable], Branch]) -> dict[frozenset[Hashable], Branch]:
    return {keys: branch for keys, branch in branches.items() if not any(other < keys for other in branches)}


def _unsigned(polynomial: Polynomial) -> Polynomial:
    return -polynomial if polynomial.leading_coefficient() < 0 else polynomial


def _factor_choices(equation: Polynomial) -> list[tuple[Polynomial, ...]]:
    """Sets of polynomials; the equation holds at a real point exactly where all of one set vanish."""
    if equation.is_constant():
        return []
    return [choice for factor, _ in equation.factor()[1] for choice in _real_zeros(_unsigned(factor))]


def _real_zeros(factor: Polynomial) -> Iterable[tuple[Polynomial, ...]]:
    """What vanishes with an irreducible factor: nothing if it has one sign, all its variables if it is definite."""
    terms = definite.terms_of(factor)
    if definite.sign_everywhere(terms) in (1, -1):
        return ()
    used = [k for k, degree in enumerate(factor.degrees()) if degree]
    gens = factor.context().gens()
    own = {tuple(m[k] for k in used): c for m, c in terms.items()}
    if len(used) > 1 and max(map(sum, own)) == 2 and (found := definite.vertex(own)) is not None:
        centre, value = found
        if value == 0:
            return (tuple(gens[k] * int(c.q) - int(c.p) for k, c in zip(used, centre, strict=True)),)
        if (value > 0) == (definite.definite_sign({m: c for m, c in own.items() if sum(m) == 2}) == 1):
            return ()
    if len(used) > 1 and _is_definite_form(own):
        return (tuple(gens[k] for k in used),)
    return ((factor,),)


def _is_definite_form(own: definite.Terms) -> bool:
    return any(len(part) == len(own) and definite.definite_sign(part) for _, part in definite.heaviest_parts(own))


# dimension


def _dimension(basis: Sequence[Polynomial]) -> int:
    return len(next(_independent_sets(basis)))


def _independent_sets(basis: Sequence[Polynomial]) -> Iterator[tuple[int, ...]]:
    """Sets of variables that no leading monomial is made of alone, the largest first."""
    supports = [{k for k, e in enumerate(leading(g)) if e} for g in basis]
    size = basis[0].context().nvars()
    for count in range(size, -1, -1):
        for chosen in combinations(range(size), count):
            if not any(support <= set(chosen) for support in supports):
                yield chosen


def _regular_point(basis: Sequence[Polynomial], budget: Budget) -> AlgebraicPoint | None:
    """A real point at which the equations are independent to first order, found on slices of the solutions."""
    context = basis[0].context()
    gens = context.gens()
    size = context.nvars()
    dimension = _dimension(basis)
    for chosen in _independent_sets(basis):
        if len(chosen) < dimension:
            return None
        for shift in range(len(_SLICES)):
            cuts = [
                gens[k] * int((c := _SLICES[(shift + 2 * j) % len(_SLICES)]).q) - int(c.p) for j, k in enumerate(chosen)
            ]
            cut = groebner([*basis, *cuts])
            if cut is None or not is_zero_dimensional(cut):
                continue
            for point in real_points(cut, budget) or ():
                if rank_at(basis, point, size) == size - dimension:
                    return point
    return None


def rank_at(polynomials: Sequence[Polynomial], point: AlgebraicPoint, size: int) -> int:
    """Return the rank of the Jacobian matrix of polynomials at a point, by elimination in the number field."""
    rows = [[point.element(g.derivative(k)) for k in range(size)] for g in polynomials]
    return rank(rows, point)


def rank(rows: list[list[Any]], point: AlgebraicPoint) -> int:
    """Return the rank of a matrix of elements of a point's number field."""
    if point.is_rational:
        return int(fmpq_mat([[entry[0] for entry in row] for row in rows]).rank()) if rows else 0
    rows = [list(row) for row in rows]
    found = 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((r for r in range(found, len(rows)) if rows[r][column] != 0), None)
        if pivot is None:
            continue
        rows[found], rows[pivot] = rows[pivot], rows[found]
        for r in range(found + 1, len(rows)):
            if rows[r][column] != 0:
                ratio = point.quotient(rows[r][column], rows[found][column])
                rows[r] = [(a - ratio * b) % point.factor for a, b in zip(rows[r], rows[found], strict=True)]
        found += 1
    return found


def _shortest(branch: Branch, basis: list[Polynomial]) -> Branch:
    return branch if sum(map(len, branch)) <= sum(map(len, basis)) else tuple(basis)


def _without_parts(continua: list[Continuum]) -> list[Continuum]:
    """The continua without those that lie wholly in another one: whose ideal holds the other's equations."""
    kept: list[Continuum] = []
    for k, continuum in enumerate(continua):
        others = [c for j, c in enumerate(continua) if j != k and (c.dimension > continuum.dimension or j < k)]
        if not any(_lies_in(continuum, other) for other in others):
            kept.append(continuum)
    return kept


def _lies_in(part: Continuum, whole: Continuum) -> bool:
    return all(_is_member(equation, part.equations) for equation in whole.equations)


def _is_member(polynomial: Polynomial, equations: Branch) -> bool:
    before, after = groebner(equations), groebner((*equations, polynomial))
    if before is None or after is None:
        return False
    return sorted(map(str, before)) == sorted(map(str, after))


def _once(points: list[tuple[AlgebraicPoint, Branch]], continua: list[Continuum]) -> Iterator[AlgebraicPoint]:
    """Each point once, and none that lies on a continuum."""
    done: list[Branch] = []
    for k, (point, branch) in enumerate(points):
        if k and points[k - 1][1] is not branch:
            done.append(points[k - 1][1])
        held = any(all(point.vanishes(p) for p in other) for other in done)
        if not held and not any(all(point.vanishes(p) for p in c.equations) for c in continua):
            yield point
