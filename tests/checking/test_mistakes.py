"""Each mistake, re-enacted, is recognised; and what is right is no mistake."""

from __future__ import annotations

import pytest

from mathcli.algebra.budget import Budget
from mathcli.checking.mistakes import MISTAKES, NAMES, Situation, explanations
from mathcli.syntax.parser import parse
from mathcli.syntax.tree import Name


def explained(problem: str, written: str, *, above: str = "", variable: str = "x") -> tuple[tuple[str, ...], ...]:
    """The names by which a line is explained."""
    f, x = parse(problem), Name(variable)
    before = parse(above) if above else None
    situation = Situation("derivative", f, x, 1, f, before, None, parse(written))
    return tuple(explanation.names for explanation in explanations(situation, budget=Budget()))


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=NAMES)
def test_each_mistake_is_recognised_in_its_own_example(mistake):
    problem, above, written, variable = mistake.example

    assert explained(problem, written, above=above, variable=variable) == ((mistake.name,),)


def test_a_right_line_has_no_mistake():
    assert explained("x^2 sin x", "x(2 sin x + x cos x)") == ()


def test_the_sentence_speaks_of_the_students_own_expression():
    f, x = parse("e^(2x) cos x"), Name("x")
    situation = Situation("derivative", f, x, 1, f, None, None, parse("e^(2x) (cos x - sin x)"))
    (found,) = explanations(situation, budget=Budget())

    assert (found.place, found.wrong, found.right) == (parse("e^(2x)"), parse("e^(2x)"), parse("2 e^(2x)"))
    assert "the exponent is " in found.because
