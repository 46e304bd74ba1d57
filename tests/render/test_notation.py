"""What is written parses back to the same tree, in each notation."""

from __future__ import annotations

from hypothesis import given, settings

from mathcli.render.notation.latex import latex
from mathcli.render.notation.one_line import ascii_line, unicode_line
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
