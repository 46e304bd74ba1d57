"""Critical points of one variable: which there are, what they are, and that none is missing."""

from __future__ import annotations

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from mathcli.algebra.budget import Budget
from mathcli.errors import UndefinedError
from mathcli.extrema.critical import Critical, Extreme
from mathcli.extrema.one_variable import critical_points
from mathcli.solving.numbers import decimal
from mathcli.syntax.parser import parse, read
from mathcli.syntax.tree import Interval, Name
from mathcli.syntax.writer import write

x = Name("x")


def found(text: str, on: str = "", *, shape: bool = False) -> Critical:
    interval = read(on, kind="interval").tree if on else None
    assert interval is None or isinstance(interval, Interval)
    return critical_points(parse(text), x, on=interval, has_shape=shape, budget=Budget())


def said(text: str, on: str = "") -> str:
    """The points as one line: exact where they are exact, else to four digits."""
    critical = found(text, on)
    assert critical.is_complete
    points = [(p.at, p.kind) for p in sorted((*critical.points, *critical.boundary), key=lambda p: p.at.enclosure)]
    parts = [f"{write(at.exact) if at.exact is not None else decimal(at, 4)} {kind}" for at, kind in points]
    parts += [f"{write(family.at)} {family.kind}" for family in critical.families]
    return ", ".join(parts)


@pytest.mark.parametrize(
    ("f", "on", "points"),
    [
        ("log(x)/x", "", "e local maximum"),
        ("3x^4 - 5x^2 + 2x", "", "-1 local minimum, (3 - sqrt(3))/6 local maximum, (3 + sqrt(3))/6 local minimum"),
        ("x^4 - 4x^3", "", "0 stationary inflection, 3 local minimum"),
        ("x^6/6 - x^2/2 - x", "", "1.167 local minimum"),
        ("x + 1/x", "", "-1 local maximum, 1 local minimum"),
        ("(x-1)^3/(x-1)", "", ""),
        ("x^3 - 3x", "[-2, 3]", "-2 endpoint minimum, -1 local maximum, 1 local minimum, 3 endpoint maximum"),
        ("x^3 - 3x", "(-2, 0)", "-1 local maximum"),
        ("sqrt(x) (x-3)", "", "0 endpoint maximum, 1 local minimum"),
        ("x^(2/3) (x-5)", "", "0 cusp maximum, 2 local minimum"),
        ("cbrt(x)", "", "0 vertical tangent"),
        ("|x|", "", "0 corner minimum"),
        ("x |x|", "", "0 stationary inflection"),
        ("x + x |x|", "", ""),
        ("max(x, 1-x)", "", "1/2 corner minimum"),
        ("max(x^2, x+2)", "", "-1 corner minimum, 2 corner"),
        ("sqrt(x^2 - 2x + 1)", "", "1 corner minimum"),
        ("|x^3 - x - 1|", "", "-sqrt(3)/3 local minimum, sqrt(3)/3 local maximum, 1.325 corner minimum"),
        ("| |x| - 1 |", "", "-1 corner minimum, 0 corner maximum, 1 corner minimum"),
        ("sign(x)", "", "0 jump"),
        ("{x if x < 1; 3 - x otherwise}", "", "1 jump"),
        ("{x^2 if x <= 0; x otherwise}", "", "0 corner minimum"),
        ("{x^2 if x <= 1; 2x - 1 otherwise}", "", "0 local minimum"),
        ("floor(x)", "[0, 2]", "1 jump, 2 endpoint maximum"),
        ("{x^2 if x <= 1}", "", "0 local minimum, 1 endpoint maximum"),
        ("{x^2 if x <= 1}", "(-3, 1)", "0 local minimum"),
        ("{sin(x)/x if x != 0; 1 otherwise}", "[-4, 4]", "-4 endpoint minimum, 0 local maximum, 4 endpoint minimum"),
        ("acot(x)", "", "0 jump"),
        ("sign(cos(x))", "", "pi/2 + 2*pi*k jump, 3*pi/2 + 2*pi*k jump"),
        ("min({x if x < 1; x otherwise}, sqrt(|x+1|))", "", "1/2 + sqrt(5)/2 corner"),
        ("sin(x)^2", "", "pi*k local minimum, pi/2 + pi*k local maximum"),
        ("|sin(x)|", "", "pi*k corner minimum, pi/2 + pi*k local maximum"),
        ("x + sin(x)", "", "pi + 2*pi*k stationary inflection"),
        ("tan(x) + cot(x)", "", "pi/4 + pi*k local minimum, 3*pi/4 + pi*k local maximum"),
        ("e^(-x) sin(x)", "", "pi/4 + 2*pi*k local maximum, 5*pi/4 + 2*pi*k local minimum"),
        ("log(sin(x))", "", "pi/2 + 2*pi*k local maximum"),
        ("sin(x) - x + x^3/6", "", "0 stationary inflection"),
        ("x^4 - e^x", "", "0.831 local minimum, 7.384 local maximum"),
        ("sqrt(-x^2)", "", "0 endpoint minimum"),
    ],
)
def test_every_point_is_found_and_judged(f: str, on: str, points: str) -> None:
    assert said(f, on) == points


