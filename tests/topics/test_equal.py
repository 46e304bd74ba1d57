"""The verdicts on two expressions: equal, different, and what lies between."""

from __future__ import annotations

import pytest
from hypothesis import given

from mathcli.algebra.budget import Budget
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
        ("gamma(x+1)", "x gamma(x)", "undecided", 3),
        ("(1, 2x)", "(1, x + x)", "equal", 0),
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
    (last,) = verdict("x + 5/10^435", "x").blocks[-1].phrase

    assert "5.00e-435 apart" in last


@pytest.mark.parametrize(("left", "right", "error"), [("x = 1", "x = 2", NotCoveredError), ("(1, 2)", "x", UsageError)])
def test_what_cannot_be_compared_says_why(left, right, error):
    with pytest.raises(error) as caught:
        verdict(left, right)
    assert caught.value.hint


@given(elementary_functions(of=Name("x")))
def test_an_expression_is_equal_to_itself_and_not_to_itself_and_one(f):
    text = write(f)

    assert verdict(text, text).answer["verdict"] in ("equal", "nowhere_both_defined", "undecided")
    assert verdict(text, f"({text}) + 1").answer["verdict"] in ("different", "nowhere_both_defined", "undecided")
