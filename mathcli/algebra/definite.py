"""Signs of polynomials in several variables on the whole space: proofs of positivity, and points that refute it.

A polynomial is a mapping of exponents to coefficients, rationals or balls. It is quasi-homogeneous where weights w give
every monomial the same w·exponents; such a form is definite if it has one sign away from the origin. The form on the
edge of the Newton polyhedron away from 0 decides how a polynomial behaves at infinity, and the one on the edge near 0
how it behaves at the origin.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, pairwise, product
from typing import Any, TypeAlias

from flint import fmpq, fmpq_mat, fmpq_poly

from mathcli.algebra.algebraic_points import real_roots

Monomial = tuple[int, ...]
Terms: TypeAlias = Mapping[Monomial, Any]
Weights = tuple[Fraction, ...]


def terms_of(polynomial: Any) -> dict[Monomial, fmpq]:
    """Return a FLINT polynomial as a mapping of exponents to rational coefficients."""
    return {tuple(int(e) for e in monomial): fmpq(c) for monomial, c in polynomial.terms()}


def definite_sign(form: Terms) -> int | None:
    """Return 1 or -1 where a quasi-homogeneous form has that sign everywhere but at the origin, proved; else None."""
    if not form:
        return None
    size = len(next(iter(form)))
    pure = [_pure(form, k) for k in range(size)]
    if any(exponent is None or exponent % 2 for exponent in pure):
        return None
    sign = 1 if form[_axis(size, 0, pure[0] or 0)] > 0 else -1
    if sign < 0:
        form = {m: -c for m, c in form.items()}
    if not all(form[_axis(size, k, e or 0)] > 0 for k, e in enumerate(pure)):
        return None
    if _pure_powers_prevail(form, [e or 0 for e in pure]):
        return sign
    if not all(isinstance(c, fmpq) for c in form.values()):
        return None
    if all(e == 2 for e in pure):
        return sign if _is_positive_definite(form, size) else None
    return sign if size == 2 and _is_positive_on_lines(form) else None


def _axis(size: int, k: int, exponent: int) -> Monomial:
    return tuple(exponent if j == k else 0 for j in range(size))


def _pure(form: Terms, k: int) -> int | None:
    """The exponent of the power of the k-th variable alone."""
    return next((m[k] for m in form if m[k] and sum(map(bool, m)) == 1), None)


def _pure_powers_prevail(form: Terms, pure: Sequence[int]) -> bool:
    """Whether each mixed monomial is outweighed: |x^a| <= sum of (a_i/e_i) x_i^(e_i), by weighted means."""
    left = [form[_axis(len(pure), k, e)] for k, e in enumerate(pure)]
    for monomial, coefficient in form.items():
        if sum(map(bool, monomial)) <= 1:
            continue
        if all(e % 2 == 0 for e in monomial) and coefficient > 0:
            continue
        size = abs(coefficient)
        for k, e in enumerate(monomial):
            left[k] = left[k] - size * fmpq(e, pure[k])
    return all(rest > 0 for rest in left)


def _is_positive_definite(form: Terms, size: int) -> bool:
    matrix = quadratic_matrix(form, size)
    return all(_minor(matrix, k) > 0 for k in range(1, size + 1))


def quadratic_matrix(form: Terms, size: int) -> fmpq_mat:
    """Return the symmetric matrix of the quadratic terms."""
    rows = [[fmpq(0)] * size for _ in range(size)]
    for monomial, coefficient in form.items():
        if sum(monomial) == 2:
            i, *rest = [k for k, e in enumerate(monomial) if e]
            j = rest[0] if rest else i
            rows[i][j] = rows[j][i] = coefficient if i == j else coefficient / 2
    return fmpq_mat(rows)


def _minor(matrix: fmpq_mat, size: int) -> fmpq:
    return fmpq_mat([[matrix[i, j] for j in range(size)] for i in range(size)]).det()


def _is_positive_on_lines(form: Terms) -> bool:
    """Whether F(t, 1) and F(t, -1) are positive for all t; with the pure powers that is everywhere but at 0."""
    return all(is_positive_polynomial(_on_line(form, side)) for side in (1, -1))


def _on_line(form: Terms, side: int) -> fmpq_poly:
    coefficients = [fmpq(0)] * (1 + max(m[0] for m in form))
    for (a, b), c in form.items():
        coefficients[a] += c * side**b
    return fmpq_poly(coefficients)


def is_positive_polynomial(p: fmpq_poly) -> bool:
    """Whether a polynomial in one variable is positive everywhere, by counting its real roots."""
    return bool(p(fmpq(0)) > 0) and count_real_roots(p) == 0


def count_real_roots(p: fmpq_poly) -> int:
    """Return how many distinct real roots a polynomial other than 0 has."""
    squarefree = p // p.gcd(p.derivative()) if p.degree() > 0 else p
    return len(real_roots(squarefree, 32))


def sign_everywhere(p: Terms) -> int | None:
    """Return 1 or -1 where a polynomial has that sign at every point, proved; None otherwise."""
    size = len(next(iter(p)))
    used = [k for k in range(size) if any(m[k] for m in p)]
    constant = p.get((0,) * size)
    if not used:
        return 0 if constant is None else 1 if constant > 0 else -1
    if constant is None:
        return None
    if len(used) == 1:
        k = used[0]
        single = fmpq_poly([p.get(_axis(size, k, e), fmpq(0)) for e in range(1 + max(m[k] for m in p))])
        return (1 if constant > 0 else -1) if count_real_roots(single) == 0 else None
    degree = max(map(sum, p))
    return definite_sign({(*(m[k] for k in used), degree - sum(m)): c for m, c in p.items()})


def coercive_sign(p: Terms) -> int | None:
    """Return 1 or -1 where p tends to plus or minus infinity in every direction, proved; None otherwise.

    With weights by which the pure powers of all variables weigh alike, the heaviest part has to be definite.
    """
    size = len(next(iter(p)))
    tops = [max((m[k] for m in p if m[k] and sum(map(bool, m)) == 1), default=0) for k in range(size)]
    if not all(tops):
        return None
    weights = tuple(Fraction(1, top) for top in tops)
    heaviest = max(weight(m, weights) for m in p)
    if heaviest != 1:
        return None
    return definite_sign({m: c for m, c in p.items() if weight(m, weights) == 1})


def weight(monomial: Monomial, weights: Weights) -> Fraction:
    return sum((e * w for e, w in zip(monomial, weights, strict=True)), Fraction(0))


def lightest_parts(p: Terms) -> Iterator[tuple[Weights, dict[Monomial, Any]]]:
    """The parts of p that matter near the origin, each with its weights: of lowest degree, then by other edges."""
    yield from _edge_parts(p, lightest=True)


def heaviest_parts(p: Terms) -> Iterator[tuple[Weights, dict[Monomial, Any]]]:
    """The parts of p that matter far out, each with its weights."""
    yield from _edge_parts(p, lightest=False)


def _edge_parts(p: Terms, *, lightest: bool) -> Iterator[tuple[Weights, dict[Monomial, Any]]]:
    size = len(next(iter(p)))
    choose = min if lightest else max
    for weights in _weights(p, size):
        extreme = choose(weight(m, weights) for m in p)
        yield weights, {m: c for m, c in p.items() if weight(m, weights) == extreme}


def _weights(p: Terms, size: int) -> Iterator[Weights]:
    """Equal weights first, then of edges between two monomials (of the pure powers from three variables on)."""
    equal = (Fraction(1),) * size
    yield equal
    seen = {equal}
    if size == 2:
        pairs = ((b[1] - a[1], a[0] - b[0]) for a, b in combinations(p, 2))
        candidates: list[Weights] = [(Fraction(u), Fraction(v)) for u, v in pairs if u * v > 0]
    else:
        tops = [[m[k] for m in p if m[k] and sum(map(bool, m)) == 1] for k in range(size)]
        candidates = [tuple(Fraction(1, e) for e in exponents) for exponents in product(*tops)]
    for candidate in candidates:
        scaled = tuple(abs(w) / abs(candidate[0]) for w in candidate)
        if scaled not in seen:
            seen.add(scaled)
            yield scaled


_SAMPLES = (0, 1, -1, 2, -2, fmpq(1, 2), fmpq(-1, 2), 3, -3, fmpq(3, 2), fmpq(-3, 2), fmpq(1, 3), fmpq(-1, 3))
_FEWER = (0, 1, -1, 2, -2, fmpq(3, 2), fmpq(-3, 2))


def points_of_sign(form: Terms, sign: int) -> Iterator[tuple[fmpq, ...]]:
    """Rational points at which a polynomial certainly has the sign."""
    size = len(next(iter(form)))
    choices: Sequence[Any] = _SAMPLES if size <= 2 else _FEWER if size <= 4 else (0, 1, -1)
    for values in product(choices, repeat=size):
        point = tuple(fmpq(v) for v in values)
        if value_at(form, point) * sign > 0:
            yield point


def zeros_of(form: Terms) -> Iterator[tuple[fmpq, ...]]:
    """Rational points other than the origin at which a form with rational coefficients is 0."""
    if not all(isinstance(c, fmpq) for c in form.values()):
        return
    size = len(next(iter(form)))
    choices: Sequence[Any] = _SAMPLES if size <= 2 else _FEWER if size <= 4 else (0, 1, -1)
    for values in product(choices, repeat=size):
        point = tuple(fmpq(v) for v in values)
        if any(point) and value_at(form, point) == 0:
            yield point


def semidefinite_sign(quadratic: Terms) -> int | None:
    """Return 1 or -1 where a quadratic form never has the other sign; 0 for the form 0, None for an indefinite one."""
    size = len(next(iter(quadratic)))
    coefficients = fmpq_poly(quadratic_matrix(quadratic, size).charpoly()).coeffs()
    positive = sign_changes(coefficients)
    negative = sign_changes([c if k % 2 == 0 else -c for k, c in enumerate(coefficients)])
    return None if positive and negative else 1 if positive else -1 if negative else 0


def sign_changes(coefficients: Iterable[fmpq]) -> int:
    """Return how often the sign changes from one coefficient other than 0 to the next (Descartes)."""
    signs = [c > 0 for c in coefficients if c != 0]
    return sum(a != b for a, b in pairwise(signs))


def value_at(p: Terms, point: Sequence[fmpq]) -> Any:
    total: Any = fmpq(0)
    for monomial, coefficient in p.items():
        term = coefficient
        for x, e in zip(point, monomial, strict=True):
            if e:
                term = term * x**e
        total = total + term
    return total


def vertex(p: Terms) -> tuple[list[fmpq], fmpq] | None:
    """Return where a definite quadratic polynomial has its extremum and its value there; None for any other."""
    size = len(next(iter(p)))
    if max(map(sum, p)) != 2:
        return None
    matrix = quadratic_matrix(p, size)
    if definite_sign({m: c for m, c in p.items() if sum(m) == 2}) is None:
        return None
    linear = fmpq_mat([[p.get(_axis(size, k, 1), fmpq(0))] for k in range(size)])
    place = (matrix * 2).solve(linear * -1)
    centre = [place[k, 0] for k in range(size)]
    return centre, value_at(p, centre)
