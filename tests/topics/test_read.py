"""`read` shows how a text was read, and computes nothing."""

from __future__ import annotations

import pytest

from mathcli.algebra.budget import Budget
from mathcli.syntax.parser import parse
from mathcli.syntax.writer import write
from mathcli.topics import build


def solution(text):
    return build("read", {"expression": text}).solve(Budget())


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("x^2", "expression"),
        ("x = 2", "equation"),
        ("(1, 2)", "vector"),
        ("f(x) = x", "function"),
        ("0 < x < 1", "relation"),
    ],
)
def test_the_answer_names_the_kind(text, kind):
    assert solution(text).answer["kind"] == kind


def test_the_answer_holds_the_tree_its_variables_and_what_sympy_makes_of_it():
    answer = solution("b 2x").answer

    assert answer["value"]["mathematics"] is parse("b*2*x")
    assert answer["variables"] == ("b", "x")
    assert answer["value"]["srepr"] == "Mul(Integer(2), Symbol('b'), Symbol('x'))"


def test_the_bare_answer_has_brackets_where_brackets_decide():
    ((line,),) = solution("1/2x").bare

    assert line == "(1/2)*x"


def test_nothing_is_worked_out():
    assert write(solution("2(x+1)/x/x").read) == "2*(x + 1)/x/x"


def test_the_notes_come_with_the_solution():
    assert solution("1/2x").notes == ("1/2x is read as (1/2)*x; for the other reading write 1/(2x)",)
