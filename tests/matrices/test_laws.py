"""Laws of gradients, for random functions of vectors and matrices."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mathcli.algebra.verdict import Verdict
from mathcli.matrices.reading import understood
from mathcli.matrices.shapes import read_shapes
from mathcli.matrices.words import Words
from mathcli.syntax.parser import read
from mathcli.syntax.tree import Name
from mathcli.syntax.writer import write
from tests.topics.answers import solve

SHAPES = "X, A, B: n by n, S: n by n symmetric, Z: n by d, w: d, x, a, b: n, t: scalar"
LAWFUL = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])

VECTORS = st.recursive(
    st.sampled_from(["x", "a", "Z w", "X a", "A x", "S x", "X^T b", "exp(x)", "x∘a"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: f"({p[0]}) + ({p[1]})"),
        inner.map(lambda v: f"A ({v})"),
        inner.map(lambda v: f"t ({v}) - b"),
        inner.map(lambda v: f"tanh({v})"),
    ),
    max_leaves=2,
)
MATRICES = st.recursive(
    st.sampled_from(["X", "X^T", "A", "X^-1", "x a^T", "X + I", "S"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: f"({p[0]}) ({p[1]})"),
        st.tuples(inner, inner).map(lambda p: f"({p[0]}) - 2 ({p[1]})"),
        inner.map(lambda m: f"({m})^T"),
    ),
    max_leaves=3,
)
NUMBERS = st.recursive(
    st.one_of(
        st.tuples(VECTORS, VECTORS).map(lambda p: f"({p[0]})^T ({p[1]})"),
        VECTORS.map(lambda v: f"||{v}||^2"),
        MATRICES.map(lambda m: f"tr({m})"),
        MATRICES.map(lambda m: f"||{m}||_F^2"),
        st.tuples(VECTORS, MATRICES).map(lambda p: f"x^T ({p[1]}) ({p[0]})"),
        st.sampled_from(["det(X)", "log det(X^T X + I)", "||x - a||"]),
    ),
    lambda inner: st.one_of(
        inner.map(lambda s: f"e^(-({s})/50)"),
        inner.map(lambda s: f"log(1 + ({s})^2)"),
        st.tuples(inner, inner).map(lambda p: f"({p[0]}) ({p[1]})"),
        inner.map(lambda s: f"({s})/(1 + x^T x)"),
    ),
    max_leaves=2,
)


def tree(text):
    return understood(read(text, matrices=True), read_shapes([SHAPES])).body


@LAWFUL
@given(NUMBERS, st.sampled_from(["x", "X", "w"]))
def test_every_gradient_is_certified_in_numbers_and_no_step_is_refuted(function, variable):
    solution = solve("gradient", expression=function, var=variable, shape=SHAPES)

    assert solution.verified is not None
    assert solution.verified >= Verdict.TESTED


@LAWFUL
@given(NUMBERS, st.sampled_from(["x", "X"]))
def test_what_is_printed_can_be_typed_again(function, variable):
    ((found,),) = solve("gradient", expression=function, var=variable, shape=SHAPES).bare

    again = tree(write(found))
    assert again is found or Words(read_shapes([SHAPES])).agree(again, found) is True


@LAWFUL
@given(NUMBERS, NUMBERS)
def test_a_gradient_is_linear(first, second):
    def gradient(function):
        ((found,),) = solve("gradient", expression=function, var="x", shape=SHAPES).bare
        return write(found)

    whole = gradient(f"3 ({first}) - t ({second})")
    parts = f"3 ({gradient(first)}) - t ({gradient(second)})"
    parts = parts.replace("(0)", "(0 x)")
    words = Words(read_shapes([SHAPES]), Name("x"))
    assert words.agree(tree(whole if whole != "0" else "0 x"), tree(parts)) is True
