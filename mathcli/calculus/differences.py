"""Where two lines differ: the parts that decide whether they agree, and what stands in both taken as unknown."""

from __future__ import annotations

from collections.abc import Iterable

from mathcli.algebra import rational
from mathcli.calculus.formulas import whole_number
from mathcli.syntax.tree import ONE, ZERO, Call, Negative, Node, Power, Product, Quotient, Sum, walk


def parts_that_differ(before: Node, after: Node) -> list[tuple[Node, Node]] | None:
    """Pairs of parts such that the lines agree if they do; None where the lines are not built alike."""
    lighter = _without_ones(before)
    if lighter is not before:
        return [(lighter, after)]
    kind = type(before)
    if kind is type(after):
        if kind is Sum or kind is Product:
            left, right = _without_common(before.children(), after.children())
            if len(left) == len(right):
                return list(zip(left, right, strict=True))
            if len(left) < len(before.children()):
                of = Sum.of if kind is Sum else Product.of
                return [(of(*left), of(*right))]
            return None
        if kind is Negative or kind is Quotient:
            return list(zip(before.children(), after.children(), strict=True))
    elif kind is not Power:
        return None
    match before, after:
        case Power(base, exponent), Power(other, raised) if exponent is raised or _are_one_number(exponent, raised):
            return [(base, other)]
        case Power(base, Sum() as exponent), _ if _are_one_number(exponent, ONE):
            return [(base, after)]
        case Call(function, (argument,), primes), Call(again, (other,), marks) if (function, primes) == (again, marks):
            return [(argument, other)]
    return None


def _without_ones(node: Node) -> Node:
    """The same without factors 1, terms 0 and a divisor 1."""
    if isinstance(node, Product) and ONE in node.factors:
        return Product.of(*[factor for factor in node.factors if factor is not ONE])
    if isinstance(node, Sum) and (ZERO in node.terms or _MINUS_ZERO in node.terms):
        return Sum.of(*[term for term in node.terms if term is not ZERO and term is not _MINUS_ZERO])
    if isinstance(node, Quotient) and node.denominator is ONE:
        return node.numerator
    return node


_MINUS_ZERO = Negative(ZERO)


def _are_one_number(exponent: Node, other: Node) -> bool:
    """Whether both are the same whole number; of other numbers it matters how they are written (x^(2/6))."""
    value = whole_number(exponent)
    return value is not None and value == whole_number(other)


def _without_common(left: Iterable[Node], right: Iterable[Node]) -> tuple[list[Node], list[Node]]:
    rest = list(right)
    only = []
    for part in left:
        if part in rest:
            rest.remove(part)
        else:
            only.append(part)
    return only, rest


def agree_over_shared_parts(before: Node, after: Node) -> bool:
    """Whether the lines agree with the largest sums and functions that stand in both as unknowns."""
    common = {part for part in walk(after) if isinstance(part, Sum | Call)} - {before, after}
    shared: set[Node] = set()
    size = 0
    waiting, seen = [before], {before}
    while waiting:
        part = waiting.pop()
        if part in common:
            shared.add(part)
        else:
            size += len(part.children())
            fresh = [child for child in part.children() if child not in seen]
            seen.update(fresh)
            waiting.extend(fresh)
    if not shared or size > _MOST_SHARED:
        return False
    with rational.field_of_unknowns(shared) as unknowns:
        return rational.agree(before, after, field=unknowns) is True


_MOST_SHARED = 500
"""A line of more parts than this is not rebuilt over those that it shares."""
