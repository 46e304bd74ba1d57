"""All real points of polynomial systems: counted by known examples, by a second count, and by substitution."""

from __future__ import annotations

from typing import Any

import pytest
from flint import Ordering, fmpq, fmpq_poly, fmpz_mpoly_ctx
from hypothesis import given
from hypothesis import strategies as st

from mathcli.algebra import definite
from mathcli.algebra.algebraic_points import AlgebraicPoint
from mathcli.algebra.budget import Budget
from mathcli.algebra.ideals import groebner, is_zero_dimensional, real_points, standard_monomials
from mathcli.algebra.varieties import variety
from mathcli.syntax.writer import write

CONTEXT = fmpz_mpoly_ctx.get(("x", "y", "z"), Ordering.degrevlex)
X, Y, Z = CONTEXT.gens()
PLANE = fmpz_mpoly_ctx.get(("x", "y"), Ordering.degrevlex)
U, V = PLANE.gens()


def shown(point: AlgebraicPoint) -> tuple[str, ...]:
    nodes = [point.exact(c) for c in point.coordinates]
    return tuple("?" if node is None else write(node) for node in nodes)


def gradient(f: Any) -> tuple[Any, ...]:
    return tuple(f.derivative(k) for k in range(f.context().nvars()))


def test_four_squares_by_radicals() -> None:
    found = variety((U**2 - 2, V**2 - 3), Budget())

    assert found.is_complete
    assert {shown(p) for p in found.points} == {
        (u, v) for u in ("sqrt(2)", "-sqrt(2)") for v in ("sqrt(3)", "-sqrt(3)")
    }


def test_a_golden_number_is_written_by_the_quadratic_formula() -> None:
    found = variety((U**2 - U - 1, V - U**3), Budget())

    assert {shown(p) for p in found.points} == {
        ("(1 + sqrt(5))/2", "2 + sqrt(5)"),
        ("(1 - sqrt(5))/2", "2 - sqrt(5)"),
    }


def test_the_six_hump_camel_has_fifteen_stationary_points() -> None:
    camel = 120 * U**2 - 63 * U**4 + 10 * U**6 + 30 * U * V - 120 * V**2 + 120 * V**4

    found = variety(gradient(camel), Budget())

    assert len(found.points) == 15
    assert found.is_complete
    assert not found.continua


@pytest.mark.parametrize(
    ("equations", "points", "dimensions"),
    [
        ((X * (1 - X**2 - Y**2), Y * (1 - X**2 - Y**2), Z), 1, [1]),
        (gradient(X**3 + Y**3 + Z**3 - 3 * X * Y * Z), 0, [1]),
        (gradient((X**2 + Y**2) ** 2 + (X**2 + Z**2) ** 2 - 2 * (2 * X**2 + Y**2 + Z**2)), 5, [1, 1]),
        ((X**2 + Y**2, Z), 1, []),
        ((X**2 + Y**2 + 1,), 0, []),
        ((X * Y, X * Z), 0, [2, 1]),
        ((X**2 + X * Y + Y**2 - 2 * X - Y + 1, Z - X), 1, []),
        ((X * 0,), 0, [3]),
    ],
    ids=["circle", "line", "two circles", "sum of squares", "never 0", "plane and line", "vertex", "everything"],
)
def test_points_curves_and_surfaces_are_told_apart(equations: Any, points: int, dimensions: list[int]) -> None:
    found = variety(equations, Budget())

    assert found.is_complete
    assert len(found.points) == points
    assert sorted((c.dimension for c in found.continua), reverse=True) == dimensions


def test_a_point_on_a_curve_of_solutions_is_not_listed_apart() -> None:
    found = variety((U * (U**2 + V**2 - 1), V * (U**2 + V**2 - 1) * (U - 1)), Budget())

    assert [shown(p) for p in found.points] == [("0", "0")]
    assert len(found.continua) == 1


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=1, max_size=4, unique=True))
def test_points_that_were_put_in_come_out_again(places: list[tuple[int, int]]) -> None:
    first, second, mixed = PLANE.constant(1), PLANE.constant(1), PLANE.constant(1)
    for a, b in places:
        first *= U - a
        second *= V - b
        mixed *= (U - a) ** 2 + (V - b) ** 2

    found = variety((first, second, mixed), Budget())

    assert found.is_complete
    values = {tuple(int(c[0].p) for c in point.coordinates) for point in found.points}
    assert values == set(places)
    assert len(found.points) == len(places)


