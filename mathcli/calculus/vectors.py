"""Vectors of exact entries: dot products, norms, projections, an orthogonal basis of a span.

Entries are trees, numbers or symbols alike; nothing here takes a decimal. Every value comes with the derivation it
is the last line of: n·v = 4·1 + 3·2 + 5·(-1) = 5.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from mathcli.algebra.exact import as_fraction, evaluated, is_zero, over_square_root, shortest, square_root
from mathcli.algebra.verdict import all_hold
from mathcli.calculus.derivation import Derivation, Step
from mathcli.errors import UndecidedError, UndefinedError, UsageError
from mathcli.syntax.tree import (
    ZERO,
    Call,
    Negative,
    Node,
    Product,
    Quotient,
    Relation,
    Sum,
    Vector,
    integer,
)


class Projection(NamedTuple):
    """The vector projection of n on v, (n·v / v·v) v, with each quantity on the way as a derivation.

    `scalar` is the scalar projection (n·v) / ‖v‖.
    """

    onto: Vector
    dot: Derivation
    square: Derivation
    factor: Derivation
    vector: Derivation
    scalar: Derivation

    @property
    def entries(self) -> Vector:
        """The projection itself."""
        assert isinstance(self.vector.result, Vector)
        return self.vector.result

    @property
    def derivations(self) -> tuple[Derivation, ...]:
        """All of its derivations, in the order in which they are worked out."""
        return self.dot, self.square, self.factor, self.vector, self.scalar


def worked_out(
    start: Node,
    rule: str,
    kind: str = "arithmetic",
    conditions: tuple[Node, ...] = (),
    *,
    to: Callable[[Node], Node] = evaluated,
) -> Derivation:
    """Return the derivation from a tree to its value, in one step; without a step where it is its own value."""
    value = to(start)
    if value is start:
        return Derivation(start, (), domain=conditions)
    return Derivation(start, (Step(kind, rule, start, value, value, conditions=conditions),))


def dot(u: Vector, v: Vector) -> Derivation:
    """Return u·v = u_1 v_1 + ... + u_d v_d.

    Raises:
        UsageError: the vectors have different numbers of entries.
    """
    same_length((u, v))
    return worked_out(Sum.of(*map(_times, u.entries, v.entries)), "dot product")


def norm(v: Vector) -> Derivation:
    """Return ‖v‖ = sqrt(v·v)."""
    square = dot(v, v).result
    root = square_root(square)
    start = Call("sqrt", (square,))
    return Derivation(start, () if root is start else (Step("arithmetic", "square root", start, root, root),))


def _over_root(top: Node, square: Node, rule: str, conditions: tuple[Node, ...] = ()) -> Derivation:
    start = Quotient(top, Call("sqrt", (square,)))
    value = over_square_root(top, square)
    if value is start:
        return Derivation(start, (), domain=conditions)
    return Derivation(start, (Step("arithmetic", rule, start, value, value, conditions=conditions),))


def scaled(factor: Node, v: Vector) -> Derivation:
    """Return the vector factor·v, multiplied out entry by entry."""
    return worked_out(
        Vector(tuple(_times(factor, entry) for entry in v.entries)), "multiply each entry by the factor", to=shortest
    )


def total(vectors: Sequence[Vector]) -> Derivation:
    """Return the sum of vectors of equal length, added entry by entry."""
    rows = zip(*(v.entries for v in vectors), strict=True)
    return worked_out(Vector(tuple(Sum.of(*row) for row in rows)), "add entry by entry", to=shortest)


def difference(u: Vector, v: Vector) -> Derivation:
    """Return u - v, entry by entry."""
    entries = zip(u.entries, v.entries, strict=True)
    return worked_out(Vector(tuple(Sum.of(a, _minus(b)) for a, b in entries)), "subtract entry by entry", to=shortest)


def project(n: Vector, onto: Vector) -> Projection:
    """Return the vector projection of n on v, (n·v / v·v) v.

    It is exact: no norm is taken for it, so rational entries give rational entries. Symbolic entries bring the
    condition v·v ≠ 0 along.

    Raises:
        UndefinedError: v is the zero vector, which has no direction.
        UsageError: the vectors have different numbers of entries.
        UndecidedError: nobody could decide whether v is the zero vector.
    Source: Strang, Introduction to Linear Algebra, section 4.2.

    >>> from mathcli.syntax.tree import Number, Vector
    >>> project(Vector((Number(4), Number(3))), onto=Vector((Number(0), Number(2)))).entries.entries
    (Number(0, 0), Number(3, 0))
    """
    square = dot(onto, onto)
    _refuse_zero(square.result)
    conditions = (differs_from_zero(square.result),) if square.result.names else ()
    product = dot(n, onto)
    factor = worked_out(Quotient(product.result, square.result), "reduce the fraction", conditions=conditions)
    scalar = _over_root(product.result, square.result, "divide by the norm", conditions)
    return Projection(onto, product, square, factor, scaled(factor.result, onto), scalar)


def cosine(u: Vector, v: Vector) -> Derivation:
    """Return the cosine of the angle between two vectors, u·v / (‖u‖ ‖v‖). Neither may be the zero vector."""
    squares = [dot(w, w).result for w in (u, v)]
    product = dot(u, v).result
    if is_zero(product):
        return Derivation(ZERO, ())
    return _over_root(product, evaluated(Product.of(*squares)), "divide by the norms")


def unit_vector(v: Vector) -> Vector:
    """Return v / ‖v‖. The zero vector has none."""
    square = dot(v, v).result
    return Vector(tuple(over_square_root(entry, square) for entry in v.entries))


def directional_derivative(gradient: Vector, v: Vector) -> tuple[Derivation, Derivation]:
    """Return gradient·v, and gradient·v / ‖v‖, the derivative along v per unit of length."""
    product, square = dot(gradient, v), dot(v, v).result
    conditions = (differs_from_zero(square),) if square.names else ()
    return product, _over_root(product.result, square, "divide by the norm", conditions)


def is_zero_vector(v: Vector) -> bool:
    """Whether every entry is proved to be 0."""
    return all(is_zero(entry) for entry in v.entries)


def are_orthogonal(vectors: Sequence[Vector]) -> bool | None:
    """Whether every two of the vectors have dot product 0; None where it could not be decided."""
    answers = [is_zero(dot(u, v).result) for k, u in enumerate(vectors) for v in vectors[k + 1 :]]
    return all_hold(answers)


class Orthogonalized(NamedTuple):
    """What Gram-Schmidt makes of one vector: v minus its projections on the vectors found before.

    `entries` is the zero vector exactly where v depends on the vectors before it.
    """

    vector: Vector
    projections: tuple[Projection, ...]
    derivation: Derivation

    @property
    def entries(self) -> Vector:
        """The vector that is left."""
        assert isinstance(self.derivation.result, Vector)
        return self.derivation.result

    @property
    def is_dependent(self) -> bool:
        """Whether nothing is left."""
        return all(entry is ZERO for entry in self.entries.entries)


def orthogonalized(vectors: Sequence[Vector]) -> tuple[Orthogonalized, ...]:
    """Return the Gram-Schmidt vectors of these, one for each; a zero one where a vector depends on those before.

    Raises:
        UndecidedError: nobody could decide whether one of them depends on the others.
    """
    found: list[Orthogonalized] = []
    for v in vectors:
        projections = tuple(project(v, onto=one.entries) for one in found if not one.is_dependent)
        rows = zip(v.entries, *(p.entries.entries for p in projections), strict=True)
        start = Vector(tuple(Sum.of(row[0], *map(_minus, row[1:])) for row in rows))
        found.append(Orthogonalized(v, projections, _left_over(start)))
    return tuple(found)


def _left_over(start: Vector) -> Derivation:
    derivation = worked_out(start, "subtract the projections")
    result = derivation.result
    assert isinstance(result, Vector)
    verdicts = [is_zero(entry) for entry in result.entries]
    if False not in verdicts and None in verdicts:
        raise UndecidedError("nobody could decide whether these vectors are independent")
    return derivation


def over_one_denominator(projections: Sequence[Projection]) -> tuple[Vector, int] | None:
    """Return whole numbers and the denominator under which they are the sum of the projections.

    The denominator is the least one that the factors n·v / v·v have in common before they are reduced:
    5/6 and 40/35 meet in 210. None where an entry is not rational.
    """
    squares = [as_fraction(p.square.result) for p in projections]
    entries = [
        as_fraction(evaluated(Sum.of(*row))) for row in zip(*(p.entries.entries for p in projections), strict=True)
    ]
    if None in squares or None in entries:
        return None
    denominator = math.lcm(*(s.numerator for s in squares if s), *(e.denominator for e in entries if e is not None))
    numerators = tuple(integer(int(e * denominator)) for e in entries if e is not None)
    return Vector(numerators), denominator


def differs_from_zero(node: Node) -> Node:
    """Return the condition node ≠ 0."""
    return Relation((node, ZERO), ("!=",))


def same_length(vectors: Iterable[Vector]) -> None:
    """Raise a UsageError unless all vectors have the same number of entries."""
    lengths = [len(v.entries) for v in vectors]
    for length in lengths[1:]:
        if length != lengths[0]:
            raise UsageError(
                f"the vectors have different lengths: {lengths[0]} and {length} entries",
                hint="a dot product needs as many entries on both sides",
            )


def _refuse_zero(square: Node) -> None:
    verdict = is_zero(square)
    if verdict:
        raise UndefinedError(
            "there is no direction to project onto: the vector is zero", hint="give a vector with an entry other than 0"
        )
    if verdict is None:
        raise UndecidedError("nobody could decide whether the vector to project onto is zero")


def _times(a: Node, b: Node) -> Node:
    return Product.of(a, b)


def _minus(a: Node) -> Node:
    return a.operand if isinstance(a, Negative) else Negative(a)
