"""Ranges: bounds that values cannot leave, open only where the end is not reached."""

from __future__ import annotations

import pytest
from flint import fmpq

from mathcli.algebra.ranges import Range, value_range
from mathcli.syntax.parser import parse
from mathcli.syntax.tree import TWO, Name, Negative, Product, Sum


@pytest.mark.parametrize(
    ("text", "low", "high", "is_low_open", "is_high_open"),
    [("x", None, None, False, False), ("x^2", 0, None, False, False), ("x^2+1", 1, None, False, False),
     ("e^x", 0, None, True, False), ("e^x+1", 1, None, True, False), ("-x^2", None, 0, False, False),
     ("(x^2+1)(y^2+2)", 2, None, False, False), ("e^x y^2", 0, None, False, False), ("x x y y", 0, None, False, False),
     ("x^2-2x+3", 2, None, False, False), ("2-(x-1)^2", None, 2, False, False), ("sin(x)+2", 1, 3, False, False),
     ("1/(x^2+2)", 0, fmpq(1, 2), True, False), ("0x", 0, 0, False, False), ("3-2cos(x)", 1, 5, False, False),
     ("cosh(x)", 1, None, False, False), ("sqrt(x)", 0, None, False, False), ("tanh(x)", -1, 1, True, True),
     ("log(x^2+1)", 0, None, False, False), ("|x|+1", 1, None, False, False),
     ("{1 if x < 0; 3 otherwise}", 1, 3, False, False),
     ("x^3", None, None, False, False), ("(x^2+1)^3", 0, None, True, False), ("x^y", None, None, False, False),
     ("sum_{k=1}^n x^2", 0, None, False, False), ("sum_{k=1}^n (-1)^k", None, None, False, False)],
)  # fmt: skip
def test_the_range_is_what_the_tree_shows(text, low, high, is_low_open, is_high_open):
    assert value_range(parse(text)) == Range(
        None if low is None else fmpq(low), None if high is None else fmpq(high), is_low_open, is_high_open
    )


def test_a_tree_that_shares_its_parts_a_hundred_times_is_no_trouble():
    node = Name("x")
    for _ in range(100):
        node = Negative(Sum((node, Negative(Product((TWO, node))))))

    assert value_range(Sum((node, TWO))) == Range()
