"""Two slips in one line: the pair is named where it alone explains the line, and stands in the list otherwise."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from mathcli.algebra.budget import Budget
from mathcli.checking.mistakes import Situation, explanations
from mathcli.syntax.parser import parse
from mathcli.syntax.tree import Name
from tests import fuzz_slips
from tests.checking.test_mistakes import names_for

BY_HAND = [
    [field.strip() for field in line.split(";")]
    for line in Path(__file__).with_name("two_slips.txt").read_text().splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize(("problem", "above", "written", "slips"), BY_HAND, ids=[row[2] for row in BY_HAND])
def test_the_slips_that_a_student_made_are_named_or_listed(problem, above, written, slips):
    pairs = {frozenset(pair) for pair in product(*([s.strip() for s in one.split("|")] for one in slips.split("+")))}
    if problem == "x":
        line = parse(above)
        situation = Situation("simplify", line, None, 0, None, line, None, parse(written))
    else:
        f = parse(problem)
        before = parse(above) if above else None
        situation = Situation("derivative", f, Name("x"), 1, f, before, None, parse(written))
    found = {frozenset(one.names) for one in explanations(situation, budget=Budget())}

    assert pairs & found


def test_another_pair_is_never_named_and_most_are_found():
    verdicts = [fuzz_slips.verdict(line)[0] for line in fuzz_slips.lines(60, seed=2)]

    assert "another pair named" not in verdicts
    assert verdicts.count("named") + verdicts.count("listed") > 45


@pytest.mark.parametrize(
    ("problem", "written", "pairs"),
    [
        ("sin(x^2)", "-cos(x^2)", [{"chain_factor_dropped", "trig_sign"}, {"chain_factor_dropped", "sign_slip"}]),
        (
            "cos(2x)^3",
            "3cos(2x)^(-2) 2 sin(2x)",
            [{"power_exponent_off", "trig_sign"}, {"power_exponent_off", "sign_slip"}],
        ),
    ],
)
def test_a_sign_that_two_slips_can_have_lost_is_said_of_neither_alone(problem, written, pairs):
    found = [set(names) for names in names_for(problem, "", written)]

    assert all(pair in found for pair in pairs)


def test_a_line_that_carries_on_a_right_one_is_not_explained_by_two_slips_in_the_derivative():
    above = "2x^2/(x^2 (x^2+1)) - ln(x^2+1)/x^2"

    assert names_for("ln(x^2+1)/x", above, "2/(x^2+1) - ln(x^2+1)") == []


def test_what_is_right_is_explained_by_no_law_that_was_broken_first():
    assert names_for("x - (x+1)", "", "0") == []


def test_a_law_that_was_broken_before_the_derivative_was_taken_is_among_the_candidates():
    assert ("log_law",) in names_for("log(x^2+3)", "", "2/x")


def test_a_factor_that_was_taken_out_of_one_term_only_has_a_name():
    """Of the lecture notes."""
    above = "2e^(2x) cos x - e^(2x) sin x"

    assert names_for("e^(2x) cos x", above, "2e^(2x) (cos x - e^(2x) sin x)") == [("distribution",)]
