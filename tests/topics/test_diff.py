"""The derivative of one variable: values at points, corners, letters, and what is refused."""

from __future__ import annotations

import pytest

from mathcli.algebra.rational import agree
from mathcli.solution import Page
from mathcli.syntax.parser import parse
from tests.topics.answers import answer, refusal, solve


@pytest.mark.parametrize(
    ("expression", "at", "value"),
    [
        ("x^2", "x=3", "6"),
        ("x^2", "3", "6"),
        ("log x", "x=2", "1/2"),
        ("sin x", "x=0", "1"),
        ("x|x|", "x=0", "0"),
        ("sqrt(x^2+1)", "x=0", "0"),
        ("{x^2 if x < 0; x^3 otherwise}", "x=0", "0"),
        ("x^3", "x=a", "3*a^2"),
        ("sqrt(x^4)", "x=0", "0"),
        ("max(x^2, x^3)", "x=0", "0"),
        ("|x^3|", "x=0", "0"),
    ],
)
def test_the_value_at_a_point_is_exact(expression, at, value):
    assert answer("diff", expression=expression, at=at) == [value]


@pytest.mark.parametrize(
    ("expression", "at", "words"),
    [
        ("|x|", "x=0", "-1 from the left, 1 from the right"),
        ("{x if x < 0; 2x otherwise}", "x=0", "1 from the left, 2 from the right"),
        ("{0 if x < 0; 1 otherwise}", "x=0", "not continuous"),
        ("sqrt(x^2)", "x=0", "-1 from the left, 1 from the right"),
        ("|x^2 - 1|", "x=1", "-2 from the left, 2 from the right"),
        ("cbrt x", "x=0", "slope grows without bound"),
        ("x^(2/3)", "x=0", "slope grows without bound"),
        ("sqrt|x|", "x=0", "slope grows without bound"),
        ("log x", "x=-1", "not defined at x = -1"),
        ("1/x", "x=0", "not defined at x = 0"),
        ("x^(3/2)", "x=0", "not defined to the left"),
    ],
)
def test_where_there_is_no_derivative_the_reason_is_said(expression, at, words):
    code, message = refusal("diff", expression=expression, at=at)

    assert code == 3
    assert words in message


def test_a_second_derivative_can_be_missing_where_the_first_is_there():
    assert answer("diff", expression="x|x|", at="x=0") == ["0"]
    assert "no 2nd derivative" in refusal("diff", expression="x|x|", at="x=0", order=2)[1]


@pytest.mark.parametrize(
    ("expression", "options", "lines"),
    [
        ("5", {}, ["0"]),
        ("a x^2 + b x + c", {}, ["2*a*x + b"]),
        ("f(t) = t^2", {}, ["2*t"]),
        ("a x^2", {"var": "a"}, ["x^2"]),
        ("d/dx (x^3)", {}, ["3*x^2"]),
        ("d/dx (x^3)", {"order": 2}, ["6*x"]),
        ("y = x^2", {}, ["2*x"]),
        ("x^3", {"order": 4}, ["0"]),
    ],
)
def test_the_variable_is_the_one_that_was_meant(expression, options, lines):
    assert answer("diff", expression=expression, **options) == lines


def test_a_derivative_that_was_typed_is_taken_once_and_said_so():
    solution = solve("diff", expression="d/dx (x^3)")

    assert any("taken once" in note for note in solution.notes)


@pytest.mark.parametrize(
    ("fields", "code", "words"),
    [
        ({"expression": "x^2 + y^2 = 25"}, 2, "this is an equation"),
        ({"expression": "x^2", "order": 0}, 2, "--order is at least 1"),
        ({"expression": "a b"}, 2, "which variable is meant"),
        ({"expression": "log(-x^2)"}, 3, "defined nowhere"),
        ({"expression": "1/0"}, 3, "defined nowhere"),
        ({"expression": "x/(1 - 1)"}, 3, "defined nowhere"),
        ({"expression": "1/(x - x)"}, 3, "defined nowhere"),
        ({"expression": "x^inf"}, 3, "infinity"),
        ({"expression": "x^2", "at": "y=1"}, 2, "not one of the variables"),
        ({"expression": "x^2", "at": "1,2"}, 2, "2 values for 1"),
        ({"expression": "x^2", "at": "x=1,x=2"}, 2, "twice"),
        ({"expression": "(x, x^2)"}, 2, "this is a vector"),
    ],
)
def test_what_cannot_be_differentiated_is_an_error_that_says_what_to_do(fields, code, words):
    found, message = refusal("diff", **fields)

    assert found == code
    assert words in message


