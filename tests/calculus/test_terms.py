"""Terms: what a line takes to read is known before it is written."""

from __future__ import annotations

import pytest
from hypothesis import given

from mathcli.calculus.terms import least_nodes, size, sum_of, terms_of
from mathcli.syntax.parser import parse
from mathcli.syntax.tree import Name
from tests.strategies import elementary_functions

x = Name("x")


@given(elementary_functions(of=x))
def test_a_line_is_never_shorter_than_it_was_said_to_be(f):
    terms = terms_of(f)

    assert least_nodes(terms) <= size(sum_of(terms))[0]


@pytest.mark.parametrize(
    "line",
    ["3x^2 - x", "x^2 sin(x)/(2 y)", "-1/x^3", "sqrt(x) e^x + 5", "2/3", "x^(2/3) (x+1)^2", "(x+1)/(x-1) - 4"],
)
def test_the_nodes_of_a_plain_line_are_counted_without_writing_it(line):
    terms = terms_of(parse(line))

    assert least_nodes(terms) == size(sum_of(terms))[0]
