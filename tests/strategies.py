"""Hypothesis strategies for trees, shared by all tests.

trees()                     anything that the input syntax can write, as the parser would build it
elementary_functions(of=x)  functions of x that are differentiable somewhere on the real line, with small numbers
polynomials, rational_functions, several_variables
"""

from __future__ import annotations

from hypothesis import strategies as st

from mathcli.syntax.tree import (
    PI,
    Call,
    Definition,
    Derivative,
    E,
    Equation,
    Indexed,
    IndexedProduct,
    IndexedSum,
    Integral,
    Limit,
    Matrix,
    Name,
    Negative,
    Node,
    Norm,
    Number,
    Piecewise,
    Power,
    Product,
    Quotient,
    Relation,
    Sum,
    Vector,
)

x = Name("x")
y = Name("y")
NAMES = tuple(map(Name, ("x", "y", "z", "a", "t", "lambda", "theta", "x_1", "w_12", "v_max")))
UNARY = ("sin", "cos", "tan", "sec", "asin", "atan", "acosh", "sinh", "tanh", "log", "sqrt", "cbrt", "abs", "sign")

ANYWHERE = ("sin", "cos", "tan", "atan", "sinh", "cosh", "tanh", "asinh", "erf")


def numbers(largest: int = 9) -> st.SearchStrategy[Node]:
    """Small whole numbers from 1."""
    return st.integers(1, largest).map(Number)


