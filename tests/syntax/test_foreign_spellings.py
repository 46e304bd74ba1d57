"""What people bring along from other tools, from prose and from pasted text is read as they mean it, or refused."""

from __future__ import annotations

import pytest

from mathcli.errors import ReadingError
from mathcli.syntax.parser import parse, read
from mathcli.syntax.tree import Name
from mathcli.syntax.writer import write

SPELLINGS = [
    ("ArcTan[x]", "atan(x)"),
    ("ArcSinh[x]", "asinh(x)"),
    ("arcTan(x)", "atan(x)"),
    ("𝑠𝑖𝑛(𝑥)", "sin(x)"),
    ("𝑓(𝑥) = 𝑥²", "f(x) = x^2"),
    ("１０ｘ＋１", "10x+1"),
    ("𝜋𝑟²", "pi r^2"),
    ("np.exp(-x)", "exp(-x)"),
    ("math.sin(x)*math.pi", "sin(x)*pi"),
    ("%e^(%i*x)", "e^(i*x)"),
    ("x^2∙sin⁡〖(x)〗", "x^2*sin(x)"),
    ("∑_(i=1)^n▒i^2", "sum(i^2, i, 1, n)"),
    ("³√x", "cbrt(x)"),
    ("ⁿ√(x+1)", "root(x+1, n)"),
    ("x^2_1", "x_1^2"),
    ("x^{2}_{i}", "x_i^2"),
    ("x²₁", "x_1^2"),
    ("(d/dx)(x^2)", "diff(x^2, x)"),
    ("(∂/∂x)(x^2 y)", "diff(x^2 y, x)"),
    ("d y / d x", "dy/dx"),
    ("d/d x x^2", "d/dx x^2"),
    ("f^(4)(x)", "f^{(4)}(x)"),
    (r"\sum_{i=1}^h(x_i)", "sum(x_i, i, 1, h)"),
    ("int_0^f (x) dx", "integral(x, x, 0, f)"),
    (r"\ell^2", "l^2"),
    (r"\left\{\begin{array}{ll}x^2 & x<0\\ x & x\ge 0\end{array}\right.", "{x^2 if x<0; x if x>=0}"),
]
REFUSED = [
    ("sin of x", 5, "of"),
    ("sen x", 1, "sen"),
    ("sinc x", 1, "sinc"),
    ("2sinc(x)", 2, "sinc"),
    ("erfc(x)", 1, "erfc"),
    ("x squared", 3, "squared"),
    ("x minus 1", 3, "minus"),
    (r"x \in [0,1]", 3, r"\in"),
    (r"90^\circ", 4, r"\circ"),
    ("50%e", 3, "percent"),
    ("D[x^2,x]", 2, "D"),
    (r"\nabla^2 f", 7, "∇"),
    ("∫dx/x", 4, "dx"),
    ("f'(x)|_{x=1}", 7, "point"),
    (r"\left.\frac{dy}{dx}\right|_{x=1}", 27, "point"),
    ("1_000", 2, "underscore"),
    ("³x", 1, "³"),
    ("3{,}5", 2, "comma"),
    ("|x|y||", 6, "partner"),
]


@pytest.mark.parametrize(("typed", "plain"), SPELLINGS, ids=[typed for typed, _ in SPELLINGS])
def test_the_spellings_of_other_tools_mean_what_they_mean_there(typed, plain):
    assert parse(typed) is parse(plain)


@pytest.mark.parametrize(("typed", "column", "named"), REFUSED, ids=[typed for typed, _, _ in REFUSED])
def test_a_word_that_means_nothing_here_is_refused_by_its_name(typed, column, named):
    with pytest.raises(ReadingError) as refused:
        read(typed)

    assert refused.value.span.start + 1 == column
    assert named in refused.value.message


@pytest.mark.parametrize("typed", ["ch x", "sh(x)", "Re(z)", "lb x", "2³√x", "x[i]", "f^(4)(x)", "(f+g)(x)"])
def test_what_is_a_function_or_an_index_to_some_says_how_it_is_read(typed):
    assert read(typed).doubts


@pytest.mark.parametrize("typed", ["xth", "ch + 1", "sh"])
def test_two_letters_with_no_argument_are_a_product_in_silence(typed):
    assert read(typed).notes == ()


@pytest.mark.parametrize("typed", ["f_x(x,y)", "f_1(x)", "x_1(x+1)"])
def test_a_name_with_a_subscript_before_brackets_says_how_it_is_read(typed):
    assert read(typed).notes


@pytest.mark.parametrize(
    "typed", ["y_1'(x)", "x_i1", "f^log(x y)", "(X w)^T", "x_max_i", "x_{1d}", "x₁ᵢ", "x_{2n} y", "f_3'(x, 1/2)"]
)
def test_what_is_printed_is_read_again(typed):
    tree = parse(typed)

    assert parse(write(tree)) is tree


def test_a_number_has_no_transpose():
    with pytest.raises(ReadingError, match="transpose"):
        read("22ᵀ")


@pytest.mark.parametrize(("letter", "typed", "plain"), [("e = 3", "e^2", "variable"), ("f = 3", "f(x)", "product")])
def test_a_letter_that_was_defined_is_that_letter(letter, typed, plain):
    definition = read(letter, kind="definition")
    tree = read(typed, definitions=[definition]).tree

    assert Name(letter[0]) in tree.names, plain


def test_an_unfinished_derivative_of_f_is_refused_in_words():
    with pytest.raises(ReadingError):
        read("f^{(4)}d/if dx)(x)", kind="relation")


def test_an_error_shows_letters_as_they_were_typed():
    with pytest.raises(ReadingError) as refused:
        read("𝑥 + (")

    assert refused.value.text == "𝑥 + ("


@pytest.mark.parametrize("typed", ["sum(i^2, i=1..n)", "sum(i^2, i, a..b)"])
def test_a_range_with_two_points_is_shown_how_sums_are_written(typed):
    with pytest.raises(ReadingError) as caught:
        parse(typed)

    assert "sum_(i=1)^n" in caught.value.hint
