"""Extrema by values alone: each is certain, and what cannot be told apart is not claimed."""

from __future__ import annotations

import mpmath
import pytest
from flint import fmpq

from mathcli.algebra.budget import Budget
from mathcli.extrema.by_values import turns
from mathcli.syntax.parser import parse
from mathcli.syntax.tree import Name

x = Name("x")


def test_the_extrema_of_gamma_are_the_zeros_of_digamma() -> None:
    found, _, _ = turns(parse("gamma(x)"), x, fmpq(-3), fmpq(4), Budget())

    assert [turn.kind for turn in found] == ["local maximum", "local minimum", "local maximum", "local minimum"]
    for turn in found:
        low, high = turn.at.within(40)
        with mpmath.workdps(30):
            signs = [mpmath.digamma(mpmath.mpf(int(end.p)) / int(end.q)) for end in (low, high)]
        assert signs[0] * signs[1] < 0
        assert high - low < fmpq(1, 1 << 39)


@pytest.mark.parametrize("text", ["gamma(x) + floor(x)", "1/x^3", "x"])
def test_no_turn_is_claimed_at_a_jump_or_a_pole(text: str) -> None:
    assert turns(parse(text), x, fmpq(-2), fmpq(2), Budget())[0] == ()
