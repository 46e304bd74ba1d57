"""Vectors: projections are exact, and what is left over is at right angles."""

from __future__ import annotations

import mpmath
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mathcli.algebra.exact import is_zero, over_square_root, square_root
from mathcli.algebra.verdict import Verdict
from mathcli.calculus import vectors
from mathcli.calculus.forms import definiteness, determinant
from mathcli.calculus.verification import verify
from mathcli.errors import UndefinedError, UsageError
from mathcli.syntax.parser import parse
from mathcli.syntax.tree import Matrix, Vector, fraction, integer
from mathcli.syntax.writer import write

fractions = st.builds(fraction, st.integers(-9, 9), st.integers(1, 4))
triples = st.tuples(fractions, fractions, fractions).map(Vector)


def vector(text):
    tree = parse(text)
    assert isinstance(tree, Vector)
    return tree


@pytest.mark.parametrize(
    ("n", "onto", "projection"),
    [
        ("(4,3,5)", "(1,2,-1)", "(5/6, 5/3, -5/6)"),
        ("(4,3,5)", "(3,1,5)", "(24/7, 8/7, 40/7)"),
        ("(1,1)", "(0,5)", "(0, 1)"),
        ("(1,0)", "(0,5)", "(0, 0)"),
        ("(1/2,1/3)", "(1,1)", "(5/12, 5/12)"),
        ("(0.5,0)", "(1,1)", "(1/4, 1/4)"),
        ("(x,y)", "(1,0)", "(x, 0)"),
    ],
)
def test_a_projection_is_exact(n, onto, projection):
    assert write(vectors.project(vector(n), onto=vector(onto)).entries) == projection


@given(triples, triples)
def test_a_vector_minus_its_projection_is_at_right_angles_to_the_other(n, onto):
    assume(not vectors.is_zero_vector(onto))

    projection = vectors.project(n, onto=onto)

    left = vectors.difference(n, projection.entries).result
    assert isinstance(left, Vector)
    assert is_zero(vectors.dot(left, onto).result) is True
    assert all(verify(derivation) is Verdict.PROVED for derivation in projection.derivations)


@given(st.lists(triples, min_size=2, max_size=4))
def test_gram_schmidt_vectors_are_orthogonal_and_at_most_three(found):
    basis = [one.entries for one in vectors.orthogonalized(found) if not one.is_dependent]

    assert vectors.are_orthogonal(basis) is True
    assert len(basis) <= 3


def test_a_vector_that_depends_on_those_before_is_left_with_nothing():
    first, second = vectors.orthogonalized([vector("(1,2)"), vector("(2,4)")])

    assert not first.is_dependent
    assert second.is_dependent


def test_there_is_no_projection_on_the_zero_vector():
    with pytest.raises(UndefinedError, match="the vector is zero"):
        vectors.project(vector("(1,2)"), onto=vector("(0, sqrt(2) sqrt(3) - sqrt(6))"))


def test_vectors_of_different_lengths_have_no_dot_product():
    with pytest.raises(UsageError, match="3 and 2 entries"):
        vectors.dot(vector("(1,2,3)"), vector("(1,2)"))


def test_the_sum_is_written_over_the_denominator_of_the_unreduced_factors():
    n = vector("(4,3,5)")
    projections = [vectors.project(n, onto=vector(a)) for a in ("(1,2,-1)", "(3,1,5)")]

    assert vectors.over_one_denominator(projections) == (vector("(895, 590, 1025)"), 210)


@pytest.mark.parametrize(
    ("text", "root"),
    [("12", "2*sqrt(3)"), ("9", "3"), ("5/4", "sqrt(5)/2"), ("0", "0"), ("1/2", "sqrt(2)/2"), ("x", "sqrt(x)")],
)
def test_a_square_root_gives_up_its_squares(text, root):
    assert write(square_root(parse(text))) == root


@given(st.integers(-40, 40), st.integers(1, 200))
def test_dividing_by_a_root_keeps_the_value(top, radicand):
    quotient = over_square_root(integer(top), integer(radicand))
    value = parse(f"({write(quotient)})^2 - ({top})^2/{radicand}")

    assert is_zero(value) is True


@given(st.lists(st.integers(-3, 3), min_size=6, max_size=6))
def test_definiteness_agrees_with_the_eigenvalues(entries):
    a, b, c, d, e, f = entries
    rows = ((a, b, c), (b, d, e), (c, e, f))
    matrix = Matrix(tuple(tuple(integer(entry) for entry in row) for row in rows))

    word = definiteness(matrix).word

    eigenvalues = [round(float(value), 9) for value in mpmath.mp.eigsy(mpmath.matrix(rows), eigvals_only=True)]
    low, high = min(eigenvalues), max(eigenvalues)
    if low * high < 0:
        assert word == "indefinite"
    elif low == high == 0:
        assert word == "zero"
    else:
        assert word == f"{'positive' if high > 0 else 'negative'} {'definite' if low * high else 'semidefinite'}"
    assert int(write(determinant(matrix).result)) == round(float(mpmath.det(mpmath.matrix(rows))))
