"""Trees lowered to SymPy keep their value, and what comes back from SymPy is exact and in our order."""

from __future__ import annotations

import contextlib
import math

import pytest
import sympy
from hypothesis import assume, given, settings

from mathcli.algebra.lowering import lower, raised, srepr
from mathcli.errors import NotCoveredError
from mathcli.syntax.parser import parse
from mathcli.syntax.tree import Name, Negative, Node
from mathcli.syntax.writer import write
from tests.strategies import elementary_functions, expressions, rational_functions

x = Name("x")
X = sympy.Symbol("x")


def value(expression: sympy.Expr, at: float) -> complex:
    return complex(expression.subs(X, sympy.Rational(at)).evalf(30))


def assert_same_value(one: Node, other: Node) -> None:
    for point in (0.75, 1.5):
        here = value(lower(one), point)
        if math.isfinite(abs(here)) and 1e-12 < abs(here) < 1e12:
            assert abs(value(lower(other), point) - here) <= 1e-9 * abs(here)


LOWERED = {
    "3x^4 - 5x^2 + 2x": 3 * X**4 - 5 * X**2 + 2 * X,
    "e^(2x) cos x": sympy.exp(2 * X) * sympy.cos(X),
    "1/3 x": X / 3,
    "log(x, 2)": sympy.log(X) / sympy.log(2),
    "x^(2/3)": sympy.Abs(X) ** sympy.Rational(2, 3),
    "cbrt x": sympy.sign(X) * sympy.Abs(X) ** sympy.Rational(1, 3),
    "(x^2)^(1/3)": (X**2) ** sympy.Rational(1, 3),
    "E pi": sympy.Symbol("E") * sympy.pi,
    "x = 2": sympy.Eq(X, 2),
    "0 < x < 1": sympy.And(sympy.Lt(0, X), sympy.Lt(X, 1)),
    "(x, 1)": sympy.Matrix([X, 1]),
    "(x, 1)*(2, 3)": 2 * X + 3,
    "f''(x)": sympy.Function("f")(X).diff(X, 2),
    "sum(x_i, i, 1, n)": sympy.Sum(
        sympy.IndexedBase("x")[sympy.Symbol("i")], (sympy.Symbol("i"), 1, sympy.Symbol("n"))
    ),
}


@pytest.mark.parametrize(("text", "expected"), LOWERED.items(), ids=LOWERED)
def test_a_tree_becomes_what_sympy_makes_of_it(text, expected):
    assert lower(parse(text)) == expected
    assert eval(srepr(parse(text)), dict(vars(sympy))) == expected


@pytest.mark.parametrize(
    "text", ["10^10^10 + x", "((9!!)!!)! + x", "(2x)^(10^9) + 1", "sin(7^(8^9))", "(10^20)!", "2^10^10^10"]
)
def test_what_is_too_large_to_work_out_stays_as_it_is(text):
    assert lower(parse(text)).has(sympy.UnevaluatedExpr)


@pytest.mark.parametrize(
    "text",
    [
        "12*x^3 - 10*x + 2", "exp(2*x)*cos(x)", "1/x^2", "x^(1/3)", "x^(-x)", "sqrt(x)", "f'(x)", "f'(2*x)", "x^n",
        "sum(i^2, i, 1, n)", "(1, x)", "[[1, x], [2, 3]]", "x = 2", "0 < x < 1", "x <= 2", "-inf", "log(x)", "x!",
        "{x if x < 0; x^2 otherwise}", "integral(x, x, 0, 1)", "limit(sin(x)/x, x, 0)", "abs(x)", "asinh(x)", "e + pi",
        "diff(x*f(x), x, 2)", "atan2(y, x)", "binomial(n, k)", "ceil(x)", "(x^2 - 2*x - 1)/(x - 1)^2", "sqrt(2)*x/3",
        "prod(i, i, 1, n)", "(x,)", "max(1, x)", "gamma(x)", "erf(x)", "sign(x)", "i*x", "exp(-x)/(1 + exp(-x))^2",
    ],
)  # fmt: skip
def test_what_was_lowered_comes_back_as_it_was_written(text):
    assert write(raised(lower(parse(text)))) == text


@pytest.mark.parametrize(
    "expression",
    [
        1.5 * X,
        sympy.CRootOf(X**5 - X - 1, 0),
        sympy.nan,
        sympy.zoo,
        sympy.LambertW(X, 1),
        sympy.Or(X < 1, X > 2),
        sympy.Integer(-1) ** sympy.Rational(1, 3),
        sympy.DiracDelta(X),
        sympy.Order(X),
    ],
    ids=str,
)
def test_what_no_tree_can_say_is_refused(expression):
    with pytest.raises(NotCoveredError):
        raised(expression)


@settings(max_examples=60, deadline=None)
@given(rational_functions())
def test_a_rational_function_keeps_its_value_on_the_way_there_and_back(function):
    lowered = lower(function)
    assume(not lowered.has(sympy.nan, sympy.zoo))

    assert sympy.expand(lower(raised(lowered)) - lowered) == 0


@settings(max_examples=40, deadline=None)
@given(elementary_functions(x, size=4))
def test_an_elementary_function_keeps_its_value_on_the_way_there_and_back(function):
    lowered = lower(function)
    assume(not lowered.has(sympy.nan, sympy.zoo, sympy.I))

    assert_same_value(function, raised(lowered))


@settings(max_examples=60, deadline=None)
@given(expressions())
def test_any_tree_is_lowered_or_refused(tree):
    with contextlib.suppress(NotCoveredError):
        assert isinstance(lower(tree), sympy.Basic)


@pytest.mark.parametrize("point", [-8, -1, 8])
@pytest.mark.parametrize("text", ["x^(1/3)", "x^(2/3)", "cbrt(x)", "root(x, 5)", "x^(-1/3)", "x^0.2"])
def test_the_derivative_of_an_odd_root_is_real_and_without_delta(text, point):
    real = sympy.Symbol("x", real=True)
    root = lower(parse(text), real=True)
    slope = root.diff(real)
    step = sympy.Rational(1, 10**6)

    central = (root.subs(real, point + step) - root.subs(real, point - step)) / (2 * step)
    assert not slope.has(sympy.DiracDelta)
    assert float(slope.subs(real, point)) == pytest.approx(float(central), rel=1e-6)


def test_a_negative_odd_root_is_never_taken_for_a_complex_one():
    assert lower(parse("(-8)^(1/3)")) == -2
    assert raised(lower(parse("(-8)^(2/3)"))) is parse("4")
    assert raised(lower(Negative(parse("8^(1/3)")))) is parse("-2")
