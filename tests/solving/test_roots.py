"""Zeros of functions of one variable: all of them, none twice, and a plain word where that is not sure."""

from __future__ import annotations

import cmath
import math
import random
from fractions import Fraction

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from mathcli.algebra.balls import enclose
from mathcli.algebra.budget import Budget
from mathcli.algebra.domains import domain
from mathcli.errors import UndecidedError
from mathcli.solving.regions import REAL_LINE, Bound, Region, region
from mathcli.solving.roots import Family, Zero, Zeros, zeros
from mathcli.syntax.parser import parse, read
from mathcli.syntax.tree import Interval, Name
from mathcli.syntax.writer import write

x = Name("x")


def on(text: str | None) -> Interval | None:
    tree = None if text is None else read(text, kind="interval").tree
    assert tree is None or isinstance(tree, Interval)
    return tree


def found(text: str, interval: str | None = None) -> Zeros:
    f = parse(text)
    within = region(domain(f), x, on=on(interval), budget=Budget())
    assert within is not None
    return zeros(f, x, within, budget=Budget())


def decimal(bound: Bound) -> float:
    low, high = bound.within(64)
    middle = (low + high) / 2
    return float(Fraction(int(middle.p), int(middle.q)))


def exactly(points: tuple[Zero, ...]) -> list[str]:
    return ["?" if zero.at.exact is None else write(zero.at.exact) for zero in points]


# exact zeros


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        ("12x^3 - 10x + 2", ["-1", "(3 - sqrt(3))/6", "(3 + sqrt(3))/6"]),
        ("x^4 - 10x^2 + 1", None),
        ("x^3 - 2", ["cbrt(2)"]),
        ("(1 - log(x))/x^2", ["e"]),
        ("e^(2x) - 3e^x + 2", ["0", "log(2)"]),
        ("log(x)^2 - 1", ["exp(-1)", "e"]),
        ("sqrt(x) (x - 3)", ["0", "3"]),
        ("x^(1/3) - x", ["-1", "0", "1"]),
        ("x/sqrt(x^2 + 1) - x/3", ["-2*sqrt(2)", "0", "2*sqrt(2)"]),
        ("e^(-x^2) (1 - 2x^2)", ["-sqrt(2)/2", "sqrt(2)/2"]),
        ("log(log(x))", ["e"]),
        ("cosh(x) - 2", ["log(2 - sqrt(3))", "log(2 + sqrt(3))"]),
        ("e^x - e^(-x)", ["0"]),
        ("1/x", []),
        ("x^2 + x + 1", []),
        ("2^x - 8", ["3"]),
        ("x^2 - 2^x", ["?", "2", "4"]),
        ("sqrt((x - 1)^2) (x + 2) - x", ["-1 - sqrt(3)", "-1 + sqrt(3)", "sqrt(2)"]),
        ("sinh(sinh(5x))", ["0"]),
        ("log(x, 2) - 3", ["8"]),
    ],
    ids=str,
)
def test_zeros_with_a_short_form_are_given_exactly_and_proved_complete(f, expected):
    zeros_of_f = found(f)

    assert zeros_of_f.is_complete
    assert expected is None or exactly(zeros_of_f.points) == expected


def test_a_root_without_a_short_form_is_kept_with_its_enclosure():
    (only,) = found("x^5 - x - 1").points

    assert only.at.exact is None
    low, high = only.at.within(200)
    assert high - low < fmpq(1, 1 << 190)
    assert decimal(only.at) == pytest.approx(1.1673039782614187)


# holes and poles of the expression as written


def test_a_hole_is_no_zero():
    assert found("(x - 1)^3/(x - 1)").points == ()


def test_a_zero_beside_a_hole_stays():
    assert exactly(found("x^2 (x - 1)^3/(x - 1)").points) == ["0"]


def test_a_function_that_cancels_has_zeros_only_where_it_is_defined():
    assert found("x - x/x*x").continua != ()
    assert not any(piece.holds(Bound.of(parse("0"))) for piece in found("x - x/x*x").continua)


# zeros that repeat


