"""Mistakes with the rules: chain, product, quotient, sums and constants.

Each looks at one function f of x and yields the wrong derivatives it leads to. In what is yielded, Derivative(u, x)
stands for the right derivative of u.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from mathcli.calculus.arithmetic import one_less
from mathcli.calculus.rulebook import each_in_turn
from mathcli.checking.mistakes.registry import Example, Slip, Taken, in_derivative
from mathcli.syntax.tree import (
    ONE,
    TWO,
    ZERO,
    Call,
    Derivative,
    E,
    IndexedSum,
    Name,
    Negative,
    Node,
    Power,
    Product,
    Quotient,
    Sum,
    walk,
)

# ---- the chain rule -----------------------------------------------------------------------------------------


def inner_function(f: Node, x: Name) -> Node | None:
    """Return the inner function u of f = g(u), None where there is none but x itself."""
    match f:
        case Power(base, exponent) if x not in exponent.names:
            inner = base
        case Power(base, exponent) if x not in base.names:
            inner = exponent
        case Call(_, (u, *rest), 0) if not any(x in other.names for other in rest):
            inner = u
        case Quotient(over, under) if x not in over.names:
            inner = under
        case _:
            return None
    return inner if x in inner.names else None


def outer_derivative(f: Node, x: Name) -> Node | None:
    """Return g'(u), the derivative of the outer function at the inner one, as it stands."""
    from mathcli.calculus.elementary import TABLE, entry

    match f:
        case Power(base, exponent) if x not in exponent.names:
            return Product.of(exponent, Power(base, one_less(exponent)))
        case Power(base, _) if base is E:
            return f
        case Power(base, _) if x not in base.names:
            return Product.of(f, Call("log", (base,)))
        case Call("log", (u, base), 0) if x not in base.names:
            return Quotient(ONE, Product.of(u, Call("log", (base,))))
        case Call(function, (u,), 0) if function in TABLE:
            return entry(function).substitute({Name("u"): u})
        case Quotient(over, under) if x not in over.names and not isinstance(under, Power):
            return Negative(Quotient(over, Power(under, TWO)))
    return None


def _where(f: Node, x: Name) -> str:
    match f:
        case Power(_, exponent) if x in exponent.names:
            return "the exponent is "
        case Power():
            return "the base is "
        case Quotient():
            return "the denominator is "
    return "inside stands "


def is_opposite(u: Node, x: Name) -> bool:
    """Whether u' is plainly -1, so that a lost u' looks like a lost sign."""
    match u:
        case Negative(operand):
            return operand is x
        case Sum(terms):
            moving = [term for term in terms if x in term.names]
            return len(moving) == 1 and is_opposite(moving[0], x)
    return False


@in_derivative(
    "chain_factor_dropped",
    "derivative of the inner function left out",
    example=Example("e^(2x) cos x", "", "e^(2x) cos x - e^(2x) sin x"),
)
def chain_factor_dropped(f: Node, x: Name) -> Iterator[Slip]:
    """The outer function was differentiated, and the derivative of what stands inside it was left out."""
    inner, outer = inner_function(f, x), outer_derivative(f, x)
    if inner is None or inner is x or outer is None:
        return
    said = (_where(f, x), inner, ", and ", Taken(inner), ": ", Taken(f))
    yield Slip(outer, said, doubt_in_line=1 if is_opposite(inner, x) else 0)


@in_derivative(
    "chain_inner_misplaced",
    "inner derivative put inside the outer function: f'(g') or f'(x) g'",
    example=Example("sin(x^2)", "", "cos(2x)"),
)
def chain_inner_misplaced(f: Node, x: Name) -> Iterator[Slip]:
    """The outer derivative is taken at the inner function as it is; the inner derivative is a factor behind it."""
    inner, outer = inner_function(f, x), outer_derivative(f, x)
    if inner is None or inner is x or outer is None:
        return
    slope = Derivative(inner, x)
    said = (_where(f, x), inner, "; it stays inside, and its derivative becomes a factor: ", Taken(f))
    yield Slip(outer.substitute({inner: slope}), said)
    yield Slip(Product.of(outer.substitute({inner: x}), slope), said)
    yield Slip(Product.of(outer.substitute({inner: slope}), slope), said)
    yield Slip(f.substitute({inner: slope}), said, doubt=1)


# ---- products -----------------------------------------------------------------------------------------------

_EACH_IN_TURN = "each factor takes its turn, (u v)' = u' v + u v': "


def _split(f: Node, x: Name) -> Iterator[tuple[Node, Node]]:
    """The ways to read a product of varying factors as u·v."""
    if isinstance(f, Product) and all(x in factor.names for factor in f.factors):
        for k in range(1, len(f.factors)):
            yield Product.of(*f.factors[:k]), Product.of(*f.factors[k:])


