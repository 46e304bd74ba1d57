"""Which variable is meant."""

from __future__ import annotations

import pytest

from mathcli.errors import UsageError
from mathcli.syntax.parser import read
from mathcli.syntax.tree import Name
from mathcli.syntax.variables import choose, letters


def chosen(text, *asked, many=False):
    return [name.name for name in choose(read(text), tuple(map(Name, asked)), many=many).variables]


@pytest.mark.parametrize(
    ("text", "variable"),
    [("t^2", "t"), ("a x^2 + b x + c", "x"), ("f(t) = t a", "t"), ("y = x^2", "x"), ("y = t^2", "t"), ("5", "x")],
)
def test_the_only_letter_or_x_is_the_variable(text, variable):
    assert chosen(text) == [variable]


def test_what_was_asked_for_is_the_variable():
    assert chosen("a x", "a") == ["a"]


def test_x_among_parameters_is_said_so():
    assert choose(read("a x^2 + b")).notes == ("x is the variable, with the parameters a, b",)


def test_several_letters_without_x_are_an_error_that_lists_them():
    with pytest.raises(UsageError, match="s, t"):
        chosen("s t^2")


def test_a_gradient_takes_the_letters_in_the_order_of_their_first_appearance():
    assert chosen("2y + x^2 z y", many=True) == ["y", "x", "z"]
    assert chosen("f(x, y) = y", many=True) == ["x", "y"]


def test_an_index_is_no_letter_of_the_expression():
    assert [name.name for name in letters(read("sum(i x, i, 1, n)").tree)] == ["x", "n"]


def test_a_letter_that_only_counts_terms_is_no_variable():
    tree = read("sum_{i=1}^n (y_i - (m x_i + c))^2")

    assert [name.name for name in choose(tree, many=True).variables] == ["m", "c"]
    assert [name.name for name in choose(read("sum_{i=1}^n m i")).variables] == ["m"]
    assert [name.name for name in choose(read("sum_{i=1}^n i")).variables] == ["n"]
    assert [name.name for name in choose(read("n sum_{i=1}^n x^i"), many=True).variables] == ["x"]
    assert [name.name for name in choose(read("1/n sum_{i=1}^n (y_i - m)^2"), many=True).variables] == ["m"]
