"""`critical` for one variable: what scripts get, what a pipe gets, and its errors."""

from __future__ import annotations

from typing import Any

import pytest

from mathcli.algebra.budget import Budget
from mathcli.errors import MathcliError, NoAnswerError, UsageError
from mathcli.render.formats import json, plain, terminal
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


def test_json_has_the_points_their_kinds_and_the_proof() -> None:
    found = answer("log(n)/n")

    assert found["variables"] == ["n"]
    assert found["domain"] == "n > 0"
    assert found["complete"] == "proved"
    (point,) = found["points"]
    assert (point["at"]["n"]["text"], point["value"]["text"], point["kind"]) == ("e", "1/e", "local maximum")
    assert point["exact"] is True
    assert found["global"]["minimum"] is None
    assert found["global"]["maximum"]["attained"] is True


def test_points_are_interior_and_ends_stand_in_the_boundary() -> None:
    found = answer("x^3 - 3x", on="[-2, 3]")

    assert [point["kind"] for point in found["points"]] == ["local maximum", "local minimum"]
    assert [point["kind"] for point in found["boundary"]] == ["endpoint minimum", "endpoint maximum"]
    assert [place["x"]["text"] for place in found["global"]["minimum"]["at"]] == ["-2", "1"]


def test_a_number_without_a_closed_form_has_right_digits_and_an_enclosure() -> None:
    (point,) = answer("x^6/6 - x^2/2 - x")["points"]

    assert point["exact"] is False
    assert point["at"]["x"]["approx"].startswith("1.16730397826141")
    low, high = point["at"]["x"]["enclosure"]
    assert float(low) < 1.1673039782614187 < float(high)


@pytest.mark.parametrize(
    ("f", "row"),
    [
        ("x e^(-x^2)", "(√2)/2 ≈ 0.707107     0       ≈ 0.428882"),
        ("x - 2sin(x)", "π/3 ≈ 1.0472     0       π/3 − √3 + 2π k"),
        ("sin(4x) + sin(3x)", "≈ 0.439682            0       ≈ 1.95087"),
        ("x^3 - 3x + 1", "−1         0       3"),
    ],
)
def test_in_the_table_of_signs_a_decimal_stands_under_the_head_of_what_it_is_a_decimal_of(f: str, row: str) -> None:
    page = terminal.render(solved(f), RenderOptions())

    assert row in [line.strip() for line in page.splitlines()]


def test_families_say_their_parameter() -> None:
    found = answer("sin(x)")

    assert [family["at"]["x"]["text"] for family in found["families"]] == ["pi/2 + 2*pi*k", "3*pi/2 + 2*pi*k"]
    assert {family["parameter"] for family in found["families"]} == {"k"}


def test_what_is_not_decided_is_left_out_and_what_is_unbounded_is_null() -> None:
    assert answer("x^3")["global"] == {"minimum": None, "maximum": None}
    assert "global" not in answer("x^2 + x sin(x^2)")


def test_a_pipe_gets_one_line_for_each_point() -> None:
    assert lines("x^3 - 3x") == ["x = -1\t2\tlocal maximum", "x = 1\t-2\tlocal minimum"]


def test_an_incomplete_list_ends_with_three_and_says_so() -> None:
    solution = solved("x sin(x)")

    assert solution.exit_code == 3
    assert any(note.startswith("not certified") for note in solution.notes)
    assert answer("x sin(x)")["complete"] == "unknown"


def test_every_derivation_of_the_answer_is_judged() -> None:
    record = json.record(solved("|x^3 - 3x|"), options=RenderOptions(steps=True))

    assert record["verified"] == "proved"
    assert record["steps"]


