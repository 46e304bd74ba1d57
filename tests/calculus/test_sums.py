"""Indexed sums: where the derivative may go inside, and what it looks like when it comes out."""

import pytest

from mathcli.algebra.verdict import Verdict
from mathcli.calculus.differentiation import differentiate
from mathcli.calculus.verification import judge
from mathcli.errors import NotCoveredError
from mathcli.syntax.parser import parse
from mathcli.syntax.tree import Name
from mathcli.syntax.writer import write

SQUARES = "sum_(i=1)^n (y_i - (m x_i + c))^2"


@pytest.mark.parametrize(
    ("variable", "raw", "last"),
    [
        ("m", "sum(2*(y_i - (m*x_i + c))*(-x_i), i, 1, n)", "-2*sum(x_i*(y_i - m*x_i - c), i, 1, n)"),
        ("c", "sum(2*(y_i - (m*x_i + c))*(-1), i, 1, n)", "-2*sum(y_i - m*x_i - c, i, 1, n)"),
    ],
)
def test_the_sum_of_squared_residuals_has_the_partial_derivatives_of_the_textbook(variable: str, raw: str, last: str):
    derivation = differentiate(parse(SQUARES), Name(variable))

    assert derivation.raw is not None
    assert write(derivation.raw) == raw
    assert write(derivation.result) == last
    assert set(judge(derivation).values()) == {Verdict.PROVED}


def test_the_mean_of_squares_keeps_its_factor():
    derivation = differentiate(parse(f"1/n {SQUARES}"), Name("c"))

    assert write(derivation.result) == "-2*sum(y_i - m*x_i - c, i, 1, n)/n"


def test_a_sum_whose_bound_moves_is_refused_with_its_reason():
    with pytest.raises(NotCoveredError, match="the number of terms depends on x"):
        differentiate(parse("sum_(k=1)^x 1"), Name("x"))


def test_a_bound_that_does_not_move_may_be_a_parameter():
    assert write(differentiate(parse("sum_(k=1)^n x^k"), Name("x")).result) == "sum(k*x^(k - 1), k, 1, n)"


def test_a_product_of_few_factors_is_written_out():
    assert write(differentiate(parse("prod_(i=1)^2 (x+i)"), Name("x")).result) == "2*x + 3"


def test_a_product_of_unknown_length_is_refused():
    with pytest.raises(NotCoveredError, match="unknown number of factors"):
        differentiate(parse("prod_(i=1)^n (x+i)"), Name("x"))
