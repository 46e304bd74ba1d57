"""Statements: what is written between expressions, and which texts are sets, intervals or nothing of the kind."""

from __future__ import annotations

import pytest

from mathcli.syntax.parser import parse
from mathcli.syntax.statements import as_interval, read_statement
from mathcli.syntax.writer import write


def said(text: str):
    statement = read_statement(text)
    return statement.kind, [[write(tree) for tree in parts] for parts in statement.alternatives]


@pytest.mark.parametrize(
    ("text", "kind", "alternatives"),
    [
        ("x = 2 or x = -2", "claims", [["x = 2"], ["x = -2"]]),
        ("x = ±2", "claims", [["x = 2"], ["x = -2"]]),
        ("x = 2, x = -2", "claims", [["x = 2"], ["x = -2"]]),
        ("x = 1 or 2", "claims", [["x = 1"], ["x = 2"]]),
        ("x > 2 and x < 3", "claims", [["x > 2", "x < 3"]]),
        ("x < 1 ∨ x > 3", "claims", [["x < 1"], ["x > 3"]]),
        ("{1, 2}", "values", [["1"], ["2"]]),
        (r"\{1, 2\}", "values", [["1"], ["2"]]),
        ("x in {1, 2}", "values", [["1"], ["2"]]),
        ("{}", "values", []),
        ("∅", "values", []),
        ("(x, 2x)", "expression", [["(x, 2*x)"]]),
        ("{x if x>0; -x otherwise}", "expression", [["{x if x > 0; -x otherwise}"]]),
        ("a + -b", "expression", [["a - b"]]),
        ("{x+1}/2", "expression", [["(x + 1)/2"]]),
        ("0 < x < 1", "claims", [["0 < x < 1"]]),
    ],
)
def test_a_statement_is_taken_apart_at_its_words(text, kind, alternatives):
    assert said(text) == (kind, alternatives)


@pytest.mark.parametrize("text", ["[0, 1)", "(0, 1]", "]0, 1]", "(0, inf)", "(-∞, 2]", "x in [0, 1]", "x ∈ (0, 1)"])
def test_an_interval_is_known_by_its_brackets_or_by_the_name_in_front(text):
    assert said(text)[0] == "claims"


def test_brackets_that_may_be_a_vector_are_one_until_an_interval_is_asked_for():
    assert said("[0, 1]")[0] == "expression"
    assert as_interval(parse("[0, 1]"), "[0, 1]").has_lower
    assert not as_interval(parse("(0, 1)"), "(0, 1)").has_lower
    assert as_interval(parse("(0, 1, 2)"), "(0, 1, 2)") is None