coefficients = st.integers(-4, 4)


@given(st.lists(coefficients, min_size=12, max_size=12))
def test_every_point_is_a_zero_and_the_number_of_points_is_that_of_hermite(numbers: list[int]) -> None:
    monomials = (U**0, U, V, U**2, U * V, V**2)
    pair = [sum((m * c for m, c in zip(monomials, numbers[k : k + 6], strict=True)), PLANE.constant(0)) for k in (0, 6)]
    basis = groebner(pair)
    if not basis or not is_zero_dimensional(basis):
        return

    points = real_points(basis, Budget())  # counts twice, and refuses where the counts differ

    assert points is not None
    assert len(points) <= len(standard_monomials(basis) or [])
    assert all(point.vanishes(p) for point in points for p in pair)


def test_signs_in_a_number_field_are_decided_however_close_to_zero() -> None:
    (point, *_) = [p for p in variety((U**2 - 2, V), Budget()).points if p.ball(p.coordinates[0], 64) > 0]

    assert point.sign_of(U**2 - 2) == 0
    assert point.sign_of(10**30 * U - 1414213562373095048801688724209) == 1
    assert point.sign_of(10**30 * U - 1414213562373095048801688724210) == -1


@pytest.mark.parametrize(
    ("form", "sign"),
    [
        (U**2 + U * V + V**2, 1),
        (U**2 + 2 * U * V + V**2, None),
        (-(U**4) - V**4, -1),
        (U**4 - U**2 * V + V**2, 1),
        (U**4 - 3 * U**2 * V + V**2, None),
        (U**4 + U**3 * V - U * V**3 + V**4, 1),
        (U**3 + V**3, None),
    ],
    ids=str,
)
def test_definite_forms_are_known(form: Any, sign: int | None) -> None:
    assert definite.definite_sign(definite.terms_of(form)) == sign


def test_coercive_polynomials_are_known() -> None:
    terms = definite.terms_of

    assert definite.coercive_sign(terms(U**6 - 5 * U**4 + 4 * V**4 - 4 * V**2 + U * V)) == 1
    assert definite.coercive_sign(terms(U**2 - V**2)) is None
    assert definite.coercive_sign(terms(U**2 + V**2 * (1 - U) ** 3)) is None


def test_a_polynomial_with_a_sign_everywhere_is_known() -> None:
    assert definite.sign_everywhere(definite.terms_of(U**2 - 2 * U + 2)) == 1
    assert definite.sign_everywhere(definite.terms_of(U**2 + V**2 + U * V + 1)) == 1
    assert definite.sign_everywhere(definite.terms_of(U**2 + V**2 - 1)) is None
    assert definite.value_at(definite.terms_of(U * V), (fmpq(1, 2), fmpq(3))) == fmpq(3, 2)


@pytest.mark.parametrize(
    ("coefficients", "form"),
    [
        ({0: 5}, "5"),
        ({18: 1}, "sqrt(2)"),
        ({0: 1, 18: -3}, "1 - 3*sqrt(2)"),
        ({9: 1}, "root(2, 4)"),
        ({12: 1}, "cbrt(2)"),
        ({18: 1, 9: 1}, None),
        ({1: 1}, None),
    ],
)
def test_short_forms_are_seen_in_a_field_too_large_for_minimal_polynomials(coefficients, form) -> None:
    point = AlgebraicPoint(fmpq_poly([-2, *[0] * 35, 1]), 1, ())  # the positive root of t^36 = 2
    element = fmpq_poly([coefficients.get(k, 0) for k in range(36)])
    found = point.exact(element)

    assert point.is_large
    assert (None if found is None else write(found)) == form
