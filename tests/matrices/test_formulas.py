"""The formulas that stand beside the steps, read as mathematics and proved: none is only a text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mathcli.matrices import differentials
from mathcli.matrices.reading import understood
from mathcli.matrices.shapes import read_shapes
from mathcli.matrices.words import Words
from mathcli.syntax.parser import read
from mathcli.syntax.tree import Call, Name

SOURCE = Path(differentials.__file__).read_text(encoding="utf-8")
FORMULAS = sorted(set(re.findall(r'"(d[( |][^"]* = [^"]*)"', SOURCE)))
NOT_MATHEMATICS = {"d f(u) = f'(u) du", "d(sum u_i) = sum du_i"}
"""A function that nothing is known of, and a sum without its range."""

SHAPES = read_shapes(["X: n by n, A, B, C, P, Q: n by n, x, a: m, s, p, n_0: scalar, W: m by n, Y: n by m"])
PLACES = {
    # what the letters of a formula stand for, each with the variable in it
    "matrices": {"U": "P X Q", "V": "X C X", "A": "A", "B": "B"},
    "vectors": {"u": "W Y x + a", "v": "x∘x + a"},
    "numbers": {"u": "x^T x + s", "v": "a^T x + p", "n": "n_0"},
}


def kind_of(formula):
    if "U" in formula:
        return "matrices", "X"
    return ("vectors", "x") if "∘" in formula or "||u||" in formula else ("numbers", "x")


def tree(text, letters, kind):
    """The text with each letter replaced by a tree, and du by the differential of that tree."""
    names = [*letters, *(f"d{letter}" for letter in letters)]
    shape = {"matrices": "n by n", "vectors": "m", "numbers": "scalar"}[kind]
    declared = read_shapes([", ".join(names) + f": {shape}"])
    body = understood(read(text, matrices=True, names=names), declared).body
    parts = {
        letter: understood(read(typed, matrices=True, names=["n_0"]), SHAPES).body for letter, typed in letters.items()
    }
    places = {Name(letter): part for letter, part in parts.items()}
    places |= {Name(f"d{letter}"): Call("d", (part,)) for letter, part in parts.items()}
    return body.substitute(places)


@pytest.mark.parametrize("formula", [formula for formula in FORMULAS if formula not in NOT_MATHEMATICS])
def test_a_formula_beside_a_step_is_true(formula):
    kind, variable = kind_of(formula)
    left, right = formula.split(" = ")
    inside = re.fullmatch(r"d\((.*)\)", left) or re.fullmatch(r"d ?(.*)", left)
    letters = {
        letter: typed
        for letter, typed in PLACES[kind].items()
        if re.search(rf"(?<![a-z]){letter}(?![a-z])|d{letter}\b", formula)
    }

    differential = Call("d", (tree(inside.group(1), letters, kind),))
    assert Words(SHAPES, Name(variable)).agree(differential, tree(right, letters, kind)) is True


def test_there_are_formulas_to_be_proved():
    assert len(FORMULAS) >= 25
