"""Where people read differently, the reading is the one that was promised, and a note says so."""

from __future__ import annotations

import pytest

from mathcli.errors import ReadingError
from mathcli.syntax.parser import parse, read
from mathcli.syntax.tree import Name

DOUBTFUL = [
    ("1/2x", "(1/2)*x"),
    ("a/bc", "(a/b)*c"),
    ("1/2(x+1)", "(1/2)*(x+1)"),
    ("e^2x", "(e^2)*x"),
    ("x^1/2", "(x^1)/2"),
    ("log5(x)", "ln(5*x)"),
    ("log2x", "ln(2*x)"),
    ("sqrt[3](x)", "sqrt(3)*x"),
    ("cost", "cos(t)"),
    ("F_net_x", "F_ne*t_x"),
    ("e^1/2", "(e^1)/2"),
    ("e^-x/2", "(e^(-x))/2"),
    ("e^-x^2/2", "(e^(-x^2))/2"),
    ("x^{y}^{z}", "(x^y)^z"),
    ("e^-rt", "(e^(-r))*t"),
    ("sin x/2", "sin(x)/2"),
    ("sin x^2", "sin(x^2)"),
    ("sqrt 2x", "sqrt(2*x)"),
    ("√2x", "sqrt(2)*x"),
    ("x2", "x_2"),
    ("3x4", "3*x_4"),
    ("x 2", "x*2"),
    ("x_ab", "x_ab"),
    ("sin x(x+1)", "sin(x*(x+1))"),
    ("d/dx x^2 + 1", "diff(x^2, x) + 1"),
]
NOTED = [
    ("sin^-1 x", "asin(x)"),
    ("log x", "ln(x)"),
    ("log(2, x)", "log_x(2)"),
    ("f(x)", "f(x)"),
    ("x(x+1)", "x*(x+1)"),
    ("3!!", "factorial2(3)"),
    ("0^0", "0^0"),
    ("x^0.2", "x^0.2"),
    ("x^(2/5)", "x^(2/5)"),
    ("E", "E"),
    ("PI", "pi"),
    ("1,2,-1", "(1,2,-1)"),
    ("w^T x", "transpose(w)*x"),
    ("sin -x", "sin(-x)"),
    ("dy/dx", "diff(y(x), x)"),
]
CLEAR = [
    "-x^2",
    "2^3^4",
    "x^2y",
    "xe^x",
    "|x||y|",
    "x = 2",
    "x^2/2",
    "e^x/2",
    "e^{-x}/2",
    "x^{2}/2",
    "sin 2x cos x",
    "4ac",
    "x_iy_i",
    "x_max_i",
    "sin(x)^2",
    "x^(1/2)",
]


@pytest.mark.parametrize(("typed", "explicit"), DOUBTFUL + NOTED, ids=[typed for typed, _ in DOUBTFUL + NOTED])
def test_a_reading_in_doubt_is_the_promised_one_and_leaves_a_note(typed, explicit):
    assert parse(typed) is parse(explicit)
    assert read(typed).notes


@pytest.mark.parametrize("typed", CLEAR)
def test_what_everybody_reads_alike_has_no_note(typed):
    assert read(typed).notes == ()


@pytest.mark.parametrize("typed", [typed for typed, _ in DOUBTFUL])
def test_strict_refuses_what_is_in_doubt(typed):
    with pytest.raises(ReadingError):
        read(typed, strict=True)


@pytest.mark.parametrize("typed", [*CLEAR, "log x", "f(x)", "3!!"])
def test_strict_accepts_what_is_not(typed):
    assert read(typed, strict=True).tree is parse(typed)


def test_a_note_gives_both_spellings():
    assert read("1/2x").notes == ("1/2x is read as (1/2)*x; for the other reading write 1/(2x)",)
    assert read("e^2x").notes == ("e^2x is read as e^2*x; for e^(2x) write brackets",)


def test_a_note_is_given_once_and_in_the_order_of_the_text():
    notes = read("log x + x2 + log y").notes

    assert len(notes) == 2
    assert notes[0].startswith("log")


def test_a_function_that_was_defined_is_called_without_a_word():
    definition = read("g(x) = 1 + x", kind="definition")

    assert read("g(x+1)", definitions=(definition,)).notes == ()
    assert len(read("f(x+1)", definitions=(definition,)).notes) == 1


@pytest.mark.parametrize("typed", ["σ(w x + b)", r"\sigma(w x + b)", "sigma(w x + b)"])
def test_sigma_before_a_bracket_is_the_sigmoid_and_said_so(typed):
    reading = read(typed)

    assert reading.tree is parse("1/(1 + e^(-(w x + b)))")
    assert any("sigmoid" in note for note in reading.notes)


@pytest.mark.parametrize("typed", ["σ(x - m)/σ", "m + σ (x + 1)", "σ*(x + 1)", "σ^2(x + 1)"])
def test_a_sigma_that_stands_alone_somewhere_is_a_number(typed):
    assert Name("sigma") in parse(typed).names
