"""The conventional order: what it looks like, and that it changes nothing but the order."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mathcli.algebra.ordering import arrange
from mathcli.algebra.rational import agree
from mathcli.syntax.parser import parse
from mathcli.syntax.tree import Name, Product, Sum
from mathcli.syntax.writer import write
from tests.strategies import elementary_functions, expressions, polynomials, several_variables, trees

ARRANGED = {
    "-10x + 12x^3 + 2": "12*x^3 - 10*x + 2",
    "cos(x) e^(2x)": "exp(2*x)*cos(x)",
    "(3cos x - 4sin x) e^(2x)": "exp(2*x)*(3*cos(x) - 4*sin(x))",
    "-sin x + 2cos x": "2*cos(x) - sin(x)",
    "-cos x - 2sin x": "-2*sin(x) - cos(x)",
    "-ln n + 1": "1 - log(n)",
    "1 + ln x": "log(x) + 1",
    "(1 + ln x) x^x": "x^x*(log(x) + 1)",
    "e^(-x) + 1": "1 + exp(-x)",
    "(1 + e^(-x))^(-2) e^(-x)": "exp(-x)/(1 + exp(-x))^2",
    "-1 + x": "x - 1",
    "(-g + 1) g": "g*(1 - g)",
    "-x^2 + 2x - 1": "-x^2 + 2*x - 1",
    "-x^2 + 1": "1 - x^2",
    "(x-1)^(-2) (-1 - 2x + x^2)": "(x^2 - 2*x - 1)/(x - 1)^2",
    "(2x^2 + 2x + 3)*(x - 1)*2": "2*(x - 1)*(2*x^2 + 2*x + 3)",
    "cos(3x^2 + 1)*12 x sin(3x^2 + 1)": "12*x*sin(3*x^2 + 1)*cos(3*x^2 + 1)",
    "6y^3 x + 4x y": "4*x*y + 6*x*y^3",
    "3 + 9y^2 x^2 + 2x^2": "2*x^2 + 9*x^2*y^2 + 3",
    "3 + y^2 + x^2": "x^2 + y^2 + 3",
    "c + b x + a x^2": "a*x^2 + b*x + c",
    "(1/2) x": "x/2",
    "x*5/6": "5*x/6",
    "x^(-1/2)": "1/sqrt(x)",
    "x^(1/2) 3": "3*sqrt(x)",
    "2 pi x sqrt(2)": "2*pi*sqrt(2)*x",
    "1 + x + sin x": "x + 1 + sin(x)",
    "-x sin x + cos x": "cos(x) - x*sin(x)",
    "(-x)*y*(-z)": "x*y*z",
    "(-x)/y": "-x/y",
    "x^(n-1) n": "n*x^(n - 1)",
    "1/x + x + 1": "x + 1 + 1/x",
    "sqrt(5) + 1": "1 + sqrt(5)",
    "sum(i, i, 1, n) (-2)": "-2*sum(i, i, 1, n)",
    "x/(y/z)": "x/(y/z)",
    "b + c + a": "a + b + c",
    "-x^2 - y^2 + 1": "1 - x^2 - y^2",
    "-m x_1 + y_1 - c": "y_1 - m*x_1 - c",
    "-x - x + y + y": "y - x - x + y",
    "log(2) x": "x*log(2)",
    "log(2) 2^x": "2^x*log(2)",
    "-x y - x^2 + x^2 - 1": "x^2 - x^2 - x*y - 1",
    "(x, 2 + y, -3 + x)": "(x, y + 2, x - 3)",
}


@pytest.mark.parametrize(("typed", "expected"), ARRANGED.items(), ids=ARRANGED)
def test_terms_and_factors_stand_as_in_a_textbook(typed, expected):
    assert write(arrange(parse(typed))) == expected


def test_the_main_variable_can_be_chosen():
    assert write(arrange(parse("x^2 + a x + a^2 x^0"), main=Name("a"))) == "a^2*x^0 + a*x + x^2"


def test_matrices_and_dots_keep_their_order():
    for text in ("[[1,2],[3,4]]*(x, y)", "w^T x", "1 + 1 + ... + 1", "x_n + ... + x_1"):
        assert arrange(parse(text)) is parse(text)


@settings(max_examples=100, deadline=None)
@given(trees())
def test_what_is_arranged_stays_as_it_is(tree):
    assert arrange(arrange(tree)) is arrange(tree)


@settings(max_examples=60, deadline=None)
@given(polynomials() | elementary_functions() | several_variables())
def test_arranging_keeps_the_value(function):
    assert agree(arrange(function), function) is not False


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from([parse(term) for term in ("x", "-x", "y", "-y", "1", "-1", "sin x", "-sin x")]), min_size=2
    )
)
def test_no_term_is_lost_or_merged(terms):
    arranged = arrange(Sum.of(*terms))

    assert isinstance(arranged, Sum)
    assert Counter(arranged.terms) == Counter(terms)
    assert arrange(arranged) is arranged


@settings(max_examples=60, deadline=None)
@given(st.lists(expressions(), min_size=2, max_size=5), st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_the_order_before(nodes: list, chance: random.Random):
    shuffled = list(nodes)
    chance.shuffle(shuffled)

    assert arrange(Sum.of(*shuffled)) is arrange(Sum.of(*nodes))
    assert arrange(Product.of(*shuffled)) is arrange(Product.of(*nodes))
