"""Enclosures: they hold what they must, at a point and on a box, and say plainly where there is no value."""

from __future__ import annotations

import mpmath
import pytest
from flint import arb, ctx, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from mathcli.algebra import balls
from mathcli.algebra.ball_functions import FUNCTIONS
from mathcli.syntax.parser import parse
from mathcli.syntax.tree import ONE, Call, Indexed, Name, Number, Power
from mathcli.syntax.vocabulary import FUNCTIONS as WORDS
from mathcli.syntax.vocabulary import MATRIX_WORDS
from tests.strategies import elementary_functions

x, y = Name("x"), Name("y")

NOT_VALUES = frozenset(
    ("ln", "lg", "log2", "pow", "norm", "transpose", "grad", "exp", "sum", "prod", "diff", "integral", "limit")
) | frozenset(MATRIX_WORDS.values())
"""Words that the parser turns into something else, or that have no number as their value."""

REAL = {
    "sec": mpmath.sec,
    "sqrt": mpmath.sqrt,
    "cbrt": lambda t: mpmath.sign(t) * mpmath.cbrt(abs(t)),
    "acot": lambda t: mpmath.atan(1 / t),
    "abs": abs,
    "sign": mpmath.sign,
    "erf": mpmath.erf,
    "factorial": lambda t: mpmath.gamma(t + 1),
    "lambertwm": lambda t: mpmath.lambertw(t, -1),
}
"""Where mpmath has another name, or another branch."""

POINTS = (fmpq(1, 3), fmpq(-2, 7), fmpq(13, 5), fmpq(-31, 8), fmpq(1, 1000), fmpq(97, 3))
OUTSIDE = {
    "log": -1,
    "sqrt": -2,
    "cot": 0,
    "csc": 0,
    "asin": 2,
    "acos": fmpq(-3, 2),
    "asec": fmpq(1, 2),
    "acsc": fmpq(-1, 2),
    "coth": 0,
    "csch": 0,
    "acosh": fmpq(1, 2),
    "atanh": 1,
    "acoth": fmpq(1, 2),
    "asech": 2,
    "acsch": 0,
    "gamma": -3,
    "lambertw": fmpq(-1, 2),
    "lambertwm": fmpq(1, 2),
    "factorial": -1,
    "factorial2": fmpq(1, 2),
}
SINGLE = sorted(
    word.name
    for word in WORDS.values()
    if word.least == 1 and word.name not in NOT_VALUES | {"factorial2", "min", "max"}
)


def call(function, *arguments):
    return Call(function, arguments)


def expected(function: str, point: fmpq) -> mpmath.mpf | None:
    """The value to 60 digits by mpmath, None where it is not real."""
    with mpmath.workdps(60):
        argument = mpmath.mpf(int(point.p)) / int(point.q)
        try:
            value = REAL.get(function, getattr(mpmath, function, None))(argument)
        except (ValueError, ZeroDivisionError):
            return None
        if isinstance(value, mpmath.mpc):
            return None if value.imag != 0 else value.real
        return mpmath.mpf(value)


def holds(ball: arb, value: mpmath.mpf) -> bool:
    with mpmath.workdps(60), balls.working_precision(256):
        return bool((ball - arb(mpmath.nstr(value, 55))).overlaps(arb(0, 1e-50)))


def test_every_word_of_the_vocabulary_has_a_value():
    assert {word.name for word in WORDS.values()} - NOT_VALUES <= FUNCTIONS.keys()


@pytest.mark.parametrize("point", POINTS, ids=str)
@pytest.mark.parametrize("function", SINGLE)
def test_a_function_is_enclosed_where_it_has_a_value_and_nowhere_else(function, point):
    ball = balls.enclose(call(function, x), {x: point}, precision=128)
    value = expected(function, point)

    if value is None:
        assert ball is None
    else:
        assert ball is not None
        assert ball.is_finite()
        assert holds(ball, value)


@pytest.mark.parametrize(("function", "point"), OUTSIDE.items(), ids=OUTSIDE.keys())
def test_outside_its_domain_a_function_has_no_value(function, point):
    assert balls.enclose(call(function, x), {x: point}) is None


