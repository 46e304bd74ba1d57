"""The derivatives that every book on matrices lists, each with all of its steps verified."""

from __future__ import annotations

import pytest

from mathcli.algebra.verdict import Verdict
from mathcli.matrices.reading import understood
from mathcli.matrices.shapes import read_shapes
from mathcli.matrices.words import Words
from mathcli.syntax.parser import read
from mathcli.syntax.tree import Name
from tests.topics.answers import solve

SHAPES = (
    "X, A, B, C, D: n by n, S: n by n symmetric, W: n by n positive definite, a, b, c, x, s: n, "
    "M: m by n, N: n by m, Y: n by m, P: m by m, t: scalar, w: d, Z: n by d, y: n"
)

GRADIENTS = [
    ("a^T x", "x", "a"),
    ("x^T a", "x", "a"),
    ("x^T x", "x", "2 x"),
    ("x^T A x", "x", "(A + A^T) x"),
    ("x^T S x", "x", "2 S x"),
    ("a^T X b", "X", "a b^T"),
    ("a^T X^T b", "X", "b a^T"),
    ("a^T X a", "X", "a a^T"),
    ("a^T X^T a", "X", "a a^T"),
    ("b^T X^T X c", "X", "X (b c^T + c b^T)"),
    ("(B x + b)^T C (D x + c)", "x", "B^T C (D x + c) + D^T C^T (B x + b)"),
    ("b^T X^T D X c", "X", "D^T X b c^T + D X c b^T"),
    ("(X b + c)^T D (X b + c)", "X", "(D + D^T) (X b + c) b^T"),
    ("(x - A s)^T S (x - A s)", "s", "-2 A^T S (x - A s)"),
    ("(x - s)^T S (x - s)", "x", "2 S (x - s)"),
    ("(x - A s)^T S (x - A s)", "A", "-2 S (x - A s) s^T"),
    ("x^T A x + b^T x", "x", "(A + A^T) x + b"),
    ("tr(X)", "X", "I_n"),
    ("tr(X A)", "X", "A^T"),
    ("tr(A X B)", "X", "A^T B^T"),
    ("tr(A X^T B)", "X", "B A"),
    ("tr(X^T A)", "X", "A"),
    ("tr(A X^T)", "X", "A"),
    ("tr(X^2)", "X", "2 X^T"),
    ("tr(X^2 B)", "X", "(X B + B X)^T"),
    ("tr(X^T B X)", "X", "B X + B^T X"),
    ("tr(X B X^T)", "X", "X B^T + X B"),
    ("tr(B X X^T)", "X", "B X + B^T X"),
    ("tr(A X B X)", "X", "A^T X^T B^T + B^T X^T A^T"),
    ("tr(X^T X)", "X", "2 X"),
    ("tr(B^T X^T C X B)", "X", "C^T X B B^T + C X B B^T"),
    ("tr(X^T B X C)", "X", "B X C + B^T X C^T"),
    ("tr(A X B X^T C)", "X", "A^T C^T X B^T + C A X B"),
    ("tr((A X B + C) (A X B + C)^T)", "X", "2 A^T (A X B + C) B^T"),
    ("tr(X^3)", "X", "3 (X^T)^2"),
    ("tr(A X^3)", "X", "(A X^2 + X A X + X^2 A)^T"),
    ("tr(A X^-1 B)", "X", "-(X^-1 B A X^-1)^T"),
    ("a^T X^-1 b", "X", "-X^-T a b^T X^-T"),
    ("tr((X + A)^-1)", "X", "-((X + A)^-1 (X + A)^-1)^T"),
    ("det(X)", "X", "det(X) X^-T"),
    ("det(A X B)", "X", "det(A X B) X^-T"),
    ("det(X)^2", "X", "2 det(X)^2 X^-T"),
    ("log det X", "X", "X^-T"),
    ("log det(W)", "W", "W^-1"),
    ("det(Y^T Y)", "Y", "2 det(Y^T Y) Y (Y^T Y)^-1"),
    ("log det(Y^T Y)", "Y", "2 Y (Y^T Y)^-1"),
    ("log det(M X N)", "X", "(N (M X N)^-1 M)^T"),
    ("det(X^-1)", "X", "-det(X^-1) X^-T"),
    ("||x||", "x", "x/||x||"),
    ("||x - a||", "x", "(x - a)/||x - a||"),
    ("||x - a||^2", "x", "2 (x - a)"),
    ("||X||_F^2", "X", "2 X"),
    ("||X||_F", "X", "X/||X||_F"),
    ("||A X - B||_F^2", "X", "2 A^T (A X - B)"),
    ("(a^T x) (b^T x)", "x", "a b^T x + b a^T x"),
    ("e^(a^T x)", "x", "e^(a^T x) a"),
    ("(a^T x)^3", "x", "3 (a^T x)^2 a"),
    ("1/(x^T x)", "x", "-2 x/(x^T x)^2"),
    ("x^T x/(1 + x^T x)", "x", "2 x/(1 + x^T x)^2"),
    ("log(1 + x^T S x)", "x", "2 S x/(1 + x^T S x)"),
    ("t a^T x + t^2", "t", "a^T x + 2 t"),
    ("det(X + t I)", "t", "det(X + t I) tr((X + t I)^-1)"),
]
"""A function, the variable, and its gradient in the shape of the variable."""

