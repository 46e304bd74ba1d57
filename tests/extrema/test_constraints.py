"""Extrema under equations and inequalities, with the points at which Lagrange's condition is silent."""

from __future__ import annotations

import pytest
from flint import fmpq

from mathcli.algebra.balls import enclose
from mathcli.algebra.budget import Budget
from mathcli.errors import LimitExceededError, UndefinedError, UsageError
from mathcli.extrema.constraints import Constrained, constrained_points
from mathcli.extrema.feasible_sets import is_bounded, system
from mathcli.extrema.several import UNDECIDED, Extreme, Outcome
from mathcli.syntax.parser import parse, read
from mathcli.syntax.tree import Name
from mathcli.syntax.writer import write
from tests import fuzz_constrained

x, y = Name("x"), Name("y")


def found(text: str, *where: str) -> Constrained:
    f = parse(text)
    relations = [read(relation, kind="relation").tree for relation in where]
    names = f.names.union(*(relation.names for relation in relations))
    return constrained_points(f, tuple(sorted(names, key=lambda name: name.name)), relations, budget=Budget())


def listed(result: Constrained) -> dict[tuple[str, ...], str]:
    return {
        tuple("?" if b.exact is None else write(b.exact) for b in point.at.bounds): point.kind
        for point in result.points
    }


def shown(outcome: Outcome) -> str | None:
    if isinstance(outcome, Extreme):
        return write(outcome.value.exact) if outcome.value.exact else "?"
    return None if outcome is None else outcome[0]


@pytest.mark.parametrize(
    ("text", "where", "points", "extremes"),
    [
        ("xy", ["x+y=10"], {("5", "5"): "local maximum"}, ("unbounded", "25")),
        ("x^2+y^2+z^2", ["x+y+z=1", "x+2y+3z=6"], {("-5/3", "1/3", "7/3"): "local minimum"}, ("25/3", "unbounded")),
        (
            "x+y",
            ["x^2+y^2=1"],
            {("-sqrt(2)/2",) * 2: "local minimum", ("sqrt(2)/2",) * 2: "local maximum"},
            ("-sqrt(2)", "sqrt(2)"),
        ),
        ("sqrt((x-3)^2+(y-7)^2)", ["y=x^2+7"], {("1", "8"): "local minimum"}, ("sqrt(5)", "unbounded")),
        ("x+y", ["xy=1"], {("-1", "-1"): "local maximum", ("1", "1"): "local minimum"}, ("unbounded", "unbounded")),
        ("x^4+y^4", ["x+y=2"], {("1", "1"): "local minimum"}, ("2", "unbounded")),
    ],
)
def test_extrema_under_equations(
    text: str, where: list[str], points: dict[tuple[str, ...], str], extremes: tuple[str, str]
) -> None:
    result = found(text, *where)

    assert result.is_complete
    assert listed(result) == points
    assert (shown(result.minimum), shown(result.maximum)) == extremes


def test_the_multiplier_is_worked_out() -> None:
    (point,) = found("xy", "x+y=10").points

    assert {name: write(value.exact) for name, value in point.multipliers.items() if value.exact} == {"lambda": "5"}


@pytest.mark.parametrize(
    ("text", "where", "place", "value"),
    [
        ("x+y", ["(x-1)^2+y^2=1", "(x+1)^2+y^2=1"], ("0", "0"), "0"),
        ("x", ["y^2=x^3"], ("0", "0"), "0"),
        ("x^2+y^2", ["(x-1)^3=y^2"], ("1", "0"), "1"),
    ],
    ids=["tangent circles", "cusp", "cusp away from the origin"],
)
def test_points_that_multipliers_miss_are_found(
    text: str, where: list[str], place: tuple[str, ...], value: str
) -> None:
    result = found(text, *where)

    assert result.is_complete
    assert list(listed(result)) == [place]
    assert shown(result.minimum) == value


def test_the_maximum_at_a_cusp_of_the_feasible_set_is_found() -> None:
    result = found("x", "0 <= y <= (1-x)^3")

    assert listed(result) == {("1", "0"): "endpoint maximum"}
    assert (shown(result.minimum), shown(result.maximum)) == ("unbounded", "1")


def test_inequalities_are_gone_through_case_by_case() -> None:
    result = found("x^2 + 2y^2", "x^2 + y^2 <= 1")

    assert [len(case.active) for case in result.cases] == [0, 1]
    assert listed(result) == {
        ("0", "0"): "local minimum",
        ("-1", "0"): "saddle",
        ("1", "0"): "saddle",
        ("0", "-1"): "endpoint maximum",
        ("0", "1"): "endpoint maximum",
    }
    assert (shown(result.minimum), shown(result.maximum)) == ("0", "2")


def test_edges_and_vertices_of_a_polygon_are_looked_at() -> None:
    result = found("xy", "x+y<=10", "x>=0", "y>=0")

    assert result.is_complete
    assert listed(result)[("5", "5")] == "endpoint maximum"
    assert {write(e) for curve in result.curves for e in curve.curve.equations} == {"x", "y"}
    assert (shown(result.minimum), shown(result.maximum)) == ("0", "25")


