"""Each mistake, re-enacted, is recognised by its name; and what is right is no mistake."""

from __future__ import annotations

import pytest

from mathcli import topics
from mathcli.algebra.budget import Budget
from mathcli.algebra.exact import evaluated
from mathcli.checking.mistakes import MISTAKES, NAMES, Explanation, Situation, explanations
from mathcli.checking.mistakes.registry import Example
from mathcli.checking.mistakes.values import is_claim
from mathcli.syntax.parser import parse
from mathcli.syntax.tree import Name, Node, Product, Quotient, Sum, Vector
from tests.checking.slips import SLIPS


def situation_of(example: Example) -> Situation:
    """What a judge would ask about a line."""
    problem, x = parse(example.problem), Name("x")
    before = parse(example.above) if example.above else None
    written = parse(example.written)
    if isinstance(problem, Vector) and isinstance(before, Vector):
        right = _projection(problem, before) if isinstance(written, Vector) else _dot(problem, before)
        return Situation("projection", problem, None, 0, None, None, right, written, {"n": problem, "a": before})
    if is_claim(written):
        return Situation("critical_points", problem, x, 1, None, before, None, written)
    return Situation(example.of, problem, x, 1, problem, before, None, written)


def _dot(n: Vector, a: Vector) -> Node:
    return evaluated(Sum.of(*(Product.of(p, q) for p, q in zip(n.entries, a.entries, strict=True))))


def _projection(n: Vector, a: Vector) -> Vector:
    factor = Quotient(_dot(n, a), _dot(a, a))
    return Vector(tuple(evaluated(Product.of(factor, entry)) for entry in a.entries))


def explained(example: Example) -> tuple[Explanation, ...]:
    return explanations(situation_of(example), budget=Budget())


def names_for(problem: str, above: str, written: str) -> list[tuple[str, ...]]:
    of = "partial" if len(parse(problem).names) > 1 else "derivative"
    return [explanation.names for explanation in explained(Example(problem, above, written, of))]


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=NAMES)
def test_each_mistake_is_named_for_its_own_example(mistake):
    assert [explanation.names for explanation in explained(mistake.example)] == [(mistake.name,)]


def lines() -> list[tuple[str, str, bool]]:
    found, name = [], ""
    for line in SLIPS.splitlines():
        if line and not line.startswith(" "):
            name = line
        elif line.strip():
            found.append((name, line.strip(" ?"), line.strip().startswith("?")))
    return found


@pytest.mark.parametrize(("name", "line", "has_others"), lines())
def test_a_line_is_explained_by_the_mistake_that_was_made(name, line, has_others):
    found = names_for(*(part.strip() for part in line.split(";")))

    assert (name,) in found
    assert (len(found) > 1) is has_others


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=NAMES)
def test_check_names_each_mistake_in_its_own_example(mistake):
    problem = topics.build("check", mistake.example.working)
    answer = problem.solve(Budget()).answer
    (wrong,) = [line for line in answer["lines"] if line["line"] == answer["first_wrong"]]

    assert wrong["mistake"]["name"] == mistake.name


def test_the_slip_in_a_second_derivative_is_looked_for_in_the_line_that_the_student_wrote():
    """2e^(2x) cos x - e^(2x) sin x: of our own e^(2x) (2 cos x - sin x) another slip would give the same line."""
    lines = [
        "f' = 2e^(2x) cos x - e^(2x) sin x",
        "f'' = 4e^(2x) cos x - 2e^(2x) sin x - e^(2x) sin x - e^(2x) cos x",
    ]
    working = {"of": "second_derivative", "problem": "e^(2x) cos x", "lines": lines}
    answer = topics.build("check", working).solve(Budget()).answer

    assert answer["lines"][1]["mistake"]["name"] == "chain_factor_dropped"
