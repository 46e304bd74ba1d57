"""Whether a set that is given by polynomial equations and inequalities is bounded: a proof, or no answer.

An unknown that an equation gives as a polynomial in the others is put in everywhere. Then each unknown is bounded by a
definite highest form, by a polynomial in it alone (also as the sum of two inequalities), by one that is linear in it
over unknowns already bounded, or by eliminating from linear inequalities (Fourier and Motzkin).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from flint import fmpq

from mathcli.algebra import definite
from mathcli.algebra.rings import Polynomial, Ring
from mathcli.syntax.tree import Name, Node

_MOST_LINEAR = 60


class System(NamedTuple):
    """Polynomials in the names of a ring: `zero` are 0, `non_negative` at least 0."""

    ring: Ring
    zero: tuple[Polynomial, ...]
    non_negative: tuple[Polynomial, ...]


def system(names: Sequence[Name], zero: Sequence[Node], non_negative: Sequence[Node]) -> System | None:
    """Return the system, those inequalities left out that are no polynomials; None where an equation is none."""
    ring = Ring(names)
    equations = [_polynomial(ring, u) for u in zero]
    if None in equations:
        return None
    inequalities = [p for u in non_negative if (p := _polynomial(ring, u)) is not None]
    return System(ring, tuple(equations), tuple(inequalities))


def _polynomial(ring: Ring, node: Node) -> Polynomial | None:
    found = ring.fraction(node)
    if found is None or not found[1].is_constant():
        return None
    return found[0] if found[1].leading_coefficient() > 0 else -found[0]


def is_bounded(given: System) -> bool:
    """Whether the set is proved to be bounded."""
    given, left = without_explicit(given)
    sides: dict[int, set[int]] = {k: set() for k in left}
    while True:
        before = sum(map(len, sides.values()))
        for k, side in _bounds(given, sides):
            if k in sides:
                sides[k].add(side)
        if all(len(found) == 2 for found in sides.values()):
            return True
        if sum(map(len, sides.values())) == before:
            return False


def is_infeasible(given: System) -> bool:
    """Whether the linear inequalities and equations alone contradict each other."""
    left = list(range(len(given.ring.names)))
    both = [p for e in given.zero for p in (e, -e)]
    rows = [_row(h, left) for h in (*given.non_negative, *both) if h.total_degree() == 1]
    found = _eliminated(rows, left) if rows else None
    return found is not None and any(row[-1] < 0 for row in found)


def without_explicit(given: System) -> tuple[System, list[int]]:
    """The system with every unknown replaced that an equation gives by a polynomial in others; and which are left."""
    left = list(range(len(given.ring.names)))
    zero, non_negative = list(given.zero), list(given.non_negative)
    while True:
        found = next(((e, k) for e in zero for k in left if _is_explicit(e, k)), None)
        if found is None:
            return System(given.ring, tuple(zero), tuple(non_negative)), left
        equation, k = found
        left.remove(k)
        zero = [p for e in zero if e is not equation and not (p := put_in(e, equation, k)).is_zero()]
        non_negative = [put_in(h, equation, k) for h in non_negative]


def _is_explicit(equation: Polynomial, k: int) -> bool:
    """Whether the k-th unknown stands in one term only, alone and to the first power."""
    terms = [tuple(int(e) for e in m) for m in equation.monoms() if m[k]]
    return len(terms) == 1 and sum(terms[0]) == 1


def put_in(polynomial: Polynomial, equation: Polynomial, k: int) -> Polynomial:
    """Return a positive multiple of the polynomial with the k-th unknown replaced by what the equation says of it."""
    context = polynomial.context()
    gens = context.gens()
    unit = tuple(int(j == k) for j in range(context.nvars()))
    coefficient = next(c for m, c in equation.terms() if tuple(int(e) for e in m) == unit)
    rest = -(equation - gens[k] * int(coefficient))
    degree = int(polynomial.degrees()[k])
    if degree == 0:
        return polynomial
    scale = degree + degree % 2
    total = context.constant(0)
    by_power: dict[int, dict[tuple[int, ...], object]] = {}
    for monomial, c in polynomial.terms():
        exponents = [int(e) for e in monomial]
        power, exponents[k] = exponents[k], 0
        by_power.setdefault(power, {})[tuple(exponents)] = c
    for power, terms in by_power.items():
        total += context.from_dict(terms) * rest**power * int(coefficient) ** (scale - power)
    return total


def _bounds(given: System, sides: dict[int, set[int]]) -> Iterator[tuple[int, int]]:
    """(k, 1) where the k-th unknown is bounded above, (k, -1) where it is bounded below."""
    both = [p for e in given.zero for p in (e, -e)]
    inequalities = [*given.non_negative, *both]
    sums = [a + b for a, b in combinations(given.non_negative, 2)]
    for h in (*inequalities, *sums):
        if h.is_constant():
            continue
        yield from _by_coercive(h)
        yield from _by_one(h, sides)
        for k, degree in enumerate(h.degrees()):
            if degree and not (kept := _without_squares(h, k)).is_zero():
                yield from _by_one(kept, sides)
    yield from _by_linear(inequalities, list(sides))


def _by_coercive(h: Polynomial) -> Iterator[tuple[int, int]]:
    used = [k for k, degree in enumerate(h.degrees()) if degree]
    own = {tuple(m[k] for k in used): c for m, c in definite.terms_of(h).items()}
    if definite.coercive_sign(own) == -1:
        for k in used:
            yield k, 1
            yield k, -1


def _by_one(h: Polynomial, sides: dict[int, set[int]]) -> Iterator[tuple[int, int]]:
    """h >= 0 with a constant highest coefficient in one unknown, all others that occur being bounded."""
    terms = definite.terms_of(h)
    for k, degree in enumerate(h.degrees()):
        if not degree:
            continue
        highest = {m: c for m, c in terms.items() if m[k] == degree}
        others = {j for m in terms for j, e in enumerate(m) if e and j != k}
        if len(highest) != 1 or sum(next(iter(highest))) != degree or any(len(sides.get(j, ())) < 2 for j in others):
            continue
        lead = next(iter(highest.values()))
        if lead < 0:
            yield k, 1
        if (lead < 0) == (degree % 2 == 0):
            yield k, -1


def _without_squares(h: Polynomial, k: int) -> Polynomial:
    """h without its negative even monomials in other unknowns than the k-th: what is then left is at least h."""
    terms = {
        m: c
        for m, c in ((tuple(int(e) for e in m), c) for m, c in h.terms())
        if not (c < 0 and any(m) and not m[k] and all(e % 2 == 0 for e in m))
    }
    return h.context().from_dict(terms)


def _by_linear(inequalities: Sequence[Polynomial], left: list[int]) -> Iterator[tuple[int, int]]:
    rows = [_row(h, left) for h in inequalities if h.total_degree() == 1]
    if not rows:
        return
    for position, k in enumerate(left):
        found = _eliminated(rows, [j for j in range(len(left)) if j != position])
        for row in found or ():
            if row[position] < 0:
                yield k, 1
            if row[position] > 0:
                yield k, -1


def _row(h: Polynomial, left: list[int]) -> tuple[fmpq, ...]:
    terms = definite.terms_of(h)
    size = h.context().nvars()
    units = [tuple(int(j == k) for j in range(size)) for k in left]
    return (*(terms.get(unit, fmpq(0)) for unit in units), terms.get((0,) * size, fmpq(0)))


def _eliminated(rows: list[tuple[fmpq, ...]], positions: list[int]) -> list[tuple[fmpq, ...]] | None:
    """Inequalities that follow, without the unknowns in these positions; None where there are too many."""
    for j in positions:
        positive = [r for r in rows if r[j] > 0]
        negative = [r for r in rows if r[j] < 0]
        rows = [r for r in rows if r[j] == 0]
        rows += [tuple(a * -n[j] + b * p[j] for a, b in zip(p, n, strict=True)) for p in positive for n in negative]
        if len(rows) > _MOST_LINEAR:
            return None
    return rows
