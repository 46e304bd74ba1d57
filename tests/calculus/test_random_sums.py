"""A small part of `tests.fuzz_sums`, with a fixed seed; and that it would notice."""

from __future__ import annotations

import random

import pytest

from mathcli.syntax.parser import parse
from mathcli.syntax.tree import Name
from tests.fuzz_sums import are_unequal_at, is_wrong_slope_at, objections, points


@pytest.mark.parametrize("seed", range(60))
def test_nothing_can_be_said_against_what_is_proved_of_a_random_sum(seed: int):
    assert list(objections(random.Random(seed))) == []


def test_a_wrong_equality_and_a_wrong_slope_are_noticed():
    squares, mean = parse("sum_(i=1)^n (y_i - m)^2"), parse("(1/n) sum_(i=1)^n (y_i - m)^2")
    family = parse("sum_(j=1)^n w_j x_j + sum_(j=2)^n w_j")
    places = list(points(random.Random(5), 8))

    assert any(are_unequal_at(squares, mean, at) for at in places)
    assert any(is_wrong_slope_at(squares, Name("m"), parse("-sum_(i=1)^n (y_i - m)"), at) for at in places)
    assert any(is_wrong_slope_at(family, Name("w_1"), parse("0"), at) for at in places)
