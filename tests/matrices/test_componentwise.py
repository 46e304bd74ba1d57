"""Entries written as sums are the entries of the matrix: at concrete sizes, in certified numbers."""

from __future__ import annotations

from random import Random

import pytest

from mathcli.algebra.balls import working_precision
from mathcli.matrices.componentwise import Components
from mathcli.matrices.entries import PRECISION, Sample
from mathcli.matrices.reading import understood
from mathcli.matrices.shapes import read_shapes
from mathcli.syntax.parser import read
from mathcli.syntax.tree import Indexed, Name, Number
from mathcli.syntax.writer import write

SHAPES = read_shapes(["X: n by d, w: d, y, a: n, A, B: n by n, S: n by n symmetric, x_i: d, t: scalar"])
SIZES = {Name("n"): 2, Name("d"): 3}


class Entries(Sample):
    """A sample whose matrices and whose indexed letters are the same numbers."""

    def __init__(self, named):
        super().__init__(SHAPES, Name("t"), SIZES, Random(5))
        self.named = {equation.left.name: equation.right for equation in named}

    def _made(self, name):
        if isinstance(name, Indexed) and name.base in self.named:
            row, column = (index.numerator - 1 for index in name.indices)
            return ((self.grid(self.named[name.base])[row][column],),)
        if isinstance(name, Indexed) and Name(name.base) in SHAPES.declared:
            row, column = (*(index.numerator - 1 for index in name.indices), 0)[:2]
            return ((self.grid(Name(name.base))[row][column],),)
        if isinstance(name, Indexed) and len(name.indices) == 2:  # the entry of x_i
            family = Indexed(name.base, name.indices[:1])
            return ((self.grid(family)[name.indices[1].numerator - 1][0],),)
        return super()._made(name)


@pytest.mark.parametrize(
    "text",
    [
        "X w",
        "X^T (X w - y)",
        "(A + A^T) a",
        "A B A^T",
        "A^2 B",
        "a y^T",
        "(y^T A a) a - t y",
        "||a||^2 y/||y||",
        "tr(A B) S",
        "||A||_F^2 a",
        "A^-1 B",
        "A^-T y a^T",
        "diag(a) A",
        "A diag(y) A^T",
        "a∘y - exp(A y)",
        "σ(X w)",
        "I_n + A",
        "(1 - y)∘a",
        "exp(X w)/(1^T exp(X w))",
        "sum_{i=1}^n (w^T x_i - t) x_i",
        "det(A) y",
    ],
)
def test_an_entry_is_the_sum_that_is_written(text):
    body = understood(read(text, matrices=True), SHAPES).body
    components = Components(SHAPES, [body])
    row, column = components.indices(body)
    entry = components.entry(body, row, column)
    sample = Entries(components.named)
    with working_precision(PRECISION):
        grid = sample.grid(body)
        for j, line in enumerate(grid, 1):
            for k, wanted in enumerate(line, 1):
                at = {index: Number(number) for index, number in ((row, j), (column, k)) if isinstance(index, Name)}
                found = sample.number(entry.substitute(at))
                assert found.value.overlaps(wanted.value), (write(entry), j, k)
                assert found.value.rad() < 1e-20
