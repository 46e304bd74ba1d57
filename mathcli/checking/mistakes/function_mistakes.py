"""Mistakes with particular functions: powers, exponentials, logarithms, sine and cosine, and integrals taken instead.

Each looks at one function f of x and yields the wrong derivatives it leads to. In what is yielded, Derivative(u, x)
stands for the right derivative of u.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from mathcli.calculus.arithmetic import number, number_node, one_less
from mathcli.checking.mistakes.registry import Example, Slip, Taken, in_derivative
from mathcli.syntax.tree import (
    ONE,
    TWO,
    Call,
    Derivative,
    E,
    Name,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
)

_HALF = Fraction(1, 2)
_MINUS_ONE = Negative(ONE)

# ---- powers -------------------------------------------------------------------------------------------------


def as_power(f: Node, x: Name) -> tuple[Node, Node] | None:
    """Return u and n of f = u^n with a constant exponent, roots and x itself included."""
    match f:
        case Power(u, n) if x not in n.names and x in u.names:
            return u, n
        case Call("sqrt", (u,), 0) if x in u.names:
            return u, Quotient(ONE, TWO)
        case Call("cbrt", (u,), 0) if x in u.names:
            return u, Quotient(ONE, Number(3))
        case Quotient(over, u) if over is ONE and x in u.names and not isinstance(u, Power):
            return u, _MINUS_ONE
    return (x, ONE) if f is x else None


def _power_slip(f: Node, x: Name, multiplier: Node, exponent: Node) -> Node:
    power = as_power(f, x)
    assert power is not None
    u, _ = power
    raised: Node = u if exponent is ONE else Power(u, exponent)
    return Product.of(multiplier, raised) if u is x else Product.of(multiplier, raised, Derivative(u, x))


def _doubt(power: tuple[Node, Node], x: Name) -> int:
    """1 for 1/u, of which one thinks as a quotient rather than as a power."""
    return 1 if power[1] is _MINUS_ONE and power[0] is not x else 0


def _power_rule(f: Node) -> tuple[object, ...]:
    return ("the exponent comes down as a factor and goes down by one, (u^n)' = n u^(n-1) u': ", Taken(f))


@in_derivative(
    "power_exponent_kept",
    "exponent not lowered: (x^n)' = n x^n",
    example=Example("3x^4 - 5x^2 + 2x", "", "12x^3 - 10x^2 + 2"),
)
def power_exponent_kept(f: Node, x: Name) -> Iterator[Slip]:
    """The exponent comes down as a factor, and the exponent itself must go down by one."""
    power = as_power(f, x)
    if power is not None:
        yield Slip(_power_slip(f, x, power[1], power[1]), _power_rule(f), doubt=1 if f is x else _doubt(power, x))


@in_derivative(
    "power_exponent_off",
    "exponent changed by the wrong amount or in the wrong direction",
    example=Example("x^4 + x", "", "4x^5 + 1"),
)
def power_exponent_off(f: Node, x: Name) -> Iterator[Slip]:
    """The exponent goes down by exactly one; for negative exponents and fractions too."""
    power = as_power(f, x)
    if power is None or f is x:
        return
    n = number(power[1])
    if n is None:
        yield Slip(_power_slip(f, x, power[1], Sum.of(power[1], ONE)), _power_rule(f))
        return
    for exponent in dict.fromkeys((n + 1, n - 2, n - 3, n - _HALF, n - 3 * _HALF, n + _HALF, 1 - n, -n)):
        if exponent not in (n, n - 1):
            yield Slip(_power_slip(f, x, power[1], number_node(exponent)), _power_rule(f), _doubt(power, x))


@in_derivative(
    "power_multiplier_wrong",
    "multiplied by the new exponent, or by nothing, in place of the old exponent",
    example=Example("x^4 + x", "", "3x^3 + 1"),
)
def power_multiplier_wrong(f: Node, x: Name) -> Iterator[Slip]:
    """The factor that comes down is the old exponent, not the new one, and it must not be forgotten."""
    power = as_power(f, x)
    if power is None or f is x:
        return
    lowered = one_less(power[1])
    n = number(power[1])
    wrong = [lowered, ONE] if n is None else [number_node(k) for k in dict.fromkeys((n - 1, 1, n + 1)) if k != n]
    if n is not None and n.denominator != 1:
        wrong.append(number_node(Fraction(1) / n))
    for multiplier in wrong:
        is_lost_sign = n == -1 and multiplier is ONE
        yield Slip(
            _power_slip(f, x, multiplier, lowered), _power_rule(f), doubt=1 if is_lost_sign else _doubt(power, x)
        )


# ---- exponentials and logarithms ----------------------------------------------------------------------------


@in_derivative(
    "power_rule_on_exponential",
    "(a^x)' = x a^(x-1)",
    example=Example("2^x + x^2", "", "x 2^(x-1) + 2x"),
)
def power_rule_on_exponential(f: Node, x: Name) -> Iterator[Slip]:
    """The power rule is for x^n, where the base varies; here the variable stands in the exponent."""
    match f:
        case Power(base, u) if x in u.names:
            lowered = Power(base, Sum.of(u, _MINUS_ONE))
            said = ("the variable stands in the exponent, so the power rule does not apply: ", Taken(f))
            yield Slip(Product.of(u, lowered), said)
            if u is not x:
                yield Slip(Product.of(u, lowered, Derivative(u, x)), said)
                yield Slip(Product.of(lowered, Derivative(u, x)), said)
            if x in base.names:
                yield Slip(Product.of(u, lowered, Derivative(base, x)), said)


@in_derivative("exponential_log_lost", "(a^x)' = a^x", example=Example("5^x + x^5", "", "5^x + 5x^4"))
def exponential_log_lost(f: Node, x: Name) -> Iterator[Slip]:
    """Only e^x is its own derivative; any other base brings its natural logarithm as a factor."""
    match f:
        case Power(base, u) if base is not E and x not in base.names and x in u.names:
            said = ("the base is ", base, ", not e, so a factor ", Call("log", (base,)), " comes with it: ", Taken(f))
            yield Slip(f if u is x else Product.of(f, Derivative(u, x)), said)


@in_derivative(
    "log_rule_wrong",
    "(log u)' other than u'/u in a way that is no missing chain factor",
    example=Example("log(x) + x^2", "", "1/x^2 + 2x"),
)
def log_rule_wrong(f: Node, x: Name) -> Iterator[Slip]:
    """The derivative of log u is u'/u: the inner derivative over the inner function."""
    match f:
        case Call("log", (u,), 0) if x in u.names:
            slope = ONE if u is x else Derivative(u, x)
            said: tuple[object, ...] = ("(log u)' = u'/u: ", Taken(f))
            for wrong in (
                Quotient(slope, Power(u, TWO)),
                Negative(Quotient(slope, Power(u, TWO))),
                Product.of(u, slope),
                Quotient(slope, f),
                Product.of(f, slope),
                Quotient(slope, Product.of(u, f)),
                Quotient(f, u),
                Product.of(Power(E, u), slope),
                Quotient(slope, Product.of(u, Call("log", (Number(10),)))),
            ):
                yield Slip(wrong, said)
            yield Slip(Negative(Quotient(slope, u)), said, doubt=1)
            if u is not x:
                for wrong in (Quotient(ONE, slope), Quotient(u, slope), Call("log", (slope,)), Quotient(slope, x)):
                    yield Slip(wrong, said)
                yield Slip(Quotient(ONE, Product.of(u, slope)), said)
                yield Slip(Quotient(ONE, x), said)
        case Call("log", (u, base), 0) if x in u.names and x not in base.names:
            slope = ONE if u is x else Derivative(u, x)
            said = ("a logarithm to base ", base, " brings its natural logarithm: ", Taken(f))
            yield Slip(Quotient(slope, u), said)
            yield Slip(Quotient(Product.of(slope, Call("log", (base,))), u), said)
            yield Slip(Quotient(slope, Product.of(u, base)), said)