def bases(families: tuple[Family, ...]) -> list[str]:
    return [write(family.at) for family in families]


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        ("sin(4x) + sin(3x)", ["2*pi*k", *(f"{n}*pi/7 + 2*pi*k" for n in (2, 4, 6)), "pi + 2*pi*k",
                               *(f"{n}*pi/7 + 2*pi*k" for n in (8, 10, 12))]),
        ("cos(x)", ["pi/2 + 2*pi*k", "3*pi/2 + 2*pi*k"]),
        ("1 + cos(x)", ["pi + 2*pi*k"]),
        ("tan(x) - 1", ["pi/4 + pi*k"]),
        ("abs(sin(x))", ["pi*k"]),
        ("sin(pi x)", ["2*k", "1 + 2*k"]),
        ("cos(x) - 1/3", ["acos(1/3) + 2*pi*k", "2*pi - acos(1/3) + 2*pi*k"]),
        ("cos(3x + 1)", ["pi/6 - 1/3 + 2*pi*k/3", "pi/2 - 1/3 + 2*pi*k/3"]),
        ("e^(-x) (cos(x) - sin(x))", ["pi/4 + 2*pi*k", "5*pi/4 + 2*pi*k"]),
        ("sin(x) - sqrt(3) cos(x)", ["pi/3 + 2*pi*k", "4*pi/3 + 2*pi*k"]),
    ],
    ids=str,
)  # fmt: skip
def test_zeros_that_repeat_are_families_with_an_exact_period(f, expected):
    zeros_of_f = found(f)

    assert zeros_of_f.is_complete
    assert bases(zeros_of_f.families) == expected


def test_the_zero_at_pi_where_the_half_angle_has_no_tangent_is_found():
    inside = exactly(found("sin(4x) + sin(3x)", "[0, 2pi]").points)

    assert "pi" in inside
    assert len(inside) == 9


@pytest.mark.parametrize(
    ("f", "count"),
    [("sin x + cos(x^2)", 11), ("sin x + cos(1/x)", 2), ("sin x + cos(pi x)", 5), ("sin x + cos(sqrt(2) x)", 3)],
)
def test_the_cosine_of_one_angle_and_the_sine_of_another_are_not_taken_for_one_angle(f, count):
    known = found(f, "[1, 6]")
    assert known.is_complete
    assert len(known.points) == count


def test_a_zero_of_two_factors_interrupts_the_family():
    zeros_of_f = found("x sin(x)")

    (middle,) = zeros_of_f.points
    assert (middle.multiplicity, middle.sign_before, middle.sign_after) == (2, 1, 1)
    assert all(family.first is not None or family.last is not None for family in zeros_of_f.families)


@pytest.mark.parametrize(
    "f",
    ["x sin(x)", "tan(x)/x", "x tan(x)", "tan(x) log(x)", "(x - 10) sin(2x) cos(x)", "e^(-x) sin(x)^2 (x + 4)",
     "sin(x) cos(x/2)", "sin(x)^3/(x^2 - 30)"],
    ids=str,
)  # fmt: skip
def test_the_signs_beside_every_member_of_a_family_are_as_said(f):
    tree = parse(f)
    zeros_of_f = zeros(tree, x, REAL_LINE, budget=Budget())

    assert zeros_of_f.is_complete
    assert zeros_of_f.families
    for family in zeros_of_f.families:
        for k in range(-9, 10):
            if (family.first is None or k >= family.first) and (family.last is None or k <= family.last):
                at = decimal(family.base) + k * decimal(Bound.of(family.period))
                before, after = (sign_at(tree, fmpq(int((at + d) * 2**40), 2**40)) for d in (-1e-5, 1e-5))
                assert (before, after) == (family.sign_before, family.sign_after), (f, k)


def test_a_zero_that_the_domain_leaves_out_interrupts_its_family():
    families = zeros(parse("tan(x)/x"), x, REAL_LINE, budget=Budget()).families

    assert {(f.first, f.last) for f in families if write(f.at) == "2*pi*k"} == {(None, -1), (1, None)}


def test_a_searched_period_gives_families():
    zeros_of_f = found("log(2 + sin(x)) + cos(x) - 1")

    assert zeros_of_f.is_complete
    assert [decimal(family.base) for family in zeros_of_f.families] == pytest.approx([1.66799, 5.52666], abs=1e-4)


