"""Partial derivatives, gradients, Hessians and Jacobians."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mathcli.algebra.rational import agree
from mathcli.syntax.tree import Matrix, Vector
from mathcli.syntax.writer import write
from tests.strategies import several_variables
from tests.topics.answers import answer, refusal, remarks, solve


@pytest.mark.parametrize(
    ("task", "fields", "lines"),
    [
        ("partial", {"expression": "x^2 y^3", "wrt": ["x,y"]}, ["6*x*y^2"]),
        ("partial", {"expression": "x^2 y^3", "wrt": ["y"]}, ["3*x^2*y^2"]),
        ("partial", {"expression": "f(y, x) = x^2 y"}, ["x^2", "2*x*y"]),
        ("gradient", {"expression": "y^2 + x"}, ["(2*y, 1)"]),
        ("gradient", {"expression": "f(x,y) = y^2 + x"}, ["(1, 2*y)"]),
        ("gradient", {"expression": "x^2 + y^2 + 3", "at": "x=1,y=2"}, ["(2, 4)"]),
        ("gradient", {"expression": "x^2 + y^2 + 3", "at": "1,2", "along": "3,4"}, ["22/5"]),
        ("gradient", {"expression": "x y", "at": "1,2", "along": "1,1"}, ["3/sqrt(2)"]),
        ("hessian", {"expression": "x^3 + 2x y^2"}, ["[[6*x, 4*y], [4*y, 4*x]]"]),
        ("hessian", {"expression": "x^3 + 2x y^2", "at": "1,2"}, ["[[6, 8], [8, 4]]"]),
        ("jacobian", {"expression": "(x^2 y, x + y)"}, ["[[2*x*y, x^2], [1, 1]]"]),
        ("jacobian", {"expression": "f(r, t) = (r cos t, r sin t)", "at": "1,0"}, ["[[1, 0], [0, 1]]"]),
        ("jacobian", {"expression": "x^2 + y"}, ["[[2*x, 1]]"]),
    ],
)
def test_derivatives_of_several_variables(task, fields, lines):
    found = answer(task, **fields)

    assert [agree(_parsed(line), _parsed(right)) for line, right in zip(found, lines, strict=True)] == [True] * len(
        lines
    )


@pytest.mark.parametrize(
    ("expression", "word"),
    [
        ("x^2 + x y + y^2", "positive definite"),
        ("-x^2 - y^2", "negative definite"),
        ("x^2 - y^2", "indefinite"),
        ("x y", "indefinite"),
        ("x^2 + 2x y + y^2", "positive semidefinite"),
        ("-(x + y)^2", "negative semidefinite"),
        ("x + y", "zero"),
        ("x^2 + y^2 + z^2", "positive definite"),
        ("x^2 + y^2 - z^2", "indefinite"),
        ("x^2 - z^2 + y", "indefinite"),
        ("x^2 + 0z + y", "positive semidefinite"),
        ("sqrt(2) x^2 + x y + sqrt(3) y^2", "positive definite"),
    ],
)
def test_a_matrix_is_signed_as_its_eigenvalues_are(expression, word):
    names = [letter for letter in "xyz" if letter in expression.replace("sqrt", "")]
    solution = solve("hessian", expression=expression, var=names, at=[0] * len(names))

    assert solution.answer["definiteness"] == word
    assert any(word in sentence for sentence in remarks(solution))


@pytest.mark.parametrize(
    ("task", "fields", "code", "words"),
    [
        ("gradient", {"expression": "x + y", "along": "0,0"}, 3, "the vector is zero"),
        ("gradient", {"expression": "x + y", "along": "1,2,3"}, 2, "different lengths"),
        ("gradient", {"expression": "x + y", "at": "x=1"}, 2, "needs a value for y"),
        ("gradient", {"expression": "(x, y)"}, 2, "this is a vector"),
        ("gradient", {"expression": "5"}, 2, "no variable"),
        ("gradient", {"expression": "sqrt(x) + y", "at": "-1,0"}, 3, "not defined"),
        ("gradient", {"expression": "sqrt(x) + y", "at": "0,0"}, 3, "no value by its formula"),
        ("hessian", {"expression": "x y = y^2"}, 2, "equation"),
    ],
)
def test_what_has_no_gradient_is_an_error_that_says_why(task, fields, code, words):
    found, message = refusal(task, **fields)

    assert found == code
    assert words in message


def test_mixed_partials_are_said_to_be_equal_when_they_are():
    solution = solve("partial", expression="x^2 y^3 + sin(x y)", wrt=["x,y"])

    assert any("gives the same" in sentence for sentence in remarks(solution))


def test_a_scalar_given_to_jacobian_is_called_the_gradient_as_a_row():
    assert any("gradient" in note for note in solve("jacobian", expression="x^2 + y").notes)


@given(several_variables(), several_variables(), st.integers(-5, 5))
def test_a_gradient_is_linear(f, g, k):
    first, second = (_gradient(write(h)) for h in (f, g))
    both = _gradient(f"({write(f)}) + ({k}) ({write(g)})")

    for a, b, c in zip(first, second, both, strict=True):
        assert agree(_parsed(f"({write(a)}) + ({k}) ({write(b)})"), c) is True


@given(several_variables())
def test_a_hessian_is_symmetric(f):
    matrix = solve("hessian", expression=write(f), var=["x", "y"]).bare[0][0]
    mixed = solve("partial", expression=write(f), var=["x", "y"], wrt=["y,x"]).bare[0][0]

    assert isinstance(matrix, Matrix)
    assert matrix.rows[0][1] is matrix.rows[1][0]
    assert agree(matrix.rows[0][1], mixed) is True


def _gradient(text):
    gradient = solve("gradient", expression=text, var=["x", "y"]).bare[0][0]
    assert isinstance(gradient, Vector)
    return gradient.entries


def _parsed(text):
    from mathcli.syntax.parser import parse

    return parse(text)


def test_numbers_inside_functions_are_worked_out_at_a_point():
    assert write(solve("gradient", expression="x^2 y + sin(x y)", at="1,2").bare[0][0]) == "(4 + 2*cos(2), 1 + cos(2))"
    assert write(solve("diff", expression="sin(a x)", at="x=2").bare[0][0]) == "a*cos(2*a)"
