"""Critical points with parameters: with numbers put in, each case says what the function itself says."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from mathcli.algebra.budget import Budget
from mathcli.algebra.exact import fraction_node, holds
from mathcli.extrema.one_variable import critical_points
from mathcli.extrema.parametric import cases_of
from mathcli.solving.regions import Bound
from mathcli.syntax.parser import parse
from mathcli.syntax.tree import Name
from tests.topics.answers import answer, refusal

X = Name("x")
VALUES = [Fraction(-2), Fraction(-1, 3), Fraction(0), Fraction(1), Fraction(5, 2)]
FUNCTIONS = [
    "a x^2 + b x + c",
    "x^3 - 3a x",
    "x^3 - 3a^2 x",
    "a x^3 + b x",
    "a x^3 + b x^2 + c x",
    "a x^3 - a x",
    "a x e^(-x)",
    "x e^(-a x)",
    "e^(-(x - a)^2)",
    "(x - a)^2 + (x - b)^2",
    "(x - a)/(x^2 + 1)",
    "a log(x) - x",
    "x + a/x",
    "a^2 x^2 + x",
    "a x + b",
    "(a - b) x^2 + x",
    "a b x^2 + x",
]


@pytest.mark.parametrize("text", FUNCTIONS)
def test_exactly_one_case_holds_and_says_what_the_function_with_numbers_says(text):
    f = parse(text)
    cases = cases_of(f, X).cases
    parameters = sorted(f.names - {X}, key=lambda name: name.name)
    for numbers in product(VALUES, repeat=len(parameters)):
        at = dict(zip(parameters, map(fraction_node, numbers), strict=True))
        true_of = [case for case in cases if all(holds(c.substitute(at)) is True for c in case.where)]
        assert len(true_of) == 1 or (not true_of and not _has_points(f.substitute(at)))
        if true_of:
            _check(true_of[0], f.substitute(at), at)


def _has_points(f):
    found = critical_points(f, X, budget=Budget())
    return bool(found.points or found.plateaus)


def _check(case, f, at):
    found = critical_points(f, X, budget=Budget())
    assert found.is_complete
    assert case.is_constant == bool(found.plateaus)
    assert len(case.points) == len(found.points)
    for point in case.points:
        place = Bound.of(point.at.substitute(at))
        (same,) = (p for p in found.points if p.at.compare(place) == 0)
        assert same.kind == point.kind
        assert same.value.compare(Bound.of(point.value.substitute(at))) == 0


def test_the_lines_of_a_pipe_end_with_the_case():
    assert answer("critical", expression="a x^2 + b x + c", var="x") == [
        "x = -b/(2*a)\tc - b^2/(4*a)\tlocal minimum\ta > 0",
        "x = -b/(2*a)\tc - b^2/(4*a)\tlocal maximum\ta < 0",
        "all x\t\tconstant\ta = 0 and b = 0",
    ]


@pytest.mark.parametrize("text", ["a sin x + x^5", "|x - a|", "a floor(x)"])
def test_what_is_not_covered_names_its_parameters(text):
    code, message = refusal("critical", expression=text, var="x")
    assert code == 3
    assert "(a)" in message
