"""Domains: read to the letter, solved where that is easy, and never at odds with the enclosures."""

from __future__ import annotations

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from mathcli.algebra import balls, domains
from mathcli.algebra.ranges import value_range
from mathcli.syntax.parser import parse
from mathcli.syntax.tree import Name
from mathcli.syntax.writer import write
from tests.strategies import elementary_functions

x, y = Name("x"), Name("y")


def written(conditions):
    return [write(condition) for condition in conditions]


@pytest.mark.parametrize(
    ("text", "conditions"),
    [
        ("x^3 - 2x", []),
        ("sin(x) e^x", []),
        ("log(x)", ["x > 0"]),
        ("log(2x - 4)", ["x > 2"]),
        ("log(4 - 2x)", ["x < 2"]),
        ("sqrt(x - 5) + sqrt(30 - x)", ["5 <= x <= 30"]),
        ("1/(x - 1)", ["x != 1"]),
        ("x/x", ["x != 0"]),
        ("1/(2/3)", []),
        ("sqrt(x)/x", ["x > 0"]),
        ("sqrt(x)^2", ["x >= 0"]),
        ("1/(x^2 + 1)", []),
        ("1/(x^2 - 2x + 2)", []),
        ("1/(x^2 - 2x + 1)", ["x != 1"]),
        ("1/(x^2 - 1)", ["x != -1", "x != 1"]),
        ("1/(x (x - 1) (x + 2))", ["x != 0", "x != 1", "x != -2"]),
        ("sqrt(1 - x^2)", ["-1 <= x <= 1"]),
        ("log(4 - x^2)", ["-2 < x < 2"]),
        ("sqrt(x^2 - 1)", ["x^2 >= 1"]),
        ("asin(x)", ["-1 <= x <= 1"]),
        ("acos(2x + 1)", ["-1 <= x <= 0"]),
        ("acosh(x)", ["x >= 1"]),
        ("atanh(x)", ["-1 < x < 1"]),
        ("acoth(x)", ["abs(x) > 1"]),
        ("asech(x)", ["0 < x <= 1"]),
        ("tan(x)", ["cos(x) != 0"]),
        ("cot(x)", ["sin(x) != 0"]),
        ("x^x", ["x > 0"]),
        ("x^y", ["x > 0"]),
        ("2^x", []),
        ("x^(1/2)", ["x >= 0"]),
        ("x^(1/3)", []),
        ("x^(-1/3)", ["x != 0"]),
        ("x^(-2)", ["x != 0"]),
        ("x^pi", ["x >= 0"]),
        ("log(x^2 + 1)", []),
        ("log(x^2)", ["x != 0"]),
        ("log|x|", ["x != 0"]),
        ("log(log(x))", ["x > 1"]),
        ("log(x, y)", ["x > 0", "y > 0", "y != 1"]),
        ("sqrt(sin(x) + 2)", []),
        ("atan2(y, x)", ["y^2 + x^2 != 0"]),
        ("sqrt(1 - x)/(x - 1)", ["x < 1"]),
        ("1/(x - y)", ["x - y != 0"]),
        ("gamma(x)", ["1/gamma(x) != 0"]),
        ("5!", []),
        ("sum_{k=1}^n 1/(x - k)", ["prod_{k=1}^n (x - k) != 0"]),
    ],
)
def test_the_domain_is_read_from_the_tree_as_written(text, conditions):
    found = domains.domain(parse(text))

    assert [c.replace("prod(x - k, k, 1, n)", "prod_{k=1}^n (x - k)") for c in written(found)] == conditions


@pytest.mark.parametrize(
    ("text", "conditions"),
    [("sqrt(x)", ["x > 0"]), ("asin(x)", ["-1 < x < 1"]), ("|x - 2|", ["x != 2"]), ("cbrt(x)", ["x != 0"]),
     ("x^(5/3)", []), ("x^(2/3)", ["x != 0"]), ("max(x, 3)", ["x != 3"]), ("sign(x)", ["x != 0"]),
     ("floor(x)", ["sin(pi*x) != 0"]), ("log(x)", ["x > 0"]), ("sqrt(y) x", ["y >= 0"]), ("x^2", [])],
)  # fmt: skip
def test_the_derivative_exists_in_the_interior_and_off_the_kinks(text, conditions):
    found = [c.replace(" * ", "*").replace("pi x", "pi*x") for c in written(domains.derivative_domain(parse(text), x))]

    assert found == conditions


