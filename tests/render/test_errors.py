"""How an error is laid out: text, caret, hint; on narrow screens and with hostile text."""

from __future__ import annotations

import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from mathcli.errors import ReadingError
from mathcli.render.errors import layout, pointed
from mathcli.render.text import display_width
from mathcli.syntax.span import Span


def test_the_caret_stands_under_the_place():
    error = ReadingError("nothing to multiply after '*'", text="3x * + 2", span=Span(5), hint="write 3x + 2, or 3x * 2")

    assert layout(error) == (
        """\
error: nothing to multiply after '*'
  3x * + 2
       ^
hint: write 3x + 2, or 3x * 2"""
    )


def test_a_longer_place_is_underlined():
    assert pointed("sin^2 x csox", Span(8, 4), 40) == ("sin^2 x csox", "        ^~~~")


def test_wide_and_combining_characters_move_the_caret():
    assert pointed("漢字 +", Span(3), 40)[1] == "     ^"
    assert pointed("x\u0302 +", Span(3), 40)[1] == "  ^"


def test_control_characters_are_shown_and_counted_as_shown():
    assert pointed("\x1b[x+", Span(3), 40) == ("\\x1b[x+", "      ^")


@given(st.text(min_size=1, max_size=300), st.data())
def test_a_long_text_is_shown_around_the_fault(text, data):
    start = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 20))

    shown, caret = pointed(text, Span(start, length), 38)

    assert display_width(shown) <= 38
    assert "^" in caret
    assert caret.index("^") <= display_width(shown)
    assert display_width(caret) <= 39


def test_an_error_loads_nothing_heavy():
    program = (
        "import sys, mathcli.render.errors, mathcli.errors, mathcli.syntax.span\n"
        "mathcli.render.errors.layout(mathcli.errors.ReadingError('a', text='x', span=mathcli.syntax.span.Span(0)))\n"
        "print([m for m in ('sympy', 'flint', 'rich', 'typer', 'dataclasses') if m in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_in_ascii_the_caret_stays_under_its_place():
    error = ReadingError("not expected here", text="λ漢 x", span=Span(3))

    assert layout(error, unicode=False) == "error: not expected here\n  ??? x\n      ^"
