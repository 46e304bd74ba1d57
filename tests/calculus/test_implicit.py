"""Curves: the slope, its own derivative, and equations that nothing satisfies."""

from __future__ import annotations

import pytest

from mathcli.algebra.rational import agree
from mathcli.algebra.verdict import Verdict
from mathcli.calculus import implicit
from mathcli.calculus.verification import judge, verify
from mathcli.errors import UndecidedError, UndefinedError
from mathcli.syntax.parser import parse, read
from mathcli.syntax.tree import Equation, Name

X, Y = Name("x"), Name("y")


def curve(text):
    tree = read(text, kind="equation").tree
    assert isinstance(tree, Equation)
    return implicit.Curve(tree, X, Y)


CURVES = [
    ("x^2 + y^2 = 25", "-x/y", "-25/y^3"),
    ("x y = 1", "-y/x", "2y/x^2"),
    ("y^2 = x^3", "3x^2/(2y)", "3x/(4y)"),
    ("x^3 + y^3 = 6x y", "(2y - x^2)/(y^2 - 2x)", "-16x y/(y^2 - 2x)^3"),
    ("y^5 + y = x", "1/(5y^4 + 1)", "-20y^3/(5y^4 + 1)^3"),
    ("x + sin y = 0", "-1/cos y", None),
]


@pytest.mark.parametrize(("text", "slope", "second"), CURVES, ids=[text for text, _, _ in CURVES])
def test_each_step_to_the_slope_and_to_the_second_derivative_is_proved(text, slope, second):
    first = implicit.slope(curve(text))
    bend = implicit.second(curve(text), first)

    assert agree(first.value, parse(slope)) is True
    for derivation in (*first.sides, first.solved, bend.differentiated, bend.filled, bend.on_curve):
        assert verify(derivation) is Verdict.PROVED
    if second:
        assert agree(bend.value, parse(second)) is True


def test_the_slope_holds_where_the_partial_derivative_is_not_zero():
    from mathcli.syntax.writer import write

    assert write(implicit.slope(curve("x^2 + y^2 = 25")).condition) == "y != 0"


def test_a_wrong_slope_is_refused_by_the_judge():
    from dataclasses import replace

    solved = implicit.slope(curve("x^2 + y^2 = 25")).solved
    last = solved.steps[-1]
    assert isinstance(last.result, Equation)
    wrong = Equation(last.result.left, parse("x/y"))
    steps = (*solved.steps[:-1], replace(last, after=wrong, result=wrong))

    assert judge(replace(solved, steps=steps))[(len(steps) - 1,)] is not Verdict.PROVED


@pytest.mark.parametrize("text", ["x^2 + y^2 = -1", "e^x + e^y = 0", "x^2 + x y + y^2 + 1 = 0", "cosh x + y^2 = 1/2"])
def test_an_equation_without_real_points_has_no_slope(text):
    with pytest.raises(UndefinedError, match="no real point"):
        implicit.slope(curve(text))


@pytest.mark.parametrize("text", ["x^2 + y^2 = 0", "(y - x)^2 = 0", "x^2 + 2x y + y^2 = 0"])
def test_where_one_side_only_touches_the_other_the_slope_stays_open(text):
    with pytest.raises(UndecidedError, match="F_y = 0"):
        implicit.slope(curve(text))


def test_a_hyperbola_is_no_empty_curve():
    assert agree(implicit.slope(curve("x^2 - y^2 = -1")).value, parse("x/y")) is True
