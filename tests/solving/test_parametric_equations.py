"""Equations with parameters: with numbers put in, the case that holds says what the equation itself says."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from mathcli.algebra.budget import Budget
from mathcli.algebra.domains import has_empty_domain
from mathcli.algebra.exact import fraction_node, holds
from mathcli.errors import NotCoveredError
from mathcli.solving.cells import by_cases
from mathcli.solving.parametric_equations import solutions_by_cases
from mathcli.solving.regions import REAL_LINE, Bound
from mathcli.solving.roots import zeros
from mathcli.syntax.parser import parse
from mathcli.syntax.tree import Name
from mathcli.syntax.writer import write

X = Name("x")
VALUES = [Fraction(-2), Fraction(-1, 3), Fraction(0), Fraction(1), Fraction(5, 2)]


@pytest.mark.parametrize(
    "text",
    [
        "a x - b",
        "a x^2 + b x + c",
        "e^x - a",
        "x^3 - a",
        "x^4 - a",
        "sin x - a",
        "cos(2x) - a",
        "tan x - a",
        "log x - a",
        "|x - a| - b",
        "1/x - a",
        "a/(x - b) - 1",
        "sqrt(x + a) - b",
        "x + a/x - b",
        "a e^(b x) - 2",
        "e^(2x) - 2a e^x + 1",
        "x^4 - a x^2 + b",
        "(x - a)/(x - b) - 1",
        "a sin x + b cos x",
        "atan x - a",
        "x^2 - a x",
        "log(a x) - b",
        "cosh x - a",
    ],
)
def test_the_case_that_holds_has_the_solutions_of_the_equation_with_numbers(text):
    difference = parse(text)
    cases = solutions_by_cases(difference, X, budget=Budget())
    parameters = sorted(difference.names - {X}, key=lambda name: name.name)
    for numbers in product(VALUES, repeat=len(parameters)):
        at = dict(zip(parameters, map(fraction_node, numbers), strict=True))
        (case,) = (case for case in cases if all(holds(c.substitute(at)) is True for c in case.where))
        f = difference.substitute(at)
        if has_empty_domain(f):
            assert not case.solutions
            assert not case.is_all
            continue
        found = zeros(f, X, REAL_LINE, budget=Budget())
        assert found.is_complete
        assert case.is_decided
        assert case.is_all == bool(found.continua)
        if not case.is_all:
            _check(case, found, at)


def _check(case, found, at):
    places = [(Bound.of(s.at.substitute(at)), s.period and s.period.substitute(at)) for s in case.solutions]
    for zero in found.points:
        assert any(place.ball(200).overlaps(zero.at.ball(200)) for place, _ in places)
    for family in found.families:
        assert any(period and _come_back(place, family.base, period) for place, period in places)
    single = [place for place, period in places if period is None]
    for k, place in enumerate(single):
        is_twice = any(place.ball(200).overlaps(other.ball(200)) for other in single[:k])
        assert is_twice or any(place.ball(200).overlaps(zero.at.ball(200)) for zero in found.points)


def _come_back(base, place, period):
    turns = 2 * (base.ball(200) - place.ball(200)) / Bound.of(period).ball(200)
    return turns.contains(round(float(turns.mid())))


def test_what_has_no_form_names_its_parameters():
    with pytest.raises(NotCoveredError, match=r"parameters \(a\)"):
        solutions_by_cases(parse("x + cos x - a"), X, budget=Budget())


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("a", {"a > 0", "a < 0", "a = 0"}),
        ("a - b", {"a > b", "a < b", "a = b"}),
        ("a^2 + 1", {""}),
        ("a^2 + b^2", {"a^2 + b^2 > 0", "a^2 + b^2 = 0"}),
        ("a^2 (a - 1)", {"a = 0", "a = 1", "a > 1", "0 < a < 1", "a < 0"}),
        ("(a - 1)(a - 2)", {"1 < a < 2", "a = 1", "a > 2", "a < 1", "a = 2"}),
    ],
)
def test_cases_cover_all_signs_and_leave_out_what_cannot_be(asked, said):
    cases = by_cases(lambda cell: cell.sign(cell.put_in(parse(asked))))

    assert {" and ".join(map(write, where)) for where, _ in cases} == said
