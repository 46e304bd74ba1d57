"""Tidying: each goal is named, nothing is lost on the way, and the shortest line wins."""

import pytest
from hypothesis import given, settings

from mathcli.algebra import rational
from mathcli.calculus import arithmetic
from mathcli.calculus.differentiation import derivatives
from mathcli.calculus.rewriting import in_terms_of, shortened
from mathcli.calculus.terms import size, term_of, written
from mathcli.errors import NotCoveredError
from mathcli.syntax.parser import parse
from mathcli.syntax.tree import Name, Node
from mathcli.syntax.writer import write
from tests.strategies import elementary_functions

x = Name("x")
g = Name("g")


@pytest.mark.parametrize(
    ("line", "names", "last"),
    [
        ("2e^(2x) cos x - e^(2x) sin x", ["factor e^(2x) out"], "exp(2*x)*(2*cos(x) - sin(x))"),
        ("(2x(x-1) - (x^2+1))/(x-1)^2", ["expand the numerator"], "(x^2 - 2*x - 1)/(x - 1)^2"),
        ("1/2 * (2x/(x^2+1))", ["cancel"], "x/(x^2 + 1)"),
        ("(1+e^(-x))^(-2) e^(-x)", ["write as a fraction"], "exp(-x)/(1 + exp(-x))^2"),
        ("|x| + |x|", ["collect like terms"], "2*abs(x)"),
        ("sin x cos x * x", ["order the factors"], "x*sin(x)*cos(x)"),
        ("(cosh(x)^2 - sinh(x)^2)/cosh(x)^2", ["cosh^2 u - sinh^2 u = 1"], "1/cosh(x)^2"),
        ("-x(3 - x^2)", ["sign into the bracket"], "x*(x^2 - 3)"),
        ("e^x (-3 sin x - 4 cos x)", ["sign out of the bracket"], "-exp(x)*(3*sin(x) + 4*cos(x))"),
        ("sec(x) (tan x + sec x)/(sec x + tan x)", ["cancel"], "sec(x)"),
        ("log x - 1/(x (1 + 1/x))", ["expand the denominator"], "log(x) - 1/(x + 1)"),
        (
            "1/(1 + (1+x)^2/(1-x)^2)/(1-x)^2",
            ["write as one fraction", "combine into one fraction", "factor 2 out"],
            "1/(2*(x^2 + 1))",
        ),
        ("2(x-3) + 4x^3", ["expand"], "4*x^3 + 2*x - 6"),
        ("6x(x^2+1)^2", [], "6*x*(x^2 + 1)^2"),
        ("12x^3 - 10x + 2", [], "12*x^3 - 10*x + 2"),
    ],
)
def test_a_line_is_tidied_by_named_goals(line: str, names: list[str], last: str):
    steps = shortened(parse(line), x)

    assert [step.rule for step in steps] == names
    assert write(steps[-1].result if steps else parse(line)) == last


@pytest.mark.parametrize(
    ("text", "order", "last"),
    [
        ("ln(sec x + tan x)", 2, "sec(x)*tan(x)"),
        ("1/(1+e^(-x))", 2, "exp(-x)*(exp(-x) - 1)/(1 + exp(-x))^3"),
        ("(1+1/x)^x", 1, "(1 + 1/x)^x*(log(1 + 1/x) - 1/(x + 1))"),
        ("(1+1/x)^x", 2, "(1 + 1/x)^x*((log(1 + 1/x) - 1/(x + 1))^2 - 1/(x*(x + 1)^2))"),
        ("atan((1+x)/(1-x))", 1, "1/(x^2 + 1)"),
        ("atan(x/a)", 1, "a/(x^2 + a^2)"),
        ("e^(-x) sin(2x)", 2, "-exp(-x)*(3*sin(2*x) + 4*cos(2*x))"),
    ],
)
def test_a_derivative_ends_where_a_teacher_would_stop(text: str, order: int, last: str):
    assert write(derivatives(parse(text), x, order)[-1].result) == last