@pytest.mark.parametrize(
    "f", ["abs(x) - x - 2 + 2cos(e + 2x)", "abs(x - 1) - x + 1 + sin(x)", "max(sin(x), x/9)"], ids=str
)
def test_zeros_that_repeat_on_one_side_of_a_corner_stay_on_that_side(f):
    tree = parse(f)
    zeros_of_f = zeros(tree, x, REAL_LINE, budget=Budget())

    assert zeros_of_f.points or zeros_of_f.families
    for family in zeros_of_f.families:
        for k in range(-12, 13):
            if (family.first is None or k >= family.first) and (family.last is None or k <= family.last):
                at = family.base.ball(80) + k * Bound.of(family.period).ball(80)
                value = enclose(tree, {x: at}, precision=100)
                assert value is not None
                assert value.contains(0)
    for zero in zeros_of_f.points:
        value = enclose(tree, {x: zero.at.ball(80)}, precision=100)
        assert value is not None
        assert value.contains(0)


# multiplicities and signs


@pytest.mark.parametrize(
    ("f", "multiplicity"),
    [
        ("x - sin(x)", 3),
        ("cos(x) - 1 + x^2/2", 4),
        ("e^x - x - 1", 2),
        ("sin(x) - x + x^3/6", 5),
        ("log(x) - x + 1", 2),
        ("x^3", 3),
        ("x^2 e^x", 2),
    ],
    ids=str,
)
def test_multiplicities_are_certified(f, multiplicity):
    zeros_of_f = found(f)

    assert zeros_of_f.is_complete
    (only,) = zeros_of_f.points
    assert only.multiplicity == multiplicity
    assert only.sign_before is not None
    assert only.sign_before * (-1) ** multiplicity == only.sign_after


def test_close_zeros_are_kept_apart():
    assert len(found("(x - 1)^2 - 1/10^16").points) == 2
    assert found("(x - 1)^2 + 1/10^16").points == ()


# whole pieces


def test_a_stretch_of_zeros_is_one_piece_with_its_ends():
    (piece,) = found("abs(x - 1) + abs(x + 2) - 3").continua

    assert piece.lower is not None
    assert piece.upper is not None
    assert (decimal(piece.lower), decimal(piece.upper)) == (-2, 1)
    assert piece.has_lower
    assert piece.has_upper


def test_an_identity_is_zero_all_over():
    assert len(found("sin(x)^2 + cos(x)^2 - 1").continua) == 1


# what is not sure is said


@pytest.mark.parametrize("f", ["tan(x) - x", "sin(x) + sin(sqrt(2) x)", "x^2 sin(1/x)", "sin(x^2)"], ids=str)
def test_where_zeros_go_on_for_ever_without_a_period_nothing_is_claimed(f):
    assert not found(f).is_complete


def test_nothing_is_said_of_complex_values():
    assert not zeros(parse("e^(i pi x) + 1"), x, REAL_LINE, budget=Budget()).is_complete


def test_a_search_that_is_stopped_says_so():
    stopped = zeros(parse("sin(x^2) - x/7"), x, REAL_LINE, budget=Budget(3_000))

    assert not stopped.is_complete


def test_what_was_found_is_certain_on_the_part_that_is_named():
    zeros_of_f = found("sin(x) + sin(sqrt(2) x)")

    assert zeros_of_f.certain_within is not None
    (piece,) = zeros_of_f.certain_within.pieces
    assert piece.is_bounded
    assert len(zeros_of_f.points) > 10


# a second count


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-9, 9), min_size=2, max_size=8))
def test_polynomials_have_as_many_zeros_as_sturm_counts(coefficients):
    import sympy

    t = sympy.Symbol("t")
    polynomial = sympy.Poly(coefficients, t)
    if polynomial.degree() < 1:
        return
    text = " + ".join(f"({c})*x^{k}" for k, c in enumerate(reversed(coefficients)))

    zeros_of_f = found(text)

    assert zeros_of_f.is_complete
    assert len(zeros_of_f.points) == sympy.Poly(polynomial.sqf_part(), t).count_roots()
    assert sum(zero.multiplicity or 0 for zero in zeros_of_f.points) == len(sympy.real_roots(polynomial))


