"""What is written parses back to the same tree, in each notation."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mathcli.render.notation.alphabet import ASCII, UNICODE
from mathcli.render.notation.latex import latex
from mathcli.render.notation.one_line import OneLine, ascii_line, unicode_line
from mathcli.render.notation.two_dimensional import TwoDimensional, broken
from mathcli.render.text import display_width
from mathcli.syntax.parser import parse
from tests.strategies import trees


@settings(max_examples=150, deadline=None)
@given(trees())
def test_unicode_parses_back_to_the_same_tree(tree):
    assert parse(unicode_line(tree)) is tree


@settings(max_examples=150, deadline=None)
@given(trees())
def test_ascii_parses_back_to_the_same_tree_and_is_ascii(tree):
    line = ascii_line(tree)

    assert line.isascii()
    assert parse(line) is tree


@settings(max_examples=150, deadline=None)
@given(trees())
def test_latex_parses_back_to_the_same_tree(tree):
    assert parse(latex(tree)) is tree


@settings(max_examples=100, deadline=None)
@given(trees())
def test_latex_opens_and_closes_everything(tree):
    text = latex(tree)

    assert text.count("{") == text.count("}")
    assert text.count(r"\left") == text.count(r"\right")
    assert text.count(r"\begin") == text.count(r"\end")
    assert text.isascii()


@settings(max_examples=100, deadline=None)
@given(trees(), st.sampled_from([UNICODE, ASCII]))
def test_a_box_is_a_rectangle_with_its_baseline_inside(tree, alphabet):
    box = TwoDimensional(OneLine(alphabet)).box(tree)

    assert {display_width(line) for line in box.lines} == {box.width}
    assert 0 <= box.baseline < box.height


@settings(max_examples=100, deadline=None)
@given(trees(), st.integers(20, 60))
def test_what_is_broken_to_the_width_loses_no_character(tree, width):
    line = unicode_line(tree)

    lines = broken(line, width)

    assert "".join(lines).replace(" ", "") == line.replace(" ", "")
    assert max(map(display_width, lines)) <= width


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("e^(2x) cos x", "e²ˣ cos x"),
        ("2 sin(3x) cos(2x)", "2 sin 3x cos 2x"),
        ("sin(x^2)", "sin(x²)"),
        ("sin(x)^2", "sin² x"),
        ("ln(2) x", "ln 2 · x"),
        ("cos(x) e^x", "cos x · eˣ"),
        ("3*4x^3 - 5*2x", "3·4x³ − 5·2x"),
        ("x^2 y z", "x²yz"),
        ("p*i*x", "p i x"),
        ("(x-1)(2x^2+1)", "(x − 1)(2x² + 1)"),
        ("f'(x)", "f′(x)"),
        ("f''(x)", "f″(x)"),
        ("yhat_i + w_12 + lambda", "ŷᵢ + w₁₂ + λ"),
        ("sum_{i=1}^n (y_i - m x_i)^2", "Σ_{i=1}^n (yᵢ − m xᵢ)²"),
        ("(1/2) x", "(1/2) x"),
        ("e^(x/2)", "e^(x/2)"),
        ("e^(-x)", "e⁻ˣ"),
        ("x^(n+1)", "xⁿ⁺¹"),
        ("[[1,2],[3,4]]", "[[1, 2], [3, 4]]"),
        ("0 < x <= 2pi", "0 < x ≤ 2π"),
        ("|x| y", "|x| · y"),
        ("asin(x) + asinh(x)", "arcsin x + arsinh x"),
    ],
)
def test_unicode_is_written_as_in_a_book(text, written):
    assert unicode_line(parse(text)) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("e^(2x) cos x", r"e^{2x} \cos x"),
        ("1/(1+e^(-x))^2", r"\frac{1}{(1 + e^{-x})^2}"),
        ("sqrt(x_1) lambda", r"\sqrt{x_{1}} \lambda"),
        ("sum_{i=1}^n yhat_i", r"\sum_{i=1}^{n} \hat{y}_{i}"),
        ("asinh(x)", r"\operatorname{arsinh} x"),
        ("sin(1/x)", r"\sin\left(\frac{1}{x}\right)"),
        ("{x^2 if x < 0; x otherwise}", r"\begin{cases} x^2 & \text{if } x < 0 \\ x & \text{otherwise} \end{cases}"),
        ("[[1,2],[3,4]]", r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}"),
    ],
)
def test_latex_is_written_as_by_hand(text, written):
    assert latex(parse(text)) == written


@pytest.mark.parametrize("typed", ["x_{i,j}", "x_1_2", "x_{1d}", "x_{i1}^2", "a x_n2 y", "x_max_i", "beta(x, y)"])
def test_names_with_several_subscripts_are_written_so_that_they_are_read_again(typed):
    tree = parse(typed)

    assert {parse(write(tree)) for write in (unicode_line, ascii_line, latex)} == {tree}
