"""A small part of the search for wrong verdicts on equality, with a fixed seed."""

from __future__ import annotations

import random

import pytest

from mathcli.algebra.budget import Budget
from mathcli.algebra.equality import compare
from mathcli.syntax.parser import parse
from tests.fuzz_equal import counterexample, missed, rewritten, wrong
from tests.identities import FALSE, TRUE


@pytest.mark.parametrize(("left", "right"), TRUE)
def test_each_identity_is_proved_where_both_sides_are_defined(left, right):
    found = compare(parse(left), parse(right), budget=Budget())

    assert found.verdict in ("equal", "equal_on_common_domain")


@pytest.mark.parametrize(("left", "right"), FALSE)
def test_each_false_identity_is_refuted_with_a_witness(left, right):
    found = compare(parse(left), parse(right), budget=Budget())

    assert found.verdict == "different"
    assert not found.witness.left.overlaps(found.witness.right)


@pytest.mark.parametrize("seed", range(4))
def test_no_verdict_on_identities_in_random_places_is_wrong(seed):
    random_ = random.Random(seed)
    for _ in range(40):
        _, left, right = rewritten(random_)
        found = compare(left, right, budget=Budget())

        assert list(wrong("true", found, left, right, random_)) == []


@pytest.mark.parametrize("seed", range(2))
def test_no_near_miss_with_a_counterexample_is_called_equal(seed):
    random_ = random.Random(seed)
    for _ in range(40):
        _, left, right = missed(random_)
        found = compare(left, right, budget=Budget())

        if counterexample(left, right, random_) is not None:
            assert found.verdict in ("different", "undecided")