SUMS = [
    ("sum_{i=1}^n (w^T x_i - y_i)^2", "2 sum_{i=1}^n (w^T x_i - y_i) x_i"),
    ("(1/n) sum_{i=1}^n (w^T x_i + b - y_i)^2 + c ||w||^2", "(2/n) sum_{i=1}^n (w^T x_i + b - y_i) x_i + 2 c w"),
    ("sum_{i=1}^n log(1 + exp(-y_i w^T x_i))", "-sum_{i=1}^n y_i σ(-y_i w^T x_i) x_i"),
    ("-sum_{i=1}^n (y_i log(σ(w^T x_i)) + (1 - y_i) log(1 - σ(w^T x_i)))", "sum_{i=1}^n (σ(w^T x_i) - y_i) x_i"),
    ("sum_{i=1}^n max(0, 1 - y_i w^T x_i)^2", "-2 sum_{i=1}^n y_i max(0, 1 - y_i w^T x_i) x_i"),
    ("sum_{i=1}^n y_i (w^T x_i + b)/||w||", "sum_{i=1}^n (y_i x_i/||w|| - y_i (w^T x_i + b) w/||w||^3)"),
    ("sum_{i=1}^n ||w - x_i||^2", "2 sum_{i=1}^n (w - x_i)"),
    ("sum_{i=1}^n sum_{j=1}^m (w^T x_i)^2 y_j", "2 sum_{i=1}^n sum_{j=1}^m y_j (w^T x_i) x_i"),
]
"""Losses as sums over data x_i of d entries with labels y_i, and their gradients by w."""

JACOBIANS = [
    ("A x", "x", "A"),
    ("x (a^T x)", "x", "a^T x I_n + x a^T"),
    ("x/||x||", "x", "I_n/||x|| - x x^T/||x||^3"),
    ("(x - a)/||x - a||", "x", "I_n/||x - a|| - (x - a) (x - a)^T/||x - a||^3"),
    ("exp(x)", "x", "diag(exp(x))"),
    ("A sin(B x)", "x", "A diag(cos(B x)) B"),
    ("x∘(A x)", "x", "diag(A x) + diag(x) A"),
    ("x^T A", "x", "A^T"),
    ("sigmoid(A x)", "x", "diag(sigmoid(A x)∘(1 - sigmoid(A x))) A"),
]

HESSIANS = [
    ("x^T A x", "x", "A + A^T"),
    ("x^T S x + b^T x", "x", "2 S"),
    ("||Z w - y||^2", "w", "2 Z^T Z"),
    ("||x||", "x", "I_n/||x|| - x x^T/||x||^3"),
    ("e^(a^T x)", "x", "e^(a^T x) a a^T"),
    ("(a^T x)^2", "x", "2 a a^T"),
    ("(x - s)^T W^-1 (x - s)/2", "x", "W^-1"),
]


def tree(text, shapes):
    return understood(read(text, matrices=True, names=[name.name for name in shapes.declared]), shapes).body


def check(task, function, variable, wanted):
    solution = solve(task, expression=function, var=variable, shape=[SHAPES])

    shapes = read_shapes([SHAPES])
    ((found,),) = solution.bare
    words = Words(shapes, Name(variable))
    assert words.agree(found, tree(wanted, shapes)) is True
    assert solution.verified is Verdict.PROVED
    assert solution.proofs is not None
    assert solution.proofs[0] == solution.proofs[1] > 0


@pytest.mark.parametrize(("function", "variable", "wanted"), GRADIENTS, ids=lambda text: text)
def test_the_gradient_is_that_of_the_book_and_every_step_is_proved(function, variable, wanted):
    check("gradient", function, variable, wanted)


@pytest.mark.parametrize(("function", "wanted"), SUMS, ids=lambda text: text)
def test_a_sum_over_data_has_its_gradient_term_by_term_and_every_step_is_proved(function, wanted):
    declared = "w, x_i: d"
    solution = solve("gradient", expression=function, var="w", shape=declared)

    shapes = read_shapes([declared])
    ((found,),) = solution.bare
    assert Words(shapes, Name("w")).agree(found, tree(wanted, shapes)) is True
    assert solution.verified is Verdict.PROVED


@pytest.mark.parametrize(("function", "variable", "wanted"), JACOBIANS, ids=lambda text: text)
def test_the_jacobian_is_that_of_the_book_and_every_step_is_proved(function, variable, wanted):
    check("jacobian", function, variable, wanted)


@pytest.mark.parametrize(("function", "variable", "wanted"), HESSIANS, ids=lambda text: text)
def test_the_hessian_is_that_of_the_book_and_every_step_is_proved(function, variable, wanted):
    check("hessian", function, variable, wanted)


def test_there_are_forty_identities_and_more():
    assert len(GRADIENTS) + len(JACOBIANS) + len(HESSIANS) >= 40