@pytest.mark.parametrize(
    ("text", "point"),
    [("x/x", 0), ("1/(x-1/3)", fmpq(1, 3)), ("0/x", 0), ("x^(-1)", 0), ("0^(-2)+x", 1), ("(x-1)/(x-1)", 1),
     ("x^(1/2)", -1), ("x^(3/4)", -8), ("x^x", fmpq(-3, 2)), ("log(x, 1)", 2), ("atan2(x, x)", 0), ("root(x, 4)", -1),
     ("1/(x^2-2*x+1)", 1), ("sqrt(x-1)*0", fmpq(1, 2))],
)  # fmt: skip
def test_there_is_certainly_no_value(text, point):
    assert balls.enclose(parse(text), {x: point}) is None


@pytest.mark.parametrize(
    ("text", "point", "value"),
    [("x^0", 0, 1), ("0^0+x", 0, 1), ("x^(1/3)", -8, -2), ("x^(2/3)", -8, 4), ("x^(2/6)", -8, -2), ("x^0.2", -32, -2),
     ("x^(1/3-1)", -8, fmpq(1, 4)), ("cbrt(x)", -27, -3), ("root(x, 3)", -27, -3), ("1.5x", 2, 3), ("3!!+x", 0, 3),
     ("5!", 1, 120), ("binomial(x, 2)", fmpq(1, 2), fmpq(-1, 8)), ("max(x, 2, 7/2)", 3, fmpq(7, 2)),
     ("floor(x)", -1.5, -2),
     ("ceil(x)", fmpq(7, 2), 4), ("sum_{k=1}^{10} x^k", 2, 2046), ("sum_{k=1}^x k", 100, 5050), ("||(3, 4)||+x", 0, 5),
     ("{x^2 if x < 0; x otherwise}", -3, 9), ("{x^2 if x < 0; x otherwise}", 3, 3), ("sqrt(x-1/3)", fmpq(1, 3), 0),
     ("sqrt(16x/9)", 1, fmpq(4, 3)), ("sum_{k=0}^{3} (-1)^k x^k", 2, -5), ("sign(x)", 0, 0), ("log(x, 2)+1", 1, 1)],
)  # fmt: skip
def test_rational_values_are_exact(text, point, value):
    at = {x: point if isinstance(point, fmpq | int) else arb(point)}

    assert balls.sign(parse(f"{text} - ({value})"), at) == 0


@pytest.mark.parametrize("text", ["sin(pi)", "i^2", "x", "log(x)", "f(2)", "sqrt(sin(pi))", "integral of"][:-1])
def test_what_is_not_certain_is_nan_rather_than_a_guess(text):
    assert balls.enclose(parse(text), {}).is_nan() or balls.enclose(parse(text), {}).contains(0)


@pytest.mark.parametrize("text", ["sqrt(x)", "log(x)", "1/x", "asin(x+1)", "x^(1/2)", "tan(2x)", "gamma(x)"])
def test_a_box_over_the_edge_of_the_domain_is_not_decided(text):
    assert balls.enclose(parse(text), {x: arb(0, 1)}).is_nan()


@settings(max_examples=80, deadline=None)
@given(elementary_functions(of=x), st.fractions(-5, 5, max_denominator=20), st.fractions(0, 1, max_denominator=50),
       st.lists(st.fractions(-1, 1, max_denominator=9), min_size=4, max_size=4))  # fmt: skip
def test_an_enclosure_on_a_box_holds_the_values_at_its_points(f, middle, radius, places):
    box = arb(fmpq(middle.numerator, middle.denominator), fmpq(radius.numerator, radius.denominator))
    over_box = balls.enclose(f, {x: box})

    for place in places:
        inside = middle + radius * place
        at_point = balls.enclose(f, {x: fmpq(inside.numerator, inside.denominator)}, precision=128)
        if over_box is None:
            assert at_point is None or not at_point.is_finite()
        elif over_box.is_finite():
            assert at_point is not None
            assert not at_point.is_finite() or over_box.overlaps(at_point)


@settings(max_examples=60, deadline=None)
@given(elementary_functions(of=x), st.fractions(-5, 5, max_denominator=20))
def test_more_precision_never_leaves_the_enclosure(f, point):
    at = {x: fmpq(point.numerator, point.denominator)}
    coarse, fine = (balls.enclose(f, at, precision=bits) for bits in (40, 300))

    if coarse is None or fine is None:
        assert all(ball is None or not ball.is_finite() for ball in (coarse, fine))
    elif coarse.is_finite():
        assert coarse.contains(fine) or coarse.overlaps(fine)


