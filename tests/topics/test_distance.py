"""The nearest points of curves and surfaces, how far away they are, and that nothing is nearer."""

from __future__ import annotations

import pytest

from tests.topics.answers import refusal, remarks, said, solve


def lines(curve, to, **fields):
    solution = solve("distance", curve=curve, to=to, **fields)
    assert solution.answer["complete"] == "proved"
    assert solution.exit_code == 0
    return [said(line) for line in solution.bare]


@pytest.mark.parametrize(
    ("curve", "to", "expected"),
    [
        ("y = x^2 + 7", "3,7", ["sqrt(5)", "(1, 8)"]),
        ("y = x^2 + 7", "x=3, y=7", ["sqrt(5)", "(1, 8)"]),
        ("f(x) = x^2 + 7", "3,7", ["sqrt(5)", "(1, 8)"]),
        ("x^2 + 7", "3,7", ["sqrt(5)", "(1, 8)"]),
        ("x^2 - y + 7 = 0", "3,7", ["sqrt(5)", "(1, 8)"]),
        ("x = y^2", "3,0", ["sqrt(11)/2", "(5/2, -sqrt(10)/2)", "(5/2, sqrt(10)/2)"]),
        ("y = 3", "1,2", ["1", "(1, 3)"]),
        ("x = 3", "1,2", ["2", "(3, 2)"]),
        ("2x + 3y = 6", "1,1", ["sqrt(13)/13", "(15/13, 16/13)"]),
        ("x^2 + y^2 = 25", "1,1", ["5 - sqrt(2)", "(5*sqrt(2)/2, 5*sqrt(2)/2)"]),
        ("x y = 1", "0,0", ["sqrt(2)", "(1, 1)", "(-1, -1)"]),
        ("x + 2y + 2z = 9", "0,0,0", ["3", "(1, 2, 2)"]),
        ("z = 3", "1,2,5", ["2", "(1, 2, 3)"]),
        ("(cos t, sin t)", "2,0", ["1", "(1, 0)"]),
        ("(2cos t, sin t)", "0,0", ["1", "(0, 1)", "(0, -1)"]),
        ("(1 + t, 2 + t, 3)", "0,0,0", ["sqrt(38)/2", "(-1/2, 1/2, 3)"]),
        ("(1, 2)", "4,6", ["5", "(1, 2)"]),
    ],
)
def test_nearest_points_are_exact_where_they_can_be(curve, to, expected):
    assert lines(curve, to) == expected


def test_a_curve_in_space_is_given_by_two_equations():
    assert lines("x + y + z = 1", "1,2,3", also=["x - y = 2"]) == ["sqrt(462)/6", "(5/6, -7/6, 4/3)"]


@pytest.mark.parametrize(
    ("curve", "to", "expected"),
    [
        ("y^2 = x^3", "-1,0", ["1", "(0, 0)"]),  # a cusp, where the gradient is 0
        ("|x| + |y| = 1", "2,0", ["1", "(1, 0)"]),  # a corner, where there is no gradient
        ("y = |x|", "0,-1", ["1", "(0, 0)"]),
        ("(y - x)^2 = 0", "0,2", ["sqrt(2)", "(1, 1)"]),  # the gradient is 0 all along
        ("y = sqrt(x)", "-1,0", ["1", "(0, 0)"]),  # an end of the curve
        ("y - x^(3/2) = 0", "-1,-1", ["sqrt(2)", "(0, 0)"]),  # an end of the curve, where it has a tangent
        ("y = floor(x)", "1,3", ["sqrt(2)", "(2, 2)"]),
    ],
)
def test_points_without_a_tangent_may_be_nearest(curve, to, expected):
    assert lines(curve, to) == expected


def test_all_points_of_a_circle_are_equally_near_to_its_centre():
    assert lines("x^2 + y^2 = 25", "0,0") == ["5", "x^2 + y^2 = 25"]
    assert lines("(cos t, sin t)", "0,0")[0] == "1"


def test_a_part_of_a_path_can_be_asked_for():
    assert lines("(cos t, sin t)", "2,0", on="[1, 2]")[1] == "(cos(1), sin(1))"


def test_a_curve_that_only_comes_near_has_no_nearest_point():
    solution = solve("distance", curve="y = (x^2 - 1)/(x - 1)", to="1,2")
    assert solution.answer["attained"] is False
    assert solution.answer["nearest"] == ()


def test_a_point_on_the_curve_is_at_distance_0():
    solution = solve("distance", curve="y = x^2", to="2,4")
    assert [said(line) for line in solution.bare] == ["0", "(2, 4)"]
    assert "the point lies on the curve" in remarks(solution)


def test_the_segment_is_wordsto_be_normal_to_the_tangent():
    assert any(
        "(2, -1) is normal to the tangent (1, 2)" in remark
        for remark in remarks(solve("distance", curve="y = x^2 + 7", to="3,7"))
    )


def test_what_has_no_short_form_is_enclosed():
    distance = solve("distance", curve="y = sin x", to="0,2").answer["distance"]
    assert distance["approx"].startswith("1.510469811")
    assert len(distance["enclosure"]) == 2


@pytest.mark.parametrize(
    ("fields", "code", "message"),
    [
        ({"curve": "y = x^2"}, 2, "distance needs the point"),
        ({"curve": "y = x^2", "to": "1"}, 2, "a point of the plane has two coordinates"),
        ({"curve": "y = x^2", "to": "1,2,3"}, 2, "the curve lies in the plane"),
        ({"curve": "(cos t, sin t)", "to": "1,2,3"}, 2, "the path has 2 coordinates, and --to gives 3"),
        ({"curve": "x + y + z = 1", "to": "1,2"}, 2, "the equation has 3 letters (x, y, z)"),
        ({"curve": "x^2 + y^2", "to": "1,2"}, 2, "a curve is given by an equation or a path"),
        ({"curve": "x^2 + y^2 = -1", "to": "0,0"}, 3, "there is no real point on it"),
        ({"curve": "y = sqrt(-1 - x^2)", "to": "0,0"}, 3, "its domain is empty"),
        ({"curve": "y = x^2", "to": "a,2"}, 3, "are numbers, not letters (a)"),
        ({"curve": "y > x", "to": "1,2"}, 3, "the distance to a region is not covered"),
        ({"curve": "x = 1", "also": ["y = 2"], "to": "0,0"}, 2, "2 equations leave no curve"),
        ({"curve": "(t, t^2)", "to": "0,1", "on": "[2, 1]"}, 2, "reversed"),
    ],
)
def test_what_has_no_answer_is_wordsin_one_sentence(fields, code, message):
    exit_code, words = refusal("distance", **fields)
    assert exit_code == code
    assert message in words