def test_a_linear_function_has_its_extrema_at_vertices() -> None:
    result = found("2x + 3y", "x + y <= 4", "x + 3y <= 6", "x >= 0", "y >= 0")

    assert (shown(result.minimum), shown(result.maximum)) == ("0", "9")


def test_nothing_is_claimed_on_an_open_set() -> None:
    result = found("x", "x^2+y^2<1")

    assert result.is_complete
    assert not result.points
    assert result.minimum is None
    assert result.maximum is None


def test_a_constraint_satisfied_by_a_whole_circle_of_critical_points() -> None:
    result = found("x^2+y^2", "x^2+y^2=1")

    assert [[write(e) for e in curve.curve.equations] for curve in result.curves] == [["x^2 + y^2 - 1"]]
    assert shown(result.minimum) == shown(result.maximum) == "1"


def test_a_bounded_set_gives_a_box_to_search() -> None:
    result = found("e^x + y", "x^2 + xy + y^2 = 3")

    assert result.is_complete
    assert len(result.points) == 2
    assert isinstance(result.minimum, Extreme)
    assert isinstance(result.maximum, Extreme)


def test_a_circle_of_least_values_is_known_outside_of_a_disc() -> None:
    result = found("x^2 + y^2", "x^2 + y^2 >= 1")

    assert [curve.kind for curve in result.curves] == ["endpoint minimum"]
    assert (shown(result.minimum), shown(result.maximum)) == ("1", "unbounded")


def test_curves_that_lie_partly_inside_are_kept() -> None:
    result = found("x^2 y", "x^2 + y^2 <= 4", "x^2 + y^2 >= 1")

    assert result.is_complete
    assert "x" in {write(e) for curve in result.curves for e in curve.curve.equations}


@pytest.mark.parametrize("seed", range(6))
def test_no_point_of_a_disc_beats_the_extrema_that_are_claimed(seed: int) -> None:
    """The values on a grid of points of the disc stay between the two."""
    import random

    choose = random.Random(seed)
    monomials = choose.sample(["x", "y", "x^2", "xy", "y^2", "x^3", "x^2 y", "y^3", "|x|", "e^x"], 3)
    f = " + ".join(f"({choose.randint(-3, 3)}) {m}" for m in monomials)

    result = found(f, "x^2 + y^2 <= 4")

    assert isinstance(result.minimum, Extreme)
    assert isinstance(result.maximum, Extreme)
    for a in range(-8, 9):
        for b in range(-8, 9):
            if a * a + b * b <= 64:
                value = enclose(result.f, {x: fmpq(a, 4), y: fmpq(b, 4)})
                assert value is not None
                assert not value < result.minimum.value.ball()
                assert not value > result.maximum.value.ball()


def test_corners_of_f_are_points_to_look_at_under_a_constraint() -> None:
    result = found("|x| + y", "x^2 + y^2 = 1")

    assert {("0", "-1"), ("0", "1")} <= set(listed(result))
    assert (shown(result.minimum), shown(result.maximum)) == ("-1", "sqrt(2)")


@pytest.mark.parametrize(
    ("zero", "at_least", "bounded"),
    [
        (["x^2 + y^2 - 1"], [], True),
        (["x y - 1"], [], False),
        ([], ["10 - x - y", "x", "y"], True),
        ([], ["10 - x - y", "x"], False),
        ([], ["1 - x^4 - y^2 + x y"], True),
        (["y - x^2"], ["4 - y"], True),
        (["y - x^2"], ["4 + y"], False),
        (["y^2 - x^3"], ["-x"], True),
        (["y^2 - x^3"], ["x"], False),
        ([], ["y", "(1-x)^3 - y", "x"], True),
        ([], ["y", "(1-x)^3 - y"], False),
    ],
)
def test_bounded_sets_are_known(zero: list[str], at_least: list[str], bounded: bool) -> None:
    given = system((x, y), [parse(u) for u in zero], [parse(u) for u in at_least])

    assert given is not None
    assert is_bounded(given) is bounded


def test_a_constraint_without_the_variables_is_refused() -> None:
    with pytest.raises(UsageError):
        constrained_points(parse("x y"), (x, y), [read("2 = 3", kind="relation").tree], budget=Budget())


def test_too_many_inequalities_are_refused() -> None:
    with pytest.raises(LimitExceededError):
        found("x y", *(f"x >= -{k}" for k in range(1, 9)))


