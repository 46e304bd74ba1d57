"""Implicit derivatives and tangents."""

from __future__ import annotations

import pytest

from mathcli.algebra.rational import agree
from mathcli.syntax.parser import parse
from tests.topics.answers import answer, refusal, solve


@pytest.mark.parametrize(
    ("equation", "options", "right"),
    [
        ("x^2 + y^2 = 25", {}, "-x/y"),
        ("x^2 + y^2 = 25", {"order": 2}, "-25/y^3"),
        ("x^2 + y^2 = 25", {"at": "x=3,y=4"}, "-3/4"),
        ("x^2 + y^2 = 25", {"at": "3,4", "order": 2}, "-25/64"),
        ("x^3 + y^3 = 6x y", {}, "(2y - x^2)/(y^2 - 2x)"),
        ("x^3 + y^3 = 6x y", {"order": 2}, "16x y/(2x - y^2)^3"),
        ("e^y = x", {}, "e^(-y)"),
        ("x^2/a^2 + y^2/b^2 = 1", {}, "-b^2 x/(a^2 y)"),
        ("y = x^2", {}, "2x"),
        ("p V = 3", {"var": ["p", "V"]}, "-V/p"),
        ("x = t^2", {"var": ["t", "x"]}, "2t"),
    ],
)
def test_the_slope_of_a_curve(equation, options, right):
    (line,) = answer("implicit", equation=equation, **options)

    assert agree(parse(line), parse(right)) is True


@pytest.mark.parametrize(
    ("fields", "code", "words"),
    [
        ({"equation": "x^2 + y^2 = -1"}, 3, "no real point"),
        ({"equation": "x^2 + x y + y^2 = -3"}, 3, "no real point"),
        ({"equation": "e^x + y^2 = 0"}, 3, "no real point"),
        ({"equation": "x^2 + y^2 = 0"}, 3, "F_y = 0 at every point"),
        ({"equation": "x^2 = 25"}, 2, "y does not occur"),
        ({"equation": "x^2 + y^2 = 25", "at": "3,5"}, 3, "does not lie on the curve: the sides are 34 and 25"),
        ({"equation": "x^2 + y^2 = 25", "at": "5,0"}, 3, "F_y is 0 at this point"),
        ({"equation": "|x| + |y| = 1", "at": "0,1"}, 3, "no value by its formula"),
        ({"equation": "x^(2/3) + y^(2/3) = 1", "at": "0,1"}, 3, "no value by its formula"),
        ({"equation": "x^2 + y^2 = 25", "order": 3}, 3, "second derivative"),
        ({"equation": "a b = c d"}, 2, "which name depends on which"),
    ],
)
def test_a_curve_without_a_slope_is_an_error_that_says_why(fields, code, words):
    found, message = refusal("implicit", **fields)

    assert found == code
    assert words in message


@pytest.mark.parametrize(
    ("equation", "conditions"),
    [
        ("x^2 + y^2 = 25", ("y != 0",)),
        ("sqrt(x) + sqrt(y) = 1", ("x > 0", "y > 0")),
        ("|x| + |y| = 1", ("x != 0", "y != 0")),
        ("log(y) = x y", ("y > 0", "1 - x*y != 0")),
    ],
)
def test_the_conditions_for_the_slope_are_part_of_the_answer(equation, conditions):
    assert solve("implicit", equation=equation).answer["conditions"] == conditions


def test_a_second_derivative_with_parameters_below_the_line_is_proved():
    assert solve("implicit", equation="x^2/a^2 + y^2/b^2 = 1", order=2).verified.word == "proved"


@pytest.mark.parametrize(
    ("expression", "at", "line"),
    [
        ("x^2", "x=3", "y = 6*x - 9"),
        ("f(x) = e^x", "0", "y = x + 1"),
        ("5", "x=1", "y = 5"),
        ("x^2 + y^2 = 25", "x=3,y=4", "3*x + 4*y = 25"),
        ("x^2 + y^2 = 25", "5,0", "x = 5"),
        ("x^2 + y^2 = 25", "0,5", "y = 5"),
        ("cbrt x", "x=0", "x = 0"),
        ("x^2 + y^2", "x=1,y=2", "z = 2*x + 4*y - 5"),
        ("f(x,y) = x y", "2,3", "z = 3*x + 2*y - 6"),
        ("x^2 + y^2 + z^2 = 9", "x=1,y=2,z=2", "x + 2*y + 2*z = 9"),
    ],
)
def test_the_tangent_touches_at_the_point(expression, at, line):
    assert answer("tangent", expression=expression, at=at) == [line]


@pytest.mark.parametrize(
    ("expression", "at", "code", "words"),
    [
        ("|x|", "x=0", 3, "-1 from the left, 1 from the right"),
        ("x^2 + y^2 = 25", "3,5", 3, "does not lie on the curve"),
        ("y^2 = x^3", "0,0", 3, "no single tangent"),
        ("log x", "x=-1", 3, "not defined"),
        ("x^2", None, 2, "needs the point"),
    ],
)
def test_where_nothing_touches_the_reason_is_said(expression, at, code, words):
    found, message = refusal("tangent", expression=expression, at=at)

    assert found == code
    assert words in message


def test_the_normal_of_a_level_tangent_is_vertical():
    from mathcli.syntax.writer import write

    assert write(solve("tangent", expression="x^2", at="x=0").answer["normal"]) == "x = 0"
