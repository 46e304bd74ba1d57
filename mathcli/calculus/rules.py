"""The rules of differentiation for sums, products, quotients, powers and exponentials.

Order is meaning. First come the ways to write f so that a shorter rule fits (a log law, a root as a power, 1/g as a
power). A constant is settled before anything looks into it, a constant factor is taken out before the product rule
could treat it as a function, and a quotient reaches the quotient rule only if both of its sides hold the variable.
u^v comes after the powers with a constant exponent and the exponentials with a constant base, so both vary there.
The functions of the table, the functions by cases and the unknown ones follow in rooms of their own.
"""

from __future__ import annotations

from fractions import Fraction

from mathcli.calculus.arithmetic import MINUS_ONE, number, one_less, power, times
from mathcli.calculus.derivation import Application
from mathcli.calculus.rulebook import each_in_turn, letters_for, rule
from mathcli.syntax.tree import (
    ONE,
    PI,
    TWO,
    ZERO,
    Call,
    Constant,
    Derivative,
    E,
    Indexed,
    Name,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Relation,
    Sum,
)

POWER_AS_AN_EXPONENTIAL = "power as an exponential"
_LONGEST_FORMULA = 6


def positive(u: Node) -> Relation:
    """Return the condition u > 0."""
    return Relation((u, ZERO), (">",))


def is_surely_positive(u: Node) -> bool:
    """Whether u > 0 can be seen at once: a positive number, an exponential, x^2 + 1, products and powers of such."""
    match u:
        case Number(numerator, _):
            return numerator > 0
        case Constant():
            return u is E or u is PI
        case Power(base, _):
            return is_surely_positive(base)
        case Product(parts):
            return all(is_surely_positive(part) for part in parts)
        case Sum(parts):
            return all(is_surely_not_negative(part) for part in parts) and any(is_surely_positive(p) for p in parts)
        case Quotient(over, under):
            return is_surely_positive(over) and is_surely_positive(under)
        case Call("cosh", _, 0):
            return True
        case Call("sqrt", (radicand,), 0):
            return is_surely_positive(radicand)
    return False


def is_surely_not_negative(u: Node) -> bool:
    """Whether u >= 0 can be seen at once: an even power, a size, a root, or what is surely positive."""
    match u:
        case Power(_, Number(n, 0)) if n > 0 and n % 2 == 0:
            return True
        case Call("abs" | "sqrt", _, 0):
            return True
        case Product(parts):
            return all(is_surely_not_negative(part) for part in parts)
    return is_surely_positive(u)


def ln(u: Node) -> Node:
    """Return the natural logarithm of u."""
    return Call("log", (u,))


# ---- written in another way first ---------------------------------------------------------------------------


@rule("log of a power", formula="ln(u^n) = n ln u", example="ln sqrt(x^2+1)", kind="rewrite")
def log_of_a_power(f: Node, x: Name) -> Application | None:
    """The logarithm turns an exponent into a factor. Where the exponent is even, u may be negative: n ln|u|."""
    match f:
        case Call("log", (inside,), 0) if x in inside.names:
            taken_apart = _base_and_exponent(inside)
            if taken_apart is None:
                return None
            base, exponent = taken_apart
            if base is E:
                return Application(Derivative(exponent, x), (("u", exponent),), formula="ln(e^u) = u")
            if x in exponent.names:
                return None
            bind = (("u", base), ("n", exponent))
            value = number(exponent)
            if value is not None and value.numerator % 2 == 0 and not is_surely_positive(base):
                size = base if _is_absolute(base) else Call("abs", (base,))
                return Application(Derivative(times(exponent, ln(size)), x), bind, formula="ln(u^n) = n ln|u|")
            conditions = () if value is not None or is_surely_positive(base) else (positive(base),)
            return Application(Derivative(times(exponent, ln(base)), x), bind, conditions)
    return None


def _is_absolute(u: Node) -> bool:
    return isinstance(u, Call) and u.function == "abs"


def _base_and_exponent(u: Node) -> tuple[Node, Node] | None:
    match u:
        case Power(base, exponent):
            return base, exponent
        case Call("sqrt", (base,), 0):
            return base, Quotient(ONE, TWO)
        case Call("cbrt", (base,), 0):
            return base, Quotient(ONE, Number(3))
    return None


@rule("log of a product", formula="ln(a u) = ln a + ln u", example="ln(3x)", kind="rewrite")
def log_of_a_product(f: Node, x: Name) -> Application | None:
    """A factor that is certainly positive leaves the logarithm of a product as a term of its own."""
    match f:
        case Call("log", (Product(factors),), 0) if x in f.names:
            sure = [factor for factor in factors if is_surely_positive(factor)]
            rest = [factor for factor in factors if not is_surely_positive(factor)]
            if not sure:
                return None
            parts = (*sure, *((Product.of(*rest),) if rest else ()))
            if not rest and len(parts) < 2:
                return None
            return Application(
                Derivative(Sum.of(*map(ln, parts)), x), letters_for(parts), formula=_log_product_formula(len(parts))
            )
    return None