@pytest.mark.parametrize(
    ("text", "where", "kind"),
    [
        ("x^2 - xy + y^2 - 3x", ["x>=0", "y>=0", "x+y<=4"], "saddle"),
        ("x^2 - y", ["x>=0", "y>=0"], "saddle"),
        ("y + x^2 + x y", ["x>=0", "y>=0"], "endpoint minimum"),
        ("-y - x^2", ["x>=0", "y>=0"], "endpoint maximum"),
        ("x^2 - y^2", ["x>=0"], "saddle"),
        ("x^2 + xy + 2y^2 - x^4", ["x>=0", "y>=0"], "endpoint minimum"),
        ("xy - x^4", ["x>=0", "y>=0"], "degenerate (undecided)"),
        ("y - x^3 - 2x^4", ["x>=0", "y>=0"], "degenerate (undecided)"),
    ],
)
def test_a_multiplier_that_is_0_leaves_the_kind_to_the_larger_tangent_space(
    text: str, where: list[str], kind: str
) -> None:
    assert listed(found(text, *where))[("0", "0")] == kind


def test_an_extremum_on_the_closed_set_that_lies_inside_is_one_of_the_open_set() -> None:
    result = found("x y z", "x+y+z=3", "x>0", "y>0", "z>0")

    assert shown(result.maximum) == "1"
    assert shown(result.minimum) is None


@pytest.mark.parametrize("where", [["x<0", "x>1"], ["x^2+y^2<0"], ["x^2<=-1"]])
def test_constraints_that_contradict_each_other_are_refused(where: list[str]) -> None:
    with pytest.raises(UndefinedError, match="no point satisfies"):
        found("x+y", *where)


def test_an_interval_search_finds_all_points_on_a_sphere() -> None:
    result = found("x^5 + e^(x y) + z^3 sin x", "x^2+y^2+z^2=1")
    kinds = [point.kind for point in result.points]

    assert result.is_complete
    assert (kinds.count("local minimum"), kinds.count("saddle"), kinds.count("local maximum")) == (3, 3, 2)
    assert isinstance(result.minimum, Extreme)
    assert isinstance(result.maximum, Extreme)
    assert "interval search of x in [-1, 1]" in str(result.reasons)


def test_the_greatest_entropy_is_that_of_equal_parts_and_exact() -> None:
    result = found("-x log x - y log y - z log z", "x+y+z=1")

    assert result.is_complete
    assert listed(result) == {("1/3", "1/3", "1/3"): "local maximum"}
    assert isinstance(result.maximum, Extreme)
    assert result.maximum.why == ("f is concave on a convex set",)


def test_a_search_leaves_out_the_edge_of_the_domain_where_a_slope_grows_without_bound() -> None:
    result = found("sqrt(x) + 2y sin z", "x^2+y^2+z^2=1", "y+z=1/2")

    assert result.is_complete
    assert [point.kind for point in result.points] == ["local maximum", "local minimum", UNDECIDED]
    assert all(point.at.sign(x) == 0 for point in result.points[1:])


def test_under_two_constraints_and_inequalities_what_is_not_polynomial_is_searched_for() -> None:
    result = found("x^5 + e^(x y) + z^3 sin x", "x^2+y^2+z^2=1", "x+y+z>=1/2")

    assert result.is_complete
    assert len([point for point in result.points if point.active]) == 4


def test_a_point_that_is_not_simple_is_listed_and_its_surroundings_are_left_open() -> None:
    result = found("x^4 + y^4 e^z", "x^2+y^2+z^2=1")

    assert not result.is_complete
    assert ("0", "0", "1") in listed(result)
    assert "open: " in str(result.reasons)
    assert "z in [0.999, 1.001]" in str(result.reasons)


def test_where_time_runs_out_the_points_found_are_given() -> None:
    clock = iter(range(10**9))
    budget = Budget(deadline=3000, clock=lambda: next(clock))
    f, sphere = parse("x^5 + e^(x y) + z^3 sin x"), read("x^2+y^2+z^2=1", kind="relation").tree
    result = constrained_points(f, (x, y, Name("z")), [sphere], budget=budget)

    assert not result.is_complete
    assert result.points
    assert "stopped at the time limit" in str(result.reasons)


def test_values_at_mirrored_points_are_known_to_be_equal() -> None:
    result = found("x^5 y + e^(x y)", "x^2+y^2=1")
    least = [p.value for p in result.points if p.kind == "local minimum"]

    assert result.is_complete
    assert len(least) == 2
    assert least[0] is not None
    assert least[1] is not None
    assert least[0].compare(least[1]) == 0


def test_a_cusp_at_which_lagrange_is_silent_is_not_lost() -> None:
    result = found("x + sin y", "y^2=x^3", "x<=1")

    assert ("0", "0") in listed(result)
    assert not result.is_complete


def test_points_of_a_large_number_field_are_judged_without_inverting_in_it() -> None:
    f = "2x^2 y^2 z + x^3 y^2 - 3y z^3 + 3x^3 y^2 z^3"
    result = found(f, "x^2+y^2+z^2+x y=1")

    assert result.is_complete
    assert len(result.points) == 12
    assert isinstance(result.maximum, Extreme)
    assert 1.5627 < float(result.maximum.value.ball().mid()) < 1.5628


def test_of_what_is_proved_complete_no_point_is_missing() -> None:
    """A small part of the long run, judged by SymPy's derivatives and Newton's method."""
    told: list[str] = []

    assert fuzz_constrained.main(8, 5, say=told.append) == 0
    assert any("proved" in line for line in told)
