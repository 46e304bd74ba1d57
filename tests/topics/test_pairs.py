"""Pairs with the verdict that is right, each found by hand: true laws, wrong ones, domains, near misses."""

from __future__ import annotations

from pathlib import Path

import pytest

from mathcli.algebra.budget import Budget
from mathcli.topics import build

ROWS = [line.split("\t") for line in Path(__file__).with_name("pairs.tsv").read_text(encoding="utf-8").splitlines()[1:]]


@pytest.mark.parametrize(("left", "right", "verdict"), ROWS)
def test_the_verdict_on_a_pair_is_right_in_either_order(left, right, verdict):
    assert build("equal", {"left": left, "right": right}).solve(Budget()).answer["verdict"] == verdict
    assert build("equal", {"left": right, "right": left}).solve(Budget()).answer["verdict"] == verdict
