"""What people bring along from other tools, from prose and from pasted text is read as they mean it, or refused."""

from __future__ import annotations

import pytest

from mathcli.errors import ReadingError
from mathcli.syntax.parser import parse, read

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


@pytest.mark.parametrize("typed", ["ch x", "sh(x)", "Re(z)", "lb x"])
def test_two_letters_that_are_a_function_to_some_are_a_product_and_say_so(typed):
    assert read(typed).doubts


@pytest.mark.parametrize("typed", ["xth", "ch + 1", "sh"])
def test_two_letters_with_no_argument_are_a_product_in_silence(typed):
    assert read(typed).notes == ()


def test_an_error_shows_letters_as_they_were_typed():
    with pytest.raises(ReadingError) as refused:
        read("𝑥 + (")

    assert refused.value.text == "𝑥 + ("
