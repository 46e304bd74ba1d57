"""Terms: a product or quotient as a number times powers of bases, which is how like terms are seen.

A base is whatever is not taken apart: x, sin x, a sum in brackets. Nothing is proved here and no polynomial is
divided: this is the algebra that is done by looking, and it keeps e^(-x), sec x and sqrt x as they were written. What
needs a greatest common divisor of polynomials is asked of `algebra.rational`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from math import gcd, lcm
from typing import NamedTuple

from mathcli.calculus.arithmetic import Exact, exact, number, number_node, times
from mathcli.syntax.tree import (
    ONE,
    ZERO,
    Call,
    Constant,
    E,
    Indexed,
    IndexedSum,
    Name,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
)

Powers = Mapping[Node, Exact]

_LARGEST_EXPONENT = 256
_LARGEST_POWER_OPENED = 3
"""A bracket to a higher power is never shorter multiplied out."""


class Term(NamedTuple):
    """coefficient · product of base^exponent; `is_decimal` where the coefficient was written as a decimal."""

    coefficient: Exact
    powers: Powers
    is_decimal: bool = False

    @property
    def bases(self) -> frozenset[tuple[Node, Exact]]:
        """What two like terms have in common."""
        return frozenset(self.powers.items())


class _Gathering:
    """A term while its factors are being gathered."""

    def __init__(self) -> None:
        self.coefficient: Exact = 1
        self.is_decimal = False
        self.powers: dict[Node, Exact] = {}
        self.sums: dict[frozenset[Node], Sum] = {}

    def add(self, node: Node, exponent: Exact) -> None:
        if isinstance(node, Name):
            self._put(node, exponent)
        elif exponent.denominator == 1 and self._taken_apart(node, exponent):
            return
        elif isinstance(node, Power):
            self._add_power(node, node.base, node.exponent, exponent)
        elif isinstance(node, Call) and node.function == "sqrt" and not node.primes and exponent.denominator == 1:
            self.add(node.arguments[0], Fraction(exponent) / 2)
        else:
            self._put(node, exponent)

    def _add_power(self, node: Power, base: Node, inner: Node, exponent: Exact) -> None:
        if _is_positive_constant(base):
            factor, rest = _numeric_factor(inner)
            self._put(Power(base, rest), factor * exponent)
        elif exponent.denominator == 1 and (value := number(inner)) is not None:
            self.add(base, value * exponent)
        else:
            self._put(node, exponent)

    def _taken_apart(self, node: Node, exponent: Exact) -> bool:
        """Whether the node was a number, sign, product, quotient or sum, which a whole exponent reaches into."""
        if isinstance(node, Product):
            for factor in node.factors:
                self.add(factor, exponent)
        elif isinstance(node, Number):
            if (node.numerator == 0 and exponent < 0) or max(exponent, -exponent) > _LARGEST_EXPONENT:
                return False
            plain = node.numerator if not node.scale and exponent > 0 else Fraction(node.numerator, 10**node.scale)
            self.coefficient = exact(self.coefficient * plain ** int(exponent))
            self.is_decimal = self.is_decimal or node.scale > 0
        elif isinstance(node, Negative):
            if exponent.numerator % 2:
                self.coefficient = -self.coefficient
            self.add(node.operand, exponent)
        elif isinstance(node, Quotient):
            self.add(node.numerator, exponent)
            self.add(node.denominator, -exponent)
        else:
            return False
        return True

    def _put(self, base: Node, exponent: Exact) -> None:
        if isinstance(base, Sum):
            known = self.sums.setdefault(frozenset(base.terms), base)
            base = known if are_same_sum(known, base) else base
        total = self.powers.get(base, 0) + exponent
        if total:
            self.powers[base] = int(total) if total.denominator == 1 else total
        else:
            self.powers.pop(base, None)

    def finished(self) -> Term:
        for base in [base for base, exponent in self.powers.items() if exponent.denominator == 1]:
            if isinstance(base, Number):
                self.add(base, self.powers.pop(base))
        self._join_absolute_values()
        return Term(self.coefficient, self.powers, self.is_decimal)

    def _join_absolute_values(self) -> None:
        """u^2/|u| is |u|, so u^3/|u| is u |u|; and |u|^2 is u^2."""
        for base in [base for base in self.powers if isinstance(base, Call) and base.function == "abs"]:
            u, exponent = base.arguments[0], self.powers[base]
            if exponent == -1 and self.powers.get(u, 0) >= 2:
                del self.powers[base]
                self._put(u, -2)
                self._put(base, 1)
            elif exponent == 2:
                del self.powers[base]
                self.add(u, 2)


def are_same_sum(a: Node, b: Node) -> bool:
    """Whether two nodes are sums of the same terms, in whatever order."""
    if a is b:
        return isinstance(a, Sum)
    if not (isinstance(a, Sum) and isinstance(b, Sum) and len(a.terms) == len(b.terms)):
        return False
    return a.names == b.names and set(a.terms).issuperset(b.terms) and Counter(a.terms) == Counter(b.terms)


@lru_cache(maxsize=4096)
def term_of(node: Node) -> Term:
    """Return the node as a term; a sum in it is a base like any other."""
    gathering = _Gathering()
    gathering.add(node, 1)
    return gathering.finished()


def product_of(factors: Iterable[tuple[Node, Exact]], coefficient: Exact = 1) -> Term:
    """Return the term with these bases to these exponents."""
    gathering = _Gathering()
    for base, exponent in factors:
        gathering.add(base, exponent)
    coefficient_inside, powers, is_decimal = gathering.finished()
    return Term(exact(coefficient_inside * coefficient), powers, is_decimal)


def _is_positive_constant(base: Node) -> bool:
    return isinstance(base, Constant) or (isinstance(base, Number) and base.numerator > 0)


def _numeric_factor(exponent: Node) -> tuple[Exact, Node]:
    """Return q and w with exponent = q·w: -2x is -2 times x."""
    match exponent:
        case Negative(inner):
            factor, rest = _numeric_factor(inner)
            return -factor, rest
        case Product((first, *others)) if (value := number(first)) is not None and value:
            return value, Product.of(*others)
        case Quotient(over, under) if (value := number(under)) is not None and value:
            factor, rest = _numeric_factor(over)
            return exact(Fraction(factor) / value), rest
    return 1, exponent


# ---- and back -----------------------------------------------------------------------------------------------


def written(term: Term, *, with_roots: bool = True) -> Node:
    """Return the term as a person writes it: a number in front, letters, functions; what is divided by, below."""
    coefficient, powers, is_decimal = term
    return _written(coefficient, tuple(powers.items()), is_decimal, with_roots)


@lru_cache(maxsize=3072)
def _written(coefficient: Exact, powers: tuple[tuple[Node, Exact], ...], is_decimal: bool, with_roots: bool) -> Node:
    if not coefficient:
        return ZERO
    over: list[Node] = []
    under: list[Node] = []
    for base, exponent in sorted(powers, key=_place_of_item) if len(powers) > 1 else powers:
        if exponent > 0 or _stays_above(base):
            over.append(_power(base, exponent, with_roots, is_decimal))
        else:
            under.append(_power(base, -exponent, with_roots, is_decimal))
    size: Exact = -coefficient if coefficient < 0 else coefficient
    if is_decimal:
        front = number_node(size, as_decimal=True)
        if isinstance(front, Number):
            return _signed(_over([] if front is ONE and over else [front], over, under), coefficient)
    if size.denominator != 1:
        under.insert(0, Number(size.denominator))
    if size.numerator != 1 or not over:
        over.insert(0, Number(size.numerator))
    return _signed(_over((), over, under), coefficient)


def _over(front: Sequence[Node], over: Sequence[Node], under: Sequence[Node]) -> Node:
    above = Product.of(*front, *over)
    return Quotient(above, Product.of(*under)) if under else above


def _signed(node: Node, coefficient: Exact) -> Node:
    return Negative(node) if coefficient < 0 else node


def _stays_above(base: Node) -> bool:
    """Whether a negative exponent is kept: e^(-x), 2^(-x)."""
    return type(base) is Power and _is_positive_constant(base.base)


def _power(base: Node, exponent: Exact, with_roots: bool, as_decimal: bool) -> Node:
    if exponent == 1:
        return base
    if _stays_above(base):
        assert isinstance(base, Power)
        return Power(base.base, _scaled(exponent, base.exponent))
    if with_roots and exponent.denominator == 2 and exponent.numerator == 1:
        return Call("sqrt", (base,))
    return Power(base, number_node(exponent, as_decimal=as_decimal))


def _scaled(factor: Exact, node: Node) -> Node:
    if factor == 1:
        return node
    if factor == -1:
        return node.operand if isinstance(node, Negative) else Negative(node)
    value = number(node)
    if value is not None:
        return number_node(factor * value)
    if factor.denominator != 1 and abs(factor.numerator) == 1:
        return _signed(Quotient(node, Number(factor.denominator)), factor)
    return times(number_node(factor), node)


def _place_of_item(item: tuple[Node, Exact]) -> tuple[int, str]:
    return _place(item[0])


def _place(base: Node) -> tuple[int, str]:
    """Numbers, letters by the alphabet (x_9 before x_10), functions as they came, brackets; sums over an index last."""
    kind = type(base)
    if kind is Call or kind is Power:
        return 2, ""
    match base:
        case Number() | Constant():
            return 0, ""
        case Name(letter) | Indexed(letter, _):
            return 1, re.sub(r"\d+", lambda digits: digits[0].zfill(9), letter) if "_" in letter else letter
        case Sum():
            return 3, ""
        case IndexedSum():
            return 4, ""
    return 2, ""


# ---- sums of terms ------------------------------------------------------------------------------------------


@lru_cache(maxsize=3072)
def terms_of(node: Node) -> tuple[Term, ...]:
    """Return the terms of a sum; a sum with a sign in front is opened."""
    match node:
        case Sum(parts):
            return tuple([term for part in parts for term in terms_of(part)])
        case Negative(Sum() as inner):
            return tuple(term._replace(coefficient=-term.coefficient) for term in terms_of(inner))
    return (term_of(node),)


def collected(terms: Iterable[Term]) -> tuple[Term, ...]:
    """Return the terms with like ones added, each where the first of its kind stood."""
    found: dict[Collection[tuple[Node, Exact]], Term] = {}
    for term in terms:
        items = term.powers.items()
        key = tuple(items) if len(items) < 2 else frozenset(items)
        known = found.get(key)
        if known is None:
            found[key] = term
        else:
            both_decimal = known.is_decimal or term.is_decimal
            found[key] = Term(exact(known.coefficient + term.coefficient), known.powers, both_decimal)
    return tuple([term for term in found.values() if term.coefficient])


def sum_of(terms: Iterable[Term], *, with_roots: bool = True) -> Node:
    """Return the sum of the terms as it is written."""
    return Sum.of(*[written(term, with_roots=with_roots) for term in terms])


def multiplied(a: Term, b: Term) -> Term:
    """Return the product of two terms."""
    coefficient = exact(a.coefficient * b.coefficient)
    powers = _merged(a.powers, b.powers)
    if powers is not None:
        return Term(coefficient, powers, a.is_decimal or b.is_decimal)
    product = product_of((*a.powers.items(), *b.powers.items()), coefficient)
    return product._replace(is_decimal=a.is_decimal or b.is_decimal)


def _merged(a: Powers, b: Powers) -> Powers | None:
    """The powers of a product where nothing but adding exponents is to be done, else None."""
    powers = dict(a)
    for base, exponent in b.items():
        known = powers.get(base)
        if known is None:
            if isinstance(base, Sum) and any(are_same_sum(other, base) for other in a):
                return None
            powers[base] = exponent
        elif known.denominator != 1 or exponent.denominator != 1:
            return None
        elif total := known + exponent:
            powers[base] = total
        else:
            del powers[base]
    for base in powers:
        if isinstance(base, Call) and base.function == "abs":
            return None
    return powers


def inverse(term: Term) -> Term:
    """Return 1 over the term, which is not 0."""
    turned = {base: -exponent for base, exponent in term.powers.items()}
    return Term(exact(1 / Fraction(term.coefficient)), turned, term.is_decimal)


def opened(term: Term, *, at_most: int = 60) -> tuple[Term, ...] | None:
    """Return the term multiplied out: sums to a positive whole power become terms; None where that is too long."""
    if Sum not in map(type, term.powers):
        return (term,)
    return _opened(term.coefficient, tuple(term.powers.items()), term.is_decimal, at_most)


@lru_cache(maxsize=512)
def _opened(
    coefficient: Exact, powers: tuple[tuple[Node, Exact], ...], is_decimal: bool, at_most: int
) -> tuple[Term, ...] | None:
    fixed = {b: e for b, e in powers if not (isinstance(b, Sum) and e > 0 and e.denominator == 1)}
    result: tuple[Term, ...] = (Term(coefficient, fixed, is_decimal),)
    for base, exponent in powers:
        if base in fixed:
            continue
        if exponent > _LARGEST_POWER_OPENED:
            return None
        inner = expanded(terms_of(base))
        if inner is None:
            return None
        for _ in range(int(exponent)):
            if len(result) * len(inner) > at_most:
                return None
            result = collected([multiplied(a, b) for a in result for b in inner])
    return result


def expanded(terms: Iterable[Term]) -> tuple[Term, ...] | None:
    """Return the terms multiplied out and collected, None where that is too long."""
    found: list[Term] = []
    for term in terms:
        more = opened(term)
        if more is None or len(found) + len(more) > 400:
            return None
        found.extend(more)
    return collected(found)


def common_factor(terms: Sequence[Term]) -> Term:
    """Return the largest term that divides all: the least exponents, the greatest common divisor of the numbers.

    What all are divided by is not part of it. Of e^(-x) and e^(-2x) it is e^(-x).
    """
    powers: dict[Node, Exact] = {}
    for base in terms[0].powers:
        if all(base in term.powers for term in terms):
            exponents = [term.powers[base] for term in terms]
            least, greatest = min(exponents), max(exponents)
            if least > 0:
                powers[base] = least
            elif _stays_above(base):
                powers[base] = greatest if greatest < 0 else least
    over = under = 0
    for term in terms:
        over = gcd(over, term.coefficient.numerator)
        under = lcm(under, term.coefficient.denominator) if under else term.coefficient.denominator
    sign = -1 if terms[0].coefficient < 0 and terms[-1].coefficient < 0 else 1
    if any(term.is_decimal for term in terms):
        return Term(sign, powers)
    return Term(exact(Fraction(sign * over, under)), powers)


def common_denominator(terms: Sequence[Term]) -> Term:
    """Return the least term that all terms may be multiplied with to lose their denominators."""
    powers: dict[Node, Exact] = {}
    number_below = 1
    for term in terms:
        number_below = lcm(number_below, term.coefficient.denominator)
        for base, exponent in term.powers.items():
            if exponent < 0 and not _stays_above(base):
                powers[base] = max(powers.get(base, 0), -exponent)
    return Term(number_below, powers)


def is_polynomial(terms: Iterable[Term]) -> bool:
    """Whether only names to positive whole powers occur."""
    return all(
        isinstance(base, Name) and exponent > 0 and exponent.denominator == 1
        for term in terms
        for base, exponent in term.powers.items()
    )


def in_order(terms: Sequence[Term], x: Name) -> tuple[Term, ...]:
    """Return the terms of a polynomial with falling powers of x, or rising ones if only those start without a sign.

    Other terms stay as they are, with the first one that has no sign in front.
    """
    if not is_polynomial(terms):
        first = next((k for k, term in enumerate(terms) if term.coefficient > 0), 0)
        return (terms[first], *terms[:first], *terms[first + 1 :]) if terms else ()
    falling = tuple(sorted(terms, key=lambda term: -term.powers.get(x, 0)))
    return falling[::-1] if falling and falling[0].coefficient < 0 < falling[-1].coefficient else falling


class Measure(NamedTuple):
    """What a line takes to read, what is shared counted as often as it stands.

    Signs are no nodes, and fractions count twice: a fraction in a fraction is hard to read. `digits` are those of the
    numbers, in base 2; `leaves` the letters and the numbers other than 1.
    """

    nodes: int
    digits: int
    leaves: int
    negative_powers: int


@lru_cache(maxsize=16384)
def measure(node: Node) -> Measure:
    """Return how long a line is to a reader."""
    children = node.children()
    nodes, digits, leaves, negative_powers = 1, 0, 0, 0
    if not children:
        if isinstance(node, Number):
            digits = node.numerator.bit_length()
        return Measure(1, digits, int(node is not ONE), 0)
    if isinstance(node, Negative):
        nodes = 0
    elif isinstance(node, Quotient):
        nodes = 2
    elif isinstance(node, Power):
        exponent = node.exponent
        if isinstance(exponent, Negative):
            negative_powers = int(node.base is not E)
        elif isinstance(exponent, Quotient) and all(isinstance(part, Number) for part in exponent.children()):
            nodes = -2  # so that a fraction as an exponent counts as one number
    for child in children:
        more = measure(child)
        nodes += more[0]
        digits += more[1]
        leaves += more[2]
        negative_powers += more[3]
    return Measure(nodes, digits, leaves, negative_powers)


@lru_cache(maxsize=4096)
def brackets_in_brackets(node: Node) -> int:
    """Return how deep sums stand in one another: 2 for x (1 + x (1 + x))."""
    inside = 0
    for child in node.children():
        inside = max(inside, brackets_in_brackets(child))
    return inside + isinstance(node, Sum)


def size(node: Node) -> tuple[int, int]:
    """Return the nodes of a line, and then the digits of its numbers."""
    return measure(node)[:2]


def least_nodes(terms: Sequence[Term], *, with_roots: bool = True) -> int:
    """Return how many nodes the sum of the terms has at least as it is written; nobody needs to write it for this.

    >>> x = Name("x")
    >>> least_nodes((Term(3, {x: 2}), Term(-1, {x: 1})))
    7
    """
    if len(terms) == 1:
        return _least_nodes(terms[0], with_roots)
    nodes = 1
    for term in terms:
        nodes += _least_nodes(term, with_roots)
        if term.coefficient == 1 and len(term.powers) == 1 and Sum in map(type, term.powers):
            nodes -= 1  # its terms join the others
    return nodes


def _least_nodes(term: Term, with_roots: bool) -> int:
    coefficient, powers, is_decimal = term
    if is_decimal or not coefficient:
        return 0
    nodes = above = below = 0
    for base, exponent in powers.items():
        nodes += measure(base)[0]
        is_below = False
        if exponent != 1 and not _stays_above(base):
            is_below = exponent < 0
            if exponent != -1:
                is_root = with_roots and exponent.denominator == 2 and abs(exponent.numerator) == 1
                nodes += 1 if is_root else 2
        elif isinstance(base, Product):
            nodes -= 1
        if is_below:
            below += 1
        else:
            above += 1
    if coefficient.denominator != 1:
        nodes, below = nodes + 1, below + 1
    if abs(coefficient.numerator) != 1 or not above:
        nodes, above = nodes + 1, above + 1
    return nodes + (above > 1) + (below > 1) + (2 if below else 0)
