"""`critical` for several variables and under constraints: what scripts get, what a pipe gets, and its errors."""

from __future__ import annotations

from typing import Any

import pytest

from mathcli.algebra.budget import Budget
from mathcli.errors import MathcliError, NotCoveredError, UndefinedError, UsageError
from mathcli.render.formats import json, plain
from mathcli.render.options import RenderOptions
from mathcli.solution import Solution
from mathcli.topics import build


def solved(expression: str, **fields: object) -> Solution:
    return build("critical", {"expression": expression, **fields}).solve(Budget())


def answer(expression: str, **fields: object) -> dict[str, Any]:
    record: dict[str, Any] = json.record(solved(expression, **fields), options=RenderOptions())["answer"]
    return record


def lines(expression: str, **fields: object) -> list[str]:
    return plain.render(solved(expression, **fields), RenderOptions()).splitlines()


def test_a_pipe_gets_place_value_and_kind() -> None:
    assert lines("x^4 + y^4 - 4xy + 1") == [
        "x = -1, y = -1\t-1\tlocal minimum",
        "x = 0, y = 0\t1\tsaddle",
        "x = 1, y = 1\t-1\tlocal minimum",
    ]


def test_json_has_points_global_extrema_and_the_proof() -> None:
    found = answer("x^2 + xy + y^2 + 3x - 3y + 4")

    (point,) = found["points"]
    assert (point["at"]["x"]["text"], point["at"]["y"]["text"]) == ("-3", "3")
    assert (point["value"]["text"], point["kind"]) == ("-5", "local minimum")
    assert found["global"]["minimum"]["value"]["text"] == "-5"
    assert found["global"]["maximum"] is None
    assert found["complete"] == "proved"


def test_numbers_without_a_short_form_come_with_their_enclosure() -> None:
    points = answer("(x^2 + y - 11)^2 + (x + y^2 - 7)^2")["points"]

    assert len(points) == 9
    assert [point["exact"] for point in points].count(True) == 1
    assert all("enclosure" in point["at"]["x"] for point in points if not point["exact"])


def test_a_unique_local_minimum_is_not_called_global() -> None:
    found = answer("x^2 + y^2 (1-x)^3")

    assert [point["kind"] for point in found["points"]] == ["local minimum"]
    assert found["global"] == {"minimum": None, "maximum": None}


def test_a_curve_of_critical_points_is_in_continua_and_not_in_points() -> None:
    found = answer("(x^2 + y^2) e^(-x^2 - y^2)")

    assert [c["where"] for c in found["continua"]] == ["x^2 + y^2 = 1"]
    assert len(found["points"]) == 1


def test_families_have_a_letter_for_each_period() -> None:
    found = answer("sin x + sin y")

    assert found["points"] == []
    assert {family["parameter"] for family in found["families"]} == {"k, l"}
    assert found["families"][0]["at"]["x"]["text"] == "pi/2 + 2*k*pi"


def test_a_box_lists_the_members_of_families_and_its_edges() -> None:
    found = answer("sin x + sin y", on="x in [0, 3], y in [0, 3]")

    assert [point["kind"] for point in found["points"]] == ["local maximum"]
    assert "families" not in found
    assert found["global"]["maximum"]["value"]["text"] == "2"
    assert found["global"]["minimum"]["value"]["text"] == "0"
    assert all(point["kind"] != "local minimum" for point in found["boundary"])


def test_the_edge_of_the_domain_is_in_boundary() -> None:
    found = answer("sqrt(1 - x^2 - y^2)")

    assert [point["kind"] for point in found["points"]] == ["local maximum"]
    assert "continua" not in found
    assert [(edge["where"], edge["kind"]) for edge in found["boundary"]] == [("x^2 + y^2 = 1", "endpoint minimum")]


def test_what_was_searched_is_said_where_nothing_is_proved() -> None:
    solution = solved("x^2 + y^2 + sin(xy)")

    assert solution.exit_code == 3
    assert solution.answer["complete"] == "unknown"
    assert "x in [-10, 10]" in str(solution.answer["reason"])


