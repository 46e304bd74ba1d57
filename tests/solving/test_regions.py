"""Numbers compared with certainty, and the parts of the line where conditions hold."""

from __future__ import annotations

import pytest

from mathcli.algebra.budget import Budget
from mathcli.algebra.domains import domain
from mathcli.errors import UndecidedError
from mathcli.solving.regions import REAL_LINE, Bound, Piece, Region, region
from mathcli.solving.solution_sets import where_all_hold
from mathcli.syntax.parser import parse, read
from mathcli.syntax.tree import Interval, Name
from mathcli.syntax.writer import write

x = Name("x")


def number(text: str) -> Bound:
    return Bound.of(parse(text))


@pytest.mark.parametrize(
    ("a", "b", "sign"),
    [
        ("sqrt(2)", "3/2", -1),
        ("sqrt(2) sqrt(3)", "sqrt(6)", 0),
        ("pi", "22/7", -1),
        ("e^pi", "pi^e", 1),
        ("log(8)", "3 log(2)", 0),
        ("10^(-40)", "0", 1),
    ],
    ids=str,
)
def test_numbers_are_compared_with_certainty(a, b, sign):
    assert number(a).compare(number(b)) == sign
    assert number(b).compare(number(a)) == -sign


def test_a_comparison_that_nothing_decides_is_an_error_and_no_guess():
    a = Bound(None, None, lambda bits: (number("1").enclosure[0] - 1, number("1").enclosure[0]))

    with pytest.raises(UndecidedError):
        assert a < number("1/2")


def shown(found: Region | None) -> str:
    assert found is not None
    text = " u ".join(map(piece_text, found.pieces))
    return text if found.period is None else f"{text} every {write(found.period)}"


def piece_text(piece: Piece) -> str:
    low = "-inf" if piece.lower is None else end_text(piece.lower)
    high = "inf" if piece.upper is None else end_text(piece.upper)
    return f"{'[' if piece.has_lower else '('}{low}, {high}{']' if piece.has_upper else ')'}"


def end_text(bound: Bound) -> str:
    return "?" if bound.exact is None else write(bound.exact)


@pytest.mark.parametrize(
    ("f", "interval", "expected"),
    [
        ("1/x", None, "(-inf, 0) u (0, inf)"),
        ("log(x)", None, "(0, inf)"),
        ("sqrt(4 - x^2)", None, "[-2, 2]"),
        ("log(log(x))", None, "(1, inf)"),
        ("sqrt(-x^2)", None, "[0, 0]"),
        ("sqrt(x^2 (x - 1))", None, "[0, 0] u [1, inf)"),
        ("log(x^2 - 2)", None, "(-inf, -sqrt(2)) u (sqrt(2), inf)"),
        ("1/(x^2 - x)", "[0, 1]", "(0, 1)"),
        ("tan(x)", None, "(pi/2, 3*pi/2) u (3*pi/2, 5*pi/2) every 2*pi"),
        ("sqrt(sin(x))", None, "[0, pi] every 2*pi"),
        ("tan(x)", "[0, 2pi]", "[0, pi/2) u (pi/2, 3*pi/2) u (3*pi/2, 2*pi]"),
        ("log(x) + sqrt(3 - x)", "[-5, 2)", "(0, 2)"),
        ("sqrt(e^x - 2)", None, "[log(2), inf)"),
        ("1/gamma(x) + gamma(x)", "[-2, 3]", "(-2, -1) u (-1, 0) u (0, 3]"),
    ],
    ids=str,
)
def test_a_real_domain_is_worked_out_as_intervals(f, interval, expected):
    tree = None if interval is None else read(interval, kind="interval").tree
    assert tree is None or isinstance(tree, Interval)

    assert shown(region(domain(parse(f)), x, on=tree, budget=Budget())) == expected


@pytest.mark.parametrize("f", ["tan(x) log(x)", "tan(x)/x", "log(x + 3) - log(sin(x))"], ids=str)
def test_what_repeats_on_a_part_of_the_line_is_never_said_to_repeat_all_over(f):
    assert region(domain(parse(f)), x, budget=Budget()) is None


def test_a_region_that_repeats_within_limits_holds_only_what_lies_in_both():
    found = where_all_hold(domain(parse("tan(x) log(x)")), x, REAL_LINE, budget=Budget())

    assert found is not None
    assert found.holds(number("5"))
    assert not found.holds(number("-5"))
    assert not found.holds(number("5 pi/2"))


def test_a_domain_that_cannot_be_worked_out_is_none():
    assert region(domain(parse("log(x sin(x^2) + 1/3)")), x, budget=Budget()) is None
