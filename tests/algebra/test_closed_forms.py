"""Constants in short: each closed form is worth what it stands for."""

from __future__ import annotations

import pytest

from mathcli.algebra.balls import enclose
from mathcli.algebra.closed_forms import closed_form, rationalized, twice_arctangent
from mathcli.syntax.parser import parse
from mathcli.syntax.writer import write


@pytest.mark.parametrize(
    ("constant", "short"),
    [
        ("cos(acos(-1/4))", "-1/4"),
        ("cos(2 acos(-1/4))", "-7/8"),
        ("sin(2pi - acos(-1/4))", "-sqrt(15)/4"),
        ("tan(atan(3) + pi)", "3"),
        ("asin(1)", "pi/2"),
        ("acos(-1/2)", "2*pi/3"),
        ("cos(18pi/7)", "-cos(3*pi/7)"),
        ("sin(5pi/7)", "sin(2*pi/7)"),
        ("tan(9pi/7)", "tan(2*pi/7)"),
        ("e^(2 log 3 + 1)", "9*e"),
        ("e^(-log(2)/2)", "sqrt(2)/2"),
        ("max(1/2, 1/3)", "1/2"),
        ("min(sqrt(2), 3/2)", "sqrt(2)"),
        ("|1 - sqrt(2)|", "sqrt(2) - 1"),
        ("sign(2 - e)", "-1"),
        ("floor(-7/2)", "-4"),
        ("ceil(7/2)", "4"),
        ("{1 if 2 < 1; 5 otherwise}", "5"),
        ("1/(1 + sqrt(2))", "sqrt(2) - 1"),
        ("1^pi - pi", "1 - pi"),
        ("0^pi", "0"),
        ("exp(-1)^exp(-1)", "exp(-exp(-1))"),
    ],
)
def test_a_constant_is_written_in_its_closed_form(constant: str, short: str) -> None:
    before, after = parse(constant), closed_form(parse(constant))

    assert write(after) == short
    balls = enclose(before, {}), enclose(after, {})
    assert balls[0] is not None
    assert balls[1] is not None
    assert balls[0].overlaps(balls[1])


def test_a_name_is_left_alone() -> None:
    assert write(closed_form(parse("cos(x) + cos(acos(1/3))"))) == "1/3 + cos(x)"


@pytest.mark.parametrize(
    ("t", "arc"), [("sqrt(2 - sqrt(3))", "acos(sqrt(3)/3)"), ("-1/2", "-acos(3/5)"), ("1", "pi/2"), ("0", "0")]
)
def test_twice_an_arctangent_is_an_arc_with_a_short_cosine(t: str, arc: str) -> None:
    found = twice_arctangent(parse(t))

    value, other = enclose(found, {}), enclose(parse(f"2 atan({t})"), {})
    assert value is not None
    assert other is not None
    assert value.overlaps(other)
    assert write(closed_form(found)) == arc


def test_roots_of_two_kinds_stay_below() -> None:
    constant = parse("1/(sqrt(2) + sqrt(3))")

    assert rationalized(constant) is constant
