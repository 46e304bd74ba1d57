"""Arithmetic on a line: signs to the front, ones and zeros, products of numbers. No algebra is done here.

What a pupil does without a word stands here, in three strengths: `signed` moves signs, `light` also drops ones and
zeros and puts a number behind a product to its front, `multiplied` also works out products and sums of numbers. All
of them look only into sums, products, quotients and signs, never into a power or a function, whose insides are part
of the problem, or were tidied before. Each takes a memo, so that what many lines share is looked at once.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from fractions import Fraction

from mathcli.syntax.tree import (
    ONE,
    ZERO,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
)

Exact = Fraction | int
"""A rational number; whole ones are plain integers, which are many times faster."""

Memo = MutableMapping[Node, Node]
MINUS_ONE = Negative(ONE)
_LARGEST_BITS = 40_000


def exact(value: Exact) -> Exact:
    """Return the number as a plain integer if it is whole."""
    return value.numerator if value.denominator == 1 else value


def number(node: Node) -> Exact | None:
    """Return the value of a number as it is written: 3, -3, 1.5, 2/3, -2/3. Nothing is worked out."""
    if node.names:
        return None
    if isinstance(node, Number):
        return Fraction(node.numerator, 10**node.scale) if node.scale else node.numerator
    if isinstance(node, Negative):
        value = number(node.operand)
        return None if value is None else -value
    match node:
        case Quotient(Number(over, 0), Number(under, 0)) if under:
            return exact(Fraction(over, under))
    return None


def is_decimal(node: Node) -> bool:
    """Whether the number was written with a decimal point."""
    match node:
        case Number(_, scale):
            return scale > 0
        case Negative(operand):
            return is_decimal(operand)
    return False


def number_node(value: Exact, *, as_decimal: bool = False) -> Node:
    """Return the number in lowest terms: 3, -3, 2/3; as a decimal where it is asked for and there is one."""
    size: Exact = -value if value < 0 else value
    node: Node
    if size.denominator == 1:
        node = Number(size.numerator)
    elif as_decimal and (scale := _decimal_places(size.denominator)):
        node = Number(size.numerator * 10**scale // size.denominator, scale)
    else:
        node = Quotient(Number(size.numerator), Number(size.denominator))
    return Negative(node) if value < 0 else node


def _decimal_places(denominator: int) -> int:
    twos = fives = 0
    while denominator % 2 == 0:
        denominator, twos = denominator // 2, twos + 1
    while denominator % 5 == 0:
        denominator, fives = denominator // 5, fives + 1
    return max(twos, fives) if denominator == 1 else 0


def one_less(n: Node) -> Node:
    """Return n - 1, worked out where n is a number."""
    value = number(n)
    if value is not None:
        return number_node(value - 1, as_decimal=is_decimal(n))
    match n:
        case Sum((*before, last)) if (constant := number(last)) is not None:
            rest = number_node(constant - 1)
            return Sum.of(*before, *(() if rest is ZERO else (rest,)))
    return Sum.of(n, MINUS_ONE)


def power(base: Node, exponent: Node) -> Node:
    """Return base^exponent, base^1 being the base."""
    return base if exponent is ONE else Power(base, exponent)


def times(*factors: Node) -> Node:
    """Return the product with a sign among the factors standing in front: 2·(-u) is -2u, (-1)·u is -u."""
    is_negative = False
    bare: list[Node] = []
    for factor in factors:
        is_minus_one = factor is MINUS_ONE
        while isinstance(factor, Negative):
            is_negative, factor = not is_negative, factor.operand
        if not is_minus_one:
            bare.append(factor)
    product = Product.of(*bare)
    return Negative(product) if is_negative else product


def signed(node: Node, memo: Memo) -> Node:
    """Return the line with signs out of products and quotients: u·(-v) is -u v, and -(-u) is u."""
    return _visit(node, memo, _signed_here)


def light(node: Node, memo: Memo) -> Node:
    """Return the line with signs in front, without factors 1, terms 0 and powers 1; a last number to the front."""
    return _visit(node, memo, _light_here)


def multiplied(node: Node, memo: Memo) -> Node:
    """Return the line with its numbers worked out: 3·4x is 12x, e^(2x)·2 is 2e^(2x), 2 + 3 is 5."""
    return _visit(node, memo, _multiplied_here)


def _visit(node: Node, memo: Memo, here: Callable[[Node], Node]) -> Node:
    done = memo.get(node)
    if done is not None:
        return done
    if type(node) in _LOOKED_INTO:
        children = node.children()
        visited: list[Node] = []
        for child in children:  # a comprehension would cost a second frame for each level
            visited.append(_visit(child, memo, here) if child.children() else child)
        fresh = tuple(visited)
        answer = here(node if fresh == children else node.rebuilt(fresh))
    else:
        answer = here(node) if isinstance(node, Power) else node
    memo[node] = memo[answer] = answer
    return answer


_LOOKED_INTO = frozenset((Sum, Product, Quotient, Negative))


# These three run for each node of each line: one test of the kind is several times cheaper than patterns in turn.


def _signed_here(node: Node) -> Node:
    if isinstance(node, Product):
        return times(*node.factors) if Negative in map(type, node.factors) else node
    if isinstance(node, Quotient):
        return _signed_quotient(node, node.numerator, node.denominator)
    if isinstance(node, Negative):
        inner = node.operand
        if isinstance(inner, Negative):
            return inner.operand
        return ZERO if inner is ZERO else node
    return node


def _signed_quotient(quotient: Quotient, over: Node, under: Node) -> Node:
    if isinstance(over, Negative):
        if isinstance(under, Negative):
            return Quotient(over.operand, under.operand)
        return Negative(Quotient(over.operand, under))
    return Negative(Quotient(over, under.operand)) if isinstance(under, Negative) else quotient


def _light_here(node: Node) -> Node:
    if isinstance(node, Sum):
        return Sum.of(*[term for term in node.terms if term is not ZERO]) if ZERO in node.terms else node
    if not isinstance(node, Power):
        node = _signed_here(node)
    if isinstance(node, Product):
        return _light_product(node, node.factors)
    if isinstance(node, Power):
        return node.base if node.exponent is ONE else node
    if isinstance(node, Negative):
        fresh = _light_here(node.operand)
        return node if fresh is node.operand else _signed_here(Negative(fresh))
    if isinstance(node, Quotient):
        if node.numerator is ZERO and node.denominator is not ZERO:
            return ZERO
        return node.numerator if node.denominator is ONE else node
    return node


def _light_product(product: Product, factors: tuple[Node, ...]) -> Node:
    if ZERO in factors:
        return ZERO
    kept = tuple([factor for factor in factors if factor is not ONE]) if ONE in factors else factors
    if len(kept) > 1 and not kept[-1].names and number(kept[-1]) is not None:
        for factor in kept[:-1]:
            if number(factor) is not None:
                break
        else:
            kept = (kept[-1], *kept[:-1])
    return product if kept is factors else Product.of(*kept)


def _multiplied_here(node: Node) -> Node:
    node = _light_here(node)
    if isinstance(node, Product):
        return _multiplied_product(node, node.factors)
    if isinstance(node, Sum):
        return _added(node, node.terms)
    if isinstance(node, Power):
        return _raised(node, node.base, node.exponent)
    if isinstance(node, Quotient):
        return _divided(node, node.numerator, node.denominator)
    if isinstance(node, Negative):
        fresh = _multiplied_here(node.operand)
        return node if fresh is node.operand else _signed_here(Negative(fresh))
    return node


def _multiplied_product(product: Product, factors: tuple[Node, ...]) -> Node:
    if sum([not factor.names for factor in factors]) < 2:
        return product
    numbers = [(number(factor), factor) for factor in factors]
    known = [value for value, _ in numbers if value is not None]
    if len(known) < 2:
        return product
    value: Exact = 1
    for part in known:
        value *= part
    if value.numerator.bit_length() > _LARGEST_BITS:
        return product
    rest = [factor for part, factor in numbers if part is None]
    front = number_node(value, as_decimal=any(is_decimal(factor) for part, factor in numbers if part is not None))
    return _light_here(times(front, *rest))


def _added(total: Sum, terms: tuple[Node, ...]) -> Node:
    if sum([not term.names for term in terms]) < 2:
        return total
    values = [number(term) for term in terms]
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return total
    constant = number_node(sum(known), as_decimal=any(is_decimal(term) for term in terms))
    rest = [term for term, value in zip(terms, values, strict=True) if value is None]
    return Sum.of(*rest) if constant is ZERO and rest else Sum.of(*rest, constant)


def _divided(node: Node, over: Node, under: Node) -> Node:
    above, below = number(over), number(under)
    if above is None or not below:
        return node
    return number_node(Fraction(above) / below, as_decimal=is_decimal(over) or is_decimal(under))


def _raised(node: Node, base: Node, exponent: Node) -> Node:
    value, times_itself = number(base), number(exponent)
    if value is None or times_itself is None or times_itself.denominator != 1:
        return node
    n = int(times_itself)
    size = max(value.numerator.bit_length(), value.denominator.bit_length())
    if abs(n) * size > 256 or (value == 0 and n <= 0):
        return node
    return number_node(Fraction(value) ** n, as_decimal=is_decimal(base))
