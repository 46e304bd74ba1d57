"""Whether an expression is written in a form that was demanded: factored, expanded, simplified, as a single fraction.

The forms are properties of the tree as typed, each with a definition that a student can be told:

    factored         a product of numbers and powers of factors, none of which can be taken apart over the rational
                     numbers or has a whole number to be taken out; so above and below a fraction bar, with nothing
                     left to cancel
    expanded         a sum of terms: no bracket with a sum is left to be multiplied out, no sum stands above a fraction
                     bar, and like terms are collected
    simplified       numbers are worked out, fractions are in lowest terms and not nested, like terms and equal bases
                     are collected, and no function stands there whose value is known
    single-fraction  one fraction bar at the top and none below it, or none at all; what stands inside a function or in
                     an exponent does not count

What stands inside functions is not looked into, except for `simplified`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations

from mathcli.algebra import exact, rational
from mathcli.algebra.atoms import factors_of
from mathcli.algebra.field import Field, Fraction, NoFormError, RestartError
from mathcli.syntax.tree import (
    ONE,
    ZERO,
    Call,
    E,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    walk,
)

Objection = tuple["str | Node", ...]
"""A sentence on the expression, in text and trees; empty where there is none."""

FORMS = ("factored", "expanded", "simplified", "single-fraction")


def objection(node: Node, form: str) -> Objection:
    """Return why an expression is not written in a form, () where it is.

    >>> from mathcli.syntax.parser import parse
    >>> objection(parse("2(x - 1)(x + 3)"), "factored")
    ()
    >>> objection(parse("x + 1 + x"), "expanded")[-1]
    ' are like terms, to be collected'
    """
    for found in _OBJECTIONS[form](node):
        return found
    return ()


# factored


def _not_factored(node: Node) -> Iterator[Objection]:
    match node:
        case Negative(operand):
            yield from _not_factored(operand)
        case Quotient(above, below):
            yield from _common_factor(above, below)
            yield from _not_factored(above)
            yield from _not_factored(below)
        case Product(factors):
            for factor in factors:
                yield from _not_factored(factor)
        case Power(base, exponent) if base is not E and not exponent.names:
            yield from _not_factored(base)
        case Sum():
            if node.names and _is_reducible(node):
                yield (node, " can still be factored: ", rational.factored(node))


def _is_reducible(node: Node) -> bool:
    form = _shown(node)
    if form is None:
        return False
    content, factors = factors_of(form)
    return sum(abs(times) for _, times in factors) > 1 or abs(content.p) > 1


def _shown(node: Node, field: Field | None = None) -> Fraction | None:
    field = Field(is_shown=True) if field is None else field
    for _ in range(20):
        try:
            return rational.shown_form(node, field)
        except RestartError:
            continue
        except NoFormError:
            return None
    return None


def _common_factor(above: Node, below: Node) -> Iterator[Objection]:
    """What a fraction can be cancelled by."""
    field = Field(is_shown=True)
    forms = _shown(above, field), _shown(below, field)
    forms = _shown(above, field), _shown(below, field)  # a finer base that the second needed changes the first
    if forms[0] is None or forms[1] is None or forms[1].is_zero() or forms[0].is_zero():
        return
    top, bottom = field.lifted(forms[0].num), field.lifted(forms[1].num)
    if not field.gcd(top, bottom).is_one():
        quotient = Quotient(above, below)
        yield (quotient, " can be cancelled: it is ", rational.cancelled(quotient))


# expanded


def _not_expanded(node: Node) -> Iterator[Objection]:
    terms = _terms(node)
    for term in terms:
        yield from _to_be_multiplied_out(term)
    yield from _like_terms(terms)


def _terms(node: Node) -> tuple[Node, ...]:
    return node.terms if isinstance(node, Sum) else (node,)


def _to_be_multiplied_out(term: Node) -> Iterator[Objection]:
    match term:
        case Negative(Sum()) | Negative(Negative()):
            yield (term, ": the minus sign can be taken into the bracket")
        case Negative(operand):
            yield from _to_be_multiplied_out(operand)
        case Quotient(Sum() as above, _):
            yield ("the sum ", above, " above the fraction bar can be split into single terms")
        case Quotient(above, _):
            yield from _to_be_multiplied_out(above)
        case Product(factors):
            if sum(1 for factor in factors if isinstance(factor, Number)) > 1:
                yield (term, ": its numbers can be multiplied")
            for factor in factors:
                if isinstance(factor, Sum):
                    yield ("the bracket ", factor, " can be multiplied out")
                yield from _to_be_multiplied_out(factor)
        case Power(Sum(), Number(exponent, 0)) if exponent > 1:
            yield (term, " can be multiplied out")
        case Power(Product() | Quotient(), Number(_, 0)):
            yield (term, " can be multiplied out")


def _like_terms(terms: tuple[Node, ...]) -> Iterator[Objection]:
    for a, b in combinations(terms[:40], 2):
        if a.names == b.names and a is not ZERO and b is not ZERO and _are_alike(a, b):
            yield (a, " and ", b, " are like terms, to be collected")


def _are_alike(a: Node, b: Node) -> bool:
    if not a.names:
        return exact.as_fraction(a) is not None and exact.as_fraction(b) is not None
    field = Field(is_shown=True)
    form = _shown(Quotient(a, b), field)
    return form is not None and form.constant is not None


# simplified


def _not_simplified(node: Node) -> Iterator[Objection]:
    for part in walk(node):
        match part:
            case Sum(terms):
                if ZERO in terms:
                    yield ("adding 0 in ", part, " does nothing")
                yield from _like_terms(terms)
            case Product(factors):
                yield from _idle_factors(part, factors)
            case Quotient(above, below):
                yield from _improper(part, above, below)
            case Negative(Negative(operand)):
                yield (part, " is ", operand)
            case Power(base, exponent):
                yield from _idle_power(part, base, exponent)
            case Call("sqrt", (Power(base, Number(2, 0)),), 0):
                yield (part, " is ", Call("abs", (base,)))
            case Call("sqrt", (Number(),), 0) if exact.square_root(part.arguments[0]) is not part:
                yield (part, " is ", exact.square_root(part.arguments[0]))
            case Call("log", (Power(base, exponent),), 0) if base is E:
                yield (part, " is ", exponent)
            case Call(_, _, 0) if not part.names:
                known = exact.with_known_values(part)
                if known is not part:
                    yield (part, " is ", known)
    for part in walk(node):
        if part.names and isinstance(part, Sum | Product | Quotient):
            constant = rational.value(part)
            if constant is not None:
                yield (part, f" is {constant}, wherever it is defined")


def _idle_factors(part: Node, factors: tuple[Node, ...]) -> Iterator[Objection]:
    if ONE in factors or ZERO in factors:
        yield ("a factor of 1 or 0 in ", part, " can be worked out")
    if sum(1 for factor in factors if exact.as_fraction(factor) is not None) > 1:
        yield (part, ": its numbers can be multiplied")
    bases = [factor.base if isinstance(factor, Power) else factor for factor in factors if factor.names]
    for base in dict.fromkeys(bases):
        if bases.count(base) > 1:
            yield (part, " holds ", base, " more than once: its powers can be collected")


def _improper(part: Node, above: Node, below: Node) -> Iterator[Objection]:
    if below is ONE:
        yield (part, " is ", above)
    for side in (above, below):
        if isinstance(side, Quotient):
            yield (part, " is a fraction within a fraction")
    yield from _common_factor(above, below)


def _idle_power(part: Node, base: Node, exponent: Node) -> Iterator[Objection]:
    if exponent is ONE:
        yield (part, " is ", base)
    if exponent is ZERO:
        yield (part, " is ", ONE)
    if isinstance(base, Power) and base.base is not E and isinstance(exponent, Number):
        yield (part, " is a power of a power: the exponents can be multiplied")
    if base is E and isinstance(exponent, Call) and exponent.function == "log" and len(exponent.arguments) == 1:
        yield (part, " is ", exponent.arguments[0])
    value = exact.as_fraction(part)
    if value is not None and abs(value.numerator) + value.denominator < 10**6:
        yield (part, " is ", exact.fraction_node(value))


# a single fraction


def _not_one_fraction(node: Node) -> Iterator[Objection]:
    match node:
        case Negative(operand):
            yield from _not_one_fraction(operand)
        case Quotient(above, below):
            for side in (above, below):
                for inner in _fractions(side):
                    yield ("the fraction ", inner, " stands within the fraction")
        case _:
            for inner in _fractions(node):
                yield ("the fraction ", inner, " can be brought over one denominator with the rest")


def _fractions(node: Node) -> Iterator[Node]:
    match node:
        case Quotient():
            yield node
        case Power(base, exponent):
            if isinstance(exponent, Negative) and base is not E:
                yield node
            yield from _fractions(base)
        case Sum() | Product() | Negative():
            for child in node.children():
                yield from _fractions(child)


_OBJECTIONS: dict[str, Callable[[Node], Iterator[Objection]]] = {
    "factored": _not_factored,
    "expanded": _not_expanded,
    "simplified": _not_simplified,
    "single-fraction": _not_one_fraction,
}
