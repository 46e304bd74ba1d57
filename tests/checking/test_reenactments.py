"""Laws: a slip made anywhere is found again, what is right is no mistake, and two slips are found as a pair."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from mathcli.algebra.balls import working_precision
from mathcli.algebra.budget import Budget
from mathcli.calculus.differentiation import differentiate
from mathcli.checking.mistakes import NAMES, Situation, explanations
from mathcli.checking.mistakes.derivatives import Candidate, Differentiation
from mathcli.checking.mistakes.lines import Rewriting, rewritings
from mathcli.checking.mistakes.values import Points, Values, is_small
from mathcli.errors import NoAnswerError
from mathcli.syntax.tree import Derivative, Name, Node
from tests.checking.test_mistakes import names_for
from tests.strategies import elementary_functions

x = Name("x")
quietly = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def names_of(situation: Situation) -> list[tuple[str, ...]]:
    return [explanation.names for explanation in explanations(situation, budget=Budget())]


def changes(error: Values, right: Values) -> bool:
    return not is_small(error, right) and all(abs(e) < 1e9 for e in error)


def wrong_derivatives(f: Node) -> tuple[Differentiation, list[Candidate]]:
    points = Points((f,))
    assume(len(points) > 1)
    derivative = Differentiation(f, x, points)
    try:
        right = points.of(derivative.right(Derivative(f, x)))
    except NoAnswerError:
        assume(False)
    found = [c for place in derivative.places() for c in derivative.candidates(place)]
    return derivative, [c for c in found if len(c.names) == 1 and c.slip.doubt == 0 and changes(c.error, right)]


@quietly
@given(elementary_functions(of=x), st.data())
def test_a_slip_at_any_place_of_a_derivative_is_named_or_listed(f, data):
    with working_precision(64):
        derivative, candidates = wrong_derivatives(f)
        assume(candidates)
        made = data.draw(st.sampled_from(candidates))
        line = derivative.line({made.place.key: made.slip.wrong})

    assert made.names in names_of(Situation("derivative", f, x, 1, f, None, None, line))


@quietly
@given(elementary_functions(of=x, size=4), st.data())
def test_a_slip_of_algebra_on_any_part_of_a_line_is_named_or_listed(line, data):
    with working_precision(64):
        points = Points((line,))
        assume(len(points) > 1)
        right = points.of(line)
        found = [r for r in rewritings(line, points) if r.slip.doubt == 0 and changes(r.error, right)]
        assume(found)
        made: Rewriting = data.draw(st.sampled_from(found))

    assert made.names in names_of(Situation("simplify", line, None, 0, None, line, None, made.line))


@quietly
@given(elementary_functions(of=x))
def test_a_right_derivative_is_explained_by_no_mistake(f):
    try:
        right = differentiate(f, x)
    except NoAnswerError:
        assume(False)

    assert names_of(Situation("derivative", f, x, 1, f, None, None, right.result)) == []
    if right.raw is not None:
        assert names_of(Situation("derivative", f, x, 1, f, right.raw, None, right.result)) == []


@pytest.mark.parametrize(
    ("problem", "above", "written", "pair"),
    [
        ("5^x + x^5", "", "5^x + 5x^5", {"exponential_log_lost", "power_exponent_kept"}),
        ("2^(3x)", "", "2^(3x)", {"exponential_log_lost", "chain_factor_dropped"}),
        ("sqrt(x^2+1) sin x", "", "cos x/(2 sqrt(x^2+1))", {"product_as_product", "chain_factor_dropped"}),
        ("(x^2+1)/(x-1)", "", "((x^2+1) - 2x(x-1))/(x-1)", {"quotient_order", "quotient_denominator"}),
        ("x", "(x+3)^2 - (2x - 1)", "x^2 + 9 - 2x - 1", {"power_over_sum", "distribution"}),
        ("x^2 y + 3y", "", "2x + 3y", {"other_variable_dropped", "constant_kept"}),
    ],
)
def test_two_slips_that_no_single_one_explains_are_found_as_a_pair(problem, above, written, pair):
    assert pair in [set(names) for names in names_for(problem, above, written)]


@pytest.mark.parametrize(
    ("problem", "written", "name"),
    [
        ("e^(2x) cos(3x)", "e^(2x) cos(3x) - e^(2x) sin(3x)", "chain_factor_dropped"),
        ("3x^4 - 5x^2 + 2x", "12x^4 - 10x^2 + 2", "power_exponent_kept"),
        ("4sin x + 3cos x + 2x^3", "cos x - sin x + 3x^2", "constant_factor_lost"),
    ],
)
def test_one_mistake_made_throughout_has_one_name(problem, written, name):
    assert names_for(problem, "", written) == [(name,)]


def test_where_more_went_wrong_than_is_known_the_first_wrong_term_is_explained():
    """Of the lecture notes: the second derivative with two slips, of which one is no known mistake."""
    assert names_for("3*4x^3 - 5*2x + 2", "", "3*4*2x^2 - 5*2*2x") == [("power_multiplier_wrong",)]


@pytest.mark.parametrize(
    ("problem", "above", "written"),
    [("x^3 + sin x", "", "7x^5 - log x"), ("x", "x^2 + x", "e^x - 17"), ("x^2 - 1", "2x = 0", "x = 5")],
)
def test_what_no_known_mistake_leads_to_is_not_explained(problem, above, written):
    assert [names for names in names_for(problem, above, written) if names != ("arithmetic",)] == []


@pytest.mark.parametrize("written", ["0*x", "1/0", "log(-1-x^2)", "y", "x/(x - x)", "floor(x)", "x^x^x", "|x|"])
def test_strange_lines_are_not_explained_and_raise_nothing(written):
    assert names_for("x^2 sin x", "", written) == []


def test_there_are_39_names_each_described_in_a_line():
    assert len(NAMES) == 39
    assert all(description and "\n" not in description for description in NAMES.values())
