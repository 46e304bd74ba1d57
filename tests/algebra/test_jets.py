"""Power series: Taylor coefficients by arithmetic alone, against mpmath, exact derivatives and differences."""

from __future__ import annotations

from math import factorial

import mpmath
import pytest
from flint import arb, ctx, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from mathcli.algebra import balls, jets
from mathcli.syntax.parser import parse
from mathcli.syntax.tree import Call, Derivative, Name, Negative, Sum
from tests.algebra.test_balls import POINTS, REAL, SINGLE
from tests.strategies import elementary_functions

x, y = Name("x"), Name("y")


def meets(ball: arb, number: object, tolerance: float = 1e-25) -> bool:
    with balls.working_precision(200):
        return bool(ball.overlaps(arb(str(number)) + arb(0, tolerance)))


@pytest.mark.parametrize("point", POINTS, ids=str)
@pytest.mark.parametrize("function", [name for name in SINGLE if name not in ("floor", "ceil", "sign")])
def test_every_function_has_the_taylor_coefficients_that_mpmath_finds(function, point):
    with mpmath.workdps(50):
        at = mpmath.mpf(int(point.p)) / int(point.q)
        try:
            numeric = mpmath.taylor(REAL.get(function, getattr(mpmath, function, None)), at, 3)
        except (ValueError, ZeroDivisionError):
            return
    coefficients = jets.expand(Call(function, (x,)), x, {x: point}, order=3, precision=150)

    if any(isinstance(c, mpmath.mpc) and abs(c.imag) > 1e-20 for c in numeric):
        assert coefficients is None
    else:
        assert coefficients is not None
        for found, c in zip(coefficients, numeric, strict=True):
            assert found.is_finite()
            assert meets(found, mpmath.nstr(mpmath.re(c), 40), 1e-12 * (1 + abs(float(mpmath.re(c)))))


@pytest.mark.parametrize(
    ("text", "point", "derivatives"),
    [("x^3", 2, (8, 12, 12, 6)), ("x^0", 0, (1, 0, 0)), ("|x|", -2, (2, -1, 0)), ("x^(1/3)", -8, (-2, fmpq(1, 12))),
     ("1/x", 2, (fmpq(1, 2), fmpq(-1, 4), fmpq(1, 4))), ("sqrt(x)", 4, (2, fmpq(1, 4), fmpq(-1, 32))),
     ("floor(x)", fmpq(5, 2), (2, 0)), ("sign(x)", 3, (1, 0)), ("max(x, x^2)", 2, (4, 4, 2)),
     ("min(x, x^2)", 2, (2, 1, 0)),
     ("{x^2 if x < 0; x otherwise}", -1, (1, -2, 2)), ("sum_{k=1}^{3} x^k", 1, (3, 6, 8)), ("x^2^x", 1, (1, 2)),
     ("binomial(x, 2)", 3, (3, fmpq(5, 2), 1)), ("prod_{k=1}^{3} (x-k)", 0, (-6, 11, -12)),
     ("root(x, 3)", 8, (2, fmpq(1, 12)))],
)  # fmt: skip
def test_known_derivatives_are_enclosed(text, point, derivatives):
    coefficients = jets.expand(parse(text), x, {x: point}, order=len(derivatives) - 1)

    assert coefficients is not None
    for k, (coefficient, derivative) in enumerate(zip(coefficients, derivatives, strict=True)):
        assert (coefficient * factorial(k)).overlaps(arb(fmpq(derivative)))
        assert coefficient.rad() < 1e-15


@pytest.mark.parametrize(
    ("text", "point"),
    [("|x|", 0), ("sqrt(x)", 0), ("cbrt(x)", 0), ("x^(2/3)", 0), ("floor(x)", 2), ("sign(x)", 0), ("log(x)", 0),
     ("1/x", 0),
     ("x/x", 0), ("asin(x)", 1), ("acosh(x)", 1), ("max(x, 0)", 0), ("{x^2 if x < 0; x otherwise}", 0), ("acot(x)", 0),
     ("log(x)", -1), ("acosh(x)", -2), ("x^x", -1), ("gamma(x)", -2), ("x!!", 3), ("y x", 1), ("i x", 1)],
)  # fmt: skip
def test_where_there_is_no_series_there_is_none(text, point):
    assert jets.expand(parse(text), x, {x: point}, order=1) is None