# ---- sine, cosine and their kin -----------------------------------------------------------------------------

_FAMILIES: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (
        ("sin", "cos", "tan", "sec", "csc", "cot"),
        (
            "sin(u)", "cos(u)", "tan(u)", "cot(u)", "sec(u)", "csc(u)", "sec(u)^2", "csc(u)^2", "sec(u) tan(u)",
            "csc(u) cot(u)", "tan(u)^2", "cot(u)^2", "sec(u)^2 tan(u)", "cos(u)^2", "sin(u)^2",
        ),
    ),
    (
        ("sinh", "cosh", "tanh", "coth", "sech", "csch"),
        (
            "sinh(u)", "cosh(u)", "tanh(u)", "1/cosh(u)", "1/sinh(u)", "1/cosh(u)^2", "1/sinh(u)^2",
            "sech(u) tanh(u)", "csch(u) coth(u)", "cos(u)", "sin(u)", "sec(u)^2", "tanh(u)^2",
        ),
    ),
    (
        ("asin", "acos", "atan", "acot", "asinh", "acosh", "atanh"),
        (
            "1/sqrt(1 - u^2)", "1/(1 + u^2)", "1/sqrt(1 + u^2)", "1/sqrt(u^2 - 1)", "1/(1 - u^2)", "1/(u^2 - 1)",
            "1/cos(u)", "1/sin(u)", "sec(u)^2", "1/sqrt(1 - u)", "1/(1 + u)", "cos(u)", "1/cos(u)^2", "acos(u)",
            "asin(u)", "1/tan(u)",
        ),
    ),
)  # fmt: skip