@pytest.mark.parametrize(
    ("f", "on", "minimum", "maximum"),
    [
        ("log(x)/x", "", "none", "1/e attained"),
        ("tanh(x)", "", "-1 approached", "1 approached"),
        ("x^2 e^(-x^2)", "", "0 attained", "exp(-1) attained"),
        ("e^(-1/x^2)", "", "0 approached", "1 approached"),
        ("x^3", "(-1, 1]", "-1 approached", "1 attained"),
        ("x", "[0, 1]", "0 attained", "1 attained"),
        ("x + sin(x)", "", "none", "none"),
        ("sin(x) + cos(x)", "", "-sqrt(2) attained", "sqrt(2) attained"),
        ("{x if x < 1; 0 otherwise}", "", "none", "1 approached"),
        ("{x if x < 1; 3 - x otherwise}", "", "none", "2 attained"),
        ("x - floor(x)", "[0, 3]", "0 attained", "1 approached"),
        ("sign(x)", "[0, 1]", "0 attained", "1 attained"),
        ("x^2/x", "", "none", "none"),
        ("(x-1)^3/(x-1)", "", "0 approached", "none"),
        ("5", "", "5 attained", "5 attained"),
        ("tan(x)", "", "none", "none"),
        ("-cos(4x)/4 - cos(3x)/3", "[0, 2pi]", "-7/12 attained", "7*cos(pi/7)/12 attained"),
    ],
)
def test_global_extrema_are_attained_or_only_approached(f: str, on: str, minimum: str, maximum: str) -> None:
    critical = found(f, on)

    assert (_extreme(critical.minimum), _extreme(critical.maximum)) == (minimum, maximum)


def _extreme(extreme: Extreme | str | None) -> str:
    if not isinstance(extreme, Extreme):
        return extreme or "none"
    assert extreme.value.exact is not None
    return f"{write(extreme.value.exact)} {'attained' if extreme.is_attained else 'approached'}"


@pytest.mark.parametrize(
    ("f", "plateaus"),
    [
        ("5", [(None, None)]),
        ("sin(x)^2 + cos(x)^2", [(None, None)]),
        ("|x-1| + |x+2|", [("-2", "1")]),
        ("min(x^2, 1)", [(None, "-1"), ("1", None)]),
        ("atan(x) + atan(1/x)", [(None, "0"), ("0", None)]),
    ],
)
def test_whole_intervals_of_critical_points_are_named(f: str, plateaus: list[tuple[str | None, str | None]]) -> None:
    pieces = [plateau.piece for plateau in found(f).plateaus]

    ends = [tuple(None if end is None else write(end.exact) for end in (p.lower, p.upper)) for p in pieces]  # type: ignore[arg-type]
    assert ends == plateaus