def test_the_precision_that_was_set_is_put_back_also_after_an_error():
    before = ctx.prec
    balls.enclose(parse("sin x"), {x: 1}, precision=500)
    with pytest.raises(ZeroDivisionError), balls.working_precision(200):
        raise ZeroDivisionError
    assert ctx.prec == before


@pytest.mark.parametrize(
    ("text", "digits", "shown"),
    [("pi", 30, "3.14159265358979323846264338328"), ("1/3", 5, "0.33333"), ("2/3", 5, "0.66667"), ("sqrt(4)", 10, "2"),
     ("e^(-50)", 4, "1.929e-22"), ("10^20/3", 6, "3.33333e19"), ("10^(-10^9)", 6, ""), ("1e-7/3", 3, "3.33e-8"),
     ("-1/8", 2, "-0.12"),
     ("0.5", 10, "0.5"), ("log(0)", 10, ""), ("sqrt(2)-sqrt(2)", 10, "0"), ("100", 2, "100")],
)  # fmt: skip
def test_a_decimal_has_only_right_digits(text, digits, shown):
    assert balls.decimal(parse(text), digits) == shown


def test_a_tiny_value_is_found_by_doubling_the_precision():
    tiny = parse("sqrt(10^400+1)-10^200")

    assert balls.sign(tiny) == 1
    assert balls.decimal(tiny, 3) == "5.00e-201".replace(".00", "")


def test_values_can_be_given_to_entries_and_unknown_functions():
    entry = Indexed("y", (ONE,))
    total = parse("sum_{k=1}^{2} y_k^2")

    assert balls.enclose(total, {entry: 3, Indexed("y", (Number(2),)): 4}) == 25
    assert balls.enclose(Power(call("f", x), Number(2)), {x: 1, call("f", x): 5}) == 25
    assert balls.enclose(total, {}).is_nan()
    assert balls.enclose(total, {}, generic=True).is_finite()


def test_a_standing_derivative_is_worth_the_derivative():
    ball = balls.enclose(parse("d/dx(x^3)"), {x: 2})

    assert ball.contains(12)
    assert balls.enclose(parse("d/dx(|x|)"), {x: 0}).is_nan()


@pytest.mark.parametrize(
    ("condition", "at", "truth"),
    [("x < 1", {x: 0}, True), ("x < 1", {x: 1}, False), ("x <= 1", {x: 1}, True), ("0 < x <= 2", {x: 2}, True),
     ("0 < x <= 2", {x: 3}, False), ("x < 1", {x: arb(1, 0.5)}, None), ("x = x", {x: arb(0, 1)}, True),
     ("x = 1", {x: 1}, True), ("x = 1", {x: fmpq(1, 3)}, False), ("log(x) > 0", {x: -1}, False),
     ("x < inf", {x: 5}, True)],
)  # fmt: skip
def test_a_condition_holds_or_not_or_is_open(condition, at, truth):
    from mathcli.syntax.parser import read

    tree = read(condition, kind="equation" if " = " in condition else "relation").tree
    assert balls.truth(tree, at) is truth


@pytest.mark.parametrize(
    "text",
    ["x^(1/10^30)", "root(x, 10^30)", "x^0." + "123456789" * 50, "10^10^10^10 x", "x^(10^30)", "(10^9)! x",
     "sin(10^100 x)",
     "sum_{k=1}^{10^9} x^k", "2^2^2^2^2^x", "(-8)^(10^400/3) x", "binomial(10^20, 1000) x", "floor(10^300 x)"],
)  # fmt: skip
def test_enormous_numbers_end_in_an_enclosure_or_undecided(text):
    ball = balls.enclose(parse(text), {x: fmpq(7, 5)})

    assert ball is not None
    assert isinstance(balls.decimal(parse(text.replace("x", "(7/5)"))), str)


@pytest.mark.parametrize("power", [3, 5, 7])
def test_an_odd_power_is_enclosed_on_a_box_around_0(power):
    found = balls.enclose(parse(f"x^{power}"), {x: arb(0, 2)})

    assert found.contains(-(2**power))
    assert found.contains(2**power)
    assert found < 2**power * 1.001
