"""Curves on a screen: they fit it, mark their points, never cross a pole, and stay out of every other format."""

from __future__ import annotations

import pytest

from mathcli.algebra.budget import Budget
from mathcli.render import formats
from mathcli.render.options import RenderOptions
from mathcli.render.text import display_width
from mathcli.topics import build


def page(task, format="terminal", width=80, **fields):
    solution = build(task, fields).solve(Budget())
    return formats.load(format).render(solution, RenderOptions(steps=True, width=width))


def is_dot(character):
    return "\u2800" < character <= "\u28ff"


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("function", ["log(n)/n", "x^3 - 3x", "sqrt(x) (x - 3)", "sin x", "x + 1/x", "1000000 x^2"])
def test_a_drawing_is_no_wider_than_the_screen(function, width):
    lines = page("critical", width=width, expression=function).splitlines()

    assert any(map(is_dot, "".join(lines)))
    assert max(map(display_width, lines)) <= width


def test_the_marked_points_are_drawn_and_named():
    text = page("critical", expression="x^3 - 3x")
    assert text.count("●") == 2
    places = next(line for line in text.splitlines() if line.split()[:2] == ["−1", "1"])
    assert places


def test_ascii_pages_draw_with_ascii():
    text = page("critical", "ascii", expression="x^3 - 3x")
    assert text.isascii()
    assert "***" in text


@pytest.mark.parametrize("format", ["plain", "json", "latex", "markdown"])
def test_other_formats_draw_nothing(format):
    assert not any(map(is_dot, page("critical", format, expression="x^3 - 3x")))


def test_nothing_is_drawn_across_a_pole():
    solution = build("critical", {"expression": "x + 1/x"}).solve(Budget())
    (curve,) = (block for block in solution.blocks if type(block).__name__ == "Curve")
    assert all(x < 0 for x, _ in curve.strands[0])
    assert all(x > 0 for x, _ in curve.strands[1])


def test_a_nearest_point_is_joined_to_the_point():
    text = page("distance", curve="y = x^2 + 7", to="3,7")
    assert text.count("●") == 2


def test_where_nothing_is_marked_nothing_is_drawn():
    assert not any(map(is_dot, page("critical", expression="e^x")))


def test_a_screen_too_narrow_for_a_drawing_gets_none():
    assert not any(map(is_dot, page("critical", width=20, expression="x^3 - 3x")))


def test_a_curve_that_turns_too_often_is_not_drawn():
    assert not any(map(is_dot, page("critical", expression="x sin x")))