@in_derivative("product_as_product", "(uv)' = u'v'", example=Example("x^2 sin x", "", "2x cos x"))
def product_as_product(f: Node, x: Name) -> Iterator[Slip]:
    """The factors were differentiated one by one, as if the derivative of a product were the product of derivatives."""
    for u, v in _split(f, x):
        yield Slip(Product.of(Derivative(u, x), Derivative(v, x)), (_EACH_IN_TURN, Taken(f)))
    match f:
        case Product((_, _, _, *_) as factors) if all(x in factor.names for factor in factors):
            yield Slip(Product.of(*(Derivative(u, x) for u in factors)), (_EACH_IN_TURN, Taken(f)))


@in_derivative(
    "product_term_dropped",
    "one of the two product-rule terms missing",
    example=Example("x^2 sin x", "", "2x sin x"),
)
def product_term_dropped(f: Node, x: Name) -> Iterator[Slip]:
    """The product rule has a term for each factor, the quotient rule one for each part, and one of them is missing."""
    match f:
        case Product(factors) if all(x in factor.names for factor in factors):
            terms = [Product.of(*p, Derivative(u, x), *q) for p, u, q in each_in_turn(factors)]
            for count in range(1, len(terms)):
                for kept in combinations(terms, count):
                    yield Slip(Sum.of(*kept), (_EACH_IN_TURN, Taken(f)))
        case Quotient(u, v) if x in u.names and x in v.names:
            said = ("both top and bottom vary, (u/v)' = (u' v - u v')/v^2: ", Taken(f))
            yield Slip(Quotient(Derivative(u, x), v), said)
            yield Slip(Negative(Quotient(Product.of(u, Derivative(v, x)), Power(v, TWO))), said)


@in_derivative(
    "product_sign",
    "minus where the product rule has plus (or the reverse)",
    example=Example("x^2 e^x", "", "2x e^x - x^2 e^x"),
)
def product_sign(f: Node, x: Name) -> Iterator[Slip]:
    """In the product rule the terms are added, in the quotient rule the second one is subtracted."""
    for u, v in _split(f, x):
        first, second = Product.of(Derivative(u, x), v), Product.of(u, Derivative(v, x))
        said = ("the terms of the product rule are added: ", Taken(f))
        yield Slip(Sum.of(first, Negative(second)), said, doubt=1 if _brings_a_minus(v, x) else 0)
        yield Slip(Sum.of(Negative(first), second), said)
    match f:
        case Quotient(u, v) if x in u.names and x in v.names:
            over = Sum.of(Product.of(Derivative(u, x), v), Product.of(u, Derivative(v, x)))
            said = ("in the quotient rule the second term is subtracted: ", Taken(f))
            yield Slip(Quotient(over, Power(v, TWO)), said, doubt=1)
            yield Slip(Quotient(over, v), said, doubt=1, also="quotient_denominator")


def _brings_a_minus(v: Node, x: Name) -> bool:
    """Whether v' has a sign of its own, as that of cos x and of e^(-x), which is sooner lost than that of the rule."""
    inner = inner_function(v, x)
    return (isinstance(v, Call) and v.function == "cos") or (inner is not None and is_opposite(inner, x))


# ---- quotients ----------------------------------------------------------------------------------------------


@in_derivative(
    "quotient_order",
    "numerator u v' - u' v (sign reversed)",
    example=Example("x^2/(x+1)", "", "(x^2 - 2x(x+1))/(x+1)^2"),
)
def quotient_order(f: Node, x: Name) -> Iterator[Slip]:
    """The numerator of the quotient rule was written the other way round, which reverses the sign."""
    match f:
        case Quotient(u, v) if x in v.names:
            said = ("the numerator is u' v - u v', in this order: ", Taken(f))
            yield Slip(Negative(Product.of(Derivative(f, x), v)), said, also="quotient_denominator")
            yield Slip(Negative(Derivative(f, x)), said, doubt=0 if x in u.names or _has_second_sign(v, x) else 1)


def _has_second_sign(v: Node, x: Name) -> bool:
    """Whether some inner derivative in it is -1, which is as easily lost as the sign in front."""
    inner = (inner_function(part, x) for part in walk(v))
    return any(is_opposite(u, x) for u in inner if u is not None)


@in_derivative("quotient_as_quotient", "(u/v)' = u'/v'", example=Example("x^3/(x^2+1)", "", "3x^2/(2x)"))
def quotient_as_quotient(f: Node, x: Name) -> Iterator[Slip]:
    """Top and bottom were differentiated by themselves, as if (u/v)' were u'/v'."""
    match f:
        case Quotient(u, v) if x in u.names and x in v.names:
            said = ("(u/v)' = (u' v - u v')/v^2: ", Taken(f))
            yield Slip(Quotient(Derivative(u, x), Derivative(v, x)), said)
        case Quotient(u, v) if x in v.names:
            yield Slip(Quotient(u, Derivative(v, x)), ("(c/v)' = -c v'/v^2: ", Taken(f)))


