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

ROOTS = tuple(Quotient(Number(p), Number(q)) for p, q in ((1, 2), (3, 2), (1, 3), (2, 3)))
ANYWHERE = ("sin", "cos", "tan", "atan", "sinh", "cosh", "tanh", "asinh", "erf")


def numbers(largest: int = 9) -> st.SearchStrategy[Node]:
    """Small whole numbers from 1."""
    return st.integers(1, largest).map(Number)


@st.composite
def _composite(draw: st.DrawFn, inner: st.SearchStrategy[Node]) -> Node:
    u, v = draw(inner), draw(inner)
    build = draw(st.sampled_from(_COMPOSITES))
    return build(u, v, *(draw(inner) for _ in range(draw(st.integers(0, 2)))))


_COMPOSITES = (
    Sum.of,
    Product.of,
    lambda u, *rest: Negative(u),
    lambda u, v, *rest: Quotient(u, v),
    lambda u, v, *rest: Power(u, v),
    lambda u, *rest: Power(E, u),
    *(lambda u, *rest, f=f: Call(f, (u,)) for f in (*UNARY, "factorial", "factorial2")),
    *(lambda u, v, *rest, f=f: Call(f, (u, v)) for f in ("log", "root", "max", "binomial")),
    *(lambda u, *rest, primes=primes: Call("f", (u,), primes) for primes in range(4)),
)


@st.composite
def _rare(draw: st.DrawFn, inner: st.SearchStrategy[Node]) -> Node:
    u, v = draw(inner), draw(inner)
    index, name, small = Name("k"), draw(st.sampled_from(NAMES)), draw(st.integers(1, 3))
    condition = Relation((u, v), (draw(st.sampled_from(("<", "<=", ">", ">=", "!="))),))
    return draw(
        st.sampled_from(
            (
                Derivative(u, name, small),
                IndexedSum(Product.of(Indexed("y", (index,)), u), index, Number(1), v),
                IndexedProduct(u, index, Number(1), v),
                Integral(u, name),
                Integral(u, x, v, Number(small)),
                Limit(u, x, Number(small), ("", "+", "-")[small - 1]),
                Piecewise(((u, condition),), v),
                Piecewise(((v, condition),), None),
            )
        )
    )


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
        st.builds(Equation, inner.filter(lambda u: not isinstance(u, Call)), inner),  # f(x) = 1 is a definition
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

    def positive(u: Node) -> Node:
        return Sum.of(Power(u, Number(2)), one)

    def inside(u: Node) -> Node:
        return Quotient(one, Sum.of(Power(u, Number(2)), Number(2)))

    builds = (
        Sum.of,
        Sum.of,
        Product.of,
        Product.of,
        lambda u, v: Sum.of(u, Negative(v)),
        lambda u, v: Quotient(u, positive(v)),
        *(lambda u, v, n=n: Power(u, Number(n)) for n in (2, 3, 4)),
        *(
            lambda u, v, p=p, q=q: Power(positive(u), Quotient(Number(p), Number(q)))
            for p, q in ((1, 2), (3, 2), (2, 3))
        ),
        lambda u, v: Power(E, u),
        lambda u, v: Power(Number(2), u),
        lambda u, v: Power(positive(u), v),
        *(lambda u, v, f=f: Call(f, (u,)) for f in ANYWHERE),
        *(lambda u, v, f=f: Call(f, (positive(u),)) for f in ("log", "sqrt", "acosh")),
        *(lambda u, v, f=f: Call(f, (inside(u),)) for f in ("asin", "acos", "atanh")),
        lambda u, v: Call("log", (positive(u), Number(3))),
    )

    @st.composite
    def grown(draw: st.DrawFn, inner: st.SearchStrategy[Node]) -> Node:
        build = draw(st.sampled_from(builds))
        return build(draw(inner), draw(inner))

    return st.recursive(leaves, grown, max_leaves=size)
