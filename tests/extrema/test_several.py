"""Critical points in several variables: where they are, of which kind, and what is claimed of the whole function."""

from __future__ import annotations

from math import isqrt

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from mathcli.algebra.budget import Budget
from mathcli.extrema import far_out
from mathcli.extrema.convexity import curvature
from mathcli.extrema.several import Extreme, Found, Several, critical_points
from mathcli.solving.real_points import RealPoint
from mathcli.solving.regions import Bound
from mathcli.solving.systems import solutions
from mathcli.syntax.parser import parse
from mathcli.syntax.tree import ONE, Name
from mathcli.syntax.writer import write

x, y, z = Name("x"), Name("y"), Name("z")


def found(text: str) -> Several:
    f = parse(text)
    return critical_points(f, tuple(sorted(f.names, key=lambda name: name.name)), budget=Budget())


def listed(result: Several) -> dict[tuple[str, ...], str]:
    return {
        tuple("?" if b.exact is None else write(b.exact) for b in point.at.bounds): point.kind
        for point in result.points
    }


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("x^2 + y^2", {("0", "0"): "local minimum"}),
        ("x^2 - y^2", {("0", "0"): "saddle"}),
        ("x^4 + y^4 - 4xy + 1", {("-1", "-1"): "local minimum", ("0", "0"): "saddle", ("1", "1"): "local minimum"}),
        ("x^3 - 12xy + 8y^3", {("0", "0"): "saddle", ("2", "1"): "local minimum"}),
        ("xy + 1/x + 1/y", {("1", "1"): "local minimum"}),
        ("x e^(-x^2 - y^2)", {("-sqrt(2)/2", "0"): "local minimum", ("sqrt(2)/2", "0"): "local maximum"}),
        ("x e^x + y^2", {("-1", "0"): "local minimum"}),
        ("log(x) - xy + y^2", {("sqrt(2)", "sqrt(2)/2"): "saddle"}),
        ("x log(y) + y^2", {("-2", "1"): "saddle"}),
        ("e^(2x) - 2e^x + y^2", {("0", "0"): "local minimum"}),
        ("e^x cos y", {}),
        ("x^2 + y^2 + z^2 - 2x + yz", {("1", "0", "0"): "local minimum"}),
        ("x^2 + y^2 - z^2", {("0", "0", "0"): "saddle"}),
    ],
)
def test_stationary_points_are_all_found_with_their_kinds(text: str, points: dict[tuple[str, ...], str]) -> None:
    result = found(text)

    assert result.is_complete
    assert listed(result) == points


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("x^4 + y^4", "degenerate minimum"),
        ("-x^4 - y^6", "degenerate maximum"),
        ("x^3 - 3xy^2", "degenerate saddle"),
        ("(y - x^2)(y - 2x^2)", "degenerate saddle"),
        ("x^4 - x^2 y + y^2", "degenerate minimum"),
        ("x^2 + y^3", "degenerate saddle"),
        ("(x^2 + y^2)^(3/2)", "degenerate minimum"),
        ("x|x| + y^2", "degenerate (undecided)"),
        ("cosh x - 1 - x^2/2 + y^4", "degenerate minimum"),
    ],
)
def test_degenerate_points_are_decided_by_lowest_terms_or_left_open(text: str, kind: str) -> None:
    assert listed(found(text)) == {("0", "0"): kind}


def test_later_terms_decide_where_the_lowest_form_vanishes() -> None:
    assert listed(found("x^4 + y^4 - 2(x-y)^2"))["0", "0"] == "degenerate saddle"


def test_a_corner_on_a_curve_is_found_where_f_is_stationary_along_it() -> None:
    assert listed(found("(x-1)^2 + |y|")) == {("1", "0"): "corner minimum"}


@pytest.mark.parametrize("text", ["sqrt(x^2 + y^2)", "|x| + |y|", "2 + sqrt(x^2 + 3y^2)"])
def test_points_without_a_gradient_are_critical_points(text: str) -> None:
    assert listed(found(text)) == {("0", "0"): "corner minimum"}


def test_the_lines_on_which_absolute_values_have_a_corner_are_named() -> None:
    curves = found("|x| + |y|").curves

    assert {write(e) for curve in curves for e in curve.curve.equations} == {"x", "y"}


