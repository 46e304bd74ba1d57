"""Claims: the same real solutions or not, by sets in one unknown and by factors and points in several."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mathcli.algebra.budget import Budget
from mathcli.solving.comparison import compare, compare_claims, compare_values
from mathcli.syntax.parser import parse
from mathcli.syntax.statements import read_statement
from mathcli.syntax.tree import Equation, Name, Number


def found(left: str, right: str):
    sides = [read_statement(text) for text in (left, right)]
    x = next(iter(sides[0].names | sides[1].names), Name("x"))
    claims = [
        side.alternatives if side.kind == "claims" else tuple((Equation(x, value),) for (value,) in side.alternatives)
        for side in sides
    ]
    return compare_claims(*claims, budget=Budget())


@pytest.mark.parametrize(
    ("left", "right"),
    [("x^2=4", "x=2 or x=-2"), ("2x+4=0", "x=-2"), ("x^2=2", "x=±sqrt(2)"), ("x^2-3x+2=0", "{1,2}"),
     ("x^2=-1", "x^2=-2"), ("x^2<4", "-2<x<2"), ("x^2>4", "x<-2 or x>2"), ("-2x>4", "x<-2"),
     ("1/x<1", "x<0 or x>1"), ("1/x>0", "x>0"), ("sin(x)=0", "tan(x)=0"), ("cos(x)=1", "sin(x/2)=0"),
     ("e^x=2", "x=log(2)"), ("x^3=x", "x=0 or x=1 or x=-1"), ("x^2+y^2=1", "2x^2+2y^2=2"),
     ("e^x(x-y)=0", "x=y"), ("(x^2+1)(x-y)=0", "x=y"), ("x<y", "y>x"), ("x^5-x-1=0", "x^5=x+1"),
     ("|x-1|<2", "-1<x<3"), ("x in [0,1]", "0<=x<=1"), ("[0,1)", "0<=x<1"), ("{1,2,2}", "{2,1}"),
     ("sqrt(x)=-1", "{}"), ("a=b=c", "a=b and b=c"), ("x!=2", "x<2 or x>2"), ("x=1 or 2", "{2,1}"),
     ("(-inf,0) ∪ (1,inf)", "x(x-1)>0"), ("log(x)=1", "x=e"), ("x^2+y^2=-1", "x^2+1=0"),
     ("x^2=y^2", "x=y or x=-y"), ("(x-y)^2=0", "x=y"), ("x^2+y^2=0", "x=0 and y=0"),
     ("x+y=3 and x-y=1", "x=2 and y=1")],
)  # fmt: skip
def test_claims_with_the_same_solutions_are_equal(left, right):
    assert found(left, right).verdict == "equal"
    assert found(right, left).verdict == "equal"


@pytest.mark.parametrize(
    ("left", "right"),
    [("x^2=4", "x=2"), ("x^2=2", "x=sqrt(2)"), ("x^2<=4", "-2<x<2"), ("-2x>4", "x>-2"), ("1/x<1", "x>1"),
     ("sin(x)=0", "sin(2x)=0"), ("sin(x)>0", "cos(x)<1"), ("log(x^2)=0", "2log(x)=0"), ("x^3=x", "x^2=1"),
     ("x^2+y^2=1", "y=sqrt(1-x^2)"), ("x^2+y^2=1", "x+y=1"), ("x y=0", "x=0"), ("x<y", "x<=y"),
     ("x^5-x-1=0", "x^5-x-2=0"), ("[0,1)", "0<=x<=1"), ("{1,2}", "{1,3}"), ("x^2+1=0", "x=0"),
     ("a x = b", "x = b/a"), ("x^2=y^2", "x=y"),
     ("x^2+y^2=2 and x=y", "x=1 and y=1"), ("x/x=1", "x=x")],
)  # fmt: skip
def test_claims_with_other_solutions_are_different_with_a_point_of_one_alone(left, right):
    comparison = found(left, right)

    assert comparison.verdict == "different"
    assert comparison.witness.holds in ((True, False), (False, True))


def test_a_solution_without_a_closed_form_is_shown_between_two_numbers():
    witness = found("x^5-x-1=0", "x^5-x-2=0").witness

    assert witness.at[Name("x")] is Number(116730397, 8)
    assert witness.until[Name("x")] is Number(116730398, 8)


def test_definitions_are_compared_by_their_bodies_whatever_the_letters():
    assert compare(parse("f(x) = x^2"), parse("g(t) = t*t"), budget=Budget()).verdict == "equal"


@pytest.mark.parametrize(
    ("left", "right", "verdict"),
    [("d/dx(x^2)", "2x", "equal"), ("d/dx(log(x))", "1/x", "equal_on_common_domain"), ("d/dx(x^2)", "x", "different"),
     ("diff(sin(x) cos(x), x)", "cos(2x)", "equal"), ("d/dx(x + | |x| - x |)", "-1", "undecided")],
)  # fmt: skip
def test_derivatives_in_a_side_are_taken_on_their_domain(left, right, verdict):
    assert compare(parse(left), parse(right), budget=Budget()).verdict == verdict


@pytest.mark.parametrize(
    ("left", "right", "verdict"),
    [(("x+x", "y"), ("y", "2x"), "equal"), (("x",), ("x+1",), "different"), (("x", "y"), ("x",), "different"),
     (("x", "y"), ("x", "-x"), "undecided")],
)  # fmt: skip
def test_sets_of_expressions_are_compared_element_by_element(left, right, verdict):
    assert compare_values(tuple(map(parse, left)), tuple(map(parse, right)), budget=Budget()).verdict == verdict


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(-5, 5), min_size=1, max_size=3), st.integers(-5, 5), st.integers(1, 4))
def test_an_equation_says_what_its_roots_say_and_nothing_else(roots, other, factor):
    product = "*".join(f"(x - ({root}))" for root in roots)
    listed = " or ".join(f"x = {root}" for root in roots)

    assert found(f"{factor}*{product} = 0", listed).verdict == "equal"
    assert found(f"{product} = 0", f"{listed} or x = {other}").verdict == ("equal" if other in roots else "different")