@settings(max_examples=60, deadline=None)
@given(elementary_functions(of=x), st.fractions(-3, 3, max_denominator=12))
def test_the_first_coefficient_agrees_with_a_central_difference(f, point):
    at = fmpq(point.numerator, point.denominator)
    h = fmpq(1, 2**60)
    with balls.working_precision(400):
        slope = jets.expand(f, x, {x: at}, order=1, precision=400)
        third = jets.expand(f, x, {x: arb(at).union(arb(at + h)).union(arb(at - h))}, order=3, precision=400)
        sides = [balls.enclose(f, {x: at + step}, precision=400) for step in (h, -h)]
        if slope is None or third is None or any(side is None or not side.is_finite() for side in sides):
            return
        quotient = (sides[0] - sides[1]) / (2 * arb(h))
        error = third[3].abs_upper() * arb(h) ** 2
        assert slope[1].overlaps(quotient + arb(0, 1) * error * 2)


@settings(max_examples=60, deadline=None)
@given(elementary_functions(of=x), st.fractions(-3, 3, max_denominator=12))
def test_the_series_begins_with_the_value(f, point):
    at = {x: fmpq(point.numerator, point.denominator)}
    coefficients = jets.expand(f, x, at, order=2)
    value = balls.enclose(f, at)

    if coefficients is not None:
        assert value is not None
        assert not value.is_finite() or coefficients[0].overlaps(value)


@pytest.mark.parametrize(
    ("standing", "taken"),
    [("d/dx(x^2 y^3 sin(x y))", "2x y^3 sin(x y) + x^2 y^4 cos(x y)"),
     ("d/dy(x^2 y^3 sin(x y))", "3x^2 y^2 sin(x y) + x^3 y^3 cos(x y)"),
     ("d/dx(d/dy(x^2 y^3))", "6x y^2"), ("d/dy(d/dx(e^(x y)))", "e^(x y) + x y e^(x y)"),
     ("d/dx(x d/dx(x^3))", "9x^2"), ("d/dy(log(x^2+y^2)/y)", "2/(x^2+y^2) - log(x^2+y^2)/y^2"),
     ("d/dy(sqrt(x))", "0x"), ("d/dx(gamma(x y)) - d/dx(gamma(y x))", "0x"), ("d/dx(f(x y)) - y f'(x y)", "0x")],
)  # fmt: skip
def test_standing_derivatives_are_read_off_the_series(standing, taken):
    at = {x: fmpq(7, 5), y: fmpq(5, 8)}
    left, right = (jets.expand(parse(text), x, at, order=2, precision=100) for text in (standing, taken))

    assert left is not None
    assert all(a.overlaps(b) and (a - b).abs_upper() < 1e-15 for a, b in zip(left, right, strict=True))


def test_a_false_derivative_is_refuted():
    claim = Sum.of(Derivative(parse("sin(3x)"), x), Negative(parse("cos(3x)")))

    assert not jets.expand(claim, x, {x: fmpq(7, 5)}, order=0)[0].contains(0)


def test_unknown_functions_differ_by_name_and_need_leave():
    f, g = parse("f(x)"), parse("g(x)")
    series = [jets.expand(h, x, {x: 1}, order=2) for h in (f, g)]

    assert not series[0][1].overlaps(series[1][1])
    assert jets.expand(f, x, {x: 1}, order=2, generic=False) is None


def test_a_hundredfold_nested_tree_and_a_thousand_terms_have_series():
    nested = x
    for _ in range(100):
        nested = Call("sin", (nested,))
    long = Sum.of(*(parse(f"x^{k}/{k + 1}") for k in range(1000)))

    assert jets.expand(nested, x, {x: 1}, order=2) is not None
    assert jets.expand(long, x, {x: fmpq(1, 2)}, order=2) is not None


def test_the_settings_of_flint_are_put_back():
    before = ctx.prec, ctx.cap
    jets.expand(parse("d/dy(x sin y)"), x, {x: 1, y: 2}, order=5, precision=300)
    jets.expand(parse("log x"), x, {x: -1}, order=5, precision=300)
    assert (ctx.prec, ctx.cap) == before
