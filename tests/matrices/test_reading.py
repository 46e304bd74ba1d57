"""Shapes: how they are declared, what fits, and what is said where it does not."""

from __future__ import annotations

import pytest

from mathcli.errors import MathcliError, ReadingError
from mathcli.matrices.reading import understood
from mathcli.matrices.shapes import read_shapes
from mathcli.syntax.parser import read
from mathcli.syntax.writer import write

SHAPES = "X: n by d, w: d, v: d, y: n, A: n by n, B: d by d, S: n by n symmetric, c: scalar"


def understood_as(text, shapes=SHAPES):
    declared = read_shapes([shapes])
    return understood(read(text, matrices=True), declared)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("X: n by d, w: d, y: n", "X: n × d, w: d × 1, y: n × 1"),
        ("w ∈ R^d", "w: d × 1"),
        ("w ∈ ℝᵈ", "w: d × 1"),
        ("A in R^(n x n)", "A: n × n"),
        ("A ∈ ℝ^{n×n}, w, x: n", "A: n × n, w: n × 1, x: n × 1"),
        (r"X \in \mathbb{R}^{n \times d}", "X: n × d"),
        ("X is n x d; y is n", "X: n × d, y: n × 1"),
        ("A: 3x3, B: nxd", "A: 3 × 3, B: n × d"),
        ("A, B: (n, n)", "A: n × n, B: n × n"),
        ("Σ: n by n positive definite, μ: n", "Sigma: n × n, mu: n × 1"),
        ("lambda: scalar", "lambda: 1 × 1"),
        ("w: vector of length d", "w: d × 1"),
        ("x_i: d", "x_i: d × 1"),
    ],
)
def test_shapes_are_declared_as_people_write_them(text, wanted):
    assert repr(read_shapes([text])) == wanted


@pytest.mark.parametrize("text", ["A: n by n symmetric", "A: symmetric n by n", "A: spd n", "A: symmetric n"])
def test_a_matrix_can_be_said_to_be_symmetric(text):
    (name,) = read_shapes([text]).symmetric
    assert name.name == "A"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("w", "the shape of w is missing"),
        ("X: n by", "a shape has one size or two"),
        ("X n by d", "a name is needed, not X n by d"),
        ("A: n by d symmetric", "a symmetric matrix is square, and this is n × d"),
        ("X: n+1 by d", "'n+1' is no number of rows or columns"),
        ("X: 0 by d", "'0' is no number of rows or columns"),
        ("w: d, w: n", "w is d × 1 and n × 1"),
    ],
)
def test_a_declaration_that_cannot_be_read_is_refused_with_its_place(text, message):
    with pytest.raises(ReadingError) as caught:
        read_shapes([text])
    assert caught.value.message == message
    assert caught.value.span is not None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("wᵀ v", "w^T*v"),
        ("w^{\\top} v", "w^T*v"),
        ("w⊤v", "w^T*v"),
        ("dot(w, v)", "w^T*v"),
        ("inv(A) y", "A^(-1)*y"),
        ("A^-T y", "(A^(-1))^T*y"),
        ("trace(A)", "tr(A)"),
        ("\\operatorname{tr}(A)", "tr(A)"),
        ("log det A", "log(det(A))"),
        ("logdet(A)", "log(det(A))"),
        ("log|A|", "log(det(A))"),
        ("‖X‖_F²", "||X||_F^2"),
        ("||w||_2^2", "||w||^2"),
        ("A - 2I", "A - 2*I_n"),
        ("(X^T X + c I)^-1", "(X^T*X + c*I_d)^(-1)"),
        ("1^T y", "ones_n^T*y"),
        ("1_n^T y", "ones_n^T*y"),
        ("\\mathbf{1}^T y", "ones_n^T*y"),
        ("1 - y", "ones_n - y"),
        ("X (w^T v)", "X*w^T*v"),
        ("y∘Xw", "hadamard(y, X*w)"),
        ("σ(X w)", "sigmoid(X*w)"),
        ("softmax(X w)", "exp(X*w)/(ones_n^T*exp(X*w))"),
    ],
)
def test_matrices_are_read_as_people_write_them(text, wanted):
    assert write(understood_as(text).body) == wanted


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("1 - y", "1 beside a vector is read as 1 times the vector of ones"),
        ("exp(w)", "exp of a vector is taken entry by entry"),
        ("log|A|", "|A| is read as the determinant, since it is n × n"),
        ("σ(X w)", "σ(...) is read as the sigmoid, σ(u) = 1/(1 + e^(-u))"),
        ("k w^T v", "k has no shape given, so it is a number"),
        ("y∘X w", "y∘X w is read as y ∘ (X w); otherwise write brackets"),
        ("y/(X w)", "a quotient of vectors is taken entry by entry"),
    ],
)
def test_what_people_read_differently_is_said(text, note):
    assert note in understood_as(text).notes


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("X w + w", "X*w is n × 1 and w is d × 1: only equal shapes can be added", "X w + w"),
        ("c + X X", "X is n × d and X is n × d: d columns and n rows do not fit", "X X"),
        ("w^T y", "w^T is 1 × d and y is n × 1: d columns and n rows do not fit", "w^T y"),
        ("X w y", "X*w is n × 1 and y is n × 1: 1 column and n rows do not fit", "X w y"),
        ("tr(X)", "the trace needs a square matrix, and X is n × d", "X"),
        ("log det(X)", "the determinant needs a square matrix, and X is n × d", "X"),
        ("inv(X)", "the inverse needs a square matrix, and X is n × d", "X"),
        ("exp(A)", "exp of what is n × n: exp is a function of numbers", "A"),
        ("sin(A)", "sin of what is n × n: sin is a function of numbers", "A"),
        ("max(0, w)", "max of what is d × 1: max is a function of numbers", "w"),
        ("||A||", "which norm of A is meant? it is n × n, and a matrix has several", "||A||"),
        ("w^2", "a power of the vector w, which is d × 1", "w^2"),
        ("X^-1", "a power of X, which is n × d and not square", "X^-1"),
        ("w/A", "a division by what is n × n, which is no number", "A"),
        ("2^A", "an exponent that is n × n, which is no number", "A"),
        ("A + 1", "a number and a matrix of shape n × n cannot be added", "A + 1"),
        ("w + c", "a number and a matrix of shape d × 1 cannot be added", "w + c"),
        ("Q w", "the shape of Q is unknown", "Q"),
        ("q^T w", "the shape of q is unknown", "q"),
        ("||q||", "the shape of q is unknown", "q"),
        ("tr(I)", "nothing says how large I is", "I"),
        ("w∘y", "w is d × 1 and y is n × 1: ∘ needs equal shapes", "w∘y"),
        ("diag(A)", "diag needs a vector, and A is n × n", "A"),
    ],
)
def test_shapes_that_do_not_fit_are_both_named_and_pointed_at(text, message, place):
    with pytest.raises(MathcliError) as caught:
        understood_as(text)
    assert caught.value.message == message
    assert caught.value.span is not None
    start = caught.value.span.start
    assert text[start : start + caught.value.span.length] == place


def test_without_shapes_nothing_of_this_is_read():
    assert write(read("tr(1+x)").tree) == "t*r*(1 + x)"
    with pytest.raises(ReadingError, match="unknown function det"):
        read("det(x)")