@pytest.mark.parametrize(
    ("text", "equations", "value", "kind"),
    [
        ("(x^2 + y^2) e^(-x^2 - y^2)", [{"x^2 + y^2 - 1"}], "exp(-1)", "degenerate maximum"),
        ("x^2 y^2", [{"x"}, {"y"}], "0", "degenerate minimum"),
        ("(e^x - y)^2", [{"y - exp(x)"}], "0", "degenerate minimum"),
        ("(x^2 + y^2 - 1)^2", [{"x^2 + y^2 - 1"}], "0", "degenerate minimum"),
        ("0xy", [set()], "0", "degenerate minimum"),
    ],
)
def test_curves_of_critical_points_are_named(text: str, equations: list[set[str]], value: str, kind: str) -> None:
    result = found(text)

    assert result.is_complete
    assert sorted([{write(e) for e in c.curve.equations} for c in result.curves], key=str) == equations
    assert {write(c.value.exact) for c in result.curves if c.value and c.value.exact} == {value}
    assert {c.kind for c in result.curves} == {kind}


@given(st.lists(st.integers(-4, 4), min_size=9, max_size=9))
@settings(max_examples=40)
def test_descent_from_anywhere_ends_at_a_point_that_was_found(numbers: list[int]) -> None:
    """A second method: Newton's iteration in decimals finds no stationary point that is not in a complete list."""
    monomials = ("x", "y", "x^2", "x y", "y^2", "x^3", "x^2 y", "x y^2", "y^3")
    f = parse(" + ".join(f"({c}) {m}" for c, m in zip(numbers, monomials, strict=True)))
    result = critical_points(f, (x, y), budget=Budget())

    assert result.is_complete
    places = [tuple(float(b.ball()) for b in point.at.bounds) for point in result.points]
    for start in ((0.3, 0.7), (-1.1, 0.4), (2.3, -1.9), (-2.7, -0.6)):
        end = newton(numbers, start)
        if end is not None and not result.curves:
            assert any(abs(end[0] - a) + abs(end[1] - b) < 1e-6 for a, b in places)


def newton(numbers: list[int], start: tuple[float, float]) -> tuple[float, float] | None:
    """Where Newton's iteration for the gradient of the cubic settles at a regular zero; None where it does not."""
    a, b, c, d, e, p, q, r, s = numbers
    u, v = start
    for _ in range(60):
        g = a + 2 * c * u + d * v + 3 * p * u * u + 2 * q * u * v + r * v * v
        h = b + d * u + 2 * e * v + q * u * u + 2 * r * u * v + 3 * s * v * v
        uu, uv, vv = 2 * c + 6 * p * u + 2 * q * v, d + 2 * q * u + 2 * r * v, 2 * e + 2 * r * u + 6 * s * v
        det = uu * vv - uv * uv
        if abs(det) < 1e-3 or abs(u) + abs(v) > 1e3:
            return None
        du, dv = (g * vv - h * uv) / det, (h * uu - g * uv) / det
        u, v = u - du, v - dv
        if abs(du) + abs(dv) < 1e-13:
            return u, v
    return None


def test_solutions_that_repeat_are_families() -> None:
    result = found("sin x + sin y")

    assert not result.points
    assert sorted(family.kind for family in result.families) == ["local maximum", "local minimum", "saddle", "saddle"]
    assert all([write(p) for p in family.periods if p] == ["2*pi", "2*pi"] for family in result.families)


# global extrema


def outcome(text: str) -> tuple[str | None, str | None]:
    """The value of each extremum, with ~ in front where it is only approached; "unbounded"; None where undecided."""
    result = found(text)
    words: list[str | None] = []
    for side in (result.minimum, result.maximum):
        if isinstance(side, Extreme):
            exact = "?" if side.value.exact is None else write(side.value.exact)
            words.append(exact if side.is_attained else f"~{exact}")
        else:
            words.append(None if side is None else side[0])
    return words[0], words[1]


@pytest.mark.parametrize(
    ("text", "extremes"),
    [
        ("x^4 + y^4 - 4xy + 1", ("-1", "unbounded")),
        ("x^2 + y^2 (1-x)^3", ("unbounded", "unbounded")),
        ("x y e^(-x^2 - y^2)", ("-exp(-1)/2", "exp(-1)/2")),
        ("1/(1 + x^2 + y^2)", ("~0", "1")),
        ("x/(1 + x^2 + y^2)", ("-1/2", "1/2")),
        ("e^(x+y) + e^(-x) + e^(-y)", ("3", "unbounded")),
        ("sin x + sin y", ("-2", "2")),
        ("x e^x + y^2", ("-exp(-1)", "unbounded")),
        ("e^(xy)", ("~0", "unbounded")),
        ("x^2 - 4xy + 4y^2", ("0", "unbounded")),
        ("|x - y| + x^2 + y^2 - x", ("-1/8", "unbounded")),
        ("|x| + 2x + y^2", ("unbounded", "unbounded")),
        ("xy + 1/x + 1/y", ("unbounded", "unbounded")),
        ("e^x cos y", ("unbounded", "unbounded")),
        ("(1 - xy)^2 + x^2", (None, "unbounded")),
    ],
)
def test_global_extrema_are_claimed_with_a_proof_only(text: str, extremes: tuple[str | None, str | None]) -> None:
    """(1 - xy)^2 + x^2 comes as near to 0 as one likes and has the only stationary point (0, 0), worth 1."""
    assert outcome(text) == extremes