@pytest.mark.parametrize(
    ("f", "g", "low", "high"),
    [
        ("x - sin(x) - 1/3", lambda z: z - cmath.sin(z) - 1 / 3, -8, 8),
        ("4x^3 - e^x", lambda z: 4 * z**3 - cmath.exp(z), -3, 9),
        ("x cos(x) - sin(x)", lambda z: z * cmath.cos(z) - cmath.sin(z), -9, 9),
        ("sin(x^2) - x/5", lambda z: cmath.sin(z * z) - z / 5, -3, 5),
        ("cosh(x) - 3cos(2x)", lambda z: cmath.cosh(z) - 3 * cmath.cos(2 * z), -4, 4),
        ("x^2 e^(sin(x)) - 1", lambda z: z * z * cmath.exp(cmath.sin(z)) - 1, -6, 6),
        ("e^(-x^2) - cos(3x)/2", lambda z: cmath.exp(-z * z) - cmath.cos(3 * z) / 2, -3, 3),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_argument_principle_counts_as_many_zeros(f, g, low, high):
    zeros_of_f = found(f, f"[{low}, {high}]")

    assert zeros_of_f.is_complete
    assert sum(zero.multiplicity or 0 for zero in zeros_of_f.points) == winding(g, low, high, 1e-2)


def winding(g, low, high, height):
    """How often g runs round 0 along a thin rectangle about [low, high]: the number of its zeros inside."""
    n = 40_000
    across = [low + (high - low) * k / n for k in range(n)]
    up = [-height + 2 * height * k / 400 for k in range(400)]
    path = [complex(t, -height) for t in across] + [complex(high, t) for t in up]
    path += [complex(low + high - t, height) for t in across] + [complex(low, -t) for t in up]
    values = [g(z) for z in path]
    turns = sum(cmath.phase(b / a) for a, b in zip(values, [*values[1:], values[0]], strict=True))
    return round(turns / (2 * math.pi))


def random_function(rng: random.Random, depth: int) -> str:
    if not depth:
        return rng.choice(["x", "x", "x", "2", "3", "1/2", "x^2"])
    u, v = random_function(rng, depth - 1), random_function(rng, depth - 1)
    shapes = [f"({u} + {v})", f"({u} - {v})", f"({u} * {v})", f"({u}/{v})", f"({u})^2", f"sqrt({u})", f"abs({u})"]
    calls = [f"{name}({u})" for name in ("sin", "cos", "exp", "log", "atan", "sinh", "tan", "tanh")]
    return rng.choice([*shapes, *calls])


@pytest.mark.parametrize("seed", range(6))
def test_sampling_with_high_precision_finds_no_zero_that_is_missing(seed):
    rng = random.Random(seed)
    for _ in range(12):
        check_by_sampling(random_function(rng, rng.choice([2, 3])))


def check_by_sampling(text: str) -> None:
    f = parse(text)
    within = region(domain(f), x, on=on("[-3, 4]"), budget=Budget())
    if x not in f.names or within is None or within.is_empty:
        return
    known = zeros(f, x, within, budget=Budget())
    if known.certain_within is None:
        return
    places = [decimal(zero.at) for zero in known.points]
    before: tuple[fmpq, int] | None = None
    for k in range(400):
        at = fmpq(-3) + fmpq(7 * k, 400) + fmpq(1, 7919)
        by = sign_at(f, at) if is_certain(known.certain_within, at) else None
        if before is not None and by is not None and by != before[1] and in_one_piece(within, before[0], at):
            low, high = (float(Fraction(int(t.p), int(t.q))) for t in (before[0], at))
            ends = [decimal(end) for piece in known.continua for end in (piece.lower, piece.upper) if end is not None]
            assert any(low - 1e-9 <= place <= high + 1e-9 for place in [*places, *ends]), text
        before = None if by is None else (at, by)


def is_certain(within: Region, at: fmpq) -> bool:
    try:
        return within.holds(Bound.rational(at))
    except UndecidedError:
        return False


def in_one_piece(within: Region, low: fmpq, high: fmpq) -> bool:
    return any(piece.holds(Bound.rational(low)) and piece.holds(Bound.rational(high)) for piece in within.pieces)


def sign_at(f, at):
    ball = enclose(f, {x: at}, precision=200)
    if ball is None or not ball.is_finite() or ball.contains(0):
        return None
    return 1 if ball > 0 else -1


def test_a_zero_of_a_high_order_is_settled_at_a_wide_box():
    found = zeros(parse("x^5/120 - x^3/6 + x - sin(x)"), x, REAL_LINE, budget=Budget())

    assert found.is_complete
    assert [zero.multiplicity for zero in found.points] == [7]