@pytest.mark.parametrize(
    ("expression", "own"),
    [("tanh x", "1 - g^2"), ("tan x", "g^2 + 1"), ("e^x", "g"), ("sqrt x", "1/(2*g)")],
)
def test_a_derivative_is_written_through_the_function_itself(expression, own):
    assert answer("diff", expression=expression, in_terms_of="g") == [own]


def test_raw_and_other_forms_stand_in_the_answer():
    from mathcli.syntax.writer import write

    (first,) = solve("diff", expression="(x+1)^2 (x-1)").answer["orders"]

    assert write(first["forms"]["expanded"]) == "3*x^2 + 2*x - 1"
    assert "raw" in first


@pytest.mark.parametrize(
    ("expression", "let", "line"),
    [
        ("f'(x)", ["f(x) = x^3"], "6*x"),
        ("u^2", ["u = 3x+1"], "6*(3*x + 1)"),
        ("f(x)", ["f(x) = g(x) + 1", "g(x) = x^2"], "2*x"),
        ("f(x)", ["g(x) = x^2", "f(x) = g(x) + 1"], "2*x"),
        ("f(f(x))", ["f(x) = x^2"], "4*x^3"),
    ],
)
def test_named_parts_are_put_in_whatever_their_order(expression, let, line):
    (found,) = answer("diff", expression=expression, let=let, var="x")

    assert agree(parse(found), parse(line)) is True


@pytest.mark.parametrize("expression", ["int x dx", "lim_(x->0) x", "w^T x", "||w||^2"])
def test_what_is_read_and_never_worked_out_is_refused_by_name(expression):
    code, message = refusal("diff", expression=expression, var="x")

    assert code == 3
    assert message.startswith("mathcli does not differentiate")


@pytest.mark.parametrize(
    ("expression", "at", "words"),
    [
        ("sign(x)^2", "0", "not continuous"),
        ("floor(x) + floor(-x)", "0", "not continuous"),
        ("{1 if x != 0; 0 otherwise}", "0", "not continuous"),
        ("x + {x^2 if x > 0; x^2 if x < 0; 5 otherwise}", "0", "not continuous"),
        ("floor(x)", "1", "not continuous"),
        ("x^(1/3)", "0", "its slope grows without bound there"),
        ("x floor(x)", "0", "-1 from the left, 0 from the right"),
        ("{cos(x) if x < 0; x + 1 otherwise}", "0", "0 from the left, 1 from the right"),
    ],
)
def test_both_sides_must_agree_with_the_value_at_the_point_itself(expression, at, words):
    code, message = refusal("diff", expression=expression, at=at)

    assert code == 3
    assert words in message


@pytest.mark.parametrize(
    ("expression", "at", "value"),
    [
        ("{cos(x) if x < 0; 1 otherwise}", "0", "0"),
        ("x + {log(x) if x < 1; x - 1 otherwise}", "1", "2"),
        ("x^2 floor(x)", "0", "0"),
        ("floor(x^2)", "0", "0"),
        ("ceil(x)", "1/2", "0"),
        ("|x - 2sqrt(2)|", "0", "-1"),
        ("|sin(x)|", "pi/4", "sqrt(2)/2"),
    ],
)
def test_where_both_sides_agree_there_is_a_derivative(expression, at, value):
    assert answer("diff", expression=expression, at=at) == [value]


def test_the_formula_gives_no_value_at_a_joint_that_is_a_letter():
    code, message = refusal("diff", expression="{x^2 if x < a; a x otherwise}", at="x=a", var=["x"])

    assert code == 3
    assert "nobody could decide" in message


@pytest.mark.parametrize("expression", ["x cbrt(x)", "cos(x) x^(4/3)", "x cbrt(x) + 2"])
def test_where_slopes_on_both_sides_have_a_limit_it_is_the_derivative(expression):
    assert answer("diff", expression=expression, at="0") == ["0"]


@pytest.mark.parametrize("expression", ["sign(x) + cbrt(x) x", "x/|x|^(1/3)", "x^x"])
def test_the_limit_of_slopes_is_no_derivative_where_continuity_is_not_plain(expression):
    code, _ = refusal("diff", expression=expression, at="0")

    assert code == 3


@pytest.mark.parametrize(
    ("task", "asked"),
    [("diff", {"expression": "x^2"}), ("jacobian", {"expression": "(x, x^2)"}), ("implicit", {"equation": "x^2 = y"})],
    ids=["diff", "jacobian", "implicit"],
)
def test_a_page_is_arranged_for_whoever_looks_and_once(task, asked):
    page = solve(task, **asked).blocks

    assert isinstance(page, Page)
    assert page._blocks is None
    assert len(page) == len(list(page))
    assert page[0] is page[0]
