"""Sums in normal forms: what is equal is proved equal however it is written, and what is not is never."""

from __future__ import annotations

import pytest

from mathcli.algebra import rational
from mathcli.algebra.field import Field
from mathcli.algebra.verdict import Verdict
from mathcli.calculus.sampling import compared
from mathcli.syntax.parser import parse

EQUAL = [
    ("sum_(i=1)^n (x_i + y_i)", "sum_(i=1)^n (x_i) + sum_(j=1)^n y_j"),
    ("sum_(i=1)^n c x_i", "c sum_(k=1)^n x_k"),
    ("sum_(i=1)^n c", "n c"),
    ("sum_(i=1)^n sum_(j=1)^m x_{ij}", "sum_(j=1)^m sum_(i=1)^n x_{ij}"),
    ("(sum_(i=1)^n x_i) (sum_(i=1)^n y_i)", "sum_(i=1)^n sum_(j=1)^n x_i y_j"),
    ("sum_(i=1)^n (x_i + sum_(j=1)^n y_j)", "sum_(k=1)^n (x_k) + n sum_(j=1)^n y_j"),
    ("n sum_(i=1)^n x_i^2 - (sum_(i=1)^n x_i)^2", "(1/2) sum_(i=1)^n sum_(j=1)^n (x_i - x_j)^2"),
    ("sum_(i=1)^n (sum_(j=1)^d w_j x_{ij})^2", "sum_(j=1)^d sum_(k=1)^d w_j w_k sum_(i=1)^n x_{ij} x_{ik}"),
    ("sum_(i=1)^n sum_(j=1)^n w_i w_j kronecker(i,j)", "sum_(i=1)^n w_i^2"),
    ("sum_(i=1)^n log(sum_(j=1)^d e^(z_{ij}))", "sum_(k=1)^n log(sum_(i=1)^d e^(z_{ki}))"),
    ("sum_(i=1)^n e^(x_i)/(1 + e^(x_i))", "n - sum_(i=1)^n 1/(1 + e^(x_i))"),
    ("sum_(i=1)^n x_i/(1 + x_i)^2", "sum_(i=1)^n (1/(1 + x_i)) - sum_(i=1)^n 1/(1 + x_i)^2"),
    ("sum_(i=1)^n (x_i - (1/n) sum_(j=1)^n x_j)^2", "sum_(i=1)^n (x_i^2) - (1/n) (sum_(i=1)^n x_i)^2"),
    ("prod_(i=1)^n (x + y_i)", "prod_(k=1)^n (y_k + x)"),
]
DIFFERENT = [
    ("sum_(i=1)^n (y_i - c)^2", "(1/n) sum_(i=1)^n (y_i - c)^2"),
    ("(sum_(i=1)^n x_i)^2", "sum_(i=1)^n x_i^2"),
    ("sum_(i=1)^n x_i y_i", "(sum_(i=1)^n x_i) (sum_(i=1)^n y_i)"),
    ("sum_(i=1)^n x_i", "sum_(i=0)^n x_i"),
    ("sum_(i=1)^n sum_(j=1)^n x_{ij} y_i", "sum_(i=1)^n sum_(j=1)^n x_{ij} y_j"),
    ("sum_(i=1)^n log(sum_(j=1)^n e^(z_{ij}))", "sum_(k=1)^n log(sum_(i=1)^n e^(z_{ik}))"),
    ("sum_(i=1)^n sum_(j=1)^n (x_i - x_j)^2", "n sum_(i=1)^n x_i^2 - (sum_(i=1)^n x_i)^2"),
    ("sum_(i=1)^n sum_(j=1)^n A_{ij} kronecker(i,j)", "sum_(i=1)^n sum_(j=1)^n A_{ij}"),
    ("sum_(j=1)^n x_j kronecker(j, 3)", "sum_(j=1)^n x_j"),
]


@pytest.mark.parametrize(("left", "right"), EQUAL)
def test_sums_that_are_equal_for_every_number_of_terms_are_proved_equal(left: str, right: str):
    assert rational.agree(parse(left), parse(right)) is True


@pytest.mark.parametrize(("left", "right"), DIFFERENT)
def test_sums_that_differ_are_never_proved_equal_and_are_refuted_by_numbers(left: str, right: str):
    assert rational.agree(parse(left), parse(right)) is not True
    assert compared(parse(left), parse(right), ()) is Verdict.REFUTED


def test_a_delta_picks_a_term_only_where_its_index_is_known_to_be_in_range():
    total, term = parse("sum_(j=1)^d (kronecker(j,k) w_j + 0 v_k)"), parse("w_2")
    chosen = parse("sum_(j=1)^d kronecker(j,2) w_j")

    assert rational.agree(chosen, parse("w_2")) is not True
    with Field() as field:
        rational.assume(field, (parse("2 <= d"),))
        assert rational.normal_form(chosen, field=field) is not None
    assert rational.agree(total, term) is not True


def test_a_delta_with_no_whole_number_picks_nothing():
    assert rational.agree(parse("sum_(j=1)^n kronecker(j, n/2)"), parse("1")) is not True