@in_derivative("trig_sign", "sign of the derivative of cos or sin", example=Example("x + cos x", "", "1 + sin x"))
def trig_sign(f: Node, x: Name) -> Iterator[Slip]:
    """The derivative of cosine has a minus, that of sine has none."""
    from mathcli.calculus.elementary import entry

    match f:
        case Call(function, (u,), 0) if x in u.names and any(function in family for family, _ in _FAMILIES):
            opposite = Negative(entry(function).substitute({Name("u"): u}))
            slope = () if u is x else (Derivative(u, x),)
            yield Slip(Product.of(opposite, *slope), ("the sign: ", Taken(f)))


@in_derivative(
    "trig_wrong_function",
    "derivative of a trig function confused with another",
    example=Example("tan x", "", "sec x tan x"),
)
def trig_wrong_function(f: Node, x: Name) -> Iterator[Slip]:
    """The derivative of one function was taken for that of another; the table tells them apart."""
    from mathcli.calculus.elementary import entry
    from mathcli.syntax.parser import parse

    match f:
        case Call(function, (u,), 0) if x in u.names:
            own = entry(function) if any(function in family for family, _ in _FAMILIES) else None
            plain = own.operand if isinstance(own, Negative) else own
            slope = () if u is x else (Derivative(u, x),)
            for family, others in _FAMILIES:
                for text in others if function in family else ():
                    if (other := parse(text)) is not plain:
                        wrong = Product.of(other.substitute({Name("u"): u}), *slope)
                        yield Slip(wrong, ("the table: ", Taken(f)))
                        yield Slip(Negative(wrong), ("the table: ", Taken(f)))


# ---- integrals ----------------------------------------------------------------------------------------------


@in_derivative(
    "integrated_instead",
    "antiderivative in place of the derivative",
    example=Example("x^2 + cos x", "", "x^3/3 + sin x"),
)
def integrated_instead(f: Node, x: Name) -> Iterator[Slip]:
    """The antiderivative was taken, whose derivative is f; asked was the derivative of f."""
    integral = antiderivative(f, x)
    if integral is not None:
        looks_like_a_sign = isinstance(f, Call) and f.function in ("sin", "cos") and f.arguments == (x,)
        said = (integral, " is an antiderivative; the derivative is ", Taken(f))
        yield Slip(integral, said, doubt=1 if looks_like_a_sign else 0)
    match f:
        case Power(u, n) if x not in n.names and (value := number(n)) is not None and value != -1:
            raised = Power(u, number_node(value + 1))
            yield Slip(raised, ("the exponent goes down, not up: ", Taken(f)))


def antiderivative(f: Node, x: Name) -> Node | None:
    """Return an antiderivative of sums of powers and of functions of a x + b, None for anything else."""
    if x not in f.names:
        return Product.of(f, x)
    match f:
        case Sum(terms):
            parts = [antiderivative(term, x) for term in terms]
            return None if None in parts else Sum.of(*(part for part in parts if part is not None))
        case Negative(u):
            inner = antiderivative(u, x)
            return None if inner is None else Negative(inner)
        case Product(factors):
            fixed = [factor for factor in factors if x not in factor.names]
            inner = antiderivative(Product.of(*(u for u in factors if x in u.names)), x) if fixed else None
            return None if inner is None else Product.of(*fixed, inner)
        case Quotient(u, c) if x not in c.names:
            inner = antiderivative(u, x)
            return None if inner is None else Quotient(inner, c)
    return _of_linear(f, x)


def _of_linear(f: Node, x: Name) -> Node | None:
    """An antiderivative of g(a x + b), with 1/a = 1/u'."""
    power = as_power(f, x)
    match f:
        case Power(base, u) if x not in base.names:
            log = () if base is E else (Call("log", (base,)),)
            return _over_slope(Quotient(f, Product.of(*log)) if log else f, u, x)
        case Call("sin", (u,), 0):
            return _over_slope(Negative(Call("cos", (u,))), u, x)
        case Call("cos", (u,), 0):
            return _over_slope(Call("sin", (u,)), u, x)
        case Call("log", (u,), 0):
            return _over_slope(Sum.of(Product.of(u, f), Negative(u)), u, x)
    if power is None:
        return None
    u, n = power
    value = number(n)
    if value is None:
        return None
    if value == -1:
        return _over_slope(Call("log", (u,)), u, x)
    return _over_slope(Quotient(Power(u, number_node(value + 1)), number_node(value + 1)), u, x)


def _over_slope(integral: Node, u: Node, x: Name) -> Node | None:
    if u is x:
        return integral
    return Quotient(integral, Derivative(u, x)) if _is_linear(u, x) else None


def _is_linear(u: Node, x: Name) -> bool:
    match u:
        case Sum(terms):
            return all(_is_linear(term, x) for term in terms)
        case Product(factors):
            moving = [factor for factor in factors if x in factor.names]
            return len(moving) <= 1 and all(_is_linear(factor, x) for factor in moving)
        case Negative(v):
            return _is_linear(v, x)
        case Quotient(v, c) if x not in c.names:
            return _is_linear(v, x)
    return u is x or x not in u.names