def _log_product_formula(count: int) -> str:
    letters = [letter for letter, _ in letters_for((ONE,) * count)]
    return f"ln({' '.join(letters)}) = {' + '.join(f'ln {letter}' for letter in letters)}"


@rule("log of a quotient", formula="ln(u/v) = ln u - ln v", example="ln(x/e^x)", kind="rewrite")
def log_of_a_quotient(f: Node, x: Name) -> Application | None:
    """Where one side of a quotient is certainly positive, so is the other, and the logarithm may be split."""
    match f:
        case Call("log", (Quotient(u, v),), 0) if x in f.names:
            if u is ONE:
                return Application(Derivative(Negative(ln(v)), x), (("u", v),), formula="ln(1/u) = -ln u")
            if is_surely_positive(u) or is_surely_positive(v):
                return Application(Derivative(Sum.of(ln(u), Negative(ln(v))), x), (("u", u), ("v", v)))
    return None


@rule("log to a base that varies", formula="log(u, b) = ln u / ln b", example="log(2, x)", kind="rewrite")
def log_to_a_varying_base(f: Node, x: Name) -> Application | None:
    """A logarithm whose base holds the variable is a quotient of two natural logarithms."""
    match f:
        case Call("log", (u, b), 0) if x in b.names:
            return Application(Derivative(Quotient(ln(u), ln(b)), x), (("u", u), ("b", b)))
    return None


@rule("exponential of a log", formula="e^(ln u) = u", example="e^(ln x)", kind="rewrite")
def exponential_of_a_log(f: Node, x: Name) -> Application | None:
    """The exponential undoes the logarithm, where the logarithm exists: for u > 0."""
    match f:
        case Power(base, Call("log", (u,), 0)) if base is E and x in u.names:
            return Application(Derivative(u, x), (("u", u),), conditions=(positive(u),))
    return None


@rule("root as a power", formula="root(u, n) = u^(1/n)", example="cbrt(x)", kind="rewrite")
def root_as_a_power(f: Node, x: Name) -> Application | None:
    """The n-th root is the power with exponent 1/n."""
    match f:
        case Call("cbrt", (u,), 0) if x in u.names:
            return Application(
                Derivative(Power(u, Quotient(ONE, Number(3))), x), (("u", u),), formula="cbrt(u) = u^(1/3)"
            )
        case Call("root", (u, n), 0) if x in f.names:
            return Application(Derivative(Power(u, Quotient(ONE, n)), x), (("u", u), ("n", n)))
    return None


