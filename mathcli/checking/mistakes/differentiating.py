"""Mistakes in taking a derivative. Each looks at one function f of x and yields the wrong derivatives it leads to.

In what is yielded, Derivative(u, x) stands for the right derivative of u.
"""

from __future__ import annotations

from collections.abc import Iterator

from mathcli.calculus.arithmetic import one_less
from mathcli.calculus.rulebook import each_in_turn
from mathcli.checking.mistakes.registry import Example, Slip, Taken, in_derivative
from mathcli.syntax.tree import Call, Derivative, E, Name, Negative, Node, Power, Product, Quotient, Sum


def _inner(f: Node, x: Name) -> Node | None:
    """The inner function, None where f is no outer function of another than x."""
    match f:
        case Power(base, exponent) if x not in exponent.names:
            inner = base
        case Power(base, exponent) if x not in base.names:
            inner = exponent
        case Call(_, (u,), 0):
            inner = u
        case _:
            return None
    return inner if inner is not x and x in inner.names else None


def _outer_derivative(f: Node, x: Name) -> Node | None:
    """f'(u), the derivative of the outer function at the inner one."""
    from mathcli.calculus.elementary import TABLE, entry

    match f:
        case Power(base, exponent) if x not in exponent.names:
            return Product.of(exponent, Power(base, one_less(exponent)))
        case Power(base, _) if base is E:
            return f
        case Power(base, exponent) if x not in base.names:
            return Product.of(f, Call("log", (base,)))
        case Call(function, (u,), 0) if function in TABLE:
            return entry(function).substitute({Name("u"): u})
    return None


@in_derivative(
    "chain_factor_dropped",
    "derivative of the inner function left out",
    example=Example("e^(2x) cos x", "", "e^(2x) cos x - e^(2x) sin x"),
)
def chain_factor_dropped(f: Node, x: Name) -> Iterator[Slip]:
    """The outer function was differentiated, and the derivative of what stands inside it was left out."""
    inner, outer = _inner(f, x), _outer_derivative(f, x)
    if inner is not None and outer is not None:
        what = "the exponent is " if isinstance(f, Power) and x in f.exponent.names else "inside stands "
        yield Slip(outer, (what, inner, ", and ", Taken(inner), ": ", Taken(f)))


@in_derivative("product_as_product", "(uv)' = u'v'", example=Example("x^2 sin x", "", "2x cos x"))
def product_as_product(f: Node, x: Name) -> Iterator[Slip]:
    """The factors were differentiated one by one, as if the derivative of a product were the product of derivatives."""
    match f:
        case Product(factors) if sum(x in factor.names for factor in factors) > 1:
            parts = (Derivative(u, x) if x in u.names else u for u in factors)
            yield Slip(Product.of(*parts), ("each factor takes its turn, (u v)' = u' v + u v': ", Taken(f)))


@in_derivative(
    "product_term_dropped",
    "one of the two product-rule terms missing",
    example=Example("x^2 sin x", "", "2x sin x"),
)
def product_term_dropped(f: Node, x: Name) -> Iterator[Slip]:
    """The product rule has a term for each factor, and one of them is missing."""
    match f:
        case Product(factors) if sum(x in factor.names for factor in factors) > 1:
            terms = [Product.of(*p, Derivative(u, x), *q) for p, u, q in each_in_turn(factors) if x in u.names]
            for before, _, after in each_in_turn(terms):
                yield Slip(Sum.of(*before, *after), ("each factor takes its turn, (u v)' = u' v + u v': ", Taken(f)))


@in_derivative(
    "quotient_order",
    "numerator u v' - u' v (sign reversed)",
    example=Example("x^2/(x+1)", "", "(x^2 - 2x(x+1))/(x+1)^2"),
)
def quotient_order(f: Node, x: Name) -> Iterator[Slip]:
    """The numerator of the quotient rule was written the other way round, which reverses the sign."""
    match f:
        case Quotient(u, v) if x in v.names:
            doubt = 0 if x in u.names else 1
            yield Slip(Negative(Derivative(f, x)), ("the numerator is u' v - u v', in this order: ", Taken(f)), doubt)
