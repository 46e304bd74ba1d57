"""Equations, inequalities and systems: every real solution, and the certificate."""

from __future__ import annotations

import pytest

from mathcli.algebra.budget import Budget
from mathcli.errors import MathcliError, NotCoveredError, UndefinedError, UsageError
from mathcli.syntax.writer import write
from mathcli.topics import build


def solve(equation, **fields):
    return build("solve", {"equation": equation, **fields}).solve(Budget())


def lines(solution):
    return ["".join(part if isinstance(part, str) else write(part) for part in line) for line in solution.bare]


@pytest.mark.parametrize(
    ("equation", "expected"),
    [
        ("4x^3 + 2x - 6 = 0", ["x = 1"]),
        ("log n = 1", ["n = e"]),
        ("x^2 = 2", ["x = -sqrt(2)", "x = sqrt(2)"]),
        ("x^2 + 1 = 0", []),
        ("1/x = 0", []),
        ("sqrt(x) = x - 2", ["x = 4"]),
        ("(x - 1)^3/(x - 1) = 0", []),
        ("x^2 - 5x + 6", ["x = 2", "x = 3"]),
        ("|x - 1| + |x + 2| = 3", ["-2 <= x <= 1"]),
        ("x/x = 1", ["x < 0", "x > 0"]),
        ("x^2 - 3x + 2 > 0", ["x < 1", "x > 2"]),
        ("0 < x^2 < 4", ["-2 < x < 0", "0 < x < 2"]),
        ("x^2 < 0", []),
    ],
)
def test_the_real_solutions_are_all_there_and_proved(equation, expected):
    solution = solve(equation)

    assert lines(solution) == expected
    assert solution.answer["complete"] == "proved"
    assert solution.exit_code == 0


def test_the_solution_that_others_lose_is_in_a_family():
    families = [line for line in lines(solve("sin 4x + sin 3x = 0")) if "k" in line]

    assert "x = pi + 2*pi*k" in families
    assert len(families) == 8


def test_a_root_without_a_closed_form_is_enclosed():
    (number,) = solve("x^5 - x - 1 = 0").answer["solutions"]

    low, high = (float(end) for end in number["enclosure"])
    assert low <= 1.1673039782614187 <= high


def test_a_system_has_all_its_real_solutions():
    solution = solve("x^2 + y^2 = 25", also=["x = 2y - 5"])

    assert sorted(lines(solution)) == ["x = -5\ty = 0", "x = 3\ty = 4"]
    assert solution.answer["complete"] == "proved"


def test_an_interval_keeps_only_the_solutions_inside():
    assert lines(solve("x^2 = 4", on="(0, inf)")) == ["x = 2"]


def test_what_is_not_certified_says_so_and_ends_with_3():
    solution = solve("gamma(x) = 2")

    assert solution.answer["complete"] == "unknown"
    assert solution.exit_code == 3
    assert any("not certified" in note for note in solution.notes)


@pytest.mark.parametrize(
    ("equation", "fields", "error"),
    [
        ("3 = 4", {}, UsageError),
        ("a x = b", {}, UsageError),
        ("x + cos x = b", {"var": "x"}, NotCoveredError),
        ("x = 1", {"var": "t"}, UsageError),
        ("sqrt(-1 - x^2) = 0", {}, UndefinedError),
        ("x = 1", {"on": "[2, 1]"}, UsageError),
        ("x^2 + y^2 = 1", {"also": ["x = y"], "on": "[0, 1]"}, UsageError),
    ],
)
def test_what_cannot_be_solved_is_one_clear_error(equation, fields, error):
    with pytest.raises(error) as caught:
        solve(equation, **fields)
    assert isinstance(caught.value, MathcliError)
    assert caught.value.message


def test_a_family_without_a_short_form_is_given_by_a_decimal():
    assert lines(solve("sin(2x) + cos(x) = 1/3"))[0] == "x = 1.458987950963614 + 2*pi*k"


def test_an_inequality_with_a_parameter_names_it():
    with pytest.raises(NotCoveredError, match=r"parameters \(a\)"):
        solve("x^2 > a", var="x")


def test_a_family_with_a_gap_says_for_which_k():
    assert {"x = 2*pi*k, k >= 1", "x = 2*pi*k, k <= -1"} < set(lines(solve("sin(x)/x = 0")))


def test_an_identity_holds_only_where_both_sides_have_values_also_where_the_gaps_repeat():
    (line,) = lines(solve("tan(x) tan(pi/2 - x) = 1"))
    assert line.startswith("all real x with ")
    assert "!= 0" in line


def test_with_parameters_each_solution_comes_with_its_case():
    assert lines(solve("a x = b", var="x")) == ["x = b/a\ta != 0", "all x\ta = 0 and b = 0"]
    assert lines(solve("x^2 = a", var="x")) == ["x = -sqrt(a)\ta > 0", "x = sqrt(a)\ta > 0", "x = 0\ta = 0"]


def test_a_case_that_was_not_worked_out_is_said():
    solution = solve("a x^3 + x^2 + b x = 1", var="x")

    assert solution.exit_code == 3
    assert any("a != 0" in note for note in solution.notes)


def test_a_pipe_is_told_that_the_solutions_of_a_system_are_not_certified_to_be_complete():
    solution = solve("x^2 - y^3 = 0", also=["x sin(y) + y sin(x) = 0"])

    assert solution.exit_code == 3
    assert solution.notes[-1].startswith("not certified to be complete: ")
