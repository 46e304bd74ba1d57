"""The verdicts on two expressions: equal, different, and what lies between."""

from __future__ import annotations

import pytest
from hypothesis import given

from mathcli.algebra.budget import Budget
from mathcli.algebra.verdict import Verdict
from mathcli.errors import NotCoveredError, UsageError
from mathcli.syntax.tree import Name
from mathcli.syntax.writer import write
from mathcli.topics import build
from tests.strategies import elementary_functions


def verdict(left, right):
    return build("equal", {"left": left, "right": right}).solve(Budget())


@pytest.mark.parametrize(
    ("left", "right", "said", "code"),
    [
        ("sin(2x)", "2 sin x cos x", "equal", 0),
        ("log(x^2)", "2 log|x|", "equal", 0),
        ("sqrt(x^2+2x+1)", "|x+1|", "equal", 0),
        ("0.1 + 0.2", "0.3", "equal", 0),
        ("x/x", "1", "equal_on_common_domain", 0),
        ("log(x^2)", "2 log x", "equal_on_common_domain", 0),
        ("1/2^99", "1/2^98", "different", 1),
        ("e^(x+y)", "e^x + e^y", "different", 1),
        ("sin(2 pi x)", "0", "different", 1),
        ("x + 5/10^435", "x", "different", 1),
        ("sqrt(-1-x^2)", "log(-1-x^2)", "nowhere_both_defined", 3),
        ("floor(x/2) + floor((x+1)/2)", "floor(x)", "undecided", 3),
        ("(1, 2x)", "(1, x + x)", "equal", 0),
        ("sum_{i=1}^3 x_i", "x_1 + x_2 + x_3", "equal", 0),
        ("sum_{i=1}^3 x_i", "x_1 + x_2 + 2 x_3", "different", 1),
        ("(sum_{i=1}^3 x_i) - x_2", "x_1 + x_3", "equal", 0),
        ("x_1 x_2 x_3", "prod_{i=1}^3 x_i", "equal", 0),
        ("sum_{i=1}^2 sum_{j=1}^i a_{ij}", "a_11 + a_21 + a_22", "equal", 0),
        ("sum_{i=1}^2 sum_{j=1}^2 a_{ij}", "a_{1,1} + a_{1,2} + a_{2,1} + a_{2,2}", "equal", 0),
    ],
)
def test_the_verdict_and_the_exit_code_belong_together(left, right, said, code):
    solution = verdict(left, right)

    assert solution.answer["verdict"] == said
    assert solution.exit_code == code


def test_what_differs_has_a_witness_and_what_is_equal_a_proof():
    assert verdict("2^x", "x^2").answer["witness"]["at"]
    assert verdict("tan x cos x", "sin x").answer["proof"]


def test_a_difference_too_small_to_show_is_shown_as_a_difference():
    table = verdict("x + 5/10^435", "x").blocks[-1]

    assert table.heads[-1] == ("apart",)
    assert table.rows[0][-1] == ("5.00e-435",)


@pytest.mark.parametrize(
    ("left", "right", "error"),
    [("x = 1", "x", UsageError), ("(1, 2)", "x", UsageError), ("lim_{x->0} sin(x)/x", "1", NotCoveredError)],
)
def test_what_cannot_be_compared_says_why(left, right, error):
    with pytest.raises(error) as caught:
        verdict(left, right)
    assert caught.value.hint


@given(elementary_functions(of=Name("x")))
def test_an_expression_is_equal_to_itself_and_not_to_itself_and_one(f):
    text = write(f)

    assert verdict(text, text).answer["verdict"] in ("equal", "nowhere_both_defined", "undecided")
    assert verdict(text, f"({text}) + 1").answer["verdict"] in ("different", "nowhere_both_defined", "undecided")


@pytest.mark.parametrize(
    ("left", "right", "form", "has"),
    [("x^2-1", "(x-1)(x+1)", "factored", True), ("(x-1)(x+1)", "x^2-1", "factored", False),
     ("1/x+1/y", "(x+y)/(x y)", "single-fraction", True)],
)  # fmt: skip
def test_the_form_demanded_is_asked_of_the_second_expression(left, right, form, has):
    solution = build("equal", {"left": left, "right": right, "form": form}).solve(Budget())

    assert solution.answer["form"]["has"] is has
    assert solution.exit_code == (0 if has else 1)


def test_what_is_wrong_is_not_asked_for_its_form():
    solution = build("equal", {"left": "x^2", "right": "x^2-1", "form": "factored"}).solve(Budget())

    assert solution.bare == (("different",),)


@pytest.mark.parametrize(
    ("left", "right", "said"),
    [("x^2 = 4", "x = 2 or x = -2", "equal"), ("x^2 = 4", "x = 2", "different"), ("{1, 2}", "{2, 1}", "equal"),
     ("[0, 1]", "0 <= x <= 1", "equal"), ("(0, 1)", "0 <= x <= 1", "different"), ("{x^2}", "x*x", "equal"),
     ("{x, y}", "{y, x}", "equal"), ("f(x) = x^2", "g(t) = t t", "equal")],
)  # fmt: skip
def test_claims_and_sets_are_compared_too(left, right, said):
    assert verdict(left, right).answer["verdict"] == said


def test_brackets_of_two_kinds_around_vectors_leave_a_note():
    assert any("vectors" in note for note in verdict("[0, 1]", "(0, 1)").notes)


def test_a_constant_may_be_added_where_asked():
    fields = {"left": "atan(x)", "right": "-atan(1/x)", "up_to_constant": True}
    solution = build("equal", fields).solve(Budget())

    assert solution.answer["verdict"] == "equal_on_common_domain"
    assert len(solution.answer["differences"]) == 2
    assert solution.bare == (("equal up to a constant where both are defined",),)


def test_a_comparison_that_takes_too_long_is_undecided():
    solution = build("equal", {"left": "erf(x)^2", "right": "erf(-x)^2 + 0 gamma(x)"}).solve(Budget(40))

    assert solution.answer["verdict"] == "undecided"


def test_what_only_sympy_finds_equal_is_said_to_be_no_proof(monkeypatch):
    monkeypatch.setattr("mathcli.topics._comparing._SECONDS_FOR_SYMPY", 600.0)
    solution = verdict("gamma(x) gamma(1-x)", "pi/sin(pi x)")

    assert solution.answer["verdict"] == "equal_on_common_domain"
    assert solution.verified is Verdict.TESTED
    assert "SymPy" in solution.answer["proof"]


def test_sympy_that_takes_too_long_leaves_the_question_open(monkeypatch):
    monkeypatch.setattr("mathcli.topics._comparing._SECONDS_FOR_SYMPY", 0.5)

    assert verdict("gamma(x) gamma(1-x)", "pi/sin(pi x)").answer["verdict"] == "undecided"