def _composite(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.one_of(
        st.lists(inner, min_size=2, max_size=4).map(lambda terms: Sum.of(*terms)),
        st.lists(inner, min_size=2, max_size=4).map(lambda factors: Product.of(*factors)),
        inner.map(Negative),
        st.builds(Quotient, inner, inner),
        st.builds(Power, inner, inner),
        inner.map(lambda u: Power(E, u)),
        st.builds(lambda f, u: Call(f, (u,)), st.sampled_from((*UNARY, "factorial", "factorial2")), inner),
        st.builds(lambda f, u, v: Call(f, (u, v)), st.sampled_from(("log", "root", "max", "binomial")), inner, inner),
        st.builds(lambda u, primes: Call("f", (u,), primes), inner, st.integers(0, 3)),
    )


def _rare(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    index = Name("k")
    relations = st.builds(
        lambda a, b, sign: Relation((a, b), (sign,)), inner, inner, st.sampled_from(("<", "<=", ">", ">=", "!="))
    )
    return st.one_of(
        st.builds(Derivative, inner, st.sampled_from(NAMES), st.integers(1, 3)),
        st.builds(lambda f, n: IndexedSum(Product.of(Indexed("y", (index,)), f), index, Number(1), n), inner, inner),
        st.builds(lambda body, last: IndexedProduct(body, index, Number(1), last), inner, inner),
        st.builds(Integral, inner, st.sampled_from(NAMES)),
        st.builds(lambda f, a, b: Integral(f, x, a, b), inner, inner, inner),
        st.builds(lambda f, p, side: Limit(f, x, p, side), inner, numbers(), st.sampled_from(("", "+", "-"))),
        st.builds(
            lambda u, v, condition, has_rest: Piecewise(((u, condition),), v if has_rest else None),
            inner, inner, relations, st.booleans(),
        ),
    )  # fmt: skip


def expressions() -> st.SearchStrategy[Node]:
    """Anything with a value, as the parser would build it."""
    leaves = st.one_of(
        numbers(),
        st.sampled_from(NAMES),
        st.sampled_from((E, PI)),
        st.builds(Number, st.integers(1, 99), st.integers(1, 3)),
    )
    return st.recursive(
        leaves, lambda inner: st.one_of(_composite(inner), _composite(inner), _rare(inner)), max_leaves=10
    )


def trees() -> st.SearchStrategy[Node]:
    """Anything that can be printed: expressions, and what is made of them at the top."""
    inner = expressions()
    return st.one_of(
        inner,
        inner,
        st.lists(inner, min_size=1, max_size=3).map(lambda entries: Vector(tuple(entries))),
        st.builds(lambda a, b, c, d: Matrix(((a, b), (c, d))), inner, inner, inner, inner),
        st.builds(Equation, inner, inner),
        st.builds(lambda a, b, c: Relation((a, b, c), ("<", "<=")), inner, inner, inner),
        st.builds(lambda a, b: Norm(Vector((a, b))), inner, inner),
        st.builds(lambda body: Definition("f", (x, y), body), inner),
    )


def polynomials(of: Name = x, *, degree: int = 4) -> st.SearchStrategy[Node]:
    """Sums of a x^k, highest degree first, with small whole coefficients of either sign."""

    def term(power: int, coefficient: int) -> Node:
        letter = of if power == 1 else Power(of, Number(power))
        size = Number(abs(coefficient))
        body = size if power == 0 else letter if size.numerator == 1 else Product((size, letter))
        return body if coefficient > 0 else Negative(body)

    def build(coefficients: list[int]) -> Node:
        highest = len(coefficients) - 1
        return Sum.of(*(term(highest - k, c) for k, c in enumerate(coefficients) if c))

    return st.lists(st.integers(-9, 9), min_size=1, max_size=degree + 1).map(build)


def rational_functions(of: Name = x) -> st.SearchStrategy[Node]:
    """Quotients of polynomials; the denominator is never the number 0."""
    return st.builds(Quotient, polynomials(of), polynomials(of, degree=3).filter(lambda p: p is not Number(0)))


def elementary_functions(of: Name = x, *, size: int = 5) -> st.SearchStrategy[Node]:
    """Functions of one variable, shallow and nested, differentiable somewhere on the real line.

    Arguments of log, sqrt, asin and their kin are wrapped so that they are inside the domain somewhere near 0..2.
    """
    return _functions(st.one_of(st.just(of), numbers(5), polynomials(of, degree=2)), size).filter(
        lambda f: of in f.names
    )


def several_variables(names: tuple[Name, ...] = (x, y), *, size: int = 5) -> st.SearchStrategy[Node]:
    """Elementary functions of several variables; each of them need not occur."""
    return _functions(st.one_of(st.sampled_from(names), numbers(5)), size)


def _functions(leaves: st.SearchStrategy[Node], size: int) -> st.SearchStrategy[Node]:
    one = Number(1)
    fractions = st.builds(lambda p, q: Quotient(Number(p), Number(q)), st.integers(1, 3), st.integers(2, 3))

    def positive(u: Node) -> Node:
        return Sum.of(Power(u, Number(2)), one)

    def inside(u: Node) -> Node:
        return Quotient(one, Sum.of(Power(u, Number(2)), Number(2)))

    def grow(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        return st.one_of(
            st.builds(Sum.of, inner, inner),
            st.builds(lambda u, v: Sum.of(u, Negative(v)), inner, inner),
            st.builds(Product.of, inner, inner),
            st.builds(Quotient, inner, inner.map(positive)),
            st.builds(lambda u, n: Power(u, Number(n)), inner, st.integers(2, 4)),
            st.builds(lambda u, r: Power(positive(u), r), inner, fractions),
            st.builds(lambda u: Power(E, u), inner),
            st.builds(lambda n, u: Power(Number(n), u), st.integers(2, 3), inner),
            st.builds(lambda u, v: Power(positive(u), v), inner, inner),
            st.builds(lambda f, u: Call(f, (u,)), st.sampled_from(ANYWHERE), inner),
            st.builds(lambda f, u: Call(f, (positive(u),)), st.sampled_from(("log", "sqrt", "acosh")), inner),
            st.builds(lambda f, u: Call(f, (inside(u),)), st.sampled_from(("asin", "acos", "atanh")), inner),
            st.builds(lambda u, n: Call("log", (positive(u), Number(n))), inner, st.integers(2, 3)),
        )  # fmt: skip

    return st.recursive(leaves, grow, max_leaves=size)