@pytest.mark.parametrize(
    ("expression", "fields", "error", "words"),
    [
        ("x^2", {"on": "[3, 1]"}, UsageError, "reversed"),
        ("x^2", {"on": "(1, 1)"}, NoAnswerError, "empty"),
        ("x^2", {"on": "(inf, 0)"}, UsageError, "reversed"),
        ("x^2", {"on": "[a, 1]"}, UsageError, "numbers"),
        ("x^2", {"on": "y in [0, 1]"}, UsageError, "variable is x"),
        ("log(x)", {"on": "[-3, -1]"}, NoAnswerError, "domain is empty"),
        ("sqrt(-1 - x^2)", {}, NoAnswerError, "nowhere"),
        ("y^2", {"var": "x"}, UsageError, "does not occur"),
        ("f(x)", {}, NoAnswerError, "nothing is known of f"),
        ("x^i", {}, NoAnswerError, "imaginary"),
    ],
)
def test_bad_input_is_one_clear_error(
    expression: str, fields: dict[str, object], error: type[MathcliError], words: str
) -> None:
    with pytest.raises(error, match=words):
        solved(expression, **fields)


def test_the_interval_may_name_the_variable() -> None:
    assert answer("t^2", on="t in [-1, 2]")["points"] == answer("t^2", on="[-1, 2]")["points"]


def test_values_too_large_for_a_float_are_no_crash() -> None:
    assert answer("(3x + asinh(x))^195", on="[4, 130)")["complete"] == "proved"


def test_what_is_certain_at_the_time_limit_is_said() -> None:
    ticks = iter(range(10_000_000))
    solution = build("critical", {"expression": "sin(x^2)^4"}).solve(
        Budget(deadline=400.0, clock=lambda: float(next(ticks)))
    )

    assert solution.exit_code == 3
    assert any("certain within" in note or "not certified" in note for note in solution.notes)


def test_what_is_certain_is_said_in_intervals_that_are_not_reversed() -> None:
    (note,) = solved("sin(1/x)", on="(0, 1]").notes

    assert note.endswith("(1/250, 1)")
    assert "(1/250, 3/1000)" not in note


def test_numbers_that_may_be_tiny_cost_no_time() -> None:
    found = answer("sin(x^2)^4", on="[-9, 9]")

    assert found["complete"] == "proved"


def test_a_function_on_a_half_line_loses_nothing_where_its_form_repeats_on_the_whole_line() -> None:
    found = answer("e^(cos(sqrt(3) x)) - (sqrt(x))^2")

    assert [family["kind"] for family in found["families"]] == ["local minimum", "local maximum"]
    assert [family["first"] for family in found["families"]] == [0, 0]


@pytest.mark.parametrize(
    ("f", "kind"),
    [("sqrt(1 - sin(x))", "corner minimum"), ("asin(sin(x))", "corner maximum"), ("acos(cos(x - pi/2) )", None)],
)
def test_a_corner_that_a_root_makes_is_not_taken_for_a_stationary_point(f: str, kind: str | None) -> None:
    kinds = {point["kind"] for point in answer(f, on="[1, 4]")["points"]}

    assert not any(found.startswith("local") for found in kinds)
    assert kind is None or kind in kinds


def test_what_values_show_of_a_function_without_a_known_derivative_is_given_and_not_called_complete():
    solution = solved("gamma(x)", on="(0, 5]")

    assert solution.exit_code == 3
    assert solution.answer["complete"] == "unknown"
    assert len(solution.answer["points"]) == 1


@pytest.mark.parametrize(
    ("f", "on", "unbounded"),
    [
        ("x sin x", "[0, inf)", {"minimum", "maximum"}),
        ("x + 2x cos(3x)", None, {"minimum", "maximum"}),
        ("x sin(x)^2", "[0, inf)", {"maximum"}),
        ("x^2 + x sin(x^2)", None, set()),
        ("sin(x) + sin(sqrt(2) x)", None, set()),
    ],
)
def test_values_along_whole_turns_show_that_there_is_no_bound_where_not_all_points_are_known(
    f: str, on: str | None, unbounded: set[str]
) -> None:
    found = answer(f, on=on) if on else answer(f)

    assert found["complete"] == "unknown"
    assert {word for word, value in found.get("global", {}).items() if value is None} == unbounded
