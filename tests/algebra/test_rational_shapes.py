"""Normal forms raised back to trees: what they look like, and that they keep the value."""

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from mathcli.algebra import raising, rational
from mathcli.algebra.balls import enclose
from mathcli.algebra.raising import cancelled, collected, combined, expanded, factored, factored_and_expanded
from mathcli.syntax.parser import parse
from mathcli.syntax.tree import Name, Product
from mathcli.syntax.writer import write
from tests.strategies import elementary_functions, polynomials, rational_functions

x = Name("x")

FACTORED = [
    ("2e^(2x) cos x - e^(2x) sin x", "exp(2*x)*(2*cos(x) - sin(x))"),
    ("2e^(2x)(2cos x - sin x) + e^(2x)(-2sin x - cos x)", "exp(2*x)*(3*cos(x) - 4*sin(x))"),
    ("(2x(x-1) - (x^2+1))/(x-1)^2", "(x^2 - 2*x - 1)/(x - 1)^2"),
    ("4x^3 + 2x - 6", "2*(x - 1)*(2*x^2 + 2*x + 3)"),
    ("-(1+e^(-x))^(-2) (-e^(-x))", "exp(-x)/(1 + exp(-x))^2"),
    ("x^x (ln(x) + x/x)", "x^x*(log(x) + 1)"),
    ("2sin(3x^2+1) cos(3x^2+1) 6x", "12*x*sin(3*x^2 + 1)*cos(3*x^2 + 1)"),
    ("(x/x - ln x)/x^2", "(1 - log(x))/x^2"),
    ("(cos(x) cos(x) + sin(x) sin(x))/cos(x)^2", "1/cos(x)^2"),
    ("1 - sin(x)^2", "cos(x)^2"),
    ("x/sqrt(x)", "sqrt(x)"),
    ("(sqrt(x^2+1) - x x/sqrt(x^2+1))/(x^2+1)", "1/(x^2 + 1)^(3/2)"),
    ("tan(x) sec(x) + sec(x)", "sec(x)*(1 + tan(x))"),
    ("n x^n/x", "n*x^(n - 1)"),
    ("2^x 2^(2x)", "2^(3*x)"),
    ("2x^2 e^(x^2) + e^(x^2)", "exp(x^2)*(2*x^2 + 1)"),
    ("sqrt(6) x + sqrt(6)", "sqrt(6)*(x + 1)"),
    ("4xy + 6xy^3", "2*x*y*(3*y^2 + 2)"),
    ("0 x", "0"),
]


@pytest.mark.parametrize(("text", "expected"), FACTORED, ids=[text for text, _ in FACTORED])
def test_factored_is_what_a_textbook_writes(text, expected):
    assert write(factored(parse(text))) == expected


EXPANDED = [
    ("(x+1)^3", "x^3 + 3*x^2 + 3*x + 1"),
    ("2x(x-1) - (x^2+1)", "x^2 - 2*x - 1"),
    ("e^(2x) (2cos x - sin x)", "2*exp(2*x)*cos(x) - exp(2*x)*sin(x)"),
    ("(e^x + 1)(e^(-x) + 1)", "2 + exp(-x) + exp(x)"),
    ("(sqrt(x) + 1)^2", "x + 2*sqrt(x) + 1"),
    ("(x + 1)/x", "1 + 1/x"),
    ("sin(x)^2 + cos(x)^2", "1"),
]


@pytest.mark.parametrize(("text", "expected"), EXPANDED, ids=[text for text, _ in EXPANDED])
def test_expanded_is_multiplied_out(text, expected):
    assert write(expanded(parse(text))) == expected


def test_cancelled_leaves_lowest_terms():
    assert write(cancelled(parse("(x^2 - 1)/(x - 1)"))) == "x + 1"
    assert write(cancelled(parse("(x^3 + x)/(x (x + 1)^2)"))) == "(x^2 + 1)/(x + 1)^2"


def test_combined_has_one_denominator():
    assert write(combined(parse("1/x + 1/(x+1)"))) == "(2*x + 1)/(x*(x + 1))"


def test_collected_gathers_powers_of_the_variable():
    assert write(collected(parse("a x + b x + x^2 + a"), x)) == "x^2 + (a + b)*x + a"


def test_what_is_too_large_comes_back_as_it_was():
    huge = parse("(a+b+c+d+k)^10000")

    assert expanded(huge) is huge
    assert expanded(parse("(1,2)")) is parse("(1,2)")


SHAPES = [expanded, factored, cancelled, combined, lambda node: collected(node, x)]
POINTS = [fmpq(7, 5), fmpq(-8, 11), fmpq(3, 8), fmpq(-13, 6), fmpq(23, 3)]


@pytest.mark.parametrize("shape", SHAPES, ids=["expanded", "factored", "cancelled", "combined", "collected"])
@settings(max_examples=60, deadline=None)
@given(node=st.one_of(elementary_functions(of=x), polynomials(of=x), rational_functions(of=x)))
def test_every_shape_keeps_the_value_wherever_both_have_one(shape, node):
    other = shape(node)
    for point in POINTS:
        before, after = (enclose(tree, {x: point}, precision=200) for tree in (node, other))
        if before is not None and after is not None and before.is_finite() and after.is_finite():
            assert before.overlaps(after)


@given(elementary_functions(of=x))
@settings(max_examples=60, deadline=None)
def test_both_forms_from_one_normal_form_are_the_same_as_each_by_itself(f):
    assert factored_and_expanded(f) == (factored(f), expanded(f))


def test_a_tree_without_a_normal_form_is_both_of_its_forms():
    f = parse("i x")

    assert factored_and_expanded(f) == (f, f)


def test_roots_in_roots_are_raised_once_each(monkeypatch):
    roots = [parse("sqrt(x + " * depth + "x" + ")" * depth) for depth in range(1, 13)]
    nested = Product.of(*roots)
    raised = []
    inner = raising._inner
    monkeypatch.setattr(raising, "_inner", lambda field, form: raised.append(form) or inner(field, form))

    shown = expanded(nested)

    assert rational.agree(shown, nested)
    assert 12 <= len(raised) <= 24
