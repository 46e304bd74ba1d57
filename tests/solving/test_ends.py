"""Limits at the ends of a piece of the line, and that no zero lies beyond."""

from __future__ import annotations

import pytest
from flint import fmpq

from mathcli.algebra.balls import enclose
from mathcli.solving.ends import MINUS_INF, behaviour, free_of_zeros
from mathcli.solving.regions import Bound
from mathcli.syntax.parser import parse
from mathcli.syntax.tree import INF, Name, Node
from mathcli.syntax.writer import write

x = Name("x")


def end(text: str) -> tuple[Node | Bound, int]:
    if text in ("inf", "-inf"):
        return (INF if text == "inf" else MINUS_INF), 0
    return Bound.of(parse(text[:-1])), 1 if text[-1] == "+" else -1


@pytest.mark.parametrize(
    ("f", "towards", "limit", "side"),
    [
        ("log(x^2 + 1)", "-inf", "inf", -1),
        ("sqrt(x^2 + 1) - x", "inf", "0", 1),
        ("sqrt(x^2 + x) - x", "inf", "1/2", -1),
        ("sinh(x) - x^5", "inf", "inf", -1),
        ("x^2 e^(-x^2)", "inf", "0", 1),
        ("atan(x)", "inf", "pi/2", -1),
        ("atan(x)", "-inf", "-pi/2", 1),
        ("x + sin(x)", "inf", "inf", -1),
        ("x^4 - e^x", "inf", "-inf", 1),
        ("e^(-x) + log(x)", "0+", "-inf", 1),
        ("x log(x)", "0+", "0", -1),
        ("e^(-1/x^2)", "0+", "0", 1),
        ("x^x", "0+", "1", -1),
        ("x^(1/x)", "inf", "1", 1),
        ("(1 + 1/x)^x", "inf", "e", -1),
        ("tanh(x)", "inf", "1", -1),
        ("2^x - x^10", "inf", "inf", -1),
        ("1/(1 + e^(-x))", "-inf", "0", 1),
        ("x^2/(x - 1)", "1-", "-inf", 1),
        ("log(2x + 1) - log(x)", "inf", "log(2)", 1),
        ("sin(1/x) x", "inf", "1", -1),
        ("(x^2 - 4)/(x - 2)", "2+", "4", 1),
        ("log(x)/x", "inf", "0", 1),
        ("e^(e^x) - e^(2x)", "inf", "inf", -1),
        ("x e^(-e^x)", "inf", "0", 1),
        ("x^pi - x^3", "inf", "inf", -1),
        ("x^pi log(x)", "0+", "0", -1),
        ("e^(-e^(1/x))", "0+", "0", 1),
        ("log(e^(sqrt(2) x) + 1) - x", "inf", "inf", -1),
    ],
    ids=str,
)
def test_limits_are_proved_with_the_side_from_which_they_are_reached(f, towards, limit, side):
    found = behaviour(parse(f), x, *end(towards))

    assert found.is_proved
    assert found.limit is not None
    assert write(found.limit) == limit
    assert found.from_side == side


@pytest.mark.parametrize(("f", "towards"), [("sin(x)", "inf"), ("x sin(x)", "inf"), ("e^(sin(x))", "inf")], ids=str)
def test_no_limit_is_claimed_where_a_function_oscillates(f, towards):
    found = behaviour(parse(f), x, *end(towards))

    assert found.limit is None
    assert not found.is_proved


@pytest.mark.parametrize(
    "f",
    [
        "log(x^2 + 1) - 5",
        "sqrt(x^2 + 1) - x - 1/9",
        "sinh(x) - x^5",
        "cosh(x) - x^4 + sin(x)",
        "x^20 - 2^x",
        "atan(x) - 1",
        "e^(e^x) - e^(5x)",
        "x^pi - 3x^3",
    ],
    ids=str,
)
def test_beyond_the_bound_the_sign_does_not_change(f):
    bound = free_of_zeros(parse(f), x, INF)

    assert bound is not None
    signs = set()
    for k in range(60):
        ball = enclose(parse(f), {x: bound * fmpq(11, 10) ** k}, precision=4000)
        assert ball is not None
        assert not ball.contains(0)
        signs.add(bool(ball > 0))
    assert len(signs) == 1


@pytest.mark.parametrize("f", ["sin(x)", "x cos(x) + 1", "e^(-x) - e^(-x) cos(x)"], ids=str)
def test_no_bound_is_given_where_zeros_never_end(f):
    assert free_of_zeros(parse(f), x, INF) is None
