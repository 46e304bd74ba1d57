"""Systems of equations: the road through polynomials and the search in a box check each other."""

from __future__ import annotations

import random

import pytest
from flint import fmpq

from mathcli.algebra.budget import Budget
from mathcli.solving.box_search import search
from mathcli.solving.regions import Bound
from mathcli.solving.systems import solutions
from mathcli.syntax.parser import parse
from mathcli.syntax.tree import Name

NAMES = (Name("x"), Name("y"))
BOX = {name: (Bound.rational(fmpq(-7, 2)), Bound.rational(fmpq(7, 2))) for name in NAMES}


def conic(random_: random.Random) -> str:
    monomials = ("x^2", "x y", "y^2", "x", "y", "1", "x^3")
    return " + ".join(f"({random_.randint(-3, 3)}) {monomial}" for monomial in monomials)


@pytest.mark.parametrize("seed", range(8))
def test_a_groebner_basis_and_krawczyk_find_the_same_points_in_a_box(seed: int) -> None:
    random_ = random.Random(seed)
    equations = (parse(conic(random_)), parse(conic(random_)))
    exact = solutions(equations, NAMES, box=BOX, budget=Budget())
    searched = search(equations, NAMES, BOX, Budget())

    assert searched is not None
    if exact.is_complete and searched.is_complete and not exact.curves:
        assert len(exact.real_points) == len(searched.real_points)
        for point in searched.real_points:
            assert any(point.same_as(other) is not False for other in exact.real_points)


def test_a_search_that_runs_out_of_time_gives_what_it_found() -> None:
    ticks = iter(range(10**6))
    budget = Budget(deadline=60, clock=lambda: next(ticks))
    found = search((parse("sin(3x) - y"), parse("cos(2y) - x")), NAMES, BOX, budget)

    assert found is not None
    assert not found.is_complete
    assert "stopped at the time limit" in "".join(
        part for reason in found.reasons for part in reason if isinstance(part, str)
    )