def test_no_step_is_called_simplify():
    for text in ("2e^(2x) cos x - e^(2x) sin x", "(2x(x-1) - (x^2+1))/(x-1)^2", "x/x + 1/(1/x)"):
        assert all("simplif" not in step.rule for step in shortened(parse(text), x))


def test_cancelling_what_was_divided_by_records_that_it_is_not_zero():
    (step,) = shortened(parse("(x-1)/(x-1) * sin x"), x)

    assert write(step.result) == "sin(x)"
    assert [write(condition) for condition in step.conditions] == ["x != 1"]


def test_a_divisor_that_stays_needs_no_condition():
    assert all(not step.conditions for step in shortened(parse("x(x-1)/(x-1)^2"), x))


@pytest.mark.parametrize(
    ("text", "light", "worked_out"),
    [
        ("1 sin x + 0", "sin(x)", "sin(x)"),
        ("e^(2x)*2", "2*exp(2*x)", "2*exp(2*x)"),
        ("3*4*x^3", "3*4*x^3", "12*x^3"),
        ("2 sin x * (-cos x)", "-2*sin(x)*cos(x)", "-2*sin(x)*cos(x)"),
        ("x - (-1)", "x + 1", "x + 1"),
        ("0.5*3*x", "0.5*3*x", "1.5*x"),
    ],
)
def test_arithmetic_has_two_strengths(text: str, light: str, worked_out: str):
    line = parse(text)

    assert write(arithmetic.light(line, {})) == light
    assert write(arithmetic.multiplied(line, {})) == worked_out


@pytest.mark.parametrize(
    ("text", "derivative", "own"),
    [
        ("1/(1+e^(-x))", "e^(-x)/(1+e^(-x))^2", "g*(1 - g)"),
        ("tanh x", "1/cosh(x)^2", "1 - g^2"),
        ("tan x", "sec(x)^2", "g^2 + 1"),
        ("e^x", "e^x", "g"),
        ("sqrt x", "1/(2 sqrt x)", "1/(2*g)"),
        ("1/x", "-1/x^2", "-g^2"),
        ("e^x/(1+e^x)", "e^x/(1+e^x)^2", "g*(1 - g)"),
        ("tanh(x/2)", "1/(2 cosh(x/2)^2)", "(1 - g^2)/2"),
        ("tan(x/2)", "sec(x/2)^2/2", "(g^2 + 1)/2"),
    ],
)
def test_a_derivative_is_written_in_terms_of_its_function(text: str, derivative: str, own: str):
    f = parse(text)
    steps = in_terms_of(f, parse(derivative), g, x)
    last = steps[-1].result

    assert write(last) == own
    assert rational.agree(last.substitute({g: f}), parse(derivative))


def test_the_sigmoid_goes_the_way_that_is_taught():
    steps = in_terms_of(parse("1/(1+e^(-x))"), parse("e^(-x)/(1+e^(-x))^2"), g, x)

    assert [step.rule for step in steps] == [
        "add and subtract 1",
        "split the fraction",
        "cancel",
        "write g for the function",
        "factor g out",
    ]


@pytest.mark.parametrize("text", ["sin x", "x^2"])
def test_a_derivative_with_two_values_for_one_value_of_the_function_is_refused(text: str):
    slope = {"sin x": "cos x", "x^2": "2x"}[text]

    with pytest.raises(NotCoveredError, match="in g alone"):
        in_terms_of(parse(text), parse(slope), g, x)


@given(elementary_functions(of=x))
@settings(max_examples=60, deadline=None)
def test_tidying_never_changes_the_value_of_a_line_and_never_makes_it_longer(f: Node):
    steps = shortened(f, x)

    for step in steps:
        assert rational.agree(step.before, step.result) is not False
    if steps:
        assert size(steps[-1].result)[0] <= size(f)[0] + 4


@given(elementary_functions(of=x))
@settings(max_examples=60, deadline=None)
def test_a_term_is_written_as_it_was_read(f: Node):
    assert rational.agree(written(term_of(f)), f) is not False