@pytest.mark.parametrize(
    ("f", "on", "families"),
    [
        ("sin(x)", "[0, inf)", [("pi/2 + 2*pi*k", 0, None), ("3*pi/2 + 2*pi*k", 0, None)]),
        ("sin(x)", "(-inf, 0]", [("pi/2 + 2*pi*k", None, -1), ("3*pi/2 + 2*pi*k", None, -1)]),
        ("cos(x)", "[0, inf)", [("2*pi*k", 1, None), ("pi + 2*pi*k", 0, None)]),
        ("cos(x)", "(-inf, 2pi)", [("2*pi*k", None, 0), ("pi + 2*pi*k", None, 0)]),
        ("|sin(x)|", "(1, inf)", [("pi*k", 1, None), ("pi/2 + pi*k", 0, None)]),
        ("e^(-x) sin(x)", "[0, inf)", [("pi/4 + 2*pi*k", 0, None), ("5*pi/4 + 2*pi*k", 0, None)]),
    ],
)
def test_on_a_half_line_a_family_begins_or_ends(
    f: str, on: str, families: list[tuple[str, int | None, int | None]]
) -> None:
    critical = found(f, on)

    assert critical.is_complete
    assert [(write(family.at), family.first, family.last) for family in critical.families] == families


def test_with_a_gain_the_extreme_of_a_half_line_lies_in_its_first_period() -> None:
    critical = found("x + 2sin(x)", "[0, inf)")

    assert (_extreme(critical.minimum), _extreme(critical.maximum)) == ("0 attained", "none")


@pytest.mark.parametrize("f", ["x sin(x)", "x floor(x)", "sin(x^2)", "|sin(x^2)|"])
def test_what_has_endlessly_many_points_that_do_not_repeat_is_never_called_complete(f: str) -> None:
    assert not found(f).is_complete


def test_an_empty_domain_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        found("log(x)", "[-3, -1]")


@pytest.mark.parametrize(
    ("f", "inflections"),
    [
        ("x^3 - 3x", "0"),
        ("x^4", ""),
        ("cbrt(x)", "0"),
        ("x |x|", "0"),
        ("|x^2 - 1|", ""),
        ("x e^(-x)", "2"),
        ("1/x", ""),
        ("sin(x)", "2*pi*k family, pi + 2*pi*k family"),
        ("tan(x)", "pi*k family"),
        ("e^(-x) sin(x)", "pi/2 + 2*pi*k family, 3*pi/2 + 2*pi*k family"),
    ],
)
def test_f_bends_from_one_side_to_the_other_at_each_inflection_point(f: str, inflections: str) -> None:
    shape = found(f, shape=True).shape

    assert shape is not None
    assert shape.is_complete
    said = [write(p.at.exact) for p in shape.inflections if p.at.exact is not None]
    said += [f"{write(family.at)} family" for family in shape.families]
    assert ", ".join(said) == inflections


def test_inflection_points_are_where_the_second_derivative_changes_its_sign() -> None:
    shape = found("x^5 - 10x^4", shape=True).shape

    assert shape is not None
    assert shape.is_complete
    assert [write(point.at.exact) for point in shape.inflections if point.at.exact is not None] == ["6"]
    assert [stretch.sign for stretch in shape.stretches] == [-1, 1]


roots = st.lists(st.integers(min_value=-6, max_value=6), min_size=1, max_size=4)


