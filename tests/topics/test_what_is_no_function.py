"""What a differentiating command refuses, since nobody could mean what it would say."""

from __future__ import annotations

import pytest

from mathcli.algebra.budget import Budget
from mathcli.errors import NotCoveredError, UsageError
from mathcli.syntax.parser import parse, read
from mathcli.syntax.writer import write
from mathcli.topics.diff import Diff


def answer(typed: str) -> str:
    solution = Diff(expression=read(typed)).solve(Budget())
    return write(solution.bare[0][0])


@pytest.mark.parametrize("typed", ["d/dx x^2 + 1", "d/dx (x^2)(x+1)", r"\frac{d}{dx} x^2 + x"])
def test_an_operator_on_the_first_part_alone_is_not_differentiated_once_more(typed):
    with pytest.raises(UsageError, match="first term alone"):
        answer(typed)


@pytest.mark.parametrize("typed", ["x = 2", "y = 3"])
def test_an_equation_that_fixes_a_letter_is_no_function(typed):
    with pytest.raises(UsageError, match="needs a function"):
        answer(typed)


@pytest.mark.parametrize(("typed", "value"), [("(d/dx)(x^2)", "2x"), ("y = x^2", "2x"), ("f(x) = 3", "0")])
def test_an_operator_in_front_of_everything_and_a_formula_are_functions(typed, value):
    assert parse(answer(typed)) is parse(value)


@pytest.mark.parametrize("typed", ["i x", "e^(i x)", "i^2 + x"])
def test_a_function_with_the_imaginary_unit_is_refused(typed):
    with pytest.raises(NotCoveredError, match="imaginary unit"):
        answer(typed)


def test_an_index_called_i_is_no_imaginary_unit():
    assert parse(answer("sum_(i=1)^3 x_i t")) is parse("sum_(i=1)^3 x_i")
