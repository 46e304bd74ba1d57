"""Functions that repeat, with or without a gain."""

from __future__ import annotations

import pytest

from mathcli.extrema.repetition import at_each, damping, each_of, repetition
from mathcli.syntax.parser import parse
from mathcli.syntax.tree import PI, TWO, Name, Product
from mathcli.syntax.writer import write

x, k = Name("x"), Name("k")


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        ("sin(x)", ("2*pi", "0")),
        ("sin(x)^2", ("pi", "0")),
        ("sin(x)^4 + cos(x)^4", ("pi/2", "0")),
        ("|sin(x)|", ("pi", "0")),
        ("tan(x) - x", ("pi", "-pi")),
        ("x + |sin(x)|", ("pi", "pi")),
        ("sin(x/2) + cos(x/3)", ("12*pi", "0")),
        ("sin(pi x)", ("2", "0")),
        ("e^(sin(x))", ("2*pi", "0")),
        ("sin(x) + x^2", None),
        ("x sin(x)", None),
        ("sin(x) + sin(sqrt(2) x)", None),
        ("x^3", None),
        ("sin(x^2)", None),
        ("sin(x^2) + cos(x)", None),
        ("x - sin(3cos(x))", ("2*pi", "2*pi")),
        ("(sqrt(x))^2 + sin(x)", None),
        ("x/x + sin(x)", None),
        ("log(x) - log(x) + sin(x)", None),
        ("log(sin(x)) + tan(x)", ("2*pi", "0")),
    ],
)
def test_the_shortest_period_that_shows_is_found(f: str, expected: tuple[str, str] | None) -> None:
    found = repetition(parse(f), x)

    assert (found and (write(found.period), write(found.gain))) == expected


def test_values_at_a_family_lose_their_whole_turns() -> None:
    assert write(at_each(parse("x + sin(x)"), x, parse("pi/2"), Product((TWO, PI)), k)) == "2*pi*k + 1 + pi/2"
    assert write(each_of(parse("pi/2"), Product((TWO, PI)), k)) == "pi/2 + 2*pi*k"


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        ("e^(-x) sin(x)", ("2*pi", "exp(-2*pi)")),
        ("e^(x/2) cos(3x)", ("2*pi/3", "exp(pi/3)")),
        ("2^(-x) sin(pi x)", ("2", "1/4")),
        ("sin(x)", None),
        ("x sin(x)", None),
        ("e^(-x) sin(x) + 1", None),
        ("e^(-x)", None),
    ],
)
def test_a_damped_swing_is_multiplied_by_one_factor(f: str, expected: tuple[str, str] | None) -> None:
    found = damping(parse(f), x)

    assert (found and (write(found.period), write(found.factor))) == expected
