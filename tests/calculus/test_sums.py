"""Indexed sums: where the derivative may go inside, and what it looks like when it comes out."""

from dataclasses import replace

import pytest

from mathcli.algebra.verdict import Verdict
from mathcli.calculus.differentiation import differentiate
from mathcli.calculus.sums import split
from mathcli.calculus.verification import judge
from mathcli.errors import NotCoveredError
from mathcli.syntax.families import with_entries
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


def test_a_product_of_unknown_length_is_itself_times_the_sum_of_the_relative_slopes():
    derivation = differentiate(parse("prod_(i=1)^n (x+i)"), Name("x"))

    assert write(derivation.result) == "prod(x + i, i, 1, n)*sum(1/(x + i), i, 1, n)"
    assert [write(condition) for condition in derivation.conditions] == ["prod(x + i, i, 1, n) != 0"]
    assert set(judge(derivation).values()) == {Verdict.PROVED}


@pytest.mark.parametrize(
    ("text", "variable", "slope", "conditions"),
    [
        ("sum_(j=1)^d w_j x_j", "w_k", "x_k", ["1 <= k <= d"]),
        ("sum_(j=1)^d w_j^2", "w_k", "2*w_k", ["1 <= k <= d"]),
        ("sum_(j=1)^d w_j^2", "w_j", "2*w_j", ["1 <= j <= d"]),
        ("sum_(j=1)^d w_j^2", "w_3", "2*w_3", ["3 <= d"]),
        ("sum_(j=1)^d w_j^2", "w_0", "0", []),
        ("sum_(j=1)^2 w_j^2", "w_3", "0", []),
        ("w_0 + sum_(j=1)^d w_j x_j", "w_0", "1", []),
        ("w_0^2 sum_(j=0)^d w_j", "w_0", "w_0*(2*sum(w_j, j, 0, d) + w_0)", ["0 <= d"]),
        (
            "sum_(i=1)^n (y_i - sum_(j=1)^d w_j x_{ij})^2",
            "w_k",
            "-2*sum(x_{i,k}*(y_i - sum(w_j*x_{i,j}, j, 1, d)), i, 1, n)",
            ["1 <= k <= d"],
        ),
        ("sum_(i=1)^n sum_(j=1)^n A_{ij} x_i x_j", "x_k", "sum(A_{i,k}*x_i, i, 1, n) + sum(A_{k,j}*x_j, j, 1, n)",
         ["1 <= k <= n"]),
        ("sum_(i=1)^n sum_(j=1)^n A_{ij} x_i x_j", "A_kl", "x_k*x_l", ["1 <= l <= n", "1 <= k <= n"]),
        ("log(sum_(j=1)^K e^(z_j))", "z_k", "exp(z_k)/sum(exp(z_j), j, 1, K)", ["1 <= k <= K"]),
    ],
)  # fmt: skip
def test_of_a_family_the_entry_that_is_meant_is_picked(text: str, variable: str, slope: str, conditions: list[str]):
    derivation = differentiate(parse(text), Name(variable))

    assert write(derivation.result) == slope
    assert [write(condition) for condition in derivation.conditions] == conditions
    assert set(judge(derivation).values()) <= {Verdict.PROVED}


def test_a_delta_of_another_index_is_left_alone():
    text = "sum_(l=1)^d sum_(i=1)^n (y_i + kronecker(l, i)) m^2"

    assert "kronecker" in write(differentiate(parse(text), Name("m")).result)


def test_a_delta_that_holds_the_index_of_its_sum_stays_inside():
    text = "sum_(i=0)^n (w_i x_i + m^2) (x_i + sum_(j=1)^n kronecker(j, i))"
    derivation = differentiate(parse(text), Name("x_k"))

    assert "w_k*sum(kronecker(j, k), j, 1, n)" in write(derivation.result)
    assert set(judge(derivation).values()) == {Verdict.PROVED}


@pytest.mark.parametrize("text", ["sum_(j=1)^n w_j + sum_(j=2)^n w_j", "sum_(j=2)^n w_j + sum_(j=1)^n w_j"])
def test_an_entry_is_met_where_one_of_the_sums_with_its_index_runs_over_it(text: str):
    assert write(differentiate(parse(text), Name("w_1")).result) == "1"


def test_a_second_derivative_by_another_entry_keeps_the_delta():
    first = differentiate(parse("lambda sum_(j=1)^d w_j^2"), Name("w_k"))
    second = differentiate(first.result, Name("w_l"))

    assert write(second.result) == "2*lambda*kronecker(k, l)"
    assert set(judge(second).values()) == {Verdict.PROVED}


def test_a_delta_that_is_picked_without_its_condition_is_not_proved():
    derivation = differentiate(parse("sum_(j=1)^d w_j x_j"), Name("w_k"))
    assert set(judge(derivation).values()) == {Verdict.PROVED}  # and no other judgement may remember this
    steps = tuple(replace(step, conditions=()) for step in derivation.steps)

    assert Verdict.PROVED not in {judge(replace(derivation, steps=steps))[len(steps) - 1,]}


@pytest.mark.parametrize("wrong", ["x_j", "2 x_k", "sum_(j=1)^d x_j", "x_k w_k"])
def test_a_delta_that_leaves_another_term_is_refuted(wrong: str):
    derivation = differentiate(parse("sum_(j=1)^d w_j x_j"), Name("w_k"))
    last = derivation.steps[-1]
    claimed = with_entries(parse(wrong), ("k", "j"))
    steps = (*derivation.steps[:-1], replace(last, after=claimed, result=claimed))

    assert judge(replace(derivation, steps=steps))[len(steps) - 1,] is Verdict.REFUTED


def test_what_a_sum_is_split_into():
    assert write(split(parse("sum_(i=1)^n x_i (y_i - m x_i - c)"))) == (
        "sum(x_i*y_i, i, 1, n) - m*sum(x_i^2, i, 1, n) - c*sum(x_i, i, 1, n)"
    )
