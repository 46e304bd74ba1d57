"""The normal form of matrix algebra: what it proves, and that it proves nothing false."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mathcli.matrices.entries import agree_in_numbers
from mathcli.matrices.reading import understood
from mathcli.matrices.shapes import read_shapes
from mathcli.matrices.words import Words
from mathcli.syntax.parser import read
from mathcli.syntax.tree import Name

SHAPES = read_shapes(["X: n by d, w: d, A, B: n by n, S: n by n symmetric, x, y: n, t: scalar"])


def tree(text):
    return understood(read(text, matrices=True), SHAPES).body


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("x^T A y", "y^T A^T x"),
        ("x^T S y", "y^T S x"),
        ("tr(A B)", "tr(B A)"),
        ("tr(A B)", "tr(A^T B^T)"),
        ("tr(x y^T A)", "y^T A x"),
        ("tr(A A^-1)", "n"),
        ("(A B)^-1", "B^-1 A^-1"),
        ("(X^T X)^-1 X^T X", "I_d"),
        ("det(A B)", "det(B) det(A)"),
        ("det(2 A^T)", "2^n det(A)"),
        ("x y^T x", "(y^T x) x"),
        ("||X w - y||^2", "w^T X^T X w - 2 y^T X w + y^T y"),
        ("||A||_F^2", "tr(A^T A)"),
        ("1^T (x∘y)", "x^T y"),
        ("diag(x) y", "x∘y"),
        ("x^T diag(y) A", "(x∘y)^T A"),
        ("sigmoid(x)∘(1 - sigmoid(x))", "sigmoid(x) - sigmoid(x)∘sigmoid(x)"),
        ("log(1 + exp(-t))", "-log(sigmoid(t))"),
    ],
)
def test_what_is_equal_for_all_sizes_is_proved(left, right):
    assert Words(SHAPES).agree(tree(left), tree(right)) is True


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("x^T A y", "y^T A x"),
        ("tr(A B S)", "tr(B A S)"),
        ("A B", "B A"),
        ("(A + B)^-1", "A^-1 + B^-1"),
        ("det(A + B)", "det(A) + det(B)"),
        ("A A^T", "A^T A"),
        ("x y^T", "y x^T"),
        ("||x + y||", "||x|| + ||y||"),
        ("exp(x + y)", "exp(x) + exp(y)"),
        ("tr(A^2)", "tr(A)^2"),
        ("S A S^-1", "A"),
    ],
)
def test_what_differs_is_not_proved_and_numbers_refute_it(left, right):
    assert Words(SHAPES).agree(tree(left), tree(right)) is None
    assert agree_in_numbers(tree(left), tree(right), Name("t"), SHAPES, wanted=6) == 0


LETTERS = st.sampled_from(["A", "B", "S", "A^T", "B^T", "A^-1", "I_n", "x y^T", "y x^T"])
PRODUCTS = st.lists(LETTERS, min_size=1, max_size=4).map(" ".join)
SUMS = st.lists(st.tuples(st.sampled_from(["", "2 ", "t ", "(x^T y) "]), PRODUCTS), min_size=1, max_size=3).map(
    lambda terms: " + ".join(number + product for number, product in terms)
)


@settings(max_examples=40, deadline=None)
@given(SUMS, SUMS)
def test_what_the_normal_form_proves_numbers_never_refute(left, right):
    one, other = tree(f"tr({left})"), tree(f"tr({right})")
    if Words(SHAPES).agree(one, other):
        assert agree_in_numbers(one, other, Name("t"), SHAPES) != 0


@settings(max_examples=40, deadline=None)
@given(SUMS, SUMS)
def test_a_trace_of_a_product_is_cyclic_and_that_of_a_transpose(left, right):
    words = Words(SHAPES)
    assert words.agree(tree(f"tr(({left}) ({right}))"), tree(f"tr(({right}) ({left}))")) is True
    assert words.agree(tree(f"tr(({left}) ({right}))"), tree(f"tr((({left}) ({right}))^T)")) is True
