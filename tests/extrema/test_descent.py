"""Descents: each point follows from the one before, and what is said of a rate is what happens."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mathcli.algebra.budget import Budget
from mathcli.calculus.differentiation import differentiate
from mathcli.errors import NotCoveredError, UndefinedError
from mathcli.extrema import descent
from mathcli.extrema.descent import Exact, Floating, Function, Method, descend, growth, judged_rate
from mathcli.syntax.parser import parse
from mathcli.syntax.tree import Name
from mathcli.syntax.writer import write


def function(text: str, names: str = "x") -> Function:
    variables = tuple(map(Name, names.split(",")))
    f = parse(text)
    gradient = tuple(differentiate(f, x).result for x in variables)
    hessian = tuple(tuple(differentiate(g, y).result for y in variables) for g in gradient)
    return Function(f, variables, gradient, hessian)


def run(text, names, start, rate, arithmetic, momentum="0", newton=False, **options):
    method = Method(parse(rate), parse(momentum), newton)
    values = [parse(value) for value in start.split(",")]
    options = {"iterations": 5, "budget": Budget(), **options}
    return descend(function(text, names), values, method, arithmetic, **options)


def test_exact_points_are_those_of_the_formula():
    found = run("(w - 2)^2", "w", "0", "1/4", Exact(), iterations=3)

    assert [write(iterate.point[0]) for iterate in found.iterates] == ["0", "1", "3/2", "7/4"]
    assert found.stopped == descent.ITERATIONS


def test_floating_points_are_those_of_numpy():
    found = run("x^4 - 3x^2 + x*y + y^2", "x,y", "1,2", "0.05", Floating(), iterations=30)
    x, y = 1.0, 2.0
    for iterate in found.iterates:
        assert iterate.point == pytest.approx((x, y), rel=1e-12)
        x, y = x - 0.05 * (4 * x**3 - 6 * x + y), y - 0.05 * (x + 2 * y)


@settings(max_examples=20)
@given(st.integers(-20, 20), st.integers(-20, 20), st.sampled_from(["1/8", "1/5", "0.3"]))
def test_exact_and_floating_arithmetic_take_the_same_way(a, b, rate):
    text = "x^2 + x*y + 2y^2 - 3x"
    exact = run(text, "x,y", f"{a},{b}", rate, Exact(), iterations=4)
    floating = run(text, "x,y", f"{a},{b}", rate, Floating(), iterations=4)

    for one, other in zip(exact.iterates, floating.iterates, strict=False):
        values = [float(Exact().rational(value) or 0) for value in one.point]
        assert other.point == pytest.approx(values, rel=1e-12, abs=1e-12)


def test_momentum_keeps_a_share_of_the_last_step():
    found = run("x^2", "x", "1", "1/4", Exact(), momentum="1/2", iterations=3)

    assert [write(iterate.point[0]) for iterate in found.iterates] == ["1", "1/2", "0", "-1/4"]


def test_newtons_method_ends_a_quadratic_in_one_step():
    found = run("x^2 + x*y + 3y^2 - 4x", "x,y", "7,5", "1", Exact(), newton=True)

    assert len(found.iterates) == 2
    assert found.stopped == descent.GRADIENT


def test_a_singular_hessian_has_no_newton_step():
    with pytest.raises(UndefinedError, match="singular at the start"):
        run("x^3 + x", "x", "0", "1", Floating(), newton=True)


def test_an_exact_newton_step_needs_rational_numbers():
    with pytest.raises(NotCoveredError, match="rational"):
        run("e^x + x^2", "x", "1", "1", Exact(), newton=True)


def test_a_step_out_of_the_domain_is_said_with_its_number():
    with pytest.raises(UndefinedError, match=r"-2\.1, to which step 1 leads"):
        run("log(x) + x", "x", "0.1", "0.2", Floating())
    with pytest.raises(UndefinedError, match="where the descent starts"):
        run("sqrt(x)", "x", "-1", "0.2", Floating())


def test_it_stops_where_the_gradient_is_short_or_nothing_changes():
    assert run("x^2", "x", "1", "0.1", Floating(), iterations=500, tolerance=1e-3).stopped == descent.GRADIENT
    assert run("(x-1)^2", "x", "3", "0.4", Floating(), iterations=5000).stopped in (
        descent.STANDSTILL,
        descent.GRADIENT,
    )
    assert run("x^4", "x", "2", "1", Floating(), iterations=50).stopped == descent.DIVERGED
    assert run("x^4 + x", "x", "1/3", "1/7", Exact(), iterations=50).stopped == descent.TOO_LONG


@pytest.mark.parametrize(
    ("text", "rate", "momentum", "order"),
    [
        ("x^2 + 3y^2", "0.1", "0", -1),
        ("x^2 + 3y^2", "1/3", "0", 0),
        ("x^2 + 3y^2", "0.34", "0", 1),
        ("x^2 + x*y + y^2", "2/3", "0", 0),
        ("x^2 + 3y^2", "0.6", "0.9", -1),
        ("x^2 + 3y^2", "19/30", "0.9", 0),
    ],
)
def test_a_rate_is_judged_by_the_largest_eigenvalue(text, rate, momentum, order):
    judged = judged_rate(function(text, "x,y").hessian, Method(parse(rate), parse(momentum)))

    assert judged is not None
    assert judged.order == order


@pytest.mark.parametrize("momentum", ["0", "1/2"])
@pytest.mark.parametrize("share", ["0.3", "0.9", "1.1", "2"])
def test_below_the_limit_points_approach_and_above_it_they_run_away(share, momentum):
    f = function("x^2 + 3y^2", "x,y")
    method = Method(parse(f"{share}*2(1 + {momentum})/6"), parse(momentum))
    judged = judged_rate(f.hessian, method)
    found = descend(f, [parse("0"), parse("1")], method, Floating(), iterations=60, budget=Budget())
    last = abs(found.iterates[-1].point[1])

    assert judged is not None
    assert judged.order == (-1 if share in ("0.3", "0.9") else 1)
    assert last < 0.1 if judged.order == -1 else last > 10


def test_growth_is_noticed_where_it_goes_on_to_the_end():
    assert growth(run("x^4", "x", "2", "1", Floating(), iterations=4)) == 0
    assert growth(run("x^2", "x", "2", "0.1", Floating(), iterations=9)) is None


def test_a_value_too_large_for_floating_numbers_ends_the_descent_or_forbids_its_start():
    assert run("e^(x^2)", "x", "2", "1", Floating()).stopped == descent.DIVERGED
    assert run("x^100", "x", "10", "0.1", Floating()).stopped == descent.DIVERGED
    with pytest.raises(NotCoveredError, match="too large for floating numbers at 1000, where the descent starts"):
        run("e^x", "x", "1000", "0.1", Floating())
