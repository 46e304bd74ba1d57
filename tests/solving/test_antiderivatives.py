"""Antiderivatives up to a constant, which may be another one on each piece of the domain."""

from __future__ import annotations

import pytest

from mathcli.algebra.budget import Budget
from mathcli.solving.antiderivatives import compare_up_to_constant
from mathcli.syntax.parser import parse
from mathcli.syntax.tree import Name
from mathcli.syntax.writer import write


def found(left: str, right: str):
    return compare_up_to_constant(parse(left), parse(right), Name("x"), budget=Budget())


@pytest.mark.parametrize(
    ("left", "right", "verdict"),
    [("x^2/2", "x^2/2 + 7", "equal"), ("log|x| + C", "log|3x|", "equal"),
     ("log|x|", "log(x)", "equal_on_common_domain"),
     ("sin(x)^2", "-cos(x)^2", "equal"), ("sin(x)^2", "-cos(2x)/2", "equal"), ("x e^x - e^x", "(x-1) e^x", "equal"),
     ("atan(x)", "-atan(1/x)", "equal_on_common_domain"), ("asin(x)", "-acos(x)", "equal"), ("x^2", "x^3", "different"),
     ("log(x)", "log(2x)/2", "different"), ("x|x|/2", "x^2/2", "different"), ("sign(x)", "0", "undecided"),
     ("floor(x)", "0", "undecided"), ("x + | |x| - x |", "-x", "undecided"), ("a x", "a x + a", "equal")],
)  # fmt: skip
def test_antiderivatives_are_equal_where_their_derivatives_are(left, right, verdict):
    assert found(left, right).comparison.verdict == verdict


def test_the_constant_is_shown_for_each_piece():
    constants = [write(value) for _, value in found("atan(x)", "-atan(1/x)").differences]

    assert constants == ["-pi/2", "pi/2"]
