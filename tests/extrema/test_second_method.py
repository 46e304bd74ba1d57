"""A seeded part of the long run: a second method that knows no derivative finds no critical point missing."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from mathcli.algebra.budget import Budget
from mathcli.errors import MathcliError
from mathcli.extrema.one_variable import critical_points
from mathcli.syntax.parser import parse
from tests.fuzz_critical import INTERVALS, X, by_sturm, false_extrema, function, judged, objections, polynomial


@pytest.mark.parametrize("seed", range(8))
def test_no_critical_point_of_a_random_function_is_missing(seed):
    random_ = random.Random(1000 + seed)
    for _ in range(6):
        text, on = function(random_, random_.choice((2, 3))), random_.choice(INTERVALS)
        if "x" not in text:
            continue
        try:
            assert not judged(text, on), (text, on)
        except MathcliError:
            continue


def test_sturm_counts_as_many_zeros_of_the_derivative_of_a_polynomial():
    random_ = random.Random(20)
    for text in (polynomial(random_) for _ in range(25)):
        assert judged(text, None, by_sturm) == [], text


def test_the_second_method_sees_a_point_that_was_left_out():
    f = parse("x^3 - 3x")
    found = critical_points(f, X, budget=Budget())

    assert not list(objections(f, found, None))
    assert list(objections(f, replace(found, points=found.points[1:]), None))
    assert list(by_sturm(f, replace(found, points=found.points[1:])))


def test_the_second_method_sees_a_minimum_that_is_none():
    f = parse("x^3 - 3x")
    found = critical_points(f, X, budget=Budget())
    swapped = tuple(replace(point, kind="local minimum") for point in found.points)

    assert list(false_extrema(f, replace(found, points=swapped)))
