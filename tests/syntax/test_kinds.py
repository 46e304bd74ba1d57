"""Points, intervals and vectors in the spellings that people use."""

from __future__ import annotations

import pytest

from mathcli.errors import ReadingError
from mathcli.syntax.parser import read

SAME = [
    ("point", "x=1;y=2", "x=1, y=2"),
    ("point", "(x,y)=(1,2)", "x=1, y=2"),
    ("vector", "4;3;5", "4,3,5"),
    ("interval", "]0,1[", "(0,1)"),
    ("interval", "]0,1]", "(0,1]"),
    ("interval", "[0,1[", "[0,1)"),
]


@pytest.mark.parametrize(("kind", "typed", "plain"), SAME, ids=[typed for _, typed, _ in SAME])
def test_another_spelling_is_the_same(kind, typed, plain):
    assert read(typed, kind=kind).tree is read(plain, kind=kind).tree


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        ("point", "P(1,2)", "without its name"),
        ("point", "P=(1,2)", "without its name"),
        ("vector", "1,000", "comma inside a number"),
        ("vector", "1,5;2,3", "semicolon"),
        ("equation", "x^2+y^2=25=z", "one '='"),
    ],
)
def test_what_would_be_something_else_is_refused(kind, typed, said):
    with pytest.raises(ReadingError, match=said):
        read(typed, kind=kind)