@pytest.mark.parametrize("expression", ["floor(x) + y^2", "sign(x) y^2"])
def test_jumps_are_never_passed_over_in_silence(expression: str) -> None:
    solution = solved(expression)

    assert solution.answer["complete"] == "unknown"
    assert "jumps" in str(solution.answer["reason"])


def test_a_constraint_gives_points_and_their_multipliers() -> None:
    found = answer("xy", where=["x + y = 10"])

    (point,) = found["points"]
    assert point["kind"] == "local maximum"
    assert point["multipliers"]["lambda"]["text"] == "5"
    assert found["global"]["maximum"]["value"]["text"] == "25"
    assert found["global"]["minimum"] is None


def test_active_inequalities_are_named() -> None:
    found = answer("xy", where=["x + y <= 10", "x >= 0", "y >= 0"])

    vertex = next(point for point in found["boundary"] if point["at"]["x"]["text"] == "5")
    assert vertex["active"] == ["10 >= x + y"]
    assert found["points"] == []


def test_the_page_shows_the_conditions_of_lagrange() -> None:
    shown = plain.render(solved("xy", where=["x + y = 10"]), RenderOptions(steps=True))

    assert "Lagrange: y = λ, x = λ, x + y = 10" in shown
    assert "bordered Hessian" in shown


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"expression": "xy", "on": "y in [3, 1]"}, UsageError),
        ({"expression": "xy", "on": "z in [1, 3]"}, UsageError),
        ({"expression": "xy", "on": "x in [1, 3], x in [2, 3]"}, UsageError),
        ({"expression": "xy", "on": "[1, 3]"}, UsageError),
        ({"expression": "xy", "on": "x in (1, 1)"}, UndefinedError),
        ({"expression": "xy", "where": ["2 = 3"]}, UsageError),
        ({"expression": "x + y", "where": ["x^2 + y^2 = -1"]}, UndefinedError),
        ({"expression": "x + y", "where": ["x + y >= 3", "x + y <= 2"]}, UndefinedError),
        ({"expression": "x^2 + a y^2", "vars": ["x", "y"]}, NotCoveredError),
    ],
)
def test_bad_input_is_one_clear_error(fields: dict[str, object], error: type[MathcliError]) -> None:
    with pytest.raises(error):
        build("critical", fields).solve(Budget())


def test_a_system_too_large_for_a_groebner_basis_gives_what_is_certain_within_the_time() -> None:
    ticks = iter(range(10**9))
    budget = Budget(deadline=900, clock=lambda: next(ticks))
    found = build("critical", {"expression": "x^7 + y^7 + z^7 - 3x y z + x^2 y^5 + (x+y+z)^6"}).solve(budget)

    assert found.exit_code == 3
    assert plain.render(found, RenderOptions()).splitlines() == ["x = 0, y = 0, z = 0\t0\tdegenerate saddle"]
    assert "too large for a Gröbner basis; interval search around the origin: 1 solution" in found.notes[-1]
    assert "stopped at the time limit" in found.notes[-1]


def test_on_an_open_segment_a_bound_that_is_approached_is_told_from_one_that_is_attained() -> None:
    found = answer("-x log x - y log y", where=["x + y = 1"])["global"]

    assert (found["minimum"]["value"]["text"], found["minimum"]["attained"]) == ("0", False)
    assert found["maximum"]["attained"] is True
    assert found["maximum"]["value"]["approx"].startswith("0.693147180559945")
    assert [place["x"]["text"] for place in found["maximum"]["at"]] == ["1/2"]


def test_a_local_minimum_of_a_convex_function_on_a_convex_set_is_a_global_one() -> None:
    found = answer("x log x + y^2", where=["x + y = 2"])["global"]

    assert found["minimum"]["attained"] is True
    assert found["maximum"] is None


def test_of_several_local_minima_of_a_convex_function_on_a_curve_the_least_is_the_global_one() -> None:
    found = answer("x^2 + (y - 2)^2", where=["y = x^3 - 3x"])
    minima = [float(p["value"]["approx"]) for p in found["points"] if p["kind"] == "local minimum"]

    assert len(minima) > 1
    assert float(found["global"]["minimum"]["value"]["approx"]) == min(minima)
