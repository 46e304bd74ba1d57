"""The forms that may be demanded of an expression, each by examples that have it and examples that have not."""

from __future__ import annotations

import pytest

from mathcli.algebra.shapes import FORMS, objection
from mathcli.syntax.parser import parse

WRITTEN_SO = {
    "factored": ("2(x-1)(x+3)", "x(x-1)", "(x-1)^2", "x^2+1", "(x-1)/(x+1)", "e^x (x-1)", "x", "5", "-x", "6x^2", "x+y",
                 "x^2 sin(x)", "(x-sqrt(2))(x+sqrt(2))", "(x+1)(y+2)"),
    "expanded": ("x^2+2x+1", "x^2/2+x", "x sin(x)+sin(x)", "1/(x(x+1))", "x e^x", "x", "3", "a b + a c"),
    "simplified": ("2x", "x^2", "2/3", "x+1", "2sqrt(3)", "e^(2x) (3cos(x)-4sin(x))", "x/2", "1/sqrt(2)", "1/x + 1/y",
                   "2(x+1)", "x^2+3x-5", "-3x"),
    "single-fraction": ("x/(x+1)", "(x+y)/(x y)", "x+1", "(x+1)/(2x)", "-x/y", "sin(x/2)/x", "e^(-x)/x"),
}  # fmt: skip
NOT_SO = {
    "factored": ("x^2-1", "x^2-x", "x^2-2x+1", "(x^2-1)/(x-1)", "x e^x-e^x", "(x-1)(x^2-1)", "1/x+1", "2x+2",
                 "(2x-2)(x+1)", "x y+2x+y+2"),
    "expanded": ("(x+1)^2", "x(x+1)", "x+x", "2x+3-x", "(x+1)/2", "2*3x", "sin(x)(x+1)", "-(x+1)", "(2x)^2", "1+2+x"),
    "simplified": ("x+x", "x*x", "2*3", "4/6", "x/x", "(x^2-1)/(x-1)", "sin(x)^2+cos(x)^2", "sqrt(x^2)", "sqrt(12)",
                   "log(e^x)", "sin(pi/6)", "x^1", "1x", "(1/x)/2", "6x/2", "2^3", "(x^2)^3", "x-2x", "x+0"),
    "single-fraction": ("1/x+1/y", "(1/x+1)/y", "x^-1", "x/2+1", "2(x/3)"),
}  # fmt: skip


@pytest.mark.parametrize(("form", "text"), [(form, text) for form in FORMS for text in WRITTEN_SO[form]])
def test_what_has_the_form_meets_no_objection(form, text):
    assert objection(parse(text), form) == ()


@pytest.mark.parametrize(("form", "text"), [(form, text) for form in FORMS for text in NOT_SO[form]])
def test_what_has_not_the_form_is_told_why(form, text):
    assert objection(parse(text), form)
