"""Sums over an index, taken apart: a line that is linear in them is one sum for each range."""

from __future__ import annotations

from collections.abc import Callable

from mathcli.syntax.tree import Call, IndexedSum, Name, Negative, Node, Product, Quotient, Sum, Transpose

Ranges = tuple[tuple[Name, Node, Node], ...]


def by_range(node: Node, ranges: Ranges = ()) -> dict[Ranges, list[Node]]:
    """The terms of a line by the sums that they stand in, as far as it is linear in these."""
    found: dict[Ranges, list[Node]] = {}

    def put(inside: Node, build: Callable[[Node], Node]) -> None:
        for key, terms in by_range(inside, ranges).items():
            found.setdefault(key, []).extend(map(build, terms))

    match node:
        case _ if not node.contains(IndexedSum):
            return {ranges: [node]}
        case IndexedSum(body, index, lower, upper):
            return by_range(body, (*ranges, (index, lower, upper)))
        case Sum(terms):
            for term in terms:
                put(term, lambda inner: inner)
        case Negative(operand):
            put(operand, Negative)
        case Transpose(operand):
            put(operand, Transpose)
        case Call("tr" | "d" as function, (operand,)):
            put(operand, lambda inner: Call(function, (inner,)))
        case Quotient(above, below) if not below.contains(IndexedSum):
            put(above, lambda inner: Quotient(inner, below))
        case Product(factors) if sum(factor.contains(IndexedSum) for factor in factors) == 1:
            place = next(k for k, factor in enumerate(factors) if factor.contains(IndexedSum))
            before, behind = factors[:place], factors[place + 1 :]
            put(factors[place], lambda inner: Product.of(*before, inner, *behind))
        case _:
            return {ranges: [node]}
    return found
