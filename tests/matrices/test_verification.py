"""The alarm itself: a rule that is wrong, or a gradient that was read off wrongly, is never printed."""

from __future__ import annotations

import pytest

from mathcli.algebra.verdict import Verdict
from mathcli.errors import VerificationError
from mathcli.matrices import differentials, terms
from mathcli.matrices.differentials import Formula
from mathcli.matrices.shapes import MisfitError
from mathcli.matrices.words import Words
from mathcli.syntax.tree import TWO, Call, Node, Norm, Power, Product, Quotient, Transpose
from tests.topics.answers import solve

SHAPES = "X, A, B: n by n, Z: n by d, w: d, x, a, b, y: n, t: scalar"

WRONG: list[tuple[str, str, object]] = [
    ("||x - a||^2", "x", lambda f, u: Product.of(Transpose(u), Call("d", (u,)))),
    ("||x - a||", "x", lambda f, u: Product.of(Transpose(u), Call("d", (u,)))),
    ("det(X)", "X", lambda f, u: Call("tr", (Product.of(u, Call("d", (u,))),))),
    ("a^T (X A)^-1 b", "X", lambda f, u: Product.of(Power(u, f.exponent), Call("d", (u,)), Power(u, f.exponent))),
    ("e^(a^T x)", "x", lambda f, u: Call("d", (f.exponent,))),
    ("log(a^T x)", "x", lambda f, u: Quotient(Call("d", (u,)), Product.of(TWO, u))),
    ("1^T exp(A x)", "x", lambda f, u: Call("hadamard", (f.exponent, Call("d", (f.exponent,))))),
]
"""A function, its variable, and what a wrong rule makes of the part that has a rule of its own."""


def inside(f: Node) -> Node:
    match f:
        case Power(Norm(u), _) | Norm(u):
            return u
        case Power(u, _):
            return u
    return f.children()[0]


@pytest.mark.parametrize(("function", "variable", "wrong"), WRONG, ids=[function for function, _, _ in WRONG])
def test_a_wrong_rule_is_found_out(monkeypatch, function, variable, wrong):
    def corrupted(self, f):
        return Formula(wrong(f, inside(f)), "a wrong rule")

    monkeypatch.setattr(differentials._Rules, "_atom", corrupted)
    with pytest.raises(VerificationError, match="failed its own verification"):
        solve("gradient", expression=function, var=variable, shape=SHAPES)


@pytest.mark.parametrize(
    ("function", "variable"), [("tr(A X B)", "X"), ("x^T A x", "x"), ("||Z w - y||^2", "w"), ("a^T X b", "X")]
)
def test_a_forgotten_transpose_is_found_out(monkeypatch, function, variable):
    monkeypatch.setattr(terms.Algebra, "transposed", lambda self, factors: tuple(factors))
    with pytest.raises((VerificationError, MisfitError)):
        solve("gradient", expression=function, var=variable, shape=SHAPES)


def test_a_sum_in_the_place_of_a_product_rule_is_found_out(monkeypatch):
    monkeypatch.setattr(
        differentials._Rules,
        "_product",
        lambda self, factors, rules: Product.of(*(Call("d", (f,)) for f in factors[:1])),
    )
    with pytest.raises((VerificationError, MisfitError)):
        solve("gradient", expression="t (x^T x)", var="x", shape=SHAPES)


def test_what_only_numbers_confirm_is_tested_and_not_proved(monkeypatch):
    monkeypatch.setattr(Words, "agree", lambda self, a, b: None)
    solution = solve("gradient", expression="x^T A x", var="x", shape=SHAPES)
    assert solution.verified is Verdict.TESTED
    assert solution.proofs == (0, 4)
