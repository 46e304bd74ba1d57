"""Exact angles: what they say agrees with the enclosures, and poles are seen."""

from __future__ import annotations

import pytest
from flint import arb, fmpq

from mathcli.algebra.angles import TRIGONOMETRIC, at_multiple, pi_multiple
from mathcli.syntax.parser import parse


@pytest.mark.parametrize("function", sorted(TRIGONOMETRIC))
@pytest.mark.parametrize("turns", [fmpq(k, 12) for k in range(-13, 26)], ids=str)
def test_the_value_at_a_multiple_of_pi_is_the_one_that_is_enclosed(function, turns):
    value = at_multiple(function, turns)
    ball = getattr(arb(turns) * arb.pi(), function)()

    if value is None:
        assert not ball.is_finite() or ball.rad() > 1000
    else:
        assert ball.overlaps(arb(value))


@pytest.mark.parametrize(
    ("text", "turns"),
    [("pi", 1), ("-pi/2", fmpq(-1, 2)), ("2pi/3+pi/6", fmpq(5, 6)), ("pi-acos(0)", fmpq(1, 2)),
     ("asin(-1/2)", fmpq(-1, 6)),
     ("4 atan(1)", 1), ("3-3", 0), ("pi+1", None), ("pi^2", None), ("x pi", None), ("pi pi/pi", None),
     ("2(pi+1)-2", 2)],
)  # fmt: skip
def test_multiples_of_pi_are_seen(text, turns):
    assert pi_multiple(parse(text)) == turns