@settings(max_examples=40, deadline=None)
@given(roots)
def test_the_zeros_of_a_derivative_that_was_built_from_them_are_all_found(zeros: list[int]) -> None:
    """f' = product of (x - r), integrated term by term: nothing but the r may come out, each with its sign change."""
    coefficients = [fmpq(1)]
    for r in zeros:
        shifted = [fmpq(0), *coefficients]
        coefficients = [a - r * b for a, b in zip(shifted, [*coefficients, fmpq(0)], strict=True)]
    terms = [f"({c / (k + 1)}) x^{k + 1}" for k, c in enumerate(coefficients)]

    critical = found(" + ".join(terms))

    assert critical.is_complete
    assert [p.at.value for p in critical.points] == [fmpq(r) for r in sorted(set(zeros))]
    for point in critical.points:
        is_odd = zeros.count(int(point.at.value.p)) % 2 == 1  # type: ignore[union-attr]
        assert (point.kind == "stationary inflection") is not is_odd


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("{1 if x < 0; 2 if x >= 0}", "maximum"),
        ("{x if x < 0; x + 1 if x > 0; 5 otherwise}", "maximum"),
        ("{x^2 if x != 0; -1 otherwise}", "minimum"),
        ("{x if x < 0; x + 1 otherwise}", ""),
        ("{-x if x < 0; x + 1 otherwise}", ""),
        ("{x if x < 0; 1 - x otherwise}", "maximum"),
        ("sign(x)", ""),
    ],
)
def test_a_jump_that_is_an_extremum_is_said_to_be_one(text, word):
    (point,) = critical_points(parse(text), x, budget=Budget()).points

    assert point.kind == "jump"
    said = "".join(part for part in point.why if isinstance(part, str))
    assert ("a local" in said) == bool(word)
    assert word in said


@pytest.mark.parametrize(
    ("text", "on", "least", "greatest"),
    [
        ("e^(-x) sin(x)", "[0, inf)", "-exp(-5*pi/4)*sqrt(2)/2", "exp(-pi/4)*sqrt(2)/2"),
        ("e^(-x) sin(x)", None, None, None),
        ("e^x cos(x)", "(-inf, 0]", "-exp(-3*pi/4)*sqrt(2)/2", "1"),
        ("e^x cos(x)", "[0, inf)", None, None),
        ("e^(-x) (sin(x) - 1)", "[0, inf)", "-1", "0"),
        ("e^(-x) (2 + sin(x))", "[0, inf)", "0 approached", "2"),
    ],
)
def test_a_damped_swing_has_its_extrema_in_the_first_period(text, on, least, greatest):
    interval = None if on is None else read(on, kind="interval").tree
    found = critical_points(parse(text), x, on=interval, budget=Budget())

    def shown(extreme):
        if not isinstance(extreme, Extreme):
            return extreme
        return write(extreme.value.exact) + ("" if extreme.is_attained else " approached")

    assert (shown(found.minimum), shown(found.maximum)) == (least, greatest)


def test_a_limit_too_large_to_be_worked_out_leaves_the_global_extrema_open():
    on = read("[-1, 5)", kind="interval").tree
    found = critical_points(parse("e^(e^(3x))"), x, on=on, budget=Budget())

    assert found.is_complete
    assert found.maximum == "undecided"


@pytest.mark.parametrize(
    ("text", "families"),
    [
        ("x - floor(x)", "k jump"),
        ("floor(2x) + x", "k/2 jump"),
        ("|x - floor(x) - 1/2|", "k corner maximum, 1/2 + k corner minimum"),
        ("sin(x) + |sin(x)|", "-pi + 2*pi*k corner minimum, 2*pi*k corner minimum, pi/2 + 2*pi*k local maximum"),
        (
            "max(sin(x), 1/2)",
            "-7*pi/6 + 2*pi*k corner minimum, pi/6 + 2*pi*k corner minimum, pi/2 + 2*pi*k local maximum",
        ),
    ],
)
def test_steps_and_plateaus_that_repeat_are_complete(text, families):
    found = critical_points(parse(text), x, budget=Budget())

    assert found.is_complete
    assert ", ".join(f"{write(family.at)} {family.kind}" for family in found.families) == families


def test_a_plateau_of_a_staircase_has_no_one_value():
    (plateau,) = critical_points(parse("floor(x)"), x, budget=Budget()).plateaus

    assert plateau.value is None
    assert plateau.period is not None
