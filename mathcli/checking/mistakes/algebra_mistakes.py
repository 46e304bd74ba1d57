"""Mistakes of algebra: signs, brackets, powers, fractions, logarithms.

Each looks at one part of the line above and yields what the mistake makes of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from math import isqrt

from mathcli.calculus import terms as terms_
from mathcli.calculus.arithmetic import Exact, exact, number, number_node, times
from mathcli.calculus.rulebook import each_in_turn
from mathcli.calculus.terms import Term, term_of
from mathcli.checking.mistakes.registry import Example, Expanded, Slip, in_line
from mathcli.syntax.tree import (
    ONE,
    TWO,
    Call,
    E,
    Equation,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
)

_MOST_TERMS = 6
_MOST_BASES = 3


def opposite(u: Node) -> Node:
    """Return -u, without a second sign."""
    return u.operand if isinstance(u, Negative) else Negative(u)


# ---- signs and brackets -------------------------------------------------------------------------------------


@in_line(
    "sign_slip",
    "a sign lost or changed in algebra",
    example=Example("x^3 - 4x", "3x^2 - 4", "3x^2 + 4"),
)
def sign_slip(u: Node) -> Iterator[Slip]:
    """A minus became a plus on the way from one line to the next, or the reverse."""
    said: tuple[object, ...] = ("a sign changed at ", u)
    match u:
        case Negative(v):
            yield Slip(v, said, doubt=1)
        case Sum(terms):
            for before, term, after in each_in_turn(terms):
                yield Slip(Sum.of(*before, opposite(term), *after), ("the sign of ", term, " changed"), doubt=1)
        case Power(base, n) if not isinstance(n, Negative):
            yield Slip(Power(base, Negative(n)), ("the sign of the exponent changed: ", u), doubt=1)
        case Product(factors) | Quotient(Product(factors), _) if not any(isinstance(f, Negative) for f in factors):
            yield Slip(Negative(u), said, doubt=1)
        case Quotient() | Call():
            yield Slip(Negative(u), said, doubt=1)


@in_line(
    "distribution",
    "a(b+c) = ab + c, or minus not distributed",
    example=Example("x^2 - 3(x + 2)^2", "2x - 6(x + 2)", "2x - 6x + 2"),
)
def distribution(u: Node) -> Iterator[Slip]:
    """A factor in front of a bracket multiplies every term in it, and so does a minus."""
    match u:
        case Negative(Sum(terms)):
            said: tuple[object, ...] = ("the minus is for each term in the bracket: ", Expanded(u))
            yield from (Slip(wrong, said) for wrong in _some_multiplied(MINUS, terms))
        case Negative(Product(factors)) | Product(factors):
            for before, bracket, after in each_in_turn(factors):
                if isinstance(bracket, Sum):
                    outside = Product.of(*before, *after)
                    outside = Negative(outside) if isinstance(u, Negative) else outside
                    yield from _of_bracket(u, outside, bracket.terms)
            yield from _first_and_last(u, factors)
        case Quotient(Sum(terms), under):
            said = ("every term is divided by ", under, ": ", Expanded(u))
            for left, divided in _selections(terms):
                if not any(_divides(under, term) for term in divided):  # else it is a cancelled term
                    yield Slip(Sum.of(*left, *(Quotient(term, under) for term in divided)), said)
        case Power(Product(factors), n) if (value := number(n)) is not None and value != 1:
            for before, kept, after in each_in_turn(factors):
                raised = (Power(factor, n) for factor in (*before, *after))
                said = ("every factor is raised: ", Equation(u, Product.of(*(Power(f, n) for f in factors))))
                yield Slip(Product.of(kept, *raised), said, doubt=1)


MINUS = Negative(ONE)


@in_line("distribution", "a(b+c) = ab + c, or minus not distributed", example=Example("", "", ""))
def factor_taken_out(u: Node) -> Iterator[Slip]:
    """2 u + b written as 2 (u + b): some of the terms have lost the factor, and some have not.

    2 e^x u + e^x b becomes 2 e^x (u + e^x b), or 2 e^x (u + b) where each term lost what it had of the factor.
    """
    if not isinstance(u, Sum) or len(u.terms) > _MOST_TERMS:
        return
    terms = u.terms
    parts = [term_of(term) for term in terms]
    for factor in _factors_of_some(parts):
        out = term_of(factor)
        inside: dict[Node, None] = {}
        is_divided = [_has_all_of(part, out) for part in parts]
        left = [_without(part, out) for part in parts]
        if all(is_divided):
            for count in range(1, len(terms)):
                for kept in combinations(range(len(terms)), count):
                    inside[Sum.of(*(terms[k] if k in kept else left[k] for k in range(len(terms))))] = None
        else:
            inside[Sum.of(*(left[k] if is_divided[k] else terms[k] for k in range(len(terms))))] = None
            inside[Sum.of(*left)] = None
        said = (factor, " is taken out of every term, or of none: ", u)
        yield from (Slip(Product.of(factor, bracket), said, doubt=1) for bracket in inside)


def _factors_of_some(parts: list[Term]) -> Iterator[Node]:
    """What might be taken out of a sum: the number in front of a term, powers in it, and these together."""
    found: dict[Node, None] = {}
    for part in parts:
        is_whole = part.coefficient.denominator == 1 and part.coefficient
        in_front = Number(abs(part.coefficient.numerator)) if is_whole else ONE
        powers = [(base, n) for base, n in part.powers.items() if n >= 1 or isinstance(base, Power)][:_MOST_BASES]
        found[in_front] = None
        for count in range(1, len(powers) + 1):
            for chosen in combinations(powers, count):
                product = terms_.written(Term(1, dict(chosen)))
                found[product] = found[in_front if product is ONE else times(in_front, product)] = None
        found.update(dict.fromkeys(base for base, n in powers if n > 1))
    yield from (factor for factor in found if factor is not ONE)


def _has_all_of(part: Term, factor: Term) -> bool:
    if part.coefficient % factor.coefficient:
        return False
    return all(_share(part.powers.get(base, 0), exponent) == exponent for base, exponent in factor.powers.items())


def _share(exponent: Exact, of: Exact) -> Exact:
    """What two powers of one base have in common: x^2 of x^3 and x^2, e^(-x) of e^(-x) and e^(-2x), nothing of e^x."""
    if exponent * of <= 0:
        return 0
    return min(exponent, of) if of > 0 else max(exponent, of)


def _without(part: Term, factor: Term) -> Node:
    """The term without what it has of a factor; a number in front of that only where it divides it."""
    coefficient, n = part.coefficient, factor.coefficient
    if n != 1 and coefficient % n == 0:
        coefficient = int(coefficient // n)
    powers = {base: exponent - _share(exponent, factor.powers.get(base, 0)) for base, exponent in part.powers.items()}
    return terms_.written(Term(coefficient, {base: exponent for base, exponent in powers.items() if exponent}))


def _of_bracket(u: Node, outside: Node, terms: tuple[Node, ...]) -> Iterator[Slip]:
    said = (outside, " multiplies each term in the bracket: ", Expanded(u))
    for wrong in _some_multiplied(outside, terms):
        yield Slip(wrong, said)
    for wrong in _partly_multiplied(outside, terms):
        yield Slip(wrong, said, doubt=1)
    if (value := number(outside)) is not None and value < 0:  # -3(a - b) with the 3 distributed and the sign not
        positive = number_node(-value)
        for _, kept in _selections(terms):
            signed = (Product.of(outside if t in kept else positive, t) for t in terms)
            yield Slip(Sum.of(*signed), said)


def _some_multiplied(factor: Node, terms: tuple[Node, ...]) -> Iterator[Node]:
    """The bracket with only some of its terms multiplied."""
    for _, chosen in _selections(terms):
        yield Sum.of(*(times(factor, term) if term in chosen else term for term in terms))


def _partly_multiplied(outside: Node, terms: tuple[Node, ...]) -> Iterator[Node]:
    """2x (x - 1) = 2x^2 - 2: one term got all of the product outside, but for one factor."""
    bare = outside.operand if isinstance(outside, Negative) else outside
    if isinstance(bare, Product):
        for before, _, after in each_in_turn(bare.factors):
            part = Product.of(*before, *after)
            part = Negative(part) if isinstance(outside, Negative) else part
            for k in range(len(terms)):
                yield Sum.of(*(times(part if j == k else outside, term) for j, term in enumerate(terms)))


def _selections(terms: tuple[Node, ...]) -> Iterator[tuple[tuple[Node, ...], tuple[Node, ...]]]:
    """Splits of the terms in two parts, neither of them empty."""
    for count in range(1, len(terms)) if len(terms) <= _MOST_TERMS else (1,):
        for chosen in combinations(terms, count):
            yield tuple(term for term in terms if term not in chosen), chosen


def _first_and_last(u: Node, factors: tuple[Node, ...]) -> Iterator[Slip]:
    """(a + b)(c + d) = a c + b d."""
    match factors:
        case (*rest, Sum((a, b)), Sum((c, d))):
            wrong = Product.of(*rest, Sum.of(Product.of(a, c), Product.of(b, d)))
            said = ("each term of one bracket is multiplied with each of the other: ", Expanded(u))
            yield Slip(Negative(wrong) if isinstance(u, Negative) else wrong, said)


@in_line("term_lost", "a whole term disappears", example=Example("x^3 - 2x^2 + x", "3x^2 - 4x + 1", "3x^2 - 4x"))
def term_lost_in_line(u: Node) -> Iterator[Slip]:
    """A term of the line above is missing in the next line."""
    match u:
        case Sum(terms):
            kinds = [term_of(term).bases for term in terms]
            for k, lost in enumerate(terms):
                has_others = bool(kinds[k]) and kinds.count(kinds[k]) > 1  # then it may have been collected wrongly
                rest = Sum.of(*terms[:k], *terms[k + 1 :])
                yield Slip(rest, ("the term ", lost, " is missing"), doubt=1 if has_others else 0)


# ---- powers and fractions -----------------------------------------------------------------------------------


def _exponent_of(u: Node) -> tuple[Node, Node] | None:
    match u:
        case Power(base, n) if base is not E:
            return base, n
        case Call("sqrt", (base,), 0):
            return base, Quotient(ONE, TWO)
        case Call("cbrt", (base,), 0):
            return base, Quotient(ONE, Number(3))
    return None


@in_line(
    "power_over_sum",
    "(a+b)^n = a^n + b^n",
    example=Example("(x + 3)^3", "3(x + 3)^2", "3(x^2 + 9)"),
)
def power_over_sum(u: Node) -> Iterator[Slip]:
    """A power of a sum is not the sum of the powers; neither is a root, nor one over a sum."""
    power = _exponent_of(u)
    if power is not None and isinstance(power[0], Sum):
        terms, n = power[0].terms, power[1]
        said: tuple[object, ...] = ("a power does not go into a sum term by term: ", Expanded(u))
        yield Slip(Sum.of(*(_raised(term, n) for term in terms)), said)
        signed = (Negative(_raised(t.operand, n)) if isinstance(t, Negative) else _raised(t, n) for t in terms)
        yield Slip(Sum.of(*signed), said)
        if isinstance(u, Call):
            yield Slip(Sum.of(*(_without_root(term, n) for term in terms)), said)
        if n is TWO and len(terms) == 2:
            a, b = terms
            yield Slip(Sum.of(Power(a, TWO), Product.of(a, b), Power(b, TWO)), said)
            yield Slip(Sum.of(Power(a, TWO), Product.of(TWO, a, b), Negative(Power(b, TWO))), said)
    match u:
        case Quotient(over, Sum(terms)):
            said = ("a fraction is not split at a sum below: ", u, " stays whole")
            yield Slip(Sum.of(*(Quotient(over, term) for term in terms)), said)


def _raised(u: Node, n: Node) -> Node:
    """u^n, worked out where both are whole numbers."""
    match u, n:
        case Number(base, 0), Number(exponent, 0) if exponent < 10:
            return Number(base**exponent)
    return Power(u, n)


def _without_root(term: Node, n: Node) -> Node:
    """x for x^2 under a square root, as it is written by those who forget |x|."""
    match term:
        case Negative(operand):
            return Negative(_without_root(operand, n))
        case Product(factors):
            return Product.of(*(_without_root(factor, n) for factor in factors))
        case Number(square, 0) if n == Quotient(ONE, TWO) and isqrt(square) ** 2 == square:
            return Number(isqrt(square))
        case Power(base, exponent) if base is not E and (value := number(exponent)) is not None:
            return Power(base, number_node(exact(value * Fraction(number(n) or 1))))
    return Power(term, n)


@in_line(
    "illegal_cancel",
    "term cancelled that is not a factor",
    example=Example("x^2/(x+1)", "(2x(x+1) - x^2)/(x+1)^2", "(2x - x^2)/(x+1)"),
)
def illegal_cancel(u: Node) -> Iterator[Slip]:
    """Only a factor of the whole numerator and of the whole denominator can be cancelled."""
    match u:
        case Quotient(over, under):
            said = ("only what is a factor of the whole top and of the whole bottom can be cancelled: ", u)
            for wrong in _cancelled(over, under):
                yield Slip(wrong, said)
        case Product(factors):
            for k, factor in enumerate(factors):
                if isinstance(factor, Quotient):
                    rest = (*factors[:k], *factors[k + 1 :])
                    yield from illegal_cancel(Quotient(Product.of(*rest, factor.numerator), factor.denominator))


def _factors(node: Node) -> tuple[Node, ...]:
    return node.factors if isinstance(node, Product) else (node,)


def _cancelled(over: Node, under: Node) -> Iterator[Node]:
    for top, rest_above in _with_one_sum(over):
        for divisor in _divisors(under):
            yield from _from_some_terms(top.terms, rest_above, under, divisor)
    for bottom, rest_below in _with_one_sum(under):
        for divisor in _divisors(over):
            for wrong_below in _from_some_terms(bottom.terms, rest_below, over, divisor):
                yield Quotient(ONE, wrong_below)
        for top, rest_above in _with_one_sum(over):
            if len(top.terms) == len(bottom.terms):
                by_pairs = Sum.of(*map(_divided, top.terms, bottom.terms))
                yield Quotient(Product.of(*rest_above, by_pairs), Product.of(*rest_below))
            yield from _same_term_struck(top, rest_above, bottom, rest_below)


def _divided(above: Node, below: Node) -> Node:
    """above/below with the sign of the first: -4 over -2 is -2 to those who cancel term by term."""
    bare = below.operand if isinstance(below, Negative) else below
    return Negative(Quotient(above.operand, bare)) if isinstance(above, Negative) else Quotient(above, bare)


def _with_one_sum(node: Node) -> Iterator[tuple[Sum, tuple[Node, ...]]]:
    for before, factor, after in each_in_turn(_factors(node)):
        if isinstance(factor, Sum):
            yield factor, (*before, *after)


def _divisors(node: Node) -> Iterator[Node]:
    """What a student may strike from a product: its bases to any whole power that is there, its number, all of it."""
    term = term_of(node)
    if term.coefficient not in (1, -1):
        yield number_node(max(term.coefficient, -term.coefficient))
    for base, exponent in term.powers.items():
        for k in range(1, min(int(exponent), 4) + 1):
            yield base if k == 1 else Power(base, Number(k))
    if len(term.powers) > 1 or (term.powers and term.coefficient not in (1, -1)):
        yield node


def _from_some_terms(terms: tuple[Node, ...], rest: tuple[Node, ...], against: Node, divisor: Node) -> Iterator[Node]:
    """The quotient with the divisor struck from `against` once, and from one term only, or from that term wholly."""
    left = _reduced(Quotient(against, divisor))
    for before, term, after in each_in_turn(terms):
        if not _divides(divisor, term):
            continue
        smaller = _reduced(Quotient(term, divisor))
        yield Quotient(Product.of(*rest, Sum.of(*before, smaller, *after)), left)
        if _divides(term, divisor):
            yield Quotient(Product.of(*rest, Sum.of(*before, *after)), left)


def _reduced(fraction: Node) -> Node:
    """The fraction with what stands above and below struck from both."""
    return terms_.written(term_of(fraction))


def _divides(divisor: Node, term: Node) -> bool:
    """Whether the term has the divisor as a factor, to the eye."""
    value = number(divisor)
    ratio = term_of(Quotient(term, divisor))
    if value is not None:
        return ratio.coefficient.denominator == 1
    return all(exponent > 0 for exponent in ratio.powers.values())


def _same_term_struck(
    top: Sum, rest_above: tuple[Node, ...], bottom: Sum, rest_below: tuple[Node, ...]
) -> Iterator[Node]:
    for term in dict.fromkeys(top.terms):
        if term in bottom.terms:
            above = Sum.of(*(t for t in top.terms if t is not term))
            below = Sum.of(*(t for t in bottom.terms if t is not term))
            yield Quotient(Product.of(*rest_above, above), Product.of(*rest_below, below))


# ---- logarithms and exponents -------------------------------------------------------------------------------


def _log(u: Node) -> Node:
    return Call("log", (u,))


@in_line(
    "log_law",
    "log(a+b) = log a + log b, log a - log b = log a / log b, and the like",
    example=Example("x log(x + 2)", "log(x + 2) + x/(x + 2)", "log(x) + log(2) + x/(x + 2)"),
)
def log_law(u: Node) -> Iterator[Slip]:
    """A logarithm turns products into sums, and it does nothing of the kind with sums."""
    match u:
        case Call("log", (Sum(terms),), 0):
            said: tuple[object, ...] = ("the logarithm of a sum is not the sum of logarithms: ", u, " stays as it is")
            signed = (Negative(_log(t.operand)) if isinstance(t, Negative) else _log(t) for t in terms)
            yield Slip(Sum.of(*signed), said)
            yield Slip(Product.of(*(_log(term) for term in terms)), said)
        case Call("log", (Product(factors),), 0):
            yield Slip(
                Product.of(*(_log(factor) for factor in factors)),
                (Equation(u, Sum.of(*(_log(factor) for factor in factors))),),
            )
            for before, outside, after in each_in_turn(factors):
                rest = Product.of(*before, *after)
                yield Slip(Product.of(outside, _log(rest)), (Equation(u, Sum.of(_log(outside), _log(rest))),))
        case Call("log", (Quotient(over, under),), 0):
            said = (Equation(u, Sum.of(_log(over), Negative(_log(under)))),)
            yield Slip(Quotient(_log(over), _log(under)), said)
            yield Slip(Sum.of(_log(over), _log(under)), said)
        case Call("log", (Power(base, n),), 0):
            said = (Equation(u, Product.of(n, _log(base))),)
            yield Slip(Power(_log(base), n), said)
            yield Slip(_log(Product.of(n, base)), said)
        case Quotient(Call("log", (a,), 0), Call("log", (b,), 0)):
            said = ("a quotient of logarithms is not the logarithm of a quotient: ", u, " stays as it is")
            yield Slip(Sum.of(_log(a), Negative(_log(b))), said)
            yield Slip(_log(Quotient(a, b)), said)
        case Power(Call("log", (a,), 0), n):
            yield Slip(Product.of(n, _log(a)), ("the power is of the logarithm, not inside it: ", u))
        case Product(factors):
            yield from _product_of_logs(u, factors)
        case Sum(terms):
            yield from _sum_of_logs(terms)


def _product_of_logs(u: Node, factors: tuple[Node, ...]) -> Iterator[Slip]:
    for before, factor, after in each_in_turn(factors):
        if isinstance(factor, Call) and factor.function == "log" and len(factor.arguments) == 1:
            rest = Product.of(*before, *after)
            inside = factor.arguments[0]
            said = (Equation(u, _log(Power(inside, rest))),) if not rest.names else ("a factor stays outside: ", u)
            yield Slip(_log(Product.of(rest, inside)), said)
            if isinstance(rest, Call) and rest.function == "log" and len(rest.arguments) == 1:
                yield Slip(_log(Product.of(inside, rest.arguments[0])), ("a product of logarithms stays one: ", u))
                yield Slip(Sum.of(factor, rest), ("a product of logarithms stays one: ", u))


def _sum_of_logs(terms: tuple[Node, ...]) -> Iterator[Slip]:
    for i, j in combinations(range(len(terms)), 2):
        rest = [term for k, term in enumerate(terms) if k not in (i, j)]
        match terms[i], terms[j]:
            case Call("log", (a,), 0), Call("log", (b,), 0):
                said: tuple[object, ...] = (Equation(Sum.of(_log(a), _log(b)), _log(Product.of(a, b))),)
                yield Slip(Sum.of(*rest, _log(Sum.of(a, b))), said)
                yield Slip(Sum.of(*rest, Product.of(_log(a), _log(b))), said)
            case (Call("log", (a,), 0), Negative(Call("log", (b,), 0))) | (
                Negative(Call("log", (b,), 0)),
                Call("log", (a,), 0),
            ):
                said = (Equation(Sum.of(_log(a), Negative(_log(b))), _log(Quotient(a, b))),)
                yield Slip(Sum.of(*rest, Quotient(_log(a), _log(b))), said)
                yield Slip(Sum.of(*rest, _log(Sum.of(a, Negative(b)))), said)


@in_line(
    "exponent_law",
    "e^(a+b) = e^a + e^b, (e^x)^2 = e^(x^2), and the like",
    example=Example("x e^(x+1)", "e^(x+1) + x e^(x+1)", "e^x + e + x e^(x+1)"),
)
def exponent_law(u: Node) -> Iterator[Slip]:
    """Powers of one base are multiplied by adding exponents; a power of a power multiplies them."""
    match u:
        case Power(Power(base, inner), n) if base is not u:
            said: tuple[object, ...] = (Equation(u, Power(base, Product.of(inner, n))),)
            yield Slip(Power(base, Power(inner, n)), said)
            yield Slip(Power(base, Sum.of(inner, n)), said)
        case Power(base, Sum(terms)):
            powers = [Negative(Power(base, t.operand)) if isinstance(t, Negative) else Power(base, t) for t in terms]
            said = (Equation(u, Product.of(*(Power(base, term) for term in terms))),)
            yield Slip(Sum.of(*powers), said)
            yield Slip(Sum.of(*(Power(base, term) for term in terms)), said)
        case Power(base, Product(factors)):
            said = ("a product in the exponent is a power of a power: ", u)
            yield Slip(Product.of(*(Power(base, factor) for factor in factors)), said)
            for before, outside, after in each_in_turn(factors):
                yield Slip(Product.of(outside, Power(base, Product.of(*before, *after))), said)
        case Power(Product(factors), n):
            said = (Equation(u, Product.of(*(Power(factor, n) for factor in factors))),)
            for before, raised, after in each_in_turn(factors):
                yield Slip(Product.of(*before, Power(raised, n), *after), said)
        case Power(Negative(base), n):
            yield Slip(Negative(Power(base, n)), ("the sign is raised with the rest: ", u), doubt=1)
        case Power(base, Negative(n)):
            said = (Equation(u, Quotient(ONE, Power(base, n))),)
            yield Slip(Negative(Power(base, n)), said)
            yield Slip(Power(base, Quotient(ONE, n)), said)
        case Power(base, Quotient(p, q)):
            yield Slip(Quotient(Power(base, p), Power(base, q)), ("a quotient in the exponent is a root: ", u))
            yield Slip(Power(base, Quotient(q, p)), ("a quotient in the exponent is a root: ", u))
        case Product(factors):
            yield from _product_of_powers(factors)
        case Quotient(over, under):
            yield from _quotient_of_powers(u, over, under)
        case Sum(terms):
            yield from _sum_of_powers(terms)


def _as_power(u: Node) -> tuple[Node, Node]:
    return (u.base, u.exponent) if isinstance(u, Power) else (u, ONE)


def _product_of_powers(factors: tuple[Node, ...]) -> Iterator[Slip]:
    for i, j in combinations(range(len(factors)), 2):
        (a, m), (b, n) = _as_power(factors[i]), _as_power(factors[j])
        rest = [factor for k, factor in enumerate(factors) if k not in (i, j)]
        if a is b and not isinstance(a, Number):
            said: tuple[object, ...] = (Equation(Product.of(factors[i], factors[j]), Power(a, Sum.of(m, n))),)
            yield Slip(Product.of(*rest, Power(a, Product.of(m, n))), said)
            yield Slip(Product.of(*rest, Power(a, Sum.of(m, Negative(n)))), said)
        elif isinstance(a, Number) and n is not ONE and m is ONE and a is not ONE:  # 2·3^x = 6^x
            said = ("only the power is raised: ", Product.of(factors[i], factors[j]))
            yield Slip(Product.of(*rest, Power(Product.of(a, b), n)), said)


def _quotient_of_powers(u: Node, over: Node, under: Node) -> Iterator[Slip]:
    (a, m), (b, n) = _as_power(over), _as_power(under)
    if a is b and not isinstance(a, Number):
        said = (Equation(u, Power(a, Sum.of(m, Negative(n)))),)
        yield Slip(Power(a, Quotient(m, n)), said)
        yield Slip(Power(a, Sum.of(m, n)), said)


def _sum_of_powers(terms: tuple[Node, ...]) -> Iterator[Slip]:
    for i, j in combinations(range(len(terms)), 2):
        if not (isinstance(terms[i], Power) and isinstance(terms[j], Power)):
            continue
        (a, m), (b, n) = _as_power(terms[i]), _as_power(terms[j])
        rest = [term for k, term in enumerate(terms) if k not in (i, j)]
        if a is b:
            said = ("powers are multiplied by adding exponents, not added: ", Sum.of(terms[i], terms[j]))
            yield Slip(Sum.of(*rest, Power(a, Sum.of(m, n))), said)