def test_equal_values_without_an_exact_form_are_known_to_be_equal() -> None:
    result = found("(4 - 21x^2/10 + x^4/3) x^2 + xy + (-4 + 4y^2) y^2")

    assert len(result.points) == 15
    assert isinstance(result.minimum, Extreme)
    assert len(result.minimum.at) == 2


@pytest.mark.parametrize(
    ("text", "sign"), [("e^(x+y) + (x-y)^4", 1), ("-x^2 - y^2 + x", -1), ("x y", None), ("x + y", 0)]
)
def test_curvature_follows_the_rules(text: str, sign: int | None) -> None:
    assert curvature(parse(text)) == sign


# systems


def test_a_system_without_structure_is_searched_in_its_box() -> None:
    from flint import fmpq

    from mathcli.solving.regions import Bound

    box = {name: (Bound.rational(fmpq(-3)), Bound.rational(fmpq(3))) for name in (x, y)}
    equations = (parse("2x + y cos(xy)"), parse("2y + x cos(xy)"))

    result = solutions(equations, (x, y), box=box, budget=Budget())

    assert result.is_complete
    assert [[write(b.exact) for b in point if b.exact] for point in result.points] == [["0", "0"]]


def test_without_a_box_what_was_searched_is_said_and_nothing_more_is_claimed() -> None:
    result = solutions((parse("2x + y cos(xy)"), parse("2y + x cos(xy)")), (x, y), budget=Budget())

    assert not result.is_complete
    assert result.certain_within is not None


def test_a_double_zero_of_a_system_is_reported_as_undecided() -> None:
    from flint import fmpq

    from mathcli.solving.regions import Bound

    box = {name: (Bound.rational(fmpq(-1)), Bound.rational(fmpq(1))) for name in (x, y)}

    result = solutions((parse("x^2 - y e^(xy)"), parse("y cos(xy)")), (x, y), box=box, budget=Budget())

    assert not result.is_complete


def test_solutions_have_to_lie_in_the_domain() -> None:
    result = solutions((parse("(x^2 - 1)/(x - 1)"), parse("y")), (x, y), budget=Budget())

    assert [[write(b.exact) for b in point if b.exact] for point in result.points] == [["-1", "0"]]


def test_a_root_has_to_have_its_sign() -> None:
    """x = sqrt(x + 2) squared has the solution -1 too, which is none."""
    result = solutions((parse("sqrt(x + 2) - x"), parse("y - x")), (x, y), budget=Budget())

    assert [[write(b.exact) for b in point if b.exact] for point in result.points] == [["2", "2"]]


def test_values_that_only_agree_to_many_bits_are_said_to_be_no_proof():
    def root_of_two(bits):
        root = isqrt(2 << (2 * bits))
        return fmpq(root, 1 << bits), fmpq(root + 1, 1 << bits)

    first, second = Bound(None, refinement=root_of_two), Bound(None, refinement=root_of_two)
    place = RealPoint((x,), (Bound.of(ONE),))
    places = [Found(place, value, "local minimum") for value in (first, second)]

    extreme = far_out._collected(far_out._Candidates(places, (), True), first, ("f is convex",))

    assert len(extreme.at) == 2
    assert "no proof" in extreme.why[-1]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("sqrt(x^2 + y^2) + x", "corner minimum"),
        ("|x| - |y|", "corner"),
        ("sqrt(x^2 + y^2) - 2x", "corner"),
        ("sqrt(x^2 + y^2) - x^2", "degenerate (undecided)"),
    ],
)
def test_a_corner_is_no_extremum_only_if_f_rises_and_falls_from_it(text: str, kind: str) -> None:
    assert listed(found(text))[("0", "0")] == kind


def test_a_line_of_critical_points_has_a_kind_of_the_list() -> None:
    assert [curve.kind for curve in found("x^2 y").curves] == ["degenerate (undecided)"]


def test_values_that_only_agree_to_many_bits_leave_the_answer_open() -> None:
    from mathcli.extrema.several import are_certain, doubts

    unsure = Extreme(Bound.of(ONE), True, is_certain=False)

    assert not are_certain(unsure, None)
    assert doubts(unsure)
    assert are_certain(Extreme(Bound.of(ONE), True), ("unbounded", ()))
