"""Systems of equations: the road through polynomials and the search in a box check each other."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from flint import fmpq

from mathcli.algebra.budget import Budget
from mathcli.errors import BudgetSpentError, VerificationError
from mathcli.solving import confirmation, systems
from mathcli.solving.box_search import search, search_outwards
from mathcli.solving.confirmation import confirmed
from mathcli.solving.real_points import RealPoint
from mathcli.solving.regions import Bound
from mathcli.solving.systems import Solutions, solutions
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


@pytest.mark.parametrize(
    ("jumping", "line", "zeros"),
    [
        ("sign(x - 1/3) - y", "y - 3 (x - 1/4)", ("7/12", "-1/12")),
        ("sign(x - 1/3) - y", "y - x/2", ("2", "-2")),
        ("floor(x) - y", "y - x/2", ("0", "1", "2")),
        ("atan(1/(x - 1/3)) - y", "y - x/2", ("1.45565", "-1.17245")),
    ],
)
def test_a_search_loses_no_zero_to_slopes_that_say_nothing_of_a_jump(
    jumping: str, line: str, zeros: tuple[str, ...]
) -> None:
    found = search((parse(jumping), parse(line)), NAMES, BOX, Budget())

    assert found is not None
    assert not found.is_complete or len(found.real_points) == len(zeros)
    for point in found.real_points:
        assert any(abs(float(point.bounds[0].ball().mid()) - Fraction(zero)) < 1e-4 for zero in zeros)


def rational(*values: int | fmpq) -> RealPoint:
    return RealPoint(NAMES, [Bound.rational(fmpq(value)) for value in values])


def test_interval_arithmetic_confirms_the_points_of_a_groebner_basis() -> None:
    equations = (parse("4x^3 - 4y"), parse("4y^3 - 4x"))
    found = solutions(equations, NAMES, budget=Budget())

    assert len(found.real_points) == 3
    assert confirmed(found.real_points, equations, Budget()) == 3


def test_more_equations_than_unknowns_are_confirmed_by_those_that_are_independent() -> None:
    equations = (parse("x^2 - 1"), parse("2x^2 - 2"), parse("x y - 1"))

    assert confirmed((rational(1, 1), rational(-1, -1)), equations, Budget()) == 2


def test_degenerate_points_are_passed_over() -> None:
    assert confirmed((rational(0, 0),), (parse("x^3"), parse("y^2")), Budget()) == 0


@pytest.mark.parametrize(
    "points",
    [
        (rational(1, fmpq(1000001, 1000000)),),  # no solution
        (rational(1, 1), rational(1, 1)),  # one solution twice
    ],
)
def test_points_that_interval_arithmetic_contradicts_are_no_answer(points: tuple[RealPoint, ...]) -> None:
    with pytest.raises(VerificationError, match="two ways of solving the system disagree near x = 1, y = 1"):
        confirmed(points, (parse("x^2 - 1"), parse("x y - 1")), Budget())


def test_every_system_that_is_solved_by_a_groebner_basis_is_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    monkeypatch.setattr(confirmation, "confirmed", lambda points, *_: seen.append(len(points)))
    solutions((parse("x^2 - 1"), parse("x y - 1")), NAMES, budget=Budget())

    assert seen == [2]


def test_a_search_that_runs_out_of_time_gives_what_it_found() -> None:
    ticks = iter(range(10**6))
    budget = Budget(deadline=60, clock=lambda: next(ticks))
    found = search((parse("sin(3x) - y"), parse("cos(2y) - x")), NAMES, BOX, budget)

    assert found is not None
    assert not found.is_complete
    assert "stopped at the time limit" in "".join(
        part for reason in found.reasons for part in reason if isinstance(part, str)
    )


def said(found: Solutions) -> str:
    return "".join(part for reason in found.reasons for part in reason if isinstance(part, str))


def test_a_search_around_the_origin_says_where_nothing_is_missing_and_never_that_it_is_complete() -> None:
    found = search_outwards((parse("x^2 - y"), parse("y^2 - x")), NAMES, Budget())

    assert found is not None
    assert not found.is_complete
    assert len(found.real_points) == 2
    assert found.certain_within is not None
    assert [bound.value for pair in found.certain_within.values() for bound in pair if bound] == [-10, 10, -10, 10]
    assert "2 solutions; no other in x in [-10, 10], y in [-10, 10]" in said(found)


def test_a_degenerate_zero_is_listed_where_it_is_exact_and_its_surroundings_stay_open() -> None:
    found = search_outwards((parse("x^2 - y^3"), parse("x y")), NAMES, Budget())

    assert found is not None
    assert [[bound.value for bound in point.bounds] for point in found.real_points] == [[0, 0]]
    assert found.certain_within is None
    assert "except perhaps in x in [-" in said(found)


def test_a_polynomial_system_that_takes_too_long_gives_what_a_search_certifies(monkeypatch: pytest.MonkeyPatch) -> None:
    def spent(*_: object) -> None:
        raise BudgetSpentError("no answer within the time limit")

    monkeypatch.setattr(systems, "extended_solutions", spent)
    equations = (parse("x^2 - 1"), parse("x y - 1"))
    alone = solutions(equations, NAMES, budget=Budget())
    boxed = solutions(equations, NAMES, box=BOX, budget=Budget())

    assert [[bound.value for bound in point.bounds] for point in alone.real_points] in (
        [[1, 1], [-1, -1]],
        [[-1, -1], [1, 1]],
    )
    assert not alone.is_complete
    assert "not solved in the time there was" in said(alone)
    assert boxed.is_complete
    assert len(boxed.real_points) == 2
