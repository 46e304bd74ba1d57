"""What stands in a line and may have no value somewhere: divisors, roots, logarithms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

from mathcli.algebra import rational
from mathcli.syntax.tree import (
    ONE,
    ZERO,
    Call,
    Derivative,
    IndexedProduct,
    IndexedSum,
    Name,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Relation,
    Sum,
    walk,
)


class Held:
    """What stands in a tree, each subtree looked into once: derivatives, and what has no value everywhere."""

    def __init__(self) -> None:
        self._derivatives: dict[Node, frozenset[Node]] = {}
        self._angles: dict[Node, frozenset[Node]] = {}
        self._sizes: dict[Node, int] = {}

    def size(self, node: Node) -> int:
        """How many nodes are written, one that is shared as often as it stands."""
        known = self._sizes.get(node)
        if known is None:
            known = 1
            for child in node.children():
                known += self.size(child)
            self._sizes[node] = known
        return known

    def derivatives(self, node: Node) -> frozenset[Node]:
        """The derivatives that stand in the tree, itself included."""
        return _gathered(node, self._derivatives, Derivative, _is_derivative)

    def angles(self, node: Node) -> frozenset[Node]:
        """The trigonometric functions of sums in the tree."""
        return _gathered(node, self._angles, Call, _is_of_sum)

    def delicate(self, node: Node) -> frozenset[Node]:
        """The parts of the tree that divide by something with a name in it, or have no value on part of the line."""
        return _delicate(node) if node.contains(Quotient, Power, Call) else _NONE

    def is_partial(self, node: Node) -> bool:
        """Whether this is a function or power that has no value on a whole part of the line."""
        return _is_partial(node)


_NONE: frozenset[Node] = frozenset()


def _gathered(
    node: Node, memo: dict[Node, frozenset[Node]], kind: type[Node], belongs: Callable[[Node], bool]
) -> frozenset[Node]:
    """The nodes of a kind that belong, wherever they stand in the tree."""
    if not node.contains(kind):
        return _NONE
    known = memo.get(node)
    if known is not None:
        return known
    found = _NONE
    for child in node.children():
        inside = _gathered(child, memo, kind, belongs)
        if inside and inside is not found:
            found = found | inside if found else inside
    if belongs(node):
        found = found | {node}
    memo[node] = found
    return found


_MAY_BE_DELICATE = frozenset((Quotient, Power, Call))


@lru_cache(maxsize=16384)
def _delicate(node: Node) -> frozenset[Node]:
    found = _NONE
    for child in node.children():
        if child.contains(Quotient, Power, Call):
            inside = _delicate(child)
            if inside and inside is not found:
                found = found | inside if found else inside
    if type(node) in _MAY_BE_DELICATE and (is_dividing(node) or _is_partial(node)):
        found = found | {node}
    return found


def is_dividing(node: Node) -> bool:
    if isinstance(node, Quotient):
        return bool(node.denominator.names)
    if isinstance(node, Power):
        return isinstance(node.exponent, Negative) and bool(node.base.names)
    if isinstance(node, Call):
        return node.function in _POLES and not node.primes and bool(node.names)
    return False


_POLES = {"tan": "cos", "sec": "cos", "cot": "sin", "csc": "sin", "coth": "sinh", "csch": "sinh"}
"""What a function with poles divides by."""


def below(node: Node) -> Node:
    match node:
        case Quotient(_, denominator):
            return denominator
        case Call(function, arguments):
            return Call(_POLES[function], arguments)
    return node.children()[0]


def factors_of(node: Node) -> Iterator[Node]:
    """The factors with a name in them, without their whole exponents: where one is 0 the node is 0 or has no value."""
    match node:
        case Product(factors):
            for factor in factors:
                yield from factors_of(factor)
        case Negative(operand) | Call("abs", (operand,), 0):
            yield from factors_of(operand)
        case Power(base, Number(_, 0)):
            yield from factors_of(base)
        case _ if node.names:
            yield node


_TRIGONOMETRIC = {"sin", "cos", "tan", "cot", "sec", "csc"}


def _is_of_sum(node: Node) -> bool:
    return isinstance(node, Call) and node.function in _TRIGONOMETRIC and bool(node.arguments[0].children())


def _is_derivative(node: Node) -> bool:
    return isinstance(node, Derivative)


_INVERSES = {"asin", "acos", "asec", "acsc", "acosh", "atanh", "acoth", "asech", "acsch"}
_PARTIAL = _INVERSES | {"log", "sqrt", "root", "gamma", "factorial", "factorial2", "binomial"}


@lru_cache(maxsize=3072)
def _is_partial(node: Node) -> bool:
    match node:
        case Call(function, arguments, 0):
            return function in _PARTIAL and any(argument.names for argument in arguments)
        case Power(base, exponent):
            return bool(base.names) and not _is_whole(exponent)
    return False


def _is_whole(exponent: Node) -> bool:
    value = rational.value(exponent) if exponent.children() else None
    if value is not None:
        return bool(value.q % 2)
    return not exponent.children() and getattr(exponent, "scale", 1) == 0


def not_zero_under(conditions: Iterable[Node]) -> Iterator[Node]:
    """What is certainly not 0 where the conditions hold: u - v for u != v, u > v and u < v."""
    for condition in conditions:
        if isinstance(condition, Relation) and set(condition.signs) <= {"!=", "<", ">"}:
            for left, right in pairwise(condition.sides):
                yield left if right is ZERO else right if left is ZERO else Sum.of(left, Negative(right))


def may_be_empty(line: Node) -> bool:
    """Whether a sum or product in the line may have no term at all; from 1 to n there is at least one."""
    if not line.contains(IndexedSum, IndexedProduct):
        return False
    return any(
        not isinstance(part.lower, Number)
        or (isinstance(part.upper, Number) and part.upper.numerator < part.lower.numerator)
        for part in walk(line)
        if isinstance(part, IndexedSum | IndexedProduct)
    )


def counts_of_terms(line: Node) -> frozenset[Node]:
    """The names up to which sums from 1 on run: there is at least one term, so they are not 0."""
    if not line.contains(IndexedSum):
        return frozenset()
    totals = (part for part in walk(line) if isinstance(part, IndexedSum))
    return frozenset(total.upper for total in totals if total.lower is ONE and isinstance(total.upper, Name))
