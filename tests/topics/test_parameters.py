"""Critical points with parameters: with numbers put in, each case says what the function itself says."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from mathcli.algebra.budget import Budget
from mathcli.algebra.exact import fraction_node, holds
from mathcli.errors import UndefinedError
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
    "x^4 - 2a x^2",
    "x^4 + a x",
    "x^4 - a x^3",
    "x^5 - 5a x",
    "a x^4 + b x^2 + c",
    "a e^x + b x",
    "a e^x + b e^(-x)",
    "e^(a x) - x",
    "a sin x + b",
    "a sin x + b cos x",
    "a cos(b x)",
    "sqrt(x^2 + a^2)",
    "x/(x^2 + a)",
    "1/(x^2 + a)",
    "log(x^2 + a)",
    "a x + b/x",
    "a/x^2 - b/x",
    "x log x + a x",
    "x^2 log(x/a)",
    "p log x + (1 - p) log(1 - x)",
    "sqrt(x) (x - a)",
    "a |x - b|",
    "(x - a)^2 (x - b)",
    "x (a - 2x)^2",
    "2 pi x^2 + 2a/x",
    "a (e^(-2(x - b)) - 2e^(-(x - b)))",
    "x - a log(1 + x)",
    "x sqrt(a - x)",
    "log((x^2 + a)/(x + 1))",
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
    if X not in f.names and f.names:
        return False
    try:
        found = critical_points(f, X, budget=Budget())
    except UndefinedError:
        return False
    return bool(found.points or found.families or found.plateaus)


def _check(case, f, at):
    found = critical_points(f, X, budget=Budget())
    assert found.is_complete
    assert case.is_decided
    assert case.is_constant == bool(found.plateaus)
    assert len(case.points) == len(found.points) + len(found.families) or found.plateaus
    for point in case.points:
        place = Bound.of(point.at.substitute(at))
        if point.period is None:
            (same,) = (p for p in found.points if _are_near(p.at, place))
            worth = same.value
        else:
            (same,) = (p for p in found.families if _come_back(p.base, place, p.period))
            worth = Bound.of(same.value)
        assert same.kind == point.kind
        assert _are_near(worth, Bound.of(point.value.substitute(at)))


def _are_near(a, b):
    return a.ball(200).overlaps(b.ball(200))


def _come_back(base, place, period):
    turns = (base.ball() - place.ball()) / Bound.of(period).ball()
    return turns.contains(int(float(turns.mid()) + (0.5 if turns > 0 else -0.5)))


def test_the_lines_of_a_pipe_end_with_the_case():
    assert answer("critical", expression="a x^2 + b x + c", var="x") == [
        "x = -b/(2*a)\tc - b^2/(4*a)\tlocal minimum\ta > 0",
        "x = -b/(2*a)\tc - b^2/(4*a)\tlocal maximum\ta < 0",
        "all x\t\tconstant\ta = 0 and b = 0",
    ]


@pytest.mark.parametrize("text", ["a sin x + x^5", "|x - a| + x^2", "a floor(x)"])
def test_what_is_not_covered_names_its_parameters(text):
    code, message = refusal("critical", expression=text, var="x")
    assert code == 3
    assert "(a)" in message


@pytest.mark.parametrize("text", ["log(a x - log x)", "e^(x |x| (x - a))"])
def test_a_case_is_never_told_by_anything_but_the_parameters(text):
    f = parse(text)
    for case in cases_of(f, X).cases:
        assert all(condition.names <= f.names - {X} for condition in case.where)
