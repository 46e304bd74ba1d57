"""What gradient, hessian and jacobian answer where letters are vectors and matrices."""

from __future__ import annotations

import json

import pytest

import mathcli
from mathcli.algebra.verdict import Verdict
from mathcli.errors import NotCoveredError
from tests.topics.answers import answer, refusal, remarks, said, solve

LEAST_SQUARES = {"expression": "||Xw - y||^2", "var": "w", "shape": "X: n by d, w: d, y: n"}


def test_a_pipe_gets_the_gradient_as_it_can_be_typed_again():
    assert answer("gradient", **LEAST_SQUARES) == ["2*X^T*(X*w - y)"]
    assert answer("jacobian", expression="2*X^T*(X*w - y)", var="w", shape=LEAST_SQUARES["shape"]) == ["2*X^T*X"]


def test_each_variable_has_its_own_gradient():
    found = answer("gradient", expression="(w^T x + w_0)^2", var="w,w_0", shape="w, x: d")
    assert found == ["2*(w^T*x + w_0)*x", "2*(w^T*x + w_0)"]


def test_the_only_vector_or_matrix_is_the_variable():
    assert answer("gradient", expression="log det X", shape="X: n by n") == ["(X^(-1))^T"]


def test_the_arguments_of_a_definition_are_the_variables():
    assert answer("gradient", expression="f(x) = x^T A x", shape="A: n by n, x: n") == ["(A + A^T)*x"]


def test_a_gradient_can_be_had_entry_by_entry():
    assert answer("gradient", **LEAST_SQUARES, componentwise=True) == [
        "2*sum(X_{k,i}*(sum(X_{k,l}*w_l, l, 1, d) - y_k), k, 1, n)"
    ]


def test_an_inverse_is_named_where_entries_are_asked_for():
    solution = solve("gradient", expression="tr(X^-1 A)", var="X", shape="X, A: n by n", componentwise=True)
    assert "with B = X^(-1)" in remarks(solution)
    assert [said(line) for line in solution.bare] == ["-sum(sum(B_{k,i}*A_{l,k}*B_{j,l}, l, 1, n), k, 1, n)"]


def test_the_layout_is_said():
    assert any("denominator layout" in remark for remark in remarks(solve("gradient", **LEAST_SQUARES)))


def test_the_condition_under_which_a_norm_has_a_gradient_is_said():
    solution = solve("gradient", expression="||w||", shape="w: n")
    assert "for ||w|| != 0" in remarks(solution)
    assert solution.verified is Verdict.PROVED


def test_the_gradient_of_the_cross_entropy_is_as_short_as_in_a_book():
    of_data = "-sum_{i=1}^n (y_i log σ(w^T x_i) + (1-y_i) log(1-σ(w^T x_i)))"
    assert answer("gradient", expression=of_data, var="w", shape="w, x_i: d") == [
        "sum((sigmoid(w^T*x_i) - y_i)*x_i, i, 1, n)"
    ]
    of_matrices = "-y^T log(σ(X w)) - (1-y)^T log(1-σ(X w))"
    assert answer("gradient", **{**LEAST_SQUARES, "expression": of_matrices}) == ["X^T*(sigmoid(X*w) - y)"]


def test_the_square_of_a_positive_part_is_proved():
    solution = solve("gradient", expression="max(0, 1 - t w^T x)^2", var="w", shape="w, x: d")
    assert solution.verified is Verdict.PROVED


def test_a_symmetric_variable_is_said_to_be_varied_freely():
    solution = solve("gradient", expression="log det S", shape="S: n by n symmetric")
    assert "S is symmetric: its entries are varied as if they were independent" in solution.notes


def test_without_shapes_the_error_says_how_to_give_them():
    assert refusal("gradient", expression="w^T A w", var="w") == (
        3,
        "mathcli does not differentiate products of vectors whose entries are not given",
    )


@pytest.mark.parametrize(
    ("task", "fields", "code", "message"),
    [
        (
            "gradient",
            {"expression": "X w", "var": "w", "shape": "X: n by d, w: d"},
            2,
            "gradient needs a function with one value, and this is n × 1",
        ),
        (
            "hessian",
            {"expression": "tr(X^T X)", "shape": "X: n by n"},
            3,
            "this derivative has more than two indices: f is n × n and X is n × n",
        ),
        ("gradient", {"expression": "w^T A w", "shape": "A: n by n, w: n"}, 2, "which variable is meant: A, w?"),
        (
            "gradient",
            {"expression": "t^2", "shape": "A: n by n"},
            2,
            "gradient needs a variable, and no vector or matrix occurs in this",
        ),
        (
            "gradient",
            {"expression": "w^T w", "shape": "w: n", "at": "w=1"},
            2,
            "--at and --along need entries, and --shape gives none",
        ),
        (
            "gradient",
            {"expression": "u^2", "shape": "w: n", "let": ["u = w"]},
            2,
            "--let is not read together with --shape",
        ),
        (
            "gradient",
            {"expression": "sum_{i=1}^n w_i", "shape": "w: n"},
            2,
            "w_i is an entry of w, and --shape is for whole letters",
        ),
        (
            "gradient",
            {"expression": "sum_{i=1}^n y_i sum_{i=1}^n w^T x_i", "var": "w", "shape": "w, x_i: n"},
            2,
            "i is the index of a sum and stands for something else too",
        ),
        (
            "gradient",
            {"expression": "(1, 2)^T w", "shape": "w: 2"},
            3,
            "a vector with its entries cannot stand beside letters for matrices",
        ),
    ],
)
def test_what_has_no_answer_says_why(task, fields, code, message):
    assert refusal(task, **fields) == (code, message)


def test_json_spells_no_matrix_in_symbols_that_commute():
    from mathcli.render.formats import load
    from mathcli.render.options import RenderOptions

    record = json.loads(load("json").render(solve("gradient", **LEAST_SQUARES), RenderOptions()))
    assert record["answer"]["layout"] == "denominator"
    (result,) = record["answer"]["results"]
    assert result["value"] == {"text": "2*X^T*(X*w - y)", "latex": "2 X^T (X w - y)"}
    assert result["shape"] == "d"


def test_python_gets_text_and_no_commuting_symbols():
    found = mathcli.gradient("w^T A w", var="w", shape="A: n by n, w: n")
    assert str(found) == "(A + A^T)*w"
    with pytest.raises(NotCoveredError, match="commute"):
        _ = found.answer