@in_derivative(
    "quotient_denominator", "denominator not squared", example=Example("x^2/(x+1)", "", "(2x(x+1) - x^2)/(x+1)")
)
def quotient_denominator(f: Node, x: Name) -> Iterator[Slip]:
    """The denominator of the quotient rule is the old denominator squared."""
    match f:
        case Quotient(u, v) if x in v.names:
            over: Node = Negative(Product.of(u, Derivative(v, x)))
            if x in u.names:
                over = Sum.of(Product.of(Derivative(u, x), v), over)
            said = ("the denominator is squared, (u/v)' = (u' v - u v')/v^2: ", Taken(f))
            yield Slip(Quotient(over, v), said)
            yield Slip(over, said)
            if x in u.names:
                yield Slip(Quotient(over, Power(Derivative(v, x), TWO)), said)


# ---- sums and constants -------------------------------------------------------------------------------------


@in_derivative("constant_kept", "derivative of a constant term not zero", example=Example("x^2 + 3", "", "2x + 3"))
def constant_kept(f: Node, x: Name) -> Iterator[Slip]:
    """A term without the variable does not change, so its derivative is 0."""
    if x not in f.names:
        said = (f, " does not hold the variable: ", Taken(f))
        if f is not ZERO:
            yield Slip(f, said)
        if not f.names and f is not ONE:
            yield Slip(ONE, said)
            yield from (Slip(wrong, said) for wrong in _as_if_it_held(f, x))


def _as_if_it_held(constant: Node, x: Name) -> Iterator[Node]:
    """What a constant becomes by the rules for functions of x: (ln 7)' = 1/7, (e^3)' = 3 e^2, (2 ln 5)' = 2/5."""
    match constant:
        case Product(factors):
            for before, factor, after in each_in_turn(factors):
                for wrong in _as_if_it_held(factor, x):
                    yield Product.of(*before, wrong, *after)
        case _:
            outer = outer_derivative(constant, x)
            if outer is not None:
                yield outer


@in_derivative("constant_factor_lost", "(c f)' = f'", example=Example("3 sin x + x^2", "", "cos x + 2x"))
def constant_factor_lost(f: Node, x: Name) -> Iterator[Slip]:
    """A constant factor stays in front of the derivative."""
    match f:
        case Product(factors):
            moving = [factor for factor in factors if x in factor.names]
            fixed = [factor for factor in factors if x not in factor.names]
            if not fixed or not moving:
                return
            said = ("the constant factor stays, (c u)' = c u': ", Taken(f))
            for count in range(len(fixed)):
                for kept in combinations(fixed, count):
                    lost = [factor for factor in fixed if factor not in kept]
                    yield Slip(
                        Product.of(*kept, Derivative(Product.of(*moving), x)),
                        said,
                        doubt=1 if moving == [x] or any(factor.names for factor in lost) else 0,
                    )
        case Quotient(u, c) if x not in c.names:
            yield Slip(Derivative(u, x), ("the constant denominator stays, (u/c)' = u'/c: ", Taken(f)))
        case Quotient(c, _) if x not in c.names and c is not ONE:
            yield Slip(Quotient(Derivative(f, x), c), ("the constant factor stays, (c u)' = c u': ", Taken(f)))


@in_derivative("term_lost", "a whole term disappears", example=Example("x^3 + 4x^2 - x", "", "3x^2 + 8x"))
def term_lost(f: Node, x: Name) -> Iterator[Slip]:
    """Each term of a sum has a derivative, and one of them is missing."""
    match f:
        case Sum(terms):
            for before, lost, after in each_in_turn(terms):
                if x in lost.names:
                    rest = Sum.of(*(Derivative(term, x) for term in (*before, *after)))
                    yield Slip(rest, ("the term ", lost, " has a derivative too: ", Taken(lost)))


@in_derivative(
    "sum_bound_varied",
    "a sum differentiated term by term although the number of its terms depends on the variable",
    example=Example("sum_(k=1)^x 1", "", "0"),
)
def sum_bound_varied(f: Node, x: Name) -> Iterator[Slip]:
    """How many terms there are depends on the variable, so more changes with it than the terms do."""
    match f:
        case IndexedSum(body, index, lower, upper) if x in lower.names | upper.names:
            said = (
                "the sum has more terms the larger ",
                x,
                " is (and only whole numbers of them)",
            )
            yield Slip(IndexedSum(Derivative(body, x), index, lower, upper), said)
            if x not in body.names:
                yield Slip(ZERO, said)
    if f is x:
        yield Slip(ZERO, (x, " written as 1 + 1 + ... + 1 has more terms the larger it is: ", Taken(x)), doubt=2)
