"""Equations that Lambert's W solves: as many solutions as another method counts, and each of them one."""

from __future__ import annotations

import random

import mpmath
import pytest
from flint import arb, fmpq

from mathcli.algebra.balls import enclose
from mathcli.algebra.budget import Budget
from mathcli.solving.lambert_roots import lambert_zeros
from mathcli.solving.regions import REAL_LINE
from mathcli.solving.roots import zeros
from mathcli.syntax.parser import parse
from mathcli.syntax.tree import Name
from mathcli.syntax.writer import write

X = Name("x")


@pytest.mark.parametrize(
    ("f", "solutions"),
    [
        ("x e^x - 2", ["lambertw(2)"]),
        ("x + e^x", ["-lambertw(1)"]),
        ("log x + x", ["lambertw(1)"]),
        ("x log x - 1", ["1/lambertw(1)"]),
        ("x^x - 2", ["log(2)/lambertw(log(2))"]),
        ("e^x - 3x", ["-lambertw(-1/3)", "-lambertwm(-1/3)"]),
        ("e^x - 2x", []),
        ("2^x - x - 1", ["0", "1"]),
        ("e^x - x - 1", ["0"]),
        ("e^x - e x", ["1"]),
        ("x e^x + 1", []),
        ("x e^(-x) - 1/10", ["-lambertw(-1/10)", "-lambertwm(-1/10)"]),
        ("(x + 1) e^(2x) - 5", ["lambertw(10*exp(2))/2 - 1"]),
        ("lambertw(x) - 1", ["e"]),
        ("lambertwm(x) + 2", ["-2*exp(-2)"]),
    ],
)
def test_solutions_are_written_with_w_and_none_is_missing(f: str, solutions: list[str]) -> None:
    found = zeros(parse(f), X, REAL_LINE, budget=Budget())

    assert found.is_complete
    assert [write(zero.at.exact) for zero in found.points if zero.at.exact is not None] == solutions
    assert len(found.points) == len(solutions)


def test_a_tangent_line_touches_the_exponential_once_and_doubly() -> None:
    (zero,) = zeros(parse("e^x - e x"), X, REAL_LINE, budget=Budget()).points

    assert zero.multiplicity == 2


@pytest.mark.parametrize("seed", range(30))
def test_an_exponential_meets_a_line_where_mpmath_says_so(seed: int) -> None:
    random_ = random.Random(seed)
    a, b, k = (random_.choice((-3, -2, -1, 1, 2, 3)) for _ in range(3))
    c = random_.randint(-4, 4)
    f = parse(f"{a} x + {c} + {b} e^({k} x)")
    found = lambert_zeros(f, X)

    assert found is not None
    assert len(found.points) == _count(a, b, c, k)
    for point in found.points:
        value = enclose(f, {X: point.at.ball(200)}, precision=256)
        assert isinstance(value, arb)
        assert value.contains(0)


def _count(a: int, b: int, c: int, k: int) -> int:
    """By the turning point of a x + c + b e^(k x), where there is one."""
    if a * b * k > 0:
        return 1
    at = mpmath.log(mpmath.mpf(-a) / (b * k)) / k
    least = b * (a * at + c + b * mpmath.e ** (k * at)) / abs(b)
    return 0 if least > 0 else 2 if abs(least) > mpmath.mpf(10) ** -10 else 1


def test_w_is_defined_from_minus_1_over_e_on() -> None:
    at = {X: fmpq(-1, 2)}

    assert enclose(parse("lambertw(x)"), at) is None
    assert enclose(parse("lambertwm(x)"), {X: fmpq(1)}) is None
    assert enclose(parse("lambertw(x) exp(lambertw(x)) - x"), {X: fmpq(-1, 3)}).contains(0)  # type: ignore[union-attr]
