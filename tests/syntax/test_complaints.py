"""Each situation that cannot be read has its own sentence and its place."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mathcli.errors import LimitExceededError, MathcliError, ReadingError
from mathcli.syntax.parser import KINDS_OF_TEXT, read
from mathcli.syntax.tree import Node

SITUATIONS = [
    ("", 1, "no expression"),
    ("sin(x", 4, "never closed"),
    ("e^{2x", 3, "never closed"),
    ("|x+1", 1, "never closed"),
    ("(x+1]", 5, "closed by"),
    ("2(x+[y-1)", 9, "closed by"),
    ("x)", 2, "never opened"),
    ("x+*y", 3, "nothing to add"),
    ("3x * + 2", 6, "nothing to multiply after '*'"),
    ("3x^4 - 5x^ + 2x", 12, "exponent is missing"),
    ("x/", 3, "nothing to divide"),
    ("x**", 4, "after '**'"),
    ("^2", 1, "starts with '^'"),
    ("sin", 4, "argument of sin"),
    ("sin + 1", 5, "argument of sin"),
    ("sin()", 5, "argument of sin"),
    ("x()", 3, "nothing between the brackets"),
    ("log_", 5, "base of the logarithm"),
    ("sin(x,y)", 6, "one argument"),
    ("log(x,2,3)", 8, "at most 2"),
    ("root(x)", 7, "2 arguments"),
    ("x =", 4, "right side"),
    ("= 2", 1, "left side"),
    ("x = = 2", 5, "right side"),
    ("x => 2", 3, "'=>' is not a comparison"),
    ("1.2.3", 4, "two decimal points"),
    ("x + 1 2", 7, "two numbers side by side"),
    ("1,000", 2, "comma inside a number"),
    ("1,000x", 2, "comma inside a number"),
    ("3,5", 2, "comma inside a number"),
    ("5%", 2, "percent"),
    ("x'", 2, "prime of x"),
    ("f^2(x)", 2, "between f and its argument"),
    ("x!!!", 4, "two factorial signs"),
    ("velocity*t", 1, "unknown name velocity"),
    ("test + 1", 1, "unknown name test"),
    ("sni(x)", 1, "unknown function sni"),
    ("sin^2 x csox", 9, "unknown name csox"),
    (r"x + \foo", 5, "unknown LaTeX command"),
    (r"\frac{1}", 9, "denominator is missing"),
    (r"\sqrt{}", 7, "argument of the root"),
    ("x @ y", 3, "unexpected character @"),
    ("x & y", 3, "'&' stands outside"),
    ("x ∈ y", 3, "element of"),
    ("\x1b[31m", 1, "U+001B"),
    ("sum x", 5, "no bounds"),
    ("int x", 6, "no dx"),
    ("d/dx", 5, "derivative of what"),
    ("[[1,2],[3]]", 1, "different lengths"),
    ("(1,,2)", 4, "entry is missing"),
    ("x[0]", 2, "square brackets"),
    ("[i for i in x]", 4, "unknown name for"),
    ("2½", 2, "two numbers"),
    ("x^2\ny^2", 5, "a line ends"),
    ("arc sin x", 1, "unknown name arc"),
    ("(1,2)×(3,4)", 6, "cross product"),
    (r"\begin{vmatrix}1&2\\3&4\end{vmatrix}", 1, "determinant"),
]


@pytest.mark.parametrize(("typed", "column", "sentence"), SITUATIONS, ids=[repr(typed) for typed, _, _ in SITUATIONS])
def test_each_situation_has_its_sentence_and_its_place(typed, column, sentence):
    with pytest.raises(ReadingError) as caught:
        read(typed)

    assert sentence in caught.value.message
    assert caught.value.span.column == column


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("3x * + 2", "write 3x + 2, or 3x * 2"),
        ("x++y", "write x+y"),
        ("sni(x)", "did you mean sin?"),
        ("sin^2 x csox", "did you mean cos x?"),
        (r"\sinx", r"did you mean \sin x?"),
        ("1,000,000", "write 1000000"),
        ("^2", "single quotes"),
        ("velocity", "--name velocity"),
    ],
)
def test_the_hint_says_what_to_write(typed, hint):
    with pytest.raises(ReadingError) as caught:
        read(typed)

    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("equation", "x^2"),
        ("relation", "x^2"),
        ("vector", "x + 1"),
        ("point", "x < 1"),
        ("point", "x=1, 2"),
        ("interval", "5"),
        ("names", "2x"),
        ("definition", "x^2"),
    ],
)
def test_a_text_of_another_kind_is_refused(kind, typed):
    with pytest.raises(ReadingError):
        read(typed, kind=kind)


@pytest.mark.parametrize(
    "typed",
    [
        "(" * 101 + "x" + ")" * 101,
        "(" * 5000,
        "-" * 5000 + "x",
        "x^" * 2000 + "x",
        "1/" * 400 + "x",
        r"\frac" * 1500,
        "sin " * 2000 + "x",
        "x + " * 2500 + "x",
        "9" * 1001,
        "1e1001",
        "1e999999999999",
    ],
    ids=lambda typed: f"{typed[:6]} x {len(typed)}",
)
def test_what_is_larger_than_the_limits_is_refused(typed):
    with pytest.raises(LimitExceededError) as caught:
        read(typed)

    assert 0 <= caught.value.span.start < len(typed)


@pytest.mark.parametrize(
    "typed",
    ["(" * 99 + "x" + ")" * 99, "sin(" * 99 + "x" + ")" * 99, "9" * 1000, "1e1000", "10^10^10", "x + " * 2499 + "x"],
    ids=lambda typed: f"{typed[:6]} x {len(typed)}",
)
def test_what_is_within_the_limits_is_read(typed):
    assert isinstance(read(typed).tree, Node)


PIECES = st.sampled_from(
    [
        *(
            "x",
            "y",
            "2",
            "3.5",
            ".5",
            "1,000",
            "sin",
            "cos ",
            "log",
            "e",
            "i",
            "pi",
            "λ",
            "ŷ",
            "½",
            "x_{ij}",
            "f(",
            "f",
        ),
        *("(", ")", "[", "]", "{", "}", "|", "||", "⌊", "⌋", "⟨", "⟩", "‖", "<", "^{", "_{", "diff(", "root(", "max("),
        *("+", "-", "*", "/", "^", "_", "!", "'", ",", ";", "=", "<=", "->", "...", "√", "²", "⁻¹", "₁", " ", "@", "%"),
        *(
            "d/dx",
            "∂/∂x",
            "∫",
            "∑",
            "sum_{i=1}^n ",
            "lim_{x->0} ",
            "int ",
            "dx",
            "if ",
            "otherwise",
            "min_",
            "log_",
            "w^T",
        ),
        *(
            "\\frac",
            "\\sqrt",
            "\\left(",
            "\\right)",
            "\\hat",
            "\\|",
            "\\\\",
            "&",
            "\\",
            "$",
            "\\mathrm{d}",
            "\\text{if}",
        ),
        *("\\begin{pmatrix}", "\\end{pmatrix}", "w^(t+1)="),
    ]
)


def outcome(typed, kind):
    try:
        return read(typed, kind=kind).tree
    except MathcliError as error:
        return error


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES | st.characters(), max_size=14).map("".join), st.sampled_from(sorted(KINDS_OF_TEXT)))
def test_any_text_ends_in_a_tree_or_in_an_error_with_a_place(typed, kind):
    found = outcome(typed, kind)

    if isinstance(found, MathcliError):
        assert found.message
        assert 0 <= found.span.start <= found.span.end <= len(typed)
    else:
        assert isinstance(found, Node)