def test_the_joints_of_a_piecewise_function_are_kinks():
    assert written(domains.kinks(parse("{x^2 if x < 1; |x| otherwise}"))) == ["x = 1", "x = 0"]


def test_a_branch_brings_its_conditions_only_where_it_applies():
    conditions = domains.domain(parse("{log(x) if x > 2; x^2 otherwise}"))

    assert domains.holds(conditions, {x: -5}) is True
    halves = domains.domain(parse("{x if x > 2; sqrt(x) if x > -1}"))
    assert [domains.holds(halves, {x: fmpq(k, 2)}) for k in (9, 2, -1, -5)] == [True, True, False, False]


@settings(max_examples=150, deadline=None)
@given(elementary_functions(of=x), st.fractions(-4, 4, max_denominator=6))
def test_the_domain_and_the_enclosure_say_the_same_of_a_point(f, point):
    at = {x: fmpq(point.numerator, point.denominator)}
    holds = domains.holds(domains.domain(f), at)
    ball = balls.enclose(f, at, precision=256)

    if ball is None:
        assert holds is not True
    elif ball.is_finite():
        assert holds is not False


@settings(max_examples=100, deadline=None)
@given(elementary_functions(of=x), st.fractions(-4, 4, max_denominator=6))
def test_values_stay_within_their_range(f, point):
    ball = balls.enclose(f, {x: fmpq(point.numerator, point.denominator)})
    low, high, *_ = value_range(f)

    if ball is not None and ball.is_finite():
        assert low is None or not ball < low
        assert high is None or not ball > high


@pytest.mark.parametrize(
    ("text", "is_empty"),
    [("sqrt(-1 - x^2)", True), ("log(-x^2 - 1)", True), ("log(-e^x)", True), ("sqrt(x - 5) + log(3 - x)", True),
     ("asin(x^2 + 2)", True), ("acosh(cos(x) - 1/2)", True), ("1/0", True), ("log(x)", False),
     ("sqrt(x - 1000)", False),
     ("1/(x - x)", True), ("log(x - x)", True), ("sqrt(x - x)", False), ("sqrt(sin(x) - 1)", None)],
)  # fmt: skip
def test_an_empty_domain_is_seen_only_where_it_is_certain(text, is_empty):
    assert domains.has_empty_domain(parse(text)) is is_empty


@pytest.mark.parametrize(
    "text",
    ["x^2", "log(x)", "log(-x)", "sqrt(x - 1000)", "asin(x) log(x)", "sqrt(1/100 - x)*sqrt(x)", "log(x) + sqrt(-y)",
     "asin(x - 40)", "acosh(x) + log(y - x)", "x^y", "sum_{k=1}^n x^k", "f(x)", "sum_{i=1}^n (y_i - x)^2"],
)  # fmt: skip
def test_points_are_found_on_which_everything_is_defined(text):
    f = parse(text)
    points = domains.sample_points((f,), tuple(f.names), 4)

    assert len(points) == 4
    assert len({tuple(map(str, point.values())) for point in points}) == 4
    assert all(balls.enclose(f, point, generic=True).is_finite() for point in points)
    assert points == domains.sample_points((f,), tuple(f.names), 4)


def test_points_obey_the_relations_they_are_asked_for_under():
    under = domains.domain(parse("log(x - 3) sqrt(4 - x)"))

    points = domains.sample_points((parse("x^2"),), (x,), 5, under=under)

    assert len(points) == 5
    assert all(3 < point[x] <= 4 for point in points)


def test_points_are_not_all_whole_and_of_both_signs():
    points = domains.sample_points((parse("x^2"),), (x,), 6)

    assert any(point[x].q != 1 for point in points)
    assert {point[x] > 0 for point in points} == {True, False}


def test_there_are_no_points_where_nothing_is_defined():
    assert domains.sample_points((parse("sqrt(-1-x^2)"),), (x,), 3) == ()