@rule("root of an even power", formula="sqrt(u^2) = |u|", example="sqrt(x^2)", kind="rewrite")
def root_of_an_even_power(f: Node, x: Name) -> Application | None:
    """A square root is never negative: sqrt(u^2) is |u|, and sqrt(u^4) is u^2."""
    match f:
        case Call("sqrt", (Power(u, Number(n, 0)),), 0) if x in u.names and n > 0 and n % 2 == 0:
            size = u if n % 4 == 0 or is_surely_positive(u) else Call("abs", (u,))
            after = power(size, Number(n // 2))
            formula = "sqrt(u^2) = |u|" if n == 2 and size is not u else ""
            return Application(Derivative(after, x), (("u", u),), formula=formula)
    return None


@rule("reciprocal as a power", formula="1/u^n = u^(-n)", example="1/(1+e^(-x))", kind="rewrite")
def reciprocal_as_a_power(f: Node, x: Name) -> Application | None:
    """A constant over a function is a power with a negative exponent, so no quotient rule is needed."""
    match f:
        case Quotient(c, under) if x in under.names and x not in c.names:
            factors = under.factors if isinstance(under, Product) else (under,)
            fixed = [factor for factor in factors if x not in factor.names]
            moving = Product.of(*(factor for factor in factors if x in factor.names))
            inverse, exponent = _inverse(moving)
            front = Quotient(c, Product.of(*fixed)) if fixed else c
            after = inverse if front is ONE else times(front, inverse)
            return _reciprocal(after, x, front, moving, exponent)
    return None


def _reciprocal(after: Node, x: Name, front: Node, moving: Node, exponent: Node) -> Application:
    base = moving
    if exponent is not ONE and isinstance(moving, Power):
        base = moving.base
    if isinstance(moving, Power) and moving.base is E:
        bind: tuple[tuple[str, Node], ...] = (("u", moving.exponent),)
        formula = "1/e^u = e^(-u)"
    elif exponent is ONE:
        bind, formula = (("u", base),), "1/u = u^(-1)"
    elif isinstance(moving, Call):
        bind, formula = (("u", moving.arguments[0]),), "1/sqrt(u) = u^(-1/2)"
    else:
        bind, formula = (("u", base), ("n", exponent)), "1/u^n = u^(-n)"
    if front is not ONE:
        bind, formula = (("c", front), *bind), formula.replace("1/", "c/", 1).replace(" = ", " = c ")
    return Application(Derivative(after, x), bind, formula=formula)


def _inverse(u: Node) -> tuple[Node, Node]:
    """Return 1/u as a power, and the exponent n of u = v^n that was turned over."""
    match u:
        case Power(base, exponent) if base is E:
            return Power(E, times(MINUS_ONE, exponent) if isinstance(exponent, Negative) else Negative(exponent)), ONE
        case Power(base, exponent) if not base.names.isdisjoint(u.names) and not exponent.names & base.names:
            return Power(base, _opposite(exponent)), exponent
        case Call("sqrt", (base,), 0):
            return Power(base, Negative(Quotient(ONE, TWO))), Quotient(ONE, TWO)
    return Power(u, MINUS_ONE), ONE


def _opposite(u: Node) -> Node:
    return u.operand if isinstance(u, Negative) else Negative(u)


@rule("power with exponent 0 or 1", formula="u^1 = u", example="x^1", kind="rewrite")
def power_without_effect(f: Node, x: Name) -> Application | None:
    """u^1 is u, and u^0 is 1."""
    match f:
        case Power(u, Number(1, 0)) if x in u.names:
            return Application(Derivative(u, x), (("u", u),))
        case Power(u, Number(0)) if x in u.names:
            return Application(Derivative(ONE, x), (("u", u),), formula="u^0 = 1")
    return None


# ---- constants, sums, products, quotients -------------------------------------------------------------------


@rule("constant rule", formula="(c)' = 0", example="5")
def constant_rule(f: Node, x: Name) -> Application | None:
    """What does not hold the variable does not change with it."""
    return Application(ZERO, bind=(("c", f),)) if x not in f.names else None


@rule("derivative of the variable", formula="(x)' = 1", example="x")
def variable_rule(f: Node, x: Name) -> Application | None:
    """The variable grows exactly as fast as itself."""
    return Application(ONE) if f is x else None


@rule("constant factor rule", formula="(c u)' = c u'", example="3x^4", inner="light")
def constant_factor_rule(f: Node, x: Name) -> Application | None:
    """A constant factor waits in front while the rest is differentiated."""
    match f:
        case Negative(u):
            return Application(Negative(Derivative(u, x)), (("u", u),), formula="(-u)' = -u'")
        case Quotient(u, c) if x not in c.names:
            return Application(Quotient(Derivative(u, x), c), (("u", u), ("c", c)), formula="(u/c)' = u'/c")
        case Product(factors):
            fixed = [factor for factor in factors if x not in factor.names]
            if not fixed:
                return None
            c = Product.of(*fixed)
            u = Product.of(*(factor for factor in factors if x in factor.names))
            return Application(Product.of(c, Derivative(u, x)), (("c", c), ("u", u)))
    return None


@rule("sum rule", formula="(u + v)' = u' + v'", example="x^2 + sin x", inner="light")
def sum_rule(f: Node, x: Name) -> Application | None:
    """A sum is differentiated term by term; a difference too."""
    match f:
        case Sum(terms):
            parts = [term.operand if isinstance(term, Negative) else term for term in terms]
            signs = [isinstance(term, Negative) for term in terms]
            after = Sum.of(
                *(
                    Negative(Derivative(u, x)) if is_negative else Derivative(u, x)
                    for u, is_negative in zip(parts, signs, strict=True)
                )
            )
            if len(parts) > _LONGEST_FORMULA:
                return Application(after, because=("each of the terms is differentiated by itself",), formula="")
            bind = letters_for(parts)
            return Application(after, bind, formula=_sum_formula([letter for letter, _ in bind], signs))
    return None


def _sum_formula(letters: list[str], signs: list[bool]) -> str:
    left, right = "", ""
    for letter, is_negative in zip(letters, signs, strict=True):
        sign = (" - " if is_negative else " + ") if left else ("-" if is_negative else "")
        left, right = left + sign + letter, right + sign + letter + "'"
    return f"({left})' = {right}"


@rule("quotient rule", formula="(u/v)' = (u' v - u v')/v^2", example="(x^2+1)/(x-1)")
def quotient_rule(f: Node, x: Name) -> Application | None:
    """Top derived times bottom, minus top times bottom derived, all over the bottom squared."""
    match f:
        case Quotient(u, v):
            over = Sum.of(Product.of(Derivative(u, x), v), Negative(Product.of(u, Derivative(v, x))))
            return Application(Quotient(over, Power(v, TWO)), (("u", u), ("v", v)))
    return None


@rule("product rule", formula="(u v)' = u' v + u v'", example="x sin x")
def product_rule(f: Node, x: Name) -> Application | None:
    """Each factor takes its turn being differentiated; the others stay as they are."""
    match f:
        case Product(factors):
            terms = [Product.of(*before, Derivative(u, x), *after) for before, u, after in each_in_turn(factors)]
            if len(factors) > _LONGEST_FORMULA:
                return Application(Sum.of(*terms), formula="")
            bind = letters_for(factors)
            return Application(Sum.of(*terms), bind, formula=_product_formula([letter for letter, _ in bind]))
    return None


def _product_formula(letters: list[str]) -> str:
    terms = (" ".join((*before, f"{u}'", *after)) for before, u, after in each_in_turn(letters))
    return f"({' '.join(letters)})' = {' + '.join(terms)}"


# ---- powers and exponentials --------------------------------------------------------------------------------


@rule("power rule", formula="(u^n)' = n u^(n-1) u'", example="(x^2+1)^3")
def power_rule(f: Node, x: Name) -> Application | None:
    """The exponent comes down as a factor and goes down by one; the chain rule adds the inner derivative."""
    match f:
        case Power(u, n) if x not in n.names:
            factors = () if n is ONE else (n,)
            lowered = power(u, one_less(n))
            if u is x:
                return Application(times(*factors, lowered), (("n", n),), formula="(x^n)' = n x^(n-1)")
            after = times(*factors, lowered, Derivative(u, x))
            if n is TWO and isinstance(u, Sum) and u.contains(Indexed):
                return Application(
                    after, (("r", u),), because=("what is squared is the residual",), formula="(r^2)' = 2 r r'"
                )
            return Application(after, (("u", u), ("n", n)))
    return None


@rule("exponential rule", formula="(e^u)' = e^u u'", example="e^(2x)")
def exponential_rule(f: Node, x: Name) -> Application | None:
    """The exponential is its own derivative; the chain rule adds the inner derivative."""
    match f:
        case Power(base, u) if base is E:
            if u is x:
                return Application(f, formula="(e^x)' = e^x")
            return Application(Product.of(f, Derivative(u, x)), (("u", u),))
    return None


@rule("exponential rule for base a", formula="(a^u)' = a^u ln(a) u'", example="2^x")
def exponential_rule_for_a_base(f: Node, x: Name) -> Application | None:
    """As e^u, with one more factor: the natural logarithm of the base, which must be positive."""
    match f:
        case Power(a, u) if x not in a.names and not _is_surely_not_positive(a):
            conditions = () if is_surely_positive(a) else (positive(a),)
            if u is x:
                return Application(Product.of(f, ln(a)), (("a", a),), conditions, formula="(a^x)' = a^x ln(a)")
            return Application(Product.of(f, ln(a), Derivative(u, x)), (("a", a), ("u", u)), conditions)
    return None


def _is_surely_not_positive(a: Node) -> bool:
    value = number(a)
    return value is not None and value <= Fraction(0)


@rule(POWER_AS_AN_EXPONENTIAL, formula="u^v = e^(v ln u)", example="x^x", kind="rewrite")
def power_as_an_exponential(f: Node, x: Name) -> Application | None:
    """Where both the base and the exponent vary, e^(v ln u) has one place less to vary in; it needs u > 0."""
    match f:
        case Power(u, v) if x in u.names and x in v.names:
            conditions = () if is_surely_positive(u) else (positive(u),)
            after = Power(E, Product.of(v, ln(u)))
            return Application(Derivative(after, x), (("u", u), ("v", v)), conditions)
    return None


@rule("log to base b", formula="(log(u, b))' = u'/(u ln(b))", example="log_2(x)")
def log_to_a_base(f: Node, x: Name) -> Application | None:
    """As the natural logarithm, divided by the natural logarithm of the base."""
    match f:
        case Call("log", (u, b), 0) if x not in b.names:
            inner = ONE if u is x else Derivative(u, x)
            after = Quotient(inner, Product.of(u, ln(b)))
            if u is x:
                return Application(after, (("b", b),), formula="(log(x, b))' = 1/(x ln(b))")
            return Application(after, (("u", u), ("b", b)))
    return None


@rule("log of an absolute value", formula="(ln|u|)' = u'/u", example="ln|x|")
def log_of_an_absolute_value(f: Node, x: Name) -> Application | None:
    """On both sides of 0 the derivative of ln|u| is u'/u: no sign is left over."""
    match f:
        case Call("log", (Call("abs", (u,), 0),), 0):
            if u is x:
                return Application(Quotient(ONE, x), formula="(ln|x|)' = 1/x")
            return Application(Quotient(Derivative(u, x), u), (("u", u),))
    return None
